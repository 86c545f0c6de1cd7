package avepoint_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	pkcs12 "software.sslmate.com/src/go-pkcs12"

	"github.com/backup-overview/backup-overview/avepoint"
	sandbox "github.com/backup-overview/backup-overview/internal/sandbox/avepoint"
)

// These tests hold the client against the stand-in, which was written from the
// vendor's pages by itself and shares no type with the client.

func platform(t testing.TB, o sandbox.Options, change ...func(*avepoint.Options)) (*sandbox.Platform, *avepoint.Client) {
	t.Helper()
	o.Start = time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	o.Now = func() time.Time { return o.Start }
	p := sandbox.New(o)
	server := httptest.NewServer(p.Handler())
	t.Cleanup(server.Close)
	t.Cleanup(p.Close)
	options := avepoint.Options{
		GraphURL: server.URL, TokenURL: server.URL + "/connect/token", HTTPClient: server.Client(),
		Credentials: avepoint.Credentials{ClientID: sandbox.DefaultClientID, ClientSecret: sandbox.DefaultClientSecret},
		Rate:        1e6, Concurrency: 64,
	}
	for _, f := range change {
		f(&options)
	}
	c, err := avepoint.New(options)
	if err != nil {
		t.Fatal(err)
	}
	return p, c
}

// line is what both sides say of one row.
type line struct {
	Module             string
	Scanned, Protected int64
	Stored             string
}

// Each form gives the same rows, for every customer of the fleet.
func TestPlatform_shapes(t *testing.T) {
	t.Parallel()
	p, c := platform(t, sandbox.Options{Seed: 7})
	shapes := []sandbox.Shape{
		sandbox.BareArray, sandbox.Paged, sandbox.PagedWithTenant, sandbox.NestedArray, sandbox.CountsAsStrings, sandbox.CountsPadded,
		sandbox.CountsGrouped, sandbox.CountsAsFloats, sandbox.CountsScientific, sandbox.ExtraFields, sandbox.WithBOM, sandbox.NextLinks,
		sandbox.OddDates, sandbox.EpochDates, sandbox.UpperCaseIDs, sandbox.SomeWithoutTenant,
	}
	rows := 0
	for i, name := range p.Names() {
		state, _ := p.State(name.ID, time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC))
		for j, shape := range shapes {
			if i > 30 && (i+j)%len(shapes) != 0 {
				continue // one shape each is enough for the many
			}
			if state.Status >= 500 {
				continue // it would be tried for seconds, which TestCall_statuses does without
			}
			p.SetShape(name.ID, shape)
			got, err := c.Overview(t.Context(), name.ID)
			if state.Status != 0 {
				if e, ok := errors.AsType[*avepoint.Error](err); !ok || e.StatusCode != state.Status {
					t.Errorf("%s: %v, want status %d", name.Organization, err, state.Status)
				}
				continue
			}
			if errors.Is(err, avepoint.ErrUnreadable) && shape <= sandbox.Paged && sameWithoutTenant(state.Rows) {
				continue // nobody could tell these rows from a page sent twice
			}
			if err != nil {
				t.Errorf("%s in shape %d: %v", name.Organization, shape, err)
				continue
			}
			want, have := linesOf(state.Rows), linesRead(got)
			if diff := cmp.Diff(want, have); diff != "" {
				t.Errorf("%s in shape %d: %s", name.Organization, shape, diff)
			}
			rows += len(have)
		}
	}
	if rows < 2000 {
		t.Errorf("only %d rows compared", rows)
	}
}

// sameWithoutTenant says that two rows differ in nothing but the tenant.
func sameWithoutTenant(rows []sandbox.Row) bool {
	seen := map[[3]string]bool{}
	for _, r := range rows {
		key := [3]string{r.Customer, r.ServiceType, r.Module}
		if seen[key] {
			return true
		}
		seen[key] = true
	}
	return false
}

func linesOf(rows []sandbox.Row) map[line]int {
	lines := map[line]int{}
	for _, r := range rows {
		stored := r.Stored
		if stored == "" {
			stored = "0 GB"
		}
		lines[line{r.Module, r.Scanned, r.Protected, stored}]++
	}
	return lines
}

func linesRead(o avepoint.Overview) map[line]int {
	lines := map[line]int{}
	for _, m := range append(o.Modules, o.Other...) {
		lines[line{m.Name, m.Scanned, m.Protected, m.Stored.Text}]++
	}
	return lines
}

