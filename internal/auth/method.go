package auth

import (
	"fmt"
	"slices"
	"strings"
)

// Method is a way to sign in.
type Method string

// The methods, in azurerm's order.
const (
	ClientCertificateMethod Method = "client certificate"
	ClientSecretMethod      Method = "client secret"
	OIDCMethod              Method = "OpenID Connect"
	AKSMethod               Method = "AKS workload identity"
	ManagedIdentityMethod   Method = "managed identity"
	CLIMethod               Method = "Azure CLI"
)

// Choice is the method to sign in with.
type Choice struct {
	Method Method
	// Source names the setting that switches the method on, in words.
	Source string
	// Skipped says, for each other method that is switched on, why it is not used.
	Skipped []string
}

// String reads like "client secret (the environment variable ARM_CLIENT_SECRET)".
func (c Choice) String() string { return fmt.Sprintf("%s (%s)", c.Method, c.Source) }

// candidate is a method that is switched on.
type candidate struct {
	Choice
	// servicePrincipal is set for methods that sign in as an application.
	servicePrincipal bool
	// block is set if the provider block switches the method on.
	block bool
	// lacks lists the inputs that are missing; empty if the method is complete.
	lacks []string
}

// Choose picks the method from the settings alone; it does not try any. It returns the
// first in azurerm's order that is switched on and has all its inputs. One rule comes
// before that order: a service principal in the provider block takes precedence over one
// in the environment.
func (s Settings) Choose() (Choice, error) {
	candidates := s.candidates()
	var complete []candidate
	for _, c := range candidates {
		if len(c.lacks) == 0 {
			complete = append(complete, c)
		}
	}
	if len(complete) == 0 {
		return Choice{}, s.nothingComplete(candidates)
	}
	chosen := complete[0]
	if i := slices.IndexFunc(complete, func(c candidate) bool { return c.servicePrincipal && c.block }); i >= 0 {
		chosen = complete[i]
	}
	for _, c := range candidates {
		switch {
		case len(c.lacks) > 0:
			chosen.Skipped = append(chosen.Skipped, c.lacking())
		case c.Method != chosen.Method && c.Source != byDefault:
			chosen.Skipped = append(chosen.Skipped, c.String()+" is complete, but comes later in the order")
		}
	}
	return chosen.Choice, nil
}

func (c candidate) lacking() string { return c.String() + " lacks " + strings.Join(c.lacks, ", and ") }

func (s Settings) nothingComplete(candidates []candidate) error {
	text := "no sign-in method is complete:"
	for _, c := range candidates {
		text += "\n- " + c.lacking()
	}
	if len(candidates) == 0 {
		text = "no sign-in method is configured: neither the provider block nor the environment sets client_secret, client_certificate, use_oidc, use_aks_workload_identity or use_msi."
	}
	return fmt.Errorf("%s\nAzure CLI is switched off by %s", text, s.Source(UseCLI))
}

// byDefault is the source of a method that no setting switches on or off.
const byDefault = "the default"

// candidates returns the methods that are switched on, in azurerm's order. A certificate
// or a secret switches its method on by being set; the others have their own switches.
func (s Settings) candidates() []candidate {
	var found []candidate
	add := func(method Method, by Name, servicePrincipal bool, lacks []string) {
		found = append(found, candidate{Choice{Method: method, Source: s.Source(by)}, servicePrincipal, s.values[by].block, lacks})
	}
	application := s.forApplication()
	if name := s.first(ClientCertificate, ClientCertificatePath); name != "" {
		add(ClientCertificateMethod, name, true, application.lacksApplication())
	}
	if name := s.first(ClientSecret, ClientSecretFilePath); name != "" {
		add(ClientSecretMethod, name, true, append(application.lacksApplication(), s.lacksText(ClientSecret, ClientSecretFilePath)...))
	}
	if s.IsTrue(UseOIDC) || s.IsTrue(UseAKSWorkloadIdentity) {
		method, by := s.federation()
		add(method, by, true, append(application.lacksApplication(), application.lacksToken()...))
	}
	if s.IsTrue(UseMSI) {
		add(ManagedIdentityMethod, UseMSI, false, nil)
	}
	if !s.IsFalse(UseCLI) {
		add(CLIMethod, UseCLI, false, nil)
		if last := &found[len(found)-1]; last.Source == "" {
			last.Source = byDefault
		}
	}
	return found
}

// federation returns AKS workload identity, which is OpenID Connect with the variables
// that AKS sets in a pod, or else OpenID Connect, and the switch that turns it on.
func (s Settings) federation() (Method, Name) {
	switches := []Name{UseAKSWorkloadIdentity, UseOIDC}
	on := slices.DeleteFunc(switches, func(name Name) bool { return !s.IsTrue(name) })
	if s.IsTrue(UseAKSWorkloadIdentity) {
		return AKSMethod, s.first(on...)
	}
	return OIDCMethod, s.first(on...)
}

// forApplication returns the settings for signing in as an application. If AKS workload
// identity is switched on, azurerm lets a pod's variables complete every such method.
func (s Settings) forApplication() Settings {
	if s.IsTrue(UseAKSWorkloadIdentity) {
		return s.inPod()
	}
	return s
}

// lacksApplication lists the inputs that are missing to sign in as an application.
func (s Settings) lacksApplication() []string {
	var lacks []string
	if s.Get(TenantID) == "" {
		lacks = append(lacks, describe(TenantID))
	}
	return append(lacks, s.lacksText(ClientID, ClientIDFilePath)...)
}

// lacksText names a setting that is given neither by value nor by a file. A file that
// cannot be read counts as given; it is an error once its method is chosen.
func (s Settings) lacksText(text, path Name) []string {
	found, err := s.valueOrFile(text, path)
	switch {
	case err != nil || found != "":
		return nil
	case s.Get(path) != "":
		return []string{fmt.Sprintf("%s: the file %s (%s) is empty", text, s.Get(path), s.Source(path))}
	}
	return []string{describe(text)}
}

// describe names a setting and its environment variable.
func describe(name Name) string {
	return fmt.Sprintf("%s (or %s)", name, Lookup(name).Variables[0])
}
