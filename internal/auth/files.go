package auth

import (
	"fmt"
	"os"
	"strings"
)

// valueOrFile is a setting that is given by itself or in a file; empty when neither is.
// In the same place, the two must say the same.
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
			return "", advise(fmt.Errorf("%s and %s do not say the same", s.Source(name), s.Source(path)), "Remove one of them.")
		}
	}
	return text, nil
}

// textFile is what a file says, without the mark and the line break that editors add.
func (s Settings) textFile(path Name) (string, error) {
	content, err := s.file(path)
	return strings.TrimSpace(string(content)), err
}

// file reads a file, without the mark that editors on Windows put in front.
func (s Settings) file(path Name) ([]byte, error) {
	content, err := os.ReadFile(s.Get(path))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Source(path), err)
	}
	return []byte(strings.TrimPrefix(string(content), "\ufeff")), nil
}
