package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// watchMemory watches the processes of a binary until its result is called, which returns
// the peak memory of any of them, in bytes; 0 without /proc. The kernel keeps the
// high-water mark, so it is enough to read it from time to time.
func watchMemory(binary string) func() int64 {
	stop, peak := make(chan struct{}), make(chan int64)
	go func() {
		var most int64
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				peak <- most
				return
			case <-tick.C:
				most = max(most, highWater(binary))
			}
		}
	}()
	return func() int64 {
		close(stop)
		return <-peak
	}
}

func highWater(binary string) (most int64) {
	links, err := filepath.Glob("/proc/[0-9]*/exe")
	if err != nil {
		return 0
	}
	for _, link := range links {
		if target, err := os.Readlink(link); err != nil || target != binary {
			continue
		}
		status, err := os.ReadFile(filepath.Join(filepath.Dir(link), "status"))
		if err != nil {
			continue // the process has ended
		}
		var kilobytes int64
		if _, after, ok := bytes.Cut(status, []byte("VmHWM:")); ok {
			if _, err := fmt.Sscan(string(after), &kilobytes); err == nil {
				most = max(most, kilobytes<<10)
			}
		}
	}
	return most
}
