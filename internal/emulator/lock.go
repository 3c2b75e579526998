package emulator

import (
	"errors"
	"fmt"
	"os"
)

// errLocked is what lockFile returns if another emulator holds the lock.
var errLocked = errors.New("it is locked")

// lock keeps a second emulator away from a data file. The data file itself cannot be locked, because each save replaces it.
type lock struct{ file *os.File }

// lockData locks a data file until the lock is released. The operating system releases it when the process ends, however it
// ends, so that a lock file that is left behind is harmless.
func lockData(path string) (*lock, error) {
	name := path + ".lock"
	file, err := lockFile(name)
	if errors.Is(err, errLocked) {
		return nil, fmt.Errorf("%s is in use by another emulator, which holds %s: stop that one, or give this one another data file", path, name)
	}
	if err != nil {
		return nil, fmt.Errorf("could not lock %s: %w", path, err)
	}
	return &lock{file}, nil
}
