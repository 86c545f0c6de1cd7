package store

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"sync"
)

const (
	smallest = 256      // bytes; less is not worth packing
	largest  = 64 << 20 // bytes of an overview; more is not unpacked
)

// packer deflates bodies. Its writers are kept, since each is large.
type packer struct{ writers sync.Pool }

// packed gives the body as it is stored, deflated where that saves a tenth.
func (p *packer) packed(body []byte) (packed int, stored []byte, err error) {
	if len(body) < smallest {
		return 0, body, nil
	}
	var b bytes.Buffer
	w, ok := p.writers.Get().(*flate.Writer)
	if !ok {
		w, err = flate.NewWriter(io.Discard, flate.DefaultCompression)
		if err != nil {
			return 0, nil, fmt.Errorf("deflate: %w", err)
		}
	}
	defer p.writers.Put(w)
	w.Reset(&b)
	_, err = w.Write(body)
	if err := errors.Join(err, w.Close()); err != nil {
		return 0, nil, fmt.Errorf("deflate: %w", err)
	}
	if b.Len() > len(body)*9/10 {
		return 0, body, nil
	}
	return 1, b.Bytes(), nil
}

// unpacked is the opposite of packed. It sees by the sum that nothing of the
// body was damaged.
func (s *Store) unpacked(packed int, stored []byte, want int64) ([]byte, error) {
	body := stored
	if packed != 0 {
		r := flate.NewReader(bytes.NewReader(stored))
		var err error
		body, err = io.ReadAll(io.LimitReader(r, largest+1))
		if err = errors.Join(err, r.Close()); err != nil {
			return nil, s.lostBody(err)
		}
	}
	if bodySum(body) != want {
		return nil, s.lostBody(errors.New("an overview is not what was written"))
	}
	return body, nil
}

// bodySum is the sum of a body, and never 0, which stands for none.
func bodySum(body []byte) int64 {
	if n := sum(body); n != 0 {
		return n
	}
	return 1
}

// lostBody is the error of an overview that is not there as it was written.
func (s *Store) lostBody(cause error) error {
	if s.pool == nil {
		return damaged(s.path, cause)
	}
	return problem(ErrCorrupt, cause, "PostgreSQL gave back an overview that is not what was written. Restore the database from its last backup.")
}
