package main

import (
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/backup-overview/backup-overview/avepoint"
	"github.com/backup-overview/backup-overview/internal/digest"
)

// A Value is a variable that is more than a string. It keeps the error of its
// own parsing for validate: envconfig stops at the first value that fails, and
// quotes it, which might be a secret set under the wrong name.
type Value[T any] struct {
	V   T
	err error
}

// UnmarshalText implements [encoding.TextUnmarshaler] and never fails.
func (v *Value[T]) UnmarshalText(text []byte) error {
	v.err = parseInto(&v.V, strings.TrimSpace(string(text)))
	return nil
}

// parseInto parses text into one of the types that Config uses. Its errors say
// what is expected, not what was found.
func parseInto(to any, text string) (err error) {
	switch to := to.(type) {
	case *int:
		if *to, err = strconv.Atoi(text); err != nil {
			return errors.New("is not a whole number")
		}
	case *float64:
		if *to, err = strconv.ParseFloat(text, 64); err != nil {
			return errors.New("is not a number")
		}
	case *bool:
		if *to, err = strconv.ParseBool(text); err != nil {
			return errors.New("is neither true nor false")
		}
	case *time.Duration:
		if *to, err = time.ParseDuration(text); err != nil {
			return errors.New("is not a duration such as 90s, 5m or 1h")
		}
	case *time.Time:
		if *to, err = time.Parse(time.DateOnly, text); err != nil {
			return errors.New("is not a date such as 2027-01-31")
		}
	case *slog.Level:
		if err := to.UnmarshalText([]byte(text)); err != nil {
			return errors.New("is none of debug, info, warn, error")
		}
	case *digest.Schedule:
		*to, err = parseSchedule(text)
		return err
	case **time.Location:
		if *to, err = digest.Zone(text); err != nil {
			return errors.New("is no time zone that is known here, such as Europe/Berlin")
		}
	case *[]avepoint.Customer:
		*to, err = parseCustomers(text)
		return err
	default:
		panic(fmt.Sprintf("no parser for %T", to))
	}
	return nil
}

// parseCustomers reads id=Name,id=Name. A name may hold "=", but no comma.
func parseCustomers(text string) ([]avepoint.Customer, error) {
	var customers []avepoint.Customer
	seen := map[string]bool{}
	for i, item := range strings.Split(text, ",") {
		id, name, _ := strings.Cut(item, "=")
		id, name = strings.TrimSpace(id), strings.TrimSpace(name)
		if id == "" || name == "" {
			return nil, fmt.Errorf("has an item that is not id=Name (number %d)", i+1)
		}
		// AvePoint's ids compare without regard to case.
		if key := strings.ToLower(id); seen[key] {
			return nil, fmt.Errorf("names the same id twice (number %d)", i+1)
		} else {
			seen[key] = true
		}
		customers = append(customers, avepoint.Customer{ID: id, Organization: name})
	}
	return customers, nil
}
