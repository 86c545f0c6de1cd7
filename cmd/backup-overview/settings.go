package main

import (
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (a *AccessConfig) validate(p *problems) {
	slackID := regexp.MustCompile(`^[UWS][A-Z0-9]{2,}$`)
	for i, id := range a.Admins {
		a.Admins[i] = strings.TrimSpace(id)
		if !slackID.MatchString(a.Admins[i]) {
			p.addf("ACCESS_ADMINS", "has an item that is neither a Slack user id (U…, W…) nor a user-group id (S…) (number %d)", i+1)
		}
	}
	if a.Default != "members" && a.Default != "admins" {
		p.addf("ACCESS_DEFAULT", "is neither members nor admins")
	}
}

func (h HTTPConfig) validate(p *problems) {
	if !isAddress(h.Addr) {
		p.addf("HTTP_ADDR", "is not host:port, such as 127.0.0.1:8080 or :8080")
	}
}

func (u PingConfig) validate(p *problems) {
	if u.URL == "" {
		return
	}
	if err := checkPingURL(u.URL.Reveal()); err != nil {
		p.addf("PING_URL", "%v", err)
	}
}

func (l LogConfig) validate(p *problems) {
	parsed(p, "LOG_LEVEL", l.Level)
	if !slices.Contains([]string{"", "json", "text"}, l.Format) {
		p.addf("LOG_FORMAT", "is neither text nor json")
	}
}

// parsed reports whether v could be parsed, and tells it if not.
func parsed[T any](p *problems, name string, v Value[T]) bool {
	if v.err != nil {
		p.addf(name, "%v", v.err)
	}
	return v.err == nil
}

func inRange[T int | float64 | time.Duration](p *problems, name string, v Value[T], low, high T) {
	if parsed(p, name, v) && !(v.V >= low && v.V <= high) { // so written, NaN is refused
		p.addf(name, "is not between %v and %v", low, high)
	}
}

func isAddress(addr string) bool {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	n, err := strconv.Atoi(port)
	return err == nil && n >= 0 && n <= 65535
}
