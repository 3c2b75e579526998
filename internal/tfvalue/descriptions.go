package tfvalue

// Descriptions are what the documentation says of attributes that the resource and the
// data sources have in common.
var Descriptions = map[string]string{
	"compute_location":    "Azure region that the service gives for the Batch account, or else the compute's, such as `westeurope`. In the class: `cluster_location`.",
	"provisioning_state":  "State of the attachment: `Succeeded`, `Failed`, `Creating`, `Deleting` or another one of the service's. In the class: `provisioning_state`.",
	"provisioning_errors": "What went wrong with the attachment; empty when nothing did. In the class: `provisioning_errors`.",
	"code":                "The service's code.",
	"message":             "The service's words.",
	"target":              "What the error is about.",
	"details":             "Errors nested below, at any depth, in order.",
	"is_attached":         "Whether the compute was attached rather than made by the workspace; true for Batch. In the class: `is_attached`.",
	"created_on":          "When it was attached, in RFC 3339, such as `2026-07-01T09:30:00Z`; null while the service does not say. In the class: `created_on`, which it never fills in.",
	"modified_on":         "When it last changed, in RFC 3339; null while the service does not say. In the class: `modified_on`, which it never fills in.",
}
