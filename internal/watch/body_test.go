package watch

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/avepoint"
)

func wholeOverview() avepoint.Overview {
	at := time.Date(2026, 11, 24, 9, 2, 3, 456_000_000, time.UTC)
	return avepoint.Overview{
		CustomerID: "C-1", FetchedAt: at,
		Modules: []avepoint.Module{{
			Name: "Exchange Online", Tenant: "t-1", Account: "it@nod.example", ServiceType: "Cloud Backup for Microsoft 365",
			Scanned: 300, Protected: 1 << 53,
			Stored: avepoint.Size{Text: "1.5 TB", Bytes: 1_649_267_441_664, Known: true}, StoredBYOS: avepoint.Size{Text: "N/A"},
			LastRun: at.Add(-time.Hour),
		}, {Name: "OneDrive"}},
		Other: []avepoint.Module{{Name: "Gmail", ServiceType: "Cloud Backup for Google Workspace", Scanned: 7}},
	}
}

func TestDecode_givesBackWhatEncodeTook(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]avepoint.Overview{
		"whole": wholeOverview(), "empty": {CustomerID: "C-2", FetchedAt: time.Unix(1, 0).UTC()}, "zero": {},
	} {
		b, err := Encode(o)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, err := Decode(b)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(o, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// The text below is in databases: it must be readable for ever.
func TestDecode_readsWhatWasWrittenBefore(t *testing.T) {
	t.Parallel()
	const first = `{"v":1,"id":"C-1","at":"2026-11-24T09:02:03.456Z","m":[` +
		`{"n":"Exchange Online","t":"t-1","a":"it@nod.example","s":"Cloud Backup for Microsoft 365","c":300,"p":9007199254740992,` +
		`"z":{"x":"1.5 TB","b":1649267441664,"k":true},"y":{"x":"N/A"},"l":"2026-11-24T08:02:03.456Z"},{"n":"OneDrive","c":0,"p":0}],` +
		`"o":[{"n":"Gmail","s":"Cloud Backup for Google Workspace","c":7,"p":0}]}`
	got, err := Decode([]byte(first))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wholeOverview(), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	written, err := Encode(wholeOverview())
	if err != nil || string(written) != first {
		t.Errorf("now it is written as %s, %v: members may be added, but then this test has a second text", written, err)
	}
}

func TestDecode_tolerates_and_refuses(t *testing.T) {
	t.Parallel()
	for text, readable := range map[string]bool{
		`{"v":1,"id":"C-1","new":{"a":[1]},"m":[{"n":"OneDrive","c":1,"p":1,"also":"new"}]}`: true,
		`{"v":2,"id":"C-1"}`: false,
		`{"id":"C-1"}`:       false,
		`{"v":1,"id":"C-1"`:  false,
		`{"v":1,"m":{}}`:     false,
		``:                   false,
		`null`:               false,
	} {
		o, err := Decode([]byte(text))
		if (err == nil) != readable {
			t.Errorf("%s: %v", text, err)
		}
		if !readable && !cmp.Equal(o, avepoint.Overview{}) {
			t.Errorf("%s: something of it is used: %v", text, o)
		}
	}
}

func TestDecode_quotesNothing(t *testing.T) {
	t.Parallel()
	_, err := Decode([]byte(`{"v":1,"m":[{"a":"it@nod.example","c":"it@nod.example"}]}`))
	if err == nil || strings.Contains(err.Error(), "nod") {
		t.Errorf("error %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	b, _ := Encode(wholeOverview())
	f.Add(b)
	f.Add([]byte(`{"v":1}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		o, err := Decode(b)
		if err != nil {
			return
		}
		again, err := Encode(o)
		if err != nil {
			t.Fatal(err)
		}
		if o2, err := Decode(again); err != nil || !cmp.Equal(o, o2) {
			t.Errorf("%v: %s", err, cmp.Diff(o, o2))
		}
	})
}
