package avepoint

import (
	"context"
	"iter"
	"net/http"
	"sync"
)

// directory ranges over the rows of POST customers/batch. Unlike an overview it
// is not read again where its pages do not add up: rows were handed out
// already, and a large directory takes minutes.
func (c *Client) directory(ctx context.Context) iter.Seq2[Customer, error] {
	return func(yield func(Customer, error) bool) {
		r := request{
			method: http.MethodPost,
			path:   prefix + "/customers/batch",
			body:   "{}",
			scope:  ScopeCustomers,
			to:     toDirectory,
			limit:  maxDirectoryBody,
		}
		pages := pager{maxPages: maxDirectoryPages, maxRows: maxDirectoryRows}
		onPage := map[string]int{} // id → the page that had it
		ahead := c.readAhead(ctx, r)
		defer ahead.stop()
		for {
			a, err := ahead.next()
			var done bool
			var customers []Customer
			if err == nil {
				customers, done, err = parseDirectoryPage(a.json, &pages, onPage)
			}
			if err != nil {
				yield(Customer{}, asError(err, r.path))
				return
			}
			for _, customer := range customers {
				if !yield(customer, nil) {
					return
				}
			}
			if done {
				return
			}
			ahead.expect(pages.expected())
		}
	}
}

// parseDirectoryPage reads one page. An id that comes twice on one page is
// taken once; on another page it means that the pages have shifted.
func parseDirectoryPage(body []byte, pages *pager, onPage map[string]int) (customers []Customer, done bool, err error) {
	p, err := parsePage(body)
	if err != nil {
		return nil, false, err
	}
	if done, err = pages.take(p); err != nil {
		return nil, false, err
	}
	for i, raw := range p.rows {
		customer, err := parseCustomer(raw, pages.pages, i+1)
		if err != nil {
			return nil, false, err
		}
		key := foldID(customer.ID)
		switch onPage[key] {
		case 0:
			onPage[key] = pages.pages
			customers = append(customers, customer)
		case pages.pages:
		default:
			return nil, false, shifted("page %d, row %d: repeats page %d", pages.pages, i+1, onPage[key])
		}
	}
	return customers, done, nil
}

// readAhead fetches pages in parallel and hands them out in order.
type readAhead struct {
	fetch func(index int) (answer, error)
	stop  func()
	wait  *sync.WaitGroup

	queue     []chan fetched // of the pages under way, in order
	asked     int            // pages
	wantUntil int            // pages that are known to exist
}

type fetched struct {
	answer answer
	err    error
}

// readAhead starts with one page: how many there are is not known before.
func (c *Client) readAhead(ctx context.Context, r request) *readAhead {
	ctx, cancel := context.WithCancel(ctx)
	group := &sync.WaitGroup{}
	return &readAhead{
		wait:      group,
		wantUntil: 1,
		stop:      func() { cancel(); group.Wait() },
		fetch: func(index int) (answer, error) {
			ctx, cancel := c.withBudget(ctx)
			defer cancel()
			r := r
			r.query = pageQuery(index)
			return c.call(ctx, r)
		},
	}
}

// expect says how many pages there are, and at least one more than were read.
func (a *readAhead) expect(pages int) { a.wantUntil = max(pages, a.asked-len(a.queue)+1) }

// next waits for the next page in order.
func (a *readAhead) next() (answer, error) {
	for len(a.queue) < pagesAhead && a.asked < a.wantUntil {
		a.asked++
		index, result := a.asked, make(chan fetched, 1)
		a.queue = append(a.queue, result)
		a.wait.Go(func() {
			page, err := a.fetch(index)
			result <- fetched{page, err}
		})
	}
	f := <-a.queue[0]
	a.queue = a.queue[1:]
	return f.answer, f.err
}
