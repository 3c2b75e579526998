package azureml

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// slowCredential takes a second for a token, and notes who asked.
type slowCredential struct {
	err  error
	life time.Duration

	mutex      sync.Mutex
	tenants    []string
	withoutCAE bool
}

func (c *slowCredential) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	c.mutex.Lock()
	c.tenants = append(c.tenants, options.TenantID)
	c.withoutCAE = c.withoutCAE || !options.EnableCAE
	token := fmt.Sprintf("token %d of %q for %s", len(c.tenants), options.TenantID, options.Scopes)
	c.mutex.Unlock()
	select {
	case <-ctx.Done():
		return azcore.AccessToken{}, fmt.Errorf("the sign-in was interrupted: %w", ctx.Err())
	case <-time.After(time.Second):
	}
	return azcore.AccessToken{Token: token, ExpiresOn: time.Now().Add(c.life)}, c.err
}

// authorizations replies to each request, and notes its headers.
type authorizations struct{ headers []http.Header }

func (a *authorizations) Do(request *http.Request) (*http.Response, error) {
	a.headers = append(a.headers, request.Header)
	return reply(`{"location":"westeurope"}`).Do(request)
}

// TestStartSignIn starts a sign-in, lets time pass, and then sends a request.
func TestStartSignIn(t *testing.T) {
	const scope = "[https://management.core.windows.net//.default]"
	failed := errors.New("wrong secret")
	for name, test := range map[string]struct {
		credential *slowCredential
		pause      time.Duration // until the request
		tenants    []string      // that signed in, sorted
		took       time.Duration // of the request
		token      string        // that was sent; empty if the request fails
	}{
		"the request takes its token":         {&slowCredential{life: time.Hour}, time.Minute, []string{"", "a", "b"}, 0, `Bearer token 1 of "" for ` + scope},
		"the request waits for what is left":  {&slowCredential{life: time.Hour}, 600 * time.Millisecond, []string{"", "a", "b"}, 400 * time.Millisecond, `Bearer token 1 of "" for ` + scope},
		"the token has six minutes left":      {&slowCredential{life: time.Hour}, 54 * time.Minute, []string{"", "a", "b"}, 0, `Bearer token 1 of "" for ` + scope},
		"the token is about to expire by now": {&slowCredential{life: time.Hour}, 57 * time.Minute, []string{"", "", "a", "a", "b", "b"}, 3 * time.Second, `Bearer token 4 of "" for ` + scope},
		"it failed a moment ago":              {&slowCredential{err: failed}, 5 * time.Second, []string{"", "a", "b"}, 0, ""},
		"it failed some time ago":             {&slowCredential{err: failed}, time.Minute, []string{"", "", "a", "b"}, time.Second, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sent := &authorizations{}
				client := mustClient(t, test.credential, Options{Transport: sent, AuxiliaryTenants: []string{"a", "b"}})
				startInOrder(client)
				time.Sleep(test.pause)
				began := time.Now()
				_, _, err := client.get(t.Context(), client.resourceURL("/subscriptions/s"))
				if took := time.Since(began); took != test.took {
					t.Errorf("the request took %s, want %s", took, test.took)
				}
				slices.Sort(test.credential.tenants)
				if got := test.credential.tenants; !slices.Equal(got, test.tenants) {
					t.Errorf("these tenants signed in: %q, want %q", got, test.tenants)
				}
				if test.credential.withoutCAE {
					t.Error("an early sign-in differs from azcore's own")
				}
				switch {
				case test.token == "":
					if !errors.Is(err, failed) || len(sent.headers) > 0 {
						t.Errorf("the error is %v after %d requests, want %v before any", err, len(sent.headers), failed)
					}
				case err != nil:
					t.Fatalf("the request failed: %v", err)
				case sent.headers[0].Get("Authorization") != test.token:
					t.Errorf("the request was sent with %q, want %q", sent.headers[0].Get("Authorization"), test.token)
				}
			})
		})
	}
}

// The token is for the Resource Manager of the configured cloud.
func TestSignInScope(t *testing.T) {
	configuration := cloud.Configuration{Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
		cloud.ResourceManager: {Endpoint: "https://arm.example", Audience: "https://audience.example"},
	}}
	for want, options := range map[string]Options{
		"https://audience.example/.default":             {Cloud: configuration},
		"https://management.core.windows.net//.default": {},
	} {
		if got := newSignIn(staticToken{}, options).scope; got != want {
			t.Errorf("the scope is %q, want %q", got, want)
		}
	}
}

// startInOrder starts the sign-ins so that the credential sees the tenants in their order.
func startInOrder(client *Client) {
	for _, tenant := range client.signIn.tenants {
		client.signIn.start(context.Background(), tenant)
		synctest.Wait()
	}
}

// TestStartSignInOutlivesItsCall: Terraform cancels the context of Configure when it
// returns.
func TestStartSignInOutlivesItsCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		credential := &slowCredential{life: time.Hour}
		client := mustClient(t, credential, Options{Transport: &authorizations{}})
		configure, end := context.WithCancel(t.Context())
		client.StartSignIn(configure)
		end()
		if _, _, err := client.get(t.Context(), client.resourceURL("/subscriptions/s")); err != nil {
			t.Fatalf("the request failed: %v", err)
		}
		if len(credential.tenants) != 1 {
			t.Errorf("%d sign-ins, want 1", len(credential.tenants))
		}
		// azcore renews a token long before it expires.
		if _, err := client.signIn.GetToken(t.Context(), policy.TokenRequestOptions{}); err != nil || len(credential.tenants) != 2 {
			t.Errorf("%d sign-ins after a renewal, want 2; %v", len(credential.tenants), err)
		}
	})
}

// TestStartSignInIsInterrupted: a request that waits for the early sign-in ends when its
// time is up, with the reason of the sign-in, and leaves nothing that the next one waits
// for.
func TestStartSignInIsInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		credential := &slowCredential{life: time.Hour}
		client := mustClient(t, credential, Options{Transport: &authorizations{}})
		client.StartSignIn(t.Context())
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		began := time.Now()
		_, err := client.signIn.GetToken(ctx, policy.TokenRequestOptions{})
		if took := time.Since(began); err == nil || err.Error() != "the sign-in was interrupted: context canceled" || took != time.Second/2 {
			t.Errorf("after %s the error is %v", took, err)
		}
		if _, _, err := client.get(t.Context(), client.resourceURL("/subscriptions/s")); err != nil {
			t.Errorf("the next request failed: %v", err)
		}
		if took := time.Since(began); took != 3*time.Second/2 {
			t.Errorf("the next request ended after %s, want 1.5s", took)
		}
	})
}

// stuckCredential gets no token before the caller's time is up.
type stuckCredential struct{}

func (stuckCredential) GetToken(ctx context.Context, _ policy.TokenRequestOptions) (azcore.AccessToken, error) {
	<-ctx.Done()
	return azcore.AccessToken{}, noTokenError{}
}

// A request that times out in its sign-in says so, with the reason of the sign-in.
func TestSignInTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := mustClient(t, stuckCredential{}, Options{Transport: &authorizations{}})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, _, err := client.get(ctx, client.resourceURL("/subscriptions/s"))
		if err == nil || err.Error() != "Timed out while signing in.\n\nThe last error was:\nno token" {
			t.Errorf("the error is %v", err)
		}
	})
}
