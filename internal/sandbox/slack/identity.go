package slack

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"
)

// hexID returns n random bytes in hexadecimal; no two runs share one, so that a
// test cannot come to depend on it.
func hexID(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	return hex.EncodeToString(b)
}

// objectID makes an id such as V0A1B2C3D4 with Slack's prefix letter.
func objectID(prefix string) string { return prefix + "0" + strings.ToUpper(hexID(5)) }

func envelopeID() string {
	h := hexID(16)
	return fmt.Sprintf("%s-%s-%s-%s-%s", h[:8], h[8:12], h[12:16], h[16:20], h[20:])
}

// nextTS returns a message time stamp that no other message of the workspace has.
func (w *Workspace) nextTS() string {
	micros := max(w.Now().UnixMicro(), w.lastTS+1)
	w.lastTS = micros
	return timeStamp(micros)
}

// timeStamp writes microseconds since 1970 as Slack does.
func timeStamp(micros int64) string {
	return fmt.Sprintf("%d.%06d", micros/1_000_000, micros%1_000_000)
}
