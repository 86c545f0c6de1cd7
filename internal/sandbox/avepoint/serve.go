package avepoint

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxRequest bounds a request's body; no request of this API comes near.
const maxRequest = 1 << 20

// visit is one request at a door.
type visit struct {
	endpoint   Endpoint
	customerID string
	page       int // pageIndex as asked, 1 without
	body       []byte
	fault      Fault
}

// answer is what a door says before faults and the connection have their way.
type answer struct {
	status int
	header map[string]string
	body   []byte
	// empty: nothing was looked up, which takes the vendor much less time.
	empty bool
}

type serveFunc func(r *http.Request, v visit) answer

// identified puts a request-id on every answer, as the vendor does.
func (p *Platform) identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d := roll(p.fleet.seed, keyRequest, p.counters.request())
		id := uuid(uint32(d.next()), &d) //nolint:gosec // any bits will do
		w.Header().Set("request-id", id)
		p.opts.Log.Debug("request", "method", r.Method, "path", r.URL.Path, "request_id", id)
		next.ServeHTTP(w, r)
	})
}

// door counts a request, applies the fault that meets it, and answers.
func (p *Platform) door(e Endpoint, serve serveFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := visit{endpoint: e, customerID: r.PathValue("customerId"), page: 1}
		if n, err := strconv.Atoi(r.URL.Query().Get("pageIndex")); err == nil {
			v.page = n
		}
		defer p.counters.enter(v)()
		v.fault = p.meet(v)
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
		if err != nil {
			p.deliver(w, r, problem(http.StatusBadRequest, "the body could not be read"), v.fault)
			return
		}
		v.body = body
		p.respond(w, r, v, serve)
	})
}

// respond is the rest of door, once the request is read.
func (p *Platform) respond(w http.ResponseWriter, r *http.Request, v visit, serve serveFunc) {
	if !p.wait(r, v.fault.Delay) {
		return
	}
	v.fault.breakOff(w)
	a, replaced := v.fault.replacement(v.endpoint)
	if !replaced {
		a = serve(r, v)
		if !p.wait(r, p.latency(v, a)) {
			return
		}
	}
	p.deliver(w, r, a, v.fault)
}

// wait pauses, and says whether the caller is still there. Close ends it.
func (p *Platform) wait(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-p.closed:
		return true
	case <-r.Context().Done():
		return false
	}
}

// guarded lets a request through whose bearer token is valid and has a scope.
func (p *Platform) guarded(scope string, serve serveFunc) serveFunc {
	return func(r *http.Request, v visit) answer {
		kind, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if v.fault.ExpireToken {
			p.identity.forget(token)
		}
		scopes, valid := p.identity.check(token, time.Now())
		if !strings.EqualFold(kind, "Bearer") || !valid {
			a := problem(http.StatusUnauthorized, "the token is missing, unknown or expired")
			a.header["WWW-Authenticate"] = `Bearer error="invalid_token"`
			return a
		}
		if !scopes[scope] {
			return problem(http.StatusForbidden, "the token lacks the scope of this endpoint")
		}
		return serve(r, v)
	}
}

// problem is an error answer. The vendor documents no body for them.
func problem(status int, message string) answer {
	return answer{
		status: status,
		header: map[string]string{},
		body: marshal(object{{"error", object{
			{"code", strings.ReplaceAll(http.StatusText(status), " ", "")}, {"message", message},
		}}}),
	}
}
