package coverage

import "time"

// Family is the conditions of which one message tells.
type Family int

// Families. Those from APIFamily on are of the installation, not of a customer.
const (
	CoverageFamily   Family = iota + 1 // C1 to C4
	FloorFamily                        // C5
	ScanFamily                         // C6
	MissingFamily                      // C7
	EmptyFamily                        // C8
	StaleFamily                        // C9
	AccessFamily                       // C11
	APIFamily                          // C10
	CredentialFamily                   // C13
	DeliveryFamily                     // C14
)

// Recovery is how a member of an incident came to its end.
type Recovery int

// Recoveries.
const (
	RecoveredBack      Recovery = iota + 1 // objects are protected again, or the module, the answers, the access are back
	RecoveredOffScan                       // what had no backup is not scanned any more
	RecoveredAccepted                      // a person said that it is normal
	RecoveredUnwatched                     // nobody watches it any more
)

// Open says how one open condition of a series, or of a customer, stands.
type Open struct {
	Key
	Condition Condition // as told
	Severity  Severity
	Since     time.Time // the first reading that showed it
	Until     time.Time // the last one before that did not; zero: not known
	Was, Now  Count     // at Until, and by the newest reading that was judged
	Reference Ratio     // what counts as normal
	Missing   int64     // objects, against the reference
	Lost      int64     // of these, that were protected before
	Slowly    bool      // the rest have had no backup for more than a day: new, or lost slowly
	Worst     int64     // the most objects that were missing since
	WorstNow  Count     // the reading of Worst
	Readings  int       // that showed it in a row
	Class     string    // of a failure: forbidden, unavailable …
	// Recovering says that the newest reading is well, and one more is waited for.
	Recovering bool
	NoData     time.Time // since when no reading tells of it; zero: they do
	Flapping   bool      // it comes and goes, and is told no more
}

// Member is a part of an incident: a series, or the customer.
type Member struct {
	Open
	Said  int64     // Missing, as the log says it
	Ended time.Time // zero: it is open
	How   Recovery  // it ended
}

// Incident is one run of trouble of a customer and family, from the first firing
// until all its members have ended.
type Incident struct {
	Family     Family
	Generation int // 1 for the first of the customer and family
	Opened     time.Time
	Closed     time.Time // zero: it is open
	Severity   Severity  // the highest of the open members; of a closed one, the highest there was
	Flapping   bool      // posted no more until it is quiet
	Members    []Member  // open ones first, worst first

	moved bool // by the last step
}

// LineKind is what a line of an incident's log says.
type LineKind int

// Lines of the log. Those from LineAcked on are acts of people.
const (
	LineFired LineKind = iota + 1
	LineEscalated
	LineResolved // a member ended
	LineFlapping
	LineNoData
	LineClosed // all members ended
	LineWorse  // more is missing than was said, and no more severe
	LineReopened
	LineAcked
	LineSnoozed
	LineWoken // a snooze ended, by a person, its time, or because it got worse
	LineAccepted
	LineUndone
	LineUnwatched
	LineReminder
)

// Line is one step of an incident, as its thread tells it.
type Line struct {
	At        time.Time
	Kind      LineKind
	Key       Key // empty: the whole customer
	Condition Condition
	Severity  Severity
	From, To  Count
	Missing   int64
	Lost      int64
	How       Recovery
	Posted    bool          // people get a notice; not: an edit
	For       time.Duration // LineResolved, LineClosed: since it opened
	By        string        // id of the user; acts of people
	Until     time.Time     // LineSnoozed
	Reason    string        // LineSnoozed, LineWoken
}

// Acceptable reports whether a person can say of the family that what it tells of
// is normal.
func (f Family) Acceptable() bool {
	return f == CoverageFamily || f == ScanFamily || f == MissingFamily || f == EmptyFamily
}
