package avepoint_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start is a fixed origin: most tests look at the first moment of the story.
func start() time.Time { return time.Date(2026, time.November, 24, 9, 0, 0, 0, time.UTC) }

// api is a platform behind a real server, and a caller who knows nothing of
// its Go types.
type api struct {
	*avepoint.Platform
	t      *testing.T
	server *httptest.Server
	client *http.Client
	token  string
}

// serve starts a platform whose clock stands at Start, and signs in.
func serve(t *testing.T, o avepoint.Options) *api {
	t.Helper()
	if o.Start.IsZero() {
		o.Start = start()
	}
	if o.Now == nil {
		o.Now = func() time.Time { return o.Start }
	}
	p := avepoint.New(o)
	server := listen(t, p)
	client := server.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	a := &api{Platform: p, t: t, server: server, client: client}
	a.signIn()
	return a
}

func listen(t *testing.T, p *avepoint.Platform) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(p.Handler())
	t.Cleanup(server.Close)
	t.Cleanup(p.Close)
	return server
}

func (a *api) signIn() {
	a.t.Helper()
	status, body := a.fetchToken(secretForm())
	if status != http.StatusOK {
		a.t.Fatalf("sign-in: %d %v", status, body)
	}
	a.token, _ = body["access_token"].(string)
}

// secretForm is what a caller with the default secret sends.
func secretForm() url.Values {
	return url.Values{
		"client_id": {"sandbox-client"}, "client_secret": {"sandbox-secret"},
		"grant_type": {"client_credentials"},
		"scope":      {"elements.cbprotected.read.all elements.customers.read.all"},
	}
}

func (a *api) fetchToken(form url.Values) (int, map[string]any) {
	a.t.Helper()
	res, err := a.client.PostForm(a.server.URL+"/connect/token", form)
	if err != nil {
		a.t.Fatal(err)
	}
	return res.StatusCode, decode(a.t, read(a.t, res))
}

const general = "/partner/external/v3/general/customers"

func overviewPath(id string) string { return general + "/" + id + "/cloud-backup-m365/overview" }

// do sends a request with the token.
func (a *api) do(method, path string, body string) (*http.Response, error) {
	a.t.Helper()
	req, err := http.NewRequestWithContext(a.t.Context(), method, a.server.URL+path, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+a.token)
	req.Header.Set("Content-Type", "application/json")
	return a.client.Do(req)
}

// get expects an answer, whatever its status.
func (a *api) get(path string) (*http.Response, string) {
	a.t.Helper()
	res, err := a.do(http.MethodGet, path, "")
	if err != nil {
		a.t.Fatal(err)
	}
	return res, read(a.t, res)
}

// getJSON expects 200 and a JSON object.
func (a *api) getJSON(path string) map[string]any {
	a.t.Helper()
	res, body := a.get(path)
	if res.StatusCode != http.StatusOK {
		a.t.Fatalf("GET %s: %d %s", path, res.StatusCode, body)
	}
	return decode(a.t, body)
}

// rows reads all pages of an overview.
func (a *api) rows(id string) []map[string]any {
	a.t.Helper()
	var all []map[string]any
	for page := 1; ; page++ {
		body := a.getJSON(overviewPath(id) + "?pageSize=100&pageIndex=" + itoa(page))
		all = append(all, rowsIn(a.t, body["data"])...)
		if total := number(a.t, meta(a.t, body), "totalCount"); len(all) >= total {
			return all
		}
	}
}

func (a *api) idOf(organization string) string {
	a.t.Helper()
	id, ok := a.ID(organization)
	if !ok {
		a.t.Fatalf("no customer %q", organization)
	}
	return id
}

func itoa(n int) string { b, _ := json.Marshal(n); return string(b) }

func read(t *testing.T, res *http.Response) string {
	t.Helper()
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// decode reads one JSON object, keeping numbers as they are written.
func decode(t *testing.T, body string) map[string]any {
	t.Helper()
	var m map[string]any
	d := json.NewDecoder(bytes.NewReader([]byte(body)))
	d.UseNumber()
	if err := d.Decode(&m); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return m
}

func rowsIn(t *testing.T, data any) []map[string]any {
	t.Helper()
	list, ok := data.([]any)
	if !ok {
		t.Fatalf("data is %T, want an array", data)
	}
	var rows []map[string]any
	for _, v := range list {
		row, ok := v.(map[string]any)
		if !ok {
			t.Fatalf("a row is %T", v)
		}
		rows = append(rows, row)
	}
	return rows
}

func meta(t *testing.T, body map[string]any) map[string]any {
	t.Helper()
	m, ok := body["metadata"].(map[string]any)
	if !ok {
		t.Fatalf("no metadata in %v", body)
	}
	return m
}

func number(t *testing.T, m map[string]any, name string) int {
	t.Helper()
	n, ok := m[name].(json.Number)
	if !ok {
		t.Fatalf("%s is %T, want a number", name, m[name])
	}
	i, err := n.Int64()
	if err != nil {
		t.Fatal(err)
	}
	return int(i)
}

func TestHandler_everyAnswerHasARequestID(t *testing.T) {
	t.Parallel()
	a := serve(t, avepoint.Options{Customers: 12})
	seen := map[string]bool{}
	for _, path := range []string{
		overviewPath(a.Names()[0].ID), general + "/" + a.Names()[0].ID, overviewPath("nobody"), "/elsewhere",
	} {
		res, _ := a.get(path)
		id := res.Header.Get("request-id")
		if len(id) != 36 || seen[id] {
			t.Errorf("GET %s: request-id %q is missing or was there before", path, id)
		}
		seen[id] = true
	}
	res, err := a.client.PostForm(a.server.URL+"/connect/token", nil)
	if err != nil {
		t.Fatal(err)
	}
	if read(t, res); res.Header.Get("request-id") == "" {
		t.Error("the identity service sends no request-id")
	}
}

func TestPlatform_counts(t *testing.T) {
	t.Parallel()
	a := serve(t, avepoint.Options{Customers: 12})
	first, second := a.Names()[0].ID, a.Names()[1].ID
	a.get(overviewPath(first))
	a.get(overviewPath(strings.ToUpper(first)))
	a.get(overviewPath(second))
	a.get(general + "/" + first)
	a.token = "wrong"
	a.get(overviewPath(second))
	got := []int{
		a.Calls("token"), a.Calls("overview"), a.Calls("customer"), a.Calls("customers"),
		a.CallsFor(first), a.CallsFor(second), a.MaxInFlight(),
	}
	want := []int{1, 4, 1, 0, 2, 2, 1}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("counted %v, want %v", got, want)
		}
	}
}

