package outbox

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
)

// lostAnswers are the ways in which an accepted message is not known to be.
func lostAnswers() map[string]slack.Fault {
	faults := map[string]slack.Fault{
		"drop": {Drop: true}, "500": {Status: 500}, "502": {Status: 502}, "HTML": {Body: "<html>maintenance</html>"},
		"internal_error": {Error: "internal_error"}, "fatal_error": {Error: "fatal_error"},
		"service_unavailable": {Error: "service_unavailable"}, "request_timeout": {Error: "request_timeout"},
		"empty": {Body: " "}, "timeout": {Delay: 700 * time.Millisecond}, "half": {TruncateAt: 25}, "one byte": {TruncateAt: 1},
	}
	for name, f := range faults {
		f.AfterAccept, f.Times, f.Channel = true, 1, "C1"
		faults[name] = f
	}
	return faults
}

// F4 to F6, K6: accepted, and the answer lost: found, and not doubled.
func TestRun_finds_what_was_accepted(t *testing.T) {
	t.Parallel()
	for name, fault := range lostAnswers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, soon)
			w.slack.Fail("chat.postMessage", fault)
			w.say("hello", "C1")
			w.settle(w.box)
			w.once("C1", "hello")
			if s := w.box.Stats(); name != "timeout" && (s.Ambiguous != 1 || s.Found != 1 || s.Doubles != 0) {
				t.Errorf("%+v", s)
			}
		})
	}
}

// F4 to F6, K5: not accepted, and no answer either: sent again, once.
func TestRun_sends_again_what_was_not_accepted(t *testing.T) {
	t.Parallel()
	for name, fault := range lostAnswers() {
		if fault.TruncateAt > 0 {
			continue // an answer was cut off: it was accepted
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, soon)
			fault.AfterAccept = false
			w.slack.Fail("chat.postMessage", fault)
			w.say("hello", "C1")
			w.settle(w.box)
			w.once("C1", "hello")
		})
	}
}

// F4: accepted and then lost, 200 times, in all the ways there are.
func TestRun_doubles_nothing_in_two_hundred_lost_answers(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	w := newWorldOf(t, slack.Options{Seed: int64(seed >> 1)}, soon)
	var channels []string
	for i := range 50 {
		id := fmt.Sprintf("CL%d", i)
		w.slack.AddChannel(slack.Channel{ID: id, Name: id, Members: []string{w.slack.BotUserID()}})
		channels = append(channels, id)
	}
	for range 200 {
		fault := slack.Fault{AfterAccept: true, Times: 1, Drop: true}
		switch random.IntN(4) {
		case 0:
			fault = slack.Fault{TruncateAt: 1 + random.IntN(60), Times: 1}
		case 1:
			fault = slack.Fault{AfterAccept: true, Times: 1, Status: 500 + random.IntN(5)}
		}
		w.slack.Fail("chat.postMessage", fault)
	}
	for i := range 6 {
		w.say(fmt.Sprint(i), channels...)
	}
	w.settle(w.box)
	for _, c := range channels {
		counts := map[string]int{}
		for _, text := range w.texts(c) {
			counts[text]++
		}
		for i := range 6 {
			if counts[fmt.Sprint(i)] != 1 {
				t.Errorf("%s: message %d came %d times", c, i, counts[fmt.Sprint(i)])
			}
		}
	}
	if s := w.box.Stats(); s.Ambiguous < 200 || s.Doubles != 0 || s.Found < 190 {
		t.Errorf("%+v", s)
	}
}

// K5: Slack takes the request long after it was given up, within the wait.
func TestRun_waits_for_a_late_accept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, soon)
	w.slack.Fail("chat.postMessage", slack.Fault{Late: 1200 * time.Millisecond, Drop: true, Times: 1})
	w.say("hello", "C1")
	began := time.Now()
	w.settle(w.box)
	w.once("C1", "hello")
	if took := time.Since(began); took < shortWait {
		t.Errorf("looked up after %v", took)
	}
	if s := w.box.Stats(); s.Ambiguous != 1 || s.Found != 1 {
		t.Errorf("%+v", s)
	}
}

// What is about a message waits until it is known to be there, in its order.
func TestRun_keeps_the_order_of_a_topic_over_lost_answers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, soon)
	w.slack.Fail("chat.postMessage", slack.Fault{AfterAccept: true, Drop: true, Times: 1})
	root := w.say("root", "C1")[0]
	for _, text := range []string{"one", "two", "three"} {
		w.put(store.Delivery{Kind: store.ThreadReply, Channel: "C1", Root: root.ID, What: "alert", Body: []byte(text)})
	}
	w.slack.Fail("chat.postMessage", slack.Fault{AfterAccept: true, Status: 503, Times: 1})
	w.settle(w.box)
	w.once("C1", "root", "one", "two", "three")
}

// K10: an edit whose outcome is unknown is made again.
func TestRun_repeats_an_edit(t *testing.T) {
	t.Parallel()
	for _, accepted := range []bool{true, false} {
		w := newWorld(t, soon)
		root := w.say("first", "C1")[0]
		w.run(w.box)
		w.slack.Fail("chat.update", slack.Fault{AfterAccept: accepted, Drop: true, Times: 1})
		w.put(store.Delivery{Kind: store.EditMessage, Channel: "C1", Root: root.ID, Step: 1, What: "alert", Body: []byte("second")})
		w.settle(w.box)
		w.once("C1", "second")
		if s := w.box.Stats(); s.Ambiguous != 1 || s.Doubles != 0 || w.slack.Calls("conversations.history") != 0 {
			t.Errorf("%+v", s)
		}
	}
}

