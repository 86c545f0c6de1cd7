package avepoint

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" // SHA-1 names the certificate (x5t, RFC 7515 4.1.7); it protects nothing.
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	pkcs12 "software.sslmate.com/src/go-pkcs12"
)

// redacted stands for credentials wherever they would be printed.
const redacted = "[redacted]"

// assertionLife is how long a signed assertion is good for. It is used at once;
// the rest allows for clocks that differ.
const assertionLife = 5 * time.Minute

// Credentials are those of an app registered under Elements > API app
// registration: the client id with a secret or with a certificate, not both.
// However it is printed, it shows no secret.
//
// See https://github.com/AvePoint/cloud-api/blob/main/docs/elements/register-app.md
type Credentials struct {
	ClientID     string
	ClientSecret string
	Certificate  *Certificate
}

func (c Credentials) validate() error {
	var errs []error
	if strings.TrimSpace(c.ClientID) == "" {
		errs = append(errs, errors.New("Credentials.ClientID is empty"))
	}
	switch {
	case c.ClientSecret == "" && c.Certificate == nil:
		errs = append(errs, errors.New("Credentials hold neither a secret nor a certificate"))
	case c.ClientSecret != "" && c.Certificate != nil:
		errs = append(errs, errors.New("Credentials hold a secret and a certificate: choose one"))
	}
	return errors.Join(errs...)
}

// Format prints [redacted] for every verb.
func (c Credentials) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue keeps the secret out of logs.
func (c Credentials) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText keeps the secret out of JSON and other encodings.
func (c Credentials) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Certificate signs the assertion that stands in for a client secret. AvePoint
// calls it the higher assurance. However it is printed, it shows no key.
type Certificate struct {
	leaf *x509.Certificate
	key  *rsa.PrivateKey
}

// ParseCertificate reads a PKCS #12 file (.pfx): a certificate with its RSA key,
// and perhaps the certificates above it. Errors hold neither content nor
// password.
func ParseCertificate(pfx []byte, password string) (*Certificate, error) {
	key, first, others, err := pkcs12.DecodeChain(pfx, password)
	if errors.Is(err, pkcs12.ErrIncorrectPassword) {
		return nil, errors.New("certificate: the password is wrong")
	}
	if err != nil {
		return nil, errors.New("certificate: not a PKCS #12 file with one certificate and its key")
	}
	private, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("certificate: the key is %T, but AvePoint takes RSA only", key)
	}
	for _, c := range append([]*x509.Certificate{first}, others...) {
		if private.PublicKey.Equal(c.PublicKey) {
			return &Certificate{leaf: c, key: private}, nil
		}
	}
	return nil, errors.New("certificate: the key belongs to none of the certificates")
}

// NotAfter is the last moment at which the certificate is valid.
func (c *Certificate) NotAfter() time.Time { return c.leaf.NotAfter }

// Format prints [redacted] for every verb.
func (c *Certificate) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// assertion signs a client assertion (RFC 7523) for one token request. The
// header's x5t and kid are what .NET's X509SecurityKey writes, which the
// vendor's sample signs with: the SHA-1 thumbprint in base64url, and in hex.
func (c *Certificate) assertion(clientID, audience string, now time.Time) (string, error) {
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims{
		"iss": clientID,
		"sub": clientID,
		"aud": audience,
		"jti": rand.Text(),
		"iat": now.Unix(),
		"exp": now.Add(assertionLife).Unix(),
	})
	thumbprint := sha1.Sum(c.leaf.Raw)
	token.Header["x5t"] = base64.RawURLEncoding.EncodeToString(thumbprint[:])
	token.Header["kid"] = fmt.Sprintf("%X", thumbprint)
	return token.SignedString(c.key)
}
