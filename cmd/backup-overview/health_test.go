package main

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestHealthHandler(t *testing.T) {
	t.Parallel()
	var problems, warnings []string
	h := healthHandler("v1.2.3", func(context.Context) []string { return problems }, func(context.Context) []string { return warnings }, http.NotFoundHandler())
	get := func(method, path string) (int, map[string]any) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, path, nil))
		var body map[string]any
		_ = json.Unmarshal(w.Body.Bytes(), &body) // 404 and 405 have no JSON
		return w.Code, body
	}
	for _, tt := range []struct {
		method, path string
		problems     []string
		warnings     []string
		code         int
		body         map[string]any
	}{
		{"GET", "/livez", []string{"deaf"}, []string{"parked"}, 200, map[string]any{"status": "live", "version": "v1.2.3"}},
		{"GET", "/readyz", nil, nil, 200, map[string]any{"status": "ready", "version": "v1.2.3"}},
		{"GET", "/readyz", nil, []string{"parked"}, 200, map[string]any{"status": "ready", "version": "v1.2.3", "warnings": []any{"parked"}}},
		{"GET", "/readyz", []string{"deaf", "stopping"}, []string{"parked"}, 503, map[string]any{"status": "not ready", "version": "v1.2.3", "problems": []any{"deaf", "stopping"}, "warnings": []any{"parked"}}},
		{"HEAD", "/readyz", []string{"deaf"}, nil, 503, map[string]any{"status": "not ready", "version": "v1.2.3", "problems": []any{"deaf"}}},
		{"POST", "/readyz", nil, nil, 405, nil},
		{"GET", "/", nil, nil, 404, nil},
		{"GET", "/debug/pprof/", nil, nil, 404, nil},
	} {
		problems, warnings = tt.problems, tt.warnings
		code, body := get(tt.method, tt.path)
		if code != tt.code {
			t.Errorf("%s %s: %d, want %d", tt.method, tt.path, code, tt.code)
		}
		if diff := cmp.Diff(tt.body, body); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", tt.method, tt.path, diff)
		}
	}
}

func TestListen_names_the_variable(t *testing.T) {
	t.Parallel()
	ln, err := listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	_, err = listen(t.Context(), ln.Addr().String())
	if err == nil || !strings.HasPrefix(err.Error(), "HTTP_ADDR "+ln.Addr().String()+" is taken by another process") {
		t.Errorf("a taken port: %v", err)
	}
	if _, err := listen(t.Context(), "203.0.113.1:1"); err == nil || !strings.HasPrefix(err.Error(), "HTTP_ADDR ") {
		t.Errorf("an address of another machine: %v", err)
	}
}

func TestServeHTTP_lets_a_request_finish(t *testing.T) {
	t.Parallel()
	ln, err := listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	began := make(chan struct{})
	served := make(chan error, 1)
	go func() {
		served <- serveHTTP(ctx, ln, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			close(began)
			<-ctx.Done()
			_, _ = io.WriteString(w, "done")
		}), slog.New(slog.DiscardHandler))
	}()
	body := make(chan string, 1)
	go func() { body <- read(t, "http://"+ln.Addr().String()) }()
	<-began
	cancel()
	if got := <-body; got != "done" {
		t.Errorf("answer %q", got)
	}
	if err := <-served; err != nil {
		t.Errorf("serveHTTP: %v", err)
	}
}

func TestServeHTTP_cuts_a_slow_header(t *testing.T) {
	if testing.Short() {
		t.Skip("waits five seconds")
	}
	t.Parallel()
	ln, err := listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { _ = serveHTTP(ctx, ln, http.NotFoundHandler(), slog.New(slog.DiscardHandler)) }()
	conn, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nX-Slow:"); err != nil {
		t.Fatal(err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(8 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(conn); err != nil {
		t.Errorf("the connection is still open after 8 s: %v", err)
	}
}

// read fetches a URL; it may run outside the test's goroutine.
func read(t *testing.T, url string) string {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
	if err != nil {
		t.Error(err)
		return ""
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Error(err)
		return ""
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		t.Error(err)
	}
	return string(data)
}

// write makes a file.
func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
