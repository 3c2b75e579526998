package azureml

import (
	"context"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// signIn is a credential that for [outageTime] after a failure fails with the same error.
// Requests wait for one another's sign-in: otherwise a hundred would fail one after the
// other when Entra ID is down or a secret is wrong.
type signIn struct {
	azcore.TokenCredential

	mutex    sync.Mutex
	failures map[signInKey]signInFailure
}

type signInKey struct{ tenant, claims string }

type signInFailure struct {
	err   error
	until time.Time
}

// GetToken implements [azcore.TokenCredential].
func (s *signIn) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	key := signInKey{options.TenantID, options.Claims}
	s.mutex.Lock()
	failure := s.failures[key]
	s.mutex.Unlock()
	if failure.err != nil && time.Now().Before(failure.until) {
		return azcore.AccessToken{}, failure.err
	}
	token, err := s.TokenCredential.GetToken(ctx, options)
	if remembered, ok := ctx.Value(remembering{}).(*error); ok {
		*remembered = err
	}
	if ctx.Err() != nil {
		return token, err
	}
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
