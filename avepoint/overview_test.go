package avepoint

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func gib(n float64) int64 { return int64(n*float64(1<<30) + 0.5) }

func TestOverview_forms(t *testing.T) {
	t.Parallel()
	const m365 = "Cloud Backup for Microsoft 365"
	none := Size{Text: "N/A"}
	zero := Size{Text: "0 GB", Known: true}
	bare := Overview{CustomerID: theID, Modules: []Module{
		{Name: "Exchange Online", Account: "userA@domain.com", ServiceType: m365, Scanned: 25, Protected: 24, Stored: zero, StoredBYOS: none},
		{Name: "Microsoft 365 Group", Account: "userB@domain.com", ServiceType: m365, Scanned: 7, Protected: 7, Stored: zero, StoredBYOS: none},
	}}
	paged := Overview{CustomerID: theID, Modules: []Module{
		{
			Name: "Exchange Online", Tenant: "f04d7aee-11aa-5f92-b1c2-6521d0c2e596", Account: "userA@domain.com", ServiceType: m365,
			Scanned: 25, Protected: 24, Stored: Size{"2.31 TB", gib(2.31 * 1024), true}, StoredBYOS: none,
			LastRun: time.Date(2026, 9, 20, 13, 0, 0, 0, time.UTC),
		},
		{
			Name: "Exchange Online", Tenant: "0a8d7d5e-22bb-4a10-9b1d-ff0000000002", Account: "userA@domain.com", ServiceType: m365,
			Scanned: 2430, Protected: 2431, Stored: Size{"143.22 GB", gib(143.22), true},
		},
	}, Other: []Module{
		{Name: "Exchange Online", Account: "userA@domain.com", ServiceType: "Cloud Backup for Salesforce", Scanned: 9, Protected: 1, Stored: none, StoredBYOS: none},
	}}
	empty := Overview{CustomerID: theID}
	for name, test := range map[string]struct {
		body string
		want Overview
	}{
		"bare list":                   {testdata(t, "overview_bare.json"), bare},
		"byte order mark":             {"\xef\xbb\xbf" + testdata(t, "overview_bare.json"), bare},
		"paged":                       {testdata(t, "overview_paged.json"), paged},
		"list of one envelope":        {"[" + testdata(t, "overview_paged.json") + "]", paged},
		"envelope without metadata":   {`{"data":` + testdata(t, "overview_bare.json") + `}`, bare},
		"nextLink null":               {`{"nextLink":null,"data":` + testdata(t, "overview_bare.json") + `}`, bare},
		"nextLink empty":              {`{"metadata":{"nextLink":""},"data":` + testdata(t, "overview_bare.json") + `}`, bare},
		"total reached, but nextLink": {`{"nextLink":"/x?pageIndex=2","metadata":{"totalCount":"2"},"data":` + testdata(t, "overview_bare.json") + `}`, bare},
		"empty list":                  {`[]`, empty},
		"empty data":                  {`{"data":[],"metadata":{"pageIndex":1,"pageSize":50,"totalCount":0}}`, empty},
		"data null":                   {`{"data":null}`, empty},
		"list of one empty envelope":  {`[{"data":[]}]`, empty},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &stub{api: answers(test.body)}
			before := time.Now()
			got, err := s.serve(t).Overview(t.Context(), theID)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got, cmpopts.IgnoreFields(Overview{}, "FetchedAt"), cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
			if got.FetchedAt.Before(before) {
				t.Errorf("fetched at %v, before the call", got.FetchedAt)
			}
			if calls, _ := s.counts(); calls != 1 {
				t.Errorf("%d calls, want 1", calls)
			}
		})
	}
}

func TestOverview_request(t *testing.T) {
	t.Parallel()
	s := &stub{api: answers("[]")}
	s.check = func(r *http.Request) {
		if want := "/partner/external/v3/general/customers/a%2Fb%20c/cloud-backup-m365/overview"; r.URL.EscapedPath() != want {
			t.Errorf("path %s, want %s", r.URL.EscapedPath(), want)
		}
		if r.Method != http.MethodGet || r.URL.RawQuery != "pageIndex=1&pageSize=100" {
			t.Errorf("%s ?%s", r.Method, r.URL.RawQuery)
		}
		if r.Header.Get("Content-Type") != "application/json" || r.Header.Get("Authorization") != "Bearer token-canary-1" {
			t.Errorf("headers %v", r.Header)
		}
	}
	if _, err := s.serve(t).Overview(t.Context(), "a/b c"); err != nil {
		t.Fatal(err)
	}
}

