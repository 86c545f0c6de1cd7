// Package slack is a Slack workspace in the process: Web API, Socket Mode,
// response_url, views and files, with Slack's own refusals and limits, for the
// demo and for tests. It is written from Slack's documentation and speaks plain
// JSON; it shares no type with any Slack client, so that a mistake there shows
// here instead of agreeing with itself.
//
// A Workspace is both sides of the glass: an http.Handler for the app, and
// methods such as Slash, Click and Messages for the people who sit before it.
//
//	ws := slack.New(slack.Options{})
//	server := httptest.NewServer(ws.Handler())
//	ws.SetURL(server.URL)              // the app's SLACK_API_URL is server.URL + "/api/"
//	defer server.Close()
//	defer ws.Close()
//	ws.AddUser(slack.User{ID: "U1", Name: "ana"})
//	ws.AddChannel(slack.Channel{ID: "C1", Name: "backup", Members: []string{"U1", ws.BotUserID()}})
//	receipt, err := ws.Slash(ctx, slack.SlashCommand{UserID: "U1", ChannelID: "C1", Command: "/backup-overview"})
//
// What Slack's documentation leaves open is decided here for the harder case, so
// that an app that lives with the stand-in lives with Slack:
//
//   - An ack counts only on the socket that carried the envelope, within three
//     seconds, below 20,480 bytes and in one frame. Everything else is ignored
//     and stands in [Workspace.Refusals].
//   - After `warning` a socket is served on for ten seconds; after
//     `refresh_requested` it gets nothing new while there is another one.
//   - Every use of a response_url counts, refused ones too; a used or old one
//     answers 404 with used_url or expired_url.
//   - A click in an ephemeral message carries no `message`; authorized_users is
//     never sent. The command of a person from outside carries their own team_id.
//   - One message a second and channel is taken strictly, without bursts.
//     Messages by response_url and shared files count.
//   - A file may not be shared in a thread whose root is gone, as
//     chat.postMessage refuses it: thread_not_found.
package slack
