package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// watch looks at the processes of a binary until its result is called, which gives the
// most that one of them had in memory, in bytes, and the CPU time of all of them. A look
// now and then is enough, since the kernel counts both: what is missed is the time of
// the last look to the end of the process. Both are 0 where there is no /proc.
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
				look(binary, processes)
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

// process is what the kernel says of one.
type process struct {
	memory int64
	cpu    time.Duration
}

// look notes what there is to know of each process of a binary, by its folder.
func look(binary string, processes map[string]process) {
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
			continue // it has ended
		}
		was := processes[folder]
		processes[folder] = process{max(was.memory, highWater(status)), max(was.cpu, cpuTime(stat))}
	}
}

// highWater is the most that a process had in memory, in bytes, by its /proc/…/status.
func highWater(status []byte) int64 {
	_, after, _ := bytes.Cut(status, []byte("VmHWM:"))
	var kilobytes int64
	if _, err := fmt.Sscan(string(after), &kilobytes); err != nil {
		return 0 // it has ended
	}
	return kilobytes << 10
}

// clockTick is the unit of time in /proc/…/stat, the same on all architectures of Linux that Go has.
const clockTick = 10 * time.Millisecond

// cpuTime is the time of a process in user and kernel mode, by its /proc/…/stat: the
// fourteenth and fifteenth field. The second one, the name, may have spaces in it.
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
