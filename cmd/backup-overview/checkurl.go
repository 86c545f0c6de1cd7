package main

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"
)

// checkURL accepts what an operator may point the bot at: https to anywhere,
// plain http only to this machine, nothing that could hide a credential or
// another host. Its errors repeat no part of the URL.
func checkURL(raw string) error {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Opaque != "" || u.Hostname() == "":
		return errors.New("is not a complete URL such as https://host/path")
	case u.User != nil:
		return errors.New("holds a user name or a password; take it out")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.HasSuffix(raw, "#"):
		return errors.New("must end before any ? or #")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return errors.New("must be https (plain http is allowed only to this machine: 127.0.0.1, [::1], localhost)")
	case u.Scheme != "http" && u.Scheme != "https":
		return errors.New("must start with https://")
	}
	return nil
}

// checkHostURL is checkURL for scheme and host alone.
func checkHostURL(raw string) error {
	if err := checkURL(raw); err != nil {
		return err
	}
	if u, _ := url.Parse(raw); u.Path != "" && u.Path != "/" {
		return errors.New("must be scheme and host alone, such as https://graph.avepointonlineservices.com")
	}
	return nil
}

// checkPingURL is checkURL for an address that is only called: some services
// want a query in it.
func checkPingURL(raw string) error {
	address, _, _ := strings.Cut(raw, "?")
	if strings.Contains(raw, "#") {
		return errors.New("must end before any #")
	}
	return checkURL(address)
}

// isLoopback knows the name localhost and literal addresses. Decimal and octal
// forms of 127.0.0.1 are names to it, and so not this machine.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}
