package formatting

import "time"

// DeliveriesView is how the messages fare that the bot posts unasked.
type DeliveriesView struct {
	Pending int             // messages that wait
	Sending int             // under way, or not yet known to have come
	Sent    int             // in the last 24 hours
	Dead    int             // given up in the last 7 days
	Doubles int64           // may have been posted twice, since the bot was set up
	Oldest  time.Time       // since when the oldest waits; zero is none
	Parked  []ParkedChannel // channels that cannot be reached
}

// ParkedChannel is a channel that cannot be reached.
type ParkedChannel struct {
	Channel string // id
	Class   string // Slack's error
	Since   time.Time
	Waiting int // messages that wait for it
}

// trouble is the first line of a status where nothing is wrong but this.
func (d *DeliveriesView) trouble() line {
	switch {
	case d == nil:
		return nil
	case len(d.Parked) == 1:
		return line{strong("All data is fresh, but the bot cannot post in one channel.")}
	case len(d.Parked) > 1:
		return line{strong("All data is fresh, but the bot cannot post in " + number(int64(len(d.Parked))) + " channels.")}
	case d.Dead > 0:
		return line{strong("All data is fresh, but " + counted(int64(d.Dead), "message was", "messages were") + " given up in the last 7 days.")}
	}
	return nil
}

// says is how the deliveries fare, and which channels cannot be reached.
func (d *DeliveriesView) says(command string, now time.Time) []line {
	if d == nil {
		return nil
	}
	l := line{strong("Deliveries"), say(": " + number(int64(d.Sent)) + " posted in the last 24 h")}
	if n := d.Pending + d.Sending; n > 0 {
		l = l.with(say(", " + number(int64(n)) + either(int64(n), " waits", " wait")))
		if !d.Oldest.IsZero() {
			l = l.with(say(", the oldest since "), at(d.Oldest, now), say(" ("+ago(d.Oldest, now)+")"))
		}
	} else {
		l = l.with(say(", none waits"))
	}
	if d.Dead > 0 {
		l = l.with(say(", " + number(int64(d.Dead)) + " given up in the last 7 days"))
	}
	if d.Doubles > 0 {
		l = l.with(say(", " + number(d.Doubles) + " may have come twice"))
	}
	return append([]line{l.with(say("."))}, d.parked(command, now)...)
}

// maxParked is how many channels a status names.
const maxParked = 5

// parked names channels that cannot be reached, each with the mend.
func (d *DeliveriesView) parked(command string, now time.Time) []line {
	var lines []line
	for _, p := range d.Parked[:min(len(d.Parked), maxParked)] {
		notice := DeliveryNoticeView{Command: command, Channel: p.Channel, Class: p.Class, Since: p.Since, Now: now}
		l := notice.cannot()
		if p.Waiting > 0 {
			l = l.with(say(" " + counted(int64(p.Waiting), "message waits", "messages wait") + " for it."))
		}
		lines = append(lines, l)
	}
	if rest := len(d.Parked) - len(lines); rest > 0 {
		lines = append(lines, line{say("It cannot post in " + counted(int64(rest), "more channel", "more channels") + " either.")})
	}
	return lines
}
