package scrub

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator"
)

// placeholder returns the placeholder of a value, in any letter case. A placeholder in
// capitals stands for another letter case than the first one.
func (s *Scrubber) placeholder(kind, value, format string) string {
	key := kind + " " + strings.ToLower(value)
	first, ok := s.seen[key]
	if !ok {
		s.counts[kind]++
		first = spelling{value, fmt.Sprintf(format, s.counts[kind])}
		s.seen[key] = first
	}
	if first.value != value && kind != "guid" {
		return strings.ToUpper(first.placeholder)
	}
	return first.placeholder
}

func (s *Scrubber) guid(value string) string {
	return s.placeholder("guid", value, "00000000-0000-0000-0000-%012d")
}

// formats are the placeholders of names, by resource type. They are valid names of the
// type, so that a replay can be configured with them.
var formats = map[string]string{
	"resourcegroups": "group-%d", "workspaces": "workspace-%d", "computes": "compute-%d", "batchaccounts": "account%d",
}

// name returns the placeholder of a name in an id, or of a compute.
func (s *Scrubber) name(kind, value string) string {
	kind = strings.ToLower(kind)
	switch {
	case guidForm.MatchString(value):
		return s.guid(value)
	case kind == "locations":
		return s.region(value)
	}
	if lower := strings.ToLower(value); value != "" && !slices.Contains(s.known, lower) {
		s.known = append(s.known, lower)
		for _, part := range letters.Split(lower, -1) {
			if len(part) > shortest && !slices.Contains(commonParts, part) {
				s.parts = append(s.parts, part)
			}
		}
	}
	if format, ok := formats[kind]; ok {
		return s.placeholder(kind, value, format)
	}
	return s.placeholder("name", value, "name-%d")
}

// region returns the placeholder of an Azure region, in the same form: region1 for
// westeurope, Region 1 for West Europe.
func (s *Scrubber) region(value string) string {
	short := strings.ToLower(strings.ReplaceAll(value, " ", ""))
	if !slices.Contains(s.known, short) {
		s.known = append(s.known, short)
	}
	n := strings.TrimPrefix(s.placeholder("region", short, "region%d"), "region")
	switch value {
	case short:
		return "region" + n
	case strings.ToUpper(short):
		return "REGION" + n
	}
	return "Region " + n
}

// typeWords are the segments of ids that are not names.
var typeWords = []string{
	"subscriptions", "resourcegroups", "providers", "locations", "workspaces", "computes", "batchaccounts", "clusters", "virtualmachines",
	"managedclusters", "connectedclusters", "computeoperationsstatus", "mfeoperationsstatus", "operationstatuses", "operationsstatus",
	"operationresults", "computeoperationresults", "resources",
}

var (
	guidForm      = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
	namespaceForm = regexp.MustCompile(`(?i)^microsoft\.[a-z.]{2,60}$`)
)

// path replaces the names in a Resource Manager id, or in the path of an address, in which
// types and names alternate.
func (s *Scrubber) path(path string) string {
	segments := strings.Split(path, "/")
	for i, kind := 0, ""; i < len(segments); i++ {
		segment := segments[i]
		switch {
		case segment == "":
		case kind == "providers":
			if !namespaceForm.MatchString(segment) {
				segments[i] = s.placeholder("namespace", segment, "Namespace.%d")
			}
			kind = ""
		case kind != "":
			segments[i], kind = s.name(kind, segment), ""
		case slices.Contains(typeWords, strings.ToLower(segment)):
			kind = strings.ToLower(segment)
		default:
			segments[i], kind = s.placeholder("type", segment, "type%d"), "name"
		}
	}
	return strings.Join(segments, "/")
}

// url replaces the host, the names and the query values of a URL.
func (s *Scrubber) url(text string) string {
	parsed, err := url.Parse(text)
	if err != nil || parsed.Host == "" {
		return fmt.Sprintf("{address:%d}", len(text))
	}
	var out string
	if path, ok := s.subject.Manager.Path(parsed); ok {
		out = emulator.RecordedHost + s.path(path)
	} else {
		out = s.elsewhere(parsed)
	}
	if parsed.RawQuery != "" {
		out += "?" + s.query(parsed.RawQuery)
	}
	return out
}

// elsewhere replaces an address at a host other than Resource Manager's.
func (s *Scrubber) elsewhere(address *url.URL) string {
	out := "https://" + s.host(address.Hostname())
	if strings.Trim(address.Path, "/") != "" {
		out += fmt.Sprintf("/{path:%d}", len(address.Path))
	}
	return out
}

func (s *Scrubber) host(name string) string { return s.placeholder("host", name, "host-%d.example") }

var (
	parameterName = regexp.MustCompile(`^(?:\$|%24)?[A-Za-z-]{1,30}$`)
	// harmless are the parameter values that are kept.
	harmless = map[string]*regexp.Regexp{
		"api-version":              regexp.MustCompile(`^\d{4}-\d{2}-\d{2}(-preview)?$`),
		"service":                  regexp.MustCompile(`^[a-z]{1,8}$`),
		"underlyingresourceaction": regexp.MustCompile(`(?i)^(detach|delete)$`),
		"$skip":                    regexp.MustCompile(`^\d{1,6}$`),
	}
	letters = regexp.MustCompile(`[^a-z]+`)
)

// query keeps the names of the parameters, and only the length of their values.
func (s *Scrubber) query(raw string) string {
	var out []string
	for parameter := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(parameter, "=")
		if !parameterName.MatchString(name) || s.revealing(name) {
			name = s.placeholder("parameter", name, "parameter-%d")
		}
		name = strings.Replace(name, "%24", "$", 1)
		form := harmless[strings.ToLower(name)]
		if form == nil || !form.MatchString(value) {
			value = fmt.Sprintf("{%s:%d}", letters.ReplaceAllString(strings.ToLower(name), ""), len(value))
		}
		out = append(out, name+"="+value)
	}
	return strings.Join(out, "&")
}

// commonParts are parts of names that reveal nothing.
var commonParts = []string{
	"account", "accounts", "azure", "batch", "batches", "cluster", "clusters", "compute", "computes", "development", "group", "learning",
	"machine", "production", "resource", "resources", "service", "services", "shared", "staging", "tests", "verify", "workspace", "workspaces",
}

// revealing reports whether a text contains a known name or a part of one, such as a
// company's name.
func (s *Scrubber) revealing(text string) bool {
	return s.private(text) || slices.ContainsFunc(s.parts, func(part string) bool { return strings.Contains(strings.ToLower(text), part) })
}

// private reports whether a text contains a known name.
func (s *Scrubber) private(text string) bool {
	return slices.ContainsFunc(s.known, func(name string) bool { return len(name) >= shortest && strings.Contains(strings.ToLower(text), name) })
}

// shortest is the length from which a known name is also searched for inside other words.
const shortest = 4
