package avepoint

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

const abc = "03f7382e-0000-4000-8000-dd9af05974f0"

func collect(seq iter.Seq2[Customer, error]) (customers []Customer, err error) {
	for c, e := range seq {
		if err != nil {
			return customers, errors.New("something after the error")
		}
		if err = e; e == nil {
			customers = append(customers, c)
		}
	}
	return customers, err
}

func names(customers []Customer) string {
	var all []string
	for _, c := range customers {
		all = append(all, c.Organization)
	}
	return strings.Join(all, ", ")
}

func customerRows(n int) []any {
	rows := make([]any, n)
	for i := range rows {
		rows[i] = map[string]any{"id": fmt.Sprintf("id-%d", i), "organization": fmt.Sprintf("Org %d", i), "jobStatus": 1}
	}
	return rows
}

func TestCustomers(t *testing.T) {
	t.Parallel()
	want := []Customer{
		{
			ID: abc, Organization: "OrganizationABC", OwnerEmail: "user@domain.com",
			JobStatus: JobStatusMultipleIssues, Country: "Afghanistan", ManagementMode: "Partner management of tenant",
			Tenants: []Tenant{{"03f7382e-1111-4000-8000-dd9af05974f0", "Tenant ABC"}},
		},
		{
			ID: "03f7382e-0000-4000-8000-dd9adc5974f0", Organization: "OrganizationDEF", OwnerEmail: "userA@domain.com",
			JobStatus: JobStatusFinishedWithException, Country: "Afghanistan", ManagementMode: "To be configured",
		},
	}
	s := &stub{api: answers(testdata(t, "customers.json"))}
	s.check = func(r *http.Request) {
		body := make([]byte, 10)
		n, _ := r.Body.Read(body)
		if r.Method != http.MethodPost || r.URL.Path != "/partner/external/v3/general/customers/batch" ||
			r.URL.RawQuery != "pageIndex=1&pageSize=100" || string(body[:n]) != "{}" {
			t.Errorf("%s %s %s", r.Method, r.URL, body[:n])
		}
	}
	got, err := collect(s.serve(t).Customers(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Pages are read up to eight at a time, and come out in order.
func TestCustomers_pages(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ rows, most, calls, seconds int }{
		{0, 100, 1, 1}, {1, 100, 1, 1}, {100, 100, 1, 1}, {101, 100, 2, 2}, {1700, 100, 17, 3}, {1701, 100, 18, 4}, {137, 50, 3, 2},
	} {
		synctest.Test(t, func(t *testing.T) {
			var mu sync.Mutex
			now, highest := 0, 0
			s := &stub{api: func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				now++
				highest = max(highest, now)
				mu.Unlock()
				index, _ := strconv.Atoi(r.URL.Query().Get("pageIndex"))
				time.Sleep(time.Second - time.Duration(index)*time.Millisecond) // the later page first
				mu.Lock()
				now--
				mu.Unlock()
				paged(customerRows(test.rows), test.most)(w, r)
			}}
			start := time.Now()
			got, err := collect(s.client(t).Customers(t.Context()))
			if err != nil || len(got) != test.rows {
				t.Errorf("%+v: %d, %v", test, len(got), err)
			}
			for i, c := range got {
				if c.ID != fmt.Sprintf("id-%d", i) {
					t.Fatalf("%+v: customer %d is %s", test, i, c.ID)
				}
			}
			if calls, _ := s.counts(); calls != test.calls || highest > pagesAhead {
				t.Errorf("%+v: %d calls, %d at once", test, calls, highest)
			}
			if took := time.Since(start); took > time.Duration(test.seconds)*time.Second {
				t.Errorf("%+v: took %s", test, took)
			}
		})
	}
}

// Whoever stops early leaves no call behind.
func TestCustomers_break(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{api: func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("pageIndex") != "1" {
				<-r.Context().Done()
			}
			paged(customerRows(5000), 100)(w, r)
		}}
		for range s.client(t).Customers(t.Context()) {
			break
		}
		n := 0
		for range s.client(t).Customers(t.Context()) {
			if n++; n == 100 {
				break // the next eight pages are under way
			}
		}
	}) // synctest fails where a goroutine is left
}

