package directory

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// some is a directory with one difficulty or more in each line.
var some = []Entry{
	{"c-retail", "Contoso Retail GmbH", "ana@contoso.com"},
	{"c-logistics", "Contoso Logistics", "bo@logistics.contoso.com"},
	{"c-consult", "Contoso Consulting Ltd", "bo@consulting.example"},
	{"f-1", "Fabrikam", "eve@fabrikam.example"},
	{"f-2", "Fabrikam Fiber Inc.", "eve@fabrikam.example"},
	{"n-1", "Northwind Traders", ""},
	{"s-1", "Smith & Sons", "smith@post.example"},
	{"m-1", "Müller Söhne AG", "m@mueller.example"},
	{"m-2", "Straßenbau Weiß e.V.", "w@weiss.example"},
	{"m-3", "Ærø Øl A/S", "k@aero.example"},
	{"d-1", "Doppel GmbH", "first@doppel.example"},
	{"d-2", "Doppel GmbH", "second@doppel.example"},
	{"g-1", "Graben AG", ""},
	{"g-2", "GRABEN AG", ""},
	{"h-1", "Coca-Cola", ""},
	{"h-2", "O'Neill S.p.A.", ""},
	{"h-3", "A.P. Moller", ""},
	{"h-4", "booking.com", "x@booking.com"},
	{"h-5", "Tailspin™ Toys", ""},
	{"k-1", "Контосо", ""},
	{"k-2", "株式会社ガス", ""},
	{"t-1", "Status GmbH", ""},
	{"L-1", "Litware Limited", ""},
	{"x-1", "Proseware Inc", ""},
	{"0C8E-4C1B", "Wingtip", ""},
}

// ids are those of the entries, in order.
func ids(entries []Entry) []string {
	list := []string{}
	for _, e := range entries {
		list = append(list, e.ID)
	}
	return list
}

