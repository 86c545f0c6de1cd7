package avepoint

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// quick lets a test over sockets fail without the waits.
func quick(c *Client) *Client {
	c = c.ForPerson()
	c.retry.ceilings = []time.Duration{1, 1, 1}
	return c
}

func redirect(to string, code int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, code) }
}

// Neither token nor secret follows a redirect to another host.
func TestRedirect_elsewhere(t *testing.T) {
	t.Parallel()
	var visits atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		visits.Add(1)
		reply(w, "[]")
	}))
	defer elsewhere.Close()
	lookAlike := strings.Replace(elsewhere.URL, "127.0.0.1", "localhost", 1)
	for _, target := range []string{elsewhere.URL + "/x?token=canary", lookAlike, "https://127.0.0.1:1/", "http://127.0.0.1@" + strings.TrimPrefix(elsewhere.URL, "http://"), "//" + strings.TrimPrefix(elsewhere.URL, "http://")} {
		for _, code := range []int{301, 302, 303, 307, 308} {
			s := &stub{api: redirect(target, code)}
			_, err := quick(s.serve(t)).Overview(t.Context(), theID)
			checkFailure(t, err, ErrUnreadable)
			s = &stub{api: answers("[]"), identity: redirect(target, code)}
			_, err = quick(s.serve(t)).Overview(t.Context(), theID)
			checkFailure(t, err, ErrUnreadable)
		}
	}
	if n := visits.Load(); n != 0 {
		t.Errorf("%d requests reached the other host", n)
	}
}

func TestRedirect_sameHost(t *testing.T) {
	t.Parallel()
	moved := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("moved") {
			reply(w, "[]")
			return
		}
		http.Redirect(w, r, r.URL.String()+"&moved", http.StatusTemporaryRedirect)
	}
	s := &stub{api: moved}
	if _, err := quick(s.serve(t)).Overview(t.Context(), theID); err != nil {
		t.Error(err)
	}
	// A POST that a redirect would turn into a GET is another request.
	s = &stub{api: func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
			return
		}
		reply(w, "[]")
	}}
	_, err := collect(quick(s.serve(t)).Customers(t.Context()))
	checkFailure(t, err, ErrUnreadable)
	// A caller's own rule still counts, and a circle has an end.
	s = &stub{api: moved}
	own := func(o *Options) {
		o.HTTPClient.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	_, err = quick(s.serve(t, own)).Overview(t.Context(), theID)
	checkFailure(t, err, ErrUnreadable)
	s = &stub{api: redirect("?x", http.StatusFound)}
	_, err = quick(s.serve(t)).Overview(t.Context(), theID)
	checkFailure(t, err, ErrUnreadable)
	if calls, _ := s.counts(); calls > maxRedirects+1 {
		t.Errorf("%d calls", calls)
	}
}

// The same host without TLS is another host.
func TestRedirect_downgrade(t *testing.T) {
	t.Parallel()
	s := &stub{api: redirect("http://graph.example/", http.StatusFound)}
	s.check = func(r *http.Request) {
		if r.URL.Scheme != "https" {
			t.Errorf("token sent to %s", r.URL)
		}
	}
	_, err := s.client(t, func(o *Options) { o.GraphURL = "https://graph.example" }).Overview(t.Context(), theID)
	checkFailure(t, err, ErrUnreadable)
}

func TestNew_leavesHTTPClientAlone(t *testing.T) {
	t.Parallel()
	given := &http.Client{Transport: &stub{}}
	s := &stub{}
	s.client(t, func(o *Options) { o.HTTPClient = given })
	if given.CheckRedirect != nil {
		t.Error("the caller's client was changed")
	}
}

