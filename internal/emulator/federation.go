package emulator

import (
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
)

// A FederatedToken is a token of another identity provider, or the federated credential of an application that trusts such
// tokens. The emulator has the provider's key.
type FederatedToken struct {
	Issuer, Subject, Audience string
	// Expires is when the token expires; zero means in an hour. A credential has none.
	Expires time.Time
}

// FederationAudience is the audience that Entra ID requires of such a token.
const FederationAudience = "api://AzureADTokenExchange"

// The identity providers whose tokens the emulator issues and the application trusts.
var (
	GitHubFederation = FederatedToken{
		Issuer: "https://token.actions.githubusercontent.com", Subject: "repo:octo-org/octo-repo:ref:refs/heads/main", Audience: FederationAudience,
	}
	AzureDevOpsFederation = FederatedToken{
		Issuer: "https://vstoken.dev.azure.com/00000000-0000-0000-0000-0000000000d0", Subject: "sc://octo-org/octo-project/octo-connection", Audience: FederationAudience,
	}
	ClusterFederation = FederatedToken{
		Issuer:  "https://westeurope.oic.prod-aks.azure.com/" + DefaultTenantID + "/00000000-0000-0000-0000-0000000000c0/",
		Subject: "system:serviceaccount:octo:runner", Audience: FederationAudience,
	}
)

// SignFederatedToken returns a token as an identity provider issues it, such as the one that Kubernetes writes to a file of a pod.
func (e *Emulator) SignFederatedToken(t FederatedToken) string {
	now := time.Now()
	if t.Expires.IsZero() {
		t.Expires = now.Add(time.Hour)
	}
	return signJWT(issuerKey(), map[string]string{"typ": "JWT", "alg": "RS256", "kid": "emulator"}, map[string]any{
		"iss": t.Issuer, "sub": t.Subject, "aud": t.Audience,
		"iat": now.Unix(), "nbf": now.Unix(), "exp": t.Expires.Unix(), "jti": uuid.NewString(),
	})
}

// A Job is what a job of GitHub Actions or Azure DevOps needs to request tokens.
type Job struct {
	RequestURL, RequestToken string
	// ServiceConnectionID is empty for GitHub Actions.
	ServiceConnectionID string
}

const (
	jobPath       = "/_apis/distributedtask/hubs/build/plans/00000000-0000-0000-0000-0000000000b1/jobs/00000000-0000-0000-0000-0000000000b2/"
	gitHubPath    = "/octo" + jobPath + "idtoken"
	devOpsPath    = "/octo-org/octo-project" + jobPath + "oidctoken"
	connectionID  = "00000000-0000-0000-0000-0000000000b3"
	gitHubPurpose = "GitHub Actions"
	devOpsPurpose = "Azure DevOps"
)

// GitHubJob returns a job of GitHub Actions that may request tokens of [GitHubFederation].
func (e *Emulator) GitHubJob() Job {
	return Job{RequestURL: e.url + gitHubPath + "?api-version=2.0", RequestToken: e.ticket(gitHubPurpose)}
}

// AzureDevOpsJob returns a job of Azure DevOps that may request tokens of [AzureDevOpsFederation].
func (e *Emulator) AzureDevOpsJob() Job {
	return Job{RequestURL: e.url + devOpsPath, RequestToken: e.ticket(devOpsPurpose), ServiceConnectionID: connectionID}
}

// ticket returns a secret that is valid for one purpose.
func (e *Emulator) ticket(purpose string) string { return hex.EncodeToString(e.mac(purpose)) }

func (e *Emulator) hasTicket(c *call, purpose string) bool {
	return c.header.Get("Authorization") == "Bearer "+e.ticket(purpose)
}

// serveGitHub returns a token to a job of GitHub Actions, which chooses the audience.
func (e *Emulator) serveGitHub(c *call) *reply {
	switch {
	case c.method != http.MethodGet:
		return emptyReply(http.StatusMethodNotAllowed)
	case !e.hasTicket(c, gitHubPurpose):
		return emptyReply(http.StatusUnauthorized)
	}
	token := GitHubFederation
	if token.Audience = c.query.Get("audience"); token.Audience == "" {
		token.Audience = "https://github.com/octo-org"
	}
	signed := e.SignFederatedToken(token)
	return document(http.StatusOK, map[string]any{"count": len(signed), "value": signed})
}

// serveDevOps returns a token to a job of Azure DevOps. An unauthorized client is redirected to a sign-in page, unless the request
// forbids that.
func (e *Emulator) serveDevOps(c *call) *reply {
	refuse := func(status int, message string) *reply {
		return document(status, map[string]any{"$id": "1", "innerException": nil, "message": message})
	}
	switch {
	case !e.hasTicket(c, devOpsPurpose) && !strings.EqualFold(c.header.Get("X-TFS-FedAuthRedirect"), "Suppress"):
		r := emptyReply(http.StatusFound)
		r.header.Set("Location", "https://spsprodweu1.vssps.visualstudio.com/_signin")
		return r
	case !e.hasTicket(c, devOpsPurpose):
		return refuse(http.StatusUnauthorized, "TF400813: The user '' is not authorized to access this resource.")
	case c.method != http.MethodPost:
		return refuse(http.StatusMethodNotAllowed, "The requested resource does not support http method '"+c.method+"'.")
	case c.query.Get("api-version") == "":
		return refuse(http.StatusBadRequest, "No api-version was supplied for the request.")
	case !strings.EqualFold(c.query.Get("serviceConnectionId"), connectionID):
		return refuse(http.StatusNotFound, "Could not find service connection with ID "+c.query.Get("serviceConnectionId")+".")
	}
	return document(http.StatusOK, map[string]string{"oidcToken": e.SignFederatedToken(AzureDevOpsFederation)})
}
