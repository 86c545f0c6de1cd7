package avepoint

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // x5t is a SHA-1 thumbprint by definition (RFC 7515, 4.1.7)
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Bounds of an assertion. The vendor's sample signs for an hour.
const (
	assertionType    = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	maxAssertionLife = time.Hour
	clockSkew        = time.Minute
)

// audience is "aud": a text or a list of texts.
type audience []string

// UnmarshalJSON accepts both forms.
func (a *audience) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(a))
}

// assertionHeader and assertionClaims are the parts of a client assertion that
// are looked at.
type assertionHeader struct {
	Alg string `json:"alg"`
	Kid string `json:"kid"`
	X5t string `json:"x5t"`
}

type assertionClaims struct {
	Issuer    string   `json:"iss"`
	Subject   string   `json:"sub"`
	Audience  audience `json:"aud"`
	ID        string   `json:"jti"`
	Expires   float64  `json:"exp"`
	NotBefore float64  `json:"nbf"`
	IssuedAt  float64  `json:"iat"`
}

// checkAssertion says what is wrong with a client assertion, if anything.
func (s *identity) checkAssertion(r *http.Request, form url.Values, now time.Time) (refusal string) {
	if s.opts.Certificate == nil {
		return "this app has no certificate"
	}
	if form.Get("client_assertion_type") != assertionType {
		return "unknown kind of assertion"
	}
	if id := form.Get("client_id"); id != "" && id != s.opts.ClientID {
		return "unknown client"
	}
	header, claims, refusal := s.openAssertion(form.Get("client_assertion"))
	if refusal != "" {
		return refusal
	}
	if refusal := s.checkHeader(header); refusal != "" {
		return refusal
	}
	return s.checkClaims(claims, s.audienceOf(r), now)
}

// openAssertion takes a JWT apart and verifies its signature.
func (s *identity) openAssertion(jwt string) (h assertionHeader, c assertionClaims, refusal string) {
	parts := strings.Split(jwt, ".")
	if len(parts) != 3 {
		return h, c, "the assertion is no JWT"
	}
	signature, err := base64.RawURLEncoding.Strict().DecodeString(parts[2])
	if err != nil || !decodePart(parts[0], &h) || !decodePart(parts[1], &c) {
		return h, c, "the assertion cannot be read"
	}
	key, ok := s.opts.Certificate.PublicKey.(*rsa.PublicKey)
	if !ok || h.Alg != "RS256" {
		return h, c, "the assertion is not signed with RS256"
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature) != nil {
		return h, c, "the signature is wrong"
	}
	return h, c, ""
}

func decodePart(part string, v any) bool {
	b, err := base64.RawURLEncoding.Strict().DecodeString(part)
	return err == nil && json.Unmarshal(b, v) == nil
}

// checkHeader wants the certificate named twice, as the vendor's sample does:
// x5t is the thumbprint in base64url, kid the same in hex.
func (s *identity) checkHeader(h assertionHeader) (refusal string) {
	thumbprint := sha1.Sum(s.opts.Certificate.Raw) //nolint:gosec // see the import
	if h.X5t != base64.RawURLEncoding.EncodeToString(thumbprint[:]) {
		return "x5t does not name the certificate"
	}
	if !strings.EqualFold(h.Kid, hex.EncodeToString(thumbprint[:])) {
		return "kid does not name the certificate"
	}
	return ""
}

// checkClaims checks who speaks, to whom, when, and that it is the first time.
func (s *identity) checkClaims(c assertionClaims, endpoint string, now time.Time) (refusal string) {
	expires := time.Unix(int64(c.Expires), 0)
	latest := float64(now.Add(clockSkew).Unix())
	switch {
	case c.Issuer != s.opts.ClientID || c.Subject != s.opts.ClientID:
		return "iss and sub must be the client id"
	case len(c.Audience) != 1 || c.Audience[0] != endpoint:
		return "aud must be the token endpoint"
	case !expires.After(now):
		return "the assertion has expired"
	case expires.After(now.Add(maxAssertionLife + clockSkew)):
		return "the assertion lives too long"
	case c.NotBefore > latest || c.IssuedAt > latest:
		return "the assertion is of the future"
	case c.ID == "":
		return "jti is missing"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.used[c.ID] {
		return "the assertion was used before"
	}
	s.used[c.ID] = true
	return ""
}

// audienceOf is the address of the token endpoint as the caller knows it.
func (s *identity) audienceOf(r *http.Request) string {
	if s.opts.TokenURL != "" {
		return s.opts.TokenURL
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host + r.URL.Path
}
