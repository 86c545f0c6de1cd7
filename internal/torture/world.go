package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

// A world is what the processes meet: a Slack and an AvePoint, in this process,
// so that they survive the kills.
type world struct {
	slack       *fakeslack.Workspace
	avepoint    *fakeavepoint.Platform
	witness     *witness
	slackURL    string
	avepointURL string
	servers     []*http.Server
}

// Who is in every channel, and the channel for the bot's own troubles.
const (
	anyone     = "U0ANYONE"
	opsChannel = "C0OPS"
)

// newWorld has so many channels, and one for the bot's own troubles. Without
// history the app may not read what stands in them.
func newWorld(seed int64, channels int, history bool) (*world, error) {
	w := &world{
		slack:    fakeslack.New(fakeslack.Options{Seed: seed, KeepTraffic: -1, Scopes: scopes(history)}),
		avepoint: fakeavepoint.New(fakeavepoint.Options{Seed: seed, Customers: 12}),
	}
	w.witness = &witness{next: w.slack.Handler(), posting: make(chan struct{}, 1)}
	w.slack.AddUser(fakeslack.User{ID: anyone, Name: "anyone", IsAdmin: true})
	ids := []string{opsChannel}
	for i := range channels {
		ids = append(ids, channelID(i))
	}
	for _, id := range ids {
		w.slack.AddChannel(fakeslack.Channel{ID: id, Name: strings.ToLower(id), Members: []string{anyone, w.slack.BotUserID()}})
	}
	var err error
	if w.slackURL, err = w.serve(w.witness); err == nil {
		w.slack.SetURL(w.slackURL)
		w.avepointURL, err = w.serve(w.avepoint.Handler())
	}
	if err != nil {
		w.close()
	}
	return w, err
}

func channelID(i int) string { return fmt.Sprintf("C%05d", i) }

// scopes are those of the manifest, with or without the optional ones.
func scopes(history bool) []string {
	all := []string{"commands", "chat:write", "users:read", "channels:read", "groups:read", "files:write", "im:write"}
	if history {
		all = append(all, "usergroups:read", "channels:history", "groups:history")
	}
	return all
}

// serve serves a handler on a free port of this machine.
func (w *world) serve(handler http.Handler) (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // nothing to wait for
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	w.servers = append(w.servers, server)
	go func() { _ = server.Serve(ln) }()
	return "http://" + ln.Addr().String(), nil
}

func (w *world) close() {
	w.slack.Close()
	w.avepoint.Close()
	for _, server := range w.servers {
		_ = server.Close()
	}
}

// found lists what the app put into the channels, with the id that each message
// carries. named says what the name of a file or a text tells.
func (w *world) found(named func(m fakeslack.Message, file string) (id string, step int)) []found {
	files := map[string]string{}
	for _, f := range w.slack.Files() {
		files[f.ID] = f.Name
	}
	var all []found
	for _, c := range w.slack.Channels() {
		for _, m := range w.slack.Messages(c.ID, "") {
			if m.BotID == "" || m.Ephemeral {
				continue
			}
			file := ""
			if len(m.FileIDs) > 0 {
				file = files[m.FileIDs[0]]
			}
			id, step := named(m, file)
			if carried := deliveryOf(m.Metadata); carried != "" {
				id = carried
			}
			all = append(all, found{Channel: m.ChannelID, TS: m.TS, Thread: m.ThreadTS, ID: id, Step: step})
		}
	}
	return all
}

// deliveryOf is the id of a delivery in a message's metadata.
func deliveryOf(raw json.RawMessage) string {
	var m struct {
		Payload struct {
			D string `json:"d"`
		} `json:"event_payload"`
	}
	if len(raw) == 0 || json.Unmarshal(raw, &m) != nil {
		return ""
	}
	return m.Payload.D
}
