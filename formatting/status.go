package formatting

import (
	"time"

	"github.com/slack-go/slack"
)

// StatusView is how the bot itself does. It names no customer, so that all may
// see it.
type StatusView struct {
	Command string // the command as Slack sent it
	Version string
	Limited bool // asked where not all customers are shown: nothing that counts or times the whole installation is said
	Now     time.Time

	Current, Last *SweepView    // the sweep under way, and the last that is done; nil is none
	Customers     int           // watched, and listed by AvePoint
	Unwatched     int           // taken off by an admin
	Gone          int           // no longer listed by AvePoint
	Never         int           // watched and never read so far
	Stale         int           // with data older than StaleAfter
	Oldest        time.Time     // the oldest reading of a watched customer; zero is none
	StaleAfter    time.Duration // from what age on data is stale
	Directory     time.Time     // when the list of customers was read; zero is never

	Pace    Pace
	API     APIHealth
	Storage StorageView

	Deliveries *DeliveriesView // nil is unknown
	Incidents  *IncidentsView  // of the customers that may be seen here; nil is unknown

	Replicas int // processes of the bot that live; 0 is unknown

	Refresh string // value of Refresh (action [ActionStatus])
}

// SweepView is one reading of all watched customers.
type SweepView struct {
	Began, Ended        time.Time     // Ended is zero while it goes on
	Customers           int           // to read
	Good, Empty, Failed int           // how they were read so far; Good are complete readings
	Left                time.Duration // about how long it still takes; 0 is unknown
	Skipped             int           // intervals that passed before it without a sweep of their own
}

// Pace is how long a sweep takes with the settings and the fleet.
type Pace struct {
	Estimate time.Duration // of one sweep; 0 is unknown
	Interval time.Duration // SWEEP_INTERVAL
	Rate     float64       // AVEPOINT_RATE: requests a second of the whole installation; 0 is unknown
	InFlight int           // AVEPOINT_CONCURRENCY: calls at once of one process; 0 is unknown
	Latency  time.Duration // of a call; 0 is unknown
	TooSlow  bool          // Estimate is longer than Interval
}

// APIHealth is how AvePoint answers.
type APIHealth struct {
	Credentials bool           // AvePoint refuses the sign-in
	Down        time.Time      // since when it does not answer; zero is that it does
	Failing     []FailureCount // customers that could not be read, by reason
}

// FailureCount is how many customers could not be read, for one reason.
type FailureCount struct {
	Class     string // as the store keeps it: forbidden, not_found, rate_limited, busy, unavailable, unreadable, …
	Customers int
}

// StorageView is the bot's memory.
type StorageView struct {
	Kind    string    // SQLite or PostgreSQL; "" is that it cannot be used
	Damaged bool      // it cannot be used because it is damaged
	Full    bool      // it cannot be used because there is no room for it
	Bytes   int64     // its size; 0 is unknown
	Backup  time.Time // newest daily copy; zero is none
	Copies  bool      // whether the bot makes daily copies itself, as of SQLite
}

// Status says how the bot itself does: what is wrong, then how it reads.
func Status(v StatusView) Message {
	answer := v.answer()
	if v.Storage.Kind == "" {
		lines := []line{answer, v.version()}
		return Message{Text: join(lines...).text(), Blocks: append([]slack.Block{paragraph(lines...)}, v.buttons()...)}
	}
	if v.Limited {
		return v.limited()
	}
	lines := []line{answer}
	lines = append(lines, v.warnings()...)
	lines = append(lines, v.sweeps()...)
	about := []line{v.data(), v.list(), v.Pace.says(v.Customers), v.API.says()}
	about = append(about, v.Incidents.says(v.Command)...)
	about = append(about, v.Deliveries.says(v.Command, v.Now)...)
	for _, l := range append(about, v.memory(), v.version()) {
		if len(l) > 0 {
			lines = append(lines, l)
		}
	}
	return Message{
		Text:   cut(join(lines...).text(), maxPlain),
		Blocks: append([]slack.Block{header("Status"), paragraph(lines...)}, v.buttons()...),
	}
}

