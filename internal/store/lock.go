package store

import (
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
)

// lockFile keeps a second process away from a SQLite file. Whoever holds it
// writes its process id into it, for the other to name; the system lets go of
// it when the process ends, however it ends.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, readOnly(path, err)
	}
	err = flock(f)
	if errors.Is(err, errLocked) {
		defer f.Close()
		return nil, problem(ErrInUse, nil, "The database %s is in use by %s. "+
			"Stop that process, or give this one a database of its own (DATABASE_URL).", path, holder(f))
	}
	if err == nil {
		err = f.Truncate(0)
	}
	if err == nil {
		_, err = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	if err != nil {
		return nil, errors.Join(readOnly(path, err), f.Close())
	}
	return f, nil
}

// holder names the process that wrote its id into the lock file.
func holder(f *os.File) string {
	text, err := io.ReadAll(io.LimitReader(f, 20))
	pid, errPID := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || errPID != nil {
		return "another process"
	}
	return "process " + strconv.Itoa(pid)
}

// errLocked means that another process has the lock.
var errLocked = errors.New("locked")
