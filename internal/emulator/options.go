package emulator

import (
	"io"
	"time"
)

// What an emulator contains by default. None of it exists.
const (
	DefaultSubscriptionID = "00000000-0000-0000-0000-000000000001"
	DefaultTenantID       = "00000000-0000-0000-0000-0000000000aa"
	DefaultClientID       = "00000000-0000-0000-0000-0000000000cc"
	DefaultClientSecret   = "emulator-client-secret" //nolint:gosec // Opens nothing but an emulator.
	DefaultLocation       = "westeurope"
	DefaultWorkspaceID    = "/subscriptions/" + DefaultSubscriptionID +
		"/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/ws0"
	DefaultBatchAccountID = "/subscriptions/" + DefaultSubscriptionID +
		"/resourceGroups/rg-batch/providers/Microsoft.Batch/batchAccounts/batch0"
)

// config is what the options set.
type config struct {
	attachDuration time.Duration
	detachDuration time.Duration
	latency        time.Duration
	replicationLag time.Duration
	tokenLifetime  time.Duration
	pageSize       int
	throttling     bool
	tagsKept       bool
	subscriptionID string
	clientID       string
	clientSecret   string
	listenAddress  string
	hostName       string
	dataFile       string
	accessLog      io.Writer
	requestLog     io.Writer
	logLimit       int
	workspaces     []place
	batchAccounts  []place
	replay         *replay
	identities     identities
}

// place is a resource that exists from the start.
type place struct{ id, location string }

func newConfig(options []Option) config {
	c := config{
		subscriptionID: DefaultSubscriptionID,
		clientID:       DefaultClientID,
		clientSecret:   DefaultClientSecret,
		listenAddress:  "127.0.0.1:0",
		identities:     defaultIdentities(),
		// Entra ID's own tokens are valid for a second less than an hour.
		tokenLifetime: 3599 * time.Second,
		logLimit:      maxLogged,
	}
	for _, option := range options {
		option(&c)
	}
	return c
}

// An Option changes how an [Emulator] behaves.
type Option func(*config)

// WithOperationDuration makes attaching and detaching take that long. By default an operation has ended by the first
// poll.
func WithOperationDuration(attach, detach time.Duration) Option {
	return func(c *config) { c.attachDuration, c.detachDuration = attach, detach }
}

// WithLatency delays each request to Resource Manager, before the service handles it.
func WithLatency(d time.Duration) Option {
	return func(c *config) { c.latency = d }
}

// WithPageSize sets how many elements a page of a list has; with 0, the default, one page has all of them.
func WithPageSize(n int) Option {
	return func(c *config) { c.pageSize = n }
}

// WithThrottling makes Resource Manager refuse requests beyond its limits with 429 and Retry-After: per subscription and principal,
// it accepts a burst of 250 reads and then 25 a second, and bursts of 200 writes and 200 deletes and then 10 of each a second.
func WithThrottling() Option {
	return func(c *config) { c.throttling = true }
}

// WithReplicationLag makes a GET of a new compute return an empty 404 until that long after the PUT was accepted.
func WithReplicationLag(d time.Duration) Option {
	return func(c *config) { c.replicationLag = d }
}

// WithSubscription sets the subscription of the default workspace and Batch account.
func WithSubscription(id string) Option {
	return func(c *config) { c.subscriptionID = id }
}

// WithClient sets the client id and secret of the only application that Entra ID knows.
func WithClient(id, secret string) Option {
	return func(c *config) { c.clientID, c.clientSecret = id, secret }
}

// WithTokenLifetime sets how long a token is valid; the default is 3599 seconds, Entra ID's own.
func WithTokenLifetime(d time.Duration) Option {
	return func(c *config) { c.tokenLifetime = d }
}

// WithTagsKept sets whether an attached compute keeps the tags that it was attached with. Public sources disagree on what the
// service does. By default it drops them, and a GET returns null for them.
func WithTagsKept(kept bool) Option {
	return func(c *config) { c.tagsKept = kept }
}

// WithDataFile keeps the emulator's data in a file, which is loaded at the start, if it exists, and saved after each change. Only
// its owner can read it, because it has the key that signs tokens. Until [Emulator.Close], no other emulator can use the file. If
// the path is a link, the file that it leads to is written.
func WithDataFile(path string) Option {
	return func(c *config) { c.dataFile = path }
}

// WithListenAddress sets the address to listen on; the default is 127.0.0.1:0, a free port.
func WithListenAddress(addr string) Option {
	return func(c *config) { c.listenAddress = addr }
}

// WithHostName sets the host in the URL and in the certificate, for clients that reach the emulator at another address than the
// one that it listens on: through a proxy, or by an entry in a hosts file.
func WithHostName(name string) Option {
	return func(c *config) { c.hostName = name }
}

// WithLogLimit sets how many requests [Emulator.Requests] and [Emulator.ARMRequests] can return: the most recent ones. The default
// is 100,000, which is enough for a test to have all of them; 0 keeps none.
func WithLogLimit(requests int) Option {
	return func(c *config) { c.logLimit = requests }
}

// WithAccessLog writes a line to w for each request: its time, method, path and status; status 0 means that there was no reply.
// Queries, headers and bodies, where secrets are, are left out, and secrets in paths are masked.
func WithAccessLog(w io.Writer) Option {
	return func(c *config) { c.accessLog = w }
}

// WithRequestLog writes each request to Resource Manager, and to the workspace's own endpoint, to w as a line of JSON: the fields
// of [Request], but only User-Agent of its headers, and status 0 if there was no reply. Secrets are masked everywhere,
// recognized by their names and by the form of tokens. The query of an operation's status has its signature. Of a body that is not JSON, or
// longer than 64 KiB, only the size is written.
func WithRequestLog(w io.Writer) Option {
	return func(c *config) { c.requestLog = w }
}

// WithWorkspace adds a workspace instead of the default one. It can be given several times.
func WithWorkspace(id, location string) Option {
	return func(c *config) { c.workspaces = append(c.workspaces, place{id, location}) }
}

// WithBatchAccount adds a Batch account instead of the default one. It can be given several times.
func WithBatchAccount(id, location string) Option {
	return func(c *config) { c.batchAccounts = append(c.batchAccounts, place{id, location}) }
}