func TestOverview_idThatIsNone(t *testing.T) {
	t.Parallel()
	s := &stub{api: answers("[]")}
	for _, id := range []string{"", " ", ".", "..", strings.Repeat("x", 257)} {
		if _, err := s.client(t).Overview(t.Context(), id); !errors.Is(err, ErrNotFound) {
			t.Errorf("%.10q: %v", id, err)
		}
	}
	if calls, _ := s.counts(); calls != 0 {
		t.Errorf("%d calls", calls)
	}
}

func TestOverview_pages(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ rows, most, calls int }{
		{99, 100, 1}, {100, 100, 1}, {101, 100, 2}, {137, 50, 3}, {137, 100, 2}, {137, 1, 137}, {20_000, 100, 200},
	} {
		s := &stub{api: paged(moduleRows(test.rows), test.most)}
		got, err := s.client(t).Overview(t.Context(), theID)
		if err != nil {
			t.Errorf("%+v: %v", test, err)
			continue
		}
		calls, _ := s.counts()
		if len(got.Modules) != test.rows || calls != test.calls {
			t.Errorf("%+v: %d rows in %d calls", test, len(got.Modules), calls)
		}
		if last := got.Modules[len(got.Modules)-1]; last.Scanned != int64(test.rows-1) {
			t.Errorf("%+v: last row is %+v", test, last)
		}
	}
}

// Pages without a total end with a short page.
func TestOverview_pagesWithoutTotal(t *testing.T) {
	t.Parallel()
	rows := moduleRows(150)
	page := func(from, to int) http.HandlerFunc { return answers(asJSON(map[string]any{"data": rows[from:to]})) }
	for name, test := range map[string]struct {
		api  http.HandlerFunc
		want int
	}{
		"short last":         {steps(page(0, 100), page(100, 120)), 120},
		"full, then nothing": {steps(page(0, 100), page(0, 0)), 100},
		"smaller pages":      {steps(page(0, 50), page(50, 100), page(100, 120)), 120},
		"short, but nextLink": {steps(
			answers(asJSON(map[string]any{"data": rows[:10], "nextLink": "https://elsewhere.example/"})), page(10, 15)), 15},
	} {
		s := &stub{api: test.api}
		got, err := s.client(t).Overview(t.Context(), theID)
		if err != nil || len(got.Modules) != test.want {
			t.Errorf("%s: %d rows, %v; want %d", name, len(got.Modules), err, test.want)
		}
	}
}

