// Command attachlikesdk attaches Batch accounts to workspaces of the emulator with the
// request that the Python SDK v1 sends. Each argument is WORKSPACE-ID/computes/NAME=ID-OF-THE-ACCOUNT.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"
)

func main() {
	certificate, err := os.ReadFile(os.Getenv("AZUREML_CA_CERTIFICATE_PATH")) //nolint:gosec // The emulator sets the path.
	if err != nil {
		log.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(certificate)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}
	form := url.Values{
		"grant_type": {"client_credentials"}, "client_id": {os.Getenv("ARM_CLIENT_ID")}, "client_secret": {os.Getenv("ARM_CLIENT_SECRET")},
		"scope": {os.Getenv("ARM_RESOURCE_MANAGER_AUDIENCE") + "/.default"},
	}
	var token struct {
		AccessToken string `json:"access_token"`
	}
	send(client, http.MethodPost, os.Getenv("ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST")+"/"+os.Getenv("ARM_TENANT_ID")+"/oauth2/v2.0/token",
		http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, form.Encode(), &token)
	for _, argument := range os.Args[1:] {
		compute, account, _ := strings.Cut(argument, "=")
		body := fmt.Sprintf(`{"location": "westeurope", "properties": {"computeType": "Batch", "resourceId": %q}}`, account)
		send(client, http.MethodPut, os.Getenv("ARM_RESOURCE_MANAGER_ENDPOINT")+compute+"?api-version=2020-02-02",
			http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer " + token.AccessToken}}, body, nil)
		fmt.Println("attached", path.Base(account), "as", compute[strings.Index(compute, "/workspaces/")+len("/workspaces/"):])
	}
}

func send(client *http.Client, method, address string, header http.Header, body string, into any) {
	request, err := http.NewRequestWithContext(context.Background(), method, address, strings.NewReader(body)) //nolint:gosec // The address is the emulator's.
	if err != nil {
		log.Fatal(err)
	}
	request.Header = header
	response, err := client.Do(request) //nolint:gosec // The address is the emulator's.
	if err != nil {
		log.Fatal(err)
	}
	content, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if err == nil && into != nil {
		err = json.Unmarshal(content, into)
	}
	if err != nil || response.StatusCode >= http.StatusBadRequest {
		log.Fatalf("%s %s: %s %v\n%s", method, request.URL.Path, response.Status, err, content) //nolint:gosec // Printed to a terminal.
	}
}
