package azureml

import (
	"errors"
	"regexp"
	"strings"
	"unicode"
)

var (
	computeName      = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9-]{0,23}$`)
	workspaceName    = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}$`)
	batchAccountName = regexp.MustCompile(`^[a-z0-9]{3,24}$`)
	regionName       = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9 ]*$`)
	subscriptionID   = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
)

// No error here or in ids.go repeats the value, because it may be a secret.

var errComputeName = errors.New("the name of a compute has 1 to 24 letters, digits and hyphens, a letter first")

// ValidateComputeName refuses names that no version of the service accepts for a compute,
// and reserved ones. Where the versions differ (the shortest name, the last character),
// the service decides.
func ValidateComputeName(name string) error {
	if !computeName.MatchString(name) {
		return errComputeName
	}
	switch strings.ToLower(name) {
	case "amlcompute", "local", "containerinstance":
		return errors.New("amlcompute, local and containerinstance are reserved by Azure Machine Learning: choose another name")
	}
	return nil
}

// ValidateBatchAccountName refuses a name that no Batch account can have.
func ValidateBatchAccountName(name string) error {
	if !batchAccountName.MatchString(name) {
		return errors.New("the name of a Batch account has 3 to 24 lower-case letters and digits")
	}
	return nil
}

// ValidateResourceGroupName refuses a name that no resource group can have.
func ValidateResourceGroupName(name string) error {
	allowed := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-._()", r)
	}
	length := len([]rune(name))
	outside := strings.ContainsFunc(name, func(r rune) bool { return !allowed(r) })
	if length < 1 || length > 90 || outside || strings.HasSuffix(name, ".") {
		return errors.New("the name of a resource group has 1 to 90 letters, digits and -._(), and no period at the end")
	}
	return nil
}

// ValidateSubscriptionID refuses what is not the id of a subscription.
func ValidateSubscriptionID(id string) error {
	if !subscriptionID.MatchString(id) {
		return errors.New("a subscription id is a GUID such as 00000000-0000-0000-0000-000000000000")
	}
	return nil
}

func validateWorkspaceName(name string) error {
	if !workspaceName.MatchString(name) {
		return errors.New("the name of a workspace has 3 to 33 letters, digits, - and _, a letter or digit first")
	}
	return nil
}

// ValidateLocation refuses what cannot be an Azure region.
func ValidateLocation(location string) error {
	if !regionName.MatchString(location) {
		return errors.New("an Azure region is written like westeurope or West Europe")
	}
	return nil
}
