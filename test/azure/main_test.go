package main

import (
	"testing"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }
