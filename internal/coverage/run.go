package coverage

// run counts readings in a row.
type run struct {
	Since int64 `json:"s,omitempty"`
	Count int64 `json:"n,omitempty"`
}

func (r *run) add(now int64) {
	if r.Count == 0 {
		r.Since = now
	}
	r.Count++
}

func (r run) over(now, count, length int64) bool {
	return r.Count >= count && now-r.Since >= length
}
