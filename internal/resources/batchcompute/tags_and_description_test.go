package batchcompute_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// attachedOutside returns an emulator with a compute that was attached outside Terraform,
// with these settings.
func attachedOutside(t *testing.T, tags map[string]string, description *string) *emulator.Emulator {
	t.Helper()
	e := acctest.NewEmulator(t, emulator.WithTagsKept(true))
	e.PutCompute(emulator.DefaultWorkspaceID, emulator.Compute{
		Name: "mybatchcompute", ComputeType: "Batch", ResourceID: emulator.DefaultBatchAccountID, Tags: tags, Description: description,
	})
	return e
}

type settings struct {
	tags        map[string]string
	description *string
}

func (s settings) attributes() acctest.Attributes {
	attributes := byID()
	if s.tags != nil {
		attributes["tags"] = s.tags
	}
	if s.description != nil {
		attributes["description"] = *s.description
	}
	return attributes
}

// The first configuration after an import, a move or an adoption is accepted as it is,
// unless the service has another value for one of its tags, or another description.
func TestFirstConfiguration(t *testing.T) {
	one, two, empty := "one", "two", ""
	type tags = map[string]string
	for name, test := range map[string]struct {
		service, config settings
		replaces, warns bool
	}{
		"nothing":                        {settings{}, settings{}, false, false},
		"the same":                       {settings{tags{"a": "1"}, &one}, settings{tags{"a": "1"}, &one}, false, false},
		"a tag of others":                {settings{tags{"a": "1", "policy": "x"}, nil}, settings{tags{"a": "1"}, nil}, false, false},
		"no tags in the service":         {settings{}, settings{tags{"a": "1"}, nil}, false, true},
		"no tags in the configuration":   {settings{tags{"policy": "x"}, nil}, settings{tags{}, nil}, false, false},
		"tags left out":                  {settings{tags{"policy": "x"}, nil}, settings{}, false, false},
		"an empty description":           {settings{}, settings{nil, &empty}, false, false},
		"an empty one in the service":    {settings{nil, &empty}, settings{}, false, false},
		"empty, and the service has one": {settings{nil, &one}, settings{nil, &empty}, false, false},
		"letter case":                    {settings{tags{"owner": "me"}, nil}, settings{tags{"Owner": "me"}, nil}, false, false},
		"one tag more":                   {settings{tags{"a": "1"}, nil}, settings{tags{"a": "1", "b": "2"}, nil}, false, true},
		"a description more":             {settings{}, settings{nil, &one}, false, true},
		"another value":                  {settings{tags{"a": "1"}, nil}, settings{tags{"a": "2"}, nil}, true, false},
		"another value, in letter case":  {settings{tags{"A": "1"}, nil}, settings{tags{"a": "2"}, nil}, true, false},
		"a value in other letter case":   {settings{tags{"a": "x"}, nil}, settings{tags{"a": "X"}, nil}, true, false},
		"another description":            {settings{nil, &one}, settings{nil, &two}, true, false},
	} {
		check := func(t *testing.T, core *acctest.Core, state acctest.State) {
			t.Helper()
			attributes := test.config.attributes()
			plan, d := core.Plan(t.Context(), state, attributes)
			if d.Err() != nil || test.replaces != (plan.Action == "replace") {
				t.Fatalf("the plan is %s, want replace: %t; %v", plan.Action, test.replaces, d.Err())
			}
			if warned := strings.Contains(strings.Join(d.Warnings, ""), "do not reach Azure"); warned != test.warns {
				t.Errorf("the plan warns %q, want a warning: %t", d.Warnings, test.warns)
			}
			if test.replaces {
				return
			}
			state, d = core.Apply(t.Context(), state, attributes)
			if d.Err() != nil {
				t.Fatal(d.Err())
			}
			for range 2 {
				if plan, d := core.Plan(t.Context(), state, attributes); d.Err() != nil || plan.Action != "no-op" || len(d.Warnings) > 0 {
					t.Errorf("the next plan is %s, %v", plan.Action, d)
				}
				if state, d = core.Refresh(t.Context(), state); d.Err() != nil {
					t.Fatal(d.Err())
				}
			}
		}
		acctest.Run(t, name+", imported", func(t *testing.T) {
			core := acctest.NewEmulatorCore(t, attachedOutside(t, test.service.tags, test.service.description))
			state, d := core.Import(t.Context(), computeID)
			if d.Err() != nil {
				t.Fatal(d.Err())
			}
			check(t, core, state)
		})
		acctest.Run(t, name+", moved", func(t *testing.T) {
			core := acctest.NewEmulatorCore(t, attachedOutside(t, test.service.tags, test.service.description))
			state, d := core.Move(t.Context(), azapi, "azapi_resource", azapiState("null"))
			if d.Err() != nil {
				t.Fatal(d.Err())
			}
			check(t, core, state)
		})
		acctest.Run(t, name+", adopted before", func(t *testing.T) {
			core := acctest.NewEmulatorCore(t, attachedOutside(t, test.service.tags, test.service.description))
			state, d := core.Apply(t.Context(), acctest.State{}, byID(acctest.Attributes{"adopt_existing": true}))
			d.WantNone(t)
			core.NewRun()
			check(t, core, state)
		})
		acctest.Run(t, name+", adopted", func(t *testing.T) {
			e := attachedOutside(t, test.service.tags, test.service.description)
			core := acctest.NewEmulatorCore(t, e)
			attributes := with(test.config.attributes(), acctest.Attributes{"adopt_existing": true})
			state, d := core.Apply(t.Context(), acctest.State{}, attributes)
			if test.replaces != (d.Err() != nil) {
				t.Fatalf("the adoption fails with %v, want an error: %t", d.Err(), test.replaces)
			}
			if warned := strings.Contains(strings.Join(d.Warnings, ""), "do not reach Azure"); warned != test.warns {
				t.Errorf("the adoption warns %q, want a warning: %t", d.Warnings, test.warns)
			}
			if test.replaces {
				return
			}
			core.NewRun()
			for range 2 {
				if plan, d := core.Plan(t.Context(), state, attributes); d.Err() != nil || plan.Action != "no-op" {
					t.Errorf("the next plan is %s, %v", plan.Action, d.Err())
				}
				state, d = core.Refresh(t.Context(), state)
				if d.Err() != nil {
					t.Fatal(d.Err())
				}
			}
			if n := writes(e, "PUT") + writes(e, "DELETE"); n > 0 {
				t.Errorf("%d writes", n)
			}
		})
	}
}

