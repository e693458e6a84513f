package audit

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	smithytime "github.com/aws/smithy-go/time"

	"hoso/shared/aws/dynamostore"
	"hoso/shared/fault"
	"hoso/shared/objects"
	"hoso/shared/verify"
)

// Stack is a stack that was deployed, as who asks may see it: with the
// credentials, the region and the endpoint of AWS.
type Stack struct {
	AWS    aws.Config
	Name   string
	Now    func() time.Time
	Chance func() float64 // in [0, 1)
}

// The template's outputs that name what is read.
const (
	tableOutput   = "TableName"
	inboxOutput   = "InboxName"
	archiveOutput = "ArchiveName"
)

// Sources finds the stack's table and buckets by its outputs and gives all that
// a check reads. fault.NotFound: there is no such stack of this product.
//
// The caller needs cloudformation:DescribeStacks, dynamodb:Scan, GetItem and
// Query on the table, s3:GetObject, GetObjectVersion and ListBucket on both
// buckets, and kms:Decrypt with the archive's key.
func (s Stack) Sources(ctx context.Context) (verify.Sources, error) {
	outputs, err := s.outputs(ctx)
	if err != nil {
		return verify.Sources{}, err
	}
	table, err := dynamostore.New(dynamostore.Options{
		Client: dynamodb.NewFromConfig(s.AWS), Table: outputs[tableOutput], Jitter: s.Chance, Wait: smithytime.SleepWithContext, Scratch: Scratch,
	})
	if err != nil {
		return verify.Sources{}, err
	}
	obj, err := objects.Open(objects.Config{
		Endpoint: aws.ToString(s.AWS.BaseEndpoint), Region: s.AWS.Region, Credentials: s.AWS.Credentials,
		Inbox: outputs[inboxOutput], Archive: outputs[archiveOutput], Data: outputs[archiveOutput], Now: s.Now,
	})
	if err != nil {
		return verify.Sources{}, err
	}
	return Sources(ctx, table, obj)
}

// outputs gives what the stack says of itself, or names what it does not say.
func (s Stack) outputs(ctx context.Context) (map[string]string, error) {
	const op = "audit.stack"
	found, err := cloudformation.NewFromConfig(s.AWS).DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &s.Name})
	if err != nil {
		return nil, fault.Wrap(fault.NotFound, op, err)
	}
	said := map[string]string{}
	for _, st := range found.Stacks {
		for _, o := range st.Outputs {
			said[aws.ToString(o.OutputKey)] = aws.ToString(o.OutputValue)
		}
	}
	var missing error
	for _, name := range []string{tableOutput, inboxOutput, archiveOutput} {
		if said[name] == "" {
			missing = errors.Join(missing, fmt.Errorf("the stack %s has no output %s", s.Name, name))
		}
	}
	return said, fault.Wrap(fault.NotFound, op, missing)
}
