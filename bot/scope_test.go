package bot_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/backup-overview/backup-overview/internal/access"
	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
)

// canaries are customers whose names are in no word of the bot, so that one
// that appears was shown. Parts of them are alike, so that they are found
// together, suggested for each other, and matched by one pattern.
var canaries = []string{"Zqalpha Norvex", "Zqbravo Norvex", "Zqcharlie Norvex", "Zqdelta Ulmik", "Zqecho Ulmik"}

// aviary is a stage with the canaries alone, that remembers in which channel
// Slack was ever given which of them.
type aviary struct {
	*stage
	ids    []string // of the canaries
	files  int      // seen
	wanted []int    // what the last export may show

	mu    sync.Mutex
	heard map[string]map[int]string // by channel and canary, the first message
}

func newAviary(t *testing.T, changes ...func(*setup)) *aviary {
	t.Helper()
	s := prepare(t, append(changes, func(s *setup) { s.avepoint.Customers = -1 })...)
	for i, name := range canaries {
		s.avepoint.Put(fakeavepoint.Customer{
			Organization: name, OwnerEmail: "it@" + word(i) + ".example",
			Rows: []fakeavepoint.Row{{Module: "Exchange Online", Scanned: 100, Protected: int64(90 - i)}},
		})
	}
	a := &aviary{stage: s, heard: map[string]map[int]string{}}
	feed, end := s.slack.Changes()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for c := range feed {
			a.hear(c)
		}
	}()
	t.Cleanup(func() { end(); <-done })
	s.start()
	s.connected()
	s.sweep()
	var ids []string
	for _, name := range canaries {
		ids = append(ids, s.id(name))
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ids = ids
	return a
}

// word is the part of a canary's name that only it has.
func word(i int) string { return strings.ToLower(strings.Fields(canaries[i])[0]) }

// hear notes the canaries in what happened.
func (a *aviary) hear(c fakeslack.Change) {
	if c.Kind == fakeslack.ChangesLost {
		a.t.Error("changes are lost")
	}
	text := strings.ToLower(c.Message.Text + string(c.Message.Blocks) + string(c.View.JSON))
	a.mu.Lock()
	defer a.mu.Unlock()
	for i := range canaries {
		if !strings.Contains(text, word(i)) && (len(a.ids) == 0 || !strings.Contains(text, strings.ToLower(a.ids[i]))) {
			continue
		}
		if a.heard[c.ChannelID] == nil {
			a.heard[c.ChannelID] = map[int]string{}
		}
		if a.heard[c.ChannelID][i] == "" {
			a.heard[c.ChannelID][i] = text
		}
	}
}

// in are the canaries that were ever shown in a channel.
func (a *aviary) in(channel string) map[int]string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return maps.Clone(a.heard[channel])
}

// answered does something that is answered, and waits for that.
func (a *aviary) answered(do func()) {
	a.t.Helper()
	counts := func() int64 { c := a.bot.State().Counts; return c.Answers + c.Undelivered }
	before := counts()
	do()
	a.eventually(func() bool { return counts() > before })
}

// press is a button or an entry of a menu: what a person can click.
type press struct{ ts, element, value string }

// presses are all that a person sees in a channel, but for those that erase a
// customer or bind the channel.
func (a *aviary) presses(user, channel string) []press {
	var all []press
	for _, m := range a.slack.Messages(channel, user) {
		walk(m.Blocks, func(o map[string]any) {
			id, _ := o["action_id"].(string)
			if id == "" || strings.Contains(id, "forget") || strings.Contains(id, "portal") || strings.HasPrefix(id, "channel_") {
				return
			}
			if value, ok := o["value"].(string); ok {
				all = append(all, press{m.TS, id, value})
			}
			options, _ := o["options"].([]any)
			for _, option := range options {
				value, _ := option.(map[string]any)["value"].(string)
				all = append(all, press{m.TS, id, value})
			}
		})
	}
	return all
}

// ringed is a binding, the place of it, and by the words of the issue what may
// be shown there to a member.
type ringed struct {
	name    string
	binding *store.Binding
	channel fakeslack.Channel
	shows   []int
}

