package provider_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/hashicorp/terraform-plugin-log/tfsdklogtest"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// logged is a test that writes the provider's log to a buffer.
type logged struct {
	testing.TB
	log *bytes.Buffer
}

func (l logged) Context() context.Context {
	return tflogtest.RootLogger(tfsdklogtest.RootLogger(l.TB.Context(), l.log), l.log)
}

// Even at TRACE, the log holds no secret and no token. At INFO, it says how the provider
// signs in.
func TestLog(t *testing.T) {
	certificate := newCertificate(time.Hour)
	pfx := base64.StdEncoding.EncodeToString(pfx(t, certificate, certificatePassword))
	for name, test := range map[string]struct {
		changes func(*emulator.Emulator) (acctest.Attributes, []string)
		says    string
	}{
		"client secret": {func(*emulator.Emulator) (acctest.Attributes, []string) {
			return nil, []string{emulator.DefaultClientSecret}
		}, "client secret (client_secret in the provider block)"},
		"wrong secret": {func(*emulator.Emulator) (acctest.Attributes, []string) {
			return acctest.Attributes{"client_secret": "not-the-secret"}, []string{"not-the-secret"}
		}, "client secret (client_secret in the provider block)"},
		"client certificate": {func(*emulator.Emulator) (acctest.Attributes, []string) {
			return without(acctest.Attributes{"client_certificate": pfx, "client_certificate_password": certificatePassword}), []string{pfx, certificatePassword}
		}, "client certificate (client_certificate in the provider block)"},
		"OpenID Connect token": {func(e *emulator.Emulator) (acctest.Attributes, []string) {
			token := e.SignFederatedToken(emulator.ClusterFederation)
			return without(acctest.Attributes{"use_oidc": true, "oidc_token": token}), []string{token}
		}, "OpenID Connect (use_oidc in the provider block)"},
		"OpenID Connect request": {func(e *emulator.Emulator) (acctest.Attributes, []string) {
			job := e.GitHubJob()
			return without(acctest.Attributes{"use_oidc": true, "oidc_request_url": job.RequestURL, "oidc_request_token": job.RequestToken}), []string{job.RequestToken}
		}, "OpenID Connect (use_oidc in the provider block)"},
	} {
		t.Run(name, func(t *testing.T) {
			e := acctest.NewEmulator(t, emulator.WithCertificate(certificate))
			changes, secrets := test.changes(e)
			var log bytes.Buffer
			if err := signIn(logged{t, &log}, e, changes); err != nil {
				log.WriteString(err.Error())
			}
			text := log.String()
			if !strings.Contains(text, `"@level":"info","@message":"Requests will sign in with `+test.says) || !strings.Contains(text, `"correlation_id":"`) {
				t.Errorf("the log does not say at INFO how the provider signs in:\n%s", text)
			}
			for _, request := range e.Requests() {
				if token, ok := strings.CutPrefix(request.Header.Get("Authorization"), "Bearer "); ok {
					secrets = append(secrets, token)
				}
				if _, assertion, ok := strings.Cut(string(request.Body), "client_assertion="); ok {
					assertion, _, _ = strings.Cut(assertion, "&")
					secrets = append(secrets, assertion)
				}
			}
			for _, secret := range secrets {
				if strings.Contains(text, secret) {
					t.Errorf("the log holds %q", secret)
				}
			}
		})
	}
}
