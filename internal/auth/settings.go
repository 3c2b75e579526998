// Package auth turns the provider block and the environment into exactly one credential
// and one cloud. If that credential fails, it tries no other: silently signing in as an
// unintended identity is worse than failing.
package auth

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// Settings holds the effective values: those of the provider block and, for attributes
// that it leaves out, those of the environment. Switches are "true" or "false"; list
// elements are separated by semicolons.
type Settings struct {
	values map[Name]value
	getenv func(string) string
	// conflicts reports settings that the block sets under two names, with different values.
	conflicts []error
}

// value is the effective value of a setting.
type value struct {
	text string
	// block is set if the value is from the provider block.
	block bool
	// from is the attribute or the variable that the value is from.
	from string
}

// NewSettings takes the attributes of the provider block and reads the rest from the
// environment. Null attributes must be absent from block. An empty one hides the
// environment's value, as in azurerm and azapi.
func NewSettings(block map[Name]string, getenv func(string) string) Settings {
	s := Settings{values: map[Name]value{}, getenv: getenv}
	for _, row := range Table {
		if text, ok := block[row.Name]; ok {
			s.fromBlock(row, text)
		} else {
			s.fromEnvironment(row.Name, row.Variables...)
		}
	}
	return s
}

// fromBlock takes an attribute of the block, under any name of its setting.
func (s *Settings) fromBlock(row Setting, text string) {
	name, text := cmp.Or(row.Alias, row.Name), row.trim(text)
	earlier := s.values[name]
	if earlier.block && text == "" {
		return // the other name has the value
	}
	if earlier.block && earlier.text != text {
		s.conflicts = append(s.conflicts, fmt.Errorf("%s and %s in the provider block are two names of one setting, but have different values. Remove one of them", name, row.Name))
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

// trim removes the white space around a value, which files and secret stores add.
func (row Setting) trim(text string) string {
	if row.Exact {
		return text
	}
	return strings.TrimSpace(text)
}

// inPod adds the variables that AKS sets in a pod, for settings that have no other value.
func (s Settings) inPod() Settings {
	s.values = maps.Clone(s.values)
	for _, row := range Table {
		if s.first(append(podYieldsTo[row.Name], row.Name)...) == "" {
			s.fromEnvironment(row.Name, row.PodVariable)
		}
	}
	return s
}

// podYieldsTo lists, for a setting, the others that take precedence over a pod's variable.
var podYieldsTo = map[Name][]Name{
	ClientID:          {ClientIDFilePath},
	OIDCTokenFilePath: {OIDCToken},
	// A credential is sent only to the cloud that is configured.
	AuthorityHost: {Environment, MetadataHost},
}

// Get returns the effective value of a setting; empty if it is not set.
func (s Settings) Get(name Name) string { return s.values[name].text }

// Source says, in words, where the value of a setting comes from; empty if it is not set.
func (s Settings) Source(name Name) string {
	switch v := s.values[name]; {
	case v.block:
		return v.from + " in the provider block"
	case v.from != "":
		return "the environment variable " + v.from
	}
	return ""
}

// first returns the one of several alternative settings that is used: one in the block
// before one in the environment, and otherwise the first argument. Empty if none is set.
func (s Settings) first(names ...Name) Name {
	found := Name("")
	for _, name := range names {
		if v, ok := s.values[name]; ok && (found == "" || v.block && !s.values[found].block) {
			found = name
		}
	}
	return found
}

// IsTrue reports whether a switch is on; unset counts as off.
func (s Settings) IsTrue(name Name) bool { return truth(s.Get(name)) }

// IsFalse reports whether a switch is off; unset counts as on.
func (s Settings) IsFalse(name Name) bool {
	text := s.Get(name)
	return text != "" && !truth(text)
}

// truths are the spellings of a switch in a variable.
var truths = map[string]bool{
	"true": true, "t": true, "1": true, "yes": true, "on": true,
	"false": false, "f": false, "0": false, "no": false, "off": false,
}

func truth(text string) bool { return truths[strings.ToLower(text)] }

// List returns the elements of a list, separated by semicolons, commas or white space.
func (s Settings) List(name Name) []string {
	return strings.FieldsFunc(s.Get(name), func(r rune) bool { return strings.ContainsRune(";, \t\r\n", r) })
}

// PartnerID returns the partner's GUID in the form of the user agent: with azurerm's
// suffix but without the prefix. Empty if it is not set.
func (s Settings) PartnerID() string { return strings.TrimPrefix(s.Get(PartnerID), "pid-") }

// Check validates each value, and returns what is wrong. The schema cannot: it sees the
// block, not the environment.
func (s Settings) Check() []error {
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
		problems = append(problems, fmt.Errorf("%s is %q, which is not valid in a header: use a GUID", s.Source(CorrelationRequestID), id))
	}
	if tenants := s.List(AuxiliaryTenantIDs); len(tenants) > MaxAuxiliaryTenants {
		problems = append(problems, fmt.Errorf("%s names %d tenants, but Resource Manager accepts the tokens of at most %d",
			s.Source(AuxiliaryTenantIDs), len(tenants), MaxAuxiliaryTenants))
	}
	for _, tenant := range append(s.List(AuxiliaryTenantIDs), s.Get(TenantID)) {
		if strings.Trim(tenant, tenantCharacters) != "" {
			problems = append(problems, fmt.Errorf("%q is not a valid tenant: use its id or one of its domains", tenant))
		}
	}
	return problems
}

// MaxAuxiliaryTenants is how many auxiliary tenants' tokens Resource Manager accepts in a
// request.
const MaxAuxiliaryTenants = 3

const tenantCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-"

// Printable reports whether a text is valid as the value of a header.
func Printable(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}
