package bot

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPlain(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, sent, want string }{
		{"as it is", "contoso retail", "contoso retail"},
		{"entities", "Marks &amp; Spencer &lt;UK&gt;", "Marks & Spencer <UK>"},
		{"escaped once only", "&amp;lt;b&amp;gt;", "&lt;b&gt;"},
		{"link", "<http://contoso.com|contoso.com>", "contoso.com"},
		{"link without label", "<https://contoso.com>", "https://contoso.com"},
		{"mail", "<mailto:a@b.example|a@b.example>", "a@b.example"},
		{"mail without label", "<mailto:a@b.example>", "a@b.example"},
		{"between words", "trend <http://contoso.com|contoso.com> 30d", "trend contoso.com 30d"},
		{"curly quotes", "“Status GmbH”", `"Status GmbH"`},
		{"German quotes", "„Status GmbH“", `"Status GmbH"`},
		{"curly apostrophe", "O’Neill", "O'Neill"},
		{"spaces", " contoso\u00a0 \u202fretail\t", "contoso retail"},
		{"wide spaces", "contoso\u3000\u2003retail\u2028gmbh", "contoso retail gmbh"},
		{"invisible", "con\u200bto\u00adso\u202e \ufeff\x00", "contoso"},
		{"person", "<@U123|ana> <@U123>", "ana @U123"},
		{"channel", "<#C123|ops>", "ops"},
		{"everybody", "<!channel> <!here|@here>", "!channel @here"},
		{"private channel", "<#C123|>", "#C123"},
		{"angle brackets of no link", "a < b", "a < b"},
		{"a link after an unclosed bracket", "a < <http://contoso.com|contoso.com>", "a < contoso.com"},
		{"brackets that a person typed are no link", "&lt;http://a.example|b&gt;", "<http://a.example|b>"},
		{"an entity only by a link in its middle", "&<http://a.example|amp;>lt;", "&amp;lt;"},
		{"no entity", "a & b &nbsp; &amp", "a & b &nbsp; &amp"},
		{"unclosed", "<http://contoso.com", "<http://contoso.com"},
		{"entity in a label", "<http://a.example/?x=1&amp;y=2|a.example/?x=1&amp;y=2>", "a.example/?x=1&y=2"},
		{"nothing", "", ""},
	}
	for _, c := range cases {
		if got := plain(c.sent); got != c.want {
			t.Errorf("%s: plain(%q) = %q, want %q", c.name, c.sent, got, c.want)
		}
	}
}

func FuzzPlain(f *testing.F) {
	for _, s := range []string{"<mailto:a@b|a@b>", "&amp;amp;", "“x”", "<<a|b>|c>", "\u00a0", "<|>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := plain(s)
		if !utf8.ValidString(got) {
			t.Errorf("%q becomes the broken %q", s, got)
		}
		if strings.TrimSpace(got) != got || strings.Contains(got, "  ") {
			t.Errorf("%q keeps spare spaces: %q", s, got)
		}
		if utf8.ValidString(s) && len(got) > len(s) {
			t.Errorf("%q grows to %q", s, got)
		}
	})
}
