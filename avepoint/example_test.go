package avepoint_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"time"

	"github.com/backup-overview/backup-overview/avepoint"
)

// vendor stands for AvePoint in the examples.
func vendor() *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/connect/token":
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"access_token": "opaque", "expires_in": 3600, "token_type": "Bearer"}`)
		case strings.HasSuffix(r.URL.Path, "/customers/batch"):
			_, _ = io.WriteString(w, `{"data": [
				{"id": "c1", "organization": "Contoso Retail GmbH", "jobStatus": 1},
				{"id": "c2", "organization": "Fabrikam", "jobStatus": 5}
			], "metadata": {"pageIndex": 1, "pageSize": 100, "totalCount": 2}}`)
		case strings.Contains(r.URL.Path, "/customers/c1/"):
			_, _ = io.WriteString(w, `{"data": [
				{"customerId": "c1", "serviceModule": "Exchange Online", "totalScannedObjects": 1250, "totalProtectedObjects": 1247, "dataSizeStoredInAvePoint": "812.4 GB"},
				{"customerId": "c1", "serviceModule": "OneDrive", "totalScannedObjects": 1180, "totalProtectedObjects": 1180, "dataSizeStoredInAvePoint": "N/A"}
			], "metadata": {"totalCount": 2}}`)
		default:
			w.Header().Set("request-id", "0HN7")
			w.WriteHeader(http.StatusForbidden)
		}
	}))
}

// connect makes a client of the vendor's stand-in. Against AvePoint itself,
// Credentials are enough.
func connect(server *httptest.Server) *avepoint.Client {
	client, err := avepoint.New(avepoint.Options{
		GraphURL:    server.URL,
		TokenURL:    server.URL + "/connect/token",
		Credentials: avepoint.Credentials{ClientID: "my-app", ClientSecret: "my-secret"},
		HTTPClient:  server.Client(),
	})
	if err != nil {
		log.Fatal(err)
	}
	return client
}

func Example() {
	server := vendor()
	defer server.Close()
	client := connect(server)

	overview, err := client.Overview(context.Background(), "c1")
	if err != nil {
		log.Fatal(err)
	}
	for _, m := range overview.Modules {
		fmt.Printf("%s: %d of %d, last job %s\n", m.Name, m.Protected, m.Scanned, m.Stored.Text)
	}
	// Output:
	// Exchange Online: 1247 of 1250, last job 812.4 GB
	// OneDrive: 1180 of 1180, last job N/A
}

func ExampleNew_environment() {
	env, err := avepoint.ParseEnvironment("usgov")
	if err != nil {
		log.Fatal(err)
	}
	_, err = avepoint.New(avepoint.Options{
		GraphURL:    env.GraphURL,
		TokenURL:    env.TokenURL,
		Credentials: avepoint.Credentials{ClientID: "my-app", ClientSecret: "my-secret"},
	})
	fmt.Println(env.GraphURL, err)
	// Output: https://graph-gov.avepointonlineservices.com <nil>
}

// A certificate is the higher assurance: its key never leaves the machine.
func ExampleParseCertificate() {
	pfx, err := os.ReadFile("app.pfx")
	if err != nil {
		log.Fatal(err)
	}
	certificate, err := avepoint.ParseCertificate(pfx, os.Getenv("APP_PFX_PASSWORD"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("valid until", certificate.NotAfter())
	client, err := avepoint.New(avepoint.Options{
		Credentials: avepoint.Credentials{ClientID: "my-app", Certificate: certificate},
	})
	if err != nil {
		log.Fatal(err)
	}
	_ = client
}

func ExampleClient_Customers() {
	server := vendor()
	defer server.Close()
	client := connect(server)

	for customer, err := range client.Customers(context.Background()) {
		if err != nil {
			log.Fatal(err) // the list is not whole
		}
		fmt.Printf("%s (%s)\n", customer.Organization, customer.JobStatus)
	}
	// Output:
	// Contoso Retail GmbH (Working)
	// Fabrikam (Finished with exception)
}

func ExampleError() {
	server := vendor()
	defer server.Close()
	client := connect(server)

	_, err := client.Overview(context.Background(), "c2")
	if errors.Is(err, avepoint.ErrForbidden) {
		fmt.Println("the app may not read this customer")
	}
	if e, ok := errors.AsType[*avepoint.Error](err); ok {
		fmt.Println(e.StatusCode, e.Scope, e.RequestID)
	}
	// Output:
	// the app may not read this customer
	// 403 elements.cbprotected.read.all 0HN7
}

func ExampleCache() {
	server := vendor()
	defer server.Close()
	cache := avepoint.NewCache(connect(server).ForPerson(), avepoint.CacheOptions{TTL: 5 * time.Minute})
	defer cache.Close()

	live := 0
	admit := func() error { live++; return nil }
	for range 3 {
		answer, err := cache.Overview(context.Background(), "c1", admit)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(len(answer.Overview.Modules), "modules, fresh:", answer.Fresh)
	}
	fmt.Println("live calls:", live)
	// Output:
	// 2 modules, fresh: true
	// 2 modules, fresh: true
	// 2 modules, fresh: true
	// live calls: 1
}
