package coverage

import "time"

// Condition is what is wrong with a series or a customer.
type Condition int

// The conditions of a series' coverage, mildest first, and the others.
const (
	SmallGap      Condition = iota + 1 // C3: a few objects of a small module
	Lag                                // C2: new objects wait too long for a backup
	CoverageDrop                       // C1: objects lost their protection
	ProtectedZero                      // C4: nothing is protected any more
	ScanCollapse                       // C6: far fewer objects are scanned
	ModuleMissing                      // C7: the module is in no answer any more
	EmptyAnswer                        // C8: a customer that had modules has none
	DataStale                          // C9: no good reading for too long
)

var conditionNames = [...]string{"", "SMALL_GAP", "LAG", "COVERAGE_DROP", "PROTECTED_ZERO", "SCAN_COLLAPSE", "MODULE_MISSING", "EMPTY_ANSWER", "DATA_STALE"}

// String is the name in logs and in what replay prints.
func (c Condition) String() string {
	if c < 0 || int(c) >= len(conditionNames) {
		return ""
	}
	return conditionNames[c]
}

// Severity is how bad it is.
type Severity int

// The severities that are told.
const (
	Warn Severity = iota + 1
	Crit
)

// String is the name in logs and in what replay prints.
func (s Severity) String() string {
	switch s {
	case Warn:
		return "WARN"
	case Crit:
		return "CRIT"
	}
	return ""
}

// EventKind is what became of a condition.
type EventKind int

// The kinds of event.
const (
	Fires EventKind = iota + 1
	Escalates
	Resolved
	Flapping
)

var eventNames = [...]string{"", "fires", "escalates", "resolved", "flapping"}

// String is the name in logs and in what replay prints.
func (k EventKind) String() string {
	if k < 0 || int(k) >= len(eventNames) {
		return ""
	}
	return eventNames[k]
}

// Event is a step of an incident.
type Event struct {
	At        time.Time
	Module    string // empty where it is of the whole customer
	Condition Condition
	Kind      EventKind
	Severity  Severity
	Posted    bool // people get a notice, not only an edit
}
