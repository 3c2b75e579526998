package emulator

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// computeType is a type of compute.
type computeType struct {
	name     string
	attached bool // always attached; other types are if they have a resourceId
	managed  bool // never attached
}

// computeTypes are the types that the service knows, by their names in lower case.
var computeTypes = map[string]computeType{
	"batch":             {name: "Batch", attached: true},
	"virtualmachine":    {name: "VirtualMachine", attached: true},
	"hdinsight":         {name: "HDInsight", attached: true}, //nolint:misspell // A product.
	"databricks":        {name: "Databricks", attached: true},
	"datafactory":       {name: "DataFactory", attached: true},
	"datalakeanalytics": {name: "DataLakeAnalytics", attached: true},
	"synapsespark":      {name: "SynapseSpark", attached: true},
	"kubernetes":        {name: "Kubernetes", attached: true},
	"aks":               {name: "AKS"},
	"amlcompute":        {name: "AmlCompute", managed: true},
	"computeinstance":   {name: "ComputeInstance", managed: true},
}

// reservedNames cannot be given to a compute.
var reservedNames = []string{"amlcompute", "local", "containerinstance"}

// putRequest is the part of a PUT's body that the emulator reads.
type putRequest struct {
	Location   string            `json:"location"`
	Tags       map[string]string `json:"tags"`
	Properties struct {
		ComputeType     string  `json:"computeType"`
		ComputeLocation string  `json:"computeLocation"`
		Description     *string `json:"description"`
		ResourceID      string  `json:"resourceId"`
	} `json:"properties"`
}

// putCompute creates or updates a compute, and replies 201 in both cases. It does not check for another compute with the same
// Batch account.
// Guesses: attach-status, attach-headers, attach-body, second-attach, second-attach-first.
func (e *Emulator) putCompute(c *call, ws *resource) *reply {
	var body putRequest
	if err := json.Unmarshal(c.body, &body); err != nil {
		return gatewayError(http.StatusBadRequest, "InvalidRequestContent",
			fmt.Sprintf("The request content was invalid and could not be deserialized: '%s'.", err))
	}
	if body.Location == "" {
		return gatewayError(http.StatusBadRequest, "LocationRequired", "The location property is required for this definition.")
	}
	kind, refusal := e.checkPut(c, &body)
	if refusal != nil {
		return refusal
	}
	there := e.compute(computeID(c, ws))
	if refusal := e.checkExisting(c, there, kind); refusal != nil {
		return refusal
	}
	record := e.newRecord(c, ws, kind, &body)
	if there == nil {
		e.world.Computes = append(e.world.Computes, record)
	} else {
		record.ID, record.Name, record.CreatedOn, record.VisibleFrom = there.ID, there.Name, there.CreatedOn, time.Time{}
		record.ComputeLocation = cmp.Or(record.ComputeLocation, there.ComputeLocation)
		e.world.Computes[slices.Index(e.world.Computes, there)] = record
	}
	op := e.begin(Attach, record, c.now)

	doc := record.document()
	if there == nil {
		doc.Tags = nil // The first reply never shows them; the reply to an update does.
	}
	if c.apiVersion >= warningsSince {
		doc.Properties.ProvisioningWarnings = json.RawMessage("null")
	}
	r := document(http.StatusCreated, doc)
	r.header.Set("Azure-AsyncOperation", e.statusURL(op, c.route.id.subscription, c.region, c.apiVersion))
	return r
}

// newRecord returns the compute that a PUT describes.
// Guesses: compute-tags, compute-description, visible-at-once.
func (e *Emulator) newRecord(c *call, ws *resource, kind computeType, body *putRequest) *computeRecord {
	now := c.now.UTC()
	record := &computeRecord{Compute: Compute{
		ID:                computeID(c, ws),
		Name:              c.route.id.child,
		Location:          body.Location,
		ComputeType:       kind.name,
		ComputeLocation:   body.Properties.ComputeLocation,
		ResourceID:        body.Properties.ResourceID,
		Description:       body.Properties.Description,
		ProvisioningState: "Creating",
		IsAttached:        !kind.managed && (kind.attached || body.Properties.ResourceID != ""),
		CreatedOn:         now,
		ModifiedOn:        now,
	}, VisibleFrom: now.Add(e.config.replicationLag)}
	switch {
	case !record.IsAttached && body.Tags == nil:
		record.Tags = map[string]string{}
	case !record.IsAttached || e.config.tagsKept:
		record.Tags = body.Tags
	}
	return record
}