func TestPlatform_MaxInFlight(t *testing.T) {
	t.Parallel()
	a := serve(t, avepoint.Options{Customers: 1})
	id := a.Names()[0].ID
	a.Fault(avepoint.Match{}, avepoint.Fault{HangAfterHeaders: true, Times: 3})
	var open []*http.Response
	for range 3 {
		res, err := a.do(http.MethodGet, overviewPath(id), "")
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, res)
	}
	for _, res := range open {
		res.Body.Close()
	}
	a.get(overviewPath(id))
	if got := a.MaxInFlight(); got < 3 || got > 4 {
		t.Errorf("MaxInFlight = %d, want the three that hung (and perhaps the next)", got)
	}
}

func TestPlatform_Put(t *testing.T) {
	t.Parallel()
	a := serve(t, avepoint.Options{Customers: -1})
	id := a.Put(avepoint.Customer{Organization: "Nod Publishers", OwnerEmail: "it@nod.example", Rows: []avepoint.Row{
		{Module: "Exchange Online", Scanned: 25, Protected: 24},
		{Module: "OneDrive", Scanned: 7, Protected: 7, Fields: map[string]any{
			"totalScannedObjects": -7, "dataSizeStoredInBYOS": "", "colour": "blue",
		}},
	}})
	rows := a.rows(id)
	if len(rows) != 2 || number(t, rows[0], "totalProtectedObjects") != 24 || rows[0]["customer"] != "it@nod.example" {
		t.Errorf("rows = %v", rows)
	}
	if number(t, rows[1], "totalScannedObjects") != -7 || rows[1]["dataSizeStoredInBYOS"] != "" || rows[1]["colour"] != "blue" {
		t.Errorf("the fields are not as given: %v", rows[1])
	}
	if names := a.Names(); len(names) != 1 || names[0].ID != id || names[0].Organization != "Nod Publishers" {
		t.Errorf("Names() = %v", names)
	}
	a.SetRows(id, nil)
	if rows := a.rows(id); len(rows) != 0 {
		t.Errorf("rows = %v, want none", rows)
	}
	a.Put(avepoint.Customer{ID: strings.ToUpper(id), Organization: "Nod", Status: 403})
	if res, _ := a.get(overviewPath(id)); res.StatusCode != 403 || len(a.Names()) != 1 {
		t.Errorf("status %d with %d names, want the same customer replaced", res.StatusCode, len(a.Names()))
	}
}

func TestPlatform_SetRows_stopsTheStory(t *testing.T) {
	t.Parallel()
	a := serve(t, avepoint.Options{})
	id := a.idOf("Contoso Retail GmbH")
	a.SetRows(id, []avepoint.Row{{Module: "Exchange Online", Scanned: 5, Protected: 4}})
	if rows := a.rows(id); len(rows) != 1 || number(t, rows[0], "totalScannedObjects") != 5 {
		t.Errorf("rows = %v", rows)
	}
	if s, ok := a.State(id, start().Add(time.Hour)); !ok || len(s.Rows) != 1 || s.Rows[0].Protected != 4 {
		t.Errorf("State = %v, %v", s, ok)
	}
	if name := a.Names()[0]; name.ID != id || name.Organization != "Contoso Retail GmbH" {
		t.Errorf("Names()[0] = %v, want the customer where it was", name)
	}
}

func TestPlatform_Remove(t *testing.T) {
	t.Parallel()
	a := serve(t, avepoint.Options{Customers: 5})
	gone, last := a.Names()[1].ID, a.Names()[4].ID
	a.Remove(gone)
	if res, _ := a.get(overviewPath(gone)); res.StatusCode != http.StatusNotFound {
		t.Errorf("overview of a customer that has left: %d", res.StatusCode)
	}
	if names := a.Names(); len(names) != 4 || names[3].ID != last {
		t.Errorf("Names() = %v", names)
	}
	if got := a.directory(3); len(got) != 4 {
		t.Errorf("the directory lists %d, want 4", len(got))
	}
}
