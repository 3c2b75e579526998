//go:build !windows

package emulator

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// lockFile creates and locks a file.
func lockFile(name string) (*os.File, error) {
	for {
		file, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return nil, err
		}
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = errLocked
		}
		if err != nil {
			return nil, errors.Join(err, file.Close())
		}
		// The last holder may have removed the file after it was opened here. Then the next process would create another one.
		locked, err := file.Stat()
		if err != nil {
			return nil, errors.Join(err, file.Close())
		}
		if named, err := os.Stat(name); err == nil && os.SameFile(locked, named) {
			return file, nil
		}
		if err := file.Close(); err != nil {
			return nil, err
		}
	}
}

// release removes the file before it unlocks it: afterwards it may be another emulator's.
func (l *lock) release() error {
	err := os.Remove(l.file.Name())
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, l.file.Close())
}
