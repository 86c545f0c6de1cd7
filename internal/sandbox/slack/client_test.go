package slack_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	client "github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

// These tests use an independent client: what it understands, the workspace says
// as Slack does.

func (s *stage) api() *client.Client {
	return client.New(s.ws.BotToken(), client.OptionAppLevelToken(s.ws.AppToken()),
		client.OptionAPIURL(s.server.URL+"/api/"), client.OptionHTTPClient(s.client))
}

func TestClient_messages(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	api, ctx := s.api(), s.context()
	auth, err := api.AuthTestContext(ctx)
	if err != nil || auth.UserID != s.ws.BotUserID() || auth.TeamID != s.ws.TeamID() || auth.BotID != "B0BOT" {
		t.Errorf("%+v, %v", auth, err)
	}
	table := client.NewTableBlock("t").AddRow(client.NewTableRawTextCell("a"), client.NewTableRawTextCell("b")).
		WithColumnSettings(client.ColumnSetting{Align: client.ColumnAlignmentLeft}, client.ColumnSetting{Align: client.ColumnAlignmentRight})
	channel, ts, err := api.PostMessageContext(ctx, ops, client.MsgOptionText("t", false), client.MsgOptionBlocks(table),
		client.MsgOptionMetadata(client.SlackMetadata{EventType: "e", EventPayload: map[string]any{"id": "1"}}))
	if err != nil || channel != ops {
		t.Fatal(channel, err)
	}
	if _, _, _, err := api.UpdateMessageContext(ctx, channel, ts, client.MsgOptionText("u", false)); err != nil {
		t.Error(err)
	}
	history, err := api.GetConversationHistoryContext(ctx, &client.GetConversationHistoryParameters{ChannelID: ops, IncludeAllMetadata: true})
	if err != nil || len(history.Messages) != 1 || history.Messages[0].Text != "u" || history.Messages[0].Metadata.EventPayload["id"] != "1" {
		t.Errorf("%+v, %v", history, err)
	}
	if _, err := api.PostEphemeralContext(ctx, ops, ana, client.MsgOptionText("psst", false)); err != nil {
		t.Error(err)
	}
	if _, _, err := api.DeleteMessageContext(ctx, channel, ts); err != nil {
		t.Error(err)
	}
	if got := s.texts(ops, ana); got != "psst" {
		t.Errorf("ana sees %q", got)
	}
}

func TestClient_errors(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{RateLimits: true})
	api, ctx := s.api(), s.context()
	broken := client.NewTableBlock("t").AddRow(client.NewTableRawTextCell("a")).WithColumnSettings(client.ColumnSetting{IsWrapped: true})
	_, _, err := api.PostMessageContext(ctx, ops, client.MsgOptionText("t", false), client.MsgOptionBlocks(broken))
	var refused client.SlackErrorResponse
	if !errors.As(err, &refused) || refused.Err != "invalid_blocks" || len(refused.ResponseMetadata.Messages) != 1 ||
		!strings.Contains(refused.ResponseMetadata.Messages[0], "[json-pointer:/blocks/0/column_settings/0/align]") {
		t.Errorf("%+v", err)
	}
	if _, _, err := api.PostMessageContext(ctx, ops, client.MsgOptionText("t", false)); err != nil {
		t.Error(err)
	}
	_, _, err = api.PostMessageContext(ctx, ops, client.MsgOptionText("t", false))
	var limited *client.RateLimitedError
	if !errors.As(err, &limited) || limited.RetryAfter != time.Second {
		t.Errorf("%v", err)
	}
	s.ws.SetScopes("commands")
	_, err = api.GetUserInfoContext(ctx, ana)
	if !errors.As(err, &refused) || refused.Needed != "users:read" || refused.Provided != "commands" {
		t.Errorf("%+v", err)
	}
}

func TestClient_directory(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	api, ctx := s.api(), s.context()
	u, err := api.GetUserInfoContext(ctx, eve)
	if err != nil || !u.IsStranger || u.TeamID != "T0EVIL" {
		t.Errorf("%+v, %v", u, err)
	}
	if u, err := api.GetUserInfoContext(ctx, ana); err != nil || u.TZ != "Europe/Lisbon" || u.IsRestricted {
		t.Errorf("%+v, %v", u, err)
	}
	s.ws.UpdateChannel(ops, func(c *slack.Channel) { c.IsExtShared = true })
	c, err := api.GetConversationInfoContext(ctx, &client.GetConversationInfoInput{ChannelID: ops, IncludeNumMembers: true})
	if err != nil || !c.IsExtShared || !c.IsMember || c.NumMembers != 2 {
		t.Errorf("%+v, %v", c, err)
	}
	im, _, _, err := api.OpenConversationContext(ctx, &client.OpenConversationParameters{Users: []string{ana}})
	if err != nil {
		t.Fatal(err)
	}
	file, err := api.UploadFileContext(ctx, client.UploadFileParameters{Filename: "a.csv", FileSize: 3, Content: "a,b", Channel: im.ID, Title: "A"})
	if err != nil || file.Title != "A" || string(s.ws.Files()[0].Content) != "a,b" {
		t.Errorf("%+v, %v", file, err)
	}
	s.ws.SetUserGroup("S0", ana)
	if members, err := api.GetUserGroupMembersContext(ctx, "S0"); err != nil || !slices.Equal(members, []string{ana}) {
		t.Errorf("%v, %v", members, err)
	}
}

