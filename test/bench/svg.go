package main

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// Sizes of the plot, in pixels.
const (
	width, height       = 760, 300
	left, top           = 50, 46
	right, bottom       = 20, 46
	plotWide, plotHigh  = width - left - right, height - top - bottom
	groupGap, barsOfAll = 0.25, 4
)

var colours = map[string]string{"apply": "#2f6fb4", "plan": "#e08a1e", "refresh": "#8a5fb0", "destroy": "#3a9a5b"}

// plot draws the ratio to the limit of each command near the service, for each number of computes.
func plot(cells []cell) string {
	var groups []int
	bars, most := map[int][]cell{}, 1.5
	for _, c := range cells {
		if c.provider != "azureml" || c.workspaces != 1 || c.latency != near {
			continue
		}
		if bars[c.n] == nil {
			groups = append(groups, c.n)
		}
		bars[c.n], most = append(bars[c.n], c), math.Max(most, c.ratio())
	}
	most = math.Ceil(most*4) / 4
	y := func(ratio float64) float64 { return top + plotHigh*(1-ratio/most) }

	var svg strings.Builder
	write := func(format string, values ...any) { fmt.Fprintf(&svg, format+"\n", values...) }
	write(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" font-family="sans-serif" font-size="12">`, width, height, width, height)
	write(`<rect width="100%%" height="100%%" rx="6" fill="#fff"/>`)
	write(`<text x="%d" y="20" font-size="14" font-weight="bold" fill="#222">%s</text>`, left, html.EscapeString("Times the reference (Terraform alone and the service), measured in turn; lower is better"))
	for tick := 0.0; tick <= most; tick += 0.25 {
		write(`<line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="%s"/>`, left, width-right, y(tick), y(tick), map[bool]string{true: "#444", false: "#ddd"}[tick == 1])
		write(`<text x="%d" y="%.1f" text-anchor="end" fill="#555">%.2f</text>`, left-6, y(tick)+4, tick)
	}
	group := float64(plotWide) / float64(max(len(groups), 1))
	bar := group * (1 - groupGap) / barsOfAll
	for g, n := range groups {
		at := left + group*(float64(g)+groupGap/2)
		for i, c := range bars[n] {
			x := at + bar*float64(i)
			write(`<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`, x, y(c.ratio()), bar-3, y(0)-y(c.ratio()), colours[c.step.name])
			// A white background, so that no line crosses the number.
			write(`<rect x="%.1f" y="%.1f" width="22" height="11" fill="#fff"/>`, x+(bar-3)/2-11, y(c.ratio())-13)
			write(`<text x="%.1f" y="%.1f" text-anchor="middle" font-size="10" fill="#222">%.2f</text>`, x+(bar-3)/2, y(c.ratio())-4, c.ratio())
		}
		write(`<text x="%.1f" y="%d" text-anchor="middle" fill="#222">%s</text>`, left+group*(float64(g)+0.5), height-bottom+18, computes(n))
	}
	for i, s := range steps {
		x := left + i*90
		write(`<rect x="%d" y="%d" width="10" height="10" fill="%s"/><text x="%d" y="%d" fill="#222">%s</text>`, x, height-16, colours[s.name], x+15, height-7, s.name)
	}
	write(`</svg>`)
	return svg.String()
}

func computes(n int) string {
	switch {
	case n == 1:
		return "1 compute"
	case n >= 1000:
		return fmt.Sprintf("%d,%03d computes", n/1000, n%1000)
	}
	return fmt.Sprintf("%d computes", n)
}
