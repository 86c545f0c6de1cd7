package outbox

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/store/storetest"
)

// dies makes an outbox die at a point: what is under way goes no further, and
// nothing is written down.
func dies(box *Outbox, point string) {
	var once sync.Once
	box.hook = func(at string, _ store.Delivery) {
		if at == point {
			once.Do(runtime.Goexit)
		}
	}
}

// K4 to K7: wherever a process dies, the next one sends what was not accepted
// and adopts what was, once.
func TestRun_takes_up_what_a_dead_process_has_left(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, point   string
		fault         *slack.Fault
		found, absent int64
	}{
		{"K4 before the request", beforeCall, nil, 0, 1},
		{"K5 before it is accepted", afterCall, &slack.Fault{Late: 800 * time.Millisecond, Drop: true, Times: 1}, 1, 0},
		{"K6 accepted, no answer", afterCall, &slack.Fault{AfterAccept: true, Drop: true, Times: 1}, 1, 0},
		{"K7 answered, not written down", afterCall, nil, 1, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, soon)
			if tt.fault != nil {
				w.slack.Fail("chat.postMessage", *tt.fault)
			}
			dies(w.box, tt.point)
			w.say("one", "C1")
			w.run(w.box)
			if s := w.stats(); s.Sending != 1 {
				t.Fatalf("%+v", s)
			}
			w.say("two", "C1")
			second := w.outbox("second", soon)
			w.settle(second)
			if tt.absent == 1 {
				w.once("C1", "two", "one") // nothing waits for what nobody knows about
			} else {
				w.once("C1", "one", "two")
			}
			if s := second.Stats(); s.Found != tt.found || s.Absent != tt.absent || s.Doubles != 0 {
				t.Errorf("%+v", s)
			}
		})
	}
}

// K4 to K7 for a file: before it is shared, and after.
func TestRun_takes_up_a_file_that_a_dead_process_has_left(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withFile, soon)
	root := w.say("digest", "C1")[0]
	w.run(w.box)
	dies(w.box, afterCall)
	w.fileOf(root)
	w.run(w.box)
	second := w.outbox("second", withFile, soon)
	w.settle(second)
	if got := w.slack.Messages("C1", ""); len(got) != 2 || second.Stats().Found != 1 {
		t.Errorf("%d messages, %+v", len(got), second.Stats())
	}
}

// K17: a process that slept through its lease writes nothing, and what it posts
// late is found.
func TestRun_writes_nothing_without_its_lease(t *testing.T) {
	t.Parallel()
	w := newWorld(t, soon)
	wakes, slept := make(chan struct{}), make(chan struct{})
	w.box.hook = func(at string, _ store.Delivery) {
		if at == afterCall { // Slack has it; the process sleeps before it writes that down
			close(slept)
			<-wakes
		}
	}
	w.say("hello", "C1")
	done := make(chan error, 1)
	go func() { done <- w.box.Run(context.WithoutCancel(t.Context())) }()
	<-slept
	second := w.outbox("second", soon)
	w.settle(second)
	close(wakes)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	w.once("C1", "hello")
	if s := w.box.Stats(); s.Lost != 1 || s.Sent != 0 {
		t.Errorf("%+v", s)
	}
	if s := second.Stats(); s.Found != 1 || s.Sent != 1 {
		t.Errorf("%+v", s)
	}
	if s := w.stats(); s.Sent24h != 1 {
		t.Errorf("%+v", s)
	}
}

// K17: one that slept before its call makes it no more once it has lost the
// lease.
func TestRun_calls_nobody_without_its_lease(t *testing.T) {
	t.Parallel()
	w := newWorld(t, soon)
	rows := w.say("hello", "C1")
	claimed, err := w.store.ClaimDeliveries(t.Context(), "first", 1, 50*time.Millisecond, time.Now())
	if err != nil || len(claimed) != 1 {
		t.Fatal(claimed, err)
	}
	began := time.Now()
	time.Sleep(100 * time.Millisecond)
	taken, err := w.store.ClaimUnsure(t.Context(), "second", 1, time.Minute, 0, time.Now())
	if err != nil || len(taken) != 1 || taken[0].ID != rows[0].ID {
		t.Fatal(taken, err)
	}
	(&attempt{o: w.box, d: claimed[0], intent: began}).run(t.Context())
	w.once("C1")
	if s := w.box.Stats(); s.Lost != 1 {
		t.Errorf("%+v", s)
	}
}

// Two replicas at once, on both databases: each message once.
func TestRun_shares_the_work_with_another(t *testing.T) {
	t.Parallel()
	for _, db := range storetest.Databases(t) {
		t.Run(db.Name, func(t *testing.T) {
			t.Parallel()
			w := newWorldAt(t, db.URL, slack.Options{}, soon)
			second := w.outbox("second", soon)
			w.slack.Fail("chat.postMessage", slack.Fault{AfterAccept: true, Drop: true, Times: 5})
			for range 20 {
				w.say("hello", "C1", "C2", "C3")
			}
			var wg sync.WaitGroup
			for _, box := range []*Outbox{w.box, second} {
				wg.Go(func() { w.drain(box) })
			}
			wg.Wait()
			for _, c := range []string{"C1", "C2", "C3"} {
				if n := len(w.texts(c)); n != 20 {
					t.Errorf("%s has %d messages", c, n)
				}
			}
		})
	}
}

// drain runs an outbox beside another until nothing is left.
func (w *world) drain(box *Outbox) {
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if err := box.Run(w.t.Context()); err != nil {
			w.t.Error(err)
		}
		if s, err := w.store.DeliveryStats(w.t.Context(), time.Now()); err != nil || s.Pending+s.Sending == 0 {
			return
		}
	}
}

func TestRun_says_when_the_store_is_gone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, soon)
	w.say("hello", "C1")
	if err := w.store.Close(); err != nil {
		t.Fatal(err)
	}
	if err := w.box.Run(t.Context()); err == nil || errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
