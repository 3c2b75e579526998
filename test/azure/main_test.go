package main

import (
	"os"
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
)

// asProgram is the variable that makes the test binary run the program.
const asProgram = "AZUREML_TEST_AS_VERIFY_AZURE"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		os.Exit(0)
	}
	acctest.Main(m)
}
