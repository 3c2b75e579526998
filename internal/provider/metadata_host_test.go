package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// metadata_host describes its cloud, and the secret is sent to no other cloud.
func TestMetadataHost(t *testing.T) {
	for name, block := range map[string]acctest.Attributes{"block": {"metadata_host": "host"}, "environment": nil} {
		t.Run(name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			host := strings.TrimPrefix(e.URL(), "https://")
			changes := acctest.Attributes{"endpoint": nil, "disable_instance_discovery": nil, "environment": "usgovernment"}
			if block == nil {
				t.Setenv("ARM_METADATA_HOSTNAME", host)
			} else {
				changes["metadata_host"] = host
			}
			must(t, signIn(t, e, changes, func(options *azureml.Options) {
				options.Transport = before{options.Transport, func(request *http.Request) {
					if request.URL.Host != host {
						t.Errorf("a request went to %s", request.URL.Host)
					}
				}}
			}))
			wantAttached(t, e)
			for _, request := range e.ARMRequests() {
				if audience := claimsOf(t, request.Header.Get("Authorization")).Audience; audience != e.URL() {
					t.Errorf("the token is for %q", audience)
				}
			}
		})
	}
}

// If the description of the cloud cannot be read, nothing is sent to another cloud.
func TestMetadataHostFails(t *testing.T) {
	for name, test := range map[string]struct {
		reply emulator.Fault
		says  string
	}{
		"not found":        {emulator.Fault{Status: http.StatusNotFound, Body: "no such page"}, "404 Not Found: no such page"},
		"no JSON":          {emulator.Fault{Status: http.StatusOK, Body: "<html>"}, "is there a proxy in between?"},
		"no address":       {emulator.Fault{Status: http.StatusOK, Body: `{"resourceManager": "https://arm.example"}`}, "authentication.loginEndpoint"},
		"only one address": {emulator.Fault{Status: http.StatusOK, Body: `{"authentication": {"loginEndpoint": "https://login.example"}}`}, "resourceManager: "},
		"plain HTTP":       {emulator.Fault{Status: http.StatusOK, Body: `{"authentication": {"loginEndpoint": "http://login.example"}}`}, "authentication.loginEndpoint"},
		"an old form":      {emulator.Fault{Status: http.StatusOK, Body: `[{"name": "AzureCloud"}]`}, "it is not a JSON object"},
		"a proxy":          {emulator.Fault{Status: http.StatusBadGateway, Body: "<html>"}, "is there a proxy in between?\n\nAllow requests to that host in the proxy"},
		"a password":       {emulator.Fault{Path: "/nothing"}, "has more than a host and a path"},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			host := strings.TrimPrefix(e.URL(), "https://")
			if test.reply.Path == "" {
				test.reply.Path, test.reply.Times = "/metadata/endpoints", -1
			} else {
				host = "me:hidden@" + host
			}
			e.Inject(test.reply)
			err := signIn(t, e, acctest.Attributes{"endpoint": nil, "metadata_host": host})
			acctest.WantError(t, err, "metadata_host in the provider block", test.says)
			if err != nil && strings.Contains(err.Error(), "hidden") {
				t.Errorf("the error shows what is hidden:\n%v", err)
			}
			for _, request := range e.Requests() {
				if strings.Contains(string(request.Body), emulator.DefaultClientSecret) {
					t.Errorf("the secret was sent to %s", request.Path)
				}
			}
		})
	}
}

// A host that accepts the request and does not reply gets a minute.
func TestMetadataHostHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		err := signIn(t, acctest.NewEmulator(t), acctest.Attributes{"endpoint": nil, "metadata_host": "slow.example"}, func(options *azureml.Options) {
			options.Transport = failing{options.Transport, "slow.example", func(request *http.Request) error {
				<-request.Context().Done()
				return request.Context().Err()
			}}
		})
		if err == nil || !strings.Contains(err.Error(), "slow.example could not be reached") || time.Since(start) != time.Minute {
			t.Errorf("after %s: %v", time.Since(start), err)
		}
	})
}

// The public cloud is asked whether it knows the authority, unless that is switched off:
// then it gets no request.
func TestInstanceDiscovery(t *testing.T) {
	job := func(e *emulator.Emulator) acctest.Attributes {
		return without(acctest.Attributes{"use_oidc": true, "oidc_request_url": e.GitHubJob().RequestURL, "oidc_request_token": e.GitHubJob().RequestToken})
	}
	for name, method := range map[string]func(*emulator.Emulator) acctest.Attributes{
		"client secret": func(*emulator.Emulator) acctest.Attributes { return acctest.Attributes{} },
		"client certificate": func(*emulator.Emulator) acctest.Attributes {
			return without(acctest.Attributes{"client_certificate_path": file(t, "client.pfx", pfx(t, guideCertificate(), ""))})
		},
		"OpenID Connect": job,
	} {
		for _, discovery := range []struct {
			disabled any
			metadata bool
			sent     bool
		}{{nil, false, true}, {false, false, true}, {true, false, false}, {nil, true, false}, {false, true, true}} {
			t.Run(fmt.Sprintf("%s, disabled: %v, metadata host: %t", name, discovery.disabled, discovery.metadata), func(t *testing.T) {
				e := acctest.NewEmulator(t, emulator.WithCertificate(guideCertificate()))
				changes := method(e)
				changes["disable_instance_discovery"] = discovery.disabled
				if discovery.metadata {
					changes["endpoint"], changes["metadata_host"] = nil, strings.TrimPrefix(e.URL(), "https://")
				}
				must(t, signIn(t, e, changes))
				wantAttached(t, e)
				sent := false
				for _, request := range e.Requests() {
					sent = sent || strings.HasSuffix(request.Path, "/discovery/instance")
				}
				if sent != discovery.sent {
					t.Errorf("instance discovery was requested: %t, want %t", sent, discovery.sent)
				}
			})
		}
	}
}
