package main

import (
	"io"
	"regexp"
)

// A scrubber masks what looks like a secret in everything that is written
// through it. [Secret] keeps our own secrets out of the log; this is the net
// below it, for the text of libraries: an error that quotes a URL with its
// ticket, a response_url, a token in a form.
//
// It works on the written line and not on slog's attributes, so that no type
// of value can go past it. slog's handlers write a record in one call, which
// is what keeps a secret from being split over two.
type scrubber struct {
	w     io.Writer
	rules []scrubRule
}

type scrubRule struct {
	pattern *regexp.Regexp
	with    string
}

// scrubbed puts a scrubber before w, unless there is one.
func scrubbed(w io.Writer) io.Writer {
	if _, ok := w.(*scrubber); ok {
		return w
	}
	return &scrubber{w: w, rules: scrubRules()}
}

// Write implements [io.Writer]. It reports len(p) for a whole write, whatever
// the masked text's length was.
func (s *scrubber) Write(p []byte) (int, error) {
	masked := p
	for _, rule := range s.rules {
		masked = rule.pattern.ReplaceAll(masked, []byte(rule.with))
	}
	if _, err := s.w.Write(masked); err != nil {
		return 0, err
	}
	return len(p), nil
}

// scrubRules lists the shapes of secrets. The values' characters are listed
// rather than "all but white space", so that JSON around them stays JSON.
func scrubRules() []scrubRule {
	rule := func(pattern, with string) scrubRule {
		return scrubRule{regexp.MustCompile(pattern), with}
	}
	return []scrubRule{
		// Slack: bot, app-level, legacy, workflow and rotating tokens.
		rule(`\b(xox[a-z]|xapp|xwfp)(\.xox[a-z])?-[A-Za-z0-9-]{4,}`, redacted),
		// The credential of a Socket Mode connection is in its URL.
		rule(`\b(wss?://[^\s"'\\]*?ticket(?:=|%3[Dd]))[^\s"'\\&]+`, "${1}"+redacted),
		// Whoever has a response_url or a webhook can post with it.
		rule(`\b(https?://hooks\.slack(?:-gov)?\.com/)[^\s"'\\<>]+`, "${1}"+redacted),
		rule(`\b(https?://[^\s"'\\<>/]+/(?:commands|actions)/)[^\s"'\\<>]+`, "${1}"+redacted),
		// Forms and JSON of the token endpoint.
		rule(`(?i)\b((?:client_secret|client_assertion|access_token|refresh_token)(?:\\*["'])?\s*(?:=|:|%3D)\s*(?:\\*["'])?)[^\s"'\\&,}]+`, "${1}"+redacted),
		rule(`(?i)\b(bearer(?:\s|%20|\+)+)[A-Za-z0-9._~+/=-]{4,}`, "${1}"+redacted),
		// JSON Web Tokens: two base64url parts that start as JSON does, and a signature.
		rule(`\beyJ[A-Za-z0-9_-]{5,}\.eyJ[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)?`, redacted),
	}
}
