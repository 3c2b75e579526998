package emulator

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
)

// The emulator's own addresses. Azure has nothing there, faults do not happen to them, and the logs leave them out.
const (
	healthPath = "/healthz"
	faultsPath = "/emulator/faults"
)

// serveAdmin replies to a request for one of the emulator's own addresses, and reports whether it was one.
func (e *Emulator) serveAdmin(w http.ResponseWriter, r *http.Request, body []byte) bool {
	switch r.URL.Path {
	case healthPath:
		if allow(w, r, http.MethodGet, http.MethodHead) {
			text(w, http.StatusOK, "ok")
		}
	case faultsPath:
		if !fromThisMachine(r) {
			text(w, http.StatusForbidden, "The faults can be read and changed from the emulator's own machine only.")
		} else if allow(w, r, http.MethodGet, http.MethodPut, http.MethodDelete) {
			e.serveFaults(w, r, body)
		}
	default:
		return false
	}
	return true
}

// serveFaults shows, replaces or clears the faults. Their form is that of [ReadFaults].
func (e *Emulator) serveFaults(w http.ResponseWriter, r *http.Request, body []byte) {
	switch r.Method {
	case http.MethodPut:
		faults, err := ReadFaults(bytes.NewReader(body))
		if err != nil {
			text(w, http.StatusBadRequest, err.Error())
			return
		}
		e.replaceFaults(faults)
	case http.MethodDelete:
		e.ClearFaults()
	default:
		shown, err := json.MarshalIndent(e.Faults(), "", "  ")
		if err != nil {
			text(w, http.StatusInternalServerError, err.Error()) // A test merges something that is not JSON.
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write(append(shown, '\n')) // A client that has gone needs no reply.
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// allow refuses other methods than these.
func allow(w http.ResponseWriter, r *http.Request, methods ...string) bool {
	if slices.Contains(methods, r.Method) {
		return true
	}
	w.Header().Set("Allow", strings.Join(methods, ", "))
	text(w, http.StatusMethodNotAllowed, "The methods here are "+strings.Join(methods, ", ")+".")
	return false
}

func text(w http.ResponseWriter, status int, line string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, line+"\n") // A client that has gone needs no reply.
}

// fromThisMachine reports whether a request came over the loopback interface, or without a server.
func fromThisMachine(r *http.Request) bool {
	if r.RemoteAddr == "" {
		return true
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	return err == nil && net.ParseIP(host).IsLoopback()
}
