package avepoint

import (
	"errors"
	"math"
	"strings"
	"testing"
)

func TestParseEnvironment(t *testing.T) {
	t.Parallel()
	for name, graph := range map[string]string{
		"commercial": "https://graph.avepointonlineservices.com",
		" USGov ":    "https://graph-gov.avepointonlineservices.com",
		"aos2":       "https://graph-aos2.avepointonlineservices.com",
		"fedramp":    "https://graphusgovapi.online15.net",
	} {
		if e, err := ParseEnvironment(name); err != nil || e.GraphURL != graph {
			t.Errorf("%s: %+v, %v", name, e, err)
		}
	}
	if _, err := ParseEnvironment("gov"); err == nil || !strings.Contains(err.Error(), "commercial, usgov, aos2, fedramp") {
		t.Error(err)
	}
	for _, e := range Environments() {
		if _, err := New(Options{GraphURL: e.GraphURL, TokenURL: e.TokenURL, Credentials: Credentials{ClientID: "a", ClientSecret: "b"}}); err != nil {
			t.Errorf("%s: %v", e.Name, err)
		}
		if !strings.HasSuffix(e.TokenURL, "/connect/token") {
			t.Errorf("%s: token URL %s", e.Name, e.TokenURL)
		}
	}
}

func TestParseURLs(t *testing.T) {
	t.Parallel()
	for raw, ok := range map[string]struct{ graph, token bool }{
		"https://graph.example":                 {true, true},
		"https://graph.example/":                {true, true},
		" https://graph.example ":               {true, true},
		"HTTPS://graph.example:8443":            {true, true},
		"https://graph.example/base":            {false, true},
		"https://graph.example/connect?x=1":     {false, true},
		"https://graph.example?x=1":             {false, true},
		"https://graph.example/#x":              {false, false},
		"https://user:canary@graph.example":     {false, false},
		"https://user@graph.example":            {false, false},
		"https://[::1]:8443":                    {true, true},
		"http://127.0.0.1:8080":                 {true, true},
		"http://127.9.9.9":                      {true, true},
		"http://localhost:8080":                 {true, true},
		"http://LOCALHOST":                      {true, true},
		"http://[::1]:8080":                     {true, true},
		"http://[::ffff:127.0.0.1]":             {true, true},
		"http://graph.example":                  {false, false},
		"http://10.0.0.1":                       {false, false},
		"http://169.254.169.254":                {false, false},
		"http://[::ffff:10.0.0.1]":              {false, false},
		"http://2130706433":                     {false, false}, // 127.0.0.1 as a number
		"http://0x7f.1":                         {false, false},
		"http://127.1":                          {false, false},
		"http://0":                              {false, false},
		"http://localhost.evil.example":         {false, false},
		"http://127.0.0.1.evil.example":         {false, false},
		"http://127.0.0.1@evil.example":         {false, false},
		"http://evil.example#@127.0.0.1":        {false, false},
		"http://evil.example\\@127.0.0.1":       {false, false},
		"http://[fe80::1%25eth0]":               {false, false},
		"ftp://graph.example":                   {false, false},
		"file:///etc/passwd":                    {false, false},
		"//graph.example":                       {false, false},
		"graph.example":                         {false, false},
		"https://":                              {false, false},
		"https://:443":                          {false, false},
		"https:graph.example":                   {false, false},
		"https://graph.example:port":            {false, false},
		"https://gra ph.example":                {false, false},
		"https://graph.example\r\nHost: canary": {false, false},
	} {
		_, err := parseGraphURL(raw)
		if (err == nil) != ok.graph {
			t.Errorf("GraphURL %q: %v", raw, err)
		}
		_, tokenErr := parseServiceURL(raw)
		if (tokenErr == nil) != ok.token {
			t.Errorf("TokenURL %q: %v", raw, tokenErr)
		}
		if both := errors.Join(err, tokenErr); both != nil {
			holdsNoSecret(t, both.Error())
		}
	}
}

func TestNew_saysAllThatIsWrong(t *testing.T) {
	t.Parallel()
	_, err := New(Options{
		GraphURL: "http://canary.example", TokenURL: "canary", Rate: -1, Concurrency: -1,
		Credentials: Credentials{ClientSecret: theSecret, Certificate: &Certificate{}}, Known: []Customer{{Organization: "canary"}},
	})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"GraphURL", "TokenURL", "ClientID", "choose one", "Rate", "Concurrency", "Known[0]"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not name %s", err, want)
		}
	}
	holdsNoSecret(t, err.Error())
	good := Credentials{ClientID: "a", ClientSecret: "b"}
	for _, rate := range []float64{math.NaN(), math.Inf(1)} {
		if _, err := New(Options{Credentials: good, Rate: rate}); err == nil {
			t.Errorf("rate %v accepted", rate)
		}
	}
	if _, err := New(Options{Credentials: Credentials{ClientID: "a"}}); err == nil {
		t.Error("neither secret nor certificate accepted")
	}
}
