package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// component is a module that is linked into a released program, or Go itself, with the texts of its licence and notice
// files. It has no version: that is in the software bill of materials of each archive, and most updates do not change the
// licence.
type component struct {
	path     string
	licences []string
	notices  []string
}

// platforms are those of the release, see .goreleaser.yml. The linked modules depend on the platform.
var platforms = []string{
	"darwin/amd64", "darwin/arm64",
	"freebsd/386", "freebsd/amd64", "freebsd/arm", "freebsd/arm64",
	"linux/386", "linux/amd64", "linux/arm", "linux/arm64",
	"windows/386", "windows/amd64", "windows/arm64",
}

var (
	licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying)([.-].*)?$`)
	noticeFile  = regexp.MustCompile(`(?i)^(notice|patents)([.-].*)?$`)
)

// linked returns the components of the programs, sorted by path, Go first.
func linked(ctx context.Context, programs ...string) ([]component, error) {
	directories := map[string]map[string]bool{} // by module
	for _, platform := range platforms {
		if err := listPackages(ctx, platform, programs, directories); err != nil {
			return nil, fmt.Errorf("list the packages for %s: %w", platform, err)
		}
	}
	components := []component{}
	for _, module := range slices.Sorted(maps.Keys(directories)) {
		c, err := readTexts(module, slices.Sorted(maps.Keys(directories[module])))
		if err != nil {
			return nil, fmt.Errorf("read the licence of %s: %w", module, err)
		}
		components = append(components, c)
	}
	return components, nil
}

// listPackages adds the directories that can hold licence files, by module: the directory of each package and its parents,
// up to the root of its module. For the standard library, it adds the root of Go.
func listPackages(ctx context.Context, platform string, programs []string, directories map[string]map[string]bool) error {
	const format = `{{if .Standard}}Go|{{.Root}}|{{.Root}}{{else if not .Module.Main}}{{.Module.Path}}|{{.Module.Dir}}|{{.Dir}}{{end}}`
	list := exec.CommandContext(ctx, "go", append([]string{"list", "-deps", "-f", format}, programs...)...) //nolint:gosec // The programs are this repository's.
	system, processor, _ := strings.Cut(platform, "/")
	list.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+processor)
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(out)) {
		fields := strings.Split(strings.TrimSpace(line), "|")
		if len(fields) != 3 {
			continue
		}
		module, root, dir := fields[0], fields[1], fields[2]
		if directories[module] == nil {
			directories[module] = map[string]bool{root: true}
		}
		for ; len(dir) > len(root); dir = filepath.Dir(dir) {
			directories[module][dir] = true
		}
	}
	return nil
}

// readTexts returns the component of a module, with the licence and notice files in the directories.
func readTexts(module string, directories []string) (component, error) {
	c := component{path: module}
	for _, directory := range directories {
		entries, err := os.ReadDir(directory)
		if err != nil {
			return c, err
		}
		for _, entry := range entries {
			licence, notice := licenceFile.MatchString(entry.Name()), noticeFile.MatchString(entry.Name())
			if entry.IsDir() || strings.HasSuffix(entry.Name(), ".go") || !licence && !notice {
				continue
			}
			content, err := os.ReadFile(filepath.Join(directory, entry.Name()))
			if err != nil {
				return c, err
			}
			text := strings.TrimSpace(strings.ReplaceAll(string(content), "\r\n", "\n"))
			if licence {
				c.licences = append(c.licences, text)
			} else {
				c.notices = append(c.notices, text)
			}
		}
	}
	if len(c.licences) == 0 {
		return c, errors.New("no licence file in " + strings.Join(directories, ", "))
	}
	return c, nil
}
