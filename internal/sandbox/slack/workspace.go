package slack

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Workspace is a Slack workspace with one app installed. Its methods may be
// called from any goroutine. Unexported methods expect mu to be held, unless
// their comment says otherwise; nothing is written to a socket while it is.
type Workspace struct {
	options Options
	log     *slog.Logger
	methods map[string]method
	mux     *http.ServeMux
	masks   []masking

	life    context.Context // ends with Close
	end     context.CancelFunc
	running sync.WaitGroup // sockets and their pings
	ahead   atomic.Int64   // of real time, in nanoseconds

	mu       sync.Mutex
	closed   bool
	base     string // external URL, "" until known
	random   *rand.Rand
	lastTS   int64
	tokens   tokens
	users    map[string]User
	channels map[string]Channel
	groups   map[string][]string
	messages map[string][]Message // by channel, oldest first
	chosen   map[string]map[string]any
	hooks    map[string]*hook // response_urls by path
	triggers map[string]*trigger
	views    views
	files    map[string]*upload
	shared   []File
	tickets  map[string]time.Time
	wire     wire
	faults   []*plannedFault
	late     int      // calls that faults have still to do
	withheld []string // kinds of block
	buckets  map[string]*bucket
	books    books
	feeds    map[*feed]struct{}
	tick     chan struct{} // closed and replaced at every change
}

// New makes a workspace with the bot's user and no channel. It starts nothing.
func New(o Options) *Workspace {
	o = o.withDefaults()
	life, end := context.WithCancel(context.Background())
	w := &Workspace{
		options: o, log: o.Log, life: life, end: end,
		random:   rand.New(rand.NewPCG(uint64(o.Seed), 0x5eed)),
		tokens:   newTokens(o),
		users:    map[string]User{},
		channels: map[string]Channel{},
		groups:   map[string][]string{},
		messages: map[string][]Message{},
		chosen:   map[string]map[string]any{},
		hooks:    map[string]*hook{},
		triggers: map[string]*trigger{},
		views:    newViews(),
		files:    map[string]*upload{},
		tickets:  map[string]time.Time{},
		wire:     newWire(),
		buckets:  map[string]*bucket{},
		books:    newBooks(o.KeepTraffic),
		feeds:    map[*feed]struct{}{},
		tick:     make(chan struct{}),
	}
	w.methods = methodTable()
	w.mux, w.masks = w.routes(), newMasks()
	w.users[o.BotUserID] = User{ID: o.BotUserID, Name: o.BotName, RealName: o.BotName, TeamID: o.TeamID, IsBot: true}
	return w
}

// Handler serves /api/, /link, /commands/, /actions/ and /upload/.
func (w *Workspace) Handler() http.Handler { return w.mux }

func (w *Workspace) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", w.serveAPI)
	mux.HandleFunc("GET /link", w.serveLink)
	mux.HandleFunc("GET /link/", w.serveLink)
	mux.HandleFunc("POST /commands/", w.serveHook)
	mux.HandleFunc("POST /actions/", w.serveHook)
	mux.HandleFunc("POST /upload/", w.serveUpload)
	return mux
}

// SetURL tells the workspace under which URL its handler is reached
// (http://127.0.0.1:1234), for the WebSocket, response_url and upload URLs. Until
// it is called they are built from the Host header of the last request.
func (w *Workspace) SetURL(base string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.base = strings.TrimSuffix(base, "/")
}

// learnURL takes the base URL from a request where SetURL was not called.
func (w *Workspace) learnURL(r *http.Request) {
	if w.base != "" {
		return
	}
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	w.base = scheme + r.Host
}

// Close ends every socket, feed and wait, and returns when no goroutine of the
// workspace runs any more.
func (w *Workspace) Close() {
	w.mu.Lock()
	w.closed = true
	w.end()
	for _, s := range w.wire.sockets {
		s.cut()
	}
	for f := range w.feeds {
		w.endFeed(f)
	}
	w.mu.Unlock()
	w.running.Wait()
}

// enter counts a goroutine that Close waits for; false after Close.
func (w *Workspace) enter() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return false
	}
	w.running.Add(1)
	return true
}

// TeamID returns the workspace's id.
func (w *Workspace) TeamID() string { return w.options.TeamID }

// BotUserID returns the user id of the bot.
func (w *Workspace) BotUserID() string { return w.options.BotUserID }

// Advance moves the workspace's clock ahead, for the ages of trigger ids,
// response_urls and rate limits. Pings and ack deadlines keep real time.
func (w *Workspace) Advance(d time.Duration) { w.ahead.Add(int64(d)) }

// Now returns the workspace's time.
func (w *Workspace) Now() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) }
