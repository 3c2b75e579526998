// Package scrub makes a recording of what was sent and answered that holds nothing
// private: ids, names, addresses, hosts, times, signatures and secrets become stable
// placeholders. What it does not know is replaced, never kept.
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

// Subject is what a run is about. All of it is private.
type Subject struct {
	Manager      wire.Manager
	Workspace    azureml.WorkspaceID
	BatchAccount string
	// Computes are the names of the run's own computes.
	Computes []string
	// Keep are texts that the run itself has sent, and that say nothing: its
	// description, the name and the value of its tag.
	Keep []string
}

// Scrubber replaces private values, each by the same placeholder wherever it occurs.
type Scrubber struct {
	subject Subject
	seen    map[string]spelling
	counts  map[string]int
	known   []string // names to look for within texts, in lower case
	parts   []string // words that such names are made of

	kinds              []kind
	anyKind, wholeKind *regexp.Regexp
}

// spelling is a placeholder, and how its value was spelled when it was seen first.
type spelling struct{ value, placeholder string }

// New makes a scrubber. The placeholders of the subject come first in their kinds.
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

// Recording is what may be shown to anybody.
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

// body is a JSON body without its secrets; of anything else only the length is kept.
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
	decoder.UseNumber() // 100.0 stays 100.0.
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
		return json.RawMessage(`"{not JSON}"`) // What was decoded can be encoded.
	}
	return bytes.TrimSpace(b.Bytes())
}

// learnOthers notes the names of the computes of others in a list: they are not
// recorded, and must not turn up in a message either.
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

// dropOthers takes the computes of others out of a list.
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
