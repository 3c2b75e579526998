package emulator

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strconv"
)

// handlerTransport calls the handler directly, in the client's goroutine, so that it works under testing/synctest.
type handlerTransport struct{ e *Emulator }

func (t handlerTransport) RoundTrip(r *http.Request) (response *http.Response, err error) {
	in := r.Clone(r.Context())
	if in.Body == nil {
		in.Body = http.NoBody
	}
	defer func() { _ = in.Body.Close() }()
	out := &inProcessWriter{header: http.Header{}}
	if dropped(func() { t.e.ServeHTTP(out, in) }) {
		if err := r.Context().Err(); err != nil {
			return nil, err
		}
		if out.status == 0 {
			return nil, io.EOF // What a client gets if a connection ends before the reply.
		}
	}
	length, body := int64(out.body.Len()), io.Reader(&out.body)
	announced, err := strconv.ParseInt(out.header.Get("Content-Length"), 10, 64)
	switch {
	case out.rest != nil && err == nil:
		length, body = announced, out.rest
	case out.rest != nil:
		length, body = -1, out.rest
	case err == nil && announced > length && r.Method != http.MethodHead:
		length, body = announced, io.MultiReader(body, cutOff{})
	}
	return &http.Response{
		Status:     strconv.Itoa(out.status) + " " + http.StatusText(out.status),
		StatusCode: out.status,
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        out.header,
		Body:          io.NopCloser(body),
		ContentLength: length,
		Request:       r,
	}, nil
}

// dropped runs a handler, and reports whether it dropped the connection.
func dropped(serve func()) (aborted bool) {
	defer func() {
		if p := recover(); p != nil {
			if err, ok := p.(error); !ok || !errors.Is(err, http.ErrAbortHandler) {
				panic(p)
			}
			aborted = true
		}
	}()
	serve()
	return false
}

// cutOff is where a truncated body ends.
type cutOff struct{}

func (cutOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

type inProcessWriter struct {
	header http.Header
	status int
	body   bytes.Buffer
	rest   io.Reader // of the body, if it is produced as the client reads it
}

func (w *inProcessWriter) Header() http.Header { return w.header }

func (w *inProcessWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *inProcessWriter) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

func (w *inProcessWriter) Flush() {}
