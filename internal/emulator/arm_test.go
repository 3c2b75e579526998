package emulator

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestResourceManagerErrors(t *testing.T) {
	e := newHandler(t)
	e.AddBatchAccount(strings.Replace(DefaultBatchAccountID, "rg-batch", "rg-ml", 1), "westeurope")
	computes := DefaultWorkspaceID + "/computes"
	otherSubscription := strings.Replace(computePath, DefaultSubscriptionID, DefaultSubscriptionID[:35]+"9", 1)
	for name, test := range map[string]struct {
		method, path, body string
		status             int
		code               string
	}{
		"no api-version":        {http.MethodGet, computes, "", 400, "MissingApiVersionParameter"},
		"unknown api-version":   {http.MethodGet, computes + "?api-version=2017-01-01", "", 400, "NoRegisteredProviderFound"},
		"no date":               {http.MethodGet, computes + "?api-version=latest", "", 400, "InvalidApiVersionParameter"},
		"two api-versions":      {http.MethodGet, computes + version + "&api-version=2020-02-02", "", 400, "InvalidApiVersionParameter"},
		"subscription":          {http.MethodGet, otherSubscription + version, "", 404, "SubscriptionNotFound"},
		"resource group":        {http.MethodGet, strings.Replace(computePath, "rg-ml", "rg-none", 1) + version, "", 404, "ResourceGroupNotFound"},
		"workspace":             {http.MethodGet, strings.Replace(DefaultWorkspaceID, "ws0", "none", 1) + version, "", 404, "ResourceNotFound"},
		"compute's workspace":   {http.MethodGet, strings.Replace(computePath, "ws0", "none", 1) + version, "", 404, "ParentResourceNotFound"},
		"PUT in no workspace":   {http.MethodPut, strings.Replace(computePath, "ws0", "none", 1) + version, attachBody, 404, "ParentResourceNotFound"},
		"Batch account":         {http.MethodGet, strings.Replace(DefaultBatchAccountID, "batch0", "none", 1) + "?api-version=2024-07-01", "", 404, "ResourceNotFound"},
		"resource type":         {http.MethodGet, DefaultWorkspaceID + "/jobs/j" + version, "", 404, "InvalidResourceType"},
		"deeper resource type":  {http.MethodGet, computePath + "/listKeys" + version, "", 404, "InvalidResourceType"},
		"other operations":      {http.MethodGet, "/subscriptions/" + DefaultSubscriptionID + "/providers/Microsoft.MachineLearningServices/locations/x/usages" + version, "", 404, "InvalidResourceType"},
		"namespace":             {http.MethodGet, strings.Replace(DefaultBatchAccountID, "Microsoft.Batch", "Microsoft.None", 1) + version, "", 404, "InvalidResourceNamespace"},
		"another path":          {http.MethodGet, "/favicon.ico", "", 404, "NotFound"},
		"doubled slash":         {http.MethodGet, strings.Replace(computePath, "/computes", "//computes", 1) + version, "", 404, "NotFound"},
		"POST to computes":      {http.MethodPost, computes + version, "{}", 405, "MethodNotAllowed"},
		"POST to a compute":     {http.MethodPost, computePath + version, "{}", 405, "MethodNotAllowed"},
		"PUT to a workspace":    {http.MethodPut, DefaultWorkspaceID + version, "{}", 405, "MethodNotAllowed"},
		"DELETE of an account":  {http.MethodDelete, DefaultBatchAccountID + version, "", 405, "MethodNotAllowed"},
		"no JSON":               {http.MethodPut, computePath + version, "{", 400, "InvalidRequestContent"},
		"JSON of another shape": {http.MethodPut, computePath + version, `{"location": 1}`, 400, "InvalidRequestContent"},
		"no location":           {http.MethodPut, computePath + version, `{"properties": {"computeType": "Batch"}}`, 400, "LocationRequired"},
	} {
		t.Run(name, func(t *testing.T) {
			a := e.want(t, test.status, test.method, test.path, test.body)
			if got := a.errorCode(t); got != test.code {
				t.Errorf("code %s, want %s", got, test.code)
			}
			if got := a.header.Get("x-ms-failure-cause"); got != "gateway" {
				t.Errorf("x-ms-failure-cause is %q", got)
			}
			if got := a.header.Get("x-ms-response-type"); got != "" {
				t.Errorf("x-ms-response-type is %q", got)
			}
			if a.header.Get("x-ms-request-id") == "" {
				t.Error("the reply has no x-ms-request-id")
			}
		})
	}
}

