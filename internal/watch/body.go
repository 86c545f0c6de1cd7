package watch

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/backup-overview/backup-overview/avepoint"
)

// bodyVersion is written into each body. Members may be added without a new
// version; whoever changes what one means takes the next.
const bodyVersion = 1

// body is an overview as the store keeps it. It is apart from the avepoint
// types, which may change without touching what was written before.
type body struct {
	Version    int       `json:"v"`
	CustomerID string    `json:"id"`
	FetchedAt  time.Time `json:"at,omitzero"`
	Modules    []row     `json:"m,omitempty"`
	Other      []row     `json:"o,omitempty"`
}

type row struct {
	Name       string    `json:"n"`
	Tenant     string    `json:"t,omitempty"`
	Account    string    `json:"a,omitempty"`
	Service    string    `json:"s,omitempty"`
	Scanned    int64     `json:"c"`
	Protected  int64     `json:"p"`
	Stored     size      `json:"z,omitzero"`
	StoredBYOS size      `json:"y,omitzero"`
	LastRun    time.Time `json:"l,omitzero"`
}

type size struct {
	Text  string `json:"x,omitempty"`
	Bytes int64  `json:"b,omitempty"`
	Known bool   `json:"k,omitempty"`
}

// Encode writes an overview as the body of a reading.
func Encode(o avepoint.Overview) ([]byte, error) {
	b, err := json.Marshal(body{
		Version: bodyVersion, CustomerID: o.CustomerID, FetchedAt: o.FetchedAt,
		Modules: rowsOf(o.Modules), Other: rowsOf(o.Other),
	})
	if err != nil { // a year beyond 9999
		return nil, fmt.Errorf("body of a reading: %w", err)
	}
	return b, nil
}

// Decode reads what [Encode] wrote, in this version of the program or another.
// Members that are not known are passed over; a body of another version is an
// error, since its members may mean something else.
func Decode(b []byte) (avepoint.Overview, error) {
	var read body
	if err := json.Unmarshal(b, &read); err != nil {
		// The error of encoding/json may quote what was read.
		return avepoint.Overview{}, errors.New("body of a reading: not readable")
	}
	if read.Version != bodyVersion {
		return avepoint.Overview{}, fmt.Errorf("body of a reading: version %d, this program reads %d", read.Version, bodyVersion)
	}
	return avepoint.Overview{
		CustomerID: read.CustomerID, FetchedAt: read.FetchedAt,
		Modules: modulesOf(read.Modules), Other: modulesOf(read.Other),
	}, nil
}

func rowsOf(modules []avepoint.Module) []row {
	var rows []row
	for _, m := range modules {
		rows = append(rows, row{
			Name: m.Name, Tenant: m.Tenant, Account: m.Account, Service: m.ServiceType,
			Scanned: m.Scanned, Protected: m.Protected,
			Stored: size(m.Stored), StoredBYOS: size(m.StoredBYOS), LastRun: m.LastRun,
		})
	}
	return rows
}

func modulesOf(rows []row) []avepoint.Module {
	var modules []avepoint.Module
	for _, r := range rows {
		modules = append(modules, avepoint.Module{
			Name: r.Name, Tenant: r.Tenant, Account: r.Account, ServiceType: r.Service,
			Scanned: r.Scanned, Protected: r.Protected,
			Stored: avepoint.Size(r.Stored), StoredBYOS: avepoint.Size(r.StoredBYOS), LastRun: r.LastRun,
		})
	}
	return modules
}
