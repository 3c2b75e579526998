//go:build unix

package docs_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/clitest"
)

// page describes how to run the commands of a page.
type page struct {
	// in is the working directory, relative to the root of a clone.
	in string
	// installed is set if the page assumes that the provider and the emulator are installed.
	installed bool
	// after is a command to run after the page's commands.
	after string
	// elsewhere is the test that runs the commands, if this one does not.
	elsewhere string
	// slow is set if make test-slow runs the commands, not make test.
	slow bool
}

var pages = map[string]page{
	"CONTRIBUTING.md":               {in: "."},
	"README.md":                     {in: ".", after: "test -s emulator.json && ! grep computeType emulator.json"},
	"SECURITY.md":                   {in: "."},
	"examples/README.md":            {in: "."},
	"docs/guides/authenticating.md": {elsewhere: "internal/provider/guide_test.go"},
	"docs/guides/install.md":        {elsewhere: "scripts/installable"},
	"docs/guides/migration.md":      {elsewhere: "test/sdk/test_guide.py"},
	"docs/guides/offline-tests.md": {
		in: ".", installed: true, slow: true,
		after: "rm ../offline-test/calls.log ../offline-test/requests.json failures.json failing.json faults.json faults.log faulty.json emulator.env",
	},
}

// notRun says why the test does not run a command.
var notRun = map[string]string{
	"go install github.com/terraform-provider-azureml/terraform-provider-azureml/cmd/azureml-emulator@latest": "it needs a published release; the emulator is built from here instead",
	"make lint":                  "building the linters takes minutes; CI runs it separately",
	"make test":                  "it runs this test",
	"bin/azureml-emulator serve": "it runs until it is interrupted; TestDebug runs it",
	"TF_LOG_SDK=off bin/terraform-provider-azureml -debug":                             "it runs until it is interrupted; TestDebug runs it",
	"terraform -chdir=examples/quickstart plan":                                        "it needs the two commands before it to be running; TestDebug runs it",
	"gpg --verify terraform-provider-azureml_VERSION_SHA256SUMS.sig":                   "it needs a published release",
	"sha256sum --check --ignore-missing terraform-provider-azureml_VERSION_SHA256SUMS": "it needs a published release",
}

// TestCommands runs the commands of each page as they are written, in order and in one
// shell, on a machine with only Go, make and a CLI.
func TestCommands(t *testing.T) {
	t.Parallel()
	runPages(t, func(p page) bool { return !p.slow })
}

func TestSlowCommands(t *testing.T) {
	acctest.Slow(t)
	t.Parallel()
	runPages(t, func(p page) bool { return p.slow })
}

func runPages(t *testing.T, which func(page) bool) {
	t.Helper()
	for path, page := range pages {
		if page.elsewhere != "" || !which(page) {
			continue
		}
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			var script []string
			for _, line := range commands(t, path) {
				if reason, ok := notRun[withoutComment(line)]; ok {
					t.Logf("not run: %s: %s", withoutComment(line), reason)
				} else {
					script = append(script, line)
				}
			}
			if len(script) == 0 {
				return
			}
			m := newMachine(t)
			if page.installed {
				m.run(".", "make install")
				m.mirror(clitest.AzurermStub)
				m.link(filepath.Join(m.repository, "bin/azureml-emulator"), "azureml-emulator")
			}
			m.run(page.in, strings.Join(append(script, page.after), "\n"))
		})
	}
}

// TestNotRun: a page has each command that is not run, and a test that runs a page mentions it.
func TestNotRun(t *testing.T) {
	t.Parallel()
	var all []string
	for path, page := range pages {
		for _, line := range commands(t, path) {
			all = append(all, withoutComment(line))
		}
		if page.elsewhere != "" && !strings.Contains(read(t, filepath.Join(root, page.elsewhere)), filepath.Base(path)) {
			t.Errorf("%s does not mention %s", page.elsewhere, path)
		}
	}
	for line := range notRun {
		if !slices.Contains(all, line) {
			t.Errorf("no page has this command: %s", line)
		}
	}
}

