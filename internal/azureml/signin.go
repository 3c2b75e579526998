package azureml

import (
	"context"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// credential remembers why a sign-in failed: azcore forgets it once the context of the
// request has ended, and says only that.
type credential struct {
	azcore.TokenCredential
}

type signInKey struct{}

// rememberSignIn makes a context in which a failed sign-in is remembered.
func rememberSignIn(ctx context.Context) (context.Context, *error) {
	failure := new(error)
	return context.WithValue(ctx, signInKey{}, failure), failure
}

// GetToken implements [azcore.TokenCredential].
func (c credential) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	token, err := c.TokenCredential.GetToken(ctx, options)
	if failure, ok := ctx.Value(signInKey{}).(*error); ok {
		*failure = err
	}
	return token, err
}
