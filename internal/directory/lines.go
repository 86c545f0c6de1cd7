package directory

import (
	"iter"
	"sort"
	"strings"
)

// lines is one text of many lines, each of which belongs to the entry of the
// same number. One long text is searched faster than many short ones.
type lines struct {
	text string
	ends []int // where each line ends
}

func newLines(all []string) lines {
	ends := make([]int, len(all))
	end := 0
	for i, line := range all {
		end += len(line)
		ends[i] = end
	}
	return lines{text: strings.Join(all, ""), ends: ends}
}

// containing yields number and text of the lines that contain a needle, in
// order. The needle is not empty and does not fit where two lines meet.
func (l lines) containing(needle string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		i, start := 0, 0 // the line to go on with, and where it begins
		for {
			at := strings.Index(l.text[start:], needle)
			if at < 0 {
				return
			}
			at += start
			if at >= l.ends[i] { // not in the next line: a search is worth it
				i += sort.Search(len(l.ends)-i, func(k int) bool { return l.ends[i+k] > at })
				start = l.ends[i-1]
			}
			if !yield(i, l.text[start:l.ends[i]]) {
				return
			}
			start = l.ends[i]
			i++
		}
	}
}
