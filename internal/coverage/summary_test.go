package coverage

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSummarize_neverNetted(t *testing.T) {
	t.Parallel()
	for name, rows := range map[string][]Row{
		"modules":  {{"", "Teams Chat", Count{300, 312}}, {"", "OneDrive", Count{100, 88}}},
		"tenants":  {{"a", "OneDrive", Count{300, 312}}, {"b", "OneDrive", Count{100, 88}}},
		"same row": {{"", "OneDrive", Count{300, 312}}, {"", "OneDrive", Count{100, 88}}},
	} {
		s := Summarize(rows)
		if want := (Total{Scanned: 400, Gap: 12, Surplus: 12}); s.Total != want || s.Kept() != 388 {
			t.Errorf("%s: %+v kept %d, want %+v kept 388", name, s.Total, s.Kept(), want)
		}
		if tenths, ok := s.Coverage().Tenths(); tenths != 970 || !ok {
			t.Errorf("%s: coverage %d, want 970", name, tenths)
		}
	}
}

func TestSummarize_contoso(t *testing.T) {
	t.Parallel()
	got := Summarize([]Row{
		{"", "Teams Chat", Count{300, 312}},
		{"", "Exchange Online", Count{1250, 1247}},
		{"", "OneDrive", Count{1180, 1180}},
		{"", "Microsoft 365 Group", Count{77, 70}},
	})
	want := Summary{
		Total: Total{Scanned: 2807, Gap: 10, Surplus: 12},
		Modules: []Module{
			{"Microsoft 365 Group", Total{77, 7, 0}, []Row{{"", "Microsoft 365 Group", Count{77, 70}}}},
			{"Exchange Online", Total{1250, 3, 0}, []Row{{"", "Exchange Online", Count{1250, 1247}}}},
			{"OneDrive", Total{1180, 0, 0}, []Row{{"", "OneDrive", Count{1180, 1180}}}},
			{"Teams Chat", Total{300, 0, 12}, []Row{{"", "Teams Chat", Count{300, 312}}}},
		},
		Odd: []Odd{{Row{"", "Teams Chat", Count{300, 312}}, MoreProtected}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got.WithGap() != 2 {
		t.Errorf("%d with a gap, want 2", got.WithGap())
	}
}

func TestSummarize_tenants(t *testing.T) {
	t.Parallel()
	got := Summarize([]Row{
		{"contoso.example", "OneDrive", Count{100, 100}},
		{"uk.contoso.example", "OneDrive", Count{20, 18}},
		{"uk.contoso.example", "Exchange Online", Count{4, 0}},
		{"contoso.example", "Exchange Online", Count{0, 0}},
	})
	want := []Tenant{
		{"uk.contoso.example", Total{24, 6, 0}},
		{"contoso.example", Total{100, 0, 0}},
	}
	if diff := cmp.Diff(want, got.Tenants); diff != "" {
		t.Error(diff)
	}
	if m := got.Modules[0]; m.Name != "Exchange Online" || !m.Lost() || m.Rows[0].Tenant != "uk.contoso.example" {
		t.Errorf("worst module %+v", m)
	}
	odds := []Oddity{got.Odd[0].Oddity, got.Odd[1].Oddity}
	if !slices.Equal(odds, []Oddity{NeverProtected, NothingScanned}) {
		t.Errorf("odd %v", odds)
	}
}

func TestSummarize_order(t *testing.T) {
	t.Parallel()
	got := Summarize([]Row{
		{"", "nothing scanned", Count{0, 0}},
		{"", "complete b", Count{9, 9}},
		{"", "two of many", Count{1000, 998}},
		{"", "two of few", Count{4, 2}},
		{"", "complete a", Count{1, 1}},
		{"", "three of many", Count{100000, 99997}},
		{"", "another two of few", Count{8, 6}},
		{"", "a two of few", Count{4, 2}},
	})
	var names []string
	for _, m := range got.Modules {
		names = append(names, m.Name)
	}
	want := []string{"three of many", "a two of few", "two of few", "another two of few", "two of many", "complete a", "complete b", "nothing scanned"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}

func TestSummarize_nothing(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(Summary{}, Summarize(nil)); diff != "" {
		t.Error(diff)
	}
	if s := Summarize([]Row{{"", "OneDrive", Count{0, 0}}}); s.Complete() || s.WithGap() != 0 || s.Modules[0].Lost() {
		t.Errorf("0 of 0 is neither complete nor lost: %+v", s)
	}
}

// The sum of the gaps of any rows is the gap of the customer, however the
// rows are ordered, split over modules and tenants, or repeated.
func TestSummarize_properties(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 14))
	for range 2000 {
		rows := randomRows(rng)
		s := Summarize(rows)
		assertSums(t, rows, s)
		assertWorstFirst(t, s)

		shuffled := slices.Clone(rows)
		rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if diff := cmp.Diff(s, Summarize(shuffled)); diff != "" {
			t.Fatalf("order of rows matters: %s", diff)
		}
		more := append(slices.Clone(rows), Row{"z", "z", Count{5, 5000}})
		if with := Summarize(more); with.Gap != s.Gap {
			t.Fatalf("a surplus changed the gap from %d to %d", s.Gap, with.Gap)
		}
	}
}

func assertSums(t *testing.T, rows []Row, s Summary) {
	t.Helper()
	var want, modules, tenants Total
	for _, r := range rows {
		want.Scanned += r.Scanned
		want.Gap += max(0, r.Scanned-r.Protected)
		want.Surplus += max(0, r.Protected-r.Scanned)
	}
	for _, m := range s.Modules {
		modules = Total{modules.Scanned + m.Scanned, modules.Gap + m.Gap, modules.Surplus + m.Surplus}
	}
	for _, tenant := range s.Tenants {
		tenants = Total{tenants.Scanned + tenant.Scanned, tenants.Gap + tenant.Gap, tenants.Surplus + tenant.Surplus}
	}
	if s.Total != want || modules != want || (s.Tenants != nil && tenants != want) {
		t.Fatalf("totals %+v, modules %+v, tenants %+v, want %+v of %+v", s.Total, modules, tenants, want, rows)
	}
}

func assertWorstFirst(t *testing.T, s Summary) {
	t.Helper()
	if !slices.IsSortedFunc(s.Modules, func(a, b Module) int { return int(b.Gap - a.Gap) }) {
		t.Fatalf("not worst first: %+v", s.Modules)
	}
	withGap := 0
	for _, m := range s.Modules {
		if m.Gap > 0 {
			withGap++
		}
	}
	if s.WithGap() != withGap {
		t.Fatalf("%d with a gap, want %d", s.WithGap(), withGap)
	}
}

func randomRows(rng *rand.Rand) []Row {
	names := []string{"Exchange Online", "OneDrive", "Teams Chat", ""}
	rows := make([]Row, rng.IntN(12))
	for i := range rows {
		rows[i] = Row{
			Tenant: names[rng.IntN(3)], Module: names[rng.IntN(4)],
			Count: Count{Scanned: rng.Int64N(20), Protected: rng.Int64N(20)},
		}
	}
	return rows
}
