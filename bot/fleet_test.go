package bot

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/directory"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/watch"
)

func TestLeaf_value(t *testing.T) {
	t.Parallel()
	seal, other := sealer{[]byte("key")}, sealer{[]byte("another key")}
	for _, want := range []leaf{{}, {gaps: true}, {order: store.ByAge, offset: 99_980}, {gaps: true, order: store.ByDrop, offset: 20}} {
		value := want.value(seal)
		if got, ok := readLeaf(seal, value); !ok || got != want {
			t.Errorf("%q is read as %+v, %v; want %+v", value, got, ok, want)
		}
		if len(value) > 75 {
			t.Errorf("%q is too long for an entry of a menu", value)
		}
		if _, ok := readLeaf(other, value); ok {
			t.Errorf("%q is read with another key", value)
		}
	}
	// What another button carries is no page, and a page is no customer.
	for _, value := range []string{"", ".", seal.token("c-1"), ticket{seal.token("c-1"), "all/0/20"}.String(), exportAll(seal)} {
		if l, ok := readLeaf(seal, value); ok {
			t.Errorf("%q is read as %+v", value, l)
		}
	}
}

func FuzzReadLeaf(f *testing.F) {
	seal := sealer{[]byte("key")}
	f.Add(leaf{gaps: true, order: store.ByDrop, offset: 20}.value(seal))
	f.Fuzz(func(t *testing.T, value string) {
		if l, ok := readLeaf(seal, value); ok && l.value(seal) != value {
			t.Errorf("%q is read as %+v, which is %q", value, l, l.value(seal))
		}
	})
}

// A button whose page is gone leads to the last one that there is.
func TestMemory_leafPastTheEnd(t *testing.T) {
	t.Parallel()
	m, q := filled(t, 45)
	for _, l := range []leaf{{offset: 60}, {offset: 99_980, order: store.ByAge}} {
		reply, err := m.leaf(t.Context(), q, l)
		if err != nil {
			t.Fatal(err)
		}
		if text := show(t, reply); !strings.Contains(text, "Customers 41 to 45 of 45") {
			t.Errorf("%+v shows %s", l, text)
		}
	}
}

// Whoever is in no scope is shown nobody, and gets no line of a file: what the
// door lets through by mistake is still nothing.
func TestMemory_emptyScope(t *testing.T) {
	t.Parallel()
	m, _ := filled(t, 5)
	for _, l := range []leaf{{}, {gaps: true}, {order: store.ByAge}} {
		reply, err := m.leaf(t.Context(), Request{}, l)
		if err != nil {
			t.Fatal(err)
		}
		if text := show(t, reply); strings.Contains(text, "Gesellschaft") || strings.Contains(text, "5 customers") {
			t.Errorf("%+v shows %s", l, text)
		}
	}
	var file bytes.Buffer
	one := order{customer: directory.Entry{ID: customerID(3)}}
	for _, o := range []order{{}, one} {
		s, err := newExports(m, newWeb("http://127.0.0.1/"), nil).write(t.Context(), access.Scope{}, o, &file)
		if err != nil || s.customers != 0 || s.lines != 0 || strings.Contains(file.String(), "Gesellschaft") {
			t.Errorf("%+v writes %d customers, %v:\n%s", o, s.customers, err, file.String())
		}
	}
}

// show is a reply as Slack gets it.
func show(t *testing.T, r Reply) string {
	t.Helper()
	blocks, err := json.Marshal(r.Blocks)
	if err != nil {
		t.Fatal(err)
	}
	return r.Text + string(blocks)
}

func TestFirstSweep(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 14, 0, 0, 0, time.UTC)
	began := store.Sweep{Began: now.Add(-time.Minute)}
	for name, c := range map[string]struct {
		status      watch.Status
		total, done int
		left        time.Duration
	}{
		"nothing yet":  {watch.Status{Watched: 212, Estimate: 5 * time.Minute}, 212, 0, 5 * time.Minute},
		"just began":   {watch.Status{Watched: 212, Estimate: time.Hour, Current: &began, Total: 200}, 200, 0, 0},
		"on its way":   {watch.Status{Current: &began, Total: 200, Done: 50, Ends: now.Add(time.Minute)}, 200, 50, time.Minute},
		"nearly there": {watch.Status{Current: &began, Total: 200, Done: 200, Ends: now.Add(-time.Second)}, 200, 200, 0},
	} {
		first := firstSweep(c.status, now)
		if first == nil || first.Total != c.total || first.Done != c.done || first.Left != c.left {
			t.Errorf("%s: %+v", name, first)
		}
	}
	if first := firstSweep(watch.Status{Last: &began, Current: &began}, now); first != nil {
		t.Errorf("after the first sweep: %+v", first)
	}
}
