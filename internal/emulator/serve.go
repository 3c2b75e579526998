package emulator

import (
	"io"
	"net/http"
	"time"
)

// maxBody is the limit of a request's body. Clients of this service send far less.
const maxBody = 4 << 20

// ServeHTTP replies to a request. It panics with [http.ErrAbortHandler] to drop the connection if a fault says so or the client
// has gone.
func (e *Emulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody)); err != nil {
			panic(http.ErrAbortHandler)
		}
	}
	if e.serveAdmin(w, r, body) {
		return
	}
	e.mu.Lock()
	entry := e.record(r, body, time.Now())
	fault := e.faultFor(r)
	e.mu.Unlock()

	status := 0
	defer func() { e.finish(entry, status) }()
	if fault.awaited.wait(r.Context()) != nil || fault.Drop {
		panic(http.ErrAbortHandler)
	}
	if entry.arm && sleep(r.Context(), e.config.latency) != nil {
		panic(http.ErrAbortHandler)
	}
	response := e.replyTo(r, entry, body, &fault.Fault)
	if fault.Hold {
		<-r.Context().Done()
	}
	if sleep(r.Context(), fault.Delay) != nil || fault.LoseReply {
		panic(http.ErrAbortHandler)
	}
	status = response.status
	response.send(w, r, &fault.Fault)
}

// replyTo returns the service's reply, or the fault's instead.
func (e *Emulator) replyTo(r *http.Request, entry *entry, body []byte, fault *Fault) *reply {
	response := fault.reply(r)
	if response == nil {
		response = e.serve(&call{
			method: r.Method,
			path:   r.URL.Path,
			query:  r.URL.Query(),
			header: r.Header,
			body:   body,
		})
		e.decided(entry, response.status)
		if fault.EditBody != nil || fault.Merge != nil || fault.Remove != nil {
			response.edit(fault.change)
		}
	}
	for name, value := range fault.Header {
		response.header.Set(name, value)
	}
	return response
}

// serve is the service's work on a request. No time passes in it.
func (e *Emulator) serve(c *call) (r *reply) {
	e.change(func() {
		c.now = time.Now()
		switch {
		case isEntra(c.path):
			r = e.serveEntra(c)
		case isIdentity(c.path):
			r = e.serveIdentity(c)
		case isDiscovery(c.path):
			r = e.serveDiscovery()
		case isOwnAPI(c.path):
			r = e.serveOwnAPI(c)
		default:
			r = e.serveARM(c)
		}
	})
	return r
}
