package bot

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// sealer makes the opaque ids under which buttons name customers. An id says
// nothing of the customer, is the same in every replica and after a restart,
// and cannot be made up: an altered one is unknown. It is no permission: what
// a person may see is decided at the click.
type sealer struct{ key []byte }

// token is the opaque id of a customer: 20 characters.
func (s sealer) token(customerID string) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(customerID))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:15])
}

// ticket is the value of a button: a customer's opaque id, and what else the
// button has to remember.
type ticket struct {
	token string
	note  string // a page, who shared, or what makes this button one of a kind
}

// String is the value that [readTicket] reads.
func (t ticket) String() string {
	if t.note == "" {
		return t.token
	}
	return t.token + "." + t.note
}

func readTicket(value string) ticket {
	token, note, _ := strings.Cut(value, ".")
	return ticket{token: token, note: note}
}

// nonce makes one rendering of a button different from all others.
func nonce() string { return rand.Text()[:10] }