func TestResourceProviderErrors(t *testing.T) {
	put := func(name, body string) [4]string {
		return [4]string{http.MethodPut, DefaultWorkspaceID + "/computes/" + name + version, body, ""}
	}
	with := func(old, replacement string) string { return strings.Replace(attachBody, old, replacement, 1) }
	e := newHandler(t)
	e.PutCompute(DefaultWorkspaceID, Compute{Name: "taken", ResourceID: DefaultBatchAccountID})
	e.PutCompute(DefaultWorkspaceID, Compute{Name: "managed", ComputeType: "AmlCompute"})
	for name, test := range map[string]struct {
		call    [4]string
		message string
	}{
		"name too long":          {put("a234567890123456789012345", attachBody), "is not valid"},
		"name of another letter": {put("1a", attachBody), "is not valid"},
		"name with an underline": {put("a_b", attachBody), "is not valid"},
		"reserved name":          {put("Local", attachBody), "is reserved"},
		"no type":                {put("a", with(`"computeType": "Batch", `, "")), "type"},
		"unknown type":           {put("a", with(`"Batch"`, `"Quantum"`)), "Quantum"},
		"no account":             {put("a", with(DefaultBatchAccountID, "")), "is not the id of a Batch account"},
		"something else":         {put("a", with(DefaultBatchAccountID, DefaultWorkspaceID)), "is not the id of a Batch account"},
		"account that is not":    {put("a", with("batch0", "none")), "batchAccounts/none"},
		"attached already":       {put("TAKEN", attachBody), "Attaching is not idempotent"},
		"another type":           {put("managed", attachBody), "AmlCompute"},
		"PATCH":                  {[4]string{http.MethodPatch, DefaultWorkspaceID + "/computes/taken" + version, "{}"}, "not supported"},
		"continuation":           {[4]string{http.MethodGet, DefaultWorkspaceID + "/computes" + version + "&$skip=x"}, "$skip"},
	} {
		t.Run(name, func(t *testing.T) {
			a := e.want(t, http.StatusBadRequest, test.call[0], test.call[1], test.call[2])
			if !strings.Contains(a.body, test.message) || a.header.Get("x-ms-response-type") != "error" || a.header.Get("x-ms-failure-cause") != "" {
				t.Errorf("%s %v", a.body, a.header)
			}
		})
	}
	if got := len(e.Computes()); got != 2 {
		t.Errorf("there are %d computes after refused PUTs", got)
	}

	// The envelope's keys.
	doc := e.call(t, http.MethodPut, DefaultWorkspaceID+"/computes/taken"+version, attachBody).json(t)
	inner := doc["error"].(map[string]any)
	delete(inner, "message")
	delete(doc, "correlation")
	delete(doc, "time")
	want := map[string]any{
		"error": map[string]any{
			"code": "UserError", "severity": nil, "messageFormat": nil, "messageParameters": nil, "referenceCode": nil,
			"detailsUri": nil, "target": nil, "details": []any{}, "innerError": nil, "debugInfo": nil, "additionalInfo": nil,
		},
		"environment": "westeurope", "location": "westeurope", "componentName": "machinelearningcompute",
	}
	if diff := cmp.Diff(want, doc); diff != "" {
		t.Error(diff)
	}
}

func TestNamesThatOneRuleAccepts(t *testing.T) {
	e := newHandler(t)
	for _, name := range []string{"a", "ab", "a23456789012345678901234", "batch-1", "batch-"} {
		attach(t, e, DefaultWorkspaceID+"/computes/"+name)
	}
}

func TestWorkspaceAndBatchAccount(t *testing.T) {
	e := newServer(t)
	ws := e.want(t, 200, http.MethodGet, strings.ToUpper(DefaultWorkspaceID)+version, "").json(t)
	properties := ws["properties"].(map[string]any)
	if len(properties["workspaceId"].(string)) != 36 {
		t.Error(properties["workspaceId"])
	}
	delete(properties, "workspaceId")
	want := map[string]any{
		"id": DefaultWorkspaceID, "name": "ws0", "type": "Microsoft.MachineLearningServices/workspaces", "location": "westeurope",
		"tags":       map[string]any{},
		"properties": map[string]any{"discoveryUrl": e.URL() + "/discovery", "provisioningState": "Succeeded"},
	}
	if diff := cmp.Diff(want, ws); diff != "" {
		t.Error(diff)
	}
	account := e.want(t, 200, http.MethodGet, DefaultBatchAccountID+"?api-version=2024-07-01", "").json(t)
	if account["id"] != DefaultBatchAccountID || account["location"] != "westeurope" {
		t.Error(account)
	}
}

func TestRemoveWorkspaceRemovesItsGroupAndComputes(t *testing.T) {
	e := newHandler(t)
	attach(t, e, computePath)
	e.RemoveWorkspace(strings.ToLower(DefaultWorkspaceID))
	if len(e.Computes()) != 0 {
		t.Error(e.Computes())
	}
	if a := e.want(t, 404, http.MethodGet, computePath+version, ""); a.errorCode(t) != "ResourceGroupNotFound" {
		t.Error(a.body)
	}
}

func TestManagedComputeIsUpdatedByPut(t *testing.T) {
	e := newHandler(t)
	path := DefaultWorkspaceID + "/computes/cpu"
	body := `{"location": "westeurope", "properties": {"computeType": "AmlCompute"}}`
	if first := e.want(t, http.StatusCreated, http.MethodPut, path+version, body); !strings.Contains(first.body, `"tags": null`) || strings.Contains(first.body, "computeLocation") {
		t.Errorf("the first reply is %s", first.body)
	}
	before, _ := e.Compute(path)
	// As recorded, for a request with neither tags nor computeLocation.
	second := e.want(t, http.StatusCreated, http.MethodPut, path+version, body)
	if !strings.Contains(second.body, `"tags": {}`) || !strings.Contains(second.body, `"computeLocation": "westeurope"`) {
		t.Errorf("the reply to an update is %s", second.body)
	}
	after, _ := e.Compute(path)
	if after.IsAttached || !after.CreatedOn.Equal(before.CreatedOn) || after.Tags == nil {
		t.Errorf("%+v", after)
	}
}
