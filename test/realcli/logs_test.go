//go:build unix

package realcli_test

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/clitest"
	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/emulator/emulatortest"
)

// A log that is asked for is complete: the provider's lines and the framework's.
func TestRequestedLogs(t *testing.T) {
	t.Parallel()
	for variable, want := range map[string]struct{ own, frameworks bool }{
		"TF_LOG=TRACE":              {true, true},
		"TF_LOG=JSON":               {true, true},
		"TF_LOG_PROVIDER=DEBUG":     {true, false},
		"TF_LOG_PROVIDER=TRACE":     {true, true},
		"TF_LOG_CORE=TRACE":         {false, false},
		"TF_LOG_SDK=TRACE":          {false, false}, // Terraform itself needs TF_LOG or TF_LOG_PROVIDER too
		"TF_LOG_PATH=" + os.DevNull: {false, false},
	} {
		t.Run(variable, func(t *testing.T) {
			t.Parallel()
			d := newDirectory(t, emulatortest.New(t), block())
			command := exec.Command(d.cli, "plan", "-input=false", "-no-color")
			command.Dir = d.path
			command.Env = append(clitest.Environment(d.variables), variable)
			var log bytes.Buffer
			command.Stderr = &log
			if err := command.Run(); err != nil {
				t.Fatal(err, log.String())
			}
			if own := strings.Contains(log.String(), "Requests will sign in with"); own != want.own {
				t.Errorf("the provider's own lines are there: %t, want %t", own, want.own)
			}
			if frameworks := strings.Contains(log.String(), "Called provider defined Resource Metadata") || strings.Contains(log.String(), "Received request"); frameworks != want.frameworks {
				t.Errorf("the framework's lines are there: %t, want %t", frameworks, want.frameworks)
			}
		})
	}
}
