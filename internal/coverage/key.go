package coverage

import (
	"cmp"
	"strings"
)

// Key names a series: a module of one of a customer's tenants. Tenant is "" where
// AvePoint does not say. Both are empty where the whole customer is meant.
type Key struct {
	Tenant, Module string
}

// keySeparator cannot be in a name that people read.
const keySeparator = "\x1f"

// MarshalText writes a key as a name in JSON.
func (k Key) MarshalText() ([]byte, error) {
	if k.Tenant == "" {
		return []byte(k.Module), nil
	}
	return []byte(k.Module + keySeparator + k.Tenant), nil
}

// UnmarshalText reads what MarshalText wrote.
func (k *Key) UnmarshalText(text []byte) error {
	k.Module, k.Tenant, _ = strings.Cut(string(text), keySeparator)
	return nil
}

func (k Key) compare(o Key) int {
	return cmp.Or(strings.Compare(k.Tenant, o.Tenant), strings.Compare(k.Module, o.Module))
}
