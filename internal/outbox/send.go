package outbox

import (
	"cmp"
	"context"
	"crypto/sha1"
	"encoding/hex"
	"mime"
	"net/url"
	"strings"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/store"
)

// eventType marks the metadata of our messages, and payloadKey is where a
// delivery's id stands in it. Everybody in the workspace can read metadata, so
// there is nothing else in it.
// https://docs.slack.dev/messaging/message-metadata
const (
	eventType  = "bkp"
	payloadKey = "d"
)

// post makes one call of chat.postMessage or chat.update for a delivery, and
// returns the message's time stamp. Without marked, the metadata is left out.
func (o *Outbox) post(ctx context.Context, d store.Delivery, m formatting.Message, marked bool) (string, Outcome) {
	token, err := o.options.Token()
	if err != nil {
		return "", Outcome{Verdict: Failed, Class: "no_token"}
	}
	ctx, cancel := o.underWay(ctx)
	defer cancel()
	channel := d.Channel
	if d.Kind == store.EditMessage {
		if channel, err = o.conversation(ctx, channel); err != nil {
			out := Classify(err)
			o.heard(out, token, &wire{o: o})
			return "", out
		}
	}
	w := &wire{o: o}
	_, ts, _, err := o.client(token, w).SendMessageContext(ctx, channel, o.arguments(d, m, marked)...)
	if err == nil && ts == "" {
		err = errUnreadable // {"ok":true} and nothing else, or not even that
	}
	out := Classify(err)
	o.heard(out, token, w)
	return ts, out
}

// conversation is the channel of a message to change: chat.update takes no user for
// one, as chat.postMessage does.
// https://docs.slack.dev/reference/methods/conversations.open
func (o *Outbox) conversation(ctx context.Context, channel string) (string, error) {
	if !isPerson(channel) || channel[0] == 'D' {
		return channel, nil
	}
	var answer struct {
		Channel struct {
			ID string `json:"id"`
		} `json:"channel"`
	}
	err := o.ask(ctx, "conversations.open", url.Values{"users": {channel}}, &answer)
	if err == nil && answer.Channel.ID == "" {
		err = errUnreadable
	}
	return answer.Channel.ID, err
}

// arguments are those of a message: a text always, and nothing that Slack would
// make of it by itself.
func (o *Outbox) arguments(d store.Delivery, m formatting.Message, marked bool) []slack.MsgOption {
	options := []slack.MsgOption{
		slack.MsgOptionText(cmp.Or(strings.TrimSpace(m.Text), "Backup overview"), false),
		slack.MsgOptionParse(false),
		slack.MsgOptionDisableLinkUnfurl(),
		slack.MsgOptionDisableMediaUnfurl(),
	}
	if len(m.Blocks) > 0 || d.Kind == store.EditMessage {
		options = append(options, slack.MsgOptionBlocks(m.Blocks...)) // none: those that were there go
	}
	if d.Kind == store.EditMessage {
		return append(options, slack.MsgOptionUpdate(d.RootTS)) // the metadata stays that of the message
	}
	if d.Kind.IsReply() {
		options = append(options, slack.MsgOptionTS(d.RootTS))
	}
	if d.Kind == store.BroadcastReply {
		options = append(options, slack.MsgOptionBroadcast())
	}
	if marked {
		options = append(options, slack.MsgOptionMetadata(slack.SlackMetadata{
			EventType: eventType, EventPayload: map[string]any{payloadKey: d.ID},
		}))
	}
	// Last, as it says once more which method is called. Nothing relies on it:
	// whether Slack keeps messages with an id that it knows apart is not said.
	return append(options, slack.UnsafeMsgOptionEndpoint(o.options.APIURL+"chat.postMessage", func(v url.Values) {
		v.Set("client_msg_id", clientID(d.ID))
	}))
}

// clientID is the UUID, of version 5, of a delivery.
// https://www.rfc-editor.org/rfc/rfc9562#section-5.5
func clientID(id string) string {
	space := [16]byte{0x6b, 0xa7, 0xb8, 0x12, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8} // of OIDs
	sum := sha1.Sum(append(space[:], eventType+"/"+id...))
	u := sum[:16]
	u[6], u[8] = u[6]&0x0f|0x50, u[8]&0x3f|0x80
	h := hex.EncodeToString(u)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// heard draws from an outcome what concerns everybody, and logs an answer that
// says nothing.
func (o *Outbox) heard(out Outcome, token string, w *wire) {
	switch {
	case out.Verdict == Halted:
		o.halt(out, token)
	case out.Class == "unreadable", out.Class == "cut_off":
		o.log.Warn("Slack's answer cannot be read", "status", w.status, "content_type", printable(w.contentType), "bytes", w.length)
	case out.Verdict == Accepted && o.gate.open():
		o.log.Info("Slack takes messages again")
	}
}

// printable is a content type as it may stand in a log.
func printable(contentType string) string {
	const longest = 60
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil || len(kind) > longest || !strings.Contains(kind, "/") {
		return "?"
	}
	return kind
}

// halt shuts the gate for all.
func (o *Outbox) halt(out Outcome, token string) {
	until, first := o.gate.close(out, token, o.now())
	o.times.note(until)
	if first {
		o.log.Error("Slack refuses the app; all messages wait", "class", out.Class, "scope", out.Scope, "until", until.UTC())
	}
}
