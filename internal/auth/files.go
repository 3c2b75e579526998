package auth

import (
	"fmt"
	"os"
	"strings"
)

// valueOrFile returns a setting that is given by value or by a file; empty if neither is
// set. If both are in the block, or both in the environment, they must be equal.
func (s Settings) valueOrFile(name, path Name) (string, error) {
	first := s.first(name, path)
	if first == path {
		return s.textFile(path)
	}
	text := s.Get(name)
	if file, ok := s.values[path]; ok && file.block == s.values[name].block {
		inFile, err := s.textFile(path)
		if err != nil {
			return "", err
		}
		if inFile != "" && inFile != text {
			return "", advise(fmt.Errorf("%s and %s have different values", s.Source(name), s.Source(path)), "Remove one of them.")
		}
	}
	return text, nil
}

// textFile returns the content of a file, without byte order mark and surrounding white
// space.
func (s Settings) textFile(path Name) (string, error) {
	content, err := s.file(path)
	return strings.TrimSpace(string(content)), err
}

// maxPath is the length, in bytes, from which a path that cannot be read is not shown: it may
// be the file's content, with its secrets.
const maxPath = 255

// file reads a file, without the byte order mark that editors on Windows add.
func (s Settings) file(path Name) ([]byte, error) {
	content, err := os.ReadFile(s.Get(path))
	if length := len(s.Get(path)); err != nil && length > maxPath {
		return nil, advise(fmt.Errorf("%s: the file cannot be read; its path is not shown, because it has %d characters", s.Source(path), length),
			"Check that it is the path of the file, not the file's content.")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Source(path), err)
	}
	return []byte(strings.TrimPrefix(string(content), "\ufeff")), nil
}
