package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"
)

// A SecretFile is the path in a variable NAME_FILE, from which the secret NAME
// is read. It has a type of its own so that the table of variables can leave
// it out, and redacts like a secret: people paste the token itself here.
type SecretFile string

// String implements [fmt.Stringer].
func (f SecretFile) String() string { return "[path]" }

// A warning is something to mend that does not stop the start.
type warning struct {
	Variable string
	Text     string
	Loud     bool // to be told as an error, not as a warning
}

// maxSecretFile is far above every token and PKCS #12 file.
const maxSecretFile = 1 << 20

// readSecret reads a secret from its file and trims one trailing newline. The
// error leaves the path out.
func readSecret(file SecretFile) (Secret, error) {
	data, err := readBounded(string(file))
	if err != nil {
		return "", err
	}
	text, cut := strings.CutSuffix(string(data), "\n")
	if cut {
		text = strings.TrimSuffix(text, "\r")
	}
	if strings.TrimSpace(text) == "" {
		return "", errors.New("the file is empty")
	}
	return Secret(text), nil
}

// readBounded reads a file of at most maxSecretFile bytes; its errors name no path.
func readBounded(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, withoutPath(err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSecretFile+1))
	if err != nil {
		return nil, withoutPath(err)
	}
	if len(data) > maxSecretFile {
		return nil, fmt.Errorf("the file has more than %d bytes", maxSecretFile)
	}
	return data, nil
}

func withoutPath(err error) error {
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		return fmt.Errorf("the file cannot be read: %w", path.Err)
	}
	return err
}

// permissionWarning says who else may read the file of a secret. It never
// stops the start: Kubernetes mounts secrets as 0440, and some volumes know no
// permissions at all.
func permissionWarning(variable, path string) (warning, bool) {
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS == "windows" {
		return warning{}, false
	}
	switch mode := info.Mode().Perm(); {
	case mode&0o004 != 0:
		return warning{Variable: variable, Loud: true, Text: fmt.Sprintf("everyone on this machine can read the file (%#o); set its mode to 0600", mode)}, true
	case mode&0o040 != 0:
		return warning{Variable: variable, Text: fmt.Sprintf("the file's group can read it (%#o); 0400 or 0600 is safer", mode)}, true
	}
	return warning{}, false
}
