package coverage

import "time"

// Condition is what is wrong with a series or a customer.
type Condition int

// The conditions of a series' coverage, mildest first, and the others.
const (
	SmallGap         Condition = iota + 1 // C3: a few objects of a small module
	Lag                                   // C2: new objects wait too long for a backup
	CoverageDrop                          // C1: objects lost their protection
	ProtectedZero                         // C4: nothing is protected any more
	ScanCollapse                          // C6: far fewer objects are scanned
	ModuleMissing                         // C7: the module is in no answer any more
	EmptyAnswer                           // C8: a customer that had modules has none
	DataStale                             // C9: no good reading for too long
	CoverageFloor                         // C5: coverage below a set floor
	AccessLost                            // C11: AvePoint does not let the bot read the customer
	DataQuality                           // C12: numbers that cannot be right
	NeverBackedUp                         // C15: nothing was ever protected
	APITrouble                            // C10: AvePoint itself is in trouble
	CredentialExpiry                      // C13: the secret or certificate ends soon
	DeliveryTrouble                       // C14: messages do not get through
)

// Family is the family in which people are told of the condition; 0: they are not,
// but for a note.
func (c Condition) Family() Family {
	switch c {
	case SmallGap, Lag, CoverageDrop, ProtectedZero:
		return CoverageFamily
	case CoverageFloor:
		return FloorFamily
	case ScanCollapse:
		return ScanFamily
	case ModuleMissing:
		return MissingFamily
	case EmptyAnswer:
		return EmptyFamily
	case DataStale:
		return StaleFamily
	case AccessLost:
		return AccessFamily
	case APITrouble:
		return APIFamily
	case CredentialExpiry:
		return CredentialFamily
	case DeliveryTrouble:
		return DeliveryFamily
	}
	return 0
}

// String is the name in logs and in what replay prints.
func (c Condition) String() string {
	names := [...]string{
		"", "SMALL_GAP", "LAG", "COVERAGE_DROP", "PROTECTED_ZERO", "SCAN_COLLAPSE", "MODULE_MISSING", "EMPTY_ANSWER", "DATA_STALE",
		"COVERAGE_FLOOR", "ACCESS_LOST", "DATA_QUALITY", "NEVER_PROTECTED", "API_TROUBLE", "CREDENTIAL_EXPIRY", "DELIVERY_TROUBLE",
	}
	if c < 0 || int(c) >= len(names) {
		return ""
	}
	return names[c]
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

// String is the name in logs and in what replay prints.
func (k EventKind) String() string {
	names := [...]string{"", "fires", "escalates", "resolved", "flapping"}
	if k < 0 || int(k) >= len(names) {
		return ""
	}
	return names[k]
}

// Event is a step of an incident.
type Event struct {
	At        time.Time
	Key       // empty where it is of the whole customer
	Condition Condition
	Kind      EventKind
	Severity  Severity
	Posted    bool // people get a notice, not only an edit
}