// checkPut validates a PUT without regard to existing computes.
// Guess: refusal.
func (e *Emulator) checkPut(c *call, body *putRequest) (computeType, *reply) {
	refuse := func(format string, args ...any) (computeType, *reply) {
		return computeType{}, e.userError(c, format, args...)
	}
	name := c.route.id.child
	if !computeName.MatchString(name) {
		return refuse("The compute name '%s' is not valid. It has to start with a letter, and may hold up to 24 letters, digits and '-'.", name)
	}
	if slices.Contains(reservedNames, strings.ToLower(name)) {
		return refuse("The compute name '%s' is reserved.", name)
	}
	kind, known := computeTypes[strings.ToLower(body.Properties.ComputeType)]
	if !known {
		return refuse("The compute type '%s' is missing or not supported.", body.Properties.ComputeType)
	}
	if kind.name != "Batch" {
		return kind, nil
	}
	account := parseID(body.Properties.ResourceID)
	if !strings.EqualFold(account.provider, batch) || !strings.EqualFold(account.kind, "batchAccounts") {
		return refuse("The resourceId '%s' is not the id of a Batch account.", body.Properties.ResourceID)
	}
	if find(e.world.BatchAccounts, body.Properties.ResourceID) == nil {
		return refuse("Batch account '%s' was not found, or the workspace has no access to it.", body.Properties.ResourceID)
	}
	return kind, nil
}

// checkExisting refuses a PUT if the compute that already has the name, if any, cannot be replaced.
// Guesses: put-over-attached, put-over-failed.
func (e *Emulator) checkExisting(c *call, there *computeRecord, kind computeType) *reply {
	if there == nil {
		return nil
	}
	op := e.running(there.ID)
	switch {
	case op != nil:
		return e.conflict(c, there, op)
	case there.ProvisioningState == "Failed" || there.ProvisioningState == "Canceled":
		return e.userError(c, "Compute '%s' cannot be created because it already has a (failed) compute by that name.", there.Name)
	case there.IsAttached:
		return e.userError(c, "Compute '%s' is attached already. Attaching is not idempotent: detach the compute before attaching it again.", there.Name)
	case there.ComputeType != kind.name:
		return e.userError(c, "Compute '%s' exists as %s, and its type cannot be changed.", there.Name, there.ComputeType)
	}
	return nil
}

// computeName accepts what either published rule accepts, because it is not known which one applies.
// Guess: compute-names.
var computeName = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9-]{0,23}$`)

// userError is the machine learning provider's refusal of a request that is not valid.
func (e *Emulator) userError(c *call, format string, args ...any) *reply {
	return e.providerError(c, http.StatusBadRequest, "UserError", fmt.Sprintf(format, args...))
}

// providerError is an error in the machine learning provider's own envelope, which has more fields than Resource Manager's.
// Guess: error-shape.
func (e *Emulator) providerError(c *call, status int, code, message string) *reply {
	type providerBody struct {
		Code              string `json:"code"`
		Severity          any    `json:"severity"`
		Message           string `json:"message"`
		MessageFormat     any    `json:"messageFormat"`
		MessageParameters any    `json:"messageParameters"`
		ReferenceCode     any    `json:"referenceCode"`
		DetailsURI        any    `json:"detailsUri"`
		Target            any    `json:"target"`
		Details           []any  `json:"details"`
		InnerError        any    `json:"innerError"`
		DebugInfo         any    `json:"debugInfo"`
		AdditionalInfo    any    `json:"additionalInfo"`
	}
	type correlation struct {
		Operation string `json:"operation"`
		Request   string `json:"request"`
	}
	id := strings.ReplaceAll(uuid.NewString(), "-", "")
	return document(status, struct {
		Error         providerBody `json:"error"`
		Correlation   correlation  `json:"correlation"`
		Environment   string       `json:"environment"`
		Location      string       `json:"location"`
		Time          string       `json:"time"`
		ComponentName string       `json:"componentName"`
	}{
		providerBody{Code: code, Message: message, Details: []any{}},
		correlation{Operation: id, Request: id[:16]},
		c.region, c.region, showTime(c.now), "machinelearningcompute",
	})
}
