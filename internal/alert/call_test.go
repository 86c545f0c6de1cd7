package alert

import (
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/coverage"
	"github.com/backup-overview/backup-overview/internal/store"
)

// A group is mentioned where something becomes critical, in a line of its own: a
// change of the message calls nobody. It is mentioned in nothing else.
func TestRun_mentions_in_what_becomes_critical(t *testing.T) {
	t.Parallel()
	w := newTown(t, 1, 1, coverage.DefaultRules())
	w.modules = w.modules[:1]
	err := w.store.SetChannelAlerts(t.Context(), store.ChannelAlerts{Channel: channelOf(0), Mention: "S0ONCALL", By: "U1", At: w.now})
	if err != nil {
		t.Fatal(err)
	}
	w.well(1)
	says := func(times int, protected int64, lines int) (calls []string) {
		for range times {
			w.read(0, 1, w.now, protected)
			w.now = w.now.Add(15 * time.Minute)
		}
		w.tell(2 * time.Minute)
		w.send(time.Minute, func() bool { return len(w.slack.Messages(channelOf(0), "")) == lines })
		for _, m := range w.slack.Messages(channelOf(0), "") {
			if strings.Contains(m.Text+string(m.Blocks), "S0ONCALL") {
				calls = append(calls, m.Text)
			}
		}
		return calls
	}
	if calls := says(3, 970, 2); len(calls) != 0 {
		t.Errorf("a warning calls: %q", calls)
	}
	calls := says(2, 800, 4) // worse, and then critical
	if len(calls) != 2 || !strings.Contains(calls[1], "critical") {
		t.Errorf("what became critical calls in %q", calls)
	}
	w.now = w.now.Add(time.Hour)
	if calls = says(2, 1000, 5); len(calls) != 1 {
		t.Errorf("what is over calls in %q", calls)
	}
	calls = says(3, 800, 7) // again within a day: reopened
	if len(calls) != 3 || !strings.Contains(calls[2], "it is back") {
		t.Errorf("what is back calls in %q", calls)
	}
}
