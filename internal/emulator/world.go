package emulator

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// world is the service's data. Its JSON is the data file.
type world struct {
	// Key signs tokens and status URLs. It is saved so that both stay valid after a restart.
	Key           []byte            `json:"key"`
	Subscriptions []string          `json:"subscriptions"`
	Workspaces    []*resource       `json:"workspaces"`
	BatchAccounts []*resource       `json:"batchAccounts"`
	Computes      []*computeRecord  `json:"computes"`
	Operations    []*asyncOperation `json:"operations"`
}

// resource is a workspace or a Batch account.
type resource struct {
	ID       string `json:"id"`
	Location string `json:"location"`
}

// computeRecord is a compute, with what the service knows but does not show.
type computeRecord struct {
	Compute
	// VisibleFrom is when a GET finds it, because of replication lag.
	VisibleFrom time.Time `json:"visibleFrom"`
}

// A Compute is a compute target of a workspace, as the service shows it.
type Compute struct {
	ID                 string            `json:"id"`
	Name               string            `json:"name"`
	Location           string            `json:"location"`
	Tags               map[string]string `json:"tags"` // nil is shown as null
	ComputeType        string            `json:"computeType"`
	ComputeLocation    string            `json:"computeLocation,omitempty"` // empty is omitted
	ResourceID         string            `json:"resourceId,omitempty"`      // empty is shown as null
	Description        *string           `json:"description"`
	ProvisioningState  string            `json:"provisioningState"`
	ProvisioningErrors json.RawMessage   `json:"provisioningErrors,omitempty"` // nil is shown as null
	IsAttached         bool              `json:"isAttached"`
	CreatedOn          time.Time         `json:"createdOn"`
	ModifiedOn         time.Time         `json:"modifiedOn"`

	// Mutate changes the JSON of this compute in the replies to GET and list: it can remove, retype or respell a field. It is
	// not saved in the data file, and must not call the emulator.
	Mutate func(doc map[string]any) `json:"-"`
}

func newKey() []byte {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // Never fails.
	return key
}

// AddWorkspace adds a workspace, or changes the location of an existing one.
func (e *Emulator) AddWorkspace(id, location string) {
	e.change(func() { e.world.Workspaces = e.addResource(e.world.Workspaces, id, location) })
}

// AddBatchAccount adds a Batch account, or changes the location of an existing one.
func (e *Emulator) AddBatchAccount(id, location string) {
	e.change(func() { e.world.BatchAccounts = e.addResource(e.world.BatchAccounts, id, location) })
}

// RemoveWorkspace removes a workspace with its computes. A resource group without resources does not exist.
func (e *Emulator) RemoveWorkspace(id string) {
	e.change(func() {
		e.world.Workspaces = removeResource(e.world.Workspaces, id)
		e.world.Computes = slices.DeleteFunc(e.world.Computes, func(c *computeRecord) bool { return sameID(workspaceOf(c.ID), id) })
	})
}

// BatchAccounts returns the ids of the Batch accounts.
func (e *Emulator) BatchAccounts() []string {
	var ids []string
	e.change(func() {
		for _, account := range e.world.BatchAccounts {
			ids = append(ids, account.ID)
		}
	})
	return ids
}

// PutCompute puts a compute into a workspace as if another client had attached or created it, and replaces one of that name.
// Empty fields get defaults: a Batch compute that has just succeeded, in the workspace's location, and attached if computes of its
// type always are.
func (e *Emulator) PutCompute(workspaceID string, c Compute) {
	e.change(func() {
		now := time.Now().UTC()
		c.ID = cmp.Or(c.ID, workspaceID+"/computes/"+c.Name)
		c.Name = cmp.Or(c.Name, lastSegment(c.ID))
		c.ComputeType = cmp.Or(c.ComputeType, "Batch")
		c.ProvisioningState = cmp.Or(c.ProvisioningState, "Succeeded")
		if ws := find(e.world.Workspaces, workspaceID); ws != nil {
			c.Location = cmp.Or(c.Location, ws.Location)
		}
		c.Location = cmp.Or(c.Location, DefaultLocation)
		if account := find(e.world.BatchAccounts, c.ResourceID); account != nil {
			c.ComputeLocation = cmp.Or(c.ComputeLocation, account.Location)
		}
		c.ComputeLocation = cmp.Or(c.ComputeLocation, c.Location)
		if kind, known := computeTypes[strings.ToLower(c.ComputeType)]; known && kind.attached {
			c.IsAttached = true
		}
		if c.CreatedOn.IsZero() {
			c.CreatedOn = now
		}
		if c.ModifiedOn.IsZero() {
			c.ModifiedOn = c.CreatedOn
		}
		e.forget(c.ID)
		e.world.Computes = append(e.world.Computes, &computeRecord{Compute: c})
	})
}

