package messages

import (
	"errors"
	"testing"
)

func TestDetail(t *testing.T) {
	for text, want := range map[string]string{
		"the name is taken":              "The name is taken.",
		"it is \"maybe\"":                "It is \"maybe\".",
		"see:\n- this":                   "See:\n- this.",
		"Azure says\nRequest id: 1":      "Azure says\nRequest id: 1",
		"partner_id in the block is odd": "partner_id in the block is odd.",
		"":                               "",
	} {
		if got := Detail(errors.New(text)); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}
