package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// UnmarshalJSON reads a fault, with durations in the form of [time.ParseDuration]. A body that is not a string is sent as its
// JSON.
func (f *Fault) UnmarshalJSON(data []byte) error {
	type plain Fault
	var read struct {
		plain
		Delay   Span            `json:"delay"`
		Dribble Span            `json:"dribble"`
		Body    json.RawMessage `json:"body"`
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&read); err != nil {
		return err
	}
	if err := refuseNull(data, "remove"); err != nil {
		return err
	}
	*f = Fault(read.plain)
	f.Delay, f.Dribble = time.Duration(read.Delay), time.Duration(read.Dribble)
	if len(read.Body) > 0 && json.Unmarshal(read.Body, &f.Body) != nil {
		f.Body = string(read.Body)
	}
	if err := f.checkReply(); err != nil {
		return err
	}
	_, err := compile(*f)
	return err
}

// checkReply refuses a reply that could not be sent, or would not be.
func (f *Fault) checkReply() error {
	switch {
	case f.Status != 0 && (f.Status < 200 || f.Status > 999):
		return fmt.Errorf("status %d is not between 200 and 999", f.Status)
	case f.Body != "" && f.Status == 0:
		return errors.New("body has no status: only with one does it replace the service's reply")
	}
	return nil
}

// MarshalJSON writes what UnmarshalJSON reads.
func (f Fault) MarshalJSON() ([]byte, error) {
	type plain Fault
	return json.Marshal(struct {
		plain
		Delay   Span `json:"delay,omitempty"`
		Dribble Span `json:"dribble,omitempty"`
	}{plain(f), Span(f.Delay), Span(f.Dribble)})
}

// ReadFaults reads a JSON array of faults.
func ReadFaults(r io.Reader) ([]Fault, error) { return readArray[Fault](r, "faults", false) }
