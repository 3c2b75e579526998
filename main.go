// Command terraform-provider-azureml serves the Terraform provider azureml.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"runtime/debug"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/provider"
)

// version is set by the linker.
var version = "dev"

func main() {
	debugging := flag.Bool("debug", false, "serve until interrupted, for use with a debugger")
	showVersion := flag.Bool("version", false, "print the version and exit")
	flag.Parse()
	limitMemory()
	if *showVersion {
		fmt.Println(version)
		return
	}
	var options []tf6server.ServeOpt
	if *debugging {
		// Keep the logs: the TF_LOG variables are set in the CLI's shell, not in this one.
		options = append(options, tf6server.WithManagedDebug())
	} else if err := provider.DropUnwantedLogs(); err != nil {
		log.Fatal(err)
	}
	err := tf6server.Serve(provider.Address, func() tfprotov6.ProviderServer { return provider.NewServer(version) }, options...)
	if err != nil {
		log.Fatal(err)
	}
}

// memoryLimit is the soft memory limit of the garbage collector, in bytes. The provider
// needs half of it; the rest is for the largest replies that it accepts.
const memoryLimit = 80 << 20

func limitMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}
