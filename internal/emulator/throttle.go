package emulator

import (
	"fmt"
	"maps"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// limit is one of Resource Manager's limits per subscription and principal: a burst, then a number of requests per second.
type limit struct {
	kind      string
	burst     float64
	perSecond float64
}

// globalShare is how many times a principal's limit all principals of a subscription have together.
const globalShare = 15

func limitOf(method string) limit {
	switch method {
	case http.MethodGet, http.MethodHead:
		return limit{"reads", 250, 25}
	case http.MethodDelete:
		return limit{"deletes", 200, 10}
	default:
		return limit{"writes", 200, 10}
	}
}

// maxBuckets is how many buckets there are before unused ones are dropped.
const maxBuckets = 1000

// bucket is how many requests are left at a time.
type bucket struct {
	left  float64
	at    time.Time
	until time.Time // no request is accepted before
}

// throttle takes a request out of its bucket, or refuses it. A retry before the end of Retry-After is refused too.
func (e *Emulator) throttle(c *call) *reply {
	if !e.config.throttling || c.ownAPI {
		return nil
	}
	l := limitOf(c.method)
	b := e.bucket(c, l)
	b.left = min(l.burst, b.left+c.now.Sub(b.at).Seconds()*l.perSecond)
	b.at = c.now
	if !c.now.Before(b.until) {
		if b.left >= 1 {
			b.left--
			return nil
		}
		b.until = c.now.Add(time.Duration(math.Ceil((1-b.left)/l.perSecond)) * time.Second)
	}
	wait := strconv.Itoa(int(math.Ceil(b.until.Sub(c.now).Seconds())))
	r := gatewayError(http.StatusTooManyRequests, "SubscriptionRequestsThrottled", fmt.Sprintf(
		"Number of '%s' for subscription '%s' exceeded the limit. Please try again after '%s' seconds after additional tokens are "+
			"available. Refer to https://aka.ms/arm-throttling for additional information.", l.kind, c.route.id.subscription, wait))
	r.header.Set("Retry-After", wait)
	return r
}

func (e *Emulator) bucket(c *call, l limit) *bucket {
	key := strings.ToLower(l.kind + " " + c.route.id.subscription + " " + c.principal)
	b := e.buckets[key]
	if b == nil {
		if len(e.buckets) >= maxBuckets {
			// One that has not been used for a minute is full again, and is made again when it is needed.
			maps.DeleteFunc(e.buckets, func(_ string, old *bucket) bool { return c.now.Sub(old.at) > time.Minute })
		}
		b = &bucket{left: l.burst, at: c.now}
		e.buckets[key] = b
	}
	return b
}

// addRateHeaders adds how many requests are left. Without throttling, each request counts as the first one.
func (e *Emulator) addRateHeaders(c *call, r *reply) {
	if c.ownAPI || r.status == http.StatusUnauthorized || c.route.id.subscription == "" {
		return
	}
	l := limitOf(c.method)
	left := l.burst - 1
	if e.config.throttling {
		b := e.bucket(c, l)
		if left = math.Floor(b.left); c.now.Before(b.until) {
			left = 0
		}
	}
	prefix := "x-ms-ratelimit-remaining-subscription-"
	r.header.Set(prefix+l.kind, strconv.Itoa(int(left)))
	r.header.Set(prefix+"global-"+l.kind, strconv.Itoa(int(globalShare*l.burst-(l.burst-left))))
}