// TestPages: the table has exactly the pages that have commands.
func TestPages(t *testing.T) {
	t.Parallel()
	var found []string
	for _, pattern := range []string{"*.md", "examples/*.md", "docs/*.md", "docs/guides/*.md"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		must(t, err)
		for _, file := range files {
			path, err := filepath.Rel(root, file)
			must(t, err)
			if len(commands(t, path)) > 0 {
				found = append(found, path)
			}
			// Commands in unmarked blocks would not be found.
			if regexp.MustCompile(`(?m)^    (make|go|terraform|tofu|azureml-emulator|gpg) `).MatchString(read(t, file)) {
				t.Errorf("%s has commands in an indented block; use a block that is marked as shell", path)
			}
		}
	}
	for path := range pages {
		if !slices.Contains(found, path) {
			t.Errorf("%s is in the table, but has no commands", path)
		}
	}
	for _, path := range found {
		if _, ok := pages[path]; !ok {
			t.Errorf("%s has commands, but is not in the table", path)
		}
	}
}

// TestQuickstart: the configurations in README.md are tested examples, and the first is the
// one that its commands apply.
func TestQuickstart(t *testing.T) {
	t.Parallel()
	var tested []string
	for _, example := range []string{"quickstart/main.tf", "resources/azureml_batch_compute/import-by-string-id.tf"} {
		tested = append(tested, read(t, filepath.Join(root, "examples", example)))
	}
	if shown := blocks(t, "README.md", "terraform"); !slices.Equal(shown, tested) {
		t.Errorf("README.md shows\n%s\nand the examples have\n%s", shown, tested)
	}
}

// TestPicture: README.md's picture is short enough to be read on a phone.
func TestPicture(t *testing.T) {
	t.Parallel()
	picture := read(t, filepath.Join(root, "examples/demo/demo.svg"))
	size := regexp.MustCompile(`<svg width="([\d.]+)" height="([\d.]+)"`).FindStringSubmatch(picture)
	if size == nil {
		t.Fatal("the picture has no size")
	}
	for i, most := range []float64{640, 640} {
		if is, err := strconv.ParseFloat(size[i+1], 64); err != nil || is > most {
			t.Errorf("the picture is %s wide and %s high; %.0f is the most", size[1], size[2], most)
		}
	}
	const mostLines = 30
	if lines := strings.Count(picture, "<text "); lines == 0 || lines > mostLines {
		t.Errorf("the picture has %d lines; %d is the most", lines, mostLines)
	}
}

// commands returns the lines of a page's shell blocks.
func commands(t *testing.T, path string) []string {
	t.Helper()
	var lines []string
	for _, block := range blocks(t, path, "shell") {
		lines = append(lines, strings.Split(strings.TrimSuffix(block, "\n"), "\n")...)
	}
	return lines
}

func blocks(t *testing.T, path, language string) []string {
	t.Helper()
	var found []string
	for _, match := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllStringSubmatch(read(t, filepath.Join(root, path)), -1) {
		found = append(found, match[1])
	}
	return found
}

func withoutComment(line string) string {
	line, _, _ = strings.Cut(line, " #")
	return strings.TrimSpace(line)
}

// machine is a new user's machine: it has Go, make, a CLI and the system's own commands, an
// empty home, and a copy of this repository.
type machine struct {
	t                      *testing.T
	home, path, repository string
	goVariables, variables []string
}

func newMachine(t *testing.T) *machine {
	t.Helper()
	m := &machine{t: t, home: t.TempDir(), path: t.TempDir(), repository: t.TempDir()}
	for _, name := range []string{"go", "make"} {
		tool, err := exec.LookPath(name)
		must(t, err)
		m.link(tool, name)
	}
	// The pages use terraform, and say that tofu can replace it.
	cli, err := exec.LookPath(clitest.Find(t))
	must(t, err)
	m.link(cli, "terraform")
	// Downloads and compilation are not tested, so share Go's caches.
	names := []string{"GOCACHE", "GOMODCACHE", "GOPROXY", "GOFLAGS", "GONOSUMDB", "GOSUMDB", "GOTOOLCHAIN"}
	values, err := exec.CommandContext(t.Context(), "go", append([]string{"env"}, names...)...).Output()
	must(t, err)
	for i, value := range strings.Split(string(values), "\n")[:len(names)] {
		m.goVariables = append(m.goVariables, names[i]+"="+value)
	}
	m.clone()
	compiled.Do(func() {
		m.run(".", "make build")
		must(t, os.RemoveAll(filepath.Join(m.repository, "bin")))
	})
	return m
}