func TestCustomers_failures(t *testing.T) {
	t.Parallel()
	rows := customerRows(250)
	page := func(total, from, to int) string {
		return asJSON(map[string]any{"data": rows[from:to], "metadata": map[string]any{"totalCount": total}})
	}
	byPage := func(pages ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			index, _ := strconv.Atoi(r.URL.Query().Get("pageIndex"))
			reply(w, pages[min(index, len(pages))-1])
		}
	}
	for name, test := range map[string]struct {
		api    http.HandlerFunc
		kind   error
		before int // customers before the error
	}{
		"404":             {status(404), ErrNotFound, 0},
		"403":             {status(403), ErrForbidden, 0},
		"page repeated":   {byPage(page(250, 0, 100)), ErrUnreadable, 100},
		"row shifted":     {byPage(page(250, 0, 100), page(250, 99, 199), page(250, 199, 249)), ErrUnreadable, 100},
		"page missing":    {byPage(page(250, 0, 100), page(250, 100, 200), page(250, 0, 0)), ErrUnreadable, 200},
		"total changes":   {byPage(page(250, 0, 100), page(251, 100, 200)), ErrUnreadable, 100},
		"no id":           {answers(`[{"organization":"x"}]`), ErrUnreadable, 0},
		"name a list":     {answers(`[{"id":"x","organization":["canary"]}]`), ErrUnreadable, 0},
		"too many":        {answers(`{"data":[{"id":"x"}],"metadata":{"totalCount":200001}}`), ErrTooLarge, 0},
		"a page too long": {answers("[" + strings.Repeat(" ", maxDirectoryBody) + "]"), ErrTooLarge, 0},
		"later page 403":  {func(w http.ResponseWriter, r *http.Request) { later403(page(250, 0, 100), w, r) }, ErrForbidden, 100},
	} {
		known := []Customer{{ID: "known", Organization: "Known"}}
		for _, k := range [][]Customer{nil, known} {
			s := &stub{api: test.api}
			got, err := collect(s.client(t, func(o *Options) { o.Known = k }).Customers(t.Context()))
			if name == "403" && k != nil {
				if err != nil || names(got) != "Known" {
					t.Errorf("%s with Known: %s, %v", name, names(got), err)
				}
				continue
			}
			checkFailure(t, err, test.kind)
			if len(got) != test.before {
				t.Errorf("%s: %d customers before the error, want %d", name, len(got), test.before)
			}
		}
	}
}

func later403(first string, w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("pageIndex") == "1" {
		reply(w, first)
		return
	}
	status(403)(w, r)
}

