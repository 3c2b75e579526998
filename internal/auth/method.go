package auth

import (
	"fmt"
	"slices"
	"strings"
)

// Method is a way to sign in.
type Method string

// The methods, in the order in which they are chosen when the environment allows
// several.
const (
	ClientCertificateMethod Method = "client certificate"
	ClientSecretMethod      Method = "client secret"
	OIDCMethod              Method = "OpenID Connect"
	AKSMethod               Method = "AKS workload identity"
	ManagedIdentityMethod   Method = "managed identity"
	CLIMethod               Method = "Azure CLI"
)

// Choice is the one method that is used, and what chose it.
type Choice struct {
	Method Method
	// Source is what chose it, for a person to read.
	Source string
}

// String reads like "client secret (the environment variable ARM_CLIENT_SECRET)".
func (c Choice) String() string {
	return fmt.Sprintf("%s (%s)", c.Method, c.Source)
}

// selectors gives, for each method, the settings that choose it by being there, and
// the switch that chooses it by being true.
var selectors = []struct {
	method Method
	values []Name
	// blockValues choose it only when the block has them: in the environment they are
	// there for other reasons (a GitHub runner sets them for every job).
	blockValues []Name
	flag        Name
}{
	{method: ClientCertificateMethod, values: []Name{ClientCertificate, ClientCertificatePath}},
	{method: ClientSecretMethod, values: []Name{ClientSecret, ClientSecretFilePath}},
	{method: OIDCMethod, blockValues: []Name{OIDCToken, OIDCTokenFilePath, OIDCRequestToken, OIDCRequestURL, OIDCAzureServiceConnectionID}, flag: UseOIDC},
	{method: AKSMethod, flag: UseAKSWorkloadIdentity},
	{method: ManagedIdentityMethod, flag: UseMSI},
	{method: CLIMethod, flag: UseCLI},
}

// Choose picks the method. What the block says beats the environment; two methods in
// one block contradict each other; the environment's are taken in their order; Azure
// CLI is what is left, unless use_cli is false.
func (s Settings) Choose() (Choice, error) {
	for _, place := range []rank{inBlock, inARMVariable, inOtherVariable} {
		choices := s.choices(place)
		if place == inBlock && len(choices) > 1 {
			return Choice{}, fmt.Errorf("the provider block asks for more than one way to sign in: %s. Keep one of them", join(choices))
		}
		if len(choices) > 0 {
			return choices[0], nil
		}
	}
	if s.IsFalse(UseCLI) {
		return Choice{}, fmt.Errorf("there is nothing to sign in with: %s says that Azure CLI must not be used, and neither the provider block nor the environment "+
			"has a client secret, a client certificate, use_oidc, use_aks_workload_identity or use_msi", s.Source(UseCLI))
	}
	return Choice{CLIMethod, "the default, since nothing else is configured"}, nil
}

// choices are the methods that are asked for in one place.
func (s Settings) choices(place rank) []Choice {
	given := func(name Name) bool { return s.rank(name) == place }
	var choices []Choice
	for _, selector := range selectors {
		if selector.flag != "" && given(selector.flag) && s.IsTrue(selector.flag) {
			choices = append(choices, Choice{selector.method, s.Source(selector.flag)})
			continue
		}
		names := selector.values
		if place == inBlock && !s.declined(selector.method) {
			names = slices.Concat(names, selector.blockValues)
		}
		if i := slices.IndexFunc(names, given); i >= 0 {
			choices = append(choices, Choice{selector.method, s.Source(names[i])})
		}
	}
	return choices
}

// declined reports that the block has values for OpenID Connect and does not mean
// them to choose it: it turns it off, or AKS workload identity, which reads a token
// file too, on.
func (s Settings) declined(method Method) bool {
	use, aks := s.block[UseOIDC], s.block[UseAKSWorkloadIdentity]
	return method == OIDCMethod && (use != "" && !truth(use) || truth(aks))
}

func join(choices []Choice) string {
	texts := make([]string, len(choices))
	for i, choice := range choices {
		texts[i] = choice.String()
	}
	return strings.Join(texts, " and ")
}
