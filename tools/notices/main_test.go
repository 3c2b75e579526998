package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const mit = `Copyright (c) 2020 Somebody

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files
(the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge,
publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so,
subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR
ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH
THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`

// A licence that is recognized but not accepted.
const gpl = `This program is free software: you can redistribute it and/or modify it under the terms of the GNU General Public License as
published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version.

This program is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied warranty of
MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU General Public License for more details.`

func TestEachTextOccursOnce(t *testing.T) {
	out, err := render([]component{
		{path: "example.org/a", licences: []string{mit}},
		{path: "example.org/b", licences: []string{mit}, notices: []string{"NOTICE: made by b"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"  example.org/a: MIT\n", "  example.org/b: MIT\n", "example.org/a, example.org/b:\n\n" + mit, "example.org/b:\n\nNOTICE: made by b"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the notices lack %q:\n%s", want, out)
		}
	}
	if count := strings.Count(string(out), mit); count != 1 {
		t.Errorf("the shared licence occurs %d times in the notices, want once", count)
	}
}

func TestUnacceptedLicences(t *testing.T) {
	const unknown, notAccepted = "example.org/a: the licence is unknown", "example.org/a: the licence is GPL-3.0"
	tests := map[string]struct {
		licences []string
		want     string
	}{
		"an unknown licence":            {[]string{"All rights reserved."}, unknown},
		"MIT and an unknown one":        {[]string{mit, "All rights reserved."}, unknown},
		"more words than MIT":           {[]string{mit + strings.Repeat("\nYou owe us a beer.", 50)}, unknown},
		"another licence":               {[]string{gpl}, notAccepted},
		"MIT and another licence":       {[]string{mit, gpl}, notAccepted},
		"another licence in MIT's file": {[]string{mit + "\n\n" + gpl}, notAccepted},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := render([]component{{path: "example.org/a", licences: test.licences}})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %v, want %q in it", err, test.want)
			}
		})
	}
}

func TestLicenceFiles(t *testing.T) {
	module := t.TempDir()
	nested := filepath.Join(module, "internal", "borrowed")
	if err := os.MkdirAll(nested, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"LICENSE": "a\r\nlicence\r\n", "NOTICE.txt": "notice\n", "PATENTS": "patents\n", "license.go": "package module\n",
		"README.md": "readme\n", "internal/borrowed/COPYING-MIT": "copying\n",
	} {
		if err := os.WriteFile(filepath.Join(module, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	c, err := readTexts("example.org/a", []string{module, nested})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(c.licences, " "); got != "a\nlicence copying" {
		t.Errorf("the licences are %q, want those of LICENSE and COPYING-MIT", got)
	}
	if got := strings.Join(c.notices, " "); got != "notice patents" {
		t.Errorf("the notices are %q, want those of NOTICE.txt and PATENTS", got)
	}
	if _, err := readTexts("example.org/a", []string{t.TempDir()}); err == nil {
		t.Error("a module without a licence file is not an error")
	}
}

func TestLinkedPackages(t *testing.T) {
	directories := map[string]map[string]bool{}
	if err := listPackages(t.Context(), "linux/amd64", []string{"github.com/google/licensecheck/internal/match"}, directories); err != nil {
		t.Fatal(err)
	}
	if directories["Go"] == nil {
		t.Error("the standard library is missing")
	}
	var nested bool
	for directory := range directories["github.com/google/licensecheck"] {
		nested = nested || strings.HasSuffix(directory, filepath.Join("internal", "match"))
	}
	if !nested {
		t.Errorf("the directories of licensecheck are %v, want the package's among them", directories["github.com/google/licensecheck"])
	}
}
