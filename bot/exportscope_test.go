package bot

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/store"
)

// exporting is a memory of six customers for a channel, with a Slack that takes
// files. meanwhile is called at the beginning of every writing.
func exporting(t *testing.T, meanwhile func(m *memory, writing int)) (*exports, Request, *[]string) {
	t.Helper()
	m, q := filled(t, 6)
	m.customers = newCustomers(Options{Store: m.store, Watch: m.watch, ButtonKey: []byte("key"), Log: m.log})
	if _, err := m.customers.read(t.Context()); err != nil {
		t.Fatal(err)
	}
	m.places = &places{people: m.people, store: m.store, tell: func(store.Binding) {}, log: m.log}
	q.Channel = access.Channel{ID: "C1", Known: true}
	m.people.keep("channel/C1", glimpse{q.Channel, time.Now()})
	var files []string
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/upload" {
			body, _ := io.ReadAll(r.Body)
			files = append(files, string(body))
		}
		_, _ = io.WriteString(w, `{"ok":true,"channel":{"id":"D1"},"file_id":"F1","upload_url":"`+server.URL+`/upload"}`)
	}))
	t.Cleanup(server.Close)
	policy, writing, asked := m.policy(), 0, 0
	m.policy = func() access.Policy {
		if asked++; asked%2 == 1 { // the channel was looked at, and nothing is written yet
			writing++
			meanwhile(m, writing)
		}
		return policy
	}
	return newExports(m, newWeb(server.URL+"/"), nil), q, &files
}

// rebind binds the channel of [exporting] to some of its customers.
func rebind(t *testing.T, m *memory, customers ...int) {
	t.Helper()
	b := store.Binding{Channel: "C1", By: "UANA", At: time.Now()}
	for _, i := range customers {
		b.Customers = append(b.Customers, customerID(i))
	}
	if err := m.store.SetBinding(t.Context(), b); err != nil {
		t.Fatal(err)
	}
}

// held are the customers that a file holds.
func held(file string) []int {
	var in []int
	for i := range 6 {
		if strings.Contains(file, customerID(i)) {
			in = append(in, i)
		}
	}
	return in
}

// A file that is written while the channel is bound otherwise holds nobody whom
// the channel does not show when it is sent.
func TestExport_boundMeanwhile(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		meanwhile func(t *testing.T, m *memory, writing int)
		want      []int // nil: no file
		says      string
	}{
		"nothing": {func(*testing.T, *memory, int) {}, []int{0, 1, 2, 3, 4, 5}, ""},
		"narrowed": {func(t *testing.T, m *memory, writing int) {
			if writing == 1 {
				rebind(t, m, 4, 5)
			}
		}, []int{4, 5}, ""},
		"suspended": {func(t *testing.T, m *memory, _ int) {
			b := store.Binding{Channel: "C1", All: true, Suspended: time.Now()}
			if err := m.store.SetBinding(t.Context(), b); err != nil {
				t.Error(err)
			}
		}, nil, formatting.SharedChannel("", true).Text},
		"shared": {func(_ *testing.T, m *memory, _ int) {
			m.people.keep("channel/C1", glimpse{access.Channel{ID: "C1", Known: true, External: true}, time.Now()})
		}, nil, formatting.SharedChannel("", false).Text},
		"to nobody": {func(t *testing.T, m *memory, _ int) { rebind(t, m) }, nil, ""},
		"again and again": {func(t *testing.T, m *memory, writing int) {
			rebind(t, m, writing%2, 2, 3, 4, 5)
		}, nil, errUnsteady.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, q, files := exporting(t, func(m *memory, writing int) { c.meanwhile(t, m, writing) })
			o, err := e.run(t.Context(), q, order{}, formatting.ExportView{Now: time.Now()})
			if c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says) && !strings.Contains(said(err), c.says)) {
				t.Errorf("%q, %v; want %q", o.message.Text, err, c.says)
			}
			if c.says == "" && err != nil {
				t.Error(err)
			}
			if c.want == nil && len(*files) > 0 || c.want != nil && (len(*files) != 1 || !slices.Equal(held((*files)[0]), c.want)) {
				t.Errorf("%d files: %q", len(*files), *files)
			}
		})
	}
}

// said is what a person reads of an error.
func said(err error) string { m, _ := explain(err, ""); return m.Text }

// So it is with the file of one customer.
func TestExport_oneBoundMeanwhile(t *testing.T) {
	t.Parallel()
	e, q, files := exporting(t, func(*memory, int) {})
	policy := e.memory.policy
	asked := 0
	e.memory.policy = func() access.Policy {
		if asked++; asked == 1 {
			rebind(t, e.memory, 5)
		}
		return policy()
	}
	c, _ := e.memory.customers.known().byID(customerID(1))
	o, err := e.run(t.Context(), q, order{customer: c}, formatting.ExportView{Now: time.Now()})
	if err != nil || !o.nothing || len(*files) > 0 {
		t.Errorf("%+v, %v, %q", o, err, *files)
	}
}
