package avepoint

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	pkcs12 "software.sslmate.com/src/go-pkcs12"
)

// selfSigned is a certificate with its key, and the PKCS #12 file of both.
func selfSigned(t *testing.T, key crypto.Signer, above ...*x509.Certificate) (*x509.Certificate, []byte) {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "the-app"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pfx, err := pkcs12.Modern.Encode(key, cert, above, "pw-canary")
	if err != nil {
		t.Fatal(err)
	}
	return cert, pfx
}

func rsaKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestParseCertificate(t *testing.T) {
	t.Parallel()
	key := rsaKey(t)
	leaf, pfx := selfSigned(t, key)
	c, err := ParseCertificate(pfx, "pw-canary")
	if err != nil || !c.NotAfter().Equal(leaf.NotAfter) || !c.leaf.Equal(leaf) {
		t.Errorf("%v, %v", c, err)
	}
	// The file may hold the certificates above it, in either order.
	root, _ := selfSigned(t, rsaKey(t))
	for name, certs := range map[string][2]*x509.Certificate{"leaf first": {leaf, root}, "root first": {root, leaf}} {
		pfx, err := pkcs12.Modern.Encode(key, certs[0], certs[1:], "pw-canary")
		if err != nil {
			t.Fatal(err)
		}
		if c, err := ParseCertificate(pfx, "pw-canary"); err != nil || !c.leaf.Equal(leaf) {
			t.Errorf("%s: %v", name, err)
		}
	}
	foreign, err := pkcs12.Modern.Encode(key, root, nil, "pw-canary")
	if err != nil {
		t.Fatal(err)
	}
	elliptical, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, ec := selfSigned(t, elliptical)
	for name, test := range map[string]struct {
		pfx            []byte
		password, says string
	}{
		"wrong password":  {pfx, "other-canary", "password is wrong"},
		"cut off":         {pfx[:len(pfx)/2], "pw-canary", "not a PKCS #12 file"},
		"something else":  {[]byte("-----BEGIN canary"), "pw-canary", "not a PKCS #12 file"},
		"nothing":         {nil, "pw-canary", "not a PKCS #12 file"},
		"another's key":   {foreign, "pw-canary", "belongs to none"},
		"elliptic curves": {ec, "pw-canary", "RSA only"},
	} {
		_, err := ParseCertificate(test.pfx, test.password)
		if err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		holdsNoSecret(t, err.Error())
	}
}

// The identity service sees a client assertion that verifies with the
// certificate, names the token endpoint, and is new each time.
func TestCertificate_assertion(t *testing.T) {
	t.Parallel()
	leaf, pfx := selfSigned(t, rsaKey(t))
	certificate, err := ParseCertificate(pfx, "pw-canary")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	ids := map[string]bool{}
	s := &stub{api: answers("[]")}
	s.identity = func(w http.ResponseWriter, r *http.Request) {
		if r.ParseForm() != nil || r.PostForm.Has("client_secret") || r.Header.Get("Authorization") != "" {
			t.Errorf("form %v, header %v", r.PostForm, r.Header)
		}
		if r.PostForm.Get("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" ||
			r.PostForm.Get("grant_type") != "client_credentials" || r.PostForm.Get("client_id") != "the-app" {
			t.Errorf("form %v", r.PostForm)
		}
		claims := checkAssertion(t, r.PostForm.Get("client_assertion"), leaf, "http://"+r.Host+"/connect/token")
		mu.Lock()
		ids[claims.ID] = true
		mu.Unlock()
		issue(w, 1, 1) // too short to be kept
	}
	c := s.serve(t, func(o *Options) { o.Credentials = Credentials{ClientID: "the-app", Certificate: certificate} })
	for range 3 {
		if _, err := c.Overview(t.Context(), theID); err != nil {
			t.Fatal(err)
		}
	}
	if len(ids) != 3 || ids[""] {
		t.Errorf("3 fetches had the jti %v", ids)
	}
}

func checkAssertion(t *testing.T, signed string, leaf *x509.Certificate, audience string) *jwt.RegisteredClaims {
	claims := &jwt.RegisteredClaims{}
	token, err := jwt.ParseWithClaims(signed, claims, func(*jwt.Token) (any, error) { return leaf.PublicKey, nil },
		jwt.WithValidMethods([]string{"RS256"}), jwt.WithAudience(audience), jwt.WithIssuer("the-app"),
		jwt.WithSubject("the-app"), jwt.WithExpirationRequired(), jwt.WithIssuedAt())
	if err != nil {
		t.Error(err)
		return claims
	}
	if life := time.Until(claims.ExpiresAt.Time); life > 10*time.Minute {
		t.Errorf("good for %s", life)
	}
	thumbprint := sha1.Sum(leaf.Raw)
	if token.Header["x5t"] != base64.RawURLEncoding.EncodeToString(thumbprint[:]) || token.Header["kid"] != strings.ToUpper(hex.EncodeToString(thumbprint[:])) {
		t.Errorf("header %v", token.Header)
	}
	return claims
}

// However a value is printed, no secret comes out.
func TestCredentials_redacted(t *testing.T) {
	t.Parallel()
	_, pfx := selfSigned(t, rsaKey(t))
	certificate, err := ParseCertificate(pfx, "pw-canary")
	if err != nil {
		t.Fatal(err)
	}
	key := certificate.key.D.String()
	c := Credentials{ClientID: "the-app", ClientSecret: theSecret, Certificate: certificate}
	s := &stub{}
	client := s.client(t)
	var out strings.Builder
	for _, v := range []any{c, &c, *certificate, certificate, Options{Credentials: c}, &Options{Credentials: c}, struct{ C any }{c}, client, *client} {
		fmt.Fprintf(&out, "%v %+v %#v %s %q %x %d\n", v, v, v, v, v, v, v)
		slog.New(slog.NewTextHandler(&out, nil)).Info("x", "v", v)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "v", v)
	}
	b, err := json.Marshal([]any{c, &c, certificate})
	if err != nil {
		t.Fatal(err)
	}
	text := out.String() + string(b)
	if strings.Contains(text, theSecret) || strings.Contains(text, hex.EncodeToString([]byte(theSecret))) || strings.Contains(text, key) {
		t.Error(text)
	}
}
