// Package signin compares how this provider and azurerm's own library sign in. It is a
// separate module, so that the provider does not depend on that library.
package signin_test

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"log"
	"testing"
)

// variant is a method in one place, complete or without one of its inputs.
type variant struct {
	method
	inBlock bool
	// lacks is the index of the input that is missing; -1 for none.
	lacks int
}

func (v variant) String() string {
	place, lacks := "in the environment", ""
	if v.inBlock {
		place = "in the block"
	}
	if v.lacks >= 0 {
		lacks = " without " + v.inputs[v.lacks].variable
	}
	return v.name + lacks + " " + place
}

// put adds the variant's inputs to a block and to an environment.
func (v variant) put(block, variables map[string]string) {
	for i, input := range v.inputs {
		switch {
		case i == v.lacks:
		case v.inBlock && input.attribute != "":
			block[input.attribute] = input.value
		default:
			variables[input.variable] = input.value
		}
	}
}

// variants returns a method in both places, complete and without each of its inputs.
func variants(m method) []variant {
	var all []variant
	for _, inBlock := range []bool{true, false} {
		for lacks := -1; lacks < len(m.inputs); lacks++ {
			all = append(all, variant{m, inBlock, lacks})
		}
	}
	return all
}

// TestMatrix signs in with each pair of methods, in the block and in the environment,
// complete and without each of their inputs. Whatever signs in with azurerm signs in here,
// by the same method. The differences are exactly those that the guide lists.
func TestMatrix(t *testing.T) {
	log.SetOutput(io.Discard) // azurerm's library logs each call of az
	w := newWorld(t)
	cases, counts := 0, map[string]int{}
	for i, one := range w.methods {
		for _, other := range w.methods[i:] {
			for _, first := range variants(one) {
				for _, second := range variants(other) {
					block, variables := map[string]string{}, map[string]string{}
					second.put(block, variables)
					first.put(block, variables)
					theirs, ours := w.compare(t, block, variables)
					cases++
					kind := w.judge(theirs, ours, block, variables)
					counts[kind]++
					if kind == wrong {
						t.Errorf("%s, and %s: azurerm signs in by %s (%v), and this provider by %s (%v)", first, second, theirs.method, theirs.err, ours.method, ours.err)
					}
				}
			}
		}
	}
	t.Logf("%5d pairs", cases)
	for _, kind := range []string{same, neither, blockFirst, devOpsAlone, podDiffers} {
		t.Logf("%5d %s", counts[kind], kind)
		if counts[kind] == 0 {
			t.Errorf("none of the pairs %s", kind)
		}
	}
}

const (
	same        = "sign in by the same method"
	neither     = "sign in with neither"
	blockFirst  = "sign in here by the block's service principal, but with azurerm by the environment's"
	devOpsAlone = "sign in here by the next method, but fail with azurerm, because Azure DevOps requires a service connection"
	podDiffers  = "sign in here by another token than the pod's, which azurerm reports as an error"
	wrong       = "are wrong"
)

// judge compares two outcomes.
func (w *world) judge(theirs, ours outcome, block, variables map[string]string) string {
	given := func(attribute, variable string) string { return cmp.Or(block[attribute], variables[variable]) }
	switch {
	case theirs.method == none && ours.method == none:
		return neither
	case theirs.method == none && errors.Is(theirs.err, errConflict) && variables["AZURE_FEDERATED_TOKEN_FILE"] != "":
		return podDiffers
	case theirs.method == none && given("oidc_request_url", "SYSTEM_OIDCREQUESTURI") != "" && given("ado_pipeline_service_connection_id", "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID") == "":
		return devOpsAlone
	case theirs.method == none:
		return wrong
	case theirs.method == ours.method:
		return same
	case ours.method == none:
		return wrong
	}
	their, our := w.find(theirs.method), w.find(ours.method)
	_, theirsInBlock := block[their.selector]
	_, oursInBlock := block[our.selector]
	if their.servicePrincipal && our.servicePrincipal && oursInBlock && !theirsInBlock {
		return blockFirst
	}
	return wrong
}

func (w *world) find(name string) method {
	for _, m := range w.methods {
		if m.name == name {
			return m
		}
	}
	panic(fmt.Sprintf("no method is called %q", name))
}
