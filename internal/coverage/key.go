package coverage

import (
	"cmp"
	"encoding/json"
	"strings"
)

// Key names a series: a module of one of a customer's tenants. Tenant is "" where
// AvePoint does not say. Both are empty where the whole customer is meant.
type Key struct {
	Tenant, Module string
}

func (k Key) compare(o Key) int {
	return cmp.Or(strings.Compare(k.Tenant, o.Tenant), strings.Compare(k.Module, o.Module))
}

// keySeparator cannot be in a name that people read.
const keySeparator = "\x1f"

// seriesByKey are series by their keys. In JSON a key is one name.
type seriesByKey map[Key]*Series

// MarshalJSON implements [json.Marshaler].
func (m seriesByKey) MarshalJSON() ([]byte, error) {
	named := make(map[string]*Series, len(m))
	for k, s := range m {
		name := k.Module
		if k.Tenant != "" {
			name += keySeparator + k.Tenant
		}
		named[name] = s
	}
	return json.Marshal(named)
}

// UnmarshalJSON implements [json.Unmarshaler].
func (m *seriesByKey) UnmarshalJSON(data []byte) error {
	var named map[string]*Series
	if err := json.Unmarshal(data, &named); err != nil {
		return err
	}
	*m = make(seriesByKey, len(named))
	for name, s := range named {
		module, tenant, _ := strings.Cut(name, keySeparator)
		(*m)[Key{Tenant: tenant, Module: module}] = s
	}
	return nil
}
