package bot_test

import (
	"strings"
	"testing"
	"time"

	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
)

// The form sets up a digest: it shows the next runs as it is filled in, finds
// customers, and says what is wrong below the input.
func TestSubscribe_form(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	s.slash(ben, ops, "subscribe")
	first := s.form(ben)
	for _, words := range []string{"Europe/Berlin", "Next", "08:30"} {
		if !strings.Contains(string(first.JSON), words) {
			t.Errorf("the form does not hold %q: %s", words, first.JSON)
		}
	}
	s.fill(ben, "subscribe_time", "17:45")
	s.updated(ben, "17:45,")
	s.fill(ben, "subscribe_days", "weekly thu")
	preview := s.updated(ben, "Thu")
	if n := strings.Count(string(preview.JSON), "17:45"); n < 3 {
		t.Errorf("%d runs are shown: %s", n, preview.JSON)
	}
	s.fill(ben, "subscribe_zone_own", "Mars/Olympus")
	s.updated(ben, "no time zone")
	if said := s.send(ben, nil, nil); !strings.Contains(said, "no time zone") {
		t.Errorf("a zone that there is not: %q", said)
	}
	s.fill(ben, "subscribe_find", "contoso")
	found := s.updated(ben, canary)
	before := time.Now().Truncate(time.Millisecond)
	said := s.send(ben, map[string][]string{
		"subscribe_what": {offered(t, found, canary)}, "subscribe_zone_own": {"asia/tokyo"}, "subscribe_changes": {"subscribe_changes"},
	}, nil)
	if said != "" {
		t.Fatalf("refused: %s", said)
	}
	if n := len(s.slack.Views(ben)); n != 0 {
		t.Errorf("%d forms are open", n)
	}
	all := s.subscriptions("")
	if len(all) != 1 || all[0].Customer != s.id(canary) || all[0].Schedule != "weekly thu 17:45" || all[0].Zone != "Asia/Tokyo" || !all[0].OnlyChanges || all[0].By != ben || all[0].Channel != ops {
		t.Fatalf("%+v", all)
	}
	due(t, all[0], before)
	s.sees(ben, ops, "This channel gets a digest", canary, "Asia/Tokyo", "only when something changed")
	for _, m := range s.slack.Messages(ops, ana) {
		t.Errorf("the channel is told: %s", reads(m))
	}
}

// A press on the list opens the form, too.
func TestSubscribe_formByButton(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	s.slash(ben, ops, "subscriptions")
	s.pressOn(ben, s.sees(ben, ops, "gets no digest"), "digest_subscribe")
	s.form(ben)
	if said := s.send(ben, nil, nil); said != "" {
		t.Errorf("refused: %s", said)
	}
	if all := s.subscriptions(ops); len(all) != 1 || all[0].Customer != "" || all[0].Schedule != "weekdays 08:30" || all[0].Zone != "Europe/Berlin" || all[0].OnlyChanges {
		t.Errorf("%+v", all)
	}
}

