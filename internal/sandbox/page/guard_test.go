package page

import (
	"net/http"
	"strings"
	"testing"
)

func TestOwnHost(t *testing.T) {
	t.Parallel()
	cases := map[string]bool{
		"localhost": true, "localhost:8080": true, "LOCALHOST:1": true, "demo.localhost:8080": true, "localhost.:80": true,
		"127.0.0.1:8080": true, "[::1]:8080": true, "[::1]": true, "192.168.7.9": true, "backup.lan:8080": true,
		"evil.example": false, "evil.example:8080": false, "localhost.evil.example": false, "127.0.0.1.evil.example:80": false,
		"notlocalhost": false, "": false,
	}
	for host, want := range cases {
		if got := ownHost(host, []string{"Backup.lan"}); got != want {
			t.Errorf("ownHost(%q) = %v, want %v", host, got, want)
		}
	}
}

func TestPage_refusesForeignHost(t *testing.T) {
	t.Parallel()
	s := setup(t, Options{})
	for _, path := range []string{"/", "/api/session", "/events", "/static/js/main.js"} {
		got := s.do(http.MethodGet, path, "", http.Header{"Host": {"rebound.example"}})
		if got.status != http.StatusMisdirectedRequest || strings.Contains(got.body, ana) {
			t.Errorf("GET %s under a foreign host: %d %q", path, got.status, got.body)
		}
	}
}

func TestPage_refusesCrossOriginPosts(t *testing.T) {
	t.Parallel()
	s := setup(t, Options{})
	body := `{"as":"U0ANA","channel":"C0REVIEW","text":"hello"}`
	cases := map[string]struct {
		header http.Header
		want   int
	}{
		"own page":           {http.Header{"Content-Type": {"application/json"}, "Origin": {s.page.URL}}, http.StatusOK},
		"other origin":       {http.Header{"Content-Type": {"application/json"}, "Origin": {"https://evil.example"}}, http.StatusForbidden},
		"other port":         {http.Header{"Content-Type": {"application/json"}, "Origin": {"http://127.0.0.1:1"}}, http.StatusForbidden},
		"sandboxed frame":    {http.Header{"Content-Type": {"application/json"}, "Origin": {"null"}}, http.StatusForbidden},
		"cross-site fetch":   {http.Header{"Content-Type": {"application/json"}, "Sec-Fetch-Site": {"cross-site"}}, http.StatusForbidden},
		"a form's type":      {http.Header{"Content-Type": {"text/plain"}, "Origin": {s.page.URL}}, http.StatusUnsupportedMediaType},
		"no type whatsoever": {http.Header{"Origin": {s.page.URL}}, http.StatusUnsupportedMediaType},
	}
	said := 0
	for name, c := range cases {
		if got := s.do(http.MethodPost, "/api/say", body, c.header); got.status != c.want {
			t.Errorf("%s: %d %s, want %d", name, got.status, got.body, c.want)
		}
		if c.want == http.StatusOK {
			said++
		}
	}
	if got := len(s.ws.Messages(review, ana)); got != said {
		t.Errorf("%d messages were said, want %d", got, said)
	}
}

func TestPage_headersKeepItToItself(t *testing.T) {
	t.Parallel()
	s := setup(t, Options{})
	for _, path := range []string{"/", "/static/js/main.js", "/api/session", "/nothing"} {
		h := s.do(http.MethodGet, path, "", nil).header
		csp := h.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: policy %q lacks %q", path, csp, want)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "http") {
			t.Errorf("%s: policy %q is too wide", path, csp)
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
			"Cross-Origin-Resource-Policy": "same-origin", "Access-Control-Allow-Origin": "",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
	}
}
