package auth

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/safetext"
)

// replyError reports an error response of Entra ID, of an issuer of tokens, or of a
// managed identity endpoint, or the page of something in between.
type replyError struct {
	host, status string
	// busy is set if the host refuses every request for now, whatever the credential.
	busy bool
	// message is the service's own; empty if there is none.
	message string
	// code is Entra ID's, such as 7000215; empty if there is none.
	code string
}

// entraCode finds the code in a message of Entra ID's.
var entraCode = regexp.MustCompile(`^AADSTS(\d+)`)

func newReplyError(response *http.Response, body []byte) error {
	e := &replyError{
		host: response.Request.URL.Host, status: response.Status,
		busy: isBusy(response),
	}
	var refusal struct {
		Description string `json:"error_description"` // Entra ID's, and the metadata service's
		Message     string `json:"message"`           // App Service's
		Codes       []int  `json:"error_codes"`
	}
	text := strings.TrimSpace(string(body))
	_ = json.Unmarshal(body, &refusal) // what is not JSON has no message
	e.message = safetext.Lines(strings.ReplaceAll(refusal.Description+refusal.Message, "\r\n", "\n"))
	switch match := entraCode.FindStringSubmatch(e.message); {
	case len(refusal.Codes) > 0:
		e.code = fmt.Sprint(refusal.Codes[0])
	case match != nil:
		e.code = match[1]
	}
	switch {
	case e.message != "":
		return e
	case text == "":
		return e
	case safetext.IsPlain(text) && response.StatusCode != http.StatusOK: // 200 may be a token
		e.status += ": " + safetext.Lines(text)
		return e
	}
	return advise(fmt.Errorf("%w, in a form that is not Azure's: is there a proxy in between?", e),
		"Allow requests to that host in the proxy, or add the host to NO_PROXY.")
}

func isBusy(response *http.Response) bool {
	return response.StatusCode == http.StatusTooManyRequests || response.StatusCode >= 500
}

const busyAdvice = "The credential is not the cause. Try again in some minutes."

func (e *replyError) Error() string {
	if e.message != "" {
		return e.message
	}
	return fmt.Sprintf("%s responded %s", e.host, e.status)
}

// entraAdvice says what to do about Entra ID's codes. The first entry that is a prefix of
// the code applies: 70021 applies to 700213.
var entraAdvice = []struct{ code, advice string }{
	{"7000215", "Check client_secret: it is the secret's value, not its id, and belongs to the application client_id."},
	{"7000222", "The secret has expired. Create a new one for the application, and set client_secret to its value."},
	{"7000112", "The application is disabled. Its owner can enable it again in Entra ID, under Enterprise applications, Properties."},
	{"7000229", "The application has no service principal in this tenant. Create one with \"az ad sp create --id CLIENT_ID\", or check tenant_id and client_id."},
	{"700027", "Add the certificate to the application, or check tenant_id, client_id and the certificate."},
	{"700016", "Check client_id and tenant_id: the tenant has no such application."},
	{"700024", "The token has expired or is not valid yet. Get a new one shortly before it is used, and check this machine's clock."},
	{"70021", "Add a federated credential to the application, with exactly the issuer, subject and audience of the token."},
	{"900023", "Check tenant_id: it is the tenant's id, or one of its domains."},
	{"90002", "Check tenant_id, and environment if the tenant is not in the public cloud."},
	{"500011", "Check resource_manager_audience and environment: the tenant does not know the audience."},
	{"53003", "A Conditional Access policy of the tenant blocks this sign-in, often by location. Run Terraform where the policy allows it, or have an administrator change the policy."},
}

// tokenByValue is the advice for an expired token that is set by value.
const tokenByValue = "The token has expired or is not valid yet, and oidc_token cannot change while Terraform runs. " +
	"Use oidc_token_file_path, whose file is read again whenever a token is needed, or oidc_request_url instead. Also check this machine's clock."

// advice says what to do about the code or the status; empty for others, for which the
// method's advice applies.
func (e *replyError) advice(fixedToken bool) string {
	if e.code == "700024" && fixedToken {
		return tokenByValue
	}
	for _, known := range entraAdvice {
		if strings.HasPrefix(e.code, known.code) {
			return known.advice
		}
	}
	if e.busy {
		return busyAdvice
	}
	return ""
}
