package emulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestLogKeepsTheLastRequests(t *testing.T) {
	e := newHandler(t, WithLogLimit(3))
	for i := range 5 {
		e.call(t, http.MethodGet, fmt.Sprintf("/%d", i), "")
	}
	got := e.Requests()
	if len(got) != 3 || got[0].Path != "/2" || got[2].Path != "/4" || e.ForgottenRequests() != 2 {
		t.Errorf("of five requests with a limit of three, two are forgotten and the log has the last three; %d are forgotten and it has %+v",
			e.ForgottenRequests(), got)
	}
	e.ResetLog()
	if got := len(e.Requests()); got != 0 || e.ForgottenRequests() != 0 {
		t.Errorf("after a reset the log has %d requests, and has forgotten %d", got, e.ForgottenRequests())
	}
	none := newHandler(t, WithLogLimit(0))
	none.call(t, http.MethodGet, "/", "")
	if got := none.Requests(); len(got) != 0 {
		t.Errorf("with a limit of 0 the log has %+v", got)
	}
}

func TestLogIsBoundedInBytes(t *testing.T) {
	var log requestLog
	header := http.Header{"X": {strings.Repeat("x", 1<<20)}}
	for range 300 {
		log.add(&entry{Request: Request{Header: header}}, maxLogged)
	}
	if got := len(log.entries); got < 250 || got > 256 || log.size > maxLogSize || log.forgotten != 300-got {
		t.Errorf("of 300 requests of a mebibyte, the log keeps %d with %d bytes and has forgotten %d; its limit is %d bytes", got, log.size, log.forgotten, maxLogSize)
	}
}

// Anyone can send bodies of four mebibytes, without a token.
func TestLogKeepsTheBeginningOfABody(t *testing.T) {
	e := newHandler(t)
	body := strings.Repeat("x", maxBody)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for range 20 {
		e.want(t, http.StatusUnauthorized, http.MethodPost, "/subscriptions/s", body, "Authorization", "")
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	for _, r := range e.Requests() {
		if len(r.Body) != maxLoggedBody {
			t.Fatalf("the log keeps %d bytes of a body; it should keep %d", len(r.Body), maxLoggedBody)
		}
	}
	if kept := int64(after.HeapAlloc) - int64(before.HeapAlloc); kept > 32<<20 {
		t.Errorf("20 refused requests of 4 MiB keep %d MiB", kept>>20)
	}
}

// The service works on the whole of a body, of which the log keeps the beginning.
func TestLongBodyReachesTheService(t *testing.T) {
	e := newHandler(t)
	body := strings.TrimSuffix(attachBody, "}") + strings.Repeat(" ", 2*maxLoggedBody) + "}"
	e.want(t, http.StatusCreated, http.MethodPut, computePath+version, body)
}

func TestOperationsAreForgotten(t *testing.T) {
	e := newHandler(t)
	attach(t, e, computePath)
	e.mu.Lock()
	defer e.mu.Unlock()
	now := time.Now()
	e.settle(now)
	if len(e.world.Operations) != 1 {
		t.Fatalf("there are %d operations after an attach", len(e.world.Operations))
	}
	e.settle(now.Add(operationMemory + time.Hour))
	if n := len(e.world.Operations); n != 0 {
		t.Errorf("%d operations are left a day after they ended", n)
	}
}

func TestRequestLogMasksSecrets(t *testing.T) {
	const secret = "hunter2-hunter2"
	var lines bytes.Buffer
	e := newHandler(t, WithRequestLog(&lines), WithAccessLog(&lines), WithClient(DefaultClientID, "the application's own"))
	token := e.Token()
	form := func(values ...string) string {
		encoded := url.Values{}
		for i := 0; i < len(values); i += 2 {
			encoded.Set(values[i], values[i+1])
		}
		return encoded.Encode()
	}
	const tenant = "/" + DefaultTenantID
	for _, r := range []struct{ path, body string }{
		{tenant + "/oauth2/token", form("grant_type", "client_credentials", "client_secret", secret)},
		{tenant + "/oauth2/v2.0/token/", form("client_assertion", token)},
		{tenant + "/oauth2/v2.0/devicecode", form("refresh_token", secret, "password", secret)},
		{"/subscriptions/s?client_secret=" + secret, ""},
		{"/subscriptions/s?client%5Fsecret=" + secret, ""},
		{"/subscriptions/s?x=" + url.QueryEscape("client_secret="+secret), ""},
		{"/subscriptions/s?access_token=" + token, ""},
		{"/subscriptions/s?x=" + strings.ReplaceAll(token, ".", "%2E"), ""},
		{"/subscriptions/s?sig=" + secret + "&code=" + secret, ""},
		{"/subscriptions/client_secret=" + secret, ""},
		{"/subscriptions/" + token, ""},
		{"/subscriptions/s?x=" + url.QueryEscape("the application's own"), ""},
		{"/subscriptions/s", `{"client_secret": "` + secret + `", "deep": [{"adminPassword": "` + secret + `", "clientSecret": ["` + secret + `"]}]}`},
		{"/subscriptions/s", `{"headers": {"Authorization": "Basic ` + secret + `"}, "list": ["Bearer ` + secret + `", "` + token + `"]}`},
		{"/subscriptions/s", `{"text": "{\"refresh_token\": \"` + secret + `\"}", "form": "a=b&password=` + secret + `"}`},
		{"/subscriptions/s", `[{"name": "clientSecret", "value": "` + secret + `"}, {"key": "privateKey", "value": {"x": "` + secret + `"}}]`},
		{"/subscriptions/s", `{"x": "the application's own"}`},
		{"/subscriptions/s", `{"Bearer ` + secret + `": 1}`},
		{"/subscriptions/s", `"client_secret=` + secret + `"`},
		{"/subscriptions/s", `{"client_secret": "` + secret + `"`},
		{"/subscriptions/s", "--x\r\nContent-Disposition: form-data; name=\"client_secret\"\r\n\r\n" + secret},
		{"/subscriptions/s", `{"before": "` + secret + `"}` + strings.Repeat(" ", maxLoggedBody) + "no JSON"},
		{"/subscriptions/s", `{"a": "` + strings.Repeat("x", maxLoggedBody) + `", "b": "client_secret: ` + secret + `"}`},
	} {
		lines.Reset()
		e.call(t, http.MethodPost, r.path, r.body, "User-Agent", "me client_secret="+secret, "X-Secret", secret)
		if !strings.Contains(lines.String(), `"status":`) {
			t.Errorf("POST %s with %.80s is not in the request log", r.path, r.body)
		}
		for _, forbidden := range []string{secret, token[strings.LastIndex(token, ".")+1:], "the application", "the+application", "the%20application"} {
			if strings.Contains(lines.String(), forbidden) {
				t.Errorf("POST %s with %.80s shows %.30s in a log:\n%.300s", r.path, r.body, forbidden, lines.String())
			}
		}
	}
}

// What is no secret stays readable: it is what a test looks for.
func TestRequestLogShowsTheRest(t *testing.T) {
	var lines bytes.Buffer
	e := newHandler(t, WithRequestLog(&lines))
	e.call(t, http.MethodPut, computePath+version+"&$filter=a%20b", attachBody, "User-Agent", "terraform/1")
	var got map[string]any
	if err := json.Unmarshal(lines.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	var body any
	if err := json.Unmarshal([]byte(attachBody), &body); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"method": "PUT", "path": computePath, "query": version[1:] + "&$filter=a%20b", "userAgent": "terraform/1", "body": body,
		"time": got["time"], "status": 201.0,
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the log has\n%v\nfor a request of\n%v", got, want)
	}
}
