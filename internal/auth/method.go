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

// Choice is the one method that is used, and what was passed over for it.
type Choice struct {
	Method Method
	// Source is what switches the method on, for a person to read.
	Source string
	// PassedOver says of each other method that is switched on why it is not used.
	PassedOver []string
}

// String reads like "client secret (the environment variable ARM_CLIENT_SECRET)".
func (c Choice) String() string { return fmt.Sprintf("%s (%s)", c.Method, c.Source) }

// candidate is a method that is switched on.
type candidate struct {
	Choice
	// servicePrincipal is set for methods that sign in as an application.
	servicePrincipal bool
	// block is set when the provider block switches the method on.
	block bool
	// lacks names what the method needs and does not have; empty when it is complete.
	lacks []string
}

// Choose picks the method by what is there, not by trying: among the methods that are
// switched on and whose inputs are complete, the first in azurerm's order. Only one thing
// comes before that order: a service principal of the provider block is used rather than
// one of the environment.
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
			chosen.PassedOver = append(chosen.PassedOver, c.lacking())
		case c.Method != chosen.Method && c.Source != byDefault:
			chosen.PassedOver = append(chosen.PassedOver, c.String()+" is complete, but comes later in the order")
		}
	}
	return chosen.Choice, nil
}

func (c candidate) lacking() string { return c.String() + " lacks " + strings.Join(c.lacks, ", and ") }

func (s Settings) nothingComplete(candidates []candidate) error {
	text := "no way to sign in is complete:"
	for _, c := range candidates {
		text += "\n- " + c.lacking()
	}
	if len(candidates) == 0 {
		text = "no way to sign in is configured: neither the provider block nor the environment has client_secret, client_certificate, use_oidc, use_aks_workload_identity or use_msi."
	}
	return fmt.Errorf("%s\nAzure CLI is not used, because of %s", text, s.Source(UseCLI))
}

// byDefault is the source of a method that nothing switches on or off.
const byDefault = "the default"

// candidates are the methods that are switched on, in azurerm's order: a certificate and
// a secret by being there, the others by their switches.
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

// federation tells AKS workload identity, which is OpenID Connect with what AKS sets in
// a pod, from OpenID Connect without that. It also says which switch asks for it.
func (s Settings) federation() (Method, Name) {
	switches := []Name{UseAKSWorkloadIdentity, UseOIDC}
	on := slices.DeleteFunc(switches, func(name Name) bool { return !s.IsTrue(name) })
	if s.IsTrue(UseAKSWorkloadIdentity) {
		return AKSMethod, s.first(on...)
	}
	return OIDCMethod, s.first(on...)
}

// forApplication are the settings as an application's sign-in sees them: once AKS
// workload identity is switched on, azurerm completes any of them with a pod's variables.
func (s Settings) forApplication() Settings {
	if s.IsTrue(UseAKSWorkloadIdentity) {
		return s.inPod()
	}
	return s
}

// lacksApplication names what an application's sign-in needs and does not have.
func (s Settings) lacksApplication() []string {
	var lacks []string
	if s.Get(TenantID) == "" {
		lacks = append(lacks, describe(TenantID))
	}
	return append(lacks, s.lacksText(ClientID, ClientIDFilePath)...)
}

// lacksText names a value that is given neither by itself nor in a file. A file that
// cannot be read is an error of the method, once it is chosen.
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

// describe names a setting and the variable that may say it.
func describe(name Name) string {
	return fmt.Sprintf("%s (or %s)", name, Lookup(name).Variables[0])
}
