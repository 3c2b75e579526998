package emulator

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"
)

// addCommonHeaders adds the headers that every recorded reply has. They differ a little between Resource Manager's own replies
// and a resource provider's.
// Guess: common-headers.
func (e *Emulator) addCommonHeaders(c *call, r *reply) {
	region := cmp.Or(c.region, DefaultLocation)
	requestID := uuid.NewString()
	correlationID := cmp.Or(c.header.Get("x-ms-correlation-request-id"), requestID)
	h := r.header
	h.Set("Cache-Control", "no-cache")
	h.Set("Pragma", "no-cache")
	h.Set("Expires", "-1")
	h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Cache", "CONFIG_NOCACHE")
	h.Set("x-ms-request-id", requestID)
	h.Set("x-ms-correlation-request-id", correlationID)
	h.Set("x-ms-routing-request-id",
		strings.ToUpper(region)+":"+c.now.UTC().Format("20060102T150405Z")+":"+requestID)
	if id := c.header.Get("x-ms-client-request-id"); id != "" && strings.EqualFold(c.header.Get("x-ms-return-client-request-id"), "true") {
		h.Set("x-ms-client-request-id", id)
	}
	if r.gateway {
		h.Set("x-ms-failure-cause", "gateway")
	} else if c.route.kind != routeBatchAccount {
		kind := "standard"
		// A 404 without a body does not count as an error.
		if r.status >= http.StatusBadRequest && len(r.body) > 0 {
			kind = "error"
		}
		h.Set("x-ms-response-type", kind)
		h.Set("x-request-time", "0.042")
		h.Set("x-ms-operation-identifier", fmt.Sprintf("tenantId=%s,objectId=%s/%s/%s",
			DefaultTenantID, stableID(e.config.clientID), region, uuid.NewString()))
		h.Set("Request-Context", "appId=cid-v1:"+stableID("application"))
		h.Set("azureml-served-by-cluster", "vienna-"+region+"-01")
		if c.method == http.MethodGet && r.status == http.StatusOK && c.route.kind != routeOperation {
			h.Set("Vary", "Accept-Encoding")
		}
	}
	e.addRateHeaders(c, r)
}