// What comes back with a form may have been altered on the way, and what the
// form was opened for may be gone: nothing is set up then.
func TestSubscribe_tamperedForm(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	s.bind(ops, store.Binding{Customers: []string{s.id("Fabrikam"), s.id("Contoso Logistics")}, By: ana})
	view := func(p map[string]any) map[string]any { return p["view"].(map[string]any) }
	chosen := func(value string) func(map[string]any) {
		return func(p map[string]any) {
			values := view(p)["state"].(map[string]any)["values"].(map[string]any)
			values["subscribe_what"] = map[string]any{"subscribe_what": map[string]any{
				"type": "static_select", "selected_option": map[string]any{"value": value},
			}}
		}
	}
	for name, mutate := range map[string]func(map[string]any){
		"another channel": func(p map[string]any) {
			seal, _, _ := strings.Cut(view(p)["private_metadata"].(string), ".")
			view(p)["private_metadata"] = seal + "." + private
		},
		"no channel":                    func(p map[string]any) { view(p)["private_metadata"] = "" },
		"another callback":              func(p map[string]any) { view(p)["callback_id"] = "unsubscribe" },
		"the callback of another form":  func(p map[string]any) { view(p)["callback_id"] = "bind" },
		"another person":                func(p map[string]any) { p["user"].(map[string]any)["id"] = ana },
		"an outsider":                   func(p map[string]any) { p["user"].(map[string]any)["id"] = outsiders["guest"].ID },
		"another team":                  func(p map[string]any) { p["user"].(map[string]any)["team_id"] = "T0AWAY" },
		"a customer that was made up":   chosen("AAAAAAAAAAAAAAAAAAAA"),
		"an id in place of its token":   chosen(s.id("Fabrikam")),
		"days that there are not":       chosenIn(view, "subscribe_days", "weekly 1"),
		"a rule of the configuration's": chosenIn(view, "subscribe_days", "@every 1s"),
	} {
		s.slash(ben, ops, "subscribe")
		s.form(ben)
		if said := s.send(ben, nil, mutate); said == "" {
			t.Errorf("%s: taken", name)
		}
	}
	if all := s.subscriptions(""); len(all) != 0 {
		t.Errorf("%+v", all)
	}
	s.never(ben, ops, canary)
}

// chosenIn sets what was chosen in a menu of a form.
func chosenIn(view func(map[string]any) map[string]any, input, value string) func(map[string]any) {
	return func(p map[string]any) {
		values := view(p)["state"].(map[string]any)["values"].(map[string]any)
		values[input] = map[string]any{input: map[string]any{"type": "static_select", "selected_option": map[string]any{"value": value}}}
	}
}

// The form offers and finds nobody whom the channel does not show.
func TestSubscribe_formScope(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	s.bind(ops, store.Binding{Customers: []string{s.id("Fabrikam")}, By: ana})
	s.slash(ben, ops, "subscribe")
	form := s.form(ben)
	if !strings.Contains(string(form.JSON), "Fabrikam") || strings.Contains(string(form.JSON), "Contoso") {
		t.Errorf("offered: %s", form.JSON)
	}
	s.bind(ops, store.Binding{Customers: []string{s.id(canary)}, By: ana}) // while the form is open
	said := s.send(ben, map[string][]string{"subscribe_what": {offered(t, form, "Fabrikam")}}, nil)
	if !strings.Contains(said, "does not show that customer") {
		t.Errorf("said %q", said)
	}
	if all := s.subscriptions(""); len(all) != 0 {
		t.Errorf("%+v", all)
	}
}

// Nothing is acked before it is stored: what cannot be stored is said in the
// form, which stays open.
func TestSubscribe_formStoreFirst(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.listed()
	s.slash(ben, ops, "subscribe")
	s.form(ben)
	if err := s.store.Close(); err != nil {
		t.Fatal(err)
	}
	if said := s.send(ben, nil, nil); !strings.Contains(said, "cannot reach its memory") {
		t.Errorf("said %q", said)
	}
	if len(s.slack.Views(ben)) != 1 {
		t.Error("the form is closed")
	}
}

// A form that was opened before the bot was removed, or the channel archived,
// sets nothing up.
func TestSubscribe_formNoPost(t *testing.T) {
	t.Parallel()
	for says, change := range map[string]func(*fakeslack.Channel){
		"/invite":     func(c *fakeslack.Channel) { c.Members = []string{ana, ben} },
		"cannot post": func(c *fakeslack.Channel) { c.IsArchived = true },
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.sweep()
			s.slash(ben, ops, "subscribe")
			s.form(ben)
			s.slack.UpdateChannel(ops, change)
			if said := s.send(ben, nil, nil); !strings.Contains(said, says) {
				t.Errorf("said %q", said)
			}
			if all := s.subscriptions(""); len(all) != 0 {
				t.Errorf("%+v", all)
			}
		})
	}
}
