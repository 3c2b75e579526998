package auth

import (
	"bytes"
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

// cliTimeout bounds a call of az. It takes seconds to start on a slow machine; one that
// waits for a person would wait as long as the resource's own time lasts.
const cliTimeout = time.Minute

// cli signs in as Azure CLI is signed in. azidentity's own credential runs az in a
// folder where a relative AZURE_CONFIG_DIR is another one, and names a tenant where az
// takes none.
type cli struct {
	tenant, subscription string
	getenv               func(string) string
	// one lets only one az run at a time: they share files.
	one sync.Mutex
}

func (b builder) cli() (azcore.TokenCredential, error) {
	c := &cli{tenant: b.settings.Get(TenantID), subscription: b.settings.Get(SubscriptionID), getenv: b.settings.getenv}
	// On Windows, az is a batch file, whose arguments cmd.exe reads once more.
	if strings.Trim(c.subscription, tenantCharacters+"_ ") != "" {
		return nil, advise(fmt.Errorf("%s has characters that cannot be passed to az", b.settings.Source(SubscriptionID)), "Use the subscription's id.")
	}
	return c, nil
}

// GetToken implements [azcore.TokenCredential].
func (c *cli) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	c.one.Lock()
	defer c.one.Unlock()
	ctx, cancel := context.WithTimeout(ctx, cliTimeout)
	defer cancel()
	account := c.account(ctx, options.TenantID)
	if options.Claims != "" {
		command := strings.Join(append([]string{"az login"}, account...), " ") + " --claims-challenge " + base64.StdEncoding.EncodeToString([]byte(options.Claims))
		return azcore.AccessToken{}, advise(errors.New("az must sign in again: a policy of the tenant requires multifactor authentication or more claims"),
			"Run this command and try again: "+command)
	}
	resource := strings.TrimSuffix(options.Scopes[0], "/.default")
	output, err := c.run(ctx, append([]string{"account", "get-access-token", "-o", "json", "--resource", resource}, account...)...)
	if err != nil {
		return azcore.AccessToken{}, err
	}
	return readToken(output)
}

// account says which of az's accounts is meant. az takes a subscription or a tenant, not
// both: a subscription says the tenant as well, but not another one. An az that is signed
// in as a managed identity takes no tenant.
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

// isManagedIdentity reports whether az is signed in as one. Where az cannot say, the
// request for a token will.
func (c *cli) isManagedIdentity(ctx context.Context) bool {
	if strings.HasPrefix(c.getenv("AZUREPS_HOST_ENVIRONMENT"), "cloud-shell/") {
		return true
	}
	output, err := c.run(ctx, "account", "show", "-o", "json")
	if err != nil {
		return false
	}
	var account struct {
		User struct{ Name, Type string }
	}
	_ = json.Unmarshal(output, &account) // Then it is a user, as far as is known.
	user := account.User
	return user.Type == "servicePrincipal" && (user.Name == "systemAssignedIdentity" || user.Name == "userAssignedIdentity")
}

// run runs az and returns what it prints.
func (c *cli) run(ctx context.Context, arguments ...string) ([]byte, error) {
	path, err := exec.LookPath("az")
	if errors.Is(err, exec.ErrDot) {
		return nil, advise(err, "Put the folder of az into PATH with its whole path.")
	}
	if err != nil {
		return nil, advise(errors.New("there is no az on PATH: Azure CLI is not installed"),
			"Install Azure CLI and sign in with \"az login\", or choose another credential.")
	}
	var printed, said bytes.Buffer
	command := exec.CommandContext(ctx, path, arguments...)
	command.Stdout, command.Stderr = &printed, &said
	// Not the folder that Terraform runs in, whose modules Python would load.
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
	case errors.Is(err, exec.ErrWaitDelay) && printed.Len() > 0: // it left a process behind that holds its output
	case ctx.Err() != nil:
		return nil, fmt.Errorf("az did not answer within %s", cliTimeout)
	case err != nil:
		return nil, c.failure(err, strings.TrimSpace(said.String()))
	}
	return printed.Bytes(), nil
}

// failure is az's own words, with advice that fits them. az has no code for what is wrong.
func (c *cli) failure(err error, said string) error {
	if said == "" {
		return advise(fmt.Errorf("az ended without a word: %w", err), "Run \"az account show\" to see what is wrong.")
	}
	words, advice := strings.ToLower(said), "Run \"az account show\" to see whether az works by itself."
	switch {
	case strings.Contains(words, "az login"):
		advice = "Sign in with \"az login\" and try again."
	case strings.Contains(words, "permission"), strings.Contains(words, "access is denied"):
		advice = "Check that this user may read and write the folder of az's files: AZURE_CONFIG_DIR, or .azure in the home folder."
	case c.subscription != "" && strings.Contains(words, "subscription"):
		advice = "Check subscription_id (or ARM_SUBSCRIPTION_ID): \"az account list\" lists the subscriptions that az knows."
	}
	return advise(errors.New(said), advice)
}

// readToken reads what az prints.
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
			return azcore.AccessToken{}, advise(errors.New("az returned a token without the time when it expires"), "Update Azure CLI: az upgrade.")
		}
	}
	return azcore.AccessToken{Token: token.AccessToken, ExpiresOn: expires.UTC()}, nil
}
