package main

import (
	fakeslack "github.com/backup-overview/backup-overview/internal/sandbox/slack"
)

// demoTeam is the company whose workspace the demo shows.
const demoTeam = "Northlight IT"

// demoWorkspace is a small workspace: a team, a guest, and somebody of another
// organisation in a shared channel.
func demoWorkspace() *fakeslack.Workspace {
	w := fakeslack.New(fakeslack.Options{TeamName: demoTeam, Domain: "northlight", RateLimits: true})
	people := []fakeslack.User{
		{ID: "U0ANA", Name: "ana", TZ: "Europe/Lisbon", RealName: "Ana Ferreira", IsAdmin: true},
		{ID: "U0BEN", Name: "ben", TZ: "Europe/Berlin", RealName: "Ben Okafor"},
		{ID: "U0MIA", Name: "mia", TZ: "America/New_York", RealName: "Mia Lindqvist"},
		{ID: "U0GIL", Name: "gil", TZ: "Europe/Berlin", RealName: "Gil Novak (guest)", IsRestricted: true},
		{ID: "U0ZOE", Name: "zoe", RealName: "Zoe Marsh (Fabrikam)", TeamID: "T0FABRIKAM", IsStranger: true},
	}
	for _, u := range people {
		w.AddUser(u)
	}
	team := []string{"U0ANA", "U0BEN", "U0MIA", w.BotUserID()}
	w.AddChannel(fakeslack.Channel{ID: "C0OPS", Name: "backup-ops", Members: append(team, "U0GIL")})
	w.AddChannel(fakeslack.Channel{ID: "C0HELP", Name: "helpdesk", Members: team})
	w.AddChannel(fakeslack.Channel{ID: "G0REVIEW", Name: "customer-reviews", IsPrivate: true, Members: team})
	w.AddChannel(fakeslack.Channel{
		ID: "C0SHARED", Name: "fabrikam-shared", IsExtShared: true,
		ConnectedTeamIDs: []string{"T0FABRIKAM"}, Members: append(team, "U0ZOE"),
	})
	for _, u := range people[:3] {
		w.AddChannel(fakeslack.Channel{ID: "D" + u.ID[1:], IsIM: true, Members: []string{u.ID, w.BotUserID()}})
	}
	return w
}
