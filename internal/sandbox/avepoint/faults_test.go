package avepoint_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
)

// healthy says whether an overview is answered as it should be.
func (a *api) healthy(id string) bool {
	res, err := a.do(http.MethodGet, overviewPath(id), "")
	if err != nil {
		return false
	}
	defer res.Body.Close()
	var body struct {
		Data []map[string]any `json:"data"`
	}
	err = json.NewDecoder(res.Body).Decode(&body)
	return err == nil && res.StatusCode == http.StatusOK && len(body.Data) == 2
}

func TestFault_statusAndRetryAfter(t *testing.T) {
	t.Parallel()
	a, id := two(t)
	date := start().Add(time.Minute).Format(http.TimeFormat)
	for _, test := range []struct {
		status     int
		retryAfter string
	}{{429, "17"}, {429, date}, {429, "soon"}, {429, ""}, {500, ""}, {502, ""}, {503, "120"}, {504, ""}, {403, ""}, {404, ""}, {401, ""}} {
		a.Fault(avepoint.Match{}, avepoint.Fault{Status: test.status, RetryAfter: test.retryAfter, Times: 1})
		res, body := a.get(overviewPath(id))
		if res.StatusCode != test.status || res.Header.Get("Retry-After") != test.retryAfter {
			t.Errorf("%d %q, want %v", res.StatusCode, res.Header.Get("Retry-After"), test)
		}
		if _, set := res.Header["Retry-After"]; set != (test.retryAfter != "") {
			t.Errorf("%v: Retry-After is there: %v", test, set)
		}
		if res.Header.Get("request-id") == "" || body == "" {
			t.Errorf("%v: no request-id or no body", test)
		}
	}
	if !a.healthy(id) {
		t.Error("the faults outlast their Times")
	}
}

func TestFault_timesAndSkip(t *testing.T) {
	t.Parallel()
	a, id := two(t)
	a.Fault(avepoint.Match{}, avepoint.Fault{Status: 503, Skip: 1, Times: 2})
	a.Fault(avepoint.Match{}, avepoint.Fault{Status: 500, Skip: 3})
	var got []int
	for range 6 {
		res, _ := a.get(overviewPath(id))
		got = append(got, res.StatusCode)
	}
	// The second fault sees only what the first lets by: requests 1, 4, 5, 6.
	if want := []int{200, 503, 503, 200, 200, 500}; !slices.Equal(got, want) {
		t.Errorf("statuses %v, want %v", got, want)
	}
	a.ClearFaults()
	if !a.healthy(id) {
		t.Error("ClearFaults leaves a fault")
	}
}

func TestFault_match(t *testing.T) {
	t.Parallel()
	a := serve(t, avepoint.Options{})
	big, small := a.idOf("Wide World Importers"), a.idOf("Fabrikam")
	a.Fault(avepoint.Match{Endpoint: "overview", CustomerID: strings.ToUpper(big), Page: 2}, avepoint.Fault{Status: 503})
	a.Fault(avepoint.Match{Endpoint: "customers"}, avepoint.Fault{Status: 502})
	a.Fault(avepoint.Match{Endpoint: "token"}, avepoint.Fault{OAuthError: "invalid_client"})
	for path, want := range map[string]int{
		overviewPath(big): 200, overviewPath(big) + "?pageIndex=2": 503, overviewPath(big) + "?pageIndex=3": 200,
		overviewPath(small) + "?pageIndex=2": 200, general + "/" + big: 200,
	} {
		if res, _ := a.get(path); res.StatusCode != want {
			t.Errorf("GET %s: %d, want %d", path, res.StatusCode, want)
		}
	}
	if status, _, _ := a.batch("", ""); status != 502 {
		t.Errorf("customers: %d, want 502", status)
	}
	if status, body := a.fetchToken(secretForm()); status != 400 || body["error"] != "invalid_client" {
		t.Errorf("token: %d %v", status, body)
	}
}

func TestFault_body(t *testing.T) {
	t.Parallel()
	a, id := two(t)
	a.Fault(avepoint.Match{}, avepoint.Fault{
		Body: "<html>Sign in</html>", ContentType: "text/html", Header: map[string]string{"Set-Cookie": "a=b"},
	})
	res, body := a.get(overviewPath(id))
	if res.StatusCode != 200 || body != "<html>Sign in</html>" || res.Header.Get("Content-Type") != "text/html" || res.Header.Get("Set-Cookie") != "a=b" {
		t.Errorf("%d %v %q", res.StatusCode, res.Header, body)
	}
}

