package azureml

import "context"

// batchAPIVersion is the api-version of Microsoft.Batch.
const batchAPIVersion = "2024-02-01"

// BatchAccountExists reads a Batch account, without retries. An error means that the reply
// does not tell whether it exists.
func (c *Client) BatchAccountExists(ctx context.Context, id BatchAccountID) (bool, error) {
	_, _, err := c.getOnce(ctx, c.resourceURLAt(batchAPIVersion, id.path()))
	if isGone(err) {
		return false, nil
	}
	return err == nil, err
}
