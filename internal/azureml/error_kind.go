package azureml

import (
	"net/http"
	"regexp"
	"slices"
)

// ErrorKind is what an [Error] means, as far as that decides what to do about it.
type ErrorKind int

const (
	// KindOther is none of the following.
	KindOther ErrorKind = iota
	// KindUnsupportedAPIVersion: the cloud lacks the api-version. The message lists those it has.
	KindUnsupportedAPIVersion
	// KindUnregisteredProvider: the subscription has not registered the resource provider.
	KindUnregisteredProvider
	// KindUnknownSubscription: the credential's tenant has no such subscription.
	KindUnknownSubscription
	// KindWorkspaceGone: the workspace, or its resource group, does not exist.
	KindWorkspaceGone
	// KindDisabledSubscription: the subscription is read-only.
	KindDisabledSubscription
	// KindDeniedByPolicy: an Azure policy denies the request. The message names it.
	KindDeniedByPolicy
	// KindManagementLock: a management lock denies the write.
	KindManagementLock
	// KindUnauthorized: Azure does not accept the token.
	KindUnauthorized
	// KindForbidden: the credential lacks a permission.
	KindForbidden
	// KindOperationInProgress: another operation is changing the compute or its workspace.
	KindOperationInProgress
	// KindThrottled: the principal has sent too many requests.
	KindThrottled
	// KindPrivateLink: the workspace is reachable only through its private endpoint.
	KindPrivateLink
	// KindServerError: the service failed.
	KindServerError
	// KindUnrecognizedNotFound: a 404 that does not look like Azure's for something that does
	// not exist, such as a proxy's page.
	KindUnrecognizedNotFound
)

var privateLink = regexp.MustCompile(`(?i)private[ -]?(link|endpoint)`)

// Kind is derived from Azure's code, or else from the status.
func (e *Error) Kind() ErrorKind {
	code := e.Info.Code
	switch {
	case code == "NoRegisteredProviderFound" || code == "InvalidResourceType" || code == "InvalidApiVersionParameter":
		return KindUnsupportedAPIVersion
	case code == "MissingSubscriptionRegistration":
		return KindUnregisteredProvider
	case code == "SubscriptionNotFound" || code == "InvalidSubscriptionId":
		return KindUnknownSubscription
	case e.parentGone():
		return KindWorkspaceGone
	case code == "ReadOnlyDisabledSubscription":
		return KindDisabledSubscription
	case code == "RequestDisallowedByPolicy":
		return KindDeniedByPolicy
	case code == "ScopeLocked":
		return KindManagementLock
	}
	return e.kindOfStatus()
}

func (e *Error) kindOfStatus() ErrorKind {
	switch {
	case e.StatusCode == http.StatusUnauthorized:
		return KindUnauthorized
	case e.StatusCode == http.StatusForbidden:
		return KindForbidden
	case (e.StatusCode == http.StatusConflict || e.StatusCode == http.StatusLocked) && e.transientConflict() && !e.idle:
		return KindOperationInProgress
	case e.StatusCode == http.StatusTooManyRequests:
		return KindThrottled
	case e.StatusCode >= 500 && privateLink.MatchString(e.Info.Message):
		return KindPrivateLink
	case e.StatusCode >= 500:
		return KindServerError
	case e.StatusCode == http.StatusNotFound && !e.gone():
		return KindUnrecognizedNotFound
	}
	return KindOther
}

// permanent reports a refusal that lasts until a user changes the subscription or a lock,
// whatever its status.
func (e *Error) permanent() bool {
	return slices.Contains([]ErrorKind{KindManagementLock, KindDisabledSubscription, KindUnregisteredProvider}, e.Kind())
}
