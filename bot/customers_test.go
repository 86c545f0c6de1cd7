package bot

import (
	"testing"
	"time"

	"github.com/backup-overview/backup-overview/internal/store"
)

// Help counts those whom AvePoint lists, less what was erased meanwhile.
func TestCustomers_listed(t *testing.T) {
	t.Parallel()
	m, _ := filled(t, 5)
	all := make([]store.Customer, 4)
	for i := range all {
		all[i] = store.Customer{ID: customerID(i), Name: "Customer"}
	}
	for i := range 3 { // the fifth has left
		if _, err := m.store.SaveDirectory(t.Context(), all, time.Now().Add(time.Duration(i+1)*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	c := newCustomers(Options{Store: m.store, Watch: m.watch, ButtonKey: []byte("key")})
	defer c.end()
	if _, err := c.read(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c.size() != 5 || c.listed() != 4 {
		t.Errorf("%d customers, %d listed", c.size(), c.listed())
	}
	gone := c.sealer.token(customerID(4))
	c.forget(customerID(4))
	if _, ok := c.known().byToken(gone); ok || c.size() != 4 || c.listed() != 4 {
		t.Errorf("without one that has left: %d customers, %d listed", c.size(), c.listed())
	}
	c.forget(customerID(0))
	if c.size() != 3 || c.listed() != 3 {
		t.Errorf("without one of them: %d customers, %d listed", c.size(), c.listed())
	}
}