// If ignore_changes hides one of the tags, the others count as configured.
func TestFirstConfigurationWithAnIgnoredTag(t *testing.T) {
	core := acctest.NewEmulatorCore(t, attachedOutside(t, map[string]string{"a": "1", "env": "theirs", "policy": "x"}, nil))
	state, d := core.Import(t.Context(), computeID)
	d.WantNone(t)
	left := byID(acctest.Attributes{"tags": map[string]string{"a": "1", "env": "theirs"}})
	state, d = core.ApplyIgnoring(t.Context(), state, left, byID(acctest.Attributes{"tags": map[string]string{"a": "1", "env": "mine"}}))
	d.WantNone(t)
	state, d = core.Refresh(t.Context(), state)
	d.WantNone(t)
	if plan, d := core.Plan(t.Context(), state, left); d.Err() != nil || plan.Action != "no-op" {
		t.Errorf("the next plan is %s, %v", plan.Action, d.Err())
	}
}

// A move counts azapi's tags and description as configured: what the service dropped, and
// tags that a policy added, cause no diff.
func TestMoveKeepsTags(t *testing.T) {
	for name, has := range map[string]map[string]string{
		"the same": {"a": "1"}, "dropped": nil, "one more of a policy": {"a": "1", "policy": "x"}, "letter case": {"A": "1"},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			core := acctest.NewEmulatorCore(t, attachedOutside(t, has, nil))
			raw := strings.Replace(azapiState(`{"value": {"properties": {"description": "dropped"}}}`), `"tags": null`, `"tags": {"a": "1"}`, 1)
			state, d := core.Move(t.Context(), azapi, "azapi_resource", raw)
			if d.Err() != nil {
				t.Fatal(d.Err())
			}
			if plan, d := core.Plan(t.Context(), state, byID(acctest.Attributes{"tags": map[string]string{"a": "1"}, "description": "dropped"})); d.Err() != nil || plan.Action != "no-op" {
				t.Errorf("the plan is %s, %v", plan.Action, d.Err())
			}
			changed := byID(acctest.Attributes{"tags": map[string]string{"a": "1", "b": "2"}, "description": "dropped"})
			if plan, d := core.Plan(t.Context(), state, changed); d.Err() != nil || plan.Action != "replace" {
				t.Errorf("with one tag more, the plan is %s, %v", plan.Action, d.Err())
			}
		})
	}
}

