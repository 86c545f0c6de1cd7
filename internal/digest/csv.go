package digest

import (
	"bufio"
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/backup-overview/backup-overview/formatting"
	"github.com/backup-overview/backup-overview/internal/access"
	"github.com/backup-overview/backup-overview/internal/store"
)

// CSV makes the file in the thread of a digest: a line per module with a gap,
// of the customers of which the channel may hear now. write may be called more
// than once and writes the same each time.
func (d *Digests) CSV(ctx context.Context, row store.Delivery) (name string, write func(io.Writer) error, err error) {
	b, err := readBody(row)
	if err != nil {
		return "", nil, err
	}
	ids, _, reason, err := d.seen(ctx, row.Channel, b.Customer)
	if err != nil {
		return "", nil, err
	}
	if reason != access.ReasonNone {
		return "", nil, &ClosedError{Reason: reason}
	}
	gaps, err := d.options.Store.Gaps(ctx, ids)
	if err != nil {
		return "", nil, err
	}
	name = "backup-gaps-" + d.options.Now().UTC().Format("2006-01-02") + ".csv"
	return name, func(w io.Writer) error { return writeGaps(w, gaps) }, nil
}

// gapColumns are the first line, named as in an export.
const gapColumns = "customer,customer id,tenant id,module,scanned,protected,without backup\n"

func writeGaps(w io.Writer, gaps []store.SeriesGap) error {
	out := bufio.NewWriter(w)
	_, _ = out.WriteString(gapColumns) // the writer keeps its first error
	for _, g := range gaps {
		fields := []string{
			formatting.Field(g.Name), formatting.Field(g.CustomerID), formatting.Field(g.Tenant), formatting.Field(g.Module),
			strconv.FormatInt(g.Scanned, 10), strconv.FormatInt(g.Kept, 10), strconv.FormatInt(g.Gap, 10),
		}
		_, _ = out.WriteString(strings.Join(fields, ",") + "\n")
	}
	return out.Flush()
}
