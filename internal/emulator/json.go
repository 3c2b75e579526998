package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// readArray reads a JSON array of structs. Unlike [encoding/json] alone, it refuses null in place of the array or of an element,
// which would become something that no one has asked for. The name of the array is for errors.
func readArray[T any](r io.Reader, name string, strict bool) ([]T, error) {
	var elements []*T
	decoder := json.NewDecoder(r)
	if strict {
		decoder.DisallowUnknownFields()
	}
	switch err := decoder.Decode(&elements); {
	case errors.Is(err, io.EOF):
		return nil, fmt.Errorf("%s: there is no JSON value", name)
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: there is more than one JSON value", name)
	}
	if elements == nil {
		return nil, fmt.Errorf("%s: null is not an array", name)
	}
	all := make([]T, 0, len(elements))
	for i, element := range elements {
		if element == nil {
			return nil, fmt.Errorf("%s[%d] is null", name, i)
		}
		all = append(all, *element)
	}
	return all, nil
}

// refuseNull returns an error if one of the named lists in a JSON object has null as an element.
func refuseNull(object []byte, lists ...string) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(object, &fields); err != nil {
		return err
	}
	for name, field := range fields {
		// encoding/json takes names in any letter case.
		known := slices.ContainsFunc(lists, func(list string) bool { return strings.EqualFold(list, name) })
		var elements []json.RawMessage
		if !known || json.Unmarshal(field, &elements) != nil {
			continue
		}
		for i, element := range elements {
			if string(element) == "null" {
				return fmt.Errorf("%s[%d] is null", name, i)
			}
		}
	}
	return nil
}

// A Span is a duration that is written like "1.5s" in JSON.
type Span time.Duration

// MarshalText implements [encoding.TextMarshaler].
func (s Span) MarshalText() ([]byte, error) { return []byte(time.Duration(s).String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *Span) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	*s = Span(d)
	return err
}
