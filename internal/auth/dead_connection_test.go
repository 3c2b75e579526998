package auth_test

import (
	"context"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/auth"
)

// pipes is a network in memory whose connections can die silently: what the server sends
// no longer arrives.
type pipes struct {
	accepted chan net.Conn
	done     chan struct{}
	dead     atomic.Int64 // the first so many connections are dead
	dialed   atomic.Int64
}

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	p.accepted <- pipe{server, p, p.dialed.Add(1)}
	return client, nil
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.accepted:
		return conn, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { close(p.done); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

type pipe struct {
	net.Conn
	network *pipes
	number  int64
}

func (p pipe) Write(b []byte) (int, error) {
	if p.number <= p.network.dead.Load() {
		return len(b), nil
	}
	return p.Conn.Write(b)
}

// A dead HTTP/2 connection is detected, and the next request uses a new one.
func TestTransportNoticesDeadConnections(t *testing.T) {
	server, file := serve(t, tls.VersionTLS12, tls.VersionTLS13)
	certificates := server.TLS.Certificates
	synctest.Test(t, func(t *testing.T) {
		network := &pipes{accepted: make(chan net.Conn), done: make(chan struct{})}
		server := &http.Server{
			Handler:   http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Proto) }),
			TLSConfig: &tls.Config{Certificates: certificates, MinVersion: tls.VersionTLS12},
			ErrorLog:  log.New(io.Discard, "", 0),
		}
		go func() { _ = server.ServeTLS(network, "", "") }()
		client, err := settings(map[auth.Name]string{auth.CACertificatePath: file}, nil).Transport()
		if err != nil {
			t.Fatal(err)
		}
		transport := client.Transport.(*http.Transport)
		transport.DialContext = network.dial
		get := func() (string, error) {
			response, err := client.Get("https://example.com/")
			if err != nil {
				return "", err
			}
			defer func() { _ = response.Body.Close() }()
			body, err := io.ReadAll(response.Body)
			return string(body), err
		}
		if proto, err := get(); proto != "HTTP/2.0" || err != nil {
			t.Fatalf("%q, %v", proto, err)
		}
		network.dead.Store(1)
		began := time.Now()
		if proto, err := get(); err == nil {
			t.Errorf("%q arrived over a dead connection", proto)
		}
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("it took %s to detect the dead connection", took)
		}
		if proto, err := get(); proto != "HTTP/2.0" || err != nil || network.dialed.Load() != 2 {
			t.Errorf("%q, %v, over %d connections", proto, err, network.dialed.Load())
		}
		transport.CloseIdleConnections()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
}
