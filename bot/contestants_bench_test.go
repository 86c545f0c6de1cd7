package bot_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/bot"
	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	fakeavepoint "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
	"github.com/backup-overview/backup-overview/internal/store"
	"github.com/backup-overview/backup-overview/internal/watch"
)

const (
	benchCustomer = "Contoso Retail GmbH"
	benchPortal   = "https://partner.avepointonlineservices.com"
)

// contestant is a program that answers the command, with a Slack of its own.
type contestant struct {
	name  string
	slack *lightSlack
}

// contestants are the bot; a bare handler, the least that slack-go needs for
// the same answer; and the wire, which sends the same bytes without any work.
func contestants(b *testing.B) []contestant {
	b.Helper()
	h := newHouse(b)
	real := contestant{"bot", newLightSlack(b, benchCustomer)}
	h.startBot(b, real.slack)
	bare := contestant{"bare", newLightSlack(b, benchCustomer)}
	startBare(b, bare.slack, h.reading)
	answer := bare.slack.sample(b)
	sameAnswer(b, real.slack.sample(b), answer)
	wire := contestant{"wire", newLightSlack(b, benchCustomer)}
	startWire(b, wire.slack, answer)
	return []contestant{real, bare, wire}
}

// sameAnswer fails when the answers differ in more than their buttons' values.
func sameAnswer(b *testing.B, x, y []byte) {
	b.Helper()
	var one, other struct{ Text string }
	if err := json.Unmarshal(x, &one); err != nil {
		b.Fatal(err)
	}
	if err := json.Unmarshal(y, &other); err != nil {
		b.Fatal(err)
	}
	if one.Text == "" || one.Text != other.Text || len(x) != len(y) {
		b.Fatalf("not the same job:\n%s\n%s", x, y)
	}
}

// house is the AvePoint side: 212 customers, one of them read.
type house struct {
	cache   *avepoint.Cache
	store   *store.Store
	watch   *watch.Watch
	reading avepoint.Overview
}

func newHouse(b *testing.B) house {
	b.Helper()
	platform := fakeavepoint.New(fakeavepoint.Options{Seed: 1})
	server := httptest.NewServer(platform.Handler())
	b.Cleanup(func() { platform.Close(); server.Close() })
	client, err := avepoint.New(avepoint.Options{
		GraphURL: server.URL, TokenURL: server.URL + "/connect/token", Rate: 1000, Concurrency: 16,
		Credentials: avepoint.Credentials{ClientID: fakeavepoint.DefaultClientID, ClientSecret: fakeavepoint.DefaultClientSecret},
	})
	if err != nil {
		b.Fatal(err)
	}
	cache := avepoint.NewCache(client.ForPerson(), avepoint.CacheOptions{TTL: 24 * time.Hour})
	b.Cleanup(cache.Close)
	database, err := store.Open(b.Context(), store.Options{URL: "sqlite://" + filepath.Join(b.TempDir(), "bench.db")})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = database.Close() })
	watcher, err := watch.New(watch.Options{Client: client, Store: database, Owner: "bench", Rate: 1000})
	if err != nil {
		b.Fatal(err)
	}
	for customer, err := range client.Customers(b.Context()) {
		if err != nil {
			b.Fatal(err)
		}
		if customer.Organization != benchCustomer {
			continue
		}
		answer, err := cache.Overview(b.Context(), customer.ID, nil)
		if err != nil {
			b.Fatal(err)
		}
		return house{cache, database, watcher, answer.Overview}
	}
	b.Fatalf("no customer is called %s", benchCustomer)
	return house{}
}

// startBot connects the real bot, without limits and without a log. It knows
// the customers when startBot returns.
func (h house) startBot(b *testing.B, s *lightSlack) {
	b.Helper()
	real, err := bot.New(bot.Options{
		Tokens: func() (bot.Tokens, error) { return bot.Tokens{App: "xapp-1", Bot: "xoxb-1"}, nil },
		APIURL: s.URL + "/api/", Connections: 1,
		Cache: h.cache, Watch: h.watch, Store: h.store,
		PortalURL: benchPortal, Default: access.Members, ButtonKey: []byte("key of the benchmark"),
	})
	if err != nil {
		b.Fatal(err)
	}
	inBackground(b, func(ctx context.Context) { _ = real.Run(ctx) })
	s.connected(b)
	for real.State().Customers == 0 {
		time.Sleep(5 * time.Millisecond)
	}
}

