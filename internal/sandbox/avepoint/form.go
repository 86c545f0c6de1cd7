package avepoint

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
)

type envelope int

const (
	enveloped envelope = iota
	bare
	nested
	null
	verbatim
)

// form is a Shape taken apart.
type form struct {
	envelope envelope
	text     string // verbatim
	tenant   bool   // tenantId and lastRunTime
	every    int    // … in every row but each so-many-th
	count    func(int64) any
	date     func(row int, t time.Time) any
	extra    bool
	bom      bool
	links    bool
	capitals bool
}

// form takes a Shape apart.
func (s Shape) form() form {
	f := form{tenant: true, count: plainCount, date: isoDate}
	switch s {
	case BareArray:
		f.envelope, f.tenant = bare, false
	case Paged:
		f.tenant = false
	case NestedArray:
		f.envelope = nested
	case BrokenSample:
		f.envelope, f.text = verbatim, brokenSample
	case CommentedSample:
		f.envelope, f.text = verbatim, commentedSample
	case NullData:
		f.envelope = null
	case OddDates:
		f.date = oddDate
	case EpochDates:
		f.date = epochDate
	case SomeWithoutTenant:
		f.every = 2
	case UpperCaseIDs:
		f.capitals = true
	case ExtraFields:
		f.extra = true
	case WithBOM:
		f.bom = true
	case NextLinks:
		f.links = true
	default:
		f.count = s.count()
	}
	return f
}

// count is how a Shape writes counts.
func (s Shape) count() func(int64) any {
	switch s {
	case CountsAsStrings:
		return func(n int64) any { return strconv.FormatInt(n, 10) }
	case CountsPadded:
		return func(n int64) any { return " " + strconv.FormatInt(n, 10) + " " }
	case CountsGrouped:
		return func(n int64) any { return grouped(n) }
	case CountsAsFloats:
		return func(n int64) any { return json.RawMessage(strconv.FormatInt(n, 10) + ".0") }
	case CountsScientific:
		return func(n int64) any { return json.RawMessage(strconv.FormatFloat(float64(n), 'e', -1, 64)) }
	default:
		return plainCount
	}
}

func plainCount(n int64) any { return n }

// grouped writes 1247 as 1,247.
func grouped(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

func isoDate(_ int, t time.Time) any { return t.UTC().Format("2006-01-02T15:04:05Z") }

// epochDate follows the page's table, which calls lastRunTime a long.
func epochDate(_ int, t time.Time) any { return t.UnixMilli() }

// oddDate writes the other forms that samples and answers hold, in turn.
func oddDate(row int, t time.Time) any {
	layouts := []string{"01-02-2006T15:04:05Z", "01/02/2006T15:04:05Z", "01/02/2006 15:04:05", "N/A"}
	return t.UTC().Format(layouts[row%len(layouts)])
}

// write encodes a page of an overview.
func (f form) write(c Customer, rows []Row, fault Fault, s span, next string) []byte {
	if f.envelope == verbatim {
		return []byte(f.text)
	}
	if f.envelope == bare {
		s.from, s.to = 0, len(rows)
	}
	data := make([]object, 0, s.to-s.from)
	for i, r := range rows[s.from:s.to] {
		data = append(data, f.row(c, r, s.from+i, fault))
	}
	return f.wrap(data, fault, s, next)
}

// wrap puts the rows in their envelope.
func (f form) wrap(rows []object, fault Fault, s span, next string) []byte {
	var data any = rows
	if fault.WrongTypes == DataWrong {
		data = object{{"rows", rows}}
	}
	if f.envelope == bare {
		return marshal(data)
	}
	if f.envelope == null {
		data, s.total = nil, 0
	}
	o := object{{"data", data}, {"metadata", s.metadata()}}
	if f.links && s.last {
		o.set("nextLink", nil)
	} else if f.links {
		o.set("nextLink", next)
	}
	if f.extra {
		o = slices.Insert(o, 0, member{"@odata.context", "$metadata#overview"})
		o.set("warnings", []any{object{{"code", 7}}, nil})
	}
	if f.envelope == nested {
		return marshal([]object{o})
	}
	if f.bom {
		return append([]byte("\ufeff"), marshal(o)...)
	}
	return marshal(o)
}

// row encodes one row, the i-th of the overview.
func (f form) row(c Customer, r Row, i int, fault Fault) object {
	id := c.ID
	if f.capitals {
		id = strings.ToUpper(id)
	}
	o := object{{"customerId", id}}
	detailed := f.tenant && (f.every == 0 || i%f.every != f.every-1)
	if detailed && r.TenantID != "" {
		o.set("tenantId", r.TenantID)
	}
	o.set("customer", cmp.Or(r.Customer, c.OwnerEmail))
	o.set("serviceType", cmp.Or(r.ServiceType, ServiceM365))
	o.set("serviceModule", r.Module)
	if detailed && !r.LastRun.IsZero() {
		o.set("lastRunTime", f.date(i, r.LastRun))
	}
	o.set("totalScannedObjects", f.count(r.Scanned))
	o.set("totalProtectedObjects", f.count(r.Protected))
	o.set("dataSizeStoredInAvePoint", cmp.Or(r.Stored, "0 GB"))
	o.set("dataSizeStoredInBYOS", cmp.Or(r.StoredBYOS, "N/A"))
	if f.extra {
		o.set("policy", object{{"name", "Gold"}, {"retention", []int{7, 30}}})
		o.set("totalFailedObjects", nil)
	}
	fault.spoil(&o, i)
	for name, value := range r.Fields {
		o.set(name, value)
	}
	return o
}

// spoil puts what is wrong into a row.
func (f Fault) spoil(o *object, i int) {
	if f.WrongCustomer != "" {
		o.set("customerId", f.WrongCustomer)
	}
	switch f.WrongTypes {
	case CountsWrong:
		o.set("totalScannedObjects", []any{"many", 2.5, true, nil, []int{3}}[i%5])
	case NamesWrong:
		o.set("serviceModule", 42)
	default:
	}
}
