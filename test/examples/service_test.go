//go:build unix

package examples_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// writes returns the requests to Resource Manager that change something.
func (d *directory) writes() []emulator.Request {
	return slices.DeleteFunc(d.e.ARMRequests(), func(r emulator.Request) bool { return r.Method == http.MethodGet })
}

// methods returns the methods of the writes, in order.
func (d *directory) methods() string {
	methods := make([]string, 0, 2)
	for _, write := range d.writes() {
		methods = append(methods, write.Method)
	}
	return strings.Join(methods, " ")
}

// isAttached compares the state with the service and with the requests that it received:
// exactly one PUT for each compute that was not there before, with the body that the Python
// class would send.
func (d *directory) isAttached() {
	d.t.Helper()
	computes := d.state()
	if len(computes) == 0 && strings.Contains(d.configuration(), `resource "azureml_batch_compute"`) {
		d.t.Error("no Batch compute is in the state")
	}
	puts := map[string][]byte{}
	for _, write := range d.writes() {
		if _, twice := puts[write.Path]; write.Method != http.MethodPut || twice {
			d.t.Errorf("unexpected request: %s %s", write.Method, write.Path)
		}
		puts[write.Path] = write.Body
	}
	for _, compute := range computes {
		there, ok := d.e.Compute(compute.ID)
		if !ok || there.ProvisioningState != "Succeeded" || !strings.EqualFold(there.ResourceID, compute.BatchAccountID) {
			d.t.Errorf("the state has %+v, and the service %+v", compute, there)
		}
		body, put := puts[compute.ID]
		if put == d.wasThere(compute.ID) {
			d.t.Errorf("%s was there before: %t; a PUT was sent: %t", compute.ID, !put, put)
		}
		if put {
			sameBody(d.t, body, compute)
		}
		delete(puts, compute.ID)
	}
	for path := range puts {
		d.t.Errorf("PUT %s is not for a compute in the state", path)
	}
	d.nothingIsLost()
}

func (d *directory) wasThere(id string) bool {
	return slices.ContainsFunc(d.before, func(c emulator.Compute) bool { return strings.EqualFold(c.ID, id) })
}

// sameBody compares a PUT with the state: attributes that are not configured are not sent.
func sameBody(t *testing.T, body []byte, compute attributes) {
	t.Helper()
	properties := map[string]any{"computeType": "Batch", "resourceId": compute.BatchAccountID}
	want := map[string]any{"location": compute.Location, "properties": properties}
	if compute.Description != nil {
		properties["description"] = *compute.Description
	}
	if compute.Tags != nil {
		tags := map[string]any{}
		for name, value := range compute.Tags {
			tags[name] = value
		}
		want["tags"] = tags
	}
	var got map[string]any
	must(t, json.Unmarshal(body, &got))
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the PUT of %s is %v, want %v", compute.ID, got, want)
	}
}

// destroy runs destroy, and checks that it detaches exactly the computes in the state.
func (d *directory) destroy() {
	d.t.Helper()
	computes := d.state()
	d.e.ResetLog()
	d.must("destroy", "-auto-approve", "-input=false")
	if left := d.state(); len(left) > 0 {
		d.t.Errorf("the state still has %+v", left)
	}
	detached := map[string]bool{}
	for _, write := range d.writes() {
		if write.Method != http.MethodDelete || !strings.HasSuffix(write.Query, "&underlyingResourceAction=detach") || detached[write.Path] {
			d.t.Errorf("unexpected request: %s %s?%s", write.Method, write.Path, write.Query)
		}
		detached[write.Path] = true
	}
	for _, compute := range computes {
		if _, there := d.e.Compute(compute.ID); there || !detached[compute.ID] {
			d.t.Errorf("%s is there: %t; a DELETE was sent: %t", compute.ID, there, detached[compute.ID])
		}
	}
	if len(detached) != len(computes) {
		d.t.Errorf("%v were detached, but the state had %+v", detached, computes)
	}
	for _, before := range d.before {
		if _, there := d.e.Compute(before.ID); !there && !detached[before.ID] {
			d.t.Errorf("%s is gone", before.ID)
		}
	}
	d.nothingIsLost()
}

// nothingIsLost checks that all Batch accounts still exist.
func (d *directory) nothingIsLost() {
	d.t.Helper()
	if accounts := d.e.BatchAccounts(); !slices.Equal(accounts, d.accounts) {
		d.t.Errorf("the Batch accounts are %v, want %v", accounts, d.accounts)
	}
}

// onlyReads checks that the service received no writes, as for an import or an adoption.
func onlyReads(t *testing.T, d *directory) {
	t.Helper()
	if methods := d.methods(); methods != "" {
		t.Errorf("unexpected writes: %s", methods)
	}
}