// startBare connects a handler as slack-go's examples have it. It looks nobody
// up, checks nothing, and has the one customer at hand.
func startBare(b *testing.B, s *lightSlack, reading avepoint.Overview) {
	b.Helper()
	client := socketmode.New(slack.New("xoxb-1", slack.OptionAppLevelToken("xapp-1"), slack.OptionAPIURL(s.URL+"/api/")))
	inBackground(b, func(ctx context.Context) { _ = client.RunContext(ctx) })
	inBackground(b, func(ctx context.Context) {
		for {
			select {
			case event := <-client.Events:
				if asked, ok := event.Data.(slack.SlashCommand); ok {
					_ = client.Ack(*event.Request)
					go bareAnswer(ctx, asked, reading)
				}
			case <-ctx.Done():
				return
			}
		}
	})
	s.connected(b)
}

func bareAnswer(ctx context.Context, asked slack.SlashCommand, reading avepoint.Overview) {
	m := formatting.Overview(bareView(asked, reading))
	_ = slack.PostWebhookContext(ctx, asked.ResponseURL, &slack.WebhookMessage{
		Text: m.Text, Blocks: &slack.Blocks{BlockSet: m.Blocks}, Parse: "none", ResponseType: slack.ResponseTypeEphemeral,
	})
}

// bareView is the reading with buttons as large as the bot's.
func bareView(asked slack.SlashCommand, reading avepoint.Overview) formatting.OverviewView {
	const token = "a-token-of-20-signs."
	v := formatting.OverviewView{
		Customer: asked.Text, Command: asked.Command, Modules: make([]formatting.ModuleRow, len(reading.Modules)),
		ReadAt: reading.FetchedAt, Now: time.Now(),
		Refresh: token, Trend: token, Share: token + ".ten-signs-", More: token + ".1", Names: token + ".0", PortalURL: benchPortal,
	}
	for i, m := range reading.Modules {
		v.Modules[i] = formatting.ModuleRow{
			Module: m.Name, Scanned: m.Scanned, Protected: m.Protected,
			Stored: formatting.Size(m.Stored), StoredBYOS: formatting.Size(m.StoredBYOS),
		}
	}
	return v
}

// startWire connects a client that acks and answers with bytes made beforehand.
func startWire(b *testing.B, s *lightSlack, answer []byte) {
	b.Helper()
	host := strings.TrimPrefix(s.URL, "http://")
	socket, response, err := websocket.DefaultDialer.Dial("ws://"+host+"/link", nil)
	if err != nil {
		b.Fatal(err)
	}
	response.Body.Close()
	hook, err := net.Dial("tcp", host)
	if err != nil {
		b.Fatal(err)
	}
	inBackground(b, func(context.Context) { echo(socket, hook, post(host, answer)) })
	b.Cleanup(func() { socket.Close(); hook.Close() })
	s.connected(b)
	s.exchange(b, 1, 1)
}

// post is an HTTP request as net/http's client sends it.
func post(host string, body []byte) []byte {
	return fmt.Appendf(nil, "POST /hook HTTP/1.1\r\nHost: %s\r\nUser-Agent: Go-http-client/1.1\r\nContent-Length: %d\r\n"+
		"Content-Type: application/json\r\nAccept-Encoding: gzip\r\n\r\n%s", host, len(body), body)
}

// echo answers every frame with an ack and the post, until the socket closes.
func echo(socket *websocket.Conn, hook net.Conn, post []byte) {
	ack := []byte(`{"envelope_id":"` + lightID + `"}`)
	for buffer := make([]byte, 1<<12); ; {
		kind, frame, err := socket.ReadMessage()
		if err != nil {
			return
		}
		if kind != websocket.TextMessage || bytes.Contains(frame[:min(20, len(frame))], []byte("hello")) {
			continue
		}
		if socket.WriteMessage(websocket.TextMessage, ack) != nil || answerAt(hook, post, buffer) != nil {
			return
		}
	}
}

// answerAt posts and reads the whole response, which ends with "ok".
func answerAt(hook io.ReadWriter, post, buffer []byte) error {
	if _, err := hook.Write(post); err != nil {
		return err
	}
	for n := 0; !bytes.HasSuffix(buffer[:n], []byte("ok")); {
		more, err := hook.Read(buffer[n:])
		if err != nil {
			return err
		}
		n += more
	}
	return nil
}

// inBackground runs f until the benchmark ends, and waits for it then.
func inBackground(b *testing.B, f func(context.Context)) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); f(ctx) }()
	b.Cleanup(func() { cancel(); <-done })
}
