package coverage

import "time"

// Health is how the installation as a whole fares.
type Health struct {
	At time.Time
	// SignIn is how often in a row AvePoint's token endpoint has failed.
	SignIn int
	// Customers are watched; Failing of them failed within one sweep interval, by
	// the class of the failure.
	Customers int
	Failing   map[string]int

	// Expires is when the secret or certificate ends; zero: nobody knows.
	Expires time.Time

	// Unsent is since when the oldest message waits; zero: none does. Parked
	// channels cannot be posted to, and Dead messages were given up.
	Unsent       time.Time
	Parked, Dead int
}

// Worst is the class by which most fail, and by how many; empty where none does.
func (h Health) Worst() (class string, n int) {
	for c, count := range h.Failing {
		if count > n || count == n && c < class {
			class, n = c, count
		}
	}
	return class, n
}

// Installation is the state of C10, C13 and C14, kept as JSON.
type Installation struct {
	API      trouble `json:"api,omitzero"`
	Expiry   trouble `json:"expiry,omitzero"`
	Delivery trouble `json:"delivery,omitzero"`
}

// trouble is one condition of the installation.
type trouble struct {
	Since    int64    `json:"s,omitempty"` // 0: all is well
	Severity Severity `json:"v,omitempty"` // as told; 0: not told
	Class    string   `json:"c,omitempty"`
	Failing  int64    `json:"f,omitempty"`
	Of       int64    `json:"o,omitempty"`
	Days     int64    `json:"d,omitempty"` // C13: as told
	Told     told     `json:"t,omitzero"`
}

// Step takes how the installation fares and says what it means.
func (i *Installation) Step(h Health, r Rules) []Event {
	e := Event{At: h.At}
	events := i.API.step(h.api(&i.API, r), as(e, APITrouble), r)
	events = append(events, i.expiry(h, as(e, CredentialExpiry), r)...)
	return append(events, i.Delivery.step(h.delivery(&i.Delivery, r), as(e, DeliveryTrouble), r)...)
}

// step moves a condition to a severity: 0 ends it.
func (t *trouble) step(severity Severity, e Event, r Rules) []Event {
	open := t.Severity
	switch {
	case severity == 0 && open == 0:
		return nil
	case severity == 0:
		e.Severity = open
		*t = trouble{Told: t.Told}
		return []Event{t.Told.resolved(e)}
	case severity <= open:
		return nil
	}
	t.Severity, e.Severity = severity, severity
	if open != 0 {
		return []Event{t.Told.escalates(e)}
	}
	return t.Told.fires(e, r)
}

// api is C10: 0 where AvePoint is well, or not ill for long enough.
func (h Health) api(t *trouble, r Rules) Severity {
	class, n := h.Worst()
	of := int64(h.Customers)
	many := max(r.APICustomers, (r.APIPercent*of+99)/100)
	ill := int64(h.SignIn) >= r.APIFailures || of > 0 && int64(n) >= min(many, of)
	if !ill {
		if t.Severity == 0 {
			*t = trouble{Told: t.Told}
		}
		return 0
	}
	if int64(h.SignIn) >= r.APIFailures && n == 0 {
		class = "credentials"
	}
	if t.Since == 0 {
		t.Since = h.At.UnixMilli()
	}
	t.Class, t.Failing, t.Of = class, int64(n), of
	switch age := h.At.UnixMilli() - t.Since; {
	case age >= r.APICrit.Milliseconds():
		return Crit
	case age >= r.APIWarn.Milliseconds():
		return Warn
	}
	return t.Severity
}

// expiry is C13: told anew at each of some days before the end of the credential,
// as CRIT on the last.
func (i *Installation) expiry(h Health, e Event, r Rules) []Event {
	t := &i.Expiry
	left := h.Expires.Sub(h.At)
	due := int64(0)
	for _, d := range [...]int64{1, 7, 14, 30} {
		if !h.Expires.IsZero() && left <= time.Duration(d)*24*time.Hour {
			due = d
			break
		}
	}
	if due == 0 || t.Days != 0 && due > t.Days {
		t.Days = 0
		return t.step(0, e, r)
	}
	if due == t.Days {
		return nil
	}
	first := t.Days == 0
	t.Days, t.Since = due, h.At.UnixMilli()
	e.Severity = Warn
	if due == 1 {
		e.Severity = Crit
	}
	t.Severity = e.Severity
	if first {
		return t.Told.fires(e, r)
	}
	return []Event{t.Told.escalates(e)}
}

// delivery is C14: CRIT where a message was given up.
func (h Health) delivery(t *trouble, r Rules) Severity {
	late := !h.Unsent.IsZero() && h.At.Sub(h.Unsent) >= r.DeliveryLate
	if !late && h.Parked == 0 && h.Dead == 0 {
		return 0
	}
	if t.Since == 0 {
		t.Since = h.At.UnixMilli()
	}
	t.Failing, t.Of = int64(h.Parked), int64(h.Dead)
	if h.Dead > 0 {
		return Crit
	}
	return Warn
}

// Open says what is open of a family of the installation. Now holds, for C10, how
// many customers there are and how many of them do not fail; for C13, Missing is
// the days that were left when it was told; for C14, how many channels are parked
// (Missing) and messages given up (Lost).
func (i *Installation) Open(f Family) []Open {
	var t trouble
	o := Open{Readings: 1}
	switch f {
	case APIFamily:
		t, o.Condition = i.API, APITrouble
		o.Now, o.Missing = Count{Scanned: t.Of, Protected: t.Of - t.Failing}, t.Failing
	case CredentialFamily:
		t, o.Condition = i.Expiry, CredentialExpiry
		o.Missing = t.Days
	case DeliveryFamily:
		t, o.Condition = i.Delivery, DeliveryTrouble
		o.Missing, o.Lost = t.Failing, t.Of
	}
	if t.Severity == 0 {
		return nil
	}
	o.Severity, o.Class, o.Since, o.Flapping = t.Severity, t.Class, moment(t.Since), t.Told.Flapping
	return []Open{o}
}

// Follow brings the open incidents of the installation up to what a step said, as
// [State.Follow] does.
func (i *Installation) Follow(open map[Family]*Incident, events []Event, generation func(Family) int, now time.Time) []Change {
	return follow(open, events, generation, i.Open, func(Key) Count { return Count{} }, now)
}
