package coverage

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Names are the names of the rules, as RULES_FILE and replay know them, in the
// order of Rules.
func Names() []string {
	t := reflect.TypeFor[Rules]()
	names := make([]string, t.NumField())
	for i := range names {
		names[i] = t.Field(i).Tag.Get("json")
	}
	return names
}

// Set returns the rules with the one of this name set to a value: a whole number,
// or a time such as 30m or 26h. The error says what is wrong with either, and what
// there is.
func (r Rules) Set(name, value string) (Rules, error) {
	i := slices.Index(Names(), name)
	if i < 0 {
		return r, fmt.Errorf("there is no rule %q; there are %s", name, strings.Join(Names(), ", "))
	}
	field := reflect.ValueOf(&r).Elem().Field(i)
	value = strings.TrimSpace(value)
	if field.Type() == reflect.TypeFor[time.Duration]() {
		d, err := time.ParseDuration(value)
		if err != nil || d < 0 || d > longestRule {
			return r, fmt.Errorf("%s is a time such as 30m or 26h, at most %d h, not %q", name, int(longestRule.Hours()), value)
		}
		field.SetInt(int64(d))
		return r, nil
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n < 0 || n > largestRule {
		return r, fmt.Errorf("%s is a whole number from 0 to %d, not %q", name, largestRule, value)
	}
	field.SetInt(n)
	return r, nil
}

const (
	longestRule = 10 * 365 * 24 * time.Hour
	largestRule = 1_000_000
)

// Get is the value of a rule, as Set takes it.
func (r Rules) Get(name string) string {
	i := slices.Index(Names(), name)
	if i < 0 {
		return ""
	}
	switch v := reflect.ValueOf(r).Field(i).Interface().(type) {
	case time.Duration:
		return short(v)
	case int64:
		return strconv.FormatInt(v, 10)
	}
	return ""
}

// short is a time without its zeros: 30m, not 30m0s.
func short(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = text[:len(text)-2]
	}
	if strings.HasSuffix(text, "h0m") {
		text = text[:len(text)-2]
	}
	return text
}

// Check says what of the rules makes no sense together.
func (r Rules) Check() error {
	for _, name := range []string{"poll", "recheck", "confirm_readings", "reference_readings", "reference_window", "rise_readings", "recover_readings", "absent_readings", "access_readings", "flap_firings", "flap", "drop_points", "group_above", "flood_posts"} {
		if v := r.Get(name); v == "0" || v == "0s" {
			return fmt.Errorf("%s has to be above 0", name)
		}
	}
	switch {
	case r.ReferenceHistory < r.ReferenceWindow:
		return fmt.Errorf("reference_history (%s) is shorter than reference_window (%s)", short(r.ReferenceHistory), short(r.ReferenceWindow))
	case r.ScanBackPercent < r.ScanPercent:
		return fmt.Errorf("scan_back_percent (%d) is below scan_percent (%d)", r.ScanBackPercent, r.ScanPercent)
	case r.GroupWaitMost < r.GroupWait:
		return fmt.Errorf("group_wait_most (%s) is shorter than group_wait (%s)", short(r.GroupWaitMost), short(r.GroupWait))
	case r.CritPoints < r.DropPoints || r.DataStaleCrit < r.DataStale || r.APICrit < r.APIWarn:
		return fmt.Errorf("a CRIT threshold is below that of WARN (crit_points %d and drop_points %d, data_stale_crit %s and data_stale %s, api_crit %s and api_warn %s)",
			r.CritPoints, r.DropPoints, short(r.DataStaleCrit), short(r.DataStale), short(r.APICrit), short(r.APIWarn))
	}
	return nil
}
