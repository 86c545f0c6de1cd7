package bot

import (
	"context"
	"strings"
	"sync/atomic"

	"github.com/backup-overview/backup-overview/formatting"
)

// Router picks the handler of a request: of a command by its first word, of a
// press by its action. A command without a known word goes to the one that
// finds customers.
type Router struct {
	words   map[string]Handler
	actions map[string]Handler
	order   []string // words, as registered
	find    Handler
	nothing Handler
	admits  map[string]bool // words and actions that name no customer
	changes map[string]bool // actions, and words that a choice carries on, that change something
	forms   map[string]form // by their callback
	name    atomic.Value    // the command's name as Slack last sent it
}

// NewRouter returns a router whose commands without a known word go to find,
// also those without any text until [Router.Nothing] says otherwise.
func NewRouter(find Handler) *Router {
	return &Router{
		words: map[string]Handler{}, actions: map[string]Handler{}, admits: map[string]bool{},
		changes: map[string]bool{}, forms: map[string]form{}, find: find, nothing: find,
	}
}

// Nothing registers the handler of the command without any text.
func (r *Router) Nothing(h Handler) { r.nothing = h }

// Word registers the handler of a command word. A word registered twice is a
// fault of the program and panics.
func (r *Router) Word(word string, h Handler) {
	register(r.words, word, h)
	r.order = append(r.order, word)
}

// Action registers the handler of a button or menu.
func (r *Router) Action(action string, h Handler) { register(r.actions, action, h) }

// Admits says of words and actions that they name no customer to who may not
// see it, and work in every channel: [access.Policy.Admit] is their whole door.
func (r *Router) Admits(keys ...string) {
	for _, key := range keys {
		r.admits[key] = true
	}
}

// admitted reports whether a request is for such a word or action.
func (r *Router) admitted(q Request) bool {
	if q.Action != "" {
		return r.admits[q.Action]
	}
	return r.admits[parse(q.Text, r.order).Word]
}

// Changes says of actions, and of words that the choice of a customer carries
// on, that they change something: such a press is stored before Slack is told
// that it has arrived.
func (r *Router) Changes(keys ...string) {
	for _, key := range keys {
		r.changes[key] = true
	}
}

// changed reports whether a press changes something.
func (r *Router) changed(action, value string) bool {
	if action == formatting.ActionPick || action == formatting.ActionOpen {
		word, _, _ := strings.Cut(readTicket(value).note, ".")
		return r.changes[word]
	}
	return r.changes[action]
}

// form registers a form by its callback.
func (r *Router) form(callback string, f form) { register(r.forms, callback, f) }

func register[H any](handlers map[string]H, key string, h H) {
	if _, ok := handlers[key]; ok {
		panic("bot: registered twice: " + key)
	}
	handlers[key] = h
}

// Words are the known command words.
func (r *Router) Words() []string { return r.order }

// heard notes under which name Slack sends the command: it may have been
// registered under any, and presses on buttons do not tell.
func (r *Router) heard(command string) { r.name.Store(command) }

// command is the name under which Slack sends the command.
func (r *Router) command() string {
	if name, ok := r.name.Load().(string); ok {
		return name
	}
	return "/backup-overview"
}

// handle answers a request.
func (r *Router) handle(ctx context.Context, q Request) (Reply, error) {
	if q.Action != "" {
		if h, ok := r.actions[q.Action]; ok {
			return h(ctx, q)
		}
		return Reply{}, tooOld(q)
	}
	asked := parse(q.Text, r.order)
	if h, ok := r.words[asked.Word]; ok {
		return h(ctx, q)
	}
	if asked.Customer == "" {
		return r.nothing(ctx, q)
	}
	return r.find(ctx, q)
}
