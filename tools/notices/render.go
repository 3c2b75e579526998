package main

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// accepted lists the licences that a program under MPL-2.0 may include without further conditions. Any other needs a
// maintainer's decision.
var accepted = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0"}

const introduction = `Third-party notices

The provider and the emulator contain the software below. The version of each part is in the software bill of materials
of each archive. The source of a part is at https://pkg.go.dev/ followed by its name; for parts under MPL-2.0 it is
available under the terms of that licence.

`

// render returns the notices: each component with the names of its licences, and then each distinct text once.
func render(components []component) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString(introduction)
	var texts []string
	owners := map[string][]string{} // by text
	failures := make([]error, len(components))
	for i, c := range components {
		names, err := licenceNames(c.licences)
		if err != nil {
			failures[i] = fmt.Errorf("%s: %w", c.path, err)
		}
		fmt.Fprintf(&out, "  %s: %s\n", c.path, strings.Join(names, ", "))
		for _, text := range slices.Concat(c.licences, c.notices) {
			if owners[text] == nil {
				texts = append(texts, text)
			}
			owners[text] = append(owners[text], c.path)
		}
	}
	for _, text := range texts {
		fmt.Fprintf(&out, "\n%s\n%s:\n\n%s\n", strings.Repeat("=", 80), strings.Join(owners[text], ", "), text)
	}
	return out.Bytes(), errors.Join(failures...)
}

// licenceNames returns the SPDX names of the licences. A text that is not an accepted licence is an error.
func licenceNames(licences []string) ([]string, error) {
	var names []string
	for _, text := range licences {
		found := licensecheck.Scan([]byte(text))
		for _, match := range found.Match {
			if !slices.Contains(accepted, match.ID) {
				return nil, fmt.Errorf("the licence is %s, which is not one of %s", match.ID, strings.Join(accepted, ", "))
			}
			if !slices.Contains(names, match.ID) {
				names = append(names, match.ID)
			}
		}
		if found.Percent < 75 { // The rest may be names of authors.
			return nil, fmt.Errorf("the licence is unknown:\n%s", text)
		}
	}
	return names, nil
}
