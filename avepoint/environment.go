package avepoint

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// Environment is one of AvePoint's clouds.
type Environment struct {
	// Name as [ParseEnvironment] takes it.
	Name string
	// GraphURL is scheme and host of the API.
	GraphURL string
	// TokenURL is the complete token endpoint.
	TokenURL string
	// PortalURL is where people work; "" where it is not known.
	PortalURL string
}

// Environments lists AvePoint's clouds, the commercial one first.
func Environments() []Environment {
	return []Environment{
		{
			Name:      "commercial",
			GraphURL:  "https://graph.avepointonlineservices.com",
			TokenURL:  "https://identity.avepointonlineservices.com/connect/token",
			PortalURL: "https://partner.avepointonlineservices.com",
		},
		{
			Name:     "usgov",
			GraphURL: "https://graph-gov.avepointonlineservices.com",
			TokenURL: "https://identity-gov.avepointonlineservices.com/connect/token",
		},
		{
			Name:     "aos2",
			GraphURL: "https://graph-aos2.avepointonlineservices.com",
			TokenURL: "https://identity-aos2.avepointonlineservices.com/connect/token",
		},
		{
			Name:     "fedramp",
			GraphURL: "https://graphusgovapi.online15.net",
			TokenURL: "https://identity.online15.net/connect/token",
		},
	}
}

// ParseEnvironment finds an environment by its name: commercial, usgov, aos2 or
// fedramp, in any case.
func ParseEnvironment(name string) (Environment, error) {
	var names []string
	for _, e := range Environments() {
		if strings.EqualFold(e.Name, strings.TrimSpace(name)) {
			return e, nil
		}
		names = append(names, e.Name)
	}
	return Environment{}, fmt.Errorf("unknown environment %q: it is one of %s", name, strings.Join(names, ", "))
}

// parseGraphURL accepts scheme and host alone.
func parseGraphURL(raw string) (*url.URL, error) {
	u, err := parseServiceURL(raw)
	if err != nil {
		return nil, err
	}
	if u.Path != "" && u.Path != "/" {
		return nil, errors.New("is scheme and host only, without a path")
	}
	if u.RawQuery != "" {
		return nil, errors.New("is scheme and host only, without a query")
	}
	u.Path, u.RawPath = "", ""
	return u, nil
}

// parseServiceURL accepts an https URL, or an http URL on this machine. Its
// errors do not repeat the URL, which may hold a password.
func parseServiceURL(raw string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Host == "" || u.Hostname() == "" {
		return nil, errors.New("is not a complete URL such as https://host.example")
	}
	switch {
	case u.User != nil:
		return nil, errors.New("must not hold a user name or password")
	case u.Fragment != "":
		return nil, errors.New("must not hold a fragment")
	case u.Scheme == "https":
		return u, nil
	case u.Scheme == "http" && isLoopback(u.Hostname()):
		return u, nil
	case u.Scheme == "http":
		return nil, errors.New("must be https: plain http is for this machine only")
	}
	return nil, errors.New("must be https")
}

// isLoopback goes by the text alone: a name that merely resolves to this
// machine today does not count, and a number in an odd notation is no address.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}
