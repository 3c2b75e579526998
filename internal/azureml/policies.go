package azureml

import (
	"net/http"
	"strconv"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/safetext"
)

// headers is the policy that sets the user agent and the correlation id.
type headers struct {
	userAgent, correlationID string
}

func (h headers) Do(request *policy.Request) (*http.Response, error) {
	if h.userAgent != "" {
		request.Raw().Header.Set("User-Agent", h.userAgent)
	}
	if h.correlationID != "" {
		request.Raw().Header.Set("x-ms-correlation-request-id", h.correlationID)
	}
	return request.Next()
}

// requestLog is the policy that logs each try: method and path, never the query (a status
// URL is signed) and never a request header.
type requestLog struct{}

func (requestLog) Do(request *policy.Request) (*http.Response, error) {
	start := time.Now()
	response, err := request.Next()
	fields := map[string]any{
		"method":      request.Raw().Method,
		"path":        request.Raw().URL.Path,
		"duration_ms": time.Since(start).Milliseconds(),
	}
	if err != nil {
		fields["error"] = safetext.Mask(withoutQuery(err).Error())
		tflog.Debug(request.Raw().Context(), "Azure did not reply", fields)
		return nil, err
	}
	fields["status"] = response.StatusCode
	fields["request_id"] = response.Header.Get("x-ms-request-id")
	fields["correlation_id"] = response.Header.Get("x-ms-correlation-request-id")
	tflog.Debug(request.Raw().Context(), "Azure replied", fields)
	return response, nil
}

// retryAfterBounds is the policy that bounds Retry-After for azcore's own retries, to
// [minRetryAfter] and to [maxRetryAfter], beyond which azcore would not retry. azcore also
// reads headers in milliseconds.
type retryAfterBounds struct{}

func (retryAfterBounds) Do(request *policy.Request) (*http.Response, error) {
	response, err := request.Next()
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"retry-after-ms", "x-ms-retry-after-ms"} {
		milliseconds, err := strconv.Atoi(response.Header.Get(name))
		if after := time.Duration(milliseconds) * time.Millisecond; err == nil && (after < minRetryAfter || after > maxRetryAfter) {
			response.Header.Del(name)
		}
	}
	if after, _ := retryAfter(response.Header, maxRetryAfter); after == minRetryAfter || after == maxRetryAfter {
		response.Header.Set("Retry-After", strconv.Itoa(int(after/time.Second)))
	}
	return response, nil
}
