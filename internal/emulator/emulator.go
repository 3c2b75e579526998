// Package emulator is a stand-in for Microsoft Entra ID and Azure Resource Manager, limited to what attaching Batch accounts to
// Azure Machine Learning workspaces needs.
//
// In a test it is used like [net/http/httptest]:
//
//	emu := emulatortest.New(t)
//	emu.AddBatchAccount(id, "westeurope")
//	// … point a client at emu.URL(), and let it trust emu.CAFile() …
//	for _, request := range emu.ARMRequests() { … }
//
// It is written from recorded exchanges, public specifications and documentation, and shares no code with the provider, so that
// both cannot share a misunderstanding of the service. Where the behaviour of the service is unknown, a comment marks the guess,
// and GUESSES.md states it.
//
// Each reply depends only on the emulator's data and on [time.Now] at the time of the request. The server has the only goroutines,
// so that a handler without a server, from [NewHandler], works under [testing/synctest].
package emulator

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

// An Emulator replies in place of Entra ID and Resource Manager. Its methods are safe for concurrent use.
type Emulator struct {
	config config
	url    string
	addr   net.Addr     // nil without a server
	ca     *authority   // nil without a server
	server *http.Server // nil without a server
	client *http.Client
	served chan error
	// connections are those of clients that have not ended.
	connections sync.WaitGroup

	mu       sync.Mutex
	world    world
	failures map[Operation][]Failure
	faults   []*fault
	buckets  map[string]*bucket
	log      requestLog
	lock     *lock  // of the data file; nil without one, and after Close
	saved    []byte // what the data file holds
	demanded int64  // what tokens must satisfy since RevokeTokens; 0 before
	saveErr  error
}

// NewHandler returns an emulator that does not listen. Use it as an [http.Handler], or through [Emulator.HTTPClient].
// Its URL is https://management.emulator. Only an emulator with a data file has to be closed.
func NewHandler(options ...Option) (*Emulator, error) {
	e := &Emulator{
		config:   newConfig(options),
		url:      "https://management.emulator",
		failures: map[Operation][]Failure{},
		buckets:  map[string]*bucket{},
	}
	e.client = &http.Client{Transport: handlerTransport{e}}
	if err := e.open(); err != nil {
		e.saveErr = nil // It may be the same error.
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

// Start starts an emulator that listens until [Emulator.Close]. It speaks HTTP/1.1, because HTTP/2 can drop a
// single request without the connection.
func Start(options ...Option) (*Emulator, error) {
	e, err := NewHandler(options...)
	if err != nil {
		return nil, err
	}
	var lc net.ListenConfig
	listener, err := lc.Listen(context.Background(), "tcp", e.config.listenAddress)
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	e.addr = listener.Addr()
	host, port, err := reachable(listener.Addr(), e.config.listenAddress)
	address := net.JoinHostPort(host, port)
	if e.config.hostName != "" {
		host = e.config.hostName
	}
	if err == nil {
		e.url = "https://" + net.JoinHostPort(host, port)
		e.ca, err = newAuthority(host)
	}
	if err != nil {
		return nil, errors.Join(err, listener.Close(), e.Close())
	}

	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	e.server = &http.Server{
		Handler:           e,
		TLSConfig:         e.ca.serverConfig(),
		Protocols:         protocols,
		ReadHeaderTimeout: 30 * time.Second,
		// Otherwise it logs each client that does not trust the authority or gives up.
		ErrorLog: log.New(io.Discard, "", 0),
		ConnState: func(_ net.Conn, state http.ConnState) {
			switch state { //nolint:exhaustive // the states between do not count
			case http.StateNew:
				e.connections.Add(1)
			case http.StateClosed:
				e.connections.Done()
			}
		},
	}
	e.client = &http.Client{Transport: &http.Transport{
		TLSClientConfig: e.ca.clientConfig(),
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, address)
		},
	}}
	e.served = make(chan error, 1)
	go func() { e.served <- e.server.ServeTLS(listener, "", "") }()
	return e, nil
}

// reachable returns the host and port at which this machine reaches a listener.
func reachable(addr net.Addr, configured string) (host, port string, err error) {
	_, port, err = net.SplitHostPort(addr.String())
	if err != nil {
		return "", "", err
	}
	host, _, err = net.SplitHostPort(configured)
	if err != nil {
		return "", "", err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return host, port, nil
}

// Close stops listening, ends all connections, waits until they have ended, removes the authority's file and releases the data
// file. Its error includes the first one that saving the data returned. Closing twice is fine.
func (e *Emulator) Close() error {
	var errs []error
	if e.server != nil {
		e.client.CloseIdleConnections()
		errs = append(errs, e.server.Close())
		if err, first := <-e.served; first {
			close(e.served)
			if !errors.Is(err, http.ErrServerClosed) {
				errs = append(errs, err)
			}
		}
		e.connections.Wait()
		errs = append(errs, os.RemoveAll(e.ca.dir))
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	errs = append(errs, e.saveErr)
	e.saveErr = nil
	if e.lock != nil {
		errs = append(errs, e.lock.release())
		e.lock = nil
	}
	return errors.Join(errs...)
}

// URL is the address of both Resource Manager and Entra ID, without a slash at the end.
func (e *Emulator) URL() string { return e.url }

// Addr is the address that the server listens on; nil without a server.
func (e *Emulator) Addr() net.Addr { return e.addr }

// CAFile is the path of a PEM file with the authority that signed the server's certificate. [Emulator.Close] removes the file. The
// path is empty without a server.
func (e *Emulator) CAFile() string {
	if e.ca == nil {
		return ""
	}
	return e.ca.file
}

// HTTPClient returns a client that reaches the emulator and trusts its authority. Without a server it calls the handler
// directly.
func (e *Emulator) HTTPClient() *http.Client { return e.client }
