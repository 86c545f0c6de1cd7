package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// maxSkew is how far this machine's clock may be from a service's before it is
// told: ages and as-of times are ours, and a certificate's assertions are
// good for minutes only.
const maxSkew = time.Minute

// A clockWatch compares this machine's clock with the Date header of every
// answer that passes through its transports.
type clockWatch struct {
	mu   sync.Mutex
	seen []skew
}

type skew struct {
	service string
	ahead   time.Duration // of this machine's clock
}

// client returns an HTTP client for a service whose answers are compared. It
// takes proxies from the environment.
func (c *clockWatch) client(service string, timeout time.Duration) *http.Client {
	base := http.DefaultTransport.(*http.Transport).Clone()
	return &http.Client{Timeout: timeout, Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
		res, err := base.RoundTrip(req)
		if err == nil {
			c.note(service, res.Header.Get("Date"), time.Now())
		}
		return res, err
	})}
}

// roundTripper makes a function an [http.RoundTripper].
type roundTripper func(*http.Request) (*http.Response, error)

// RoundTrip implements [http.RoundTripper].
func (r roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return r(req) }

// note takes the first readable date of each service.
func (c *clockWatch) note(service, date string, now time.Time) {
	at, err := http.ParseTime(date)
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.seen {
		if s.service == service {
			return
		}
	}
	c.seen = append(c.seen, skew{service, now.Sub(at)})
}

// findings tells the difference to each service that answered.
func (c *clockWatch) findings() []finding {
	c.mu.Lock()
	defer c.mu.Unlock()
	var findings []finding
	for _, s := range c.seen {
		f := finding{Verdict: passed, What: "clock against " + s.service, Detail: "agrees within a minute"}
		if s.ahead > maxSkew || s.ahead < -maxSkew {
			f.Verdict, f.Mend = warned, "let this machine take its time from the network (NTP)"
			f.Detail = fmt.Sprintf("this machine is %v ahead", s.ahead.Round(time.Second))
			if s.ahead < 0 {
				f.Detail = fmt.Sprintf("this machine is %v behind", -s.ahead.Round(time.Second))
			}
		}
		findings = append(findings, f)
	}
	return findings
}

// isCertificateError reports whether TLS refused the other side.
func isCertificateError(err error) bool {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	_, ok := errors.AsType[x509.UnknownAuthorityError](err)
	return ok
}
