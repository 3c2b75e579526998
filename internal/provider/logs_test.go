package provider

import (
	"os"
	"testing"
)

func TestDropUnwantedLogs(t *testing.T) {
	for name, test := range map[string]struct {
		variables map[string]string
		dropped   bool
	}{
		"no variable":         {nil, true},
		"only a path":         {map[string]string{"TF_LOG_PATH": "x"}, true},
		"an empty variable":   {map[string]string{"TF_LOG": ""}, true},
		"a log":               {map[string]string{"TF_LOG": "INFO"}, false},
		"the provider's":      {map[string]string{"TF_LOG_PROVIDER": "DEBUG"}, false},
		"this provider's":     {map[string]string{"TF_LOG_PROVIDER_AZUREML": "DEBUG"}, false},
		"the framework's":     {map[string]string{"TF_LOG_SDK_FRAMEWORK": "TRACE"}, false},
		"the protocol's data": {map[string]string{"TF_LOG_SDK_PROTO_DATA_DIR": "x"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			for _, variable := range []string{"TF_LOG", "TF_LOG_CORE", "TF_LOG_PROVIDER", "TF_LOG_SDK", "TF_LOG_PATH"} {
				t.Setenv(variable, "")
			}
			for variable, value := range test.variables {
				t.Setenv(variable, value)
			}
			if err := DropUnwantedLogs(); err != nil {
				t.Fatal(err)
			}
			if dropped := os.Getenv("TF_LOG_SDK") == "off" && os.Getenv("TF_LOG_PROVIDER") == "off"; dropped != test.dropped {
				t.Errorf("logs are dropped: %t, want %t", dropped, test.dropped)
			}
		})
	}
}