// Without a look-up a message may be there twice; then it is counted, and told
// once.
func TestRun_counts_what_it_cannot_look_up(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(w *world) string{
		"no scope": func(w *world) string { w.slack.SetScopes("chat:write", "channels:read"); return "C1" },
		"no member": func(w *world) string {
			w.slack.SetScopes("chat:write", "chat:write.public", "channels:history")
			w.slack.UpdateChannel("C1", func(c *slack.Channel) { c.Members = []string{"U1"} })
			return "C1"
		},
		"a person": func(*world) string { return "U1" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, soon)
			channel := prepare(w)
			w.slack.Fail("chat.postMessage", slack.Fault{AfterAccept: true, Drop: true, Times: 2, Channel: channel})
			w.slack.Fail("chat.postMessage", slack.Fault{Status: 500, Times: 1, Channel: channel})
			for i := range 6 {
				w.say(fmt.Sprint(i), channel)
			}
			stats := w.settle(w.box)
			came := 0
			for _, f := range w.slack.Traffic(0) {
				if f.ToSlack && f.Name == "chat.postMessage" && strings.Contains(f.Body, `"`+channel+`"`) {
					came++
				}
			}
			s := w.box.Stats()
			if s.Ambiguous != 3 || s.Doubles != 3 || stats.PossibleDoubles != 3 || came != 9 {
				t.Errorf("%+v, %+v, %d calls", s, stats, came)
			}
			if told := w.texts("C9"); len(told) != 1 {
				t.Errorf("told %q", told)
			}
		})
	}
}

// A look-up that Slack does not answer decides nothing.
func TestRun_looks_up_again_what_a_lookup_could_not_tell(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]slack.Fault{
		"5xx": {Status: 503, Times: 2}, "drop": {Drop: true, Times: 2}, "half": {TruncateAt: 30, Times: 2}, "limited": {Status: 429, RetryAfter: "1", Times: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, soon)
			w.slack.Fail("chat.postMessage", slack.Fault{AfterAccept: true, Drop: true, Times: 1})
			w.slack.Fail("conversations.history", fault)
			w.say("hello", "C1")
			w.settle(w.box)
			w.once("C1", "hello")
			if n := w.slack.Calls("conversations.history"); n != 3 {
				t.Errorf("%d look-ups", n)
			}
		})
	}
}

// A busy channel: what is looked for is pages back.
func TestRun_looks_through_all_pages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, soon)
	w.slack.Fail("chat.postMessage", slack.Fault{AfterAccept: true, Drop: true, Times: 1})
	w.say("hello", "C1")
	go func() {
		for len(w.texts("C1")) == 0 {
			time.Sleep(time.Millisecond)
		}
		for i := range 700 {
			_, _ = w.slack.Say("U1", "C1", "", fmt.Sprint(i))
		}
	}()
	w.settle(w.box)
	if s := w.box.Stats(); s.Found != 1 || s.Absent != 0 {
		t.Errorf("%+v", s)
	}
	if n := w.slack.Calls("conversations.history"); n < 4 {
		t.Errorf("%d pages", n)
	}
}

// A clock that is far ahead of Slack's does not hide the message.
func TestRun_finds_a_message_by_Slacks_clock(t *testing.T) {
	t.Parallel()
	w := newWorld(t, soon, func(o *Options) { o.Now = func() time.Time { return time.Now().Add(30 * time.Minute) } })
	w.say("before", "C2") // the clocks are compared by any answer
	w.run(w.box)
	w.slack.Fail("chat.postMessage", slack.Fault{AfterAccept: true, Drop: true, Times: 1})
	w.say("hello", "C1")
	w.settle(w.box)
	w.once("C1", "hello")
}

// What is past its time is looked up and adopted, and never sent again.
func TestRun_sends_nothing_after_its_time(t *testing.T) {
	t.Parallel()
	for _, accepted := range []bool{true, false} {
		t.Run(fmt.Sprint(accepted), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, soon)
			w.slack.Fail("chat.postMessage", slack.Fault{AfterAccept: accepted, Drop: true, Times: 1, Channel: "C1"})
			until := w.box.now().Add(1200 * time.Millisecond)
			w.put(store.Delivery{Kind: store.NewMessage, Channel: "C1", What: "alert", Body: []byte("hello"), Expires: until},
				store.Delivery{Kind: store.NewMessage, Channel: "C1", What: "digest", Body: []byte("digest"), Expires: until})
			w.settle(w.box)
			var want []string
			if accepted {
				want = []string{"hello"}
			}
			got := w.texts("C1")
			if len(got) > 0 && got[len(got)-1] == "digest" {
				got = got[:len(got)-1]
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%q, want %q", got, want)
			}
			stats := w.stats()
			if dead := stats.Dead == 1; dead == accepted {
				t.Errorf("%+v", stats)
			}
			if told := w.texts("C9"); (len(told) == 1) == accepted {
				t.Errorf("told %q", told)
			}
		})
	}
}