// Whatever breaks below HTTP is ErrUnavailable with a reason that may be shown.
func TestTransport_failures(t *testing.T) {
	t.Parallel()
	raw := func(text string) string {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		go func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				_, _ = conn.Read(make([]byte, 4096))
				_, _ = io.WriteString(conn, text)
				conn.Close()
			}
		}()
		return l.Addr().String()
	}
	secure := httptest.NewUnstartedServer(&stub{api: answers("[]")})
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	dated := httptest.NewUnstartedServer(&stub{})
	dated.Config.ErrorLog = log.New(io.Discard, "", 0)
	dated.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11} // what the client must not speak
	dated.StartTLS()
	t.Cleanup(dated.Close)
	for name, test := range map[string]struct{ url, says string }{
		"old TLS":           {dated.URL, "protocol version"},
		"nobody listens":    {"http://127.0.0.1:1", "refused"},
		"not HTTP":          {"http://" + raw("body-canary\r\nbody-canary: x\r\n\r\n"), brokenConnection},
		"broken header":     {"http://" + raw("HTTP/1.1 200 OK\r\nbody-canary\r\n\r\n"), brokenConnection},
		"broken chunk":      {"http://" + raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\ncanary\r\n"), brokenConnection},
		"broken gzip":       {"http://" + raw("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 6\r\n\r\ncanary"), ""},
		"cut chunk":         {"http://" + raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n[{"), "closed before"},
		"closed at once":    {"http://" + raw(""), ""},
		"unknown authority": {secure.URL, "certificate"},
		"no TLS":            {"https://" + raw("HTTP/1.1 400 Bad Request\r\n\r\nbody-canary"), ""},
		"unknown host":      {"https://nobody.invalid", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			transport := &http.Transport{}
			defer transport.CloseIdleConnections()
			s := &stub{}
			own := func(o *Options) {
				o.GraphURL = test.url
				o.HTTPClient = &http.Client{Transport: byHost{s, strings.TrimPrefix(strings.TrimPrefix(test.url, "https://"), "http://"), transport}}
			}
			_, err := quick(s.client(t, own)).Overview(t.Context(), theID)
			checkFailure(t, err, ErrUnavailable)
			if !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v does not say %q", err, test.says)
			}
		})
	}
}

// byHost lets the stub issue tokens while requests to host go over the network.
type byHost struct {
	stub    *stub
	host    string
	network http.RoundTripper
}

func (b byHost) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host == b.host {
		return b.network.RoundTrip(r)
	}
	return b.stub.RoundTrip(r)
}

// A body that drips ends with the try's time, not with the body's.
func TestTransport_slowBody(t *testing.T) {
	t.Parallel()
	s := &stub{api: func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000")
		for r.Context().Err() == nil {
			_, _ = io.WriteString(w, " ")
			w.(http.Flusher).Flush()
			time.Sleep(10 * time.Millisecond)
		}
	}}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := s.serve(t).Overview(ctx, theID)
	if !errors.Is(err, ErrBusy) || time.Since(start) > 5*time.Second {
		t.Errorf("%v after %s", err, time.Since(start))
	}
}

// A body without end is left at the bound, not gathered first.
func TestTransport_endlessBody(t *testing.T) {
	t.Parallel()
	var written atomic.Int64
	s := &stub{api: func(w http.ResponseWriter, r *http.Request) {
		blank := bytes.Repeat([]byte(" "), 1<<20)
		for written.Load() < 8*maxBody {
			n, err := w.Write(blank)
			if err != nil {
				return
			}
			written.Add(int64(n))
		}
		<-r.Context().Done()
	}}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	_, err := s.serve(t).Overview(ctx, theID)
	checkFailure(t, err, ErrTooLarge)
	if n := written.Load(); n > 4*maxBody {
		t.Errorf("%d bytes were taken", n)
	}
}

// A refusal is read from its status; its body may never come.
func TestTransport_refusalWithoutBody(t *testing.T) {
	t.Parallel()
	s := &stub{api: func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}}
	start := time.Now()
	_, err := s.serve(t).Overview(t.Context(), theID)
	checkFailure(t, err, ErrForbidden)
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("took %s", took)
	}
}

