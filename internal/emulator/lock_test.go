package emulator

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Two emulators on one data file would each overwrite what the other has saved.
func TestDataFileHasOneEmulator(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "data.json")
	link := filepath.Join(folder, "link.json")
	first := newHandler(t, WithDataFile(file))
	paths := []string{file}
	if err := os.Symlink("data.json", link); err == nil {
		paths = append(paths, link)
	}
	for _, path := range paths {
		e, err := Start(WithDataFile(path))
		if err == nil {
			closeNow(t, e)
			t.Fatalf("a second emulator on %s started", path)
		}
		if said := err.Error(); !strings.Contains(said, file+" is in use by another emulator") || !strings.Contains(said, file+".lock") {
			t.Errorf("the error names neither the file nor its lock: %s", said)
		}
	}
	// The first one goes on, and the file is free once it is closed.
	attach(t, first, computePath)
	closeNow(t, first)
	second := newHandler(t, WithDataFile(file))
	if _, ok := second.Compute(computePath); !ok {
		t.Error("what the first emulator attached is not in its file")
	}
	// A closed emulator does not write over the data of the next one.
	second.AddWorkspace(DefaultWorkspaceID+"x", DefaultLocation)
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	first.AddWorkspace(DefaultWorkspaceID+"y", DefaultLocation)
	if after, err := os.ReadFile(file); err != nil || string(after) != string(before) {
		t.Errorf("a closed emulator saved its data: %v\n%s", err, after)
	}
}

func TestFailedStartReleasesTheDataFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "data.json")
	if e, err := Start(WithDataFile(file), WithListenAddress("nowhere")); err == nil {
		closeNow(t, e)
		t.Fatal("an emulator listens on nowhere")
	}
	newHandler(t, WithDataFile(file))
}

// lockHolder makes the test's binary lock a file, say so, and wait to be killed.
const lockHolder = "EMULATOR_TEST_LOCK"

func TestKilledEmulatorReleasesTheDataFile(t *testing.T) {
	if file := os.Getenv(lockHolder); file != "" {
		if _, err := NewHandler(WithDataFile(file)); err != nil {
			t.Fatal(err)
		}
		_, _ = os.Stdout.WriteString("locked\n")
		time.Sleep(time.Hour)
	}
	file := filepath.Join(t.TempDir(), "data.json")
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	holder := exec.CommandContext(t.Context(), path, "-test.run=^TestKilledEmulatorReleasesTheDataFile$")
	holder.Env = append(os.Environ(), lockHolder+"="+file)
	out, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	read := make([]byte, len("locked\n"))
	if _, err := out.Read(read); err != nil || string(read) != "locked\n" {
		t.Fatalf("the other process printed %q, %v", read, err)
	}
	if e, err := NewHandler(WithDataFile(file)); err == nil {
		closeNow(t, e)
		t.Error("a data file that another process has is taken")
	}
	if err := holder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = holder.Wait() // It was killed.
	if runtime.GOOS != "windows" {
		if _, err := os.Stat(file + ".lock"); err != nil {
			t.Errorf("a killed process removes its lock file: %v", err)
		}
	}
	newHandler(t, WithDataFile(file))
}

func TestDataFileBehindLinks(t *testing.T) {
	for name, test := range map[string]struct {
		target string
		exists bool
	}{
		"relative":         {"real/data.json", true},
		"not there yet":    {"real/data.json", false},
		"through a folder": {"folder/data.json", false},
		"up":               {"folder/../data.json", false}, // real/deep/.. is real, and not what "folder/.." looks like.
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.MkdirAll(filepath.Join(dir, "real", "deep"), 0o700); err != nil {
				t.Fatal(err)
			}
			target := "real"
			if name == "up" {
				target = filepath.Join("real", "deep")
			}
			if err := os.Symlink(target, filepath.Join(dir, "folder")); err != nil {
				t.Skip("links cannot be made here:", err)
			}
			file, link := filepath.Join(dir, "real", "data.json"), filepath.Join(dir, "link.json")
			if test.exists {
				closeNow(t, newHandler(t, WithDataFile(file)))
			}
			if err := os.Symlink(test.target, link); err != nil {
				t.Fatal(err)
			}
			e := newHandler(t, WithDataFile(link))
			attach(t, e, computePath)
			closeNow(t, e)
			if info, err := os.Lstat(link); err != nil || info.Mode().Type() != os.ModeSymlink {
				t.Fatalf("the link is %v now, %v", info.Mode(), err)
			}
			if _, ok := newHandler(t, WithDataFile(file)).Compute(computePath); !ok {
				t.Error("what was attached is not in the file that the link leads to")
			}
		})
	}
	loop := filepath.Join(t.TempDir(), "loop")
	if err := os.Symlink(loop, loop); err == nil {
		if e, err := NewHandler(WithDataFile(loop)); err == nil {
			closeNow(t, e)
			t.Error("a link to itself is taken as a data file")
		}
	}
}
