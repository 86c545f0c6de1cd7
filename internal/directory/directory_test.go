package directory

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestNew(t *testing.T) {
	t.Parallel()
	entries := []Entry{
		{"b", "Second", "b@x.example"},
		{"A", "First", "a@x.example"},
		{"a", "Not the first with this id", ""},
		{"", "Without an id", ""},
		{"c", "", "c@x.example"},
	}
	before := slices.Clone(entries)
	x := New(entries)
	if x.Len() != 3 {
		t.Errorf("Len = %d, want 3", x.Len())
	}
	if diff := cmp.Diff(before, entries); diff != "" {
		t.Errorf("the caller's entries changed (-before +after):\n%s", diff)
	}
	for id, want := range map[string]Entry{"a": entries[1], "B": entries[0], " c ": entries[4]} {
		if got, ok := x.ByID(id); got != want || !ok {
			t.Errorf("ByID(%q) = %+v, %v; want %+v", id, got, ok, want)
		}
	}
	for _, id := range []string{"", "d", "First"} {
		if got, ok := x.ByID(id); ok {
			t.Errorf("ByID(%q) = %+v, want nothing", id, got)
		}
	}
	if got := x.Find("c@x.example", nil); got.Kind != One || got.Hits[0].ID != "c" {
		t.Errorf("a customer without a name is not found by its owner: %+v", got)
	}
}

func TestNew_empty(t *testing.T) {
	t.Parallel()
	x := New(nil)
	for _, query := range []string{"", "contoso", "a@b.example", "two words"} {
		if got := x.Find(query, nil); got.Kind != None || got.Hits != nil || got.Nearest != nil {
			t.Errorf("Find(%q) = %+v in an empty index", query, got)
		}
	}
}

func TestReadings(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{"Contoso Retail GmbH", "contoso retail gmbh"},
		{"Müller", "muller|mueller"},
		{"ÅÄÖ", "aao|aaaeoe"},
		{"Ærø", "aero|aeroe"},
		{"Straße ẞ", "strasse ss"},
		{"Łódź Đ œuvre þ ı", "lodz d oeuvre th i"},
		{"Σίσυφος", "σισυφοσ"},
		{"Žižkov, s.r.o.", "zizkov sro"},
		{"Foo Sp. z o.o.", "foo sp z oo"},
		{"A/S B/V", "as bv"},
		{"3.5 x", "3 5 x"},
		{"O´Neill O`Neill", "oneill oneill"},
		{"and so forth and so on", "and so forth so on"},
		{"ＦＵＬＬ ﬁt", "full fit"},
		{"हिन्दी", "हिन्दी"},
		{"🚀", ""},
		{"", ""},
	}
	for _, tt := range tests {
		var got []string
		for _, words := range readings(tt.text) {
			got = append(got, strings.Join(words, " "))
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, "|")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.text, diff)
		}
	}
}

func TestCore(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, core, form string }{
		{"contoso", "contoso", ""},
		{"contoso gmbh", "contoso", "gmbh"},
		{"contoso gmbh co kg", "contoso", "gmbh co kg"},
		{"gmbh", "gmbh", ""},
		{"ag", "ag", ""},
		{"se co", "se", "co"},
		{"ag contoso", "ag contoso", ""},
		{"", "", ""},
	}
	for _, tt := range tests {
		body, form := core(strings.Fields(tt.name))
		if got, want := strings.Join(body, " ")+"|"+strings.Join(form, " "), tt.core+"|"+tt.form; got != want {
			t.Errorf("core(%s) = %s, want %s", tt.name, got, want)
		}
	}
}

