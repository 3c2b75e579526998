package emulator

import "crypto/x509"

// identities are those that Entra ID knows beside the application's secret.
type identities struct {
	certificates []*x509.Certificate
	system       string
	assigned     []string
	tenants      []string
	audiences    []string
}

// The managed identities that a machine has unless it is told otherwise.
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

// WithCertificate registers a certificate with the application, which may then sign in with assertions that its key signed.
// It can be given several times.
func WithCertificate(certificate *x509.Certificate) Option {
	return func(c *config) { c.identities.certificates = append(c.identities.certificates, certificate) }
}

// WithManagedIdentities sets the client ids of the machine's identities: the system-assigned one, empty for none, and those
// assigned by users.
func WithManagedIdentities(system string, assigned ...string) Option {
	return func(c *config) { c.identities.system, c.identities.assigned = system, assigned }
}

// WithAuxiliaryTenant adds a tenant that the application is in as well. Its tokens open nothing by themselves: they go along
// with another one, as x-ms-authorization-auxiliary.
func WithAuxiliaryTenant(id string) Option {
	return func(c *config) { c.identities.tenants = append(c.identities.tenants, id) }
}

// WithAudience adds an audience that Resource Manager goes by, as that of a private cloud.
func WithAudience(audience string) Option {
	return func(c *config) { c.identities.audiences = append(c.identities.audiences, audience) }
}
