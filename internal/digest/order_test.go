package digest

import (
	"strings"
	"testing"
)

func TestParseOrder(t *testing.T) {
	t.Parallel()
	const usual = "weekdays 08:30"
	tests := []struct {
		text     string
		customer string // "all" in capitals means All
		schedule string
		said     string // of days, time
		zone     string
	}{
		{text: "", schedule: usual},
		{text: "all", customer: "ALL", schedule: usual},
		{text: "All weekly", customer: "ALL", schedule: "weekly mon 08:30", said: "days"},
		{text: "contoso", customer: "contoso", schedule: usual},
		{text: "contoso retail gmbh", customer: "contoso retail gmbh", schedule: usual},
		{text: "contoso daily", customer: "contoso", schedule: "daily 08:30", said: "days"},
		{text: "contoso 7:15", customer: "contoso", schedule: "weekdays 07:15", said: "time"},
		{text: "contoso Europe/Berlin", customer: "contoso", schedule: usual, zone: "Europe/Berlin"},
		{text: "weekdays 08:30", schedule: usual, said: "days time"},
		{text: "contoso retail weekly mon 09:00 America/New_York", customer: "contoso retail", schedule: "weekly mon 09:00", said: "days time", zone: "America/New_York"},
		{text: "Contoso Weekly Mondays And Thursdays At 09:00 america/new_york", customer: "Contoso", schedule: "weekly mon,thu 09:00", said: "days time", zone: "America/New_York"},
		{text: "contoso weekly mon, thu 9:00", customer: "contoso", schedule: "weekly mon,thu 09:00", said: "days time"},
		{text: "contoso monthly", customer: "contoso", schedule: "monthly 1 08:30", said: "days"},
		{text: "contoso monthly 15", customer: "contoso", schedule: "monthly 15 08:30", said: "days"},
		{text: "contoso monthly last utc", customer: "contoso", schedule: "monthly last 08:30", said: "days", zone: "UTC"},
		{text: "daily 08:30 CET", schedule: "daily 08:30", said: "days time", zone: "CET"},

		// In another order.
		{text: "contoso 10:00 daily", customer: "contoso", schedule: "daily 10:00", said: "days time"},
		{text: "contoso Europe/Berlin 10:00 weekly fri", customer: "contoso", schedule: "weekly fri 10:00", said: "days time", zone: "Europe/Berlin"},
		{text: "contoso 10:00 Europe/Berlin monthly 3", customer: "contoso", schedule: "monthly 3 10:00", said: "days time", zone: "Europe/Berlin"},

		// What may be of a customer's name is.
		{text: "daily bread", customer: "daily bread", schedule: usual},
		{text: "the daily weekdays 07:00", customer: "the daily", schedule: "weekdays 07:00", said: "days time"},
		{text: "mon repos", customer: "mon repos", schedule: usual},
		{text: "sun", customer: "sun", schedule: usual},
		{text: "fat sun daily", customer: "fat sun", schedule: "daily 08:30", said: "days"},
		{text: "a/s contoso", customer: "a/s contoso", schedule: usual},
		{text: "contoso a/s", customer: "contoso a/s", schedule: usual},
		{text: "contoso a/s daily", customer: "contoso a/s", schedule: "daily 08:30", said: "days"},
		{text: "contoso japan", customer: "contoso japan", schedule: usual},
		{text: "contoso berlin 08:00", customer: "contoso berlin", schedule: "weekdays 08:00", said: "time"},
		{text: "weekly planet", customer: "weekly planet", schedule: usual},
		{text: "monthly review", customer: "monthly review", schedule: usual},
		{text: "all good things", customer: "all good things", schedule: usual},
		{text: "meet at", customer: "meet at", schedule: usual},
		{text: "contoso 08:3", customer: "contoso 08:3", schedule: usual},

		// Quotes force a customer.
		{text: `"Daily Bread 08:30" weekly fri`, customer: "Daily Bread 08:30", schedule: "weekly fri 08:30", said: "days"},
		{text: `"all"`, customer: "all", schedule: usual},
		{text: `"Europe/Berlin"`, customer: "Europe/Berlin", schedule: usual},
		{text: ` "  Weekly   Planet " 10:00 UTC`, customer: "Weekly Planet", schedule: "weekdays 10:00", said: "time", zone: "UTC"},
		{text: `"not closed daily`, customer: "not closed daily", schedule: usual},
		{text: `"" daily`, schedule: "daily 08:30", said: "days"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			o, err := ParseOrder(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			customer, said, zone := o.Customer, []string{}, ""
			if o.All {
				customer += "ALL"
			}
			if o.HasDays {
				said = append(said, "days")
			}
			if o.HasTime {
				said = append(said, "time")
			}
			if o.Zone != nil {
				zone = o.Zone.String()
			}
			if customer != tt.customer || o.Schedule.String() != tt.schedule || zone != tt.zone || strings.Join(said, " ") != tt.said {
				t.Errorf("customer %q, schedule %q said %v, zone %q", customer, o.Schedule, said, zone)
			}
			if want := strings.HasPrefix(strings.TrimSpace(tt.text), `"`); o.Quoted != want {
				t.Errorf("Quoted = %v", o.Quoted)
			}
		})
	}
}