// run connects a socket mode client and answers its events.
func (s *stage) run(api *client.Client, answer func(*socketmode.Client, socketmode.Event)) {
	s.t.Helper()
	sm := socketmode.New(api)
	ctx, cancel := context.WithCancel(s.t.Context())
	ended := make(chan struct{}, 2)
	go func() {
		_ = sm.RunContext(ctx)
		ended <- struct{}{}
	}()
	go func() {
		defer func() { ended <- struct{}{} }()
		for {
			select {
			case e := <-sm.Events:
				answer(sm, e)
			case <-ctx.Done():
				return
			}
		}
	}()
	s.t.Cleanup(func() {
		cancel()
		<-ended
		<-ended
	})
	if err := s.ws.AwaitSockets(s.context(), 1); err != nil {
		s.t.Fatal(err)
	}
}

func TestClient_socketMode(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	api, ctx := s.api(), s.context()
	clicks := make(chan client.InteractionCallback, 1)
	s.run(api, func(sm *socketmode.Client, e socketmode.Event) {
		switch data := e.Data.(type) {
		case client.SlashCommand:
			_ = sm.Ack(*e.Request)
			button := client.NewButtonBlockElement("go", "v", client.NewTextBlockObject(client.PlainTextType, "Go", false, false))
			_ = client.PostWebhookCustomHTTPContext(ctx, data.ResponseURL, s.client, &client.WebhookMessage{
				Text: "hello " + data.UserID + data.Text, ResponseType: client.ResponseTypeEphemeral,
				Blocks: &client.Blocks{BlockSet: []client.Block{client.NewActionBlock("b", button)}},
			})
		case client.InteractionCallback:
			_ = sm.Ack(*e.Request)
			_, _, _ = api.PostMessageContext(ctx, "", client.MsgOptionResponseURL(data.ResponseURL, client.ResponseTypeEphemeral),
				client.MsgOptionReplaceOriginal(data.ResponseURL), client.MsgOptionText("clicked", false))
			clicks <- data
		}
	})
	if _, err := s.ws.Slash(ctx, slack.SlashCommand{UserID: ana, ChannelID: ops, Command: "/b", Text: "!"}); err != nil {
		t.Fatal(err)
	}
	m, err := s.ws.Await(ctx, ops, ana, func(m slack.Message) bool { return m.Text == "hello U0ANA!" })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.ws.Click(ctx, slack.Click{UserID: ana, ChannelID: ops, MessageTS: m.TS, ActionID: "go"}); err != nil {
		t.Fatal(err)
	}
	click := <-clicks
	if len(click.ActionCallback.BlockActions) != 1 || click.ActionCallback.BlockActions[0].Value != "v" || click.User.TeamID != s.ws.TeamID() ||
		!click.Container.IsEphemeral || click.Channel.ID != ops || click.Container.MessageTs != m.TS {
		t.Errorf("%+v", click)
	}
	if _, err := s.ws.Await(ctx, ops, ana, func(x slack.Message) bool { return x.TS == m.TS && x.Text == "clicked" }); err != nil {
		t.Errorf("%v: %q", err, s.texts(ops, ana))
	}
	if r := s.ws.Refusals(); len(r) != 0 {
		t.Errorf("refusals %+v", r)
	}
}

// TestClient_reconnects: the client comes back after each kind of ending.
func TestClient_reconnects(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{WarningGrace: 20 * time.Millisecond})
	s.run(s.api(), func(sm *socketmode.Client, e socketmode.Event) {
		if e.Request != nil && e.Request.EnvelopeID != "" {
			_ = sm.Ack(*e.Request)
		}
	})
	for i, end := range []func(){
		func() { s.ws.Disconnect(slack.ReasonRefreshRequested, 0) },
		func() { s.ws.Disconnect(slack.ReasonWarning, 0) },
		func() { s.ws.Disconnect(slack.ReasonTooManyWebsockets, 0) },
	} {
		end()
		s.eventually(func() bool { return s.ws.Calls("link") == i+2 && s.ws.Sockets() == 1 })
		if _, err := s.ws.Slash(s.context(), slack.SlashCommand{UserID: ana, ChannelID: ops, Command: "/b"}); err != nil {
			t.Errorf("after ending %d: %v", i, err)
		}
	}
}

func TestClient_modal(t *testing.T) {
	t.Parallel()
	s := setup(t, slack.Options{})
	api, ctx := s.api(), s.context()
	submitted := make(chan client.InteractionCallback, 1)
	s.run(api, func(sm *socketmode.Client, e socketmode.Event) {
		switch data := e.Data.(type) {
		case client.SlashCommand:
			_ = sm.Ack(*e.Request)
			var view client.ModalViewRequest
			if err := json.Unmarshal([]byte(form), &view); err != nil {
				t.Error(err)
			}
			if _, err := api.OpenViewContext(ctx, data.TriggerID, view); err != nil {
				t.Error(err)
			}
		case client.InteractionCallback:
			_ = sm.Ack(*e.Request, client.NewErrorsViewSubmissionResponse(map[string]string{"who": "nobody"}))
			submitted <- data
		}
	})
	if _, err := s.ws.Slash(ctx, slack.SlashCommand{UserID: ana, ChannelID: ops, Command: "/b"}); err != nil {
		t.Fatal(err)
	}
	s.eventually(func() bool { return len(s.ws.Views(ana)) == 1 })
	receipt, err := s.ws.SubmitView(ctx, slack.Submission{
		UserID: ana, ViewID: s.ws.Views(ana)[0].ID, Inputs: map[string][]string{"name": {"Contoso"}, "to": {ops}},
	})
	if err != nil || receipt.Errors["who"] != "nobody" {
		t.Errorf("%+v, %v", receipt, err)
	}
	data := <-submitted
	if got := data.View.State.Values["who"]["name"].Value; got != "Contoso" || data.View.CallbackID != "sub" || data.View.Hash == "" {
		t.Errorf("%+v", data.View)
	}
	if got := data.View.State.Values["when"]["time"].SelectedTime; got != "08:30" {
		t.Errorf("time %q", got)
	}
}
