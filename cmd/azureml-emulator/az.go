package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// azureCLI is the emulator's own az, which comes first on the command's PATH. Otherwise a provider block with use_cli = true would
// run the real one, and send a real token to the emulator.
type azureCLI struct {
	bin    string // the folder with az
	config string // an empty AZURE_CONFIG_DIR, in which a real az is not signed in, if a command finds it all the same
}

func newAzureCLI(variables map[string]string) (*azureCLI, error) {
	dir, err := os.MkdirTemp("", "azureml-emulator-az-")
	if err != nil {
		return nil, err
	}
	cli := &azureCLI{bin: filepath.Join(dir, "bin"), config: filepath.Join(dir, "config")}
	if err := cli.install(filepath.Join(dir, "variables.json"), variables); err != nil {
		return nil, errors.Join(err, cli.remove())
	}
	return cli, nil
}

// install writes az, a script that runs this program's subcommand of that name, and a file with the variables by which it signs
// in: the command may have changed its own.
func (cli *azureCLI) install(file string, variables map[string]string) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	for _, dir := range []string{cli.bin, cli.config} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			return err
		}
	}
	data, err := json.Marshal(variables)
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, data, 0o600); err != nil {
		return err
	}
	script := "#!/bin/sh\nexec " + quoteForShell(program) + " az " + quoteForShell(file) + " \"$@\"\n"
	if runtime.GOOS == "windows" {
		inBatch := func(path string) string { return `"` + strings.ReplaceAll(path, "%", "%%") + `"` }
		script = "@" + inBatch(program) + " az " + inBatch(file) + " %*\r\n"
	}
	return os.WriteFile(cli.path(), []byte(script), 0o700) //nolint:gosec // It is to be run.
}

// path returns the path of az.
func (cli *azureCLI) path() string {
	if runtime.GOOS == "windows" {
		return filepath.Join(cli.bin, "az.cmd")
	}
	return filepath.Join(cli.bin, "az")
}

// inPlaceOf returns the path of this az if the command is az itself, because os/exec looks a command up on this process's own
// PATH. It returns any other command unchanged.
func (cli *azureCLI) inPlaceOf(command string) string {
	name := command
	if runtime.GOOS == "windows" {
		name = strings.ToLower(name)
		name = strings.TrimSuffix(strings.TrimSuffix(name, ".cmd"), ".exe")
	}
	if name == "az" {
		return cli.path()
	}
	return command
}

func (cli *azureCLI) remove() error { return os.RemoveAll(filepath.Dir(cli.bin)) }

const azUsage = `the az of azureml-emulator exec, which keeps the real one away from the emulator,
does "az account get-access-token", "az account show" and "az version" alone`

// runAz does what programs run az for to sign in. Its first argument is the file with the variables of the emulator that issues
// the tokens.
func runAz(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		_, _ = fmt.Fprintln(stderr, azUsage)
		return exitUsage
	}
	variables, err := readJSON(args[0], func(r io.Reader) (all map[string]string, err error) {
		err = json.NewDecoder(r).Decode(&all)
		return all, err
	})
	if err != nil {
		return fail(stderr, err)
	}
	args = args[1:]
	var words []string
	for len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		words, args = append(words, args[0]), args[1:]
	}
	request, err := parseAz(args, variables)
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "ERROR:", err)
		return exitError
	}
	var printed any
	switch strings.Join(words, " ") {
	case "account get-access-token":
		printed, err = request.token(ctx, variables)
	case "account show":
		printed = map[string]any{
			"environmentName": "AzureCloud", "id": variables["ARM_SUBSCRIPTION_ID"], "isDefault": true, "name": "Emulator", "state": "Enabled",
			"tenantId": variables["ARM_TENANT_ID"], "user": map[string]string{"name": variables["ARM_CLIENT_ID"], "type": "servicePrincipal"},
		}
	case "version":
		printed = map[string]string{"azure-cli": "2.80.0"}
	default:
		err = errors.New(azUsage)
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "ERROR:", err)
		return exitError
	}
	if err := printJSON(stdout, printed); err != nil {
		return fail(stderr, err)
	}
	return 0
}

// azRequest holds the flags of az.
type azRequest struct{ resource, scope, tenant, subscription, output string }

func parseAz(args []string, variables map[string]string) (*azRequest, error) {
	r := &azRequest{tenant: variables["ARM_TENANT_ID"], subscription: variables["ARM_SUBSCRIPTION_ID"]}
	flags := flag.NewFlagSet("az", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&r.resource, "resource", "https://management.core.windows.net/", "")
	flags.StringVar(&r.scope, "scope", "", "")
	for _, name := range []string{"tenant", "t"} {
		flags.StringVar(&r.tenant, name, r.tenant, "")
	}
	for _, name := range []string{"subscription", "s", "name", "n"} {
		flags.StringVar(&r.subscription, name, r.subscription, "")
	}
	for _, name := range []string{"output", "o"} {
		flags.StringVar(&r.output, name, "json", "")
	}
	switch err := flags.Parse(args); {
	case err != nil:
		return nil, fmt.Errorf("%w; %s", err, azUsage)
	case r.output != "json":
		return nil, fmt.Errorf("it prints JSON, and not %s; %s", r.output, azUsage)
	}
	return r, nil
}

// token signs in to the emulator, and returns the token as az prints it.
func (r *azRequest) token(ctx context.Context, variables map[string]string) (any, error) {
	token, err := requestToken(ctx, r.tenant, cmp.Or(r.scope, r.resource+"/.default"), variables)
	if err != nil {
		return nil, err
	}
	expires := time.Now().Add(time.Duration(token.ExpiresIn) * time.Second)
	return map[string]any{
		"accessToken": token.AccessToken, "expiresOn": expires.Format("2006-01-02 15:04:05.000000"), "expires_on": expires.Unix(),
		"subscription": r.subscription, "tenant": r.tenant, "tokenType": "Bearer",
	}, nil
}

type tokenReply struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int    `json:"expires_in"`
	Description string `json:"error_description"`
}

// requestToken requests a token from the emulator's Entra ID with the application's secret.
func requestToken(ctx context.Context, tenant, scope string, variables map[string]string) (token tokenReply, err error) {
	authority, err := os.ReadFile(variables["AZUREML_CA_CERTIFICATE_PATH"]) //nolint:gosec // exec has written the path.
	if err != nil {
		return token, fmt.Errorf("the emulator has ended: %w", err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	// Without a proxy, which would not reach the emulator.
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}}
	defer client.CloseIdleConnections()
	form := url.Values{
		"grant_type": {"client_credentials"}, "client_id": {variables["ARM_CLIENT_ID"]}, "client_secret": {variables["ARM_CLIENT_SECRET"]}, "scope": {scope},
	}
	address := variables["ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST"] + "/" + url.PathEscape(tenant) + "/oauth2/v2.0/token"
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode())) //nolint:gosec // exec has written the address.
	if err != nil {
		return token, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := client.Do(request) //nolint:gosec // As above.
	if err != nil {
		return token, err
	}
	defer func() { _ = response.Body.Close() }() // It has been read.
	if err := json.NewDecoder(response.Body).Decode(&token); err != nil {
		return token, fmt.Errorf("the emulator's reply is not JSON: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return token, errors.New(token.Description)
	}
	return token, nil
}
