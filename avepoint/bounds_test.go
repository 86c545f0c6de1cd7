package avepoint

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestOverview_htmlByContentType(t *testing.T) {
	t.Parallel()
	s := &stub{api: func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "[]")
	}}
	if _, err := s.client(t).Overview(t.Context(), theID); !errors.Is(err, ErrUnreadable) {
		t.Error(err)
	}
}

// The bound holds after decompression, so a small body cannot become a large
// one.
func TestOverview_compressedBomb(t *testing.T) {
	t.Parallel()
	s := &stub{api: func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "gzip" {
			t.Errorf("Accept-Encoding %q", r.Header.Get("Accept-Encoding"))
		}
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		defer z.Close()
		blank := []byte(strings.Repeat(" ", 1<<20))
		for range 64 {
			if _, err := z.Write(blank); err != nil {
				return
			}
		}
	}}
	if _, err := s.serve(t).Overview(t.Context(), theID); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
}

// The bound of 16 MiB is one for all pages of a customer.
func TestOverview_bytesOverAllPages(t *testing.T) {
	t.Parallel()
	served := 0
	s := &stub{api: func(w http.ResponseWriter, r *http.Request) {
		index, _ := strconv.Atoi(r.URL.Query().Get("pageIndex"))
		served++
		row := moduleRow(fmt.Sprintf("Module %d", index), 1, 1)
		row["somethingNew"] = strings.Repeat("x", 1<<20)
		reply(w, asJSON(map[string]any{"data": []any{row}, "metadata": map[string]any{"totalCount": 200}}))
	}}
	if _, err := s.client(t).Overview(t.Context(), theID); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
	if served != 16 {
		t.Errorf("gave up on page %d, want 16", served)
	}
}

func TestOverview_endlessList(t *testing.T) {
	t.Parallel()
	s := &stub{api: func(w http.ResponseWriter, r *http.Request) {
		index, _ := strconv.Atoi(r.URL.Query().Get("pageIndex"))
		reply(w, asJSON(map[string]any{"nextLink": "more", "data": []any{moduleRow(fmt.Sprintf("Module %d", index), 1, 1)}}))
	}}
	if _, err := s.client(t).Overview(t.Context(), theID); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
	if calls, _ := s.counts(); calls != maxOverviewPages {
		t.Errorf("%d calls", calls)
	}
}

// A failure on a later page loses the earlier ones.
func TestOverview_laterPageFails(t *testing.T) {
	t.Parallel()
	rows := moduleRows(150)
	s := &stub{api: func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("pageIndex") == "2" {
			status(http.StatusForbidden)(w, r)
			return
		}
		paged(rows, 100)(w, r)
	}}
	got, err := s.client(t).Overview(t.Context(), theID)
	if !errors.Is(err, ErrForbidden) || got.Modules != nil || !strings.Contains(err.Error(), "page 2") {
		t.Errorf("%+v, %v", got, err)
	}
}

// The time budget is one for all pages: at 4.6 s a page a person sees no more
// than five.
func TestOverview_budgetOverPages(t *testing.T) {
	t.Parallel()
	for budget, person := range map[time.Duration]bool{90 * time.Second: false, 25 * time.Second: true} {
		synctest.Test(t, func(t *testing.T) {
			s := &stub{api: func(w http.ResponseWriter, r *http.Request) {
				select {
				case <-time.After(4600 * time.Millisecond):
				case <-r.Context().Done():
				}
				paged(moduleRows(15_000), 100)(w, r)
			}}
			c := s.client(t)
			if person {
				c = c.ForPerson()
			}
			start := time.Now()
			_, err := c.Overview(t.Context(), theID)
			if !errors.Is(err, ErrBusy) || !strings.Contains(fmt.Sprint(err), "time budget of") {
				t.Error(err)
			}
			if took := time.Since(start); took != budget {
				t.Errorf("took %s, want %s", took, budget)
			}
		})
	}
}

func TestOverview_callerGivesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{api: func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		_, err := s.client(t).Overview(ctx, theID)
		if !errors.Is(err, context.Canceled) || errors.Is(err, ErrBusy) {
			t.Error(err)
		}
		ctx, cancel = context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = s.client(t).Overview(ctx, theID)
		if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, ErrBusy) {
			t.Error(err)
		}
	})
}
