// Package auth turns what the provider block and the environment say into exactly one
// credential and one cloud. It tries no second credential when the first one fails: a
// sign-in that silently uses another identity than the one meant is worse than none.
package auth

import (
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// Name is a setting, as the attribute of the provider block is called.
type Name string

// The settings of the provider block.
const (
	TenantID                     Name = "tenant_id"
	AuxiliaryTenantIDs           Name = "auxiliary_tenant_ids"
	SubscriptionID               Name = "subscription_id"
	ClientID                     Name = "client_id"
	ClientIDFilePath             Name = "client_id_file_path"
	ClientSecret                 Name = "client_secret"
	ClientSecretFilePath         Name = "client_secret_file_path"
	ClientCertificate            Name = "client_certificate"
	ClientCertificatePath        Name = "client_certificate_path"
	ClientCertificatePassword    Name = "client_certificate_password"
	OIDCToken                    Name = "oidc_token"
	OIDCTokenFilePath            Name = "oidc_token_file_path"
	OIDCRequestToken             Name = "oidc_request_token"
	OIDCRequestURL               Name = "oidc_request_url"
	OIDCAzureServiceConnectionID Name = "oidc_azure_service_connection_id"
	UseOIDC                      Name = "use_oidc"
	UseMSI                       Name = "use_msi"
	UseAKSWorkloadIdentity       Name = "use_aks_workload_identity"
	UseCLI                       Name = "use_cli"
	Environment                  Name = "environment"
	AuthorityHost                Name = "active_directory_authority_host"
	ResourceManagerEndpoint      Name = "resource_manager_endpoint"
	ResourceManagerAudience      Name = "resource_manager_audience"
	DisableInstanceDiscovery     Name = "disable_instance_discovery"
	CACertificatePath            Name = "ca_certificate_path"
	PartnerID                    Name = "partner_id"
	CorrelationRequestID         Name = "custom_correlation_request_id"
	ComputeAPIVersion            Name = "compute_api_version"
	Preflight                    Name = "preflight"
)

// Variables gives the environment variables of each setting, the one that counts
// first in front: those of azurerm and azapi, then those of the Azure SDKs, so that
// what signs in for those signs in here.
var Variables = map[Name][]string{
	TenantID:                     {"ARM_TENANT_ID", "AZURE_TENANT_ID"},
	AuxiliaryTenantIDs:           {"ARM_AUXILIARY_TENANT_IDS"},
	SubscriptionID:               {"ARM_SUBSCRIPTION_ID", "AZURE_SUBSCRIPTION_ID"},
	ClientID:                     {"ARM_CLIENT_ID", "AZURE_CLIENT_ID"},
	ClientIDFilePath:             {"ARM_CLIENT_ID_FILE_PATH"},
	ClientSecret:                 {"ARM_CLIENT_SECRET", "AZURE_CLIENT_SECRET"},
	ClientSecretFilePath:         {"ARM_CLIENT_SECRET_FILE_PATH"},
	ClientCertificate:            {"ARM_CLIENT_CERTIFICATE"},
	ClientCertificatePath:        {"ARM_CLIENT_CERTIFICATE_PATH", "AZURE_CLIENT_CERTIFICATE_PATH"},
	ClientCertificatePassword:    {"ARM_CLIENT_CERTIFICATE_PASSWORD", "AZURE_CLIENT_CERTIFICATE_PASSWORD"},
	OIDCToken:                    {"ARM_OIDC_TOKEN"},
	OIDCTokenFilePath:            {"ARM_OIDC_TOKEN_FILE_PATH", "AZURE_FEDERATED_TOKEN_FILE"},
	OIDCRequestToken:             {"ARM_OIDC_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "SYSTEM_ACCESSTOKEN"},
	OIDCRequestURL:               {"ARM_OIDC_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL", "SYSTEM_OIDCREQUESTURI"},
	OIDCAzureServiceConnectionID: {"ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID", "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID"},
	UseOIDC:                      {"ARM_USE_OIDC"},
	UseMSI:                       {"ARM_USE_MSI"},
	UseAKSWorkloadIdentity:       {"ARM_USE_AKS_WORKLOAD_IDENTITY"},
	UseCLI:                       {"ARM_USE_CLI"},
	Environment:                  {"ARM_ENVIRONMENT", "AZURE_ENVIRONMENT"},
	AuthorityHost:                {"ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST", "AZURE_AUTHORITY_HOST"},
	ResourceManagerEndpoint:      {"ARM_RESOURCE_MANAGER_ENDPOINT"},
	ResourceManagerAudience:      {"ARM_RESOURCE_MANAGER_AUDIENCE"},
	DisableInstanceDiscovery:     {"ARM_DISABLE_INSTANCE_DISCOVERY"},
	CACertificatePath:            {"AZUREML_CA_CERTIFICATE_PATH"},
	PartnerID:                    {"ARM_PARTNER_ID"},
	CorrelationRequestID:         {"ARM_CORRELATION_REQUEST_ID"},
	ComputeAPIVersion:            {"AZUREML_COMPUTE_API_VERSION"},
	Preflight:                    {"AZUREML_PREFLIGHT"},
}

// Settings are what was said for each name. Booleans are "true" and "false"; lists
// are joined by semicolons.
type Settings struct {
	block       map[Name]string
	environment map[Name]string
	variables   map[Name]string // the variable that gave environment its value
}

// NewSettings takes what the provider block says (an attribute that is not set has
// no entry) and reads the rest from the environment. An empty value is none.
func NewSettings(block map[Name]string, getenv func(string) string) Settings {
	s := Settings{block: block, environment: map[Name]string{}, variables: map[Name]string{}}
	for name, variables := range Variables {
		for _, variable := range variables {
			if value := getenv(variable); value != "" {
				s.environment[name], s.variables[name] = value, variable
				break
			}
		}
	}
	return s
}

// Get is what counts for a name: what the block says, or else the environment.
func (s Settings) Get(name Name) string {
	if value := s.block[name]; value != "" {
		return value
	}
	return s.environment[name]
}

// rank is where the value of a name comes from: a lower one beats a higher one. The
// variables of azurerm and azapi come before all others, so that what signs in for those
// signs in here, whatever the Azure SDKs' variables are there for.
type rank int

const (
	inBlock rank = iota
	inARMVariable
	inOtherVariable
	nowhere
)

func (s Settings) rank(name Name) rank {
	switch {
	case s.block[name] != "":
		return inBlock
	case strings.HasPrefix(s.variables[name], "ARM_"):
		return inARMVariable
	case s.environment[name] != "":
		return inOtherVariable
	}
	return nowhere
}

// first is the one of several names that counts when they stand for the same thing: the
// one of the lowest rank, and among equals the one that is named first. Empty when none
// is there.
func (s Settings) first(names ...Name) Name {
	first, lowest := Name(""), nowhere
	for _, name := range names {
		if rank := s.rank(name); rank < lowest {
			first, lowest = name, rank
		}
	}
	return first
}

// together reports that two names are given in the same place, so that neither beats
// the other.
func (s Settings) together(one, other Name) bool {
	return s.rank(one) == s.rank(other) && s.rank(one) < nowhere
}

// IsTrue reads a switch that is off unless it is said to be on.
func (s Settings) IsTrue(name Name) bool { return truth(s.Get(name)) }

// IsFalse reads a switch that is on unless it is said to be off.
func (s Settings) IsFalse(name Name) bool {
	value := s.Get(name)
	return value != "" && !truth(value)
}

// truths are the ways to write a switch in a variable.
var truths = map[string]bool{
	"true": true, "t": true, "1": true, "yes": true, "on": true,
	"false": false, "f": false, "0": false, "no": false, "off": false,
}

func truth(value string) bool { return truths[strings.ToLower(value)] }

// List reads a list, whose elements semicolons, commas or spaces separate.
func (s Settings) List(name Name) []string {
	return strings.FieldsFunc(s.Get(name), func(r rune) bool { return r == ';' || r == ',' || r == ' ' })
}

// Source says where the value of a name comes from, for a person to read.
func (s Settings) Source(name Name) string {
	switch {
	case s.block[name] != "":
		return string(name) + " in the provider block"
	case s.environment[name] != "":
		return "the environment variable " + s.variables[name]
	}
	return ""
}

// Check says what is wrong with the values by themselves, wherever they come from:
// the schema sees only what the block says.
func (s Settings) Check() error {
	var problems []error
	for _, name := range switches {
		if _, ok := truths[strings.ToLower(s.Get(name))]; !ok && s.Get(name) != "" {
			problems = append(problems, fmt.Errorf("%s is %q, but only true or false means something there", s.Source(name), s.Get(name)))
		}
	}
	if id := s.Get(PartnerID); id != "" && uuid.Validate(id) != nil {
		problems = append(problems, fmt.Errorf("%s is %q, but a partner's id is a GUID", s.Source(PartnerID), id))
	}
	if id := s.Get(CorrelationRequestID); !printable(id) {
		problems = append(problems, fmt.Errorf("%s is %q, which cannot be sent: use a GUID", s.Source(CorrelationRequestID), id))
	}
	if tenants := s.List(AuxiliaryTenantIDs); len(tenants) > MaxAuxiliaryTenants {
		problems = append(problems, fmt.Errorf("%s names %d tenants, but Resource Manager takes the tokens of %d at most",
			s.Source(AuxiliaryTenantIDs), len(tenants), MaxAuxiliaryTenants))
	}
	for _, tenant := range append(s.List(AuxiliaryTenantIDs), s.Get(TenantID)) {
		if strings.Trim(tenant, tenantCharacters) != "" {
			problems = append(problems, fmt.Errorf("%q is no tenant: give its id, or one of its domains", tenant))
		}
	}
	return errors.Join(problems...)
}

// switches are the settings that are true or false.
var switches = []Name{UseOIDC, UseMSI, UseAKSWorkloadIdentity, UseCLI, DisableInstanceDiscovery, Preflight}

// MaxAuxiliaryTenants is how many more tenants' tokens Resource Manager takes with a
// request.
const MaxAuxiliaryTenants = 3

const tenantCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-"

// printable reports that a text can be the value of a header.
func printable(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}
