package avepoint_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
)

// two is a platform with one customer of two rows, whose first has 2,430
// objects.
func two(t *testing.T) (a *api, id string) {
	t.Helper()
	a = serve(t, avepoint.Options{Customers: -1})
	id = a.Put(avepoint.Customer{Organization: "Nod Publishers", OwnerEmail: "it@nod.example", Rows: []avepoint.Row{
		{Module: "Exchange Online", TenantID: "t-1", Scanned: 2430, Protected: 25, LastRun: start()},
		{Module: "OneDrive", TenantID: "t-1", Scanned: 7, Protected: 7, LastRun: start()},
	}})
	return a, id
}

func TestOverview_asDocumented(t *testing.T) {
	t.Parallel()
	a, id := two(t)
	res, body := a.get(overviewPath(id))
	if kind := res.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") {
		t.Errorf("Content-Type = %q", kind)
	}
	want := map[string]any{
		"data": []any{
			map[string]any{
				"customerId": id, "tenantId": "t-1", "customer": "it@nod.example",
				"serviceType": "Cloud Backup for Microsoft 365", "serviceModule": "Exchange Online",
				"lastRunTime": "2026-11-24T09:00:00Z", "totalScannedObjects": json.Number("2430"),
				"totalProtectedObjects": json.Number("25"), "dataSizeStoredInAvePoint": "0 GB", "dataSizeStoredInBYOS": "N/A",
			},
			map[string]any{
				"customerId": id, "tenantId": "t-1", "customer": "it@nod.example",
				"serviceType": "Cloud Backup for Microsoft 365", "serviceModule": "OneDrive",
				"lastRunTime": "2026-11-24T09:00:00Z", "totalScannedObjects": json.Number("7"),
				"totalProtectedObjects": json.Number("7"), "dataSizeStoredInAvePoint": "0 GB", "dataSizeStoredInBYOS": "N/A",
			},
		},
		"metadata": map[string]any{
			"pageIndex": json.Number("1"), "pageSize": json.Number("50"), "totalCount": json.Number("2"),
		},
	}
	if diff := cmp.Diff(want, decode(t, body)); diff != "" {
		t.Errorf("overview (-want +got):\n%s", diff)
	}
}

func TestOverview_shapesOfCounts(t *testing.T) {
	t.Parallel()
	a, id := two(t)
	for shape, want := range map[avepoint.Shape][2]string{
		avepoint.Paged:            {`:2430,`, `:25,`},
		avepoint.CountsAsStrings:  {`:"2430",`, `:"25",`},
		avepoint.CountsPadded:     {`:" 2430 ",`, `:" 25 ",`},
		avepoint.CountsGrouped:    {`:"2,430",`, `:"25",`},
		avepoint.CountsAsFloats:   {`:2430.0,`, `:25.0,`},
		avepoint.CountsScientific: {`:2.43e+03,`, `:2.5e+01,`},
	} {
		a.SetShape(id, shape)
		_, body := a.get(overviewPath(id))
		if decode(t, body); !strings.Contains(body, `"totalScannedObjects"`+want[0]) || !strings.Contains(body, `"totalProtectedObjects"`+want[1]) {
			t.Errorf("shape %d: %s, want %v", shape, body, want)
		}
	}
}

func TestOverview_shapesOfEnvelope(t *testing.T) {
	t.Parallel()
	a, id := two(t)
	for shape, want := range map[avepoint.Shape]string{
		avepoint.BareArray:       `^\[\{"customerId":.*"OneDrive".*\}\]$`,
		avepoint.NestedArray:     `^\[\{"data":\[\{.*\}\],"metadata":\{.*"totalCount":2\}\}\]$`,
		avepoint.NullData:        `^\{"data":null,"metadata":\{"pageIndex":1,"pageSize":50,"totalCount":0\}\}$`,
		avepoint.WithBOM:         "^\ufeff" + `\{"data":\[`,
		avepoint.ExtraFields:     `"totalFailedObjects":null.*"warnings":`,
		avepoint.NextLinks:       `"nextLink":null\}$`,
		avepoint.BrokenSample:    `^\[\s+"data": \[\s+\{\s+"customerId": "f1626c49-`,
		avepoint.CommentedSample: `^\[\s+\{\s+"customerId": ".*", // The customer ID`,
	} {
		a.SetShape(id, shape)
		_, body := a.get(overviewPath(id))
		if !regexp.MustCompile("(?s)" + want).MatchString(body) {
			t.Errorf("shape %d: %q, want %s", shape, body, want)
		}
		broken := shape == avepoint.BrokenSample || shape == avepoint.CommentedSample || shape == avepoint.WithBOM
		if json.Valid([]byte(body)) == broken {
			t.Errorf("shape %d: valid JSON: %v", shape, !broken)
		}
	}
}

