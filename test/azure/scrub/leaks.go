package scrub

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/test/azure/wire"
)

var guidsIn = regexp.MustCompile(`[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`)

// ownWords are names that each recording and report contains: placeholders, and the command.
var ownWords = regexp.MustCompile(`(?i)^(?:(?:group|workspace|compute|account|name|region|type)-?\d+|verify-azure)$`)

// Leaks searches text that is about to be written for the ids, signatures and names of the
// run. It is a second check, independent of how they were replaced. It describes what it
// finds without quoting it.
func Leaks(subject Subject, exchanges []wire.Exchange, written string) []string {
	written = strings.ToLower(written)
	var found []string
	search := func(kind, value string) {
		if strings.Contains(written, strings.ToLower(value)) && !slices.Contains(found, kind) {
			found = append(found, kind)
		}
	}
	for _, x := range exchanges {
		raw := x.URL + " " + string(x.RequestBody) + " " + string(x.Body) + " " + fmt.Sprint(x.Header)
		for _, guid := range guidsIn.FindAllString(raw, -1) {
			if !strings.HasPrefix(guid, "00000000-0000-0000-0000-") { // The others are placeholders.
				search("an id", guid)
			}
		}
		for _, address := range []string{x.URL, x.Header.Get("Azure-AsyncOperation"), x.Header.Get("Location")} {
			if parsed, err := url.Parse(address); err == nil {
				for name, values := range parsed.Query() {
					if len(values[0]) >= 16 && !strings.EqualFold(name, "api-version") {
						search("the value of a parameter", values[0])
					}
				}
			}
		}
	}
	account, _ := azureml.ParseBatchAccountID(subject.BatchAccount) // An invalid id has no names.
	names := []string{
		subject.Workspace.SubscriptionID, subject.Workspace.ResourceGroup, subject.Workspace.Name,
		account.SubscriptionID, account.ResourceGroup, account.Name,
	}
	for _, name := range append(names, subject.Computes...) {
		// A plain word may be part of the report's own text.
		if len(name) >= 5 && strings.ContainsAny(name, "0123456789-_.") && !strings.HasPrefix(name, "00000000-0000-0000-0000-") && !ownWords.MatchString(name) {
			search("a name", name)
		}
	}
	return found
}