func TestOverview_refusals(t *testing.T) {
	t.Parallel()
	row := moduleRow("Exchange Online", 1, 1)
	with := func(field string, value any) string {
		changed := map[string]any{}
		for k, v := range row {
			changed[k] = v
		}
		if changed[field] = value; value == nil {
			delete(changed, field)
		}
		return asJSON([]any{row2(row), changed})
	}
	for name, test := range map[string]struct {
		body  string
		kind  error
		names string // what the error's text has to say
		calls int
	}{
		"documented sample":      {testdata(t, "overview_documented.txt"), ErrUnreadable, "not JSON", 1},
		"HTML":                   {"<html>body-canary</html>", ErrUnreadable, "not JSON", 1},
		"word":                   {`"body-canary"`, ErrUnreadable, "neither a list nor an object", 1},
		"null":                   {`null`, ErrUnreadable, "neither a list nor an object", 1},
		"object without data":    {`{"error":"body-canary"}`, ErrUnreadable, "without data", 1},
		"data is an object":      {`{"data":{"a":1}}`, ErrUnreadable, "data is not a list", 1},
		"metadata is a list":     {`{"data":[],"metadata":[]}`, ErrUnreadable, "metadata", 1},
		"total is a word":        {`{"data":[],"metadata":{"totalCount":"body-canary"}}`, ErrUnreadable, "totalCount", 1},
		"two values":             {`[][]`, ErrUnreadable, "more than one", 1},
		"deep":                   {strings.Repeat("[", 65) + strings.Repeat("]", 65), ErrUnreadable, "nested", 1},
		"row is null":            {`[null]`, ErrUnreadable, "page 1, row 1: is not an object", 1},
		"row is a number":        {`[5]`, ErrUnreadable, "page 1, row 1: is not an object", 1},
		"two envelopes":          {`[{"data":[]},{"data":[]}]`, ErrUnreadable, "row 1", 1},
		"fraction":               {with("totalScannedObjects", 2.5), ErrUnreadable, "page 1, row 2: totalScannedObjects is not a whole number", 1},
		"word as a count":        {with("totalProtectedObjects", "body-canary"), ErrUnreadable, "page 1, row 2: totalProtectedObjects is not a number", 1},
		"negative":               {with("totalProtectedObjects", -1), ErrUnreadable, "page 1, row 2: totalProtectedObjects is negative", 1},
		"count missing":          {with("totalScannedObjects", nil), ErrUnreadable, "totalScannedObjects is missing", 1},
		"module missing":         {with("serviceModule", nil), ErrUnreadable, "serviceModule is missing", 1},
		"module blank":           {with("serviceModule", "  "), ErrUnreadable, "serviceModule is missing", 1},
		"module is a number":     {with("serviceModule", 7), ErrUnreadable, "serviceModule is not text", 1},
		"tenant is an object":    {with("tenantId", []int{}), ErrUnreadable, "tenantId is not text", 1},
		"another customer":       {with("customerId", "someone-else"), ErrOtherCustomer, "page 1, row 2", 1},
		"row twice":              {asJSON([]any{row, row}), ErrUnreadable, "row 2: repeats", 2},
		"row twice, other count": {asJSON([]any{row, moduleRow("Exchange Online", 2, 1)}), ErrUnreadable, "row 2: repeats", 2},
		"fewer than total":       {`{"data":[` + asJSON(row) + `],"metadata":{"totalCount":2}}`, ErrUnreadable, "repeats", 4},
		"more than total":        {`{"data":[` + asJSON(row) + `],"metadata":{"totalCount":0}}`, ErrUnreadable, "totalCount is 0", 2},
		"data null, total 1":     {`{"data":null,"metadata":{"totalCount":1}}`, ErrUnreadable, "empty after 0 of 1", 2},
		"total beyond bound":     {`{"data":[` + asJSON(row) + `],"metadata":{"totalCount":20001}}`, ErrTooLarge, "20000 rows", 1},
		"rows beyond bound":      {asJSON(moduleRows(20_001)), ErrTooLarge, "20000 rows", 1},
		"too many bytes":         {"[" + strings.Repeat(" ", maxBody) + "]", ErrTooLarge, "beyond 16777216 bytes", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &stub{api: answers(test.body)}
			got, err := s.client(t).Overview(t.Context(), theID)
			if !errors.Is(err, test.kind) || !strings.Contains(fmt.Sprint(err), test.names) {
				t.Errorf("got %v; want %v, %q", err, test.kind, test.names)
			}
			if got.Modules != nil || got.Other != nil {
				t.Errorf("rows beside an error: %+v", got)
			}
			if calls, _ := s.counts(); calls != test.calls {
				t.Errorf("%d calls, want %d", calls, test.calls)
			}
			holdsNoSecret(t, fmt.Sprint(err))
			var e *Error
			if !errors.As(err, &e) || !strings.HasSuffix(e.Path, "/overview") {
				t.Errorf("no path in %#v", e)
			}
		})
	}
}

func row2(row map[string]any) map[string]any {
	other := moduleRow("Another", 3, 3)
	other["customer"] = row["customer"]
	return other
}

func TestOverview_rowsApart(t *testing.T) {
	t.Parallel()
	row := func(change ...any) map[string]any {
		r := moduleRow("Exchange Online", 1, 1)
		for i := 0; i < len(change); i += 2 {
			r[change[i].(string)] = change[i+1]
		}
		return r
	}
	rows := []any{
		row(),
		row("customer", "other@b.example"),
		row("tenantId", "t1"),
		row("tenantId", "t2"),
		row("serviceModule", "exchange online"),
		row("serviceModule", " Cafe\u0301 "),
		row("serviceModule", "no service", "serviceType", nil),
		row("serviceModule", "odd service", "serviceType", "  CLOUD backup  for microsoft\u00a0365"),
		row("serviceModule", "no customer id", "customerId", nil),
		row("serviceModule", "upper case", "customerId", strings.ToUpper(theID)),
		row("serviceType", "Cloud Backup for Google"),
		row("serviceType", "Cloud Backup for Microsoft 365 GCC"),
	}
	s := &stub{api: answers(asJSON(rows))}
	got, err := s.client(t).Overview(t.Context(), theID)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Modules) != 10 || len(got.Other) != 2 {
		t.Errorf("%d modules and %d others, want 10 and 2", len(got.Modules), len(got.Other))
	}
	if name := got.Modules[5].Name; name != "Caf\u00e9" {
		t.Errorf("name %q is not in NFC and trimmed", name)
	}
}

