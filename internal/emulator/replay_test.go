package emulator

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func readRecording(t *testing.T, name string) *Recording {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", "recordings", name))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	recording, err := ReadRecording(file)
	if err != nil {
		t.Fatal(err)
	}
	return recording
}

// The recorded replies come at the recorded times after the last write, with only their own
// headers.
func TestReplayRepliesAsRecorded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		recording := readRecording(t, "signed-2024-04-01.json")
		e := newHandler(t, WithReplay(recording))
		compute := recording.ComputeID() + version
		before := e.want(t, http.StatusNotFound, http.MethodGet, compute, "")
		if before.body != "" || before.header.Get("x-ms-response-type") != "standard" || before.header.Get("Cache-Control") != "" {
			t.Errorf("before the attach: %v %q", before.header, before.body)
		}
		put := e.want(t, http.StatusCreated, http.MethodPut, compute, attachBody)
		status := put.header.Get("Azure-AsyncOperation")
		if !strings.HasPrefix(status, e.URL()+"/subscriptions/") || !strings.Contains(status, "&c="+strings.Repeat("0", 2575)+"&s=") {
			t.Errorf("the status URL is %s", status)
		}
		if got := e.want(t, http.StatusOK, http.MethodGet, status, ""); got.body != "{\n  \"status\": \"Succeeded\",\n  \"percentComplete\": 100.0\n}" {
			t.Errorf("the only recorded poll is %s", got.body)
		}
		e.want(t, http.StatusOK, http.MethodGet, compute, "")

		removal := e.want(t, http.StatusAccepted, http.MethodDelete, compute+"&underlyingResourceAction=detach", "").header.Get("Azure-AsyncOperation")
		for _, step := range []struct {
			pause time.Duration
			want  string
		}{{0, "InProgress"}, {time.Minute, "InProgress"}, {3 * time.Second, "Succeeded"}, {time.Hour, "Succeeded"}} {
			time.Sleep(step.pause)
			if got := e.want(t, http.StatusOK, http.MethodGet, removal, "").json(t)["status"]; got != step.want {
				t.Errorf("%v later the detach is %s, want %s", step.pause, got, step.want)
			}
		}
		e.want(t, http.StatusNotFound, http.MethodGet, compute, "")
		if computes := e.Computes(); len(computes) > 0 {
			t.Errorf("the emulator has computes of its own: %v", computes)
		}
	})
}

// Writes get the recorded replies in order, and then the last one again; other requests are
// handled as usual.
func TestReplayOfWrites(t *testing.T) {
	body := []byte(`{"location": "region1", "properties": {"computeType": "Batch", "resourceId": "` + DefaultBatchAccountID + `"}}`)
	exchange := func(status int) Exchange {
		return Exchange{Request: RecordedCall{Method: http.MethodPut, Path: computePath, Body: body}, Response: RecordedReply{Status: status}}
	}
	e := newHandler(t, WithReplay(&Recording{Exchanges: []Exchange{exchange(409), exchange(503), exchange(201)}}))
	for _, want := range []int{409, 503, 201, 201} {
		e.want(t, want, http.MethodPut, computePath+version, attachBody)
	}
	e.want(t, http.StatusOK, http.MethodGet, DefaultWorkspaceID+version, "")
	e.want(t, http.StatusOK, http.MethodGet, DefaultWorkspaceID+"/computes"+version, "")
	e.want(t, http.StatusCreated, http.MethodPut, DefaultWorkspaceID+"/computes/another"+version, attachBody)
	if refused := e.call(t, http.MethodGet, computePath+version, "", "Authorization", "Bearer no"); refused.status != http.StatusUnauthorized {
		t.Errorf("without a token: %d", refused.status)
	}
}

// Pages of a list differ in their continuation.
func TestReplayOfPages(t *testing.T) {
	list := DefaultWorkspaceID + "/computes"
	page := func(query, body string) Exchange {
		return Exchange{Request: RecordedCall{Method: http.MethodGet, Path: list, Query: query}, Response: RecordedReply{Status: 200, Body: []byte(body)}}
	}
	e := newHandler(t, WithReplay(&Recording{Exchanges: []Exchange{
		page("api-version=1", `{"nextLink": "`+RecordedHost+list+`?api-version=1&$skip={skip:9}"}`),
		page("api-version=1&$skip={skip:9}", `{"value": []}`),
		{Request: RecordedCall{Method: http.MethodPut, Path: computePath, Body: []byte(attachBody)}, Response: RecordedReply{Status: 201}},
	}}))
	next, _ := e.want(t, http.StatusOK, http.MethodGet, list+version, "").json(t)["nextLink"].(string)
	if !strings.HasPrefix(next, e.URL()) {
		t.Fatalf("the next page is at %q", next)
	}
	if got := e.want(t, http.StatusOK, http.MethodGet, next, "").body; got != "{\n  \"value\": []\n}" {
		t.Errorf("the next page is %s", got)
	}
}

func TestInvalidRecordings(t *testing.T) {
	for text, want := range map[string]string{
		`{`:                               "unexpected EOF",
		`{"exchanges": []}`:               "no PUT",
		`{"novel": 1}`:                    "unknown field",
		`{"about": []} {}`:                "more than one",
		`{"exchanges": [{}]}`:             "no PUT",
		`{"exchanges": [{"at": "soon"}]}`: "invalid duration",
	} {
		if _, err := ReadRecording(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
