package emulator

import "crypto/x509"

// identities are what Entra ID knows in addition to the application's secret.
type identities struct {
	certificates []*x509.Certificate
	system       string
	assigned     []string
	tenants      []string
	audiences    []string
}

// The managed identities that a machine has by default.
const (
	DefaultSystemIdentity   = "00000000-0000-0000-0000-0000000000e0"
	DefaultAssignedIdentity = "00000000-0000-0000-0000-0000000000e1"
)

func defaultIdentities() identities {
	return identities{
		system:   DefaultSystemIdentity,
		assigned: []string{DefaultAssignedIdentity},
	}
}

// WithCertificate registers a certificate with the application, which can then sign in with assertions signed by its key. It can
// be given several times.
func WithCertificate(certificate *x509.Certificate) Option {
	return func(c *config) { c.identities.certificates = append(c.identities.certificates, certificate) }
}

// WithManagedIdentities sets the client ids of the machine's identities: the system-assigned one, or empty for none, and the
// user-assigned ones.
func WithManagedIdentities(system string, assigned ...string) Option {
	return func(c *config) { c.identities.system, c.identities.assigned = system, assigned }
}

// WithAuxiliaryTenant adds another tenant that has the application. Its tokens are valid only in addition to another one, in the
// header x-ms-authorization-auxiliary.
func WithAuxiliaryTenant(id string) Option {
	return func(c *config) { c.identities.tenants = append(c.identities.tenants, id) }
}

// WithAudience adds an audience that Resource Manager accepts, such as that of a private cloud.
func WithAudience(audience string) Option {
	return func(c *config) { c.identities.audiences = append(c.identities.audiences, audience) }
}
