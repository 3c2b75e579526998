package emulator

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// open loads the data file, or creates what the options describe. The caller has to close the emulator in either case.
func (e *Emulator) open() error {
	loaded, err := e.load()
	if err != nil {
		return err
	}
	c := &e.config
	if !loaded {
		e.world.Key = newKey()
		if len(c.workspaces) == 0 {
			c.workspaces = []place{{inSubscription(DefaultWorkspaceID, c.subscriptionID), DefaultLocation}}
		}
		if len(c.batchAccounts) == 0 {
			c.batchAccounts = []place{{inSubscription(DefaultBatchAccountID, c.subscriptionID), DefaultLocation}}
		}
	}
	e.addSubscription(c.subscriptionID)
	for _, p := range c.workspaces {
		e.world.Workspaces = e.addResource(e.world.Workspaces, p.id, p.location)
	}
	for _, p := range c.batchAccounts {
		e.world.BatchAccounts = e.addResource(e.world.BatchAccounts, p.id, p.location)
	}
	// Saved at once, so that a file that cannot be written is an error at the start.
	e.save()
	return e.saveErr
}

func inSubscription(id, subscription string) string {
	return strings.Replace(id, DefaultSubscriptionID, subscription, 1)
}

// load locks the data file, and reads it if it exists.
func (e *Emulator) load() (bool, error) {
	if e.config.dataFile == "" {
		return false, nil
	}
	path, err := followLinks(e.config.dataFile)
	if err != nil {
		return false, err
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return false, fmt.Errorf("%s is not a regular file", path)
	}
	if e.lock, err = lockData(path); err != nil {
		return false, err
	}
	e.config.dataFile = path
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := e.world.read(data); err != nil {
		return false, fmt.Errorf("%s is not a data file of the emulator: %w", path, err)
	}
	return true, nil
}

// followLinks returns the file that a path leads to, which need not exist. The data file is replaced at each save, and a link
// must not be.
func followLinks(path string) (string, error) {
	const maxLinks = 40 // as on Linux
	for range maxLinks {
		folder, name := filepath.Split(path) // Not Dir, which drops ".." without a look at the links before it.
		folder, err := filepath.EvalSymlinks(cmp.Or(folder, "."))
		if err != nil {
			return "", err
		}
		path = filepath.Join(folder, name)
		target, err := os.Readlink(path)
		if err != nil {
			return path, nil //nolint:nilerr // It is not a link, or does not exist yet.
		}
		if !filepath.IsAbs(target) {
			target = folder + string(filepath.Separator) + target // Not Join, for the same reason.
		}
		path = target
	}
	return "", fmt.Errorf("%s: too many links", path)
}

// read decodes a data file.
func (w *world) read(data []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(w); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more than one JSON value")
	}
	if err := refuseNull(data, "subscriptions", "workspaces", "batchAccounts", "computes", "operations"); err != nil {
		return err
	}
	if len(w.Key) == 0 {
		return errors.New("it has no key")
	}
	return w.checkIDs()
}

// checkIDs refuses elements without an id, which no request could reach.
func (w *world) checkIDs() error {
	for i, id := range w.Subscriptions {
		if id == "" {
			return fmt.Errorf("subscriptions[%d] is empty", i)
		}
	}
	for name, resources := range map[string][]*resource{"workspaces": w.Workspaces, "batchAccounts": w.BatchAccounts} {
		for i, r := range resources {
			if r.ID == "" {
				return fmt.Errorf("%s[%d] has no id", name, i)
			}
		}
	}
	for i, c := range w.Computes {
		if c.ID == "" {
			return fmt.Errorf("computes[%d] has no id", i)
		}
	}
	for i, op := range w.Operations {
		if op.ID == "" || op.ComputeID == "" {
			return fmt.Errorf("operations[%d] has no id or no computeId", i)
		}
	}
	return nil
}

// save writes the data file, whole or not at all. Its first error is returned by Close, because the request
// that caused the save has succeeded.
func (e *Emulator) save() {
	if e.lock == nil {
		return // There is no data file, or the emulator is closed.
	}
	data, err := json.MarshalIndent(&e.world, "", "  ")
	if err == nil && !bytes.Equal(data, e.saved) {
		if err = writeFile(e.config.dataFile, data); err == nil {
			e.saved = data
		}
	}
	if e.saveErr == nil {
		e.saveErr = err
	}
}

// writeFile writes a file that only its owner can read. It renames a temporary file, so that no one reads half of the data.
func writeFile(path string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // It creates files with mode 0600.
	if err != nil {
		return err
	}
	_, err = f.Write(append(data, '\n'))
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