// rings are the ways in which a channel may be bound.
func (a *aviary) rings() []ringed {
	list := func(n ...int) *store.Binding {
		b := &store.Binding{By: ana}
		for _, i := range n {
			b.Customers = append(b.Customers, a.ids[i])
		}
		return b
	}
	pattern := func(p string) *store.Binding { return &store.Binding{By: ana, Pattern: p} }
	confirmed := func(b *store.Binding) *store.Binding { b.Confirmed = true; return b }
	suspended := list(0)
	suspended.Suspended = time.Now()
	external, pending := fakeslack.Channel{IsExtShared: true}, fakeslack.Channel{IsPendingExtShared: true}
	everybody := []int{0, 1, 2, 3, 4}
	return []ringed{
		{name: "unbound", shows: everybody},
		{name: "all", binding: &store.Binding{By: ana, All: true}, shows: everybody},
		{name: "one", binding: list(0), shows: []int{0}},
		{name: "three", binding: list(0, 2, 4), shows: []int{0, 2, 4}},
		{name: "other case", binding: &store.Binding{By: ana, Customers: []string{" " + strings.ToUpper(a.ids[1])}}, shows: []int{1}},
		{name: "pattern", binding: pattern("*norvex"), shows: []int{0, 1, 2}},
		{name: "patterns", binding: pattern("zqa*, zqe*"), shows: []int{0, 4}},
		{name: "pattern of nobody", binding: pattern("zzz*")},
		{name: "nobody", binding: list()},
		{name: "suspended", binding: suspended},
		{name: "private", binding: list(0), channel: fakeslack.Channel{IsPrivate: true}, shows: []int{0}},
		{name: "shared", channel: external},
		{name: "shared, all", binding: confirmed(&store.Binding{By: ana, All: true}), channel: external},
		{name: "shared, one not confirmed", binding: list(0), channel: external},
		{name: "shared, one", binding: confirmed(list(0)), channel: external, shows: []int{0}},
		{name: "shared, two", binding: confirmed(list(0, 1)), channel: external},
		{name: "shared, a pattern of one", binding: confirmed(pattern("zqa*")), channel: external},
		{name: "pending", binding: pattern("zqa*"), channel: pending},
		{name: "pending, one", binding: confirmed(list(0)), channel: pending, shows: []int{0}},
	}
}

// settleIn makes a new channel that is bound so, and returns its id.
func (a *aviary) settleIn(r ringed, n int) string {
	a.t.Helper()
	c := r.channel
	c.ID = fmt.Sprintf("CRING%04d", n)
	c.Name = strings.ToLower(c.ID)
	c.Members = []string{ana, ben, a.slack.BotUserID()}
	for _, u := range outsiders {
		c.Members = append(c.Members, u.ID)
	}
	a.slack.AddChannel(c)
	if r.binding != nil {
		a.bind(c.ID, *r.binding)
	}
	return c.ID
}

// requests are what is typed. None holds a canary's whole word, which would
// come back in the answer.
var requests = []string{
	"", "gaps", "scope", "help", "status", "zq", "zqalph", "zqbrav", "zqdelt", "norvex", "ulmik", "nor", "zqalpah", "zqecoh",
	"it@zqbrav", "trend zqalph", "trend zqdelt 7d", "trend norvex", "trend zqechp", "export", "export zqalph", "export ulmik",
	"alerts", "snoozes", "explain zqalph", "explain zqdelt exchange", "explain norvex", "audit",
	"watch", "unwatch zqbrav", "forget zqdelt", "bind zqbrav", "bind zq", "unbind",
}