// Compute returns the compute with that id, and whether it exists.
func (e *Emulator) Compute(id string) (c Compute, ok bool) {
	e.change(func() {
		if record := e.compute(id); record != nil {
			c, ok = record.Compute, true
		}
	})
	return c, ok
}

// Computes returns the computes of all workspaces in the order in which they were added.
func (e *Emulator) Computes() []Compute {
	var all []Compute
	e.change(func() {
		for _, record := range e.world.Computes {
			all = append(all, record.Compute)
		}
	})
	return all
}

// EditCompute changes a compute, as another client could. It reports whether the compute exists. The function must not call the
// emulator.
func (e *Emulator) EditCompute(id string, edit func(*Compute)) (ok bool) {
	e.change(func() {
		if record := e.compute(id); record != nil {
			edit(&record.Compute)
			ok = true
		}
	})
	return ok
}

// RemoveCompute removes a compute at once, and reports whether it existed.
func (e *Emulator) RemoveCompute(id string) (ok bool) {
	e.change(func() { ok = e.forget(id) })
	return ok
}

// change applies the effects of ended operations, runs f, and saves the result.
func (e *Emulator) change(f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.settle(time.Now())
	f()
	e.save()
}

func (e *Emulator) compute(id string) *computeRecord {
	for _, record := range e.world.Computes {
		if sameID(record.ID, id) {
			return record
		}
	}
	return nil
}

func (e *Emulator) forget(id string) bool {
	before := len(e.world.Computes)
	e.world.Computes = slices.DeleteFunc(e.world.Computes, func(c *computeRecord) bool { return sameID(c.ID, id) })
	return len(e.world.Computes) < before
}

func (e *Emulator) addResource(all []*resource, id, location string) []*resource {
	e.addSubscription(parseID(id).subscription)
	if there := find(all, id); there != nil {
		there.ID, there.Location = id, location
		return all
	}
	return append(all, &resource{ID: id, Location: location})
}

func (e *Emulator) addSubscription(id string) {
	if id != "" && !e.hasSubscription(id) {
		e.world.Subscriptions = append(e.world.Subscriptions, id)
	}
}

func (e *Emulator) hasSubscription(id string) bool {
	return slices.ContainsFunc(e.world.Subscriptions, func(s string) bool { return strings.EqualFold(s, id) })
}

// hasGroup reports whether a resource group has any resource. The emulator stores no groups.
func (e *Emulator) hasGroup(subscription, group string) bool {
	in := func(r *resource) bool {
		id := parseID(r.ID)
		return strings.EqualFold(id.subscription, subscription) && strings.EqualFold(id.group, group)
	}
	return slices.ContainsFunc(e.world.Workspaces, in) || slices.ContainsFunc(e.world.BatchAccounts, in)
}

func find(all []*resource, id string) *resource {
	for _, r := range all {
		if sameID(r.ID, id) {
			return r
		}
	}
	return nil
}

func removeResource(all []*resource, id string) []*resource {
	return slices.DeleteFunc(all, func(r *resource) bool { return sameID(r.ID, id) })
}

// sameID reports whether two ids are equal without regard to case, as in Resource Manager.
func sameID(a, b string) bool {
	return strings.EqualFold(strings.Trim(a, "/"), strings.Trim(b, "/"))
}

func lastSegment(id string) string { return id[strings.LastIndex(id, "/")+1:] }

// workspaceOf returns the workspace's id of a compute's id.
func workspaceOf(computeID string) string {
	if i := strings.LastIndex(strings.ToLower(computeID), "/computes/"); i >= 0 {
		return computeID[:i]
	}
	return computeID
}

// stableID returns a GUID that is always the same for an id, such as a workspace's workspaceId.
func stableID(id string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(id)))
	return uuid.UUID(sum[:16]).String()
}
