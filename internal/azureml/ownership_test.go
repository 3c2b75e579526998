package azureml

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func mustHold(t *testing.T, workspace *Workspace, name string) *Hold {
	t.Helper()
	hold, err := workspace.Hold(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return hold
}

// In a run, a name belongs to one resource, and a Batch account to one name of a workspace.
func TestOwn(t *testing.T) {
	client := mustClient(t, staticToken{}, Options{Transport: reply("{}")})
	workspace := client.Workspace(testWorkspace.ID)
	elsewhere := client.Workspace(WorkspaceID{testWorkspace.ID.SubscriptionID, "rg-ml", "ws1"})
	first, second := mustHold(t, workspace, "first"), mustHold(t, workspace, "second")
	if first.Owned() {
		t.Error("a new name has an owner")
	}
	if err := first.Own(ownAccount); err != nil || !first.Owned() || second.Owned() {
		t.Errorf("the first owns its name: %t; the second: %t; %v", first.Owned(), second.Owned(), err)
	}
	first.Release()
	owned, ok := errors.AsType[*OwnedError](mustHold(t, workspace, "FIRST").Own(otherAccount))
	if want := (OwnedError{workspace.ID.ComputeID("first"), ownAccount, otherAccount}); !ok || *owned != want {
		t.Errorf("a second owner of the name gets %v, want %v", owned, &want)
	}
	if want := "Another resource of this run has attached or adopted compute " + workspace.ID.ComputeID("first") +
		":\n  that resource's Batch account  " + ownAccount + "\n  this resource's Batch account  " + otherAccount; ok && owned.Error() != want {
		t.Errorf("it says %q, want %q", owned, want)
	}
	upper := strings.ToUpper(ownAccount)
	shared, ok := errors.AsType[*SecondAttachmentError](second.Own(upper))
	if want := (SecondAttachmentError{BatchAccountID: upper, ByID: workspace.ID.ComputeID("first"), SameRun: true}); !ok || *shared != want || second.Owned() {
		t.Errorf("a second owner of the account gets %v, want %v", shared, &want)
	}
	if err := mustHold(t, elsewhere, "first").Own(ownAccount); err != nil {
		t.Errorf("an owner in another workspace gets %v", err)
	}
	if err := mustHold(t, workspace, "third").Own(otherAccount); err != nil {
		t.Errorf("an owner of another account gets %v", err)
	}
	if first.Disown(); first.Owned() {
		t.Error("what is taken back has an owner")
	}
	if err := second.Own(ownAccount); err != nil {
		t.Errorf("an owner of an account that is free again gets %v", err)
	}
}

// An operation holds a name until it releases it, and waits no longer than its context.
func TestHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		workspace := mustClient(t, staticToken{}, Options{Transport: reply("{}")}).Workspace(testWorkspace.ID)
		first := mustHold(t, workspace, "c")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		hold, err := workspace.Hold(ctx, "C")
		if hold != nil || err == nil || err.Error() != `Timed out while waiting for another operation of this run on compute "C".` {
			t.Errorf("while it is held: %v, %v", hold, err)
		}
		began := time.Now()
		time.AfterFunc(time.Minute, first.Release)
		mustHold(t, workspace, "c").Release()
		if waited := time.Since(began); waited != time.Minute {
			t.Errorf("it waited %s", waited)
		}
	})
}

// Only an operation that holds a name without an owner is a detach.
func TestAwaitDetach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		workspace := mustClient(t, staticToken{}, Options{Transport: reply("{}")}).Workspace(testWorkspace.ID)
		await := func(when string, want bool, wait time.Duration) {
			began := time.Now()
			if waited, err := workspace.awaitDetach(t.Context(), "c"); waited != want || err != nil || time.Since(began) != wait {
				t.Errorf("%s: %t after %s, %v; want %t after %s", when, waited, time.Since(began), err, want, wait)
			}
		}
		await("no operation", false, 0)
		hold := mustHold(t, workspace, "c")
		if err := hold.Own(ownAccount); err != nil {
			t.Fatal(err)
		}
		await("an attach", false, 0)
		hold.Disown()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if waited, err := workspace.awaitDetach(ctx, "c"); waited || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("an interrupted wait: %t, %v", waited, err)
		}
		time.AfterFunc(time.Minute, hold.Release)
		await("a detach", true, time.Minute)
		await("after the detach", false, 0)
	})
}
