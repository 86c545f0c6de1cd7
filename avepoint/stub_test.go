package avepoint

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	theSecret = "s3cr3t-canary"
	theID     = "f1626c49-0c3a-4d59-8a3f-97dbb1c0fc15"
)

// stub is both services of AvePoint in memory. It answers on a socket through
// httptest, or as a RoundTripper without one, which virtual time needs.
type stub struct {
	// api answers everything but token requests.
	api http.HandlerFunc
	// identity answers token requests; nil issues tokens good for an hour.
	identity http.HandlerFunc
	// check is called with each API request.
	check func(*http.Request)

	mu     sync.Mutex
	tokens int
	calls  int
}

func (s *stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	isToken := r.URL.Path == "/connect/token"
	if isToken {
		s.tokens++
	} else {
		s.calls++
	}
	number := s.tokens
	s.mu.Unlock()
	switch {
	case !isToken:
		if s.check != nil {
			s.check(r)
		}
		s.api(w, r)
	case s.identity != nil:
		s.identity(w, r)
	default:
		issue(w, number, 3600)
	}
}

// RoundTrip runs the handler in place. A handler that panics with
// http.ErrAbortHandler drops the connection.
func (s *stub) RoundTrip(r *http.Request) (resp *http.Response, err error) {
	defer func() {
		if recover() != nil {
			resp, err = nil, io.ErrUnexpectedEOF
		}
	}()
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return w.Result(), nil
}

func (s *stub) counts() (calls, tokens int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls, s.tokens
}

// client is one without a socket. The rate is high: what limits is tested apart.
func (s *stub) client(t testing.TB, change ...func(*Options)) *Client {
	t.Helper()
	o := Options{
		GraphURL:    "http://127.0.0.1",
		TokenURL:    "http://127.0.0.1/connect/token",
		Credentials: Credentials{ClientID: "the-app", ClientSecret: theSecret},
		HTTPClient:  &http.Client{Transport: s},
		Rate:        1e6,
		Concurrency: 64,
		Log:         slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, f := range change {
		f(&o)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// serve is the client over a real socket.
func (s *stub) serve(t testing.TB, change ...func(*Options)) *Client {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s.client(t, append([]func(*Options){func(o *Options) {
		o.GraphURL, o.TokenURL = server.URL, server.URL+"/connect/token"
		o.HTTPClient = server.Client()
	}}, change...)...)
}

func issue(w http.ResponseWriter, number, seconds int) {
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"access_token":"token-canary-%d","token_type":"Bearer","expires_in":%d}`, number, seconds)
}

// answers is an API that always says the same.
func answers(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { reply(w, body) }
}

func reply(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("request-id", "req-1")
	_, _ = io.WriteString(w, body)
}

// steps answers one request after the other, and the last one for ever.
func steps(handlers ...http.HandlerFunc) http.HandlerFunc {
	var mu sync.Mutex
	next := 0
	return func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		h := handlers[min(next, len(handlers)-1)]
		next++
		mu.Unlock()
		h(w, r)
	}
}

func status(code int, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.Header().Set("request-id", "req-"+strconv.Itoa(code))
		w.WriteHeader(code)
		_, _ = io.WriteString(w, "body-canary")
	}
}

func drop(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// moduleRow is a row as the API writes it.
func moduleRow(module string, scanned, protected any) map[string]any {
	return map[string]any{
		"customerId": theID, "customer": "a@b.example", "serviceType": "Cloud Backup for Microsoft 365",
		"serviceModule": module, "totalScannedObjects": scanned, "totalProtectedObjects": protected,
		"dataSizeStoredInAvePoint": "0 GB", "dataSizeStoredInBYOS": "N/A",
	}
}

func moduleRows(n int) []any {
	rows := make([]any, n)
	for i := range rows {
		rows[i] = moduleRow(fmt.Sprintf("Module %d", i), i, i)
	}
	return rows
}

func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// paged serves rows as the API pages them, at most most a page.
func paged(rows []any, most int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		index, _ := strconv.Atoi(r.URL.Query().Get("pageIndex"))
		size, _ := strconv.Atoi(r.URL.Query().Get("pageSize"))
		size = min(size, most)
		from := min((index-1)*size, len(rows))
		to := min(from+size, len(rows))
		reply(w, asJSON(map[string]any{
			"data":     rows[from:to],
			"metadata": map[string]any{"pageIndex": index, "pageSize": size, "totalCount": len(rows)},
		}))
	}
}

func testdata(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// holdsNoSecret fails where a text could give something away.
func holdsNoSecret(t testing.TB, text string) {
	t.Helper()
	for _, canary := range []string{"canary", "Bearer", "eyJ", "pageIndex"} {
		if strings.Contains(text, canary) {
			t.Errorf("%q must not hold %q", text, canary)
		}
	}
}