// naive is the distance as its definition says it, for a table of any size.
func naive(a, b []rune) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		for j := range d[i] {
			if i == 0 || j == 0 {
				d[i][j] = i + j
				continue
			}
			same := 1
			if a[i-1] == b[j-1] {
				same = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+same)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

// naiveBegun is the distance to the nearest beginning of b.
func naiveBegun(a, b []rune) int {
	least := len(a)
	for j := range len(b) + 1 {
		least = min(least, naive(a, b[:j]))
	}
	return least
}

// The walk over sorted words, which skips and reuses, finds what comparing
// each pair by itself finds.
func TestComparison_edits(t *testing.T) {
	t.Parallel()
	words := strings.Fields("a ab aba abab abba b ba bab baba babab c ca cab caba cabab cabin cabins " +
		"contoso contosoft contosos contour kontor müller mülleri muller")
	slices.Sort(words)
	typed := append(slices.Clone(words), "abc", "contsoo", "cotnoso", "cabbin", "bacab", "xyz", "mulelr", strings.Repeat("ab", 40))
	for _, word := range typed {
		c := newComparison(word)
		last := ""
		for _, other := range words {
			whole, begun := c.edits(other, int(commonLetters(last, other)))
			last = other
			limit := c.limit + 1 // beyond it, numbers are not exact
			if want := naive(c.typed, []rune(other)); min(whole, limit) != min(want, limit) {
				t.Errorf("%s to %s: %d edits, want %d", word, other, whole, want)
			}
			if want := naiveBegun(c.typed, []rune(other)); min(begun, limit) != min(want, limit) {
				t.Errorf("%s to the beginning of %s: %d edits, want %d", word, other, begun, want)
			}
		}
	}
}

func TestCommonLetters(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b string
		want uint8
	}{
		{"", "", 0},
		{"", "a", 0},
		{"a", "", 0},
		{"contoso", "contour", 5},
		{"ab", "abc", 2},
		{"abc", "ab", 2},
		{"müller", "münze", 2},
		{"mü", "mö", 1},
		{strings.Repeat("a", 300), strings.Repeat("a", 300), 255},
	} {
		if got := commonLetters(tt.a, tt.b); got != tt.want {
			t.Errorf("commonLetters(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestNearestWord(t *testing.T) {
	t.Parallel()
	words := []string{"help", "subscribe", "subscriptions", "unsubscribe", "gaps", "export"}
	tests := []struct{ word, want string }{
		{"subscrib", "subscribe"},
		{"Subscibe", "subscribe"},
		{"unsubscrieb", "unsubscribe"},
		{"hlep", "help"},
		{"halp", "help"},
		{"help", "help"},
		{"hel", "help"},
		{"subs", "subscribe"}, // the first of two
		{"gasp", "gaps"},
		{"exprot", "export"},
		{"he", ""},
		{"h", ""},
		{"", ""},
		{"the", ""},
		{"contoso", ""},
		{"helpdesk", ""},
		{strings.Repeat("help", 40), ""},
	}
	for _, tt := range tests {
		got, ok := NearestWord(tt.word, words)
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("NearestWord(%q) = %q, %v; want %q", tt.word, got, ok, tt.want)
		}
	}
	if got, ok := NearestWord("help", nil); ok {
		t.Errorf("NearestWord among none = %q", got)
	}
}

// Whatever is typed, and whatever customers are called: no panic, nothing
// hidden shows, what is listed is bounded and listed once, a name as it stands
// finds its customer.
func FuzzIndex_Find(f *testing.F) {
	for _, seed := range []string{"contoso", "Müller & Söhne GmbH", "a@b.c", "@", "S.p.A.", "ß", "\t\v\n", "co co co", "株式会社", "x\x80y", "ﷺ"} {
		f.Add(seed, seed)
		f.Add("contsoo "+seed, "Contoso "+seed)
	}
	f.Fuzz(func(t *testing.T, query, name string) {
		entries := append(slices.Clone(some), Entry{"fuzzed", name, query + "@" + name}, Entry{"hidden", name, name})
		x := New(entries)
		got := x.Find(query, func(id string) bool { return id != "hidden" })
		checkResult(t, got)
		if slices.Contains(slices.Concat(ids(got.Hits), ids(got.Nearest)), "hidden") {
			t.Errorf("hidden shows for %q: %+v", query, got)
		}
		byName := x.Find(name, nil)
		checkResult(t, byName)
		findable := len(readings(name)[0]) > 0 && len(name) <= maxQuery
		if _, isID := x.ByID(name); findable && !isID && utf8.ValidString(name) && byName.Kind == None {
			t.Errorf("%q does not find itself", name)
		}
		NearestWord(query, []string{name})
	})
}

func checkResult(t *testing.T, r Result) {
	t.Helper()
	if len(r.Hits) > MaxHits || len(r.Nearest) > MaxNearest || r.Total < len(r.Hits) {
		t.Errorf("out of bounds: %+v", r)
	}
	if r.Kind != min(Kind(r.Total), Several) || r.Kind != None && r.Nearest != nil {
		t.Errorf("kind %d does not fit: %+v", r.Kind, r)
	}
	listed := slices.Concat(ids(r.Hits), ids(r.Nearest))
	slices.Sort(listed)
	if len(slices.Compact(slices.Clone(listed))) != len(listed) {
		t.Errorf("listed twice: %v", listed)
	}
}