// After the first configuration, a changed one replaces.
func TestLaterConfigurationReplaces(t *testing.T) {
	for name, begin := range map[string]func(*testing.T, *acctest.Core) acctest.State{
		"imported": func(t *testing.T, core *acctest.Core) acctest.State {
			t.Helper()
			state, d := core.Import(t.Context(), computeID)
			if d.Err() != nil {
				t.Fatal(d.Err())
			}
			return state
		},
		"adopted": func(*testing.T, *acctest.Core) acctest.State { return acctest.State{} },
	} {
		acctest.Run(t, name, func(t *testing.T) {
			one := "one"
			core := acctest.NewEmulatorCore(t, attachedOutside(t, map[string]string{"a": "1", "policy": "x"}, &one))
			attributes := byID(acctest.Attributes{"adopt_existing": true, "tags": map[string]string{"A": "1"}})
			state, d := core.Apply(t.Context(), begin(t, core), attributes)
			if d.Err() != nil {
				t.Fatal(d.Err())
			}
			core.NewRun()
			if state, d = core.Refresh(t.Context(), state); d.Err() != nil {
				t.Fatal(d.Err())
			}
			for what, changes := range map[string]acctest.Attributes{
				"one tag more": {"tags": map[string]string{"A": "1", "b": "2"}},
				"no tag":       {"tags": map[string]string{}},
			} {
				if plan, d := core.Plan(t.Context(), state, with(maps.Clone(attributes), changes)); d.Err() != nil || plan.Action != "replace" {
					t.Errorf("%s: the plan is %s, %v", what, plan.Action, d.Err())
				}
			}
		})
	}
}

