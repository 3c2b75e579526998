// Package auth turns what the provider block and the environment say into exactly one
// credential and one cloud. It tries no second credential when the first one fails: a
// sign-in that silently uses another identity than the one meant is worse than none.
package auth

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// Settings are the values that count: those of the provider block, and for what the
// block leaves out, those of the environment. Switches are "true" and "false"; the
// elements of lists are separated by semicolons.
type Settings struct {
	values map[Name]value
	getenv func(string) string
	// conflicts are the two names of one setting that the block gives different values.
	conflicts []error
}

// value is what counts for a setting.
type value struct {
	text string
	// block is set when the provider block says it.
	block bool
	// from is the attribute, or else the variable, that says it.
	from string
}

// NewSettings takes what the provider block says and reads the rest from the
// environment. An attribute that is null has no entry in the block. An empty one hides
// the environment's value, as it does in azurerm and azapi.
func NewSettings(block map[Name]string, getenv func(string) string) Settings {
	s := Settings{values: map[Name]value{}, getenv: getenv}
	for _, row := range Table {
		if said, ok := block[row.Name]; ok {
			s.say(row, said)
		} else {
			s.fromEnvironment(row.Name, row.Variables...)
		}
	}
	return s
}

// say takes what the block says for a setting, under any of its names.
func (s *Settings) say(row Setting, text string) {
	name, text := cmp.Or(row.Alias, row.Name), row.trim(text)
	earlier := s.values[name]
	if earlier.block && earlier.text != text {
		s.conflicts = append(s.conflicts, fmt.Errorf("%s and %s in the provider block are two names of one setting, and they differ. Remove one of them", name, row.Name))
	}
	delete(s.values, name)
	if text != "" {
		s.values[name] = value{text, true, string(row.Name)}
	}
}

// fromEnvironment takes the first variable that has a value.
func (s Settings) fromEnvironment(name Name, variables ...string) {
	for _, variable := range variables {
		if text := Lookup(name).trim(s.getenv(variable)); text != "" {
			s.values[name] = value{text, false, variable}
			return
		}
	}
}

// trim takes away the white space around a value: files and secret stores add it.
func (row Setting) trim(text string) string {
	if row.Exact {
		return text
	}
	return strings.TrimSpace(text)
}

// inPod adds what AKS sets in a pod, for what nothing else says.
func (s Settings) inPod() Settings {
	s.values = maps.Clone(s.values)
	for _, row := range Table {
		if row.PodVariable != "" && s.first(append(podYieldsTo[row.Name], row.Name)...) == "" {
			s.fromEnvironment(row.Name, row.PodVariable)
		}
	}
	return s
}

// podYieldsTo are the settings that say the same as a pod's variable, or more.
var podYieldsTo = map[Name][]Name{
	ClientID:          {ClientIDFilePath},
	OIDCTokenFilePath: {OIDCToken},
	// A secret goes to the cloud that is asked for by name, and to no other.
	AuthorityHost: {Environment, MetadataHost},
}

// Get is what counts for a name; empty when nothing says it.
func (s Settings) Get(name Name) string { return s.values[name].text }

// Source says where the value of a name comes from, for a person to read. Empty when
// nothing says it.
func (s Settings) Source(name Name) string {
	switch v := s.values[name]; {
	case v.block:
		return v.from + " in the provider block"
	case v.from != "":
		return "the environment variable " + v.from
	}
	return ""
}

// first is the one of several names that counts when they stand for the same thing: the
// block's, and among equals the one that is named first. Empty when none is there.
func (s Settings) first(names ...Name) Name {
	found := Name("")
	for _, name := range names {
		if v, ok := s.values[name]; ok && (found == "" || v.block && !s.values[found].block) {
			found = name
		}
	}
	return found
}

// IsTrue reads a switch that is off unless it is said to be on.
func (s Settings) IsTrue(name Name) bool { return truth(s.Get(name)) }

// IsFalse reads a switch that is on unless it is said to be off.
func (s Settings) IsFalse(name Name) bool {
	text := s.Get(name)
	return text != "" && !truth(text)
}

// truths are the ways to write a switch in a variable.
var truths = map[string]bool{
	"true": true, "t": true, "1": true, "yes": true, "on": true,
	"false": false, "f": false, "0": false, "no": false, "off": false,
}

func truth(text string) bool { return truths[strings.ToLower(text)] }

// List reads a list, whose elements semicolons, commas or white space separate.
func (s Settings) List(name Name) []string {
	return strings.FieldsFunc(s.Get(name), func(r rune) bool { return strings.ContainsRune(";, \t\r\n", r) })
}

// PartnerID is the partner's GUID as a user agent names it: with azurerm's suffix, and
// without the prefix. Empty when there is none.
func (s Settings) PartnerID() string { return strings.TrimPrefix(s.Get(PartnerID), "pid-") }

// Check says what is wrong with the values by themselves, wherever they come from: the
// schema sees only what the block says.
func (s Settings) Check() error {
	problems := slices.Clone(s.conflicts)
	for _, row := range Table {
		text := s.Get(row.Name)
		if _, ok := truths[strings.ToLower(text)]; row.Kind == Switch && !ok && text != "" {
			problems = append(problems, fmt.Errorf("%s is %q, but it must be true or false", s.Source(row.Name), text))
		}
	}
	if id := s.PartnerID(); id != "" && uuid.Validate(strings.TrimSuffix(id, "-partnercenter")) != nil {
		problems = append(problems, fmt.Errorf("%s is %q, but a partner's id is a GUID", s.Source(PartnerID), s.Get(PartnerID)))
	}
	if id := s.Get(CorrelationRequestID); !Printable(id) {
		problems = append(problems, fmt.Errorf("%s is %q, which cannot be sent: use a GUID", s.Source(CorrelationRequestID), id))
	}
	if tenants := s.List(AuxiliaryTenantIDs); len(tenants) > MaxAuxiliaryTenants {
		problems = append(problems, fmt.Errorf("%s names %d tenants, but Resource Manager takes the tokens of %d at most",
			s.Source(AuxiliaryTenantIDs), len(tenants), MaxAuxiliaryTenants))
	}
	for _, tenant := range append(s.List(AuxiliaryTenantIDs), s.Get(TenantID)) {
		if strings.Trim(tenant, tenantCharacters) != "" {
			problems = append(problems, fmt.Errorf("%q is not a valid tenant: give its id, or one of its domains", tenant))
		}
	}
	return errors.Join(problems...)
}

// MaxAuxiliaryTenants is how many more tenants' tokens Resource Manager takes with a
// request.
const MaxAuxiliaryTenants = 3

const tenantCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-"

// Printable reports that a text can be the value of a header.
func Printable(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}
