package azureml

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// How a detach ends.
func TestWaitForDetach(t *testing.T) {
	for name, test := range map[string]waiting{
		"it succeeds":                  {turns(statusOf("InProgress"), 60, statusOf("Succeeded")), turns(ownThere, 70, gone), 70, nil},
		"another one is attached":      {succeeds, turns(ownThere, 50, computeOf(ownAccount, "Succeeded", 2)), 50, nil},
		"it fails":                     {turns(statusOf("Deleting"), 30, broken), always(ownThere), 30, []string{"Azure accepted the detach and then ended it as Failed", "Quota: None left."}},
		"it fails, and is gone":        {turns(statusOf("Deleting"), 30, broken), turns(ownThere, 1, gone), 30, nil},
		"a strange status":             {always(statusOf("Pondering")), turns(ownThere, 50, gone), 50, nil},
		"a strange status, and there":  {turns(statusOf("Pondering"), 90, statusOf("Deleting"), 100, statusOf("Pondering"), 190, statusOf("Succeeded")), turns(ownThere, 200, gone), 200, nil},
		"a strange status, not seen":   {turns(statusOf("Pondering"), 30, statusOf("Deleting"), 190, statusOf("Succeeded")), turns(ownThere, 1, failing, 30, ownThere, 200, gone), 200, nil},
		"the status always fails":      {always(failing), turns(ownThere, 200, gone), 200, nil},
		"it takes long":                {always(refuses), turns(ownEnding, 200, gone), 200, nil},
		"it takes long, and stops":     {always(refuses), turns(ownEnding, 200, ownThere), 320, []string{"Azure accepted the detach, but the compute is still there, in state Succeeded"}},
		"it stays":                     {succeeds, always(ownThere), 121, []string{"its operation ended as Succeeded, but the compute is still there, in state Succeeded"}},
		"the compute cannot be read":   {succeeds, turns(ownThere, 1, page), 121, []string{"The reply is not what Azure sends"}},
		"not read for a while":         {succeeds, turns(ownThere, 1, page, 90, gone), 90, nil},
		"the compute is refused":       {succeeds, turns(ownThere, 1, refuses), 1, []string{"AuthorizationFailed"}},
		"the compute fails to be read": {succeeds, turns(ownThere, 1, failing, 200, gone), 200, nil},
		"no end of it":                 {goesOn, always(ownThere), 600, []string{"waiting for Azure to detach", `The operation's last status was "InProgress"`}},
		"no end of the compute":        {succeeds, turns(ownThere, 1, failing, 100, ownEnding), 600, []string{"waiting for Azure to detach", `The compute's last state was "Deleting"`, "The last error was"}},
		"no reply of the compute":      {succeeds, turns(ownThere, 1, ownEnding, 590, hangs), 600, []string{"waiting for Azure to detach"}},
		"failures of the compute":      {succeeds, turns(ownThere, 1, failing), 600, []string{"waiting for Azure to detach", "The last error was", "InternalServerError"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				service := &course{began: time.Now(), status: test.status, compute: test.compute}
				client := mustClient(t, staticToken{}, Options{Transport: service})
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
				defer cancel()
				compute, err := client.Workspace(testWorkspace.ID).BatchCompute(ctx, "c")
				if err != nil {
					t.Fatal(err)
				}
				if err := compute.Detach(ctx); err != nil {
					t.Fatal(err)
				}
				test.check(t, service.began, compute.WaitForCompletion(ctx))
			})
		})
	}
}

// Another process's detach is waited for until the name is free.
func TestWaitUntilFree(t *testing.T) {
	for name, test := range map[string]waiting{
		"it ends":       {nil, turns(ownEnding, 50, gone), 50, nil},
		"it goes on":    {nil, always(ownEnding), 600, []string{"Timed out while waiting for Azure to detach", `The compute's last state was "Deleting"`}},
		"it is refused": {nil, turns(ownEnding, 50, refuses), 50, []string{"AuthorizationFailed"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				service := &course{began: time.Now(), compute: test.compute}
				client := mustClient(t, staticToken{}, Options{Transport: service})
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
				defer cancel()
				compute, err := client.Workspace(testWorkspace.ID).BatchCompute(ctx, "c")
				if err != nil {
					t.Fatal(err)
				}
				_, err = compute.WaitUntilFree(ctx)
				test.check(t, service.began, err)
			})
		})
	}
}
