package azureml

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// batchAPIVersion is the api-version of Microsoft.Batch, for the one look at an account.
const batchAPIVersion = "2024-02-01"

// preflightTime bounds all that one preflight asks. A plan must not hang on it.
const preflightTime = 10 * time.Second

// Preflight is what a look at Azure before an attach has found. Whatever is not
// certain is not in it: a reply that was refused, lost or strange says nothing.
type Preflight struct {
	// NoWorkspace and NoBatchAccount are set when Azure says that there is none.
	NoWorkspace, NoBatchAccount bool
	// Existing is the Batch compute that has the name; nil when there is none.
	Existing *BatchCompute
	// OtherType is the compute of another type that has the name; nil when there is none.
	OtherType *OtherTypeError
	// SignIn is why Azure could not be asked: the sign-in failed. Nil when it did not.
	SignIn error
}

// Preflight looks once, and for a short time, whether the workspace and the Batch
// account are there and the name is free. Empty names are not looked for. It never
// fails. It finds nothing when preflight is off and when this client has looked for the
// same already. It looks no more once Azure did not answer (a run with a hundred computes
// must not wait a hundred times) or has few reads left for this subscription, and once the
// client has attached something: core plans each compute once more in an apply, when a
// warning comes too late. A compute that the state has ([Workspace.InState])
// already owns its name.
func (w *Workspace) Preflight(ctx context.Context, name, account string) Preflight {
	p := &w.client.preflight
	if w.client.reads.left() < readsLeft || !p.begin(w.ID.ComputeID(name)+" "+account) {
		return Preflight{}
	}
	ctx, cancel := context.WithTimeout(ctx, preflightTime)
	defer cancel()
	var found Preflight
	var signIns [2]error
	var looks sync.WaitGroup
	if name != "" && !p.known(w.ID.ComputeID(name)) {
		looks.Go(func() { signIns[0] = w.lookForName(ctx, name, &found) })
	}
	if id, err := ParseBatchAccountID(account); err == nil {
		looks.Go(func() {
			_, _, err := w.client.glance(ctx, w.client.addressAt(batchAPIVersion, id.path()))
			found.NoBatchAccount = IsGone(err)
			signIns[1] = p.note(err)
		})
	}
	looks.Wait()
	if p.known(w.ID.ComputeID(name)) {
		found.Existing, found.OtherType = nil, nil // the state has it, as has turned out meanwhile
	}
	found.SignIn = cmp.Or(signIns[0], signIns[1])
	return found
}

// lookForName asks for the compute alone: the reply tells of a missing workspace too. It
// returns the error of a sign-in that failed.
func (w *Workspace) lookForName(ctx context.Context, name string, into *Preflight) error {
	found, err := w.lookUp(ctx, name, w.client.glance)
	into.NoWorkspace = found.WorkspaceGone()
	into.Existing, into.OtherType = found.Batch, found.OtherType
	return w.client.preflight.note(err)
}

// InState notes that Terraform's state has this compute: nobody has to be warned of it.
func (w *Workspace) InState(name string) {
	w.client.preflight.inState.Store(keyOf(w.ID.ComputeID(name)), true)
}

// Claim notes that an object of Terraform's state holds the compute. The mark tells the
// object from others; Claim reports true when one with another mark holds the compute too.
func (w *Workspace) Claim(name, mark string) (twice bool) {
	w.InState(name)
	first, _ := w.client.preflight.claims.LoadOrStore(keyOf(w.ID.ComputeID(name)), mark)
	return first != mark
}

// preflight remembers what need not be looked at.
type preflight struct {
	wanted bool
	// silent is set once there is nothing more to look for.
	silent atomic.Bool
	begun  sync.Map // what was looked for, in lower case
	// Both by compute id in lower case.
	inState sync.Map
	claims  sync.Map // marks
}

// begin reports that this has to be looked for, once.
func (p *preflight) begin(what string) bool {
	if !p.wanted || p.silent.Load() {
		return false
	}
	_, again := p.begun.LoadOrStore(strings.ToLower(what), true)
	return !again
}

func (p *preflight) known(computeID string) bool {
	_, ok := p.inState.Load(keyOf(computeID))
	return ok
}

// readsLeft is how many reads of the service's limit a preflight leaves to the rest.
const readsLeft = 100

// note gives up when there was no answer, or no token to ask with: then it returns the
// error of the sign-in.
func (p *preflight) note(err error) error {
	signIn := isSignIn(err)
	if _, ok := errors.AsType[*NoAnswerError](err); ok || signIn {
		p.silent.Store(true)
	}
	if signIn {
		return err
	}
	return nil
}