// One reading that does not add up is forgiven, a second is not.
func TestOverview_readAgain(t *testing.T) {
	t.Parallel()
	rows := moduleRows(150)
	page := func(total, from, to int) http.HandlerFunc {
		return answers(asJSON(map[string]any{"data": rows[from:to], "metadata": map[string]any{"totalCount": total}}))
	}
	whole := []http.HandlerFunc{page(150, 0, 100), page(150, 100, 150)}
	for name, first := range map[string][]http.HandlerFunc{
		"total changes":      {page(150, 0, 100), page(151, 100, 150)},
		"row repeated":       {page(150, 0, 100), page(150, 99, 149)},
		"page repeated":      {page(150, 0, 100), page(150, 0, 100)},
		"page empty":         {page(150, 0, 100), page(150, 0, 0)},
		"too many rows":      {page(120, 0, 100), page(120, 100, 150)},
		"form changes":       {page(150, 0, 100), answers(asJSON(rows[100:]))},
		"total disappears":   {page(150, 0, 100), answers(asJSON(map[string]any{"data": rows[100:]}))},
		"total out of blue":  {answers(asJSON(map[string]any{"data": rows[:100]})), page(150, 100, 150)},
		"total of one short": {page(99, 0, 100)},
	} {
		s := &stub{api: steps(append(append([]http.HandlerFunc{}, first...), whole...)...)}
		got, err := s.client(t).Overview(t.Context(), theID)
		if err != nil || len(got.Modules) != 150 {
			t.Errorf("%s: %d rows, %v", name, len(got.Modules), err)
		}
		s = &stub{api: steps(append(append([]http.HandlerFunc{}, first...), first...)...)}
		if got, err := s.client(t).Overview(t.Context(), theID); !errors.Is(err, ErrUnreadable) || got.Modules != nil {
			t.Errorf("%s, twice: %d rows, %v", name, len(got.Modules), err)
		}
		if calls, _ := s.counts(); calls != 2*len(first) {
			t.Errorf("%s, twice: %d calls, want %d", name, calls, 2*len(first))
		}
	}
}

// Whatever is cut off, there is an error and never fewer rows.
func TestOverview_cutAtEveryByte(t *testing.T) {
	t.Parallel()
	body := strings.TrimSpace(testdata(t, "overview_paged.json"))
	for cut := range len(body) {
		if a, failed := checkJSON([]byte(body[:cut])); failed == nil || failed.retry != passing || !errors.Is(failed, ErrUnreadable) {
			t.Fatalf("cut at %d: %q, %+v", cut, a, failed)
		}
	}
}

// A connection that ends before Content-Length, and one that ends well with
// half the JSON, are tried again; what lasts is an error.
func TestOverview_cutAnswers(t *testing.T) {
	t.Parallel()
	body := testdata(t, "overview_paged.json")
	short := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		reply(w, body[:300])
	}
	half := answers(body[:300])
	s := &stub{api: steps(short, half, answers(body))}
	fast := func(c *Client) *Client {
		c.retry.ceilings = []time.Duration{1, 1, 1}
		return c
	}
	got, err := fast(s.serve(t)).Overview(t.Context(), theID)
	if err != nil || len(got.Modules) != 2 {
		t.Errorf("%d rows, %v", len(got.Modules), err)
	}
	for kind, api := range map[error]http.HandlerFunc{ErrUnavailable: short, ErrUnreadable: half} {
		s := &stub{api: api}
		if _, err := fast(s.serve(t)).Overview(t.Context(), theID); !errors.Is(err, kind) {
			t.Errorf("got %v, want %v", err, kind)
		}
		if calls, _ := s.counts(); calls != 4 {
			t.Errorf("%v: %d calls, want 4", kind, calls)
		}
	}
}
