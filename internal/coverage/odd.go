package coverage

// Oddity is what is unusual about a row, beyond an ordinary gap.
type Oddity int

// Oddities of a row. The zero value is an ordinary row.
const (
	Ordinary       Oddity = iota
	NothingScanned        // 0 of 0: no coverage, neither good nor bad
	NeverProtected        // something scanned, nothing of it protected
	MoreProtected         // more protected than scanned: data of people who have left
)

// String names the oddity for logs and tests.
func (o Oddity) String() string {
	switch o {
	case Ordinary:
		return "ordinary"
	case NothingScanned:
		return "nothing scanned"
	case NeverProtected:
		return "never protected"
	case MoreProtected:
		return "more protected than scanned"
	}
	return "unknown"
}

// Oddity says what is unusual about a row. A row with something protected and
// nothing scanned is one of leavers' data.
func (c Count) Oddity() Oddity {
	switch {
	case c.Surplus() > 0:
		return MoreProtected
	case c.Scanned <= 0:
		return NothingScanned
	case c.Protected <= 0:
		return NeverProtected
	}
	return Ordinary
}
