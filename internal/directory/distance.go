package directory

// longestTyped is how many letters of a word are compared.
const longestTyped = 48

// far is the distance of words that do not resemble each other.
const far = 1 << 7

// comparison compares a word that was typed with many others, one after the
// other. It remembers the last of them, letter by letter, so that words in
// alphabetical order cost only the letters in which they differ.
type comparison struct {
	typed []rune
	limit int // edits that are forgiven

	// Of the last word the first depth letters are compared; beyond means that
	// whatever begins with these is beyond the limit.
	depth  int
	beyond bool

	letters [longestTyped + 3]rune
	// rows[d][i] is the edits between the first d letters of the word and the
	// first i that were typed; begun[d] the least number of edits that make
	// all that was typed of up to d letters.
	rows  [longestTyped + 4][longestTyped + 1]uint8
	begun [longestTyped + 4]uint8
}

// newComparison forgives nothing in one or two letters, one edit in up to
// five, and two in more.
func newComparison(word string) *comparison {
	letters := []rune(word)
	c := &comparison{typed: letters[:min(len(letters), longestTyped)]}
	switch n := len(letters); {
	case n >= 6:
		c.limit = 2
	case n >= 3:
		c.limit = 1
	}
	for i := range c.rows[0] {
		c.rows[0][i] = uint8(i)
	}
	c.begun[0] = uint8(len(c.typed))
	return c
}

// edits is the number of edits from what was typed to a word, and to that
// beginning of the word which is nearest. An edit is a letter too many,
// missing, wrong, or exchanged with its neighbour (the distance called optimal
// string alignment). Numbers above the limit are not exact.
//
// The word has its first shared letters in common with the last one.
func (c *comparison) edits(word string, shared int) (whole, begun int) {
	if !c.beyond || shared < c.depth {
		c.depth, c.beyond = min(c.depth, shared), false
		c.follow(word)
	}
	begun = int(c.begun[c.depth])
	if c.beyond {
		return far, begun
	}
	return int(c.rows[c.depth][len(c.typed)]), begun
}

// follow compares the letters of a word from depth on, until the limit is
// passed: with as many letters too many at the latest.
func (c *comparison) follow(word string) {
	at := 0
	for _, letter := range word {
		if at == c.depth {
			c.letters[at] = letter
			c.beyond = int(c.step()) > c.limit
			c.depth++
		}
		if c.beyond {
			return
		}
		at++
	}
}

// step fills the row below depth and returns the least number in it.
func (c *comparison) step() uint8 {
	d := c.depth
	letter, above, row := c.letters[d], &c.rows[d], &c.rows[d+1]
	row[0] = uint8(d + 1)
	least := row[0]
	for i, typed := range c.typed {
		edits := above[i]
		if letter != typed {
			edits = min(edits, above[i+1], row[i]) + 1
			if d > 0 && i > 0 && letter == c.typed[i-1] && c.letters[d-1] == typed {
				edits = min(edits, c.rows[d-1][i-1]+1)
			}
		}
		row[i+1] = edits
		least = min(least, edits)
	}
	c.begun[d+1] = min(c.begun[d], row[len(c.typed)])
	return least
}

// cost is how far a word is from what was typed, see [comparison.edits]: two
// for each edit, and one more if the word goes on, since "contso" may be meant
// for "contoso" or for the beginning of "contosoft"; far beyond the limit.
func (c *comparison) cost(word string, shared int) int {
	whole, begun := c.edits(word, shared)
	if begun > 0 && len(c.typed) < 4 {
		begun = far // two of three letters begin too many words
	}
	if cost := min(2*whole, 2*begun+1); cost <= 2*c.limit+1 {
		return cost
	}
	return far
}
