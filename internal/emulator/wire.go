package emulator

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"strconv"
	"time"
)

// send writes the reply, as much and as fast as the fault allows.
func (r *reply) send(w http.ResponseWriter, call *http.Request, fault *Fault) {
	header := w.Header()
	for name, values := range r.header {
		header[name] = values
	}
	body := io.MultiReader(bytes.NewReader(r.body), fault.padding())
	switch {
	case fault.Truncate > 0:
		header.Set("Content-Length", strconv.Itoa(len(r.body)))
		w.WriteHeader(r.status)
		_, _ = w.Write(r.body[:min(fault.Truncate, len(r.body))]) //nolint:gosec // JSON, which no browser shows.
		flush(w)
		panic(http.ErrAbortHandler)
	case fault.Dribble > 0:
		w.WriteHeader(r.status)
		deliver(flushing{w}, w, &dribble{call.Context(), body, fault.Dribble})
	case (r.mayCompress || len(r.body) > 1024 || fault.Pad > 1024 || fault.Endless) && acceptsGzip(call.Header):
		header.Set("Content-Encoding", "gzip")
		header.Set("Vary", "Accept-Encoding")
		w.WriteHeader(r.status)
		flush(w) // Before the length is known, so that the reply is chunked.
		zip := gzip.NewWriter(w)
		_, _ = io.Copy(zip, body) // It fails only if the client stops reading.
		_ = zip.Close()
	default:
		if bodyAllowed(r.status) && !fault.Endless {
			header.Set("Content-Length", strconv.FormatInt(int64(len(r.body))+fault.Pad, 10))
		}
		w.WriteHeader(r.status)
		deliver(w, w, body)
	}
}

// deliver writes a body. Without a server, the client reads it directly, because an endless body cannot be buffered.
func deliver(to io.Writer, w http.ResponseWriter, body io.Reader) {
	if direct, ok := w.(*inProcessWriter); ok {
		direct.rest = body
		return
	}
	_, _ = io.Copy(to, body) // It fails only if the client stops reading.
}

// padding is the white space that follows the body.
func (f *Fault) padding() io.Reader {
	if f.Endless {
		return whiteSpace{}
	}
	return io.LimitReader(whiteSpace{}, f.Pad)
}

// whiteSpace is endless white space.
type whiteSpace struct{}

func (whiteSpace) Read(p []byte) (int, error) { return copy(p, spaces), nil }

var spaces = bytes.Repeat([]byte(" "), 64<<10)

// dribble returns one byte at a time.
type dribble struct {
	ctx   context.Context //nolint:containedctx // Of the request, so that the wait ends when the client has gone.
	body  io.Reader
	pause time.Duration
}

func (d *dribble) Read(p []byte) (int, error) {
	if err := sleep(d.ctx, d.pause); err != nil {
		return 0, err
	}
	return d.body.Read(p[:min(1, len(p))])
}

// flushing flushes after each write.
type flushing struct{ http.ResponseWriter }

func (f flushing) Write(p []byte) (int, error) {
	defer flush(f.ResponseWriter)
	return f.ResponseWriter.Write(p)
}
