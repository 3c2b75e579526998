package messages

import (
	"errors"

	"github.com/terraform-provider-azureml/terraform-provider-azureml/internal/azureml"
)

// nextStep returns what to do about the error, or nothing if there is no advice.
func nextStep(err error) string {
	if interrupted, ok := errors.AsType[*azureml.InterruptedError](err); ok {
		return nextStep(interrupted.Last)
	}
	if lost, ok := errors.AsType[*azureml.NoReplyError](err); ok {
		if lost.Untrusted() {
			return untrusted
		}
		return noReply
	}
	if refused, ok := errors.AsType[*azureml.Error](err); ok {
		if _, listing := errors.AsType[*azureml.WorkspacesError](err); listing && ofWorkspaces[refused.Kind()] != "" {
			return ofWorkspaces[refused.Kind()]
		}
		return ofKind[refused.Kind()]
	}
	switch {
	case errors.Is(err, azureml.ErrNoSubscription):
		return noSubscription
	case errors.Is(err, azureml.ErrSubscriptionName):
		return subscriptionName
	case errors.Is(err, azureml.ErrWhiteSpace):
		return whiteSpace
	}
	return ""
}

const (
	untrusted = "Nothing was sent. If a proxy intercepts TLS, or the cloud has its own certificate authority, add that authority with ca_certificate_path. " +
		"Otherwise check endpoint in the provider block, and this machine's clock."
	noReply          = "Check the network, any proxy in between, and endpoint in the provider block, and try again."
	noSubscription   = "Set workspace_id or subscription_id here, or subscription_id in the provider block, for example with the variable ARM_SUBSCRIPTION_ID."
	subscriptionName = "Set subscription_id to the id, here or in the provider block."
	whiteSpace       = "The function trimspace removes it."
)

var ofKind = map[azureml.ErrorKind]string{
	azureml.KindUnsupportedAPIVersion: "Set compute_api_version in the provider block to a version that the message lists.",
	azureml.KindUnregisteredProvider:  "Register the resource provider once for each subscription:\n\naz provider register --namespace Microsoft.MachineLearningServices",
	azureml.KindUnknownSubscription:   "The credential's tenant has no such subscription. Check tenant_id in the provider block, and the subscription in the id.",
	azureml.KindWorkspaceGone:         "Check workspace_id: its subscription, its resource group and its name, and that the workspace still exists.",
	azureml.KindDisabledSubscription:  "The subscription is disabled, so nothing in it can be changed. Its owner can enable it again.",
	azureml.KindDeniedByPolicy:        "A policy of the subscription or the management group forbids it; the message names the policy.",
	azureml.KindManagementLock:        "A management lock forbids the change. Remove the lock, or leave the compute as it is.",
	azureml.KindUnauthorized: "Azure does not accept the token. Check tenant_id, environment and endpoint in the provider block, and that this machine's clock is right; " +
		"then sign in again.",
	azureml.KindForbidden: "The credential needs Contributor on the workspace, or Reader and AzureML Compute Operator " +
		"(Microsoft.MachineLearningServices/workspaces/read and /workspaces/computes/read, /write and /delete), and Contributor on the Batch account. " +
		"A new role assignment can take some minutes to take effect.",
	azureml.KindOperationInProgress: "Another operation is changing this compute or its workspace. Try again once it has ended.",
	azureml.KindThrottled:           "Azure limits the requests of one principal. Try again in some minutes, or with a lower -parallelism.",
	azureml.KindPrivateLink: "The workspace uses a private link. Run Terraform where its private endpoint can be reached, and where its private DNS zone resolves, " +
		"or allow public access to the workspace.",
	azureml.KindServerError:          "This is an error in Azure. Try again; if it persists, give the request id to Azure support.",
	azureml.KindUnrecognizedNotFound: "This is not how Azure says that something does not exist, so nothing is concluded from it. Check endpoint in the provider block and any proxy in between.",
}

// ofWorkspaces replaces the advice for a list of the workspaces of a subscription.
var ofWorkspaces = map[azureml.ErrorKind]string{
	azureml.KindUnknownSubscription: "The credential's tenant has no such subscription. Check tenant_id in the provider block, and subscription_id, here or in the provider block.",
	azureml.KindWorkspaceGone:       "Check resource_group_name, and subscription_id, here or in the provider block.",
	azureml.KindForbidden: "The credential needs Reader on the subscription or the resource group (Microsoft.MachineLearningServices/workspaces/read). " +
		"A new role assignment can take some minutes to take effect. Or set workspace_id, to list one workspace.",
}
