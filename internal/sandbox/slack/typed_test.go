package slack_test

import (
	"testing"

	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

func TestEscapeTyped(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"contoso":                   "contoso",
		"A & B <c>":                 "A &amp; B &lt;c&gt;",
		"contoso.com":               "<http://contoso.com|contoso.com>",
		"mail.contoso.co.uk":        "<http://mail.contoso.co.uk|mail.contoso.co.uk>",
		"https://contoso.com/x?a=b": "<https://contoso.com/x?a=b>",
		"ana@contoso.com":           "<mailto:ana@contoso.com|ana@contoso.com>",
		`"Status GmbH"`:             "“Status GmbH”",
		"O'Reilly":                  "O’Reilly",
		"'x'":                       "‘x’",
		"a  b":                      "a \u00a0b",
		"v1.2.3":                    "v1.2.3",
		"08:30 Europe/Berlin":       "08:30 Europe/Berlin",
	} {
		if got := slack.EscapeTyped(typed); got != want {
			t.Errorf("%q becomes %q, want %q", typed, got, want)
		}
	}
}
