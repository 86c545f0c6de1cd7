package avepoint

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
)

const (
	// pageSize is the most that the API gives at once.
	pageSize = 100
	// smallestPage is what the API gives where a page size is not heeded. A
	// page of an unknown total that is shorter is the last.
	smallestPage = 50
)

// shifted is half an answer. Rows may come and go between two pages, so a
// second reading may succeed.
func shifted(format string, args ...any) *Error {
	e := unreadable(format, args...)
	e.Err = ErrPartial
	return e
}

// page is one answer of an endpoint that lists, in whichever form.
type page struct {
	rows []json.RawMessage
	// total over all pages, or -1 where the answer does not say.
	total int64
	// bare is a list without an envelope, which is not paged.
	bare bool
	// more says that the answer names a next page. The link is not followed:
	// it may be absolute or relative, and pageIndex does the same.
	more bool
}

// parsePage reads [rows], {"data": rows, "metadata": …} or [{"data": …}].
func parsePage(body []byte) (page, error) {
	if body[0] == '{' {
		return parseEnvelope(body)
	}
	var rows []json.RawMessage
	if body[0] != '[' || json.Unmarshal(body, &rows) != nil {
		return page{}, unreadable("neither a list nor an object")
	}
	if len(rows) == 1 && isEnvelope(rows[0]) {
		return parseEnvelope(rows[0])
	}
	return page{rows: rows, total: -1, bare: true}, nil
}

func isEnvelope(raw json.RawMessage) bool {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil {
		return false
	}
	_, ok := fields["data"]
	return ok
}

func parseEnvelope(raw json.RawMessage) (page, error) {
	var envelope struct {
		Data     json.RawMessage `json:"data"`
		NextLink json.RawMessage `json:"nextLink"`
		Metadata json.RawMessage `json:"metadata"`
	}
	var metadata struct {
		TotalCount json.RawMessage `json:"totalCount"`
		NextLink   json.RawMessage `json:"nextLink"`
	}
	if json.Unmarshal(raw, &envelope) != nil {
		return page{}, unreadable("an object that cannot be read")
	}
	if len(envelope.Data) == 0 {
		return page{}, unreadable("an object without data")
	}
	p := page{total: -1}
	if json.Unmarshal(envelope.Data, &p.rows) != nil {
		return page{}, unreadable("data is not a list")
	}
	if len(envelope.Metadata) > 0 && json.Unmarshal(envelope.Metadata, &metadata) != nil {
		return page{}, unreadable("metadata is not an object")
	}
	if total := metadata.TotalCount; len(total) > 0 && string(total) != "null" {
		n, err := parseCount(total)
		if err != nil {
			return page{}, unreadable("totalCount %v", err)
		}
		p.total = n
	}
	p.more = strings.TrimSpace(plainText(envelope.NextLink)+plainText(metadata.NextLink)) != ""
	return p, nil
}

// pager follows a list over its pages and knows when it is whole. It makes no
// call.
type pager struct {
	maxPages, maxRows int

	pages, rows int
	total       int64
}

// take counts a page in and reports whether it was the last. The error says
// that the pages do not make a whole list, or too long a one.
func (p *pager) take(pg page) (done bool, err error) {
	p.pages++
	p.rows += len(pg.rows)
	if p.pages == 1 {
		p.total = pg.total
	}
	switch {
	case p.rows > p.maxRows || p.total > int64(p.maxRows):
		return false, tooLarge("more than %d rows", p.maxRows)
	case pg.bare:
		return p.takeBare()
	case p.total != pg.total:
		return false, shifted("page %d has another totalCount than the first", p.pages)
	case p.total < 0:
		done = len(pg.rows) == 0 || len(pg.rows) < smallestPage && !pg.more
	case int64(p.rows) > p.total:
		return false, shifted("%d rows on %d pages, but totalCount is %d", p.rows, p.pages, p.total)
	case int64(p.rows) == p.total:
		return true, nil
	case len(pg.rows) == 0:
		return false, shifted("page %d is empty after %d of %d rows", p.pages, p.rows, p.total)
	}
	if !done && p.pages == p.maxPages {
		return false, tooLarge("no end after %d pages", p.pages)
	}
	return done, nil
}

// takeBare ends with the first page: a list without an envelope is whole.
func (p *pager) takeBare() (done bool, err error) {
	if p.pages > 1 {
		return false, shifted("page %d has another form than the first", p.pages)
	}
	return true, nil
}

func pageQuery(index int) url.Values {
	return url.Values{"pageIndex": {strconv.Itoa(index)}, "pageSize": {strconv.Itoa(pageSize)}}
}

// expected is how many pages there are in all by what is known so far, 0 where
// the total is not known. The API may give fewer rows a page than were asked
// for.
func (p *pager) expected() int {
	if p.total < 0 || p.rows == 0 {
		return 0
	}
	each := int64((p.rows + p.pages - 1) / p.pages)
	return int(min((p.total+each-1)/each, int64(p.maxPages)))
}
