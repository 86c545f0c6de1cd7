package avepoint_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
)

// batch is one page of the directory.
func (a *api) batch(query, body string) (status int, rows []map[string]any, metadata map[string]any) {
	a.t.Helper()
	res, err := a.do(http.MethodPost, general+"/batch"+query, body)
	if err != nil {
		a.t.Fatal(err)
	}
	text := read(a.t, res)
	if res.StatusCode != http.StatusOK {
		return res.StatusCode, nil, nil
	}
	got := decode(a.t, text)
	return res.StatusCode, rowsIn(a.t, got["data"]), meta(a.t, got)
}

// directory reads the whole directory by pages.
func (a *api) directory(pageSize int) []map[string]any {
	a.t.Helper()
	var all []map[string]any
	for page := 1; ; page++ {
		_, rows, _ := a.batch("?pageIndex="+itoa(page)+"&pageSize="+itoa(pageSize), "")
		if len(rows) == 0 {
			return all
		}
		all = append(all, rows...)
	}
}

func TestCustomers_listsAllOnce(t *testing.T) {
	t.Parallel()
	a := serve(t, avepoint.Options{})
	a.Put(avepoint.Customer{ID: "own", Organization: "Nod Publishers"})
	all := a.directory(100)
	names := a.Names()
	if len(all) != 213 || len(names) != 213 {
		t.Fatalf("%d customers, %d names, want 213", len(all), len(names))
	}
	for i, n := range names {
		if got := [3]any{all[i]["id"], all[i]["organization"], all[i]["ownerEmail"]}; got != [3]any{n.ID, n.Organization, n.Owner} {
			t.Errorf("customer %d: %v, want %v", i, got, n)
		}
	}
}

func TestCustomers_asDocumented(t *testing.T) {
	t.Parallel()
	a := serve(t, avepoint.Options{})
	_, rows, metadata := a.batch("", "")
	if len(rows) != 50 || number(t, metadata, "totalCount") != 212 || number(t, metadata, "pageSize") != 50 {
		t.Errorf("%d rows with %v", len(rows), metadata)
	}
	for _, row := range a.directory(100) {
		checkCustomer(t, row)
	}
}

func checkCustomer(t *testing.T, row map[string]any) {
	t.Helper()
	for _, name := range []string{"id", "organization", "ownerEmail", "countryOrRegion"} {
		if text, _ := row[name].(string); text == "" {
			t.Errorf("%v: %s is empty", row["organization"], name)
		}
	}
	if s := number(t, row, "jobStatus"); s < 0 || s > 6 {
		t.Errorf("%v: jobStatus %d", row["organization"], s)
	}
	if m := number(t, row, "managementMode"); m < 0 || m > 2 {
		t.Errorf("%v: managementMode %d", row["organization"], m)
	}
	tenants := rowsIn(t, row["tenants"])
	if len(tenants) < 1 || len(tenants) > 3 {
		t.Errorf("%v has %d tenants", row["organization"], len(tenants))
	}
	for _, tenant := range tenants {
		if len(tenant) != 2 || tenant["id"] == "" || tenant["name"] == "" {
			t.Errorf("%v: tenant %v", row["organization"], tenant)
		}
	}
}

func TestCustomers_filter(t *testing.T) {
	t.Parallel()
	a := serve(t, avepoint.Options{})
	id := a.idOf("Fabrikam")
	for body, want := range map[string]int{
		`{}`:                             50,
		`{"customerIds":["` + id + `"]}`: 1,
		`{"customerId":"` + id + `"}`:    1,
		`{"customerIds":["` + id + `","3c6ef362-75e4-4765-beeb-000000000000"]}`: 1,
	} {
		status, rows, _ := a.batch("", body)
		if status != http.StatusOK || len(rows) != want {
			t.Errorf("%s: %d with %d rows, want %d", body, status, len(rows), want)
		}
	}
	for _, body := range []string{`[`, `{"customerIds":"all"}`, `"x"`} {
		if status, _, _ := a.batch("", body); status != http.StatusBadRequest {
			t.Errorf("%s: %d, want 400", body, status)
		}
	}
	if status, _, _ := a.batch("?pageSize=1000", ""); status != http.StatusBadRequest {
		t.Errorf("pageSize=1000: %d, want 400", status)
	}
}

func TestCustomer_asTheSampleHasIt(t *testing.T) {
	t.Parallel()
	a := serve(t, avepoint.Options{Customers: 1})
	id := a.Put(avepoint.Customer{
		Organization: "Nod Publishers", OwnerEmail: "it@nod.example", Country: "Ireland", ManagementMode: 1,
		Tenants: []avepoint.Tenant{{ID: "t-1", Name: "nod.onmicrosoft.example"}},
	})
	want := map[string]any{"data": []any{map[string]any{
		"id": id, "organization": "Nod Publishers", "ownerEmail": "it@nod.example", "jobStatus": "N/A",
		"countryOrRegion": "Ireland", "managementMode": json.Number("1"),
		"tenants": []any{map[string]any{"id": "t-1", "name": "nod.onmicrosoft.example"}},
	}}}
	if diff := cmp.Diff(want, a.getJSON(general+"/"+id)); diff != "" {
		t.Errorf("customer (-want +got):\n%s", diff)
	}
	if res, _ := a.get(general + "/nobody"); res.StatusCode != http.StatusNotFound {
		t.Errorf("nobody: %d", res.StatusCode)
	}
}

func TestCustomers_hundredThousand(t *testing.T) {
	t.Parallel()
	a := serve(t, avepoint.Options{Customers: 100_000})
	_, rows, metadata := a.batch("?pageIndex=1000&pageSize=100", "")
	if len(rows) != 100 || number(t, metadata, "totalCount") != 100_000 {
		t.Fatalf("the last page has %d rows of %v", len(rows), metadata)
	}
	id, _ := rows[99]["id"].(string)
	if got := a.rows(id); len(got) < 4 || got[0]["customerId"] != id {
		t.Errorf("overview of the last: %v", got)
	}
	if _, rows, _ := a.batch("?pageIndex=1001&pageSize=100", ""); len(rows) != 0 {
		t.Errorf("there are %d after the last", len(rows))
	}
}
