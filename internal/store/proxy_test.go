package store_test

import (
	"bytes"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// proxy stands between the store and PostgreSQL and cuts the line.
type proxy struct {
	listener net.Listener
	server   string
	done     sync.WaitGroup

	mu     sync.Mutex
	lines  map[net.Conn]struct{}
	down   bool
	commit cut
	cuts   int
}

// cut is what happens to the next commit.
type cut int

const (
	pass   cut = iota
	before     // the line breaks before the server hears of it
	after      // the line breaks before the client hears that it counted
)

// newProxy returns a proxy and the URL that leads through it.
func newProxy(t *testing.T, database string) (*proxy, string) {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: listener, server: u.Host, lines: map[net.Conn]struct{}{}}
	p.done.Go(p.serve)
	t.Cleanup(func() {
		listener.Close()
		p.setDown(true)
		p.done.Wait()
	})
	u.Host = listener.Addr().String()
	return p, u.String()
}

func (p *proxy) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.mu.Lock()
		down := p.down
		p.mu.Unlock()
		server, err := net.Dial("tcp", p.server)
		if err != nil || down {
			client.Close()
			if err == nil {
				server.Close()
			}
			continue
		}
		p.mu.Lock()
		p.lines[client], p.lines[server] = struct{}{}, struct{}{}
		p.mu.Unlock()
		p.done.Go(func() { p.questions(client, server) })
		p.done.Go(func() { p.answers(client, server) })
	}
}

// setDown breaks all lines and takes no new ones, or takes them again.
func (p *proxy) setDown(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
	if down {
		for c := range p.lines {
			c.Close()
		}
	}
}

// cutNext breaks the line at the next commit, or several in a row.
func (p *proxy) cutNext(c cut, times int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.commit, p.cuts = c, times
}

// take says what happens to this commit.
func (p *proxy) take() cut {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cuts == 0 {
		return pass
	}
	p.cuts--
	return p.commit
}

func (p *proxy) hangUp(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		c.Close()
		delete(p.lines, c)
	}
}

func (p *proxy) questions(client, server net.Conn) {
	defer p.hangUp(client, server)
	buffer := make([]byte, 64<<10)
	reads := false // the transaction of this line writes nothing: its end is no matter
	for {
		n, err := client.Read(buffer)
		if err != nil {
			return
		}
		said := bytes.ToLower(buffer[:n])
		if bytes.Contains(said, []byte("begin")) {
			reads = bytes.Contains(said, []byte("read only"))
		}
		if !reads && bytes.Contains(said, []byte("commit\x00")) {
			switch p.take() {
			case before:
				return
			case after:
				client.Close() // the answer finds nobody
				_, _ = server.Write(buffer[:n])
				_, _ = io.ReadFull(server, buffer[:1])
				return
			}
		}
		if _, err := server.Write(buffer[:n]); err != nil {
			return
		}
	}
}

func (p *proxy) answers(client, server net.Conn) {
	defer p.hangUp(client, server)
	_, _ = io.Copy(client, server)
}
