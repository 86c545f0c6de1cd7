package main

import (
	"bytes"
	"context"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

// asProgram makes the test binary be the program, so that signals, the
// environment at the start and the exit code are those of a real process.
const asProgram = "BACKUP_OVERVIEW_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// patience is far above what these tests take, also on a busy machine.
const patience = 30 * time.Second

// The whole program, as an operator behind a proxy runs it: Slack and AvePoint
// have certificates of a private authority and are reached through HTTPS_PROXY
// alone, the WebSocket included.
func TestProgram_behind_a_proxy_with_a_private_authority(t *testing.T) {
	t.Parallel()
	ws := fakeslack.New(fakeslack.Options{})
	defer ws.Close()
	ws.AddUser(fakeslack.User{ID: "U1", Name: "ana"})
	ws.AddChannel(fakeslack.Channel{ID: "C1", Name: "ops", Members: []string{"U1", ws.BotUserID()}})
	platform := fakeavepoint.New(fakeavepoint.Options{Seed: 1})
	defer platform.Close()
	slackURL, authority := privateServer(t, ws.Handler())
	avepointURL, _ := privateServer(t, platform.Handler())
	ws.SetURL(slackURL)
	proxy := &connectProxy{}
	proxyServer := httptest.NewServer(proxy)
	defer proxyServer.Close()
	health := freeAddress(t)
	env := []string{
		"HTTPS_PROXY=" + proxyServer.URL, "NO_PROXY=", "SSL_CERT_FILE=" + authority, "SSL_CERT_DIR=" + t.TempDir(),
		"SLACK_API_URL=" + slackURL + "/api/", "AVEPOINT_GRAPH_URL=" + avepointURL, "AVEPOINT_TOKEN_URL=" + avepointURL + "/connect/token",
		"SLACK_APP_TOKEN=" + ws.AppToken(), "SLACK_BOT_TOKEN_FILE=" + file(t, ws.BotToken()+"\n", 0o600),
		"AVEPOINT_CLIENT_ID=" + fakeavepoint.DefaultClientID, "AVEPOINT_CLIENT_SECRET=" + fakeavepoint.DefaultClientSecret,
		"HTTP_ADDR=" + health, "LOG_LEVEL=debug",
	}

	if code, out := startProgram(t, env, "check").wait(t); code != exitOK {
		t.Fatalf("check: exit %d\n%s", code, out)
	}
	bot := startProgram(t, env)
	eventually(t, "ready", func() bool { return status(t, "http://"+health+"/readyz") == http.StatusOK })
	eventually(t, "an answer to the command", func() bool { // Slack counts a socket a moment after its hello
		_, err := ws.Slash(t.Context(), fakeslack.SlashCommand{UserID: "U1", ChannelID: "C1", Command: "/backup-overview", Text: "Contoso Retail GmbH"})
		return err == nil
	})
	eventually(t, "the overview", func() bool {
		for _, m := range ws.Messages("C1", "U1") {
			if strings.Contains(m.Text, "Contoso Retail GmbH: ") && strings.Contains(m.Text, "protected") {
				return true
			}
		}
		return false
	})
	bot.signal(t, syscall.SIGTERM)
	code, log := bot.wait(t)
	if code != exitOK {
		t.Errorf("exit %d after SIGTERM\n%s", code, log)
	}
	for _, secret := range []string{ws.AppToken(), ws.BotToken(), fakeavepoint.DefaultClientSecret, "ticket=", "eyJ"} {
		if i := strings.Index(log, secret); i >= 0 {
			t.Errorf("the log at debug level holds %q: …%s…", secret, log[max(0, i-100):i+20])
		}
	}
	for _, url := range []string{slackURL, avepointURL} {
		if proxy.count(strings.TrimPrefix(url, "https://")) == 0 {
			t.Errorf("%s was not reached through the proxy", url)
		}
	}
}

func TestProgram_exit_code_of_refused_tokens(t *testing.T) {
	t.Parallel()
	ws := fakeslack.New(fakeslack.Options{})
	defer ws.Close()
	server := httptest.NewServer(ws.Handler())
	defer server.Close()
	ws.SetURL(server.URL)
	code, out := startProgram(t, []string{
		"SLACK_API_URL=" + server.URL + "/api/", "SLACK_APP_TOKEN=" + ws.AppToken(), "SLACK_BOT_TOKEN=xoxb-0-wrong",
		"AVEPOINT_GRAPH_URL=http://127.0.0.1:1", "AVEPOINT_TOKEN_URL=http://127.0.0.1:1/t",
		"AVEPOINT_CLIENT_ID=a", "AVEPOINT_CLIENT_SECRET=b", "HTTP_ADDR=" + freeAddress(t),
	}).wait(t)
	if code != exitConfig || !strings.Contains(out, "Slack refuses SLACK_BOT_TOKEN (invalid_auth)") {
		t.Errorf("exit %d\n%s", code, out)
	}
}

// program is the program while it runs.
type program struct {
	cmd    *exec.Cmd
	output bytes.Buffer // stdout and stderr, to be read after wait
}

// startProgram starts the program with env alone. It is killed at the test's
// end if it still runs.
func startProgram(t *testing.T, env []string, args ...string) *program {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &program{cmd: exec.CommandContext(t.Context(), self, args...)}
	p.cmd.Dir = t.TempDir() // where the database is, if nothing else is said
	p.cmd.Env = append([]string{asProgram + "=1", "GORACE=" + os.Getenv("GORACE")}, env...)
	p.cmd.Stdout, p.cmd.Stderr = &p.output, &p.output
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *program) signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// wait returns the exit code and all that was printed.
func (p *program) wait(t *testing.T) (int, string) {
	t.Helper()
	timer := time.AfterFunc(patience, func() { _ = p.cmd.Process.Kill() })
	defer timer.Stop()
	_ = p.cmd.Wait() // the exit code says it
	return p.cmd.ProcessState.ExitCode(), p.output.String()
}

// privateServer serves handler with a certificate that no public authority
// signed, as https://example.com:PORT, and returns a file with its authority.
func privateServer(t *testing.T, handler http.Handler) (url, authority string) {
	t.Helper()
	server := httptest.NewTLSServer(handler)
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	authority = filepath.Join(t.TempDir(), "authority.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(authority, block, 0o600); err != nil {
		t.Fatal(err)
	}
	return "https://example.com:" + port, authority
}

// A connectProxy is an HTTP proxy that reaches example.com on this machine and
// nothing else. example.com has no such port, so nobody gets past it.
type connectProxy struct {
	mu    sync.Mutex
	calls map[string]int
}

// ServeHTTP implements [http.Handler] for CONNECT.
func (p *connectProxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host, port, err := net.SplitHostPort(r.Host)
	if r.Method != http.MethodConnect || err != nil || host != "example.com" {
		http.Error(w, "not through this proxy", http.StatusForbidden)
		return
	}
	p.mu.Lock()
	if p.calls == nil {
		p.calls = map[string]int{}
	}
	p.calls[r.Host]++
	p.mu.Unlock()
	there, err := net.Dial("tcp", "127.0.0.1:"+port)
	if err != nil {
		http.Error(w, "no such server", http.StatusBadGateway)
		return
	}
	defer there.Close()
	here, buffered, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer here.Close()
	if _, err := io.WriteString(here, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		return
	}
	var group sync.WaitGroup
	group.Go(func() { _, _ = io.Copy(there, buffered); _ = there.Close() })
	group.Go(func() { _, _ = io.Copy(here, there); _ = here.Close() })
	group.Wait()
}

func (p *connectProxy) count(host string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[host]
}

// freeAddress is a loopback address that was free a moment ago.
func freeAddress(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// status is the status of a GET, 0 while nobody listens.
func status(t *testing.T, url string) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0
	}
	defer res.Body.Close()
	return res.StatusCode
}

// eventually waits for something that another process does.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	within(t, patience, what, done)
}

// within is eventually with a patience of its own. It returns how long it took.
func within(t *testing.T, limit time.Duration, what string, done func() bool) time.Duration {
	t.Helper()
	began := time.Now()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for ; !done(); <-ticker.C {
		if time.Since(began) > limit {
			t.Fatalf("%s did not come within %v", what, limit)
		}
	}
	return time.Since(began)
}
