package access

import (
	"slices"
	"strings"
)

// Scope is a set of customers. The zero value holds none.
type Scope struct {
	All bool            // every customer, also one that is new tomorrow
	IDs map[string]bool // the customers, where All is not set, by ids in lower case; not to be changed
}

// Includes says whether a customer may be named, by its id in whatever case.
func (s Scope) Includes(customerID string) bool {
	id := key(customerID)
	return id != "" && (s.All || s.IDs[id])
}

// Empty says that no customer may be named.
func (s Scope) Empty() bool { return !s.All && len(s.List()) == 0 }

// List are the ids of the customers in order. It is nil where the scope holds
// all, and only there.
func (s Scope) List() []string {
	if s.All {
		return nil
	}
	list := []string{}
	for id := range s.IDs {
		if s.Includes(id) {
			list = append(list, id)
		}
	}
	slices.Sort(list)
	return list
}

// key is an id as ids are compared: AvePoint does not keep their case.
func key(customerID string) string { return strings.ToLower(strings.TrimSpace(customerID)) }

// Only is the customer of a scope that holds exactly one.
func (s Scope) Only() (customerID string, ok bool) {
	list := s.List()
	if len(list) != 1 {
		return "", false
	}
	return list[0], true
}