// What is only for show may have any form: one odd row must not cost the whole
// directory.
func TestCustomers_oddFieldsForShow(t *testing.T) {
	t.Parallel()
	s := &stub{api: answers(`[{"id":"x","organization":"X","countryOrRegion":49,"tenants":"none"},{"id":"y","organization":"Y","tenants":[{"id":7,"name":null}]}]`)}
	got, err := collect(s.client(t).Customers(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	want := []Customer{{ID: "x", Organization: "X", Country: "49"}, {ID: "y", Organization: "Y", Tenants: []Tenant{{ID: "7"}}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestCustomers_endlessList(t *testing.T) {
	t.Parallel()
	s := &stub{api: func(w http.ResponseWriter, r *http.Request) {
		reply(w, `{"nextLink":"more","data":[{"id":"`+r.URL.Query().Get("pageIndex")+`"}]}`)
	}}
	_, err := collect(s.client(t).Customers(t.Context()))
	checkFailure(t, err, ErrTooLarge)
	if calls, _ := s.counts(); calls != maxDirectoryPages {
		t.Errorf("%d calls", calls)
	}
}

func TestCustomers_known(t *testing.T) {
	t.Parallel()
	known := func(o *Options) {
		o.Known = []Customer{
			{ID: "own", Organization: "Own"},
			{ID: " " + strings.ToUpper(abc), Organization: "Better name"},
			{ID: "own", Organization: "Own again"},
		}
	}
	s := &stub{api: answers(testdata(t, "customers.json"))}
	got, err := collect(s.client(t, known).Customers(t.Context()))
	if err != nil || names(got) != "Better name, OrganizationDEF, Own" {
		t.Fatalf("%s, %v", names(got), err)
	}
	if got[0].ID != abc || got[0].OwnerEmail != "user@domain.com" || len(got[0].Tenants) != 1 {
		t.Errorf("merged into %+v", got[0])
	}
	// The id is not one of the directory's scope: no call is made for it.
	s = &stub{api: answers("[]")}
	noScope := func(o *Options) { o.Scopes = []string{ScopeOverview} }
	got, err = collect(s.client(t, known, noScope).Customers(t.Context()))
	if err != nil || names(got) != "Own, Better name" {
		t.Errorf("%s, %v", names(got), err)
	}
	_, err = collect(s.client(t, noScope).Customers(t.Context()))
	checkFailure(t, err, ErrForbidden)
	if calls, tokens := s.counts(); calls+tokens != 0 {
		t.Errorf("%d calls, %d tokens", calls, tokens)
	}
	for c := range s.client(t, known, noScope).Customers(t.Context()) {
		if c.Organization != "Own" {
			t.Error(c)
		}
		break
	}
}

// A customer twice on one page is taken once.
func TestCustomers_twiceOnOnePage(t *testing.T) {
	t.Parallel()
	s := &stub{api: answers(`{"data":[{"id":"A","organization":"first"},{"id":"a","organization":"second"}],"metadata":{"totalCount":2}}`)}
	got, err := collect(s.client(t).Customers(t.Context()))
	if err != nil || names(got) != "first" {
		t.Errorf("%s, %v", names(got), err)
	}
}

func TestCustomer(t *testing.T) {
	t.Parallel()
	want := Customer{
		ID: abc, Organization: "OrganizationABC", OwnerEmail: "user@domain.com", Country: "Afghanistan",
		ManagementMode: "Partner management of tenant", Tenants: []Tenant{{"03f7382e-1111-4000-8000-dd9af05974f0", "Tenant ABC"}},
	}
	body := testdata(t, "customer.json")
	s := &stub{api: answers(body)}
	s.check = func(r *http.Request) {
		if r.Method != http.MethodGet || r.URL.Path != "/partner/external/v3/general/customers/"+strings.ToUpper(abc) {
			t.Errorf("%s %s", r.Method, r.URL)
		}
	}
	got, err := s.serve(t).Customer(t.Context(), strings.ToUpper(abc))
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	for name, test := range map[string]struct {
		api  http.HandlerFunc
		id   string
		kind error
	}{
		"another":   {answers(body), "someone", ErrOtherCustomer},
		"nobody":    {answers(`{"data":[]}`), abc, ErrNotFound},
		"two":       {answers(`{"data":[{"id":"a"},{"id":"b"}]}`), "a", ErrUnreadable},
		"not found": {status(404), abc, ErrNotFound},
		"HTML":      {answers("<html>"), abc, ErrUnreadable},
		"no id":     {answers("[]"), " ", ErrNotFound},
	} {
		s := &stub{api: test.api}
		got, err := s.client(t).Customer(t.Context(), test.id)
		t.Log(name, err)
		checkFailure(t, err, test.kind)
		if got.ID != "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestCustomer_known(t *testing.T) {
	t.Parallel()
	known := func(o *Options) { o.Known = []Customer{{ID: abc, Organization: "Better name"}} }
	s := &stub{api: answers(testdata(t, "customer.json"))}
	got, err := s.client(t, known).Customer(t.Context(), strings.ToUpper(abc))
	if err != nil || got.Organization != "Better name" || got.Country != "Afghanistan" {
		t.Errorf("%+v, %v", got, err)
	}
	s = &stub{api: status(403)}
	got, err = s.client(t, known).Customer(t.Context(), abc)
	if err != nil || got.Organization != "Better name" {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err = s.client(t, known).Customer(t.Context(), "other"); !errors.Is(err, ErrForbidden) {
		t.Error(err)
	}
}

func TestJobStatus(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]JobStatus{
		`0`: JobStatusNone, `1`: JobStatusWorking, `2.0`: JobStatusFailed, `"3"`: JobStatusWaitingForConfiguration,
		`4`: JobStatusMultipleIssues, `5`: JobStatusFinishedWithException, `6`: JobStatusNoBackupUpdates,
		`"N/A"`: JobStatusNone, `"working"`: JobStatusWorking, `" Waiting for Configuration "`: JobStatusWaitingForConfiguration,
		`"Multiple Issues Found"`: JobStatusMultipleIssues, `"No Backup Update"`: JobStatusNoBackupUpdates,
		`7`: JobStatusNone, `-1`: JobStatusNone, `"odd"`: JobStatusNone, `null`: JobStatusNone, ``: JobStatusNone, `{}`: JobStatusNone,
	} {
		if got := parseJobStatus([]byte(raw)); got != want {
			t.Errorf("%s is %v, want %v", raw, got, want)
		}
	}
	if s := JobStatus(99).String() + JobStatusFailed.String() + JobStatus(-1).String(); s != "N/AFailedN/A" {
		t.Error(s)
	}
	for raw, want := range map[string]string{
		`0`: "Customer management of tenant", `"1"`: "Partner management of tenant", `9`: "", `" Odd "`: "Odd", `null`: "", ``: "",
	} {
		if got := parseManagementMode([]byte(raw)); got != want {
			t.Errorf("%s is %q, want %q", raw, got, want)
		}
	}
}

func TestCustomers_callerGivesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{api: func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if _, err := collect(s.client(t).Customers(ctx)); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}
