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
		{"helpdesk ag", query{Customer: "helpdesk ag"}},
		{"contoso help", query{Customer: "contoso help"}},
	}
	for _, c := range cases {
		if got := parse(c.text, words); got != c.want {
			t.Errorf("parse(%q) = %+v, want %+v", c.text, got, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`"`, `" "`, "help", `"a" b"`, "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q := parse(s, []string{"help"})
		if q.Word != "" && q.Word != "help" {
			t.Errorf("%q is taken for the word %q", s, q.Word)
		}
		if len(q.Customer) > len(s) || strings.HasPrefix(strings.TrimSpace(s), `"`) && !q.Quoted {
			t.Errorf("parse(%q) = %+v", s, q)
		}
	})
}
