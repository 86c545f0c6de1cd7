package main

import "testing"

func TestCheckURL(t *testing.T) {
	t.Parallel()
	good := []string{
		"https://slack.com/api/",
		"https://slack.com/api",
		"https://slack-gov.com/api/",
		"https://graph.avepointonlineservices.com",
		"https://graph-us.avepointonlineservices.com/",
		"https://identity.online15.net/connect/token",
		"https://10.0.0.7:8443/t",
		"https://[2001:db8::1]/t",
		"https://xn--bcher-kva.example/t",
		"HTTPS://slack.com/api/",
		"http://127.0.0.1:9000/api/",
		"http://127.8.9.1/",
		"http://[::1]:9000/api/",
		"http://[::ffff:127.0.0.1]/",
		"http://localhost:9000/api/",
		"http://LOCALHOST/",
	}
	bad := []string{
		"",
		"slack.com/api/",
		"//slack.com/api/",
		"https:slack.com/api/",
		"https:///api/",
		"https://:443/api/",
		"http://slack.com/api/",
		"http://10.0.0.7/",
		"http://169.254.169.254/latest/meta-data/",
		"http://2130706433/",        // 127.0.0.1 in decimal, to some resolvers
		"http://0x7f000001/",        // and in hexadecimal
		"http://0177.0.0.1/",        // octal
		"http://127.1/",             // short
		"http://127.0.0.1.nip.io/",  // a name
		"http://localhost.example/", // look-alikes
		"http://localhost@evil.example/",
		"http://127.0.0.1@evil.example/",
		"http://[::ffff:10.0.0.7]/",
		"http://[fe80::1%25eth0]/",
		"http://0.0.0.0/",
		"https://user@slack.com/api/",
		"https://user:password@slack.com/api/",
		"https://:password@slack.com/api/",
		"https://slack.com/api/?token=x",
		"https://slack.com/api/?",
		"https://slack.com/api/#x",
		"https://slack.com/api/#",
		"https://slack.com:port/api/",
		"https://sla ck.com/api/",
		"https://slack.com\n/api/",
		"ftp://slack.com/api/",
		"file:///etc/passwd",
		"unix:///run/x.sock",
		"ws://127.0.0.1/",
		"javascript:alert(1)",
		"https://[::1",
	}
	for _, u := range good {
		if err := checkURL(u); err != nil {
			t.Errorf("checkURL(%q) = %v", u, err)
		}
	}
	for _, u := range bad {
		if checkURL(u) == nil {
			t.Errorf("checkURL(%q) accepted it", u)
		}
	}
}

func TestCheckHostURL_refuses_a_path(t *testing.T) {
	t.Parallel()
	for u, ok := range map[string]bool{
		"https://graph.avepointonlineservices.com":                   true,
		"https://graph.avepointonlineservices.com/":                  true,
		"https://graph.avepointonlineservices.com/partner/external/": false,
		"https://graph.avepointonlineservices.com//":                 false,
	} {
		if got := checkHostURL(u) == nil; got != ok {
			t.Errorf("checkHostURL(%q) accepted: %v, want %v", u, got, ok)
		}
	}
}
