package bot

import (
	"bufio"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/coverage"
)

// sheetHead names the columns of an export. Sizes are of the last job, in
// bytes; coverage is in percent, rounded down; times are UTC.
const sheetHead = "customer,customer id,tenant id,module,scanned,protected,without backup,coverage,size AvePoint,size own storage,read at\n"

// sheet writes readings as CSV: UTF-8, a line for each module of each tenant of
// each customer, nothing held in memory.
// https://datatracker.ietf.org/doc/html/rfc4180
type sheet struct {
	out  *bufio.Writer
	size int64 // bytes written
	line []byte

	customers, lines int
	unread           int       // customers that are not in it, counted by whoever writes it
	oldest           time.Time // of the readings written
}

// newSheet begins a sheet with its head.
func newSheet(w io.Writer) *sheet {
	s := &sheet{out: bufio.NewWriterSize(w, 64<<10), line: []byte(sheetHead)}
	s.end()
	return s
}

// add writes a customer's reading. An error of the writer is that of
// [sheet.close].
func (s *sheet) add(name string, o avepoint.Overview) {
	for _, m := range o.Modules {
		count := coverage.Count{Scanned: m.Scanned, Protected: m.Protected}
		s.text(name)
		s.text(o.CustomerID)
		s.text(m.Tenant)
		s.text(m.Name)
		s.number(m.Scanned)
		s.number(m.Protected)
		s.number(count.Gap())
		s.plain(percent(count.Coverage()))
		s.stored(m.Stored)
		s.stored(m.StoredBYOS)
		s.plain(o.FetchedAt.UTC().Format(time.RFC3339))
		s.line[len(s.line)-1] = '\n'
		s.end()
		s.lines++
	}
	if len(o.Modules) == 0 {
		return
	}
	s.customers++
	if s.oldest.IsZero() || o.FetchedAt.Before(s.oldest) {
		s.oldest = o.FetchedAt
	}
}

// end hands a line to the writer, which keeps its first error.
func (s *sheet) end() {
	n, _ := s.out.Write(s.line)
	s.size += int64(n)
	s.line = s.line[:0]
}

// close writes what is left and tells the first error.
func (s *sheet) close() error { return s.out.Flush() }

// text writes a field from outside, always in quotes: a program that takes the
// semicolon for the separator must not find one in a name.
func (s *sheet) text(field string) {
	s.line = append(append(s.line, formatting.Field(field)...), ',')
}

func (s *sheet) number(n int64) { s.plain(strconv.FormatInt(n, 10)) }

func (s *sheet) plain(field string) {
	s.line = append(s.line, field...)
	s.line = append(s.line, ',')
}

// stored writes a size: in bytes where it can be read, nothing where AvePoint
// says that it does not apply, otherwise as it was sent.
func (s *sheet) stored(size avepoint.Size) {
	switch text := strings.TrimSpace(size.Text); {
	case size.Known:
		s.number(size.Bytes)
	case text == "" || strings.EqualFold(text, "N/A"):
		s.plain("")
	default:
		s.text(text)
	}
}

// percent is coverage with one decimal, and nothing for 0 of 0.
func percent(r coverage.Ratio) string {
	tenths, ok := r.Tenths()
	if !ok {
		return ""
	}
	return strconv.FormatInt(tenths/10, 10) + "." + strconv.FormatInt(tenths%10, 10)
}
