package engine

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A replica is a process of the suite.
type replica struct {
	cmd   *exec.Cmd
	role  role
	lines chan string // of its standard output
	log   bytes.Buffer
}

// usual fills in what a role leaves open.
func (b *bench) usual(r role) role {
	r.Engine, r.URL = b.engine, b.url
	r.Every = cmp.Or(r.Every, time.Second)
	r.Lease = cmp.Or(r.Lease, 2*time.Second)
	r.Batch = 20
	return r
}

// start starts a process with an engine, and kills it at the test's end.
func (b *bench) start(t *testing.T, r role) *replica {
	t.Helper()
	r = b.usual(r)
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &replica{cmd: exec.Command(self), role: r, lines: make(chan string, 4)}
	p.cmd.Env = append(os.Environ(), asReplica+"="+string(text))
	p.cmd.Stderr = &p.log
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go p.read(out)
	t.Cleanup(func() { p.end(t) })
	p.line(t, "up")
	return p
}

// read passes on what the process says, until it has ended.
func (p *replica) read(out io.Reader) {
	defer close(p.lines)
	for s := bufio.NewScanner(out); s.Scan(); {
		p.lines <- s.Text()
	}
}

// end leaves nothing of the process.
func (p *replica) end(t *testing.T) {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
	for range p.lines {
		// until read has returned
	}
	if t.Failed() && p.log.Len() > 0 {
		t.Logf("%s said:\n%s", p.role.Owner, p.log.String())
	}
}

// line waits for the process to say what, and returns the rest of that line.
func (p *replica) line(t *testing.T, what string) string {
	t.Helper()
	select {
	case line, ok := <-p.lines:
		rest, is := strings.CutPrefix(line, what)
		if !ok || !is {
			_ = p.cmd.Wait()
			t.Fatalf("%s said %q, not %q\n%s", p.role.Owner, line, what, p.log.String())
		}
		return strings.TrimSpace(rest)
	case <-time.After(20 * time.Second):
		t.Fatalf("%s has not said %q within 20 s", p.role.Owner, what)
	}
	return ""
}

// ready waits until the engine has started, and returns its name.
func (p *replica) ready(t *testing.T) string {
	t.Helper()
	return p.line(t, "ready")
}

// kill ends the process by SIGKILL. The time is that after which it can have
// done nothing more.
func (p *replica) kill(t *testing.T) time.Time {
	t.Helper()
	p.signal(t, syscall.SIGKILL)
	_ = p.cmd.Wait()
	return time.Now()
}

// stop ends the process by SIGTERM and tells how long it took.
func (p *replica) stop(t *testing.T) time.Duration {
	t.Helper()
	began := time.Now()
	p.signal(t, syscall.SIGTERM)
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("%s after SIGTERM: %v\n%s", p.role.Owner, err, p.log.String())
	}
	return time.Since(began)
}

func (p *replica) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}
