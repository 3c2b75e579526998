package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// open loads the world, or makes the one that the options describe.
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
	// Saved at once: a file that cannot be written should be known before anything happens.
	e.save()
	return e.saveErr
}

func inSubscription(id, subscription string) string {
	return strings.Replace(id, DefaultSubscriptionID, subscription, 1)
}

// load reads the data file, if there is one.
func (e *Emulator) load() (bool, error) {
	if e.config.dataFile == "" {
		return false, nil
	}
	data, err := os.ReadFile(e.config.dataFile)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&e.world); err != nil {
		return false, fmt.Errorf("%s is not a data file of the emulator: %w", e.config.dataFile, err)
	}
	if len(e.world.Key) == 0 {
		return false, fmt.Errorf("%s is not a data file of the emulator: it has no key", e.config.dataFile)
	}
	return true, nil
}

// save writes the data file, whole or not at all. An error is kept for Close: the service has done what it was asked.
func (e *Emulator) save() {
	if e.config.dataFile == "" {
		return
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

// writeFile puts data into a file that only its owner can read, by way of another name: a reader never sees half of it.
func writeFile(path string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // Made with mode 0600.
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
