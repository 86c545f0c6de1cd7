package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

// BenchmarkProgram measures the program as it is shipped: "start" the time from
// its exec to its first open socket, "rest" the memory that the system counts
// for it once it has read the directory and has had nothing to do for a while.
func BenchmarkProgram(b *testing.B) {
	path := buildProgram(b)
	b.Run("start", func(b *testing.B) { benchmarkStart(b, path) })
	b.Run("rest", func(b *testing.B) { benchmarkRest(b, path) })
}

func benchmarkStart(b *testing.B, path string) {
	var took []time.Duration
	for b.Loop() {
		b.StopTimer()
		h := newHost(b)
		b.StartTimer()
		began := time.Now()
		p := h.start(b, path)
		h.connected(b)
		took = append(took, time.Since(began))
		b.StopTimer()
		p.stop(b)
		h.close()
		b.StartTimer()
	}
	slices.Sort(took)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms")
	b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "worst-ms")
}

// rest is how long the program is left alone before its memory is read: by
// then both its connections are open and the directory's garbage is collected.
const rest = 5 * time.Second

func benchmarkRest(b *testing.B, path string) {
	if runtime.GOOS != "linux" {
		b.Skipf("MEMORY NOT MEASURED: VmRSS is in /proc, which %s has not", runtime.GOOS)
	}
	var most, anonymous float64
	for b.Loop() {
		h := newHost(b)
		p := h.start(b, path)
		h.connected(b)
		p.logs(b, fmt.Sprintf(`"customers":%d,`, fakeavepoint.DefaultCustomers))
		time.Sleep(rest)
		most = max(most, p.memory(b, "VmRSS"))
		anonymous = max(anonymous, p.memory(b, "RssAnon"))
		p.stop(b)
		h.close()
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(most, "MiB")
	b.ReportMetric(anonymous, "anonymous-MiB") // without the pages of the binary's file
}

// buildProgram builds the program as deploy/Dockerfile does.
func buildProgram(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "backup-overview")
	cmd := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", path, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	return path
}

// host is what the program finds around it: a Slack and an AvePoint of its own,
// in the benchmark's process.
type host struct {
	slack *fakeslack.Workspace
	env   []string
	close func()
}

func newHost(b *testing.B) host {
	b.Helper()
	ws := fakeslack.New(fakeslack.Options{})
	platform := fakeavepoint.New(fakeavepoint.Options{Seed: 1})
	slackServer, avepointServer := httptest.NewServer(ws.Handler()), httptest.NewServer(platform.Handler())
	ws.SetURL(slackServer.URL)
	return host{
		slack: ws,
		env: []string{
			"SLACK_API_URL=" + slackServer.URL + "/api/", "SLACK_APP_TOKEN=" + ws.AppToken(), "SLACK_BOT_TOKEN=" + ws.BotToken(),
			"AVEPOINT_GRAPH_URL=" + avepointServer.URL, "AVEPOINT_TOKEN_URL=" + avepointServer.URL + "/connect/token",
			"AVEPOINT_CLIENT_ID=" + fakeavepoint.DefaultClientID, "AVEPOINT_CLIENT_SECRET=" + fakeavepoint.DefaultClientSecret,
			"HTTP_ADDR=127.0.0.1:0", "DATABASE_URL=sqlite://" + filepath.Join(b.TempDir(), "bench.db"),
		},
		close: func() {
			ws.Close()
			platform.Close()
			slackServer.Close()
			avepointServer.Close()
		},
	}
}

// connected waits until the program has an open socket.
func (h host) connected(b *testing.B) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), patience)
	defer cancel()
	if err := h.slack.AwaitSockets(ctx, 1); err != nil {
		b.Fatalf("no socket: %v", err)
	}
}

// child is the built program while it runs.
type child struct {
	cmd  *exec.Cmd
	line chan []byte // of its log; closed at its end
}

// start starts the program with the host's environment alone.
func (h host) start(b *testing.B, path string) *child {
	b.Helper()
	p := &child{cmd: exec.CommandContext(b.Context(), path), line: make(chan []byte, 1000)}
	p.cmd.Env = h.env
	log, err := p.cmd.StderrPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	go p.read(log)
	return p
}

// read takes the log off the program's hands.
func (p *child) read(log io.Reader) {
	defer close(p.line)
	for lines := bufio.NewScanner(log); lines.Scan(); {
		p.line <- bytes.Clone(lines.Bytes())
	}
}

// logs waits for a line of the log that holds these words.
func (p *child) logs(b *testing.B, words string) {
	b.Helper()
	timeout := time.After(patience)
	for {
		select {
		case line, ok := <-p.line:
			if !ok {
				b.Fatalf("the program has ended without %q in its log", words)
			}
			if bytes.Contains(line, []byte(words)) {
				return
			}
		case <-timeout:
			b.Fatalf("no %q in the log", words)
		}
	}
}

// memory is a line of /proc/PID/status, in MiB.
func (p *child) memory(b *testing.B, name string) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	_, after, _ := strings.Cut(string(status), "\n"+name+":")
	fields := strings.Fields(after)
	if len(fields) < 2 || fields[1] != "kB" {
		b.Fatalf("no %s in kB in\n%s", name, status)
	}
	kib, err := strconv.ParseFloat(fields[0], 64)
	if err != nil {
		b.Fatal(err)
	}
	return kib / 1024
}

// stop asks the program to stop and waits for it.
func (p *child) stop(b *testing.B) {
	b.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		b.Fatal(err)
	}
	for range p.line { // Wait closes the pipe: the log has to be read before
	}
	if err := p.cmd.Wait(); err != nil {
		b.Fatalf("the program stops with %v", err)
	}
}