func TestPlatform_brokenSamples(t *testing.T) {
	t.Parallel()
	p, c := platform(t, sandbox.Options{Seed: 7})
	id := p.Names()[0].ID
	for _, shape := range []sandbox.Shape{sandbox.BrokenSample, sandbox.CommentedSample} {
		p.SetShape(id, shape)
		if o, err := c.Overview(t.Context(), id); !errors.Is(err, avepoint.ErrUnreadable) || o.Modules != nil {
			t.Errorf("shape %d: %v", shape, err)
		}
	}
	p.SetShape(id, sandbox.NullData)
	if o, err := c.Overview(t.Context(), id); err != nil || len(o.Modules) != 0 {
		t.Errorf("null: %v", err)
	}
}

func TestPlatform_directory(t *testing.T) {
	t.Parallel()
	for _, customers := range []int{212, 2150} {
		p, c := platform(t, sandbox.Options{Seed: 7, Customers: customers})
		var got []string
		for customer, err := range c.Customers(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, customer.ID+customer.Organization+customer.OwnerEmail)
		}
		var want []string
		for _, n := range p.Names() {
			want = append(want, n.ID+n.Organization+n.Owner)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		one := p.Names()[3]
		customer, err := c.Customer(t.Context(), one.ID)
		if err != nil || customer.Organization != one.Organization {
			t.Errorf("%+v, %v", customer, err)
		}
		if n := p.Calls(sandbox.EndpointToken); n != 1 {
			t.Errorf("%d token requests", n)
		}
	}
}

func TestPlatform_certificate(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "app"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pfx, err := pkcs12.Modern.Encode(key, cert, nil, "password")
	if err != nil {
		t.Fatal(err)
	}
	own, err := avepoint.ParseCertificate(pfx, "password")
	if err != nil {
		t.Fatal(err)
	}
	p, c := platform(t, sandbox.Options{Seed: 7, Certificate: cert}, func(o *avepoint.Options) {
		o.Credentials = avepoint.Credentials{ClientID: sandbox.DefaultClientID, Certificate: own}
	})
	for range 3 { // each with an assertion of its own: the stand-in refuses a second use
		if _, err := c.Overview(t.Context(), p.Names()[0].ID); err != nil {
			t.Fatal(err)
		}
		p.ExpireTokens()
	}
	if n := p.Calls(sandbox.EndpointToken); n != 3 {
		t.Errorf("%d token requests", n)
	}
}

func TestPlatform_faults(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault sandbox.Fault
		kind  error // nil: survived
	}{
		"429 once":          {sandbox.Fault{Times: 1, Status: 429, RetryAfter: "1"}, nil},
		"503 once":          {sandbox.Fault{Times: 1, Status: 503}, nil},
		"dropped once":      {sandbox.Fault{Times: 1, DropMidway: true}, nil},
		"truncated once":    {sandbox.Fault{Times: 1, TruncateAt: 200}, nil},
		"cut once":          {sandbox.Fault{Times: 1, EndAt: 200}, nil},
		"expired token":     {sandbox.Fault{Times: 1, ExpireToken: true}, nil},
		"rows change once":  {sandbox.Fault{Times: 1, RowsChange: true}, nil},
		"no such":           {sandbox.Fault{Status: 404}, avepoint.ErrNotFound},
		"not allowed":       {sandbox.Fault{Status: 403}, avepoint.ErrForbidden},
		"too many requests": {sandbox.Fault{Status: 429, RetryAfter: "3600"}, avepoint.ErrRateLimited},
		"HTML":              {sandbox.Fault{Body: "<html>", ContentType: "text/html"}, avepoint.ErrUnreadable},
		"page repeats":      {sandbox.Fault{PageRepeats: true}, avepoint.ErrUnreadable},
		"total too high":    {sandbox.Fault{TotalCount: 1}, avepoint.ErrUnreadable},
		"another customer":  {sandbox.Fault{WrongCustomer: "someone"}, avepoint.ErrOtherCustomer},
		"elsewhere":         {sandbox.Fault{RedirectTo: "http://127.0.0.2/"}, avepoint.ErrUnreadable},
		"always expired":    {sandbox.Fault{ExpireToken: true}, avepoint.ErrCredentials},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, c := platform(t, sandbox.Options{Customers: -1})
			rows := make([]sandbox.Row, 137)
			for i := range rows {
				rows[i] = sandbox.Row{Module: fmt.Sprintf("Module %d", i), Scanned: int64(i), Protected: int64(i)}
			}
			id := p.Put(sandbox.Customer{Organization: "Contoso", Rows: rows})
			page := 1
			if test.fault.RowsChange || test.fault.PageRepeats {
				page = 2
			}
			p.Fault(sandbox.Match{Endpoint: sandbox.EndpointOverview, Page: page}, test.fault)
			o, err := c.ForPerson().Overview(t.Context(), id)
			if test.kind == nil && (err != nil || len(o.Modules) != 137) || test.kind != nil && !errors.Is(err, test.kind) {
				t.Errorf("%d modules, %v", len(o.Modules), err)
			}
		})
	}
}
