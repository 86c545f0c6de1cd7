package main

import (
	"fmt"
	"io"
	"log/slog"
)

// redacted is what stands wherever a secret would have been printed.
const redacted = "[redacted]"

// A Secret is a token or a password. Every printing and marshalling path shows
// [redacted] in its place; [Secret.Reveal] alone gives the value. It has no
// decoder of its own, because envconfig quotes the raw value when one fails.
//
// Keep it in exported fields, and out of the keys of maps: fmt can call no
// method on an unexported field, and encoding/json none on a key that is a
// string; both would print it.
type Secret string

// Reveal returns the value, for the one call that has to send it.
func (s Secret) Reveal() string { return string(s) }

// String implements [fmt.Stringer].
func (s Secret) String() string { return redacted }

// GoString implements [fmt.GoStringer].
func (s Secret) GoString() string { return redacted }

// Format implements [fmt.Formatter]: the verbs %q, %x and %d go past String.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalText implements [encoding.TextMarshaler]. slog consults no LogValue
// for a field inside a logged struct; its JSON handler comes through here.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON implements [encoding/json.Marshaler].
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// LogValue implements [slog.LogValuer].
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }
