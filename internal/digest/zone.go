package digest

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// zoneLongest bounds the name of a zone, in bytes; the longest there is has 32.
const zoneLongest = 64

// Zone returns a zone of the tz database by its name, in upper or lower case.
// The error is a sentence for people.
// https://www.iana.org/time-zones
func Zone(name string) (*time.Location, error) {
	if zoneShaped(name) {
		for _, spelling := range spellings(name) {
			if zone, err := time.LoadLocation(spelling); err == nil {
				return zone, nil
			}
		}
	}
	return nil, fmt.Errorf("%q is no time zone that is known here: write one like Europe/Berlin", name)
}

// zoneShaped keeps what is a file but no zone away from the system's folder:
// the machine's own zone, copies of the database that count leap seconds.
func zoneShaped(name string) bool {
	if name == "" || len(name) > zoneLongest {
		return false
	}
	first, _, _ := strings.Cut(strings.ToLower(name), "/")
	if slices.Contains([]string{"local", "localtime", "posixrules", "factory", "posix", "right", "leapseconds"}, first) {
		return false
	}
	return strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_+-") == ""
}

// spellings guesses how a name written in lower or upper case only is spelled:
// America/Port-au-Prince, UTC, Japan. All others are left as they are.
func spellings(name string) []string {
	lower, upper := strings.ToLower(name), strings.ToUpper(name)
	if name != lower && name != upper {
		return []string{name}
	}
	title := []byte(lower)
	for i := range title {
		if i == 0 || strings.IndexByte("/_-", title[i-1]) >= 0 {
			title[i] = upper[i]
		}
	}
	small := strings.NewReplacer("_Of_", "_of_", "_Es_", "_es_", "-Au-", "-au-", "Gmt", "GMT", "Utc", "UTC", "Us/", "US/")
	return []string{small.Replace(string(title)), upper, name}
}

// areas are how names of zones begin; a word that begins so means a zone even
// where there is no such zone.
func areas() []string {
	return []string{
		"africa", "america", "antarctica", "arctic", "asia", "atlantic", "australia",
		"brazil", "canada", "chile", "etc", "europe", "indian", "mexico", "pacific", "us",
	}
}
