package azureml

import "time"

// decodeTime decodes the service's times: RFC 3339 with seven digits or fewer, and
// sometimes without a zone, which means UTC.
func decodeTime(value any) time.Time {
	s := stringOf(value)
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// EqualTimes compares two times of the service. One that the service does not give (zero)
// equals any, and so does one that it gives in fewer digits, rounded or cut off.
func EqualTimes(a, b time.Time) bool {
	return a.IsZero() || b.IsZero() || a.Sub(b).Abs() < max(precision(a), precision(b))
}

// precision is that of the last digit of the second which is not zero, at most a second.
func precision(t time.Time) time.Duration {
	digit := time.Second
	for t.Nanosecond()%int(digit) != 0 {
		digit /= 10
	}
	return digit
}
