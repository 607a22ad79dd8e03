package sqldb

import (
	"bytes"
	"net"
	"net/url"
	"sync"
	"testing"
)

// proxy stands between the connector and its server and can break what passes.
type proxy struct {
	listener net.Listener
	target   string

	mu    sync.Mutex
	conns map[net.Conn]bool
	hang  bool
	lose  bool // cut the connection after the answer to the next commit, which is kept
	cut   int  // bytes the server may still send, then the connection is cut; -1 = any
	gate  *sync.Cond
}

// newProxy returns a proxy in front of the host of a URL, and the URL that goes
// through it.
func newProxy(t testing.TB, dsn string) (*proxy, string) {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: l, target: u.Host, conns: map[net.Conn]bool{}, cut: -1}
	p.gate = sync.NewCond(&p.mu)
	t.Cleanup(p.Down)
	go p.serve()
	u.Host = l.Addr().String()
	return p, u.String()
}

func (p *proxy) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.target)
		if err != nil {
			client.Close()
			continue
		}
		p.mu.Lock()
		p.conns[client], p.conns[server] = true, true
		p.mu.Unlock()
		lost := make(chan struct{}, 1)
		go p.pass(client, server, true, lost)
		go p.pass(server, client, false, lost)
	}
}

// pass copies one direction. A commit that is to be lost is passed on, its
// answer is read and thrown away, and the connection is cut.
func (p *proxy) pass(from, to net.Conn, up bool, lost chan struct{}) {
	defer from.Close()
	defer to.Close()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		p.mu.Lock()
		for p.hang {
			p.gate.Wait()
		}
		chunk := buffer[:n]
		if up && p.lose && bytes.Contains(bytes.ToLower(chunk), []byte("commit")) {
			p.lose = false
			lost <- struct{}{}
		}
		if !up && p.cut >= 0 {
			chunk = chunk[:min(n, p.cut)]
			p.cut -= len(chunk)
		}
		stop := !up && p.cut == 0
		p.mu.Unlock()
		if !up {
			select {
			case <-lost:
				return
			default:
			}
		}
		if _, err := to.Write(chunk); err != nil || stop {
			return
		}
	}
}

// Down closes the door and everything that went through it.
func (p *proxy) Down() {
	p.listener.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hang = false
	p.gate.Broadcast()
	for c := range p.conns {
		c.Close()
	}
}

func (p *proxy) Hang() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hang = true
}

func (p *proxy) LoseAnswer() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lose = true
}

// CutAfter lets the server send so many bytes more.
func (p *proxy) CutAfter(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = n
}