// compiled fills Go's cache once. Otherwise the machines, all at the same time, would each
// compile everything.
var compiled sync.Once

func (m *machine) link(tool, name string) {
	m.t.Helper()
	absolute, err := filepath.Abs(tool)
	must(m.t, err)
	must(m.t, os.Symlink(absolute, filepath.Join(m.path, name)))
}

// mirror installs another provider where the CLI finds it without a registry.
func (m *machine) mirror(plugin clitest.Plugin) {
	m.t.Helper()
	_, address, _ := strings.Cut(plugin.Address, "/")
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		from, to := filepath.Join(built.PluginsDir(m.t), host, address), filepath.Join(m.home, ".terraform.d/plugins", host, address)
		must(m.t, os.CopyFS(to, os.DirFS(from)))
	}
}

// clone copies the files that git tracks, or would track after the next commit.
func (m *machine) clone() {
	m.t.Helper()
	list := exec.CommandContext(m.t.Context(), "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = root
	output, err := list.Output()
	must(m.t, err)
	for path := range strings.SplitSeq(strings.TrimSuffix(string(output), "\x00"), "\x00") {
		from, to := filepath.Join(root, path), filepath.Join(m.repository, path)
		info, err := os.Stat(from)
		if os.IsNotExist(err) {
			continue // Deleted, but not committed yet.
		}
		must(m.t, err)
		must(m.t, os.MkdirAll(filepath.Dir(to), 0o755))
		must(m.t, os.WriteFile(to, []byte(read(m.t, from)), info.Mode().Perm()))
	}
	m.git("init", "--quiet")
	m.git("add", "--all")
	m.git("commit", "--quiet", "--message", "all files")
}

// command returns a command of the user's.
func (m *machine) command(ctx context.Context, in, name string, arguments ...string) *exec.Cmd {
	m.t.Helper()
	command := exec.CommandContext(ctx, name, arguments...)
	command.Dir = filepath.Join(m.repository, in)
	command.Env = []string{"HOME=" + m.home, "PATH=" + m.path + ":/usr/bin:/bin", "CHECKPOINT_DISABLE=1"}
	command.Env = slices.Concat(command.Env, m.variables, m.goVariables)
	return command
}

// run runs lines in one shell until one fails, and answers yes to all prompts.
func (m *machine) run(in, script string) string {
	m.t.Helper()
	const timeout = 10 * time.Minute
	ctx, cancel := context.WithTimeout(m.t.Context(), timeout)
	defer cancel()
	command := m.command(ctx, in, "sh", "-c", `yes yes | sh -eux -c "$0"`, script)
	command.WaitDelay = time.Second
	output, err := command.CombinedOutput()
	m.t.Logf("%s", output)
	if err != nil {
		m.t.Errorf("%v, running\n%s", err, script)
	}
	m.clean()
	return string(output)
}

// clean fails the test if the commands left files behind that git does not ignore.
func (m *machine) clean() {
	m.t.Helper()
	if left := m.git("status", "--porcelain"); left != "" {
		m.t.Errorf("the commands left files behind:\n%s", left)
	}
}

func (m *machine) git(arguments ...string) string {
	m.t.Helper()
	output, err := m.command(m.t.Context(), ".", "git", append([]string{"-c", "user.name=somebody", "-c", "user.email=somebody@example.com"}, arguments...)...).CombinedOutput()
	if err != nil {
		m.t.Fatalf("git %s: %v\n%s", arguments, err, output)
	}
	return string(output)
}
