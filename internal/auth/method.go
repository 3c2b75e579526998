package auth

import (
	"fmt"
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
	inBlock := s.choices(s.block, true)
	if len(inBlock) > 1 {
		return Choice{}, fmt.Errorf("the provider block asks for two ways to sign in: %s. Keep one of them", join(inBlock))
	}
	if len(inBlock) == 1 {
		return inBlock[0], nil
	}
	if inEnvironment := s.choices(s.environment, false); len(inEnvironment) > 0 {
		return inEnvironment[0], nil
	}
	if s.IsFalse(UseCLI) {
		return Choice{}, fmt.Errorf("there is nothing to sign in with: %s says that Azure CLI must not be used, and neither the provider block nor the environment "+
			"has a client secret, a client certificate, use_oidc, use_aks_workload_identity or use_msi", s.Source(UseCLI))
	}
	return Choice{CLIMethod, "the default, since nothing else is configured"}, nil
}

func (s Settings) choices(values map[Name]string, block bool) []Choice {
	var choices []Choice
	for _, selector := range selectors {
		names := selector.values
		if block && !s.IsFalse(selector.flag) {
			names = append(names, selector.blockValues...)
		}
		// A flag that the block switches off is off, whatever the environment says.
		if selector.flag != "" && s.IsTrue(selector.flag) && truth(values[selector.flag]) {
			names = append([]Name{selector.flag}, names...)
		}
		for _, name := range names {
			if values[name] != "" {
				choices = append(choices, Choice{selector.method, s.Source(name)})
				break
			}
		}
	}
	return choices
}

func join(choices []Choice) string {
	texts := make([]string, len(choices))
	for i, choice := range choices {
		texts[i] = choice.String()
	}
	return strings.Join(texts, " and ")
}
