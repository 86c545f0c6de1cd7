package avepoint

import (
	"net/http"
	"strconv"
)

// Page sizes of the vendor's older style of paging.
const (
	defaultPageSize = 50
	maxPageSize     = 100
)

// pageOf reads pageIndex and pageSize. Values that the pages rule out are
// refused, though nobody knows what the vendor does with them.
func pageOf(r *http.Request) (index, size int, ok bool) {
	read := func(name string, preset, most int) (int, bool) {
		text := r.URL.Query().Get(name)
		if text == "" {
			return preset, true
		}
		n, err := strconv.Atoi(text)
		return n, err == nil && 1 <= n && n <= most
	}
	index, okIndex := read("pageIndex", 1, 1<<30)
	size, okSize := read("pageSize", defaultPageSize, maxPageSize)
	return index, size, okIndex && okSize
}

// span is a page's part of a collection, after the faults of paging.
type span struct {
	from, to    int
	index, size int
	total       any
	last        bool
}

// spanOf cuts a page out of total rows.
func (f Fault) spanOf(index, size, total int) span {
	s := span{index: index, size: size, total: total + f.TotalCount}
	if f.PageRepeats {
		index = 1
	}
	s.from, s.to = (index-1)*size, index*size
	if f.RowsChange && index > 1 {
		s.from, s.to, s.total = s.from-1, s.to-1, total+f.TotalCount+1
	}
	s.last = s.to >= total
	s.from, s.to = min(s.from, total), min(s.to, total)
	if f.WrongTypes == TotalWrong {
		s.total = "many"
	}
	return s
}

// metadata is what stands beside the rows of a page.
func (s span) metadata() object {
	return object{{"pageIndex", s.index}, {"pageSize", s.size}, {"totalCount", s.total}}
}
