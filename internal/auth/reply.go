package auth

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/safetext"
)

// replyError reports a refusal of Entra ID, of an issuer of tokens, or of a managed
// identity endpoint.
type replyError struct {
	host, status string
	// said is the service's own sentence; empty when there is none.
	said string
	// code is Entra ID's, such as 7000215; empty when there is none.
	code string
}

// entraCode finds the code in a sentence of Entra ID's.
var entraCode = regexp.MustCompile(`^AADSTS(\d+)`)

func newReplyError(response *http.Response, body []byte) error {
	e := &replyError{host: "The host", status: response.Status}
	if response.Request != nil {
		e.host = response.Request.URL.Host
	}
	var refusal struct {
		Description string `json:"error_description"` // Entra ID's, and the metadata service's
		Message     string `json:"message"`           // App Service's
		Codes       []int  `json:"error_codes"`
	}
	text := strings.TrimSpace(string(body))
	if json.Unmarshal(body, &refusal) == nil {
		e.said = safetext.Lines(strings.ReplaceAll(refusal.Description+refusal.Message, "\r\n", "\n"))
	}
	switch match := entraCode.FindStringSubmatch(e.said); {
	case len(refusal.Codes) > 0:
		e.code = fmt.Sprint(refusal.Codes[0])
	case match != nil:
		e.code = match[1]
	}
	switch {
	case e.said != "":
		return e
	case text == "":
		return e
	case !strings.HasPrefix(text, "<") && len(text) < maxPlainText:
		e.status += ": " + safetext.Lines(text)
		return e
	}
	return advise(fmt.Errorf("%w, and not in the way of Azure: is there a proxy on the way?", e),
		"Have the proxy let requests to that host through, or name it in NO_PROXY.")
}

// maxPlainText is the longest reply, in bytes, that is shown when it is not in a form
// that is known.
const maxPlainText = 1000

func (e *replyError) Error() string {
	if e.said != "" {
		return e.said
	}
	return fmt.Sprintf("%s answered %s", e.host, e.status)
}

// entraAdvice is what to do about Entra ID's codes. A code stands for all that begin
// with it, such as 70021 for 700213, except for those in front of it.
var entraAdvice = []struct{ code, advice string }{
	{"7000215", "Check client_secret: it is the secret's value, not its id, and belongs to the application client_id."},
	{"7000222", "The secret has expired. Make a new one for the application, and give its value as client_secret."},
	{"7000112", "The application is disabled. Its owner can enable it again in Entra ID, under Enterprise applications, Properties."},
	{"7000229", "The application has no service principal in this tenant. Make one: az ad sp create --id CLIENT_ID; or check tenant_id and client_id."},
	{"700027", "Add the certificate to the application, or check tenant_id, client_id and which certificate is used."},
	{"700016", "Check client_id and tenant_id: they name an application, and a tenant that it is in."},
	{"700024", "The token is too old or too new. Get a new one, close to its use, and check this machine's clock."},
	{"70021", "Give the application a federated credential with exactly the issuer, the subject and the audience of the token."},
	{"900023", "Check tenant_id: it is the tenant's id, or one of its domains."},
	{"90002", "Check tenant_id, and environment if the tenant is in another cloud than the public one."},
	{"500011", "Check resource_manager_audience and environment: the tenant does not know the audience."},
	{"53003", "A Conditional Access policy of the tenant blocks this sign-in, often by location. Run Terraform where the policy allows it, or have an administrator change the policy."},
}

// tokenByValue is the advice about an expired token that cannot be replaced while
// Terraform runs.
const tokenByValue = "The token is too old or too new, and oidc_token does not change while Terraform runs. " +
	"Give oidc_token_file_path in its place, whose file is read again whenever a token is needed, or oidc_request_url. Also check this machine's clock."

// advice is what to do about a refusal; empty when only the method tells.
func (e *replyError) advice(fixedToken bool) string {
	if e.code == "700024" && fixedToken {
		return tokenByValue
	}
	for _, known := range entraAdvice {
		if strings.HasPrefix(e.code, known.code) {
			return known.advice
		}
	}
	return ""
}
