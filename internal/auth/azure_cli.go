package auth

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// cliTimeout bounds a call of az. Starting takes seconds on a slow machine; without a
// limit, a prompt that nobody answers would use up the resource's own timeout.
const cliTimeout = time.Minute

// cli gets tokens from Azure CLI. azidentity's own credential runs az in another folder,
// where a relative AZURE_CONFIG_DIR does not resolve, and passes a tenant even to an az
// that does not accept one.
type cli struct {
	tenant, subscription string
	getenv               func(string) string
	// mu lets only one az run at a time: they share files.
	mu sync.Mutex
}

func (b builder) cli() (azcore.TokenCredential, error) {
	c := &cli{tenant: b.settings.Get(TenantID), subscription: b.settings.Get(SubscriptionID), getenv: b.settings.getenv}
	// On Windows, az is a batch file, and cmd.exe parses its arguments again.
	if strings.Trim(c.subscription, tenantCharacters+"_ ") != "" {
		return nil, advise(fmt.Errorf("%s has characters that cannot be passed to az", b.settings.Source(SubscriptionID)), "Use the subscription's id.")
	}
	return c, nil
}

// GetToken implements [azcore.TokenCredential].
func (c *cli) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, cliTimeout)
	defer cancel()
	if options.Claims != "" {
		return azcore.AccessToken{}, advise(errors.New("az must sign in again: a policy of the tenant requires multifactor authentication or more claims"),
			"Run this command and try again: "+c.login(options))
	}
	resource := strings.TrimSuffix(options.Scopes[0], "/.default")
	arguments := []string{"account", "get-access-token", "-o", "json", "--resource", resource}
	output, err := c.run(ctx, append(arguments, c.account(ctx, options.TenantID)...)...)
	if err != nil {
		return azcore.AccessToken{}, err
	}
	return readToken(output)
}

// login returns the command that signs az in with the claims that a policy requires.
func (c *cli) login(options policy.TokenRequestOptions) string {
	command := "az login"
	if tenant := cmp.Or(options.TenantID, c.tenant); tenant != "" {
		command += " --tenant " + tenant
	}
	// JSON may begin with spaces. With these, its base64 does not look like a token or a key,
	// which messages mask.
	claims := strings.Repeat(" ", 3-len(options.Claims)%3) + options.Claims
	return command + " --claims-challenge " + base64.StdEncoding.EncodeToString([]byte(claims))
}

// account returns the arguments that select one of az's accounts. az accepts a
// subscription or a tenant, not both: a subscription implies its own tenant, but not an
// auxiliary one. An az that is signed in as a managed identity accepts no tenant.
func (c *cli) account(ctx context.Context, auxiliary string) []string {
	switch {
	case auxiliary != "":
		return []string{"--tenant", auxiliary}
	case c.subscription != "":
		return []string{"--subscription", c.subscription}
	case c.tenant != "" && !c.isManagedIdentity(ctx):
		return []string{"--tenant", c.tenant}
	}
	return nil
}

// isManagedIdentity reports whether az is signed in as one. If az cannot tell, the
// token request that follows reports the error.
func (c *cli) isManagedIdentity(ctx context.Context) bool {
	if strings.HasPrefix(c.getenv("AZUREPS_HOST_ENVIRONMENT"), "cloud-shell/") {
		return true
	}
	output, _ := c.run(ctx, "account", "show", "-o", "json")
	var account struct {
		User struct{ Name, Type string }
	}
	_ = json.Unmarshal(output, &account) // No output and unreadable output count as a user.
	user := account.User
	return user.Type == "servicePrincipal" && (user.Name == "systemAssignedIdentity" || user.Name == "userAssignedIdentity")
}

// run runs az and returns what it prints.
func (c *cli) run(ctx context.Context, arguments ...string) ([]byte, error) {
	path, err := exec.LookPath("az")
	if errors.Is(err, exec.ErrDot) {
		return nil, advise(err, "Add the folder of az to PATH as an absolute path.")
	}
	if err != nil {
		return nil, advise(errors.New("there is no az on PATH: Azure CLI is not installed"),
			"Install Azure CLI and sign in with \"az login\", or choose another credential.")
	}
	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(ctx, path, arguments...)
	command.Stdout, command.Stderr = &stdout, &stderr
	// In the folder that Terraform runs in, Python would load any modules it finds.
	command.Dir = filepath.Dir(path)
	command.Env = os.Environ()
	if folder := c.getenv("AZURE_CONFIG_DIR"); folder != "" {
		if absolute, err := filepath.Abs(folder); err == nil {
			command.Env = append(command.Env, "AZURE_CONFIG_DIR="+absolute)
		}
	}
	command.WaitDelay = time.Second
	err = command.Run()
	switch {
	case errors.Is(err, exec.ErrWaitDelay) && stdout.Len() > 0: // a child process of az still holds the pipe
	case ctx.Err() != nil:
		return nil, fmt.Errorf("az did not finish within %s", cliTimeout)
	case err != nil:
		return nil, c.failure(err, strings.TrimSpace(stderr.String()))
	}
	return stdout.Bytes(), nil
}

// failure returns az's own message, with advice chosen by its words: az reports no error
// codes.
func (c *cli) failure(err error, message string) error {
	if message == "" {
		return advise(fmt.Errorf("az failed without an error message: %w", err), "Run \"az account show\" to see what is wrong.")
	}
	words, advice := strings.ToLower(message), "Run \"az account show\" to check that az works."
	switch {
	case strings.Contains(words, "az login"):
		advice = "Sign in with \"az login\" and try again."
	case strings.Contains(words, "permission"), strings.Contains(words, "access is denied"):
		advice = "Check that this user can read and write az's configuration folder: AZURE_CONFIG_DIR, or .azure in the home folder."
	case c.subscription != "" && strings.Contains(words, "subscription"):
		advice = "Check subscription_id (or ARM_SUBSCRIPTION_ID): \"az account list\" lists the subscriptions that az knows."
	}
	return advise(errors.New(message), advice)
}

// readToken parses the output of az account get-access-token.
func readToken(output []byte) (azcore.AccessToken, error) {
	var token struct {
		AccessToken string `json:"accessToken"`
		ExpiresOn   string `json:"expiresOn"` // in the machine's own time zone
		Expires     int64  `json:"expires_on"`
	}
	if err := json.Unmarshal(output, &token); err != nil || token.AccessToken == "" {
		return azcore.AccessToken{}, advise(errors.New("az did not return a token"), "Run \"az account get-access-token\" to see what it prints.")
	}
	expires := time.Unix(token.Expires, 0)
	if token.Expires == 0 {
		var err error
		if expires, err = time.ParseInLocation("2006-01-02 15:04:05.999999", token.ExpiresOn, time.Local); err != nil {
			return azcore.AccessToken{}, advise(errors.New("az returned a token without an expiry time"), "Update Azure CLI: az upgrade.")
		}
	}
	return azcore.AccessToken{Token: token.AccessToken, ExpiresOn: expires.UTC()}, nil
}
