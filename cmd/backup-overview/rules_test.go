package main

import (
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
)

const rulesFile = `
defaults:
  drop_points: 3
overrides:
  - groups: ["Fabrikam*"]
    set: {crit_points: 20}
  - customers: [Contoso Retail GmbH]
    modules: [Exchange Online]
    set:
      confirm: 1h
`

// The file beats the environment, an override beats the defaults, and --set beats
// all.
func TestRuleBook(t *testing.T) {
	t.Parallel()
	base := coverage.DefaultRules()
	base.Confirm = 45 * time.Minute
	book, err := parseRules([]byte(rulesFile), base)
	if err != nil {
		t.Fatal(err)
	}
	contoso, fabrikam, other := store.Customer{ID: "c1", Name: "Contoso Retail GmbH"}, store.Customer{ID: "f1", Name: "Fabrikam North"}, store.Customer{ID: "o1", Name: "Other"}
	exchange := coverage.Key{Module: "exchange online"}
	for name, c := range map[string]struct {
		got  coverage.Rules
		want func(*coverage.Rules)
	}{
		"of nobody":            {book.of(other).Of(exchange), func(*coverage.Rules) {}},
		"of a group":           {book.of(fabrikam).Customer, func(r *coverage.Rules) { r.CritPoints = 20 }},
		"of a module":          {book.of(contoso).Of(exchange), func(r *coverage.Rules) { r.Confirm = time.Hour }},
		"of another module":    {book.of(contoso).Of(coverage.Key{Module: "Teams"}), func(*coverage.Rules) {}},
		"of the same customer": {book.of(contoso).Customer, func(*coverage.Rules) {}},
	} {
		want := base
		want.DropPoints = 3
		c.want(&want)
		if c.got != want {
			t.Errorf("%s: %+v", name, c.got)
		}
	}
	book.sets = []setting{{"confirm", "5m"}}
	if got := book.of(contoso).Of(exchange).Confirm; got != 5*time.Minute {
		t.Errorf("--set: %v", got)
	}
	book.sets = nil
	sources := map[string]string{}
	for _, s := range book.sources(contoso, "Exchange Online") {
		sources[s.Name] = s.Value + " " + s.From
	}
	if got := sources["drop_points"]; got != "3 RULES_FILE, defaults" {
		t.Errorf("drop_points: %s", got)
	}
	if got := sources["confirm"]; got != "1h RULES_FILE, line 7" {
		t.Errorf("confirm: %s", got)
	}
}

func TestParseRules_refuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, says string }{
		"no YAML":         {"{", "is no YAML with the parts defaults and overrides"},
		"another part":    {"thresholds: {}", "is no YAML with the parts defaults and overrides"},
		"no rule":         {"defaults: {speed: 3}", `line 1: there is no rule "speed"; there are poll, recheck`},
		"no number":       {"defaults: {drop_points: many}", "line 1: drop_points is a whole number"},
		"no time":         {"defaults:\n  confirm: soon", "line 2: confirm is a time such as 30m"},
		"no sense":        {"defaults: {crit_points: 1}", "a CRIT threshold is below that of WARN"},
		"twice":           {"defaults: {confirm: 1h, confirm: 2h}", "line 1: confirm is set twice"},
		"two documents":   {"defaults: {confirm: 1h}\n---\ndefaults: {confirm: 2h}", "holds a second document"},
		"sets nothing":    {"overrides: [{customers: [a]}]", "line 1: an override sets nothing"},
		"unknown part":    {"overrides: [{customer: [a], set: {flap: 1h}}]", "line 1: an override has customers, groups, modules and set"},
		"no list":         {"overrides: [{customers: {a: b}, set: {flap: 1h}}]", "line 1: an override has lists"},
		"override's fool": {"overrides: [{customers: [a], set: {crit_points: 1}}]", "line 1: a CRIT threshold"},
	} {
		if _, err := parseRules([]byte(c.file), coverage.DefaultRules()); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
}

func TestParseRules_nothing(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"", "# defaults:\n", "defaults:\noverrides:\n", "defaults: {}\noverrides: []\n"} {
		if book, err := parseRules([]byte(file), coverage.DefaultRules()); err != nil || book.base != coverage.DefaultRules() || len(book.overrides) > 0 {
			t.Errorf("%q: %+v %v", file, book, err)
		}
	}
}

func FuzzParseRules(f *testing.F) {
	f.Add(rulesFile)
	f.Fuzz(func(_ *testing.T, text string) { _, _ = parseRules([]byte(text), coverage.DefaultRules()) })
}
