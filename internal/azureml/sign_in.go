package azureml

import (
	"context"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// signIn is a credential that for [outageTime] after a failure fails with the same error.
// Requests wait for one another's sign-in: otherwise a hundred would fail one after the
// other when Entra ID is down or a secret is wrong.
type signIn struct {
	azcore.TokenCredential

	scope   string
	tenants []string // the auxiliary ones after "", which is the credential's own

	mutex    sync.Mutex
	failures map[signInKey]signInFailure
	early    map[signInKey]*earlySignIn
}

func newSignIn(credential azcore.TokenCredential, options Options) *signIn {
	manager, ok := options.Cloud.Services[cloud.ResourceManager]
	if !ok {
		manager = cloud.AzurePublic.Services[cloud.ResourceManager]
	}
	return &signIn{
		TokenCredential: credential,
		scope:           manager.Audience + "/.default",
		tenants:         append([]string{""}, options.AuxiliaryTenants...),
		failures:        map[signInKey]signInFailure{},
		early:           map[signInKey]*earlySignIn{},
	}
}

type signInKey struct{ tenant, claims string }

type signInFailure struct {
	err   error
	until time.Time
}

// earlySignIn is a sign-in that starts before there is a request to sign in for.
type earlySignIn struct {
	cancel context.CancelFunc
	done   chan struct{}
	// What it gives, once done.
	token azcore.AccessToken
	err   error
}

// minTokenLife is how long an early token has to be valid still; azcore refreshes its own
// tokens five minutes before they expire.
const minTokenLife = 5 * time.Minute

// StartSignIn signs in in the background, so that the first request waits less. It
// returns at once. If it fails, the requests of the next [outageTime] report the error;
// later ones sign in again.
func (c *Client) StartSignIn(ctx context.Context) {
	for _, tenant := range c.signIn.tenants {
		c.signIn.start(context.WithoutCancel(ctx), tenant)
	}
}

func (s *signIn) start(ctx context.Context, tenant string) {
	ctx, cancel := context.WithCancel(ctx)
	early := &earlySignIn{cancel: cancel, done: make(chan struct{})}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.early[signInKey{tenant: tenant}] = early
	go func() {
		defer close(early.done)
		defer cancel()
		// As azcore does it: a credential may cache by these.
		options := policy.TokenRequestOptions{EnableCAE: true, Scopes: []string{s.scope}, TenantID: tenant}
		early.token, early.err = s.acquire(ctx, options)
	}()
}

// GetToken implements [azcore.TokenCredential].
func (s *signIn) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	key := signInKey{options.TenantID, options.Claims}
	if early := s.takeEarly(ctx, key); early != nil {
		switch {
		case time.Until(early.token.ExpiresOn) > minTokenLife: // a failed one has no token
			return early.token, nil
		case early.err != nil && ctx.Err() != nil:
			return azcore.AccessToken{}, remember(ctx, early.err)
		}
	}
	s.mutex.Lock()
	failure := s.failures[key]
	s.mutex.Unlock()
	if time.Now().Before(failure.until) {
		return azcore.AccessToken{}, failure.err
	}
	return s.acquire(ctx, options)
}

// takeEarly waits for the early sign-in, if there is one. If the context ends first, so
// does the sign-in: a credential signs in once at a time, and the next request would wait.
func (s *signIn) takeEarly(ctx context.Context, key signInKey) *earlySignIn {
	s.mutex.Lock()
	early := s.early[key]
	s.mutex.Unlock()
	if early == nil {
		return nil
	}
	defer context.AfterFunc(ctx, early.cancel)()
	<-early.done
	s.mutex.Lock()
	defer s.mutex.Unlock()
	delete(s.early, key)
	return early
}

func (s *signIn) acquire(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	token, err := s.TokenCredential.GetToken(ctx, options)
	err = remember(ctx, err)
	if ctx.Err() != nil {
		return token, err
	}
	key := signInKey{options.TenantID, options.Claims}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if delete(s.failures, key); err != nil {
		s.failures[key] = signInFailure{err, time.Now().Add(outageTime)}
	}
	return token, err
}

type remembering struct{}

// rememberSignIn makes a context that keeps the error of a failed sign-in: azcore drops it
// once the context of the request has ended.
func rememberSignIn(ctx context.Context) (context.Context, *error) {
	failure := new(error)
	return context.WithValue(ctx, remembering{}, failure), failure
}

// remember remembers the error if the context is from [rememberSignIn], and returns it.
func remember(ctx context.Context, err error) error {
	if remembered, ok := ctx.Value(remembering{}).(*error); ok {
		*remembered = err
	}
	return err
}
