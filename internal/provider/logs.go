package provider

import (
	"errors"
	"os"
	"strings"
)

// DropUnwantedLogs switches the log lines of the framework and of the provider off while
// nobody reads them: Terraform drops them unless a TF_LOG variable wants some, but only
// once they are formatted and sent, which is a fifth of the provider's time in a plan. It
// is to be called before anything is served.
func DropUnwantedLogs() error {
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "TF_LOG") && name != "TF_LOG_PATH" && value != "" {
			return nil
		}
	}
	return errors.Join(os.Setenv("TF_LOG_SDK", "off"), os.Setenv("TF_LOG_PROVIDER", "off"))
}
