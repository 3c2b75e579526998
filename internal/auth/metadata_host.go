package auth

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// endpointsPath is the path at which Resource Manager describes its cloud.
const endpointsPath = "/metadata/endpoints?api-version=2022-09-01"

// metadataHostTime bounds the request for the description.
const metadataHostTime = time.Minute

// fromMetadata returns the cloud that metadata_host describes. There is no fallback: the
// credentials must not be sent to any other cloud.
func (s Settings) fromMetadata(ctx context.Context, transport policy.Transporter) (cloud.Configuration, error) {
	described, err := s.describeCloud(ctx, transport)
	if err != nil {
		text := fmt.Sprintf("%s: could not read the description of the cloud: %s", s.Source(MetadataHost), err)
		if known, ok := errors.AsType[*advised](err); ok {
			text += "\n\n" + known.advice
		}
		return cloud.Configuration{}, errors.New(text)
	}
	return described, nil
}

func (s Settings) describeCloud(ctx context.Context, transport policy.Transporter) (cloud.Configuration, error) {
	address := s.Get(MetadataHost)
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	host, err := parseHTTPS(address)
	if err != nil {
		return cloud.Configuration{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, metadataHostTime)
	defer cancel()
	ctx, heard := listen(ctx)
	request, err := runtime.NewRequest(ctx, http.MethodGet, host+endpointsPath)
	if err != nil {
		return cloud.Configuration{}, err
	}
	response, err := plainPipeline(policy.ClientOptions{Transport: transport, PerRetryPolicies: []policy.Policy{listener{s.Get(CACertificatePath)}}}).Do(request)
	if err := cmp.Or(heard.last(), err); err != nil {
		return cloud.Configuration{}, err
	}
	body, err := runtime.Payload(response)
	if err != nil {
		return cloud.Configuration{}, err
	}
	var description struct {
		ResourceManager string `json:"resourceManager"`
		Authentication  struct {
			LoginEndpoint string `json:"loginEndpoint"`
		} `json:"authentication"`
	}
	if err := json.Unmarshal(bytes.TrimPrefix(body, []byte("\ufeff")), &description); err != nil {
		return cloud.Configuration{}, errors.New("it is not a JSON object")
	}
	authority, err := parseHTTPS(description.Authentication.LoginEndpoint)
	if err != nil {
		return cloud.Configuration{}, fmt.Errorf("authentication.loginEndpoint: %w", err)
	}
	endpoint, err := parseHTTPS(description.ResourceManager)
	if err != nil {
		return cloud.Configuration{}, fmt.Errorf("resourceManager: %w", err)
	}
	return cloud.Configuration{
		ActiveDirectoryAuthorityHost: authority,
		Services:                     map[cloud.ServiceName]cloud.ServiceConfiguration{cloud.ResourceManager: {Endpoint: endpoint, Audience: endpoint}},
	}, nil
}
