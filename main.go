// Command terraform-provider-azureml is the Terraform provider azureml.
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
	debugged := flag.Bool("debug", false, "serve so that a debugger can be attached")
	showVersion := flag.Bool("version", false, "print the version and exit")
	flag.Parse()
	limitMemory()
	if *showVersion {
		fmt.Println(version)
		return
	}
	var options []tf6server.ServeOpt
	if *debugged {
		// The variables that want a log are the CLI's, in another shell.
		options = append(options, tf6server.WithManagedDebug())
	} else if err := provider.DropUnwantedLogs(); err != nil {
		log.Fatal(err)
	}
	err := tf6server.Serve(provider.Address, func() tfprotov6.ProviderServer { return provider.NewServer(version) }, options...)
	if err != nil {
		log.Fatal(err)
	}
}

// memoryLimit is from where on the garbage collector works harder. The provider needs
// half of it; the rest is for replies as large as they may be.
const memoryLimit = 80 << 20

func limitMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}
