package directory

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
)

// fleet makes up customers as a large provider has them: most names consist of
// a word of their own, a common one and a legal form; some have umlauts.
func fleet(n int) []Entry {
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(list ...string) string { return list[random.IntN(len(list))] }
	syllable := func() string {
		return pick("b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "ch", "st") +
			pick("a", "e", "i", "o", "u", "ai", "ei", "ö", "ü") + pick("", "", "l", "n", "r", "s", "x")
	}
	entries := make([]Entry, n)
	for i := range entries {
		own := syllable() + syllable() + pick("", syllable())
		name := strings.ToUpper(own[:1]) + own[1:] + pick("", " Retail", " Logistics", " Group", " Trading", " Health Services", " & Sons") +
			pick("", " GmbH", " Inc.", " Ltd", " AG", " GmbH & Co. KG", " S.p.A.")
		entries[i] = Entry{
			ID:    fmt.Sprintf("%08x-4c1b-4b6e-9a3e-%012x", random.Uint32(), i),
			Name:  name,
			Owner: fmt.Sprintf("it.%d@%s.example", i, strings.ToLower(own)),
		}
	}
	entries[n/2].Name = "Contoso Retail GmbH"
	entries[n/3].Name = "Contoso Logistics"
	entries[n/5].Name = "Fabrikam"
	return entries
}

func BenchmarkNew(b *testing.B) {
	entries := fleet(100_000)
	var before, after runtime.MemStats
	for b.Loop() {
		New(entries)
	}
	runtime.GC()
	runtime.ReadMemStats(&before)
	x := New(entries)
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "MiB")
	b.ReportMetric(float64(len(x.words.words)), "words")
}

func BenchmarkFind(b *testing.B) {
	entries := fleet(100_000)
	x := New(entries)
	for _, q := range []struct{ name, query string }{
		{"id", strings.ToUpper(entries[70_000].ID)},
		{"exact", entries[70_000].Name},
		{"prefix", "conto"},
		{"two letters", "co"},
		{"one letter", "a"},
		{"substring", "ontos"},
		{"words", "retail contoso"},
		{"legal form", "gmbh"},
		{"owner", entries[70_000].Owner},
		{"domain", "@" + strings.SplitAfter(entries[70_000].Owner, "@")[1]},
		{"typo", "contsoo"},
		{"typo in a name", "contoso retial gmbh"},
		{"long typo", "kontosso helth servces and sonns of berlin gmbh"},
		{"miss", "qqqqqqqq"},
		{"every letter", "a b c d e f g h i j k l m n o p q r s t u v w x y z"},
	} {
		b.Run(q.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				x.Find(q.query, nil)
			}
		})
	}
}