// Once removed from the configuration, tags and description are the service's.
func TestSettingsRemovedFromTheConfiguration(t *testing.T) {
	acctest.Run(t, "tags and description", func(t *testing.T) {
		e := acctest.NewEmulator(t, emulator.WithTagsKept(true))
		core := acctest.NewEmulatorCore(t, e)
		state, d := core.Apply(t.Context(), acctest.State{}, byID(acctest.Attributes{"tags": map[string]string{"a": "1"}, "description": "d"}))
		if d.Err() != nil {
			t.Fatal(d.Err())
		}
		e.EditCompute(computeID, func(c *emulator.Compute) { c.Tags = map[string]string{"policy": "x"}; c.Description = nil })
		for _, attributes := range []acctest.Attributes{byID(), byID(acctest.Attributes{"tags": map[string]string{}, "description": ""})} {
			core.NewRun()
			if state, d = core.Refresh(t.Context(), state); d.Err() != nil {
				t.Fatal(d.Err())
			}
			if plan, d := core.Plan(t.Context(), state, attributes); d.Err() != nil || plan.Action == "replace" {
				t.Errorf("the plan is %s, %v", plan.Action, d.Err())
			}
			if state, d = core.Apply(t.Context(), state, attributes); d.Err() != nil {
				t.Fatal(d.Err())
			}
			if attributes["tags"] == nil {
				if tags, _ := state.Get("tags"); !strings.Contains(tags.String(), "policy") || state.Text("description") != "" {
					t.Errorf("the state has tags %s, description %q", tags, state.Text("description"))
				}
			}
			if plan, d := core.Plan(t.Context(), state, attributes); d.Err() != nil || plan.Action != "no-op" {
				t.Errorf("the next plan is %s, %v", plan.Action, d.Err())
			}
		}
		if n := writes(e, "DELETE"); n > 0 {
			t.Errorf("%d DELETEs", n)
		}
	})
	acctest.Run(t, "tags twice, in two letter cases", func(t *testing.T) {
		e := acctest.NewEmulator(t, emulator.WithTagsKept(true))
		core := acctest.NewEmulatorCore(t, e)
		configured, doubled := map[string]string{}, map[string]string{}
		for _, key := range strings.Split("abcdefghijkl", "") {
			configured[key], doubled[key], doubled[strings.ToUpper(key)] = "1", "1", "2"
		}
		attributes := byID(acctest.Attributes{"tags": configured})
		state, d := core.Apply(t.Context(), acctest.State{}, attributes)
		d.WantNone(t)
		e.EditCompute(computeID, func(c *emulator.Compute) { c.Tags = doubled })
		for range 5 { // the order of a map is random
			if state, d = core.Refresh(t.Context(), state); d.Err() != nil {
				t.Fatal(d.Err())
			}
			if plan, d := core.Plan(t.Context(), state, attributes); d.Err() != nil || plan.Action != "no-op" {
				t.Fatalf("the plan is %s, %v", plan.Action, d.Err())
			}
		}
	})
	for name, test := range map[string]struct {
		service *string
		refresh bool
		action  string
		want    string // description after the apply
	}{
		"emptied":                             {new("d"), true, "no-op", "d"},
		"emptied, and the service dropped it": {nil, true, "update", ""},
		"emptied, and the service emptied it": {new(""), true, "update", ""},
		"emptied, and not refreshed":          {new("e"), false, "no-op", "d"},
	} {
		acctest.Run(t, name, func(t *testing.T) {
			e := acctest.NewEmulator(t)
			e.Inject(shows(func(_, properties map[string]any) {
				delete(properties, "description")
				if test.service != nil {
					properties["description"] = *test.service
				}
			}))
			core := acctest.NewEmulatorCore(t, e)
			state, d := core.Apply(t.Context(), acctest.State{}, byID(acctest.Attributes{"description": "d"}))
			d.WantNone(t)
			core.NewRun()
			if test.refresh {
				state, d = core.Refresh(t.Context(), state)
				d.WantNone(t)
			}
			empty := byID(acctest.Attributes{"description": ""})
			if plan, d := core.Plan(t.Context(), state, empty); d.Err() != nil || plan.Action != test.action {
				t.Errorf("the plan is %s, want %s; %v", plan.Action, test.action, d.Err())
			}
			state, d = core.Apply(t.Context(), state, empty)
			d.WantNone(t)
			if got := state.Text("description"); got != test.want {
				t.Errorf("description is %q, want %q", got, test.want)
			}
			if plan, d := core.Plan(t.Context(), state, empty); d.Err() != nil || plan.Action != "no-op" {
				t.Errorf("the next plan is %s, %v", plan.Action, d.Err())
			}
		})
	}
	acctest.Run(t, "in a state of an earlier version, before a refresh", func(t *testing.T) {
		_, core, state := attached(t, byID(acctest.Attributes{"tags": map[string]string{"a": "1"}, "description": "d"}))
		state.Private = nil
		if plan, d := core.Plan(t.Context(), state, byID()); d.Err() != nil || plan.Action != "no-op" {
			t.Errorf("the plan is %s, %v", plan.Action, d.Err())
		}
	})
	for name, imported := range map[string]bool{"attached": false, "imported": true} {
		acctest.Run(t, "later changes in Azure are followed, "+name, func(t *testing.T) {
			e := acctest.NewEmulator(t, emulator.WithTagsKept(true))
			core := acctest.NewEmulatorCore(t, e)
			state, d := core.Apply(t.Context(), acctest.State{}, byID())
			if imported {
				state, d = core.Import(t.Context(), computeID)
			}
			if d.Err() != nil {
				t.Fatal(d.Err())
			}
			for _, tags := range []map[string]string{{"a": "1"}, {"b": "2"}, {}, {}, {"c": "3"}, nil} {
				e.EditCompute(computeID, func(c *emulator.Compute) { c.Tags = tags })
				core.NewRun()
				if state, d = core.Refresh(t.Context(), state); d.Err() != nil {
					t.Fatal(d.Err())
				}
				has, _ := state.Get("tags")
				for key := range tags {
					if !strings.Contains(has.String(), key) {
						t.Errorf("the state has tags %s, the service %v", has, tags)
					}
				}
				if len(tags) == 0 && !has.IsNull() {
					t.Errorf("the state has tags %s, the service none", has)
				}
				if plan, d := core.Plan(t.Context(), state, byID()); d.Err() != nil || plan.Action != "no-op" {
					t.Errorf("the plan is %s, %v", plan.Action, d.Err())
				}
			}
		})
	}
}
