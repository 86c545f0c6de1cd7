package bot

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/avepoint"
)

func TestSheet(t *testing.T) {
	t.Parallel()
	read := time.Date(2026, 11, 24, 14, 3, 0, 0, time.FixedZone("CET", 3600))
	var out bytes.Buffer
	s := newSheet(&out)
	s.add("Contoso, Retail \"North\"", avepoint.Overview{
		CustomerID: "c-1", FetchedAt: read,
		Modules: []avepoint.Module{
			{
				Name: "Exchange Online", Tenant: "t-1", Scanned: 1250, Protected: 1247,
				Stored: avepoint.Size{Text: "N/A"}, StoredBYOS: avepoint.Size{Text: "1 KB", Bytes: 1024, Known: true},
			},
			{Name: "Teams Chat", Scanned: 300, Protected: 312, Stored: avepoint.Size{Text: "much"}},
			{Name: "Planner"},
		},
		Other: []avepoint.Module{{Name: "Salesforce", Scanned: 1}},
	})
	s.add("Never scanned", avepoint.Overview{CustomerID: "c-2", FetchedAt: read.Add(-time.Hour)})
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	const want = `customer,customer id,tenant id,module,scanned,protected,without backup,coverage,size AvePoint,size own storage,read at
"Contoso, Retail ""North""","c-1","t-1","Exchange Online",1250,1247,3,99.7,,1024,2026-11-24T13:03:00Z
"Contoso, Retail ""North""","c-1","","Teams Chat",300,312,0,100.0,"much",,2026-11-24T13:03:00Z
"Contoso, Retail ""North""","c-1","","Planner",0,0,0,,,,2026-11-24T13:03:00Z
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
	if s.size != int64(out.Len()) || s.customers != 1 || s.lines != 3 || !s.oldest.Equal(read) {
		t.Errorf("the sheet says %d bytes, %d customers, %d lines, oldest %s", s.size, s.customers, s.lines, s.oldest)
	}
}

// Whatever a name is made of, the sheet stays a sheet of eleven columns with
// the name in it, and no cell begins a formula, also not for a program that
// takes semicolons or tabs for the separator.
func FuzzSheet(f *testing.F) {
	for _, s := range []string{"=1", "a;=1;b", "\"\r\n=1", "\",=1", "\t@", " ＝1", "'=1", "|-1"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, name, module string) {
		var out bytes.Buffer
		s := newSheet(&out)
		s.add(name, avepoint.Overview{CustomerID: "c", Modules: []avepoint.Module{{Name: module, Scanned: 3, Protected: 2}}})
		if err := s.close(); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(out.Bytes())).ReadAll()
		if err != nil || len(rows) != 2 || len(rows[1]) != 11 {
			t.Fatalf("%q and %q make %q: %v", name, module, out.String(), err)
		}
		for _, field := range rows[1] {
			for _, cell := range strings.FieldsFunc(field, func(r rune) bool { return strings.ContainsRune(";|\t\r\n", r) }) {
				if cell = strings.TrimLeft(cell, " "); cell != "" && strings.ContainsAny(string([]rune(cell)[0]), "=+-@＝＋－＠") {
					t.Fatalf("%q and %q make the cell %q", name, module, cell)
				}
			}
		}
	})
}

func TestSheet_error(t *testing.T) {
	t.Parallel()
	s := newSheet(noRoom{})
	for range 1000 {
		s.add(strings.Repeat("x", 100), avepoint.Overview{Modules: []avepoint.Module{{}}})
	}
	if err := s.close(); !errors.Is(err, errNoRoom) {
		t.Errorf("a full disk gives %v", err)
	}
}

var errNoRoom = errors.New("no space left on device")

type noRoom struct{}

func (noRoom) Write([]byte) (int, error) { return 0, errNoRoom }