func TestFault_redirect(t *testing.T) {
	t.Parallel()
	a, id := two(t)
	a.Fault(avepoint.Match{}, avepoint.Fault{RedirectTo: "https://evil.example/x", Times: 1})
	a.Fault(avepoint.Match{}, avepoint.Fault{RedirectTo: "https://evil.example/x", Status: 307, Times: 1})
	for _, want := range []int{302, 307} {
		res, _ := a.get(overviewPath(id))
		if res.StatusCode != want || res.Header.Get("Location") != "https://evil.example/x" {
			t.Errorf("%d to %q", res.StatusCode, res.Header.Get("Location"))
		}
	}
}

func TestFault_drop(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]avepoint.Fault{"drop": {Drop: true}, "midway": {DropMidway: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, id := two(t)
			a.Fault(avepoint.Match{}, fault)
			res, err := a.do(http.MethodGet, overviewPath(id), "")
			if err == nil {
				res.Body.Close()
				t.Fatalf("answered %d", res.StatusCode)
			}
			a.ClearFaults()
			if !a.healthy(id) {
				t.Error("the next request fails too")
			}
		})
	}
}

func TestFault_truncation(t *testing.T) {
	t.Parallel()
	a, id := two(t)
	_, whole := a.get(overviewPath(id))
	for _, at := range []int{-1, 1, 2, 100, len(whole) - 1, len(whole), len(whole) + 5} {
		a.ClearFaults()
		a.Fault(avepoint.Match{}, avepoint.Fault{TruncateAt: at})
		res, err := a.do(http.MethodGet, overviewPath(id), "")
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if !errors.Is(err, io.ErrUnexpectedEOF) || string(body) != whole[:max(0, min(at, len(whole)-1))] {
			t.Errorf("at %d: %d bytes, %v", at, len(body), err)
		}
	}
}

func TestFault_endAt(t *testing.T) {
	t.Parallel()
	a, id := two(t)
	_, whole := a.get(overviewPath(id))
	for _, at := range []int{-1, 1, 50, len(whole) - 1} {
		a.ClearFaults()
		a.Fault(avepoint.Match{}, avepoint.Fault{EndAt: at})
		if _, body := a.get(overviewPath(id)); body != whole[:max(0, at)] {
			t.Errorf("at %d: %q", at, body)
		}
	}
}

func TestFault_hangAfterHeaders(t *testing.T) {
	t.Parallel()
	a, id := two(t)
	a.Fault(avepoint.Match{}, avepoint.Fault{HangAfterHeaders: true})
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.server.URL+overviewPath(id), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+a.token)
	res, err := a.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	time.AfterFunc(50*time.Millisecond, cancel)
	if body, err := io.ReadAll(res.Body); res.StatusCode != 200 || len(body) != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("%d, %d bytes, %v: want headers, then nothing", res.StatusCode, len(body), err)
	}
}

func TestClose_endsWhatHangs(t *testing.T) {
	t.Parallel()
	a, id := two(t)
	a.Fault(avepoint.Match{}, avepoint.Fault{HangAfterHeaders: true, Times: 1})
	a.Fault(avepoint.Match{}, avepoint.Fault{Delay: time.Hour})
	res, err := a.do(http.MethodGet, overviewPath(id), "")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	time.AfterFunc(50*time.Millisecond, a.Close)
	if !a.healthy(id) {
		t.Error("a delayed answer is not given when the platform closes")
	}
	if _, err := io.ReadAll(res.Body); err == nil {
		t.Error("the answer that hung ended as if it were whole")
	}
}

func TestFault_delayAndSlowBody(t *testing.T) {
	t.Parallel()
	a, id := two(t)
	a.Fault(avepoint.Match{}, avepoint.Fault{Delay: 80 * time.Millisecond, Status: 503, Times: 1})
	a.Fault(avepoint.Match{}, avepoint.Fault{SlowBody: time.Millisecond, Body: strings.Repeat("x", 60)})
	for i, least := range []time.Duration{80 * time.Millisecond, 60 * time.Millisecond} {
		began := time.Now()
		a.get(overviewPath(id))
		if took := time.Since(began); took < least {
			t.Errorf("answer %d took %v, want %v at least", i, took, least)
		}
	}
}