// The log at debug level has a line a call, and no secret in it.
func TestLog(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	s := &stub{api: steps(status(401), status(503), answers(testdata(t, "overview_bare.json")), status(403))}
	own := func(o *Options) {
		o.Log = slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	c := quick(s.serve(t, own))
	if _, err := c.Overview(t.Context(), theID); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Overview(t.Context(), theID); err == nil {
		t.Fatal("no error")
	}
	text := out.String()
	holdsNoSecret(t, text)
	for _, want := range []string{`"msg":"avepoint call"`, `"status":200`, `"status":503`, `"status":403`, `"request_id":"req-1"`, `"attempt":2`, `"wait":`, `"path":"/partner/`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	for _, no := range []string{"userA@domain.com", "Exchange"} {
		if strings.Contains(text, no) {
			t.Errorf("%s in\n%s", no, text)
		}
	}
}

// The default HTTP client goes through the proxy of the environment and trusts
// the authorities of SSL_CERT_FILE. Both are read once a process, so the test
// is another process.
func TestDefaultClient_proxyAndPrivateCA(t *testing.T) {
	t.Parallel()
	if os.Getenv("AVEPOINT_TEST_CHILD") != "" {
		c, err := New(Options{
			GraphURL: "https://example.com", TokenURL: "https://example.com/connect/token",
			Credentials: Credentials{ClientID: "the-app", ClientSecret: theSecret},
		})
		if err != nil {
			t.Fatal(err)
		}
		o, err := quick(c).Overview(t.Context(), theID)
		fmt.Println("modules:", len(o.Modules), err)
		c.shared.http.CloseIdleConnections()
		return
	}
	server := httptest.NewTLSServer(&stub{api: answers(testdata(t, "overview_bare.json"))}) // for example.com
	defer server.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(ca, block, 0o600); err != nil {
		t.Fatal(err)
	}
	var tunnels atomic.Int32
	proxy := httptest.NewServer(tunnel(server.Listener.Addr().String(), &tunnels))
	defer proxy.Close()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestDefaultClient_proxyAndPrivateCA$")
	child.Env = append(os.Environ(), "AVEPOINT_TEST_CHILD=1", "HTTPS_PROXY="+proxy.URL, "NO_PROXY=", "no_proxy=", "SSL_CERT_FILE="+ca)
	out, err := child.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "modules: 2 <nil>") {
		t.Errorf("%v: %s", err, out)
	}
	if tunnels.Load() == 0 {
		t.Error("the proxy was not used")
	}
}

// tunnel is a proxy that connects every CONNECT for example.com to addr.
func tunnel(addr string, used *atomic.Int32) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || r.Host != "example.com:443" {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		used.Add(1)
		server, err := net.Dial("tcp", addr)
		if err != nil {
			return
		}
		defer server.Close()
		w.WriteHeader(http.StatusOK)
		client, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer client.Close()
		go func() { _, _ = io.Copy(server, client); server.Close() }()
		_, _ = io.Copy(client, server)
	}
}

func TestTransport_defaults(t *testing.T) {
	t.Parallel()
	transport, ok := newTransport(7).(*http.Transport)
	if !ok || transport == http.DefaultTransport || transport.MaxIdleConnsPerHost != 7 || transport.Proxy == nil {
		t.Errorf("%+v", transport)
	}
	if c := transport.TLSClientConfig; c != nil && (c.InsecureSkipVerify || c.MinVersion != 0 && c.MinVersion < tls.VersionTLS12) {
		t.Errorf("%+v", c)
	}
}

// Between two rounds of calls no connection is closed: at a thousand calls a
// second each would cost a handshake.
func TestNew_connectionsStay(t *testing.T) {
	t.Parallel()
	const calls = 130 // more than net/http keeps of itself, in all and for a host
	var opened atomic.Int64
	var arrived sync.WaitGroup
	server := httptest.NewUnstartedServer(&stub{api: func(w http.ResponseWriter, _ *http.Request) {
		arrived.Done()
		arrived.Wait() // all are under way at once
		reply(w, "[]")
	}})
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	c := (&stub{}).client(t, func(o *Options) {
		o.GraphURL, o.TokenURL, o.HTTPClient, o.Concurrency = server.URL, server.URL+"/connect/token", nil, calls
	})
	t.Cleanup(c.shared.http.CloseIdleConnections)
	for range 3 {
		arrived.Add(calls)
		var group sync.WaitGroup
		for range calls {
			group.Go(func() {
				if _, err := c.ForPerson().Overview(t.Context(), theID); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
	}
	if n := opened.Load(); n > calls+5 {
		t.Errorf("%d connections for %d calls at once", n, calls)
	}
}