func TestIndex_Find(t *testing.T) {
	t.Parallel()
	x := New(some)
	tests := []struct{ query, want string }{
		// ids
		{"0C8E-4C1B", "0C8E-4C1B"},
		{"  0c8e-4c1b ", "0C8E-4C1B"},
		{"0c8e", ""},
		// the whole name
		{"Contoso Retail GmbH", "c-retail"},
		{"contoso retail gmbh", "c-retail"},
		{"FABRIKAM", "f-1"}, // and not Fabrikam Fiber
		{"fabrikam fiber inc", "f-2"},
		{"smith and sons", "s-1"},
		{"Smith & Sons", "s-1"},
		{"coca cola", "h-1"},
		{"booking.com", "h-4"},
		{"tailspin toys", "h-5"},
		// namesakes
		{"Doppel GmbH", "d-1 d-2"},
		{"Graben AG", "g-1"}, // as it is written, so the other is not meant
		{"GRABEN AG", "g-2"},
		{"graben ag", "g-2 g-1"},
		// beginnings, words in any order, other parts
		{"co", "h-1 c-consult c-logistics c-retail h-4"},
		{"conto", "c-consult c-logistics c-retail"},
		{"retail contoso", "c-retail"},
		{"ret cont", "c-retail"},
		{"fiber", "f-2"},
		{"wind", "n-1"},
		{"o", "h-2 m-3 h-3 h-4 h-1 c-consult c-logistics c-retail d-1 d-2 m-1 n-1 x-1 s-1 h-5"},
		{"north wind", "n-1"},
		{"cocacola", "h-1"},
		{"co con", "c-consult c-logistics c-retail"},
		// accents
		{"müller", "m-1"},
		{"MULLER", "m-1"},
		{"mueller", "m-1"},
		{"mu\u0308ller", "m-1"},
		{"Ｍｕｌｌｅｒ", "m-1"},
		{"soehne muller", "m-1"},
		{"strassenbau", "m-2"},
		{"STRASSENBAU WEISS EV", "m-2"},
		{"aero", "m-3"},
		{"aeroe oel as", "m-3"},
		{"ærø øl a/s", "m-3"},
		{"КОНТОСО", "k-1"},
		{"ガス", "k-2"},
		{"カス", ""},
		// punctuation
		{"oneill", "h-2"},
		{"o’neill spa", "h-2"},
		{"ap moller", "h-3"},
		{"(A.P.) Moller!", "h-3"},
		{"con\u200btoso re\u00adtail", "c-retail"},
		// legal forms
		{"contoso retail", "c-retail"},
		{"contoso logistics gmbh", "c-logistics"}, // it is written nowhere, but nothing contradicts
		{"contoso retail inc", ""},                // another company
		{"contoso gmbh", "c-retail"},
		{"contoso co", "c-consult"},
		{"litware ltd", "L-1"},
		{"litware limi", "L-1"},
		{"fabrikam ltd", "f-1"},
		{"gmbh", "c-retail d-1 d-2 t-1"},
		// owners
		{"ana@contoso.com", "c-retail"},
		{"ANA@Contoso.COM", "c-retail"},
		{"mailto:ana@contoso.com", "c-retail"},
		{"ana@", "c-retail"},
		{"eve@fabrikam.example", "f-1 f-2"},
		{"@contoso.com", "c-retail"},
		{"contoso.com", "c-logistics c-retail"},
		{"https://www.contoso.com/about", "c-logistics c-retail"},
		{"@logistics", "c-logistics"},
		{"doppel.example", "d-1 d-2"},
		{"na@contoso.com", ""},
		{"toso.com", ""},
		{"com", "h-4"}, // a word of a name; a domain needs its dot
		// nothing
		{"", ""},
		{" \t", ""},
		{"!?", ""},
		{"@", ""},
		{".", ""},
		{"contsoo", ""},
		{strings.Repeat("a", maxQuery+1), ""},
	}
	for _, tt := range tests {
		t.Run(tt.query, func(t *testing.T) {
			t.Parallel()
			got := x.Find(tt.query, nil)
			if diff := cmp.Diff(strings.Fields(tt.want), ids(got.Hits)); diff != "" {
				t.Fatalf("hits (-want +got):\n%s", diff)
			}
			want := min(Kind(len(got.Hits)), Several)
			if got.Kind != want || got.Total != len(got.Hits) {
				t.Errorf("kind %d, total %d of %d hits", got.Kind, got.Total, len(got.Hits))
			}
		})
	}
}

