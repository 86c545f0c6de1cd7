package coverage

import (
	"math"
	"math/big"
	"testing"
	"testing/quick"
)

func TestCount(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name               string
		count              Count
		gap, kept, surplus int64
		oddity             Oddity
	}{
		{"a gap", Count{1250, 1247}, 3, 1247, 0, Ordinary},
		{"complete", Count{1180, 1180}, 0, 1180, 0, Ordinary},
		{"leavers", Count{300, 312}, 0, 300, 12, MoreProtected},
		{"leavers only", Count{0, 12}, 0, 0, 12, MoreProtected},
		{"nothing scanned", Count{0, 0}, 0, 0, 0, NothingScanned},
		{"never protected", Count{3, 0}, 3, 0, 0, NeverProtected},
		{"real answer", Count{159, 142}, 17, 142, 0, Ordinary},
		{"largest", Count{math.MaxInt64, 0}, math.MaxInt64, 0, 0, NeverProtected},
		{"largest surplus", Count{0, math.MaxInt64}, 0, 0, math.MaxInt64, MoreProtected},
		{"negative is nothing", Count{-5, -7}, 0, 0, 0, NothingScanned},
		{"negative protected", Count{5, math.MinInt64}, 5, 0, 0, NeverProtected},
		{"negative scanned", Count{math.MinInt64, 5}, 0, 0, 5, MoreProtected},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := tt.count
			if c.Gap() != tt.gap || c.Kept() != tt.kept || c.Surplus() != tt.surplus || c.Oddity() != tt.oddity {
				t.Errorf("%+v: gap %d kept %d surplus %d %v, want %d %d %d %v",
					c, c.Gap(), c.Kept(), c.Surplus(), c.Oddity(), tt.gap, tt.kept, tt.surplus, tt.oddity)
			}
		})
	}
}

func TestRatio_Tenths(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		kept, scanned, tenths int64
		ok                    bool
	}{
		{2797, 2807, 996, true},
		{70, 77, 909, true},
		{1247, 1250, 997, true}, // 99.76 %
		{999, 1000, 999, true},
		{9999, 10000, 999, true}, // 99.99 % is not 100 %
		{99999999, 100000000, 999, true},
		{1000, 1000, 1000, true},
		{1, 1, 1000, true},
		{0, 5, 0, true},
		{1, 10000, 0, true}, // 0.01 %
		{0, 0, 0, false},
		{math.MaxInt64 - 1, math.MaxInt64, 999, true},
		{math.MaxInt64, math.MaxInt64, 1000, true},
		{math.MaxInt64 / 2, math.MaxInt64, 499, true},
	} {
		tenths, ok := Ratio{tt.kept, tt.scanned}.Tenths()
		if tenths != tt.tenths || ok != tt.ok {
			t.Errorf("%d of %d: %d %v, want %d %v", tt.kept, tt.scanned, tenths, ok, tt.tenths, tt.ok)
		}
	}
}

// The quotient in arbitrary precision is the judge of the one in 128 bits.
func TestRatio_Tenths_exact(t *testing.T) {
	t.Parallel()
	exact := func(a, b int64) bool {
		c := Count{Scanned: positive(a), Protected: positive(b)}
		tenths, ok := c.Coverage().Tenths()
		if c.Scanned == 0 {
			return !ok
		}
		want := new(big.Int).Mul(big.NewInt(c.Kept()), big.NewInt(1000))
		want.Quo(want, big.NewInt(c.Scanned))
		return ok && tenths == want.Int64() && (tenths == 1000) == (c.Gap() == 0)
	}
	check(t, exact)
	check(t, func(a, b uint8) bool { return exact(int64(a), int64(b)) })
}

func TestRatio_compare(t *testing.T) {
	t.Parallel()
	check(t, func(a, b, c, d int64) bool {
		x := Count{positive(a), positive(b)}.Coverage()
		y := Count{positive(c), positive(d)}.Coverage()
		if x.Scanned == 0 || y.Scanned == 0 {
			return true
		}
		want := big.NewRat(x.Kept, x.Scanned).Cmp(big.NewRat(y.Kept, y.Scanned))
		return x.compare(y) == want && y.compare(x) == -want && x.compare(x) == 0
	})
	unknown, bad := Ratio{}, Ratio{0, 5}
	if unknown.compare(bad) != 1 || bad.compare(unknown) != -1 || unknown.compare(unknown) != 0 {
		t.Error("0 of 0 must come after the worst coverage")
	}
}

// Sums without room stay honest: never more kept than scanned, never complete
// while something is missing.
func TestTotal_Plus_largest(t *testing.T) {
	t.Parallel()
	var total Total
	for _, c := range []Count{{math.MaxInt64, math.MaxInt64}, {math.MaxInt64, math.MaxInt64 - 1}, {1, 0}, {0, math.MaxInt64}, {0, 1}} {
		total = total.Plus(c)
	}
	want := Total{Scanned: math.MaxInt64, Gap: 2, Surplus: math.MaxInt64}
	if total != want || total.Complete() || total.Kept() != math.MaxInt64-2 {
		t.Errorf("%+v, want %+v", total, want)
	}
	if tenths, _ := total.Coverage().Tenths(); tenths != 999 {
		t.Errorf("tenths %d, want 999", tenths)
	}
}

func TestOddity_String(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for o := Ordinary; o <= MoreProtected+1; o++ {
		seen[o.String()] = true
	}
	if len(seen) != 5 {
		t.Errorf("names are not distinct: %v", seen)
	}
}

func positive(n int64) int64 { return n & math.MaxInt64 }

func check(t *testing.T, property any) {
	t.Helper()
	if err := quick.Check(property, &quick.Config{MaxCount: 5000}); err != nil {
		t.Error(err)
	}
}