// Of every person in every channel, by every word and every button, nobody sees
// a customer that the channel does not show to them; and who may, does.
func TestScope_matrix(t *testing.T) {
	t.Parallel()
	a := newAviary(t)
	foreign := a.everyButton()
	kinds := slices.CompactFunc(slices.Clone(foreign), func(x, y press) bool { return kindOf(x) == kindOf(y) })
	people := map[string]string{"member": ben}
	for why, u := range outsiders {
		people[why] = u.ID
	}
	n := 0
	for who, user := range people {
		for _, r := range a.rings() {
			n++
			channel := a.settleIn(r, n)
			for _, text := range []string{"", "zqalph", "norvex", "zqalpah", "gaps", "trend zqalph", "scope"} {
				a.answered(func() { a.slash(user, channel, text) })
			}
			want, buttons := r.shows, foreign
			if user != ben {
				want, buttons = nil, kinds
			}
			a.tampered(user, channel, buttons)
			a.only(who+" in "+r.name, channel, want)
			if heard := a.in(channel); len(want) > 0 && heard[want[0]] == "" {
				t.Errorf("%s in %s never sees %s", who, r.name, canaries[want[0]])
			}
		}
	}
}

// kindOf is what a button does, whichever customer it is of.
func kindOf(p press) string {
	action, _, _ := strings.Cut(p.element, ":")
	return action
}

// only fails where a channel has seen other canaries than these.
func (a *aviary) only(what, channel string, want []int) {
	a.t.Helper()
	for i, message := range a.in(channel) {
		if !slices.Contains(want, i) {
			a.t.Errorf("%s: %s is shown: %s", what, canaries[i], message)
		}
	}
}

// everyButton are buttons of every kind for every canary, from a channel that
// shows all, with what they say of themselves.
func (a *aviary) everyButton() []press {
	a.t.Helper()
	for i := range canaries {
		for _, verb := range []string{"", "trend "} {
			a.answered(func() { a.slash(ana, ops, verb+word(i)) })
		}
	}
	for _, text := range []string{"", "gaps", "status", "norvex", "zqalpah", "trend norvex"} {
		a.answered(func() { a.slash(ana, ops, text) })
	}
	a.settle()
	all := a.presses(ana, ops)
	slices.SortFunc(all, func(x, y press) int { return strings.Compare(x.element+x.value, y.element+y.value) })
	return slices.CompactFunc(all, func(x, y press) bool { return x.element+x.value == y.element+y.value })
}

// tampered presses, in a channel, buttons that belong to another.
func (a *aviary) tampered(user, channel string, foreign []press) {
	a.t.Helper()
	for _, p := range foreign {
		if !strings.HasPrefix(p.element, "export") { // its file is looked at elsewhere
			a.answered(func() { a.click(user, channel, p) })
		}
	}
}

// click presses a button of a message in ops as if it stood in a channel. Its
// answer goes to that channel.
func (a *aviary) click(user, channel string, p press) {
	a.t.Helper()
	_, err := a.slack.Click(a.t.Context(), fakeslack.Click{
		UserID: user, ChannelID: ops, MessageTS: p.ts, ActionID: p.element, Value: p.value, Anyone: true,
		Mutate: func(payload map[string]any) {
			payload["channel"] = map[string]any{"id": channel}
			payload["container"].(map[string]any)["channel_id"] = channel
			payload["response_url"] = ""
		},
	})
	if err != nil {
		a.t.Fatalf("press %s: %v", p.element, err)
	}
}

// Whatever is asked of a channel that is bound in whatever way, by whatever
// word or button, its own or another channel's: no byte that reaches it, and no
// file, holds a customer that it does not show.
func TestScope_property(t *testing.T) {
	t.Parallel()
	for name, everyone := range map[string]access.Default{"members": access.Members, "admins": access.Admins} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAviary(t, func(s *setup) { s.bot.Default = everyone })
			foreign := a.everyButton()
			rings := a.rings()
			n := 0
			rapid.Check(t, func(t *rapid.T) {
				n++
				r := rapid.SampledFrom(rings).Draw(t, "bound")
				channel := a.settleIn(r, n)
				want := r.shows
				if r.binding == nil && everyone == access.Admins {
					want = nil
				}
				for range rapid.IntRange(1, 5).Draw(t, "requests") {
					a.request(t, channel, foreign, want)
				}
				for i, message := range a.in(channel) {
					if !slices.Contains(want, i) {
						t.Fatalf("%s: %s is shown: %s", r.name, canaries[i], message)
					}
				}
			})
		})
	}
}

