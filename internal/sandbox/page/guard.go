package page

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// policy lets the page load and call only this server, run only its own modules
// (no inline script, no string that becomes script or HTML), and be framed by
// nobody.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// guard refuses what does not come from the page itself, and sets the headers
// that keep it to itself.
func (p *page) guard(next http.Handler) http.Handler {
	sameOrigin := http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !ownHost(r.Host, p.Hosts) {
			p.Log.Warn("page asked for under a foreign host name", "host", r.Host)
			http.Error(w, "This demo answers only on localhost or on an IP address.", http.StatusMisdirectedRequest)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		sameOrigin.ServeHTTP(w, r)
	})
}

// ownHost guards against DNS rebinding, where a foreign name is made to resolve
// to this machine. An address cannot be rebound, a name can: so addresses,
// localhost and the given names pass.
func ownHost(hostport string, names []string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = strings.Trim(hostport, "[]")
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	for _, name := range names {
		if host == strings.ToLower(name) {
			return true
		}
	}
	return false
}