// limited is the status where not all customers are shown.
func (v StatusView) limited() Message {
	lines := []line{v.general(), v.version()}
	return Message{
		Text:   join(lines...).text(),
		Blocks: append([]slack.Block{header("Status"), paragraph(lines...)}, v.buttons()...),
	}
}

// general is [StatusView.answer] without a number.
func (v StatusView) general() line {
	switch {
	case v.API.Credentials || !v.API.Down.IsZero():
		return line{strong("AvePoint does not answer the bot at the moment."), say(" What is shown are older readings.")}
	case v.Oldest.IsZero():
		return line{strong("No data is read yet.")}
	case v.Stale+v.Never > 0:
		return line{strong("The bot works, but not all data is fresh.")}
	}
	return line{strong("All works, and all data is fresh.")}
}

func (v StatusView) buttons() []slack.Block {
	return actions(button(ActionStatus, v.Refresh, "Refresh"))
}

// answer is the worst that is wrong, or that nothing is.
func (v StatusView) answer() line {
	switch {
	case v.Storage.Damaged:
		return line{strong("The bot's memory is damaged."), say(" Whoever runs it finds in its log how to mend it.")}
	case v.Storage.Full:
		return line{strong("There is no room left for the bot's memory."), say(" Whoever runs it has to make room on its disk.")}
	case v.Storage.Kind == "":
		return line{strong("The bot cannot reach its memory at the moment."), say(" Whoever runs it finds the cause in its log.")}
	case v.API.Credentials:
		return line{strong("The bot cannot sign in to AvePoint."), say(" Whoever runs it has to renew its credentials. What is shown are older readings.")}
	case !v.API.Down.IsZero():
		return line{strong("AvePoint has not answered since "), on(v.API.Down), strong("."), say(" The bot keeps asking. What is shown are older readings.")}
	case v.Pace.TooSlow:
		return line{strong("Reading all customers takes longer than SWEEP_INTERVAL allows.")}
	case v.Last == nil:
		return line{strong("The bot is reading all customers for the first time.")}
	case v.Stale+v.Never > 0:
		late := v.Stale + v.Never
		return line{strong(number(int64(late)) + " of " + counted(int64(v.Customers), "customer", "customers") + either(int64(late), " has", " have") + " no fresh data.")}
	}
	if n := v.API.customers(); n > 0 {
		return line{strong("All data is fresh, but " + counted(n, "customer was", "customers were") + " not read at the last try.")}
	}
	if trouble := v.Deliveries.trouble(); len(trouble) > 0 {
		return trouble
	}
	return line{strong("All works, and all data is fresh.")}
}

// warnings say what to change where a sweep takes too long.
func (v StatusView) warnings() []line {
	p := v.Pace
	if !p.TooSlow || p.Interval <= 0 || p.Estimate <= 0 {
		return nil
	}
	l := line{
		say("A sweep takes about " + atLeast(p.Estimate) + ", and one is wanted every " + every(p.Interval) +
			". Whoever runs the bot can set "), setting("SWEEP_INTERVAL"), say(" to at least " + upToHour(p.Estimate) + ", or raise "),
	}
	const share = 0.9 // of the rate is the sweep's; the rest is kept for people
	byRate := p.Rate > 0 && float64(v.Customers)/(share*p.Rate) > p.Interval.Seconds()
	byCalls := p.InFlight > 0 && float64(v.Customers)*p.Latency.Seconds()/float64(p.InFlight*max(1, v.Replicas)) > p.Interval.Seconds()
	switch {
	case byRate && !byCalls:
		l = l.with(setting("AVEPOINT_RATE"))
	case byCalls && !byRate:
		l = l.with(setting("AVEPOINT_CONCURRENCY"))
	default:
		l = l.with(setting("AVEPOINT_RATE"), say(" and "), setting("AVEPOINT_CONCURRENCY"))
	}
	return []line{l.with(say(", if AvePoint allows it."))}
}

// upToHour is a duration rounded up to what one would set: minutes below an
// hour, else hours.
func upToHour(d time.Duration) string {
	if d <= time.Hour {
		return atLeast(d)
	}
	return number(int64((d+time.Hour-1)/time.Hour)) + " h"
}
