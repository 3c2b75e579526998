// Package signin compares the way this provider signs in with azurerm's, by azurerm's own
// library. It is a module of its own, so that the provider does not depend on that.
package signin_test

import (
	"fmt"
	"io"
	"log"
	"maps"
	"testing"
)

// variant is a method in one place, complete or without one of its inputs.
type variant struct {
	method
	inBlock bool
	// lacks is the place of the input that is missing; -1 for none.
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

// put adds what the variant has to a block and to an environment.
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

// variants are a method in both places, complete and without each of its inputs.
func variants(m method) []variant {
	var all []variant
	for _, inBlock := range []bool{true, false} {
		for lacks := -1; lacks < len(m.inputs); lacks++ {
			all = append(all, variant{m, inBlock, lacks})
		}
	}
	return all
}

// TestMatrix: each pair of methods, in the block and in the environment, complete and
// without each of their inputs. What signs in for azurerm signs in here, as the same; the
// one difference is the guide's: a service principal of the block comes before one of the
// environment.
func TestMatrix(t *testing.T) {
	log.SetOutput(io.Discard) // azurerm's library tells of each call of az
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
					kind := w.judge(theirs, ours, block)
					counts[kind]++
					if kind == wrong {
						t.Errorf("%s, and %s: azurerm signs in by %s (%v), and this provider by %s (%v)", first, second, theirs.method, theirs.err, ours.method, ours.err)
					}
				}
			}
		}
	}
	t.Logf("%d cases", cases)
	for kind, count := range maps.All(counts) {
		t.Logf("%5d %s", count, kind)
	}
}

const (
	same       = "sign in by the same method"
	neither    = "do not sign in with either"
	blockFirst = "sign in here by the block's service principal, and with azurerm by the environment's"
	oursAlone  = "sign in here, and not with azurerm"
	wrong      = "are wrong"
)

// judge compares two outcomes.
func (w *world) judge(theirs, ours outcome, block map[string]string) string {
	switch {
	case theirs.method == none && ours.method == none:
		return neither
	case theirs.method == none:
		return oursAlone
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
