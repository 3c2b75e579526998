// Package scrub turns requests and replies into a recording that contains nothing private:
// ids, names, addresses, hosts, times, signatures and secrets become stable placeholders.
// Unknown values are replaced, never kept.
package scrub

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/test/azure/wire"
)

// Subject identifies what a run attaches, and where. All of it is private.
type Subject struct {
	Manager      wire.Manager
	Workspace    azureml.WorkspaceID
	BatchAccount string
	// Computes are the names of the run's own computes.
	Computes []string
	// Keep are texts of the run itself that are not private: the description, and the
	// name and value of the tag.
	Keep []string
}

// Scrubber replaces private values; each by the same placeholder wherever it occurs.
type Scrubber struct {
	subject Subject
	seen    map[string]spelling
	counts  map[string]int
	known   []string // names to search for in texts, in lower case
	parts   []string // words that such names consist of

	kinds              []kind
	anyKind, wholeKind *regexp.Regexp
}

// spelling is a placeholder, and its value in the letter case in which it first occurred.
type spelling struct{ value, placeholder string }

// New returns a scrubber. The subject gets the first placeholders of each kind.
func New(subject Subject) *Scrubber {
	s := &Scrubber{
		subject: subject,
		seen:    map[string]spelling{}, counts: map[string]int{},
		kinds: kinds(),
	}
	s.anyKind = regexp.MustCompile(forms(s.kinds))
	s.wholeKind = regexp.MustCompile("^(?:" + forms(s.kinds) + ")$")
	s.path(subject.Workspace.String())
	s.path(subject.BatchAccount)
	for _, name := range subject.Computes {
		s.name("computes", name)
	}
	return s
}

// Recording returns the exchanges as a recording that can be published.
func (s *Scrubber) Recording(about []string, exchanges []wire.Exchange) *emulator.Recording {
	for _, x := range exchanges {
		s.learnOthers(x)
	}
	recording := &emulator.Recording{About: about}
	for _, x := range exchanges {
		recording.Exchanges = append(recording.Exchanges, s.exchange(x, exchanges[0].Began))
	}
	return recording
}

func (s *Scrubber) exchange(x wire.Exchange, began time.Time) emulator.Exchange {
	path, query, _ := strings.Cut(s.url(x.URL), "?")
	path = strings.TrimPrefix(path, emulator.RecordedHost)
	isList := strings.EqualFold(path, s.path(s.subject.Workspace.String()+"/computes"))
	return emulator.Exchange{
		Step: x.Step,
		At:   emulator.Span(x.Began.Sub(began).Round(time.Millisecond)),
		Took: emulator.Span(x.Took.Round(time.Millisecond)),
		Request: emulator.RecordedCall{
			Method: x.Method, Path: path, Query: query, Body: s.body(x.RequestBody, false),
		},
		Response: emulator.RecordedReply{
			Status: x.Status, Headers: s.headers(x.Header), Body: s.body(x.Body, isList),
		},
	}
}

// body scrubs a JSON body; of any other body it keeps only the length.
func (s *Scrubber) body(content []byte, isList bool) json.RawMessage {
	if len(content) == 0 {
		return nil
	}
	document, err := decode(content)
	if err != nil {
		document = fmt.Sprintf("{%d bytes that are not JSON}", len(content))
	} else {
		if isList {
			s.dropOthers(document)
		}
		document = s.value("", document)
	}
	return encode(document)
}

func decode(content []byte) (document any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.UseNumber() // Keeps 100.0 as 100.0.
	if err := decoder.Decode(&document); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one value")
	}
	return document, nil
}

func encode(document any) json.RawMessage {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(document); err != nil {
		return json.RawMessage(`"{not JSON}"`) // Cannot happen: the document was decoded from JSON.
	}
	return bytes.TrimSpace(b.Bytes())
}

// learnOthers notes the names of other computes in a list. They are not recorded, and must
// not appear in a message either.
func (s *Scrubber) learnOthers(x wire.Exchange) {
	document, err := decode(x.Body)
	if err != nil {
		return
	}
	object, _ := document.(map[string]any)
	elements, _ := object["value"].([]any)
	for _, element := range elements {
		if name := nameOf(element); name != "" {
			s.name("computes", name)
		}
	}
}

// dropOthers removes other computes from a list.
func (s *Scrubber) dropOthers(document any) {
	object, _ := document.(map[string]any)
	elements, ok := object["value"].([]any)
	if !ok {
		return
	}
	own := []any{}
	for _, element := range elements {
		for _, name := range s.subject.Computes {
			if strings.EqualFold(nameOf(element), name) {
				own = append(own, element)
			}
		}
	}
	object["value"] = own
}

func nameOf(element any) string {
	object, _ := element.(map[string]any)
	name, _ := object["name"].(string)
	return name
}
