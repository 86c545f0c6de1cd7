package bot

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	t.Parallel()
	words := []string{"help", "status"}
	cases := []struct {
		text string
		want query
	}{
		{"", query{}},
		{"help", query{Word: "help"}},
		{"HELP", query{Word: "help"}},
		{"help contoso", query{Word: "help", Customer: "contoso"}},
		{`help "status"`, query{Word: "help", Customer: "status", Quoted: true}},
		{"status gmbh", query{Word: "status", Customer: "gmbh"}},
		{`"Status GmbH"`, query{Customer: "Status GmbH", Quoted: true}},
		{`"status`, query{Customer: "status", Quoted: true}},
		{`""`, query{Quoted: true}},
		{`"Status GmbH" until friday`, query{Customer: "Status GmbH", Quoted: true, Rest: "until friday"}},
		{`help " Status GmbH " 30d`, query{Word: "help", Customer: "Status GmbH", Quoted: true, Rest: "30d"}},
		{"helpdesk ag", query{Customer: "helpdesk ag"}},
		{"contoso help", query{Customer: "contoso help"}},
	}
	for _, c := range cases {
		if got := parse(c.text, words); got != c.want {
			t.Errorf("parse(%q) = %+v, want %+v", c.text, got, c.want)
		}
	}
}

func TestQuery_span(t *testing.T) {
	t.Parallel()
	cases := []struct{ text, customer, span string }{
		{"", "", ""},
		{"contoso", "contoso", ""},
		{"contoso retail 30d", "contoso retail", "30d"},
		{"contoso retail 1Y", "contoso retail", "1Y"},
		{"contoso 30x", "contoso", "30x"},
		{"contoso 000d", "contoso", "000d"},
		{"30d", "", "30d"},
		{"studio 54", "studio 54", ""},
		{"30d contoso", "30d contoso", ""},
		{"firma 4you", "firma 4you", ""},
		{"net4u", "net4u", ""},
		{"d", "d", ""},
		{`"Firma 3M"`, "Firma 3M", ""},
		{`"Firma 3M" 90d`, "Firma 3M", "90d"},
		{`"Firma" last month`, "Firma", "last month"},
	}
	for _, c := range cases {
		q, span := parse("trend "+c.text, []string{"trend"}).span()
		if q.Customer != c.customer || span != c.span || q.Word != "trend" || q.Rest != "" {
			t.Errorf("trend %s: %+v and span %q, want %q and %q", c.text, q, span, c.customer, c.span)
		}
	}
}

func TestQuery_end(t *testing.T) {
	t.Parallel()
	cases := []struct{ text, customer, end string }{
		{"", "", ""},
		{"contoso", "contoso", ""},
		{"contoso retail until friday", "contoso retail", "friday"},
		{"contoso UNTIL 1 December", "contoso", "1 December"},
		{"until then ltd until 3d", "until then ltd", "3d"},
		{"contoso until", "contoso", "until"},
		{"until friday", "", "friday"},
		{"untilia ag", "untilia ag", ""},
		{`"Status GmbH"`, "Status GmbH", ""},
		{`"Status GmbH" until 2026-12-01`, "Status GmbH", "2026-12-01"},
		{`"Wait until Friday" until monday`, "Wait until Friday", "monday"},
		{`"Wait until Friday"`, "Wait until Friday", ""},
		{`"Status GmbH" friday`, "Status GmbH", "friday"},
		{`"Status GmbH" until`, "Status GmbH", "until"},
	}
	for _, c := range cases {
		q, end := parse("unwatch "+c.text, []string{"unwatch"}).end()
		if q.Customer != c.customer || end != c.end || q.Word != "unwatch" || q.Rest != "" {
			t.Errorf("unwatch %s: %+v and end %q, want %q and %q", c.text, q, end, c.customer, c.end)
		}
	}
}

func TestQuery_pause(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, customer, length string }{
		{"contoso retail for 2w", "contoso retail", "2w"},
		{"contoso FOR 3D", "contoso", "3D"},
		{"contoso 2w", "contoso 2w", ""},
		{"for 2w", "for 2w", ""},
		{"homes for life", "homes for life", ""},
		{"contoso for", "contoso for", ""},
		{`"Homes for 2w"`, "Homes for 2w", ""},
	} {
		q, length := parse("unwatch "+c.text, []string{"unwatch"}).pause()
		if q.Customer != c.customer || length != c.length {
			t.Errorf("unwatch %s: %+v and %q, want %q and %q", c.text, q, length, c.customer, c.length)
		}
	}
}

func TestTrendSpan(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"7d": "7d", "30D": "30d", "90d": "90d", "1y": "1y", "365d": "1y", "12M": "1y",
		"12w": "", "6m": "", "31d": "", "2y": "", "": "",
	} {
		got := ""
		if span, ok := trendSpan(text); ok {
			got = span.String()
		}
		if got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`"`, `" "`, "help", `"a" b"`, "\x00", "help a 30d", `help "a until b" until c`, "help until until"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q := parse(s, []string{"help"})
		if q.Word != "" && q.Word != "help" {
			t.Errorf("%q is taken for the word %q", s, q.Word)
		}
		if len(q.Customer)+len(q.Rest) > len(s) || strings.HasPrefix(strings.TrimSpace(s), `"`) && !q.Quoted {
			t.Errorf("parse(%q) = %+v", s, q)
		}
		for _, take := range []func(query) (query, string){query.span, query.end} {
			left, argument := take(q)
			if len(left.Customer)+len(argument) > len(s) || left.Rest != "" || q.Quoted && left.Customer != q.Customer {
				t.Errorf("parse(%q) = %+v leaves %+v and %q", s, q, left, argument)
			}
		}
	})
}