func TestFault_expireToken(t *testing.T) {
	t.Parallel()
	a, id := two(t)
	a.Fault(avepoint.Match{Endpoint: "overview"}, avepoint.Fault{ExpireToken: true, Times: 1})
	for range 2 {
		if res, _ := a.get(overviewPath(id)); res.StatusCode != http.StatusUnauthorized {
			t.Errorf("%d, want 401 with the same token", res.StatusCode)
		}
	}
	a.signIn()
	if !a.healthy(id) {
		t.Error("a new token does not help")
	}
}

func TestFault_wrongTypes(t *testing.T) {
	t.Parallel()
	a, id := two(t)
	spoilt := func(w avepoint.WrongType) map[string]any {
		a.ClearFaults()
		a.Fault(avepoint.Match{}, avepoint.Fault{WrongTypes: w})
		return a.getJSON(overviewPath(id))
	}
	if rows := rowsIn(t, spoilt(avepoint.CountsWrong)["data"]); rows[0]["totalScannedObjects"] != "many" || rows[1]["totalScannedObjects"] != json.Number("2.5") {
		t.Errorf("counts: %v", rows)
	}
	if rows := rowsIn(t, spoilt(avepoint.NamesWrong)["data"]); rows[0]["serviceModule"] != json.Number("42") {
		t.Errorf("names: %v", rows)
	}
	if data, ok := spoilt(avepoint.DataWrong)["data"].(map[string]any); !ok {
		t.Errorf("data: %v", data)
	}
	if m := meta(t, spoilt(avepoint.TotalWrong)); m["totalCount"] != "many" {
		t.Errorf("total: %v", m)
	}
	a.ClearFaults()
	a.Fault(avepoint.Match{}, avepoint.Fault{WrongTypes: avepoint.NamesWrong})
	if _, rows, _ := a.batch("", ""); rows[0]["organization"] != json.Number("42") {
		t.Errorf("customers: %v", rows)
	}
}

func TestFault_wrongCustomer(t *testing.T) {
	t.Parallel()
	a, id := two(t)
	a.Fault(avepoint.Match{CustomerID: id}, avepoint.Fault{WrongCustomer: "f1626c49"})
	for _, row := range a.rows(id) {
		if row["customerId"] != "f1626c49" {
			t.Errorf("customerId = %v", row["customerId"])
		}
	}
}

// modules reads one page and gives the names in it.
func (a *api) modules(id string, page int) (names []string, total int) {
	a.t.Helper()
	body := a.getJSON(overviewPath(id) + "?pageSize=100&pageIndex=" + itoa(page))
	for _, row := range rowsIn(a.t, body["data"]) {
		name, _ := row["serviceModule"].(string)
		names = append(names, name)
	}
	return names, number(a.t, meta(a.t, body), "totalCount")
}

func TestFault_paging(t *testing.T) {
	t.Parallel()
	a := serve(t, avepoint.Options{})
	id := a.idOf("Wide World Importers")
	first, _ := a.modules(id, 1)
	second, _ := a.modules(id, 2)
	if len(first) != 100 || len(second) != 37 || slices.Contains(first, second[0]) {
		t.Fatalf("%d and %d rows", len(first), len(second))
	}

	a.Fault(avepoint.Match{}, avepoint.Fault{RowsChange: true})
	again, total := a.modules(id, 1)
	shifted, newTotal := a.modules(id, 2)
	if !slices.Equal(again, first) || total != 137 {
		t.Error("the first page changed")
	}
	if newTotal != 138 || len(shifted) != 38 || shifted[0] != first[99] || !slices.Equal(shifted[1:], second) {
		t.Errorf("second page: %d of %d, from %q; want the last of the first page again", len(shifted), newTotal, shifted[0])
	}

	a.ClearFaults()
	a.Fault(avepoint.Match{}, avepoint.Fault{PageRepeats: true})
	if repeated, _ := a.modules(id, 7); !slices.Equal(repeated, first) {
		t.Error("page 7 is not the first page")
	}

	a.ClearFaults()
	a.Fault(avepoint.Match{}, avepoint.Fault{TotalCount: -37})
	if all, total := a.modules(id, 1); total != 100 || len(all) != 100 {
		t.Errorf("%d of %d", len(all), total)
	}
}
