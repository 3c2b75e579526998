package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// watch watches the processes of a binary until its result is called, which returns the
// peak memory of any of them, in bytes, and the CPU time of all of them; 0 without /proc.
// The kernel counts both, so it is enough to read them from time to time: only the CPU time
// between the last read and the end of a process is missed.
func watch(binary string) func() (memory int64, cpu time.Duration) {
	stop, ended := make(chan struct{}), make(chan struct{})
	processes := map[string]process{}
	go func() {
		defer close(ended)
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				readAll(binary, processes)
			}
		}
	}()
	return func() (memory int64, cpu time.Duration) {
		close(stop)
		<-ended
		for _, p := range processes {
			memory = max(memory, p.memory)
			cpu += p.cpu
		}
		return memory, cpu
	}
}

// process has the kernel's figures of a process.
type process struct {
	memory int64
	cpu    time.Duration
}

// readAll reads the figures of each process of a binary, by its folder in /proc.
func readAll(binary string, processes map[string]process) {
	links, err := filepath.Glob("/proc/[0-9]*/exe")
	if err != nil {
		return
	}
	for _, link := range links {
		folder := filepath.Dir(link)
		if target, err := os.Readlink(link); err != nil || target != binary {
			continue
		}
		status, err1 := os.ReadFile(filepath.Join(folder, "status"))
		stat, err2 := os.ReadFile(filepath.Join(folder, "stat"))
		if err1 != nil || err2 != nil {
			continue // the process has ended
		}
		was := processes[folder]
		processes[folder] = process{max(was.memory, highWater(status)), max(was.cpu, cpuTime(stat))}
	}
}

// highWater returns the peak memory of a process in bytes, from its /proc/…/status.
func highWater(status []byte) int64 {
	_, after, _ := bytes.Cut(status, []byte("VmHWM:"))
	var kilobytes int64
	if _, err := fmt.Sscan(string(after), &kilobytes); err != nil {
		return 0 // the process has ended
	}
	return kilobytes << 10
}

// clockTick is the unit of time in /proc/…/stat on all of Linux' architectures that Go supports.
const clockTick = 10 * time.Millisecond

// cpuTime returns the time of a process in user and kernel mode, from its /proc/…/stat: the
// fourteenth and fifteenth field. The second field, the name, may contain spaces.
func cpuTime(stat []byte) time.Duration {
	const fromState, user = 3, 14
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) <= user-fromState+1 {
		return 0
	}
	var ticks [2]int64
	for i := range ticks {
		if _, err := fmt.Sscan(string(fields[user-fromState+i]), &ticks[i]); err != nil {
			return 0
		}
	}
	return time.Duration(ticks[0]+ticks[1]) * clockTick
}
