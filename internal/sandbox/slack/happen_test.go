package slack_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

// TestHappen: the channel changes, chat.postMessage answers by it, and the app
// hears of it in the event that Slack names so.
func TestHappen(t *testing.T) {
	t.Parallel()
	type act func(*slack.Workspace, context.Context) (slack.Receipt, error)
	archive := func(id string) act {
		return func(w *slack.Workspace, ctx context.Context) (slack.Receipt, error) { return w.Archive(ctx, id, ana) }
	}
	unarchive := func(id string) act {
		return func(w *slack.Workspace, ctx context.Context) (slack.Receipt, error) { return w.Unarchive(ctx, id, ana) }
	}
	invite := func(id, user string) act {
		return func(w *slack.Workspace, ctx context.Context) (slack.Receipt, error) {
			return w.Invite(ctx, id, user, ana)
		}
	}
	remove := func(id, user string) act {
		return func(w *slack.Workspace, ctx context.Context) (slack.Receipt, error) {
			return w.Remove(ctx, id, user, ana)
		}
	}
	s := setup(t, slack.Options{})
	got := s.dial().ackAll(nil)
	bot := s.ws.BotUserID()
	for _, step := range []struct {
		name    string
		do      act
		channel string
		post    string // the code of chat.postMessage afterwards
		want    string // type and members of the event; "" none
	}{
		{"archive", archive(ops), ops, "is_archived", "channel_archive user:U0ANA"},
		{"unarchive", unarchive(ops), ops, "", "channel_unarchive user:U0ANA"},
		{"archive private", archive(board), board, "is_archived", "group_archive user:U0ANA"},
		{"unarchive private", unarchive(board), board, "", "group_unarchive user:U0ANA"},
		{"removed", remove(ops, bot), ops, "not_in_channel", "channel_left actor_id:U0ANA"},
		{"another joins without us", invite(ops, guest), ops, "not_in_channel", ""},
		{"invited", invite(ops, bot), ops, "", "member_joined_channel user:U0BOT channel_type:C inviter:U0ANA"},
		{"another leaves", remove(ops, guest), ops, "", "member_left_channel user:U0GUEST channel_type:C"},
		{"removed from private", remove(board, bot), board, "channel_not_found", "group_left actor_id:U0ANA"},
		{"archive private without us", archive(board), board, "channel_not_found", ""},
		{"unarchive private without us", unarchive(board), board, "channel_not_found", ""},
		{"invited to private", invite(board, bot), board, "", "member_joined_channel user:U0BOT channel_type:G"},
	} {
		if _, err := step.do(s.ws, s.context()); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		if code := s.form("chat.postMessage", "channel", step.channel, "text", "a").code(); code != step.post {
			t.Errorf("%s: chat.postMessage says %q, want %q", step.name, code, step.post)
		}
		if step.want == "" {
			continue // the next event is that of the next step
		}
		payload, _ := (<-got)["payload"].(map[string]any)
		event, _ := payload["event"].(map[string]any)
		for i, pair := range fields(step.want) {
			key, value := "type", pair[0]
			if i > 0 {
				key, value = pair[0], pair[1]
			}
			if fmt.Sprint(event[key]) != value || event["channel"] != step.channel {
				t.Errorf("%s: %s is %v, want %v, in %v", step.name, key, event[key], value, event)
			}
		}
	}
	if _, err := s.ws.Archive(s.context(), "C0X", ana); !errors.Is(err, slack.ErrUnknown) {
		t.Errorf("unknown channel: %v", err)
	}
}

// TestHappen_shared: what conversations.info and the events say of a channel that
// is shared with two organisations and then with none.
func TestHappen_shared(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	got := s.dial().ackAll(nil)
	for _, step := range []struct {
		do                   func(context.Context, string, string) (slack.Receipt, error)
		team                 string
		shared               bool
		connected, key, kind string
	}{
		{s.ws.Share, "T0EVIL", true, "[T0EVIL]", "connected_team_id", "channel_shared"},
		{s.ws.Share, "T0TWO", true, "[T0EVIL T0TWO]", "connected_team_id", "channel_shared"},
		{s.ws.Unshare, "T0EVIL", true, "[T0TWO]", "previously_connected_team_id", "channel_unshared"},
		{s.ws.Unshare, "T0TWO", false, "<nil>", "previously_connected_team_id", "channel_unshared"},
	} {
		if _, err := step.do(s.context(), ops, step.team); err != nil {
			t.Fatal(err)
		}
		r := s.form("conversations.info", "channel", ops)
		if r.text("channel", "is_ext_shared") != fmt.Sprint(step.shared) || r.text("channel", "connected_team_ids") != step.connected {
			t.Errorf("%s %s: %s", step.kind, step.team, r.raw)
		}
		payload, _ := (<-got)["payload"].(map[string]any)
		event, _ := payload["event"].(map[string]any)
		if event["type"] != step.kind || event[step.key] != step.team || event["channel"] != ops || payload["is_ext_shared_channel"] != step.shared {
			t.Errorf("%v", payload)
		}
		if left, ok := event["is_ext_shared"]; ok && left != step.shared {
			t.Errorf("%v", event)
		}
	}
}

// fields splits "type key:value …".
func fields(want string) [][]string {
	var pairs [][]string
	for _, field := range strings.Fields(want) {
		pairs = append(pairs, strings.SplitN(field, ":", 2))
	}
	return pairs
}