func TestOverview_shapesOfTenantAndTime(t *testing.T) {
	t.Parallel()
	a, id := two(t)
	a.SetRows(id, slices.Repeat([]avepoint.Row{{Module: "OneDrive", TenantID: "t-1", Scanned: 1, Protected: 1, LastRun: start()}}, 4))
	for shape, want := range map[avepoint.Shape][]any{
		avepoint.Paged:             {nil, nil, nil, nil},
		avepoint.SomeWithoutTenant: {"2026-11-24T09:00:00Z", nil, "2026-11-24T09:00:00Z", nil},
		avepoint.OddDates:          {"11-24-2026T09:00:00Z", "11/24/2026T09:00:00Z", "11/24/2026 09:00:00", "N/A"},
		avepoint.EpochDates:        slices.Repeat([]any{json.Number("1795510800000")}, 4),
	} {
		a.SetShape(id, shape)
		for i, row := range a.rows(id) {
			if row["lastRunTime"] != want[i] || (row["tenantId"] == nil) != (want[i] == nil) {
				t.Errorf("shape %d, row %d: %v of tenant %v, want %v", shape, i, row["lastRunTime"], row["tenantId"], want[i])
			}
		}
	}
	a.SetShape(id, avepoint.UpperCaseIDs)
	if got := a.rows(id)[0]["customerId"]; got != strings.ToUpper(id) {
		t.Errorf("customerId = %v", got)
	}
}

func TestOverview_shapeOfOneAndOfAll(t *testing.T) {
	t.Parallel()
	a := serve(t, avepoint.Options{Customers: 2})
	one, other := a.Names()[0].ID, a.Names()[1].ID
	first := func(id string) string { _, body := a.get(overviewPath(id)); return body[:1] }
	a.SetShape("", avepoint.BareArray)
	a.SetShape(strings.ToUpper(one), avepoint.Paged)
	if first(one) != "{" || first(other) != "[" {
		t.Errorf("one begins with %s, the other with %s", first(one), first(other))
	}
	a.SetShape(one, 0)
	a.SetShape("", 0)
	if first(one) != "{" || first(other) != "{" {
		t.Error("the zero Shape does not take a setting back")
	}
}

func TestOverview_pages(t *testing.T) {
	t.Parallel()
	a := serve(t, avepoint.Options{})
	path := overviewPath(a.idOf("Wide World Importers"))
	for query, want := range map[string][4]int{ // rows, pageIndex, pageSize, totalCount
		"":                          {50, 1, 50, 137},
		"?pageIndex=3":              {37, 3, 50, 137},
		"?pageIndex=2&pageSize=100": {37, 2, 100, 137},
		"?pageIndex=4":              {0, 4, 50, 137},
		"?pageIndex=9999999":        {0, 9999999, 50, 137},
	} {
		body := a.getJSON(path + query)
		m := meta(t, body)
		got := [4]int{len(rowsIn(t, body["data"])), number(t, m, "pageIndex"), number(t, m, "pageSize"), number(t, m, "totalCount")}
		if got != want {
			t.Errorf("%q: %v, want %v", query, got, want)
		}
	}
	for _, query := range []string{"?pageSize=101", "?pageSize=0", "?pageIndex=0", "?pageIndex=-1", "?pageIndex=two"} {
		if res, _ := a.get(path + query); res.StatusCode != http.StatusBadRequest {
			t.Errorf("%q: %d, want 400", query, res.StatusCode)
		}
	}
	a.SetShape("", avepoint.BareArray)
	_, body := a.get(path + "?pageIndex=2&pageSize=50")
	var rows []any
	if err := json.Unmarshal([]byte(body), &rows); err != nil || len(rows) != 137 {
		t.Errorf("the bare array has %d rows (%v), want all 137 whatever the page", len(rows), err)
	}
	a.SetShape("", avepoint.NextLinks)
	link, _ := a.getJSON(path + "?pageSize=100")["nextLink"].(string)
	if want := a.server.URL + path + "?pageIndex=2&pageSize=100"; link != want {
		t.Errorf("nextLink = %q, want %q", link, want)
	}
}

func TestOverview_statuses(t *testing.T) {
	t.Parallel()
	a := serve(t, avepoint.Options{})
	for name, want := range map[string]int{"Woodgrove Bank": 403, "Proseware": 404, "Tailspin Toys": 503, "Fabrikam": 200} {
		res, body := a.get(overviewPath(a.idOf(name)))
		if decode(t, body); res.StatusCode != want {
			t.Errorf("%s: %d, want %d", name, res.StatusCode, want)
		}
	}
	if res, _ := a.get(overviewPath("3c6ef362-75e4-4765-beeb-000000000000")); res.StatusCode != 404 {
		t.Errorf("nobody: %d, want 404", res.StatusCode)
	}
	res, err := a.do(http.MethodPost, overviewPath(a.idOf("Fabrikam")), "")
	if err != nil {
		t.Fatal(err)
	}
	if read(t, res); res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", res.StatusCode)
	}
}
