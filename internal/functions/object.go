package functions

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// object is an object of any type, as passed to a dynamic parameter. Its methods collect
// problems, so that all of them are reported at once.
type object struct {
	attributes map[string]tftypes.Value
	// at is the path of the object in the argument, with a period at the end.
	at    string
	wrong *problems
}

type problems struct {
	missing []string
	others  []string
}

// err joins the problems into one error; nil if there are none.
func (p *problems) err() error {
	sentences := p.others
	if len(p.missing) > 0 {
		sentences = slices.Concat([]string{"it has no " + strings.Join(p.missing, ", no ")}, p.others)
	}
	if len(sentences) == 0 {
		return nil
	}
	return errors.New(strings.Join(sentences, "; "))
}

func (p *problems) add(format string, arguments ...any) {
	p.others = append(p.others, fmt.Sprintf(format, arguments...))
}

// newObject reports false if the value is not an object.
func newObject(value tftypes.Value, at string, wrong *problems) (object, bool) {
	o := object{at: at, wrong: wrong}
	return o, !value.IsNull() && value.As(&o.attributes) == nil
}

// get returns a required attribute. It reports false if the attribute is missing or null.
func (o object) get(name string) (tftypes.Value, bool) {
	value, ok := o.attributes[name]
	if !ok {
		o.wrong.missing = append(o.wrong.missing, o.at+name)
	}
	return value, ok && !value.IsNull()
}

// optional returns a string attribute; nil if it is null.
func (o object) optional(name string) *string {
	value, ok := o.get(name)
	if !ok {
		return nil
	}
	return stringOf(value, o.at+name, o.wrong)
}

// required returns a string attribute that must not be null.
func (o object) required(name string) string {
	value := o.optional(name)
	if present, ok := o.attributes[name]; ok && present.IsNull() {
		o.wrong.add("%s%s is null", o.at, name)
	}
	return orEmpty(value)
}

// texts returns an attribute that is a map of strings or an object of strings; nil if it
// is null.
func (o object) texts(name string) map[string]string {
	value, ok := o.get(name)
	if !ok {
		return nil
	}
	elements, ok := newObject(value, o.at+name, o.wrong)
	if !ok {
		o.wrong.add("%s%s is %s, not a map of strings", o.at, name, describe(value))
		return nil
	}
	texts := make(map[string]string, len(elements.attributes))
	for _, key := range slices.Sorted(maps.Keys(elements.attributes)) {
		element := elements.attributes[key]
		at := fmt.Sprintf("%s%s[%q]", o.at, name, key)
		if element.IsNull() {
			o.wrong.add("%s is null", at)
			continue
		}
		texts[key] = orEmpty(stringOf(element, at, o.wrong))
	}
	return texts
}

// objects returns an attribute that is a list of objects; nil if it is null.
func (o object) objects(name string) []object {
	value, ok := o.get(name)
	if !ok {
		return nil
	}
	var elements []tftypes.Value
	if value.As(&elements) != nil {
		o.wrong.add("%s%s is %s, not a list of objects", o.at, name, describe(value))
		return nil
	}
	objects := make([]object, 0, len(elements))
	for i, element := range elements {
		at := fmt.Sprintf("%s%s[%d]", o.at, name, i)
		child, ok := newObject(element, at+".", o.wrong)
		if !ok {
			o.wrong.add("%s is %s, not an object", at, describe(element))
			continue
		}
		objects = append(objects, child)
	}
	return objects
}

func stringOf(value tftypes.Value, at string, wrong *problems) *string {
	var s *string
	if value.As(&s) != nil {
		wrong.add("%s is %s, not a string", at, describe(value))
	}
	return s
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// describe names a value's type in Terraform's terms.
func describe(value tftypes.Value) string {
	if value.IsNull() {
		return "null"
	}
	switch kind := value.Type(); {
	case kind.Is(tftypes.String):
		return "a string"
	case kind.Is(tftypes.Number):
		return "a number"
	case kind.Is(tftypes.Bool):
		return "a bool"
	case kind.Is(tftypes.Map{}):
		return "a map"
	case kind.Is(tftypes.Object{}):
		return "an object"
	case kind.Is(tftypes.Set{}):
		return "a set"
	}
	return "a list"
}
