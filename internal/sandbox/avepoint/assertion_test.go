package avepoint_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"maps"
	"math/big"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
)

// signer makes client assertions by hand.
type signer struct {
	key  *rsa.PrivateKey
	cert *x509.Certificate
}

func newSigner(t *testing.T) signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return signer{key, cert}
}

func (s signer) header() map[string]any {
	sum := sha1.Sum(s.cert.Raw)
	return map[string]any{
		"alg": "RS256", "typ": "JWT",
		"kid": hex.EncodeToString(sum[:]), "x5t": base64.RawURLEncoding.EncodeToString(sum[:]),
	}
}

func claims(audience string) map[string]any {
	now := time.Now()
	return map[string]any{
		"iss": "app-1", "sub": "app-1", "aud": audience, "jti": rand.Text(),
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(),
	}
}

func (s signer) sign(t *testing.T, header, claims map[string]any) string {
	t.Helper()
	text := part(t, header) + "." + part(t, claims)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, s.key, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func part(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func assertionForm(jwt string) url.Values {
	return url.Values{
		"grant_type": {"client_credentials"}, "scope": {"elements.customers.read.all"},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
		"client_assertion":      {jwt},
	}
}

// certified is a platform that knows an app with a certificate and no secret.
func certified(t *testing.T, s signer) *api {
	t.Helper()
	p := avepoint.New(avepoint.Options{ClientID: "app-1", Certificate: s.cert, Customers: 1})
	server := listen(t, p)
	return &api{Platform: p, t: t, server: server, client: server.Client()}
}

func TestToken_certificate(t *testing.T) {
	t.Parallel()
	s, other := newSigner(t), newSigner(t)
	a := certified(t, s)
	endpoint := a.server.URL + "/connect/token"
	for name, test := range map[string]struct {
		header, claims map[string]any
		signer         signer
		accepted       bool
	}{
		"right":              {nil, nil, s, true},
		"an hour":            {nil, map[string]any{"exp": time.Now().Add(time.Hour).Unix()}, s, true},
		"kid in capitals":    {map[string]any{"kid": upper(s)}, nil, s, true},
		"aud in a list":      {nil, map[string]any{"aud": []string{endpoint}}, s, true},
		"another key":        {nil, nil, signer{other.key, s.cert}, false},
		"no x5t":             {map[string]any{"x5t": nil}, nil, s, false},
		"no kid":             {map[string]any{"kid": nil}, nil, s, false},
		"another x5t":        {map[string]any{"x5t": other.header()["x5t"]}, nil, s, false},
		"x5t in hex":         {map[string]any{"x5t": s.header()["kid"]}, nil, s, false},
		"alg none":           {map[string]any{"alg": "none"}, nil, s, false},
		"alg RS512":          {map[string]any{"alg": "RS512"}, nil, s, false},
		"alg HS256":          {map[string]any{"alg": "HS256"}, nil, s, false},
		"other iss":          {nil, map[string]any{"iss": "app-2"}, s, false},
		"other sub":          {nil, map[string]any{"sub": "app-2"}, s, false},
		"aud is the host":    {nil, map[string]any{"aud": a.server.URL}, s, false},
		"aud is a neighbour": {nil, map[string]any{"aud": []string{endpoint, "https://other.example"}}, s, false},
		"no aud":             {nil, map[string]any{"aud": nil}, s, false},
		"no jti":             {nil, map[string]any{"jti": nil}, s, false},
		"no exp":             {nil, map[string]any{"exp": nil}, s, false},
		"expired":            {nil, map[string]any{"exp": time.Now().Add(-time.Minute).Unix()}, s, false},
		"two hours":          {nil, map[string]any{"exp": time.Now().Add(2 * time.Hour).Unix()}, s, false},
		"of the future":      {nil, map[string]any{"nbf": time.Now().Add(10 * time.Minute).Unix()}, s, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header, body := s.header(), claims(endpoint)
			maps.Copy(header, test.header)
			maps.Copy(body, test.claims)
			status, got := a.fetchToken(assertionForm(test.signer.sign(t, header, body)))
			if accepted := status == http.StatusOK && got["access_token"] != nil; accepted != test.accepted {
				t.Errorf("%d %v, want accepted: %v", status, got, test.accepted)
			}
			if !test.accepted && got["error"] != "invalid_client" {
				t.Errorf("error = %v", got["error"])
			}
		})
	}
}

func upper(s signer) string {
	sum := sha1.Sum(s.cert.Raw)
	const digits = "0123456789ABCDEF"
	var text []byte
	for _, b := range sum {
		text = append(text, digits[b>>4], digits[b&15])
	}
	return string(text)
}

func TestToken_assertionIsGoodOnce(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	a := certified(t, s)
	jwt := s.sign(t, s.header(), claims(a.server.URL+"/connect/token"))
	if status, body := a.fetchToken(assertionForm(jwt)); status != http.StatusOK {
		t.Fatalf("first: %d %v", status, body)
	}
	if status, body := a.fetchToken(assertionForm(jwt)); status != http.StatusBadRequest || body["error"] != "invalid_client" {
		t.Errorf("again: %d %v, want a refusal", status, body)
	}
}

func TestToken_assertionForms(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	a := certified(t, s)
	endpoint := a.server.URL + "/connect/token"
	mac := hmac.New(sha256.New, x509.MarshalPKCS1PublicKey(&s.key.PublicKey))
	header := s.header()
	header["alg"] = "HS256"
	text := part(t, header) + "." + part(t, claims(endpoint))
	mac.Write([]byte(text))
	forms := map[string]url.Values{
		"signed with the public key": assertionForm(text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))),
		"unsigned":                   assertionForm(text + "."),
		"no JWT":                     assertionForm("hello"),
		"a secret":                   {"grant_type": {"client_credentials"}, "client_id": {"app-1"}, "client_secret": {"sandbox-secret"}},
		"an empty secret":            {"grant_type": {"client_credentials"}, "client_id": {"app-1"}, "client_secret": {""}},
	}
	wrongType := assertionForm(s.sign(t, s.header(), claims(endpoint)))
	wrongType.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer")
	forms["another type"] = wrongType
	otherID := assertionForm(s.sign(t, s.header(), claims(endpoint)))
	otherID.Set("client_id", "app-2")
	forms["another client_id beside"] = otherID
	for name, form := range forms {
		if status, body := a.fetchToken(form); status != http.StatusBadRequest || body["error"] != "invalid_client" {
			t.Errorf("%s: %d %v, want invalid_client", name, status, body)
		}
	}
	sameID := assertionForm(s.sign(t, s.header(), claims(endpoint)))
	sameID.Set("client_id", "app-1")
	if status, body := a.fetchToken(sameID); status != http.StatusOK {
		t.Errorf("with its own client_id: %d %v", status, body)
	}
}
