package main

import (
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store/storetest"
)

// unaskedIn are the messages that the bot posted in C1 for all.
func (e estate) unaskedIn() []fakeslack.Message {
	var said []fakeslack.Message
	for _, m := range e.slack.Messages("C1", "U1") {
		if m.UserID == e.slack.BotUserID() && !m.Ephemeral {
			said = append(said, m)
		}
	}
	return said
}

// The whole program says the digest of the configuration in each of its slots
// and no other, over a restart; taken out of the configuration, it says none.
func TestProgram_digest_of_the_configuration(t *testing.T) {
	t.Parallel()
	const every = 3 * time.Second
	e := newEstate(t, 3, 0, "DATABASE_URL="+storetest.SQLite(t))
	without := e
	e.env = append(e.env, "DIGEST_CHANNEL=C1", fmt.Sprintf("DIGEST_SCHEDULE=@every %v", every))
	began := time.Now()
	first := e.start(t)
	eventually(t, "two digests", func() bool { return len(e.unaskedIn()) >= 2 })
	has(t, "\n"+fetch(t, first.health+"/metrics"), "possible_duplicates_total 0", `deliveries{state="dead"} 0`, "delivery_channels_parked 0")
	first.stop(t)

	n := len(e.unaskedIn())
	second := e.start(t)
	eventually(t, "digests after a restart", func() bool { return len(e.unaskedIn()) >= n+2 })
	second.stop(t)
	said := e.unaskedIn()
	if slots := int(time.Since(began)/every) + 1; len(said) > slots {
		t.Errorf("%d digests in %d slots", len(said), slots)
	}
	if m := said[len(said)-1]; !strings.Contains(string(m.Blocks)+m.Text, "Customer 0") {
		t.Errorf("after the first sweep, a digest that names no customer: %s", m.Text)
	}

	third := without.start(t)
	third.ready(t)
	n = len(e.unaskedIn())
	time.Sleep(2 * every)
	if now := len(e.unaskedIn()); now != n {
		t.Errorf("%d digests that nobody has configured any more", now-n)
	}
	third.stop(t)
}

// A channel that cannot be reached is named by its number, not by its name, and
// the process stays ready.
func TestProgram_parked_channel_is_told(t *testing.T) {
	t.Parallel()
	e := newEstate(t, 3, 0, "DATABASE_URL="+storetest.SQLite(t), "DIGEST_CHANNEL=C0ELSEWHERE", "DIGEST_SCHEDULE=@every 2s", "OPS_CHANNEL=C1")
	e.slack.AddChannel(fakeslack.Channel{ID: "C0ELSEWHERE", Name: "elsewhere"})
	bot := e.start(t)
	var body string
	eventually(t, "a warning", func() bool {
		body = fetch(t, bot.health+"/readyz")
		return strings.Contains(body, "channels that cannot be reached, for which messages wait: 1")
	})
	if status(t, bot.health+"/readyz") != http.StatusOK || strings.Contains(strings.ToLower(body), "elsewhere") {
		t.Errorf("/readyz: %s", body)
	}
	eventually(t, "the notice in the ops channel", func() bool {
		said := e.unaskedIn()
		return len(said) == 1 && strings.Contains(string(said[0].Blocks)+said[0].Text, "C0ELSEWHERE")
	})
	time.Sleep(5 * time.Second) // two slots more
	if said := e.unaskedIn(); len(said) != 1 {
		t.Errorf("told %d times", len(said))
	}
	bot.stop(t)
}

// stop ends the process as a service manager does.
func (r replica) stop(t *testing.T) {
	t.Helper()
	began := time.Now()
	r.signal(t, syscall.SIGTERM)
	if code, out := r.wait(t); code != exitOK {
		t.Errorf("exit %d\n%s", code, out)
	}
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("the stop took %v", took)
	}
}
