package bot

import (
	"io"
	"os"
)

// temporary is a file that leaves nothing behind.
type temporary struct{ *os.File }

// newTemporary creates a file that only this process can reach. It is removed
// at once where the system allows that of an open file, so that not even a
// crash leaves customers' data behind.
func newTemporary() (temporary, error) {
	file, err := os.CreateTemp("", "backup-overview-*.csv")
	if err != nil {
		return temporary{}, err
	}
	_ = os.Remove(file.Name())
	return temporary{file}, nil
}

// empty makes it a file of no bytes, to be written from its beginning.
func (f temporary) empty() error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.Seek(0, io.SeekStart)
	return err
}

func (f temporary) remove() {
	_ = f.Close()
	_ = os.Remove(f.Name())
}