func TestParseOrder_refuses(t *testing.T) {
	t.Parallel()
	const noZone = " is no time zone that is known here: write one like Europe/Berlin"
	for text, want := range map[string]string{
		"contoso daily 25:00":                         `"25:00" is no time of day: write one like 08:30`,
		"contoso 8:99":                                `"8:99" is no time of day: write one like 08:30`,
		"contoso 08:30 09:30":                         `"08:30" is a second time of day: write one`,
		"contoso daily 08:30 Europe/Berlni":           `"Europe/Berlni"` + noZone,
		"contoso europe/berlni":                       `"europe/berlni"` + noZone,
		"contoso daily 08:30 Berlin":                  `"Berlin"` + noZone + "; a customer stands first",
		"weekdays 08:30 contoso":                      `"contoso"` + noZone + "; a customer stands first",
		"weekdays 08:30 contoso Europe/Berlin":        `"contoso"` + noZone + "; a customer stands first",
		"contoso 08:30 Local":                         `"Local"` + noZone + "; a customer stands first",
		"contoso 08:30 ../../etc/passwd":              `"../../etc/passwd"` + noZone,
		"contoso Europe/Berlin UTC":                   "Europe/Berlin and UTC are two time zones: write one",
		"contoso weekly mno 08:30":                    `"mno" is no day of the week: write one like mon`,
		"contoso monthly 31":                          `"31" is no day that every month has: write 1 to 28, or last`,
		"contoso monthly middle 08:30":                `"middle" is no day that every month has: write 1 to 28, or last`,
		`"Contoso" retail daily`:                      `"retail" behind the customer is neither days nor a time nor a zone: write weekdays 08:30 Europe/Berlin`,
		`"Contoso" "Fabrikam"`:                        `"\"Fabrikam\"" behind the customer is neither days nor a time nor a zone: write weekdays 08:30 Europe/Berlin`,
		"contoso 08:30 " + strings.Repeat("x", 65):    `"` + strings.Repeat("x", 65) + `"` + noZone + "; a customer stands first",
		"contoso America/Argentina/Nowhere_Else_Else": `"America/Argentina/Nowhere_Else_Else"` + noZone,
	} {
		if o, err := ParseOrder(text); err == nil || err.Error() != want || o != (Order{}) {
			t.Errorf("%q: %+v,\n\t%v, want\n\t%s", text, o, err, want)
		}
	}
}

func TestZone(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Europe/Berlin":             "Europe/Berlin",
		"europe/berlin":             "Europe/Berlin",
		"EUROPE/BERLIN":             "Europe/Berlin",
		"america/port-au-prince":    "America/Port-au-Prince",
		"america/port_of_spain":     "America/Port_of_Spain",
		"africa/dar_es_salaam":      "Africa/Dar_es_Salaam",
		"america/indiana/tell_city": "America/Indiana/Tell_City",
		"us/eastern":                "US/Eastern",
		"etc/gmt+3":                 "Etc/GMT+3",
		"Etc/UTC":                   "Etc/UTC",
		"utc":                       "UTC",
		"cet":                       "CET",
		"Antarctica/DumontDUrville": "Antarctica/DumontDUrville",
	} {
		zone, err := Zone(name)
		if err != nil || zone.String() != want {
			t.Errorf("Zone(%q) = %v, %v; want %s", name, zone, err, want)
		}
	}
	for _, name := range []string{
		"", " ", "Local", "local", "localtime", "Factory", "posixrules", "posix/Europe/Berlin", "right/Europe/Berlin", "Right/UTC", "leapseconds",
		"Europe", "Europe/", "/etc/localtime", "../UTC", "Europe/../Europe/Berlin", "Europe\\Berlin", "+02:00", "UTC+2", "Berlin", "Mars/Olympus", "Europe/Berlin\x00", "zone.tab", "\u212aiev", "Europe/\u212aiev",
	} {
		if zone, err := Zone(name); err == nil {
			t.Errorf("Zone(%q) = %v", name, zone)
		}
	}
}

// Names in lower case are found, but for a few whose spelling has no rule.
func TestZone_lowerCase(t *testing.T) {
	t.Parallel()
	var missed []string
	all := everyClock(t)
	for name := range all {
		if zone, err := Zone(strings.ToLower(name)); err != nil || zone.String() != name {
			missed = append(missed, name)
		}
	}
	t.Logf("%d of %d are not found: %v", len(missed), len(all), missed)
	if len(missed) > 15 {
		t.Error("too many")
	}
}

// No text panics or takes long; what is read can be stored and read again.
func FuzzParseOrder(f *testing.F) {
	for _, seed := range []string{
		"contoso weekly mon,thu 08:30 Europe/Berlin", `"Daily" daily`, "monthly monthly last 1:00 at", "at at 08:30", ":: 1:00", "weekly , and", `"`, "08:30 08:30", "utc utc", "İ weekly",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		o, err := ParseOrder(text)
		if err != nil {
			if o != (Order{}) || err.Error() == "" {
				t.Fatalf("%q: %+v, %v", text, o, err)
			}
			return
		}
		if again, err := ParseSchedule(o.Schedule.String()); err != nil || again != o.Schedule {
			t.Fatalf("%q: %q is read as %v, %v", text, o.Schedule, again, err)
		}
		if o.All && o.Customer != "" || len(o.Customer) > 3*len(text) {
			t.Fatalf("%q: %+v", text, o)
		}
		if strings.Contains(text, `"`) {
			return
		}
		quoted, err := ParseOrder(`"` + text + `" weekly fri 09:00 UTC`)
		if err != nil || quoted.Customer != strings.Join(strings.Fields(text), " ") || quoted.Schedule.String() != "weekly fri 09:00" {
			t.Fatalf("%q in quotes: %+v, %v", text, quoted, err)
		}
	})
}

// The words in which a schedule is told can be ordered.
func TestParseOrder_readsWords(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"daily 07:05", "weekdays 08:30"} {
		s := parsed(t, text)
		o, err := ParseOrder("contoso " + s.Words("Europe/Berlin"))
		if err != nil || o.Schedule != s || o.Customer != "contoso" || o.Zone.String() != "Europe/Berlin" {
			t.Errorf("%q: %+v, %v", s.Words("Europe/Berlin"), o, err)
		}
	}
}
