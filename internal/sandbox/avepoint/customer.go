package avepoint

import "time"

// ServiceM365 is the service type of every row that counts for the bot.
const ServiceM365 = "Cloud Backup for Microsoft 365"

// Customer is one customer of the partner, with what the API knows of it.
type Customer struct {
	ID, Organization, OwnerEmail string
	// JobStatus is 0 (N/A) to 6 (no backup updates).
	JobStatus int
	Country   string
	// ManagementMode is 0 (customer), 1 (partner) or 2 (to be configured).
	ManagementMode int
	Tenants        []Tenant
	Rows           []Row
	// Status, if not 0, answers the overview with this status instead of Rows:
	// 403 for a customer outside the app's scope, 404 for one that is gone.
	Status int
}

// Tenant is one Microsoft 365 tenant of a customer.
type Tenant struct{ ID, Name string }

// Row is one line of an overview: a module of a tenant.
type Row struct {
	// Customer is an e-mail address; empty means the owner's.
	Customer string
	// TenantID is sent by the forms that have it.
	TenantID string
	// ServiceType, if empty, is ServiceM365.
	ServiceType        string
	Module             string
	Scanned, Protected int64
	// Stored and StoredBYOS are texts such as "143.22 GB"; empty ones are sent
	// as "0 GB" and "N/A".
	Stored, StoredBYOS string
	// LastRun is left out when zero.
	LastRun time.Time
	// Fields override or add members of the JSON object, by their name on the
	// wire, with any value: "totalScannedObjects": "many".
	Fields map[string]any
}

// Name is what one needs to ask for a customer.
type Name struct{ ID, Organization, Owner string }

// State is what the overview of a customer holds at one time.
type State struct {
	// Rows are the modules; none means no Cloud Backup for Microsoft 365.
	Rows []Row
	// Status is 0 when the overview is answered, else the status sent instead.
	Status int
}
