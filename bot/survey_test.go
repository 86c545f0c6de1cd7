package bot_test

import (
	"fmt"
	"testing"

	"github.com/backup-overview/backup-overview/internal/access"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
	"github.com/backup-overview/backup-overview/internal/store"
)

// Hundreds of channels that hear something in the same minute cost a handful of
// questions, and one that is shared is not missed among them.
func TestPosting_manyChannels(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.sweep()
	for i := range 200 {
		id := fmt.Sprintf("CMANY%d", i)
		s.slack.AddChannel(fakeslack.Channel{ID: id, Name: fmt.Sprint("many-", i), IsExtShared: i == 150, Members: []string{s.slack.BotUserID()}})
		s.bind(id, store.Binding{All: true, By: ana})
	}
	before := s.slack.Calls("conversations.info")
	for i := range 200 {
		_, reason, err := s.bot.Posting(t.Context(), fmt.Sprintf("CMANY%d", i))
		want := access.ReasonNone
		if i == 150 {
			want = access.ReasonSuspended
		}
		if err != nil || reason != want {
			t.Fatalf("channel %d: %v, %v; want %v", i, reason, err, want)
		}
	}
	if asked := s.slack.Calls("conversations.info") - before; asked > 12 {
		t.Errorf("%d questions about 200 channels", asked)
	}
}
