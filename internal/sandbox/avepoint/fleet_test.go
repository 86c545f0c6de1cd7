package avepoint_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
)

// counts are scanned and protected of a customer's rows, by module.
func (a *api) counts(organization string) map[string][2]int {
	a.t.Helper()
	got := map[string][2]int{}
	for _, row := range a.rows(a.idOf(organization)) {
		name, _ := row["serviceModule"].(string)
		if _, twice := got[name]; twice {
			name += " again"
		}
		got[name] = [2]int{number(a.t, row, "totalScannedObjects"), number(a.t, row, "totalProtectedObjects")}
	}
	return got
}

func TestFleet_namedCustomers(t *testing.T) {
	t.Parallel()
	a := serve(t, avepoint.Options{})
	for name, want := range map[string]map[string][2]int{
		"Contoso Retail GmbH": {
			"Microsoft 365 Group": {77, 70}, "Exchange Online": {1250, 1247}, "OneDrive": {1180, 1180}, "Teams Chat": {300, 312},
		},
		"Fourth Coffee": {
			"Exchange Online": {159, 142}, "OneDrive": {45, 45}, "SharePoint Online": {0, 0},
			"Microsoft 365 Group": {3, 0}, "Teams Chat": {45, 52},
		},
		"Adventure Works Cycles": {
			"Exchange Online": {318, 318}, "OneDrive": {300, 300}, "SharePoint Online": {77, 77}, "Teams Chat": {300, 312},
			"Exchange Online again": {104, 104}, "OneDrive again": {96, 96}, "SharePoint Online again": {22, 22}, "Teams Chat again": {100, 88},
		},
		"Litware":         {"Exchange Online": {34, 0}, "OneDrive": {31, 0}, "SharePoint Online": {12, 0}, "Microsoft 365 Group": {8, 0}},
		"Bellows College": {},
	} {
		if diff := cmp.Diff(want, a.counts(name)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	sizes := map[any]any{}
	for _, row := range a.rows(a.idOf("Contoso Retail GmbH")) {
		sizes[row["serviceModule"]] = [2]any{row["dataSizeStoredInAvePoint"], row["dataSizeStoredInBYOS"]}
	}
	want := map[any]any{
		"Microsoft 365 Group": [2]any{"N/A", "93.5 GB"}, "Exchange Online": [2]any{"812.4 GB", "N/A"},
		"OneDrive": [2]any{"2.31 TB", "N/A"}, "Teams Chat": [2]any{"4.1 GB", "N/A"},
	}
	if diff := cmp.Diff(want, sizes); diff != "" {
		t.Errorf("sizes (-want +got):\n%s", diff)
	}
}

func TestFleet_names(t *testing.T) {
	t.Parallel()
	for seed, size := range []int{100_000, 2000, 212} {
		names := avepoint.New(avepoint.Options{Seed: int64(seed), Customers: size}).Names()
		seen, contos := make(map[string]bool, 2*size), 0
		for _, n := range names {
			if seen[n.Organization] || seen[n.ID] {
				t.Fatalf("seed %d: %v is there twice", seed, n)
			}
			seen[n.Organization], seen[n.ID] = true, true
			if strings.Contains(strings.ToLower(n.Organization+n.Owner), "conto") {
				contos++
			}
		}
		if len(names) != size || contos != 4 {
			t.Errorf("seed %d: %d names, %d match conto, want 4", seed, len(names), contos)
		}
		for _, n := range names[:212] {
			if !ownerForm.MatchString(n.Owner) {
				t.Errorf("seed %d: owner %q", seed, n.Owner)
			}
		}
	}
}

func TestFleet_firstNames(t *testing.T) {
	t.Parallel()
	names := avepoint.New(avepoint.Options{Seed: 5}).Names()
	var first []string
	for _, n := range names[:8] {
		first = append(first, n.Organization)
	}
	want := []string{
		"Contoso Retail GmbH", "Contoso Logistics", "Contoso Pharma AG", "Contoso Energy",
		"Fabrikam", "Northwind Traders", "Tailspin Toys", "Status GmbH",
	}
	if diff := cmp.Diff(want, first); diff != "" {
		t.Error(diff)
	}
	all, longest := "", 0
	for _, n := range names {
		all += n.Organization
		longest = max(longest, len([]rune(n.Organization)))
	}
	if !strings.Contains(all, "& Söhne <") || longest < 250 || !strings.ContainsAny(all, "éèñø") || !strings.Contains(all, "株式会社") {
		t.Errorf("the names lack something; the longest has %d characters", longest)
	}
}

// Everything must be the same for a seed, and nothing much for another.
func TestFleet_isOfItsSeed(t *testing.T) {
	t.Parallel()
	dump := func(seed int64, size int) [][]avepoint.Row {
		p := avepoint.New(avepoint.Options{Seed: seed, Customers: size, Start: start()})
		var all [][]avepoint.Row
		for _, n := range p.Names()[24:200] {
			for _, at := range []time.Duration{-80 * 24 * time.Hour, 0, 3 * time.Hour} {
				s, _ := p.State(n.ID, start().Add(at))
				all = append(all, s.Rows)
			}
		}
		return all
	}
	one := dump(7, 0)
	if diff := cmp.Diff(one, dump(7, 0)); diff != "" {
		t.Errorf("two fleets of one seed differ:\n%s", diff)
	}
	if diff := cmp.Diff(one, dump(7, 5000)); diff != "" {
		t.Errorf("a customer depends on the size of the fleet:\n%s", diff)
	}
	same := 0
	for i, rows := range dump(8, 0) {
		if cmp.Equal(one[i], rows) {
			same++
		}
	}
	if same > 0 {
		t.Errorf("%d customers are the same with another seed", same)
	}
}

func TestFleet_mostAreComplete(t *testing.T) {
	t.Parallel()
	for seed := range int64(20) {
		p := avepoint.New(avepoint.Options{Seed: seed, Start: start()})
		gaps, missing := 0, int64(0)
		for _, n := range p.Names() {
			if s, _ := p.State(n.ID, start()); gap(s) > 0 {
				gaps++
				missing += gap(s)
			}
		}
		if gaps < 29 || gaps > 33 || missing < 900 || missing > 1600 {
			t.Errorf("seed %d: %d customers with gaps, %d objects", seed, gaps, missing)
		}
	}
}

// gap sums what rows lack, never netted.
func gap(s avepoint.State) (missing int64) {
	if s.Status != 0 {
		return 0
	}
	for _, r := range s.Rows {
		if r.ServiceType == "Cloud Backup for Microsoft 365" {
			missing += max(0, r.Scanned-r.Protected)
		}
	}
	return missing
}

// Every row that goes over the wire keeps to the vendor's table.
func TestFleet_rowsAreValid(t *testing.T) {
	t.Parallel()
	a := serve(t, avepoint.Options{})
	modules := map[string]int{}
	for _, n := range a.Names() {
		if s, _ := a.State(n.ID, start()); s.Status != 0 {
			continue
		}
		rows := a.rows(n.ID)
		for _, row := range rows {
			checkRow(t, n, row)
			if name, _ := row["serviceModule"].(string); !strings.Contains(name, "(") {
				modules[name]++
			}
		}
	}
	for _, name := range []string{
		"Exchange Online", "OneDrive", "SharePoint Online", "Microsoft 365 Group", "Teams", "Teams Chat",
		"Viva Engage", "Power BI", "Power Automate", "Power Apps", "Project", "Public Folders",
	} {
		if modules[name] < 10 {
			t.Errorf("%s comes %d times only", name, modules[name])
		}
	}
	if len(modules) != 13 { // and that of another service
		t.Errorf("modules: %v", modules)
	}
}

var (
	ownerForm = regexp.MustCompile(`^[a-z0-9.-]+@[a-z0-9-]+(\.[a-z]{2})?\.example$`)
	sizeForm  = regexp.MustCompile(`^(\d+(\.\d{1,2})? [GT]B|N/A)$`)
	uuidForm  = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
)

func checkRow(t *testing.T, n avepoint.Name, row map[string]any) {
	t.Helper()
	text := func(name string) string { s, _ := row[name].(string); return s }
	if len(row) != 10 || row["customerId"] != n.ID || !uuidForm.MatchString(n.ID) || !uuidForm.MatchString(text("tenantId")) {
		t.Errorf("%s: members or ids of %v", n.Organization, row)
	}
	if !strings.HasPrefix(text("serviceType"), "Cloud Backup for ") || text("serviceModule") == "" || !strings.Contains(text("customer"), "@") {
		t.Errorf("%s: names of %v", n.Organization, row)
	}
	if number(t, row, "totalScannedObjects") < 0 || number(t, row, "totalProtectedObjects") < 0 {
		t.Errorf("%s: counts of %v", n.Organization, row)
	}
	stored, own := text("dataSizeStoredInAvePoint"), text("dataSizeStoredInBYOS")
	if !sizeForm.MatchString(stored) || !sizeForm.MatchString(own) || (stored == "N/A") == (own == "N/A") {
		t.Errorf("%s: sizes of %v", n.Organization, row)
	}
	run, err := time.Parse("2006-01-02T15:04:05Z", text("lastRunTime"))
	if age := start().Sub(run); err != nil || age < 0 || age > 7*time.Hour {
		t.Errorf("%s: lastRunTime of %v", n.Organization, row)
	}
}

func TestFleet_tenantsAndModules(t *testing.T) {
	t.Parallel()
	p := avepoint.New(avepoint.Options{Start: start()})
	tenants := map[int]int{}
	for _, n := range p.Names()[24:] {
		s, _ := p.State(n.ID, start())
		perTenant := map[string][]string{}
		for _, r := range s.Rows {
			perTenant[r.TenantID] = append(perTenant[r.TenantID], r.Module)
		}
		tenants[len(perTenant)]++
		for _, modules := range perTenant {
			slices.Sort(modules)
			distinct := len(slices.Compact(slices.Clone(modules)))
			if distinct != len(modules) || distinct < 4 || distinct > 12 {
				t.Errorf("%s: a tenant with modules %v", n.Organization, modules)
			}
		}
	}
	if tenants[1] < 120 || tenants[2] < 10 || tenants[3] < 3 || len(tenants) != 3 {
		t.Errorf("customers by number of tenants: %v", tenants)
	}
}
