package main

import (
	"encoding/base32"
	"encoding/binary"
	"math/rand/v2"
)

// A step is one delivery of a plan.
type step struct {
	want
	File bool // a reply that is a file
}

// newPlan is the same for the same seed: n deliveries of which each root, with
// its replies and edits, belongs to one of so many channels. A root comes before
// what belongs to it; between, those of others.
func newPlan(seed int64, n, channels int) []step {
	random := rand.New(rand.NewPCG(uint64(seed), 0x91a4))
	var plan []step
	var open [][]step // what is still to come of the roots begun
	for len(plan) < n {
		if i := random.IntN(channels + 1); i < len(open) {
			plan = append(plan, open[i][0])
			if open[i] = open[i][1:]; len(open[i]) == 0 {
				open[i] = open[len(open)-1]
				open = open[:len(open)-1]
			}
			continue
		}
		root := step{want: want{ID: planID(random), Channel: channelID(random.IntN(channels))}}
		plan = append(plan, root)
		if rest := followers(random, root); len(rest) > 0 {
			open = append(open, rest)
		}
	}
	return plan
}

// followers are up to three replies and three edits of a root.
func followers(random *rand.Rand, root step) []step {
	replies, edits := 0, 0
	rest := make([]step, 0, 6)
	for range random.IntN(7) {
		s := step{want: want{ID: planID(random), Channel: root.Channel, Root: root.ID}}
		if random.IntN(2) == 0 {
			replies++
			s.Kind, s.Step, s.File = reply, replies, random.IntN(8) == 0
		} else {
			edits++
			s.Kind, s.Step = edit, edits
		}
		rest = append(rest, s)
	}
	return rest
}

// planID is 26 letters and digits, as those of the store are.
func planID(random *rand.Rand) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], random.Uint64())
	binary.BigEndian.PutUint64(b[8:], random.Uint64())
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:])
}

// partOf are the steps that one of several replicas asks for: whole roots.
func partOf(plan []step, replica, replicas int) []step {
	owner := map[string]int{}
	var part []step
	for _, s := range plan {
		if s.Kind == message {
			owner[s.ID] = len(owner) % replicas
		}
		root := s.Root
		if s.Kind == message {
			root = s.ID
		}
		if owner[root] == replica {
			part = append(part, s)
		}
	}
	return part
}
