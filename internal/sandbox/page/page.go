package page

import (
	"crypto/rand"
	"log/slog"
	"net/http"

	"github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

// Options say what the page shows. Workspace is required.
type Options struct {
	Workspace *slack.Workspace
	Team      string // the workspace's name as people see it; default "Workspace"
	Title     string // of the browser's tab; default "Backup Overview"
	Command   string // the one command that the workspace knows; default /backup-overview

	Words    []Word          // offered after the command, in this order
	Examples []string        // texts after the command that the hint offers, the best first
	Suggest  func() []string // customers' names for the completion; read when a page (re)connects

	UserID, ChannelID string // whom one acts as and what one sees first

	// Hosts are names under which the page may be asked for, besides localhost
	// and any IP address.
	Hosts []string
	Log   *slog.Logger
}

// Word is a word of the command for the completion.
type Word struct {
	Name     string `json:"name"`
	Usage    string `json:"usage,omitempty"`    // what follows, as a person would write it
	About    string `json:"about,omitempty"`    // a few words
	Customer bool   `json:"customer,omitempty"` // a customer follows
}

type page struct {
	Options
	boot string // tells a page that it talks to another process than before
}

// New returns the page's handler. It serves /, /static/, /events and /api/, and
// starts no goroutine. An event stream ends with its request, so give the server
// a BaseContext that ends when it shuts down. Without a Workspace it panics.
func New(o Options) http.Handler {
	if o.Workspace == nil {
		panic("page: Options.Workspace is required")
	}
	p := &page{Options: withDefaults(o), boot: rand.Text()}
	return p.guard(p.routes())
}

func withDefaults(o Options) Options {
	if o.Team == "" {
		o.Team = "Workspace"
	}
	if o.Title == "" {
		o.Title = "Backup Overview"
	}
	if o.Command == "" {
		o.Command = "/backup-overview"
	}
	if o.Examples == nil {
		o.Examples = []string{"contoso", "help"}
	}
	if o.Suggest == nil {
		o.Suggest = func() []string { return nil }
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

func (p *page) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", asset("index.html"))
	mux.Handle("GET /static/", assets())
	mux.HandleFunc("GET /events", p.events)
	mux.HandleFunc("GET /api/session", p.session)
	mux.HandleFunc("GET /api/messages", p.messages)
	mux.HandleFunc("GET /api/views", p.views)
	mux.HandleFunc("GET /api/traffic", p.traffic)
	mux.HandleFunc("GET /api/file", p.file)
	mux.HandleFunc("POST /api/slash", p.slash)
	mux.HandleFunc("POST /api/say", p.say)
	mux.HandleFunc("POST /api/click", p.click)
	mux.HandleFunc("POST /api/submit", p.submit)
	mux.HandleFunc("POST /api/close", p.close)
	return mux
}