// request is something that a member does in a channel.
func (a *aviary) request(t *rapid.T, channel string, foreign []press, want []int) {
	own := a.presses(ben, channel)
	switch kind := rapid.IntRange(0, 3).Draw(t, "kind"); {
	case kind == 0 && len(own) > 0:
		p := rapid.SampledFrom(own).Draw(t, "own button")
		a.answered(func() {
			_, err := a.slack.Click(a.t.Context(), fakeslack.Click{UserID: ben, ChannelID: channel, MessageTS: p.ts, ActionID: p.element, Value: p.value})
			if err != nil {
				t.Fatalf("press %s: %v", p.element, err)
			}
		})
		a.filed(t, strings.HasPrefix(p.element, "export"), want)
	case kind == 1:
		p := rapid.SampledFrom(foreign).Draw(t, "another channel's button")
		a.answered(func() { a.click(ben, channel, p) })
		a.filed(t, strings.HasPrefix(p.element, "export"), want)
	default:
		text := rapid.SampledFrom(requests).Draw(t, "text")
		a.answered(func() { a.slash(ben, channel, text) })
		a.filed(t, strings.HasPrefix(text, "export"), want)
	}
}

// filed looks at the files of an export. One that went on after its answer may
// come during the next.
func (a *aviary) filed(t *rapid.T, expected bool, want []int) {
	if !expected {
		return
	}
	a.settle()
	may := slices.Concat(want, a.wanted)
	a.wanted = want
	for _, f := range a.slack.Files()[a.files:] {
		a.files++
		for i := range canaries {
			if strings.Contains(strings.ToLower(string(f.Content)), word(i)) && !slices.Contains(may, i) {
				t.Fatalf("%s is in a file: %s", canaries[i], f.Content)
			}
		}
	}
}

// A button that was made before a channel was bound otherwise shows what the
// channel shows now.
func TestScope_boundAnew(t *testing.T) {
	t.Parallel()
	a := newAviary(t)
	channel := a.settleIn(ringed{binding: &store.Binding{By: ana, All: true}}, 1)
	for _, text := range []string{"zqdelt", "norvex", "", "trend zqdelt", "zqdetla"} {
		a.answered(func() { a.slash(ben, channel, text) })
	}
	a.answered(func() { a.slash(ben, channel, "gaps") })
	a.answered(func() { a.slash(ana, channel, "zqdelt") })
	shown := a.sees(ana, channel, "Share here")
	a.answered(func() { a.pressIn(ana, channel, shown, "overview_share") })
	a.settle()
	own := a.presses(ben, channel)
	a.bind(channel, store.Binding{Customers: a.ids[:1], By: ana})
	feed, end := a.slack.Changes()
	defer end()
	for _, p := range own {
		a.answered(func() {
			_, err := a.slack.Click(t.Context(), fakeslack.Click{UserID: ben, ChannelID: channel, MessageTS: p.ts, ActionID: p.element, Value: p.value, Anyone: true})
			if err != nil && len(a.slack.Messages(channel, ben)) == 0 {
				t.Fatal(err)
			}
			if err != nil { // the message became another by a press before
				a.slash(ben, channel, "scope")
			}
		})
	}
	a.settle()
	end()
	for c := range feed {
		text := strings.ToLower(c.Message.Text + string(c.Message.Blocks))
		for i := 1; i < len(canaries); i++ {
			if strings.Contains(text, word(i)) {
				t.Errorf("%s is shown: %s", canaries[i], text)
			}
		}
	}
	for _, f := range a.slack.Files() {
		if strings.Contains(string(f.Content), canaries[1]) {
			t.Errorf("%s is in a file", canaries[1])
		}
	}
}

// pressIn presses a button of a message in a channel.
func (s *stage) pressIn(user, channel string, m fakeslack.Message, action string) {
	s.t.Helper()
	_, err := s.slack.Click(s.t.Context(), fakeslack.Click{UserID: user, ChannelID: channel, MessageTS: m.TS, ActionID: elementID(m.Blocks, action)})
	if err != nil {
		s.t.Fatal(err)
	}
}