// Each way to fit stands before the next, whatever the names.
func TestIndex_Find_order(t *testing.T) {
	t.Parallel()
	x := New([]Entry{
		{"owner", "AA", "aa@acme.example"},
		{"substring", "AB Megacme.Example", ""},
		{"words", "Great Example Acme", ""},
		{"prefix", "Acme Example Works", ""},
		{"but the form", "Acme Example Ltd", ""},
	})
	want := []string{"but the form", "prefix", "words", "substring", "owner"}
	if diff := cmp.Diff(want, ids(x.Find("acme.example", nil).Hits)); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestIndex_Find_nearest(t *testing.T) {
	t.Parallel()
	x := New(some)
	tests := []struct{ query, want string }{
		{"contsoo", "c-consult c-logistics c-retail"},
		{"contsoo retial", "c-retail"},
		{"contoso retial gmbh", "c-retail"},
		{"fabrikm", "f-1 f-2"},
		{"frabikam", "f-1 f-2"},
		{"fabr1k", "f-1 f-2"}, // unfinished, and mistyped
		{"fabri kqm", "f-1 f-2"},
		{"mülller", "m-1"},
		{"strasenbau", "m-2"},
		{"northwind tarders", "n-1"},
		{"nortwind traders limited", "n-1"},
		{"contoso berlin", "c-consult c-logistics c-retail"},
		{"contoso retail inc", "c-retail"},
		{"контсоо", "k-1"},
		{"bob@contoso.com", "c-retail"}, // a colleague of the owner
		{"@fabrikm.example", "f-1 f-2"},
		{"fabrikm.com", "f-1 f-2"},
		{"wngtip", "0C8E-4C1B"},
		{"0C8E-4C1C", ""}, // ids are not guessed at
		{"qqqqqqqq", ""},
		{"qq", ""},
		{"xyzzy a", ""}, // one letter is no likeness
		{"q.z", ""},
		{"!", ""},
		{"", ""},
	}
	for _, tt := range tests {
		t.Run(tt.query, func(t *testing.T) {
			t.Parallel()
			got := x.Find(tt.query, nil)
			if got.Kind != None || len(got.Hits) != 0 || got.Total != 0 {
				t.Errorf("a guess: %+v", got)
			}
			if diff := cmp.Diff(strings.Fields(tt.want), ids(got.Nearest)); diff != "" {
				t.Errorf("nearest (-want +got):\n%s", diff)
			}
		})
	}
}

// The nearest are few and the best: four are as near, but three are named; what
// is one edit away hides what is two away.
func TestIndex_Find_nearestBounded(t *testing.T) {
	t.Parallel()
	x := New([]Entry{
		{"4", "Delta Four", ""},
		{"1", "Delta Alpha", ""},
		{"3", "Delta Echo", ""},
		{"2", "Delta Bravo", ""},
		{"far", "Kelter", ""},
		{"whole", "Kelterei", ""},
		{"longer", "Kelterein", ""},
	})
	for query, want := range map[string][]string{
		"dleta":    {"1", "2", "3"},
		"kelteeri": {"whole", "longer"},
	} {
		if diff := cmp.Diff(want, ids(x.Find(query, nil).Nearest)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
}

// What is not visible here must not show: not as a hit, not by its number, not
// as a suggestion, and a hidden namesake must not turn one hit into several.
func TestIndex_Find_visible(t *testing.T) {
	t.Parallel()
	x := New(some)
	only := func(allowed ...string) func(string) bool {
		return func(id string) bool { return slices.Contains(allowed, id) }
	}
	tests := []struct {
		query, visible, hits, nearest string
	}{
		{"0C8E-4C1B", "f-1", "", ""},
		{"fabrikam", "f-2", "f-2", ""}, // the exact name is hidden
		{"conto", "c-retail f-1", "c-retail", ""},
		{"doppel gmbh", "d-2", "d-2", ""},
		{"contsoo", "c-logistics", "", "c-logistics"},
		{"contsoo", "f-1", "", ""},
		{"bob@contoso.com", "f-1", "", ""},
		{"eve@fabrikam.example", "f-2", "f-2", ""},
		{"fabrikam", "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.query+"/"+tt.visible, func(t *testing.T) {
			t.Parallel()
			got := x.Find(tt.query, only(strings.Fields(tt.visible)...))
			if diff := cmp.Diff(strings.Fields(tt.hits), ids(got.Hits)); diff != "" {
				t.Errorf("hits (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(strings.Fields(tt.nearest), ids(got.Nearest)); diff != "" {
				t.Errorf("nearest (-want +got):\n%s", diff)
			}
			if got.Total != len(got.Hits) || got.Kind != Kind(len(got.Hits)) {
				t.Errorf("kind %d, total %d of %d hits", got.Kind, got.Total, len(got.Hits))
			}
		})
	}
}

// A menu holds so many and no more, but people are told of all.
func TestIndex_Find_many(t *testing.T) {
	t.Parallel()
	var entries []Entry
	for i := range 2 * MaxHits {
		entries = append(entries, Entry{ID: fmt.Sprint(i), Name: fmt.Sprintf("Shop %03d", i)})
	}
	entries = append(entries, Entry{ID: "best", Name: "Shop Ltd"})
	got := New(entries).Find("shop", nil)
	if got.Kind != Several || len(got.Hits) != MaxHits || got.Total != len(entries) {
		t.Fatalf("kind %d, %d hits, total %d", got.Kind, len(got.Hits), got.Total)
	}
	if got.Hits[0].ID != "best" || got.Hits[1].Name != "Shop 000" || got.Hits[MaxHits-1].Name != "Shop 098" {
		t.Errorf("not the best ones: %v, %v … %v", got.Hits[0], got.Hits[1], got.Hits[MaxHits-1])
	}
}
