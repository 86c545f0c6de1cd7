package outbox

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/store"
)

// DeliveryWork is the kind of the engine's work that [Outbox.Run] does.
const DeliveryWork = "delivery"

const (
	// waitDefault covers the time limit of a call, the time in which a request
	// that was given up may still land, and the lag of the history.
	waitDefault = 45 * time.Second
	// perChannel and perWorkspace are Slack's limits for messages a second: one
	// in a channel, and "several hundred a minute" in all.
	// https://docs.slack.dev/reference/methods/chat.postMessage#rate_limiting
	perChannel, perWorkspace = 1.0, 5.0
)

// Options are what an outbox needs. Store, Owner, Token and Render are
// required.
type Options struct {
	Store  *store.Store
	Owner  string                 // unique per process
	APIURL string                 // "": Slack's own
	Token  func() (string, error) // the bot token as it is now
	HTTP   *http.Client           // nil: one of the outbox's own

	// Wait is how long after an attempt whose outcome is unknown the channel
	// is looked through: longer than Slack may take to show a message after
	// the call was given up. Zero: 45 s. The time limit of a call, 10 s, and
	// the lease on a delivery, 30 s, shrink with it where it is shorter.
	Wait time.Duration

	// Render makes the message of a delivery by its What, from what is known
	// now. "notice" is the outbox's own.
	Render map[string]func(ctx context.Context, d store.Delivery) (formatting.Message, error)
	// Files makes the file of a ThreadFile by its What.
	Files map[string]func(ctx context.Context, d store.Delivery) (name string, write func(io.Writer) error, err error)
	// Summary is the one message that a channel gets instead of its backlog
	// when it can be reached again. A delivery without a Channel: none.
	Summary func(channel string, since time.Time, class string, now time.Time) store.Delivery
	// Ops are the channels, or the ids of the people, that are told of the
	// outbox's own troubles. It is asked anew for each.
	Ops func(ctx context.Context) []string
	// Shut says why nothing may be posted in a channel now, and is asked
	// before each message to one.
	Shut func(ctx context.Context, channel string) (access.Reason, error)
	// Command is the name of the bot's command, with its slash. nil: none is named.
	Command func() string

	PerChannel float64 // messages a second in one channel; zero: 1
	PerSecond  float64 // messages a second in all; zero: 5

	Now func() time.Time // nil: time.Now
	Log *slog.Logger     // nil: nothing is logged
}

// Outbox sends what stands in the store's table of deliveries. Its methods may
// be called from many goroutines.
type Outbox struct {
	options Options
	now     func() time.Time
	log     *slog.Logger

	limit    time.Duration // of a call
	patience time.Duration // with what is asked before a call
	lease    time.Duration // on a delivery
	hold     time.Duration // of a claimed delivery, for its lane

	pace    *pace
	gate    gate
	times   times
	counts  counts
	lookups quiet        // while Slack wants no look-ups
	back    returning    // lanes that were parked
	ahead   atomic.Int64 // of Slack's clock, in nanoseconds
	running sync.Mutex   // held by the one Run
	tidied  time.Time    // by it

	hook func(point string, d store.Delivery) // for tests that crash: called at each point
}

// Points at which a process may die.
const (
	beforeCall = "before call"
	afterCall  = "after call"
)

func (o *Outbox) at(point string, d store.Delivery) {
	if o.hook != nil {
		o.hook(point, d)
	}
}

// New makes an outbox. It starts nothing.
func New(o Options) (*Outbox, error) {
	switch {
	case o.Store == nil:
		return nil, errors.New("an outbox without a store")
	case o.Owner == "":
		return nil, errors.New("an outbox without an owner")
	case o.Token == nil:
		return nil, errors.New("an outbox without a token")
	case o.Wait < 0 || o.PerChannel < 0 || o.PerSecond < 0:
		return nil, errors.New("an outbox with a negative time or rate")
	}
	o = o.withDefaults()
	return &Outbox{
		options: o, now: o.Now, log: o.Log,
		// 10 s, 5 s, 30 s and 2.5 s of 45 s. A claimed delivery may wait for
		// its lane, be asked about and rendered, and then it is called for: the
		// lease is longer than all of it, and the wait longer than the lease.
		limit: o.Wait * 2 / 9, patience: o.Wait / 9, lease: o.Wait * 2 / 3, hold: o.Wait / 18,
		pace: newPace(o.PerChannel, o.PerSecond),
	}, nil
}

func (o Options) withDefaults() Options {
	o.Wait = cmp.Or(o.Wait, waitDefault)
	o.PerChannel = cmp.Or(o.PerChannel, perChannel)
	o.PerSecond = cmp.Or(o.PerSecond, perWorkspace)
	o.APIURL = strings.TrimRight(cmp.Or(o.APIURL, slack.APIURL), "/") + "/"
	if o.HTTP == nil { // its calls have time limits, and Slack sends nobody elsewhere
		o.HTTP = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}
