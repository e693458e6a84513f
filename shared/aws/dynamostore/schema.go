package dynamostore

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Attributes. Keys are prefixed by what the item is, so that one table holds
// everything that changes together.
const (
	attrPart   = "pk"
	attrSort   = "sk"
	attrRev    = "rev"
	attrBody   = "body"   // JSON as text
	attrPacked = "packed" // JSON, deflated: of long texts
	attrSum    = "sum"    // of a record; see store.Summer
	attrFree   = "free"
	attrHash   = "hash"
	attrKind   = "kind"
	attrTries  = "tries"
	attrFailed = "failed"
	attrAsked  = "asked"
	attrAt     = "at"
	attrQueue  = "dpk" // only on messages for later: the sparse index of what is due
	attrWhen   = "dsk"
)

// Prefixes of partition keys.
const (
	recordPart  = "r#"
	counterPart = "c#"
	eventPart   = "e#"
	messagePart = "o#"
	actPart     = "i#"
)

// MessagePrefix begins the partition key of every outbox message: a stream's
// filter on it sees each queued effect.
const MessagePrefix = messagePart

// one is the sort key of items that stand alone in their partition.
const one = "-"

// queue is the partition of the index of messages for later.
const queue = "o"

// dueIndex is the sparse index of messages for later, by when they are due.
const dueIndex = "due"

// slots are the names of the indexes that carry access patterns, by slot.
var slots = [...]string{1: "by1", 2: "by2", 3: "by3"}

func slotPart(slot int) string { return slots[slot] + "p" }
func slotSort(slot int) string { return slots[slot] + "s" }

// Table is the definition of the table: template.yaml says the same, and a
// test compares the two.
func Table(name string) *dynamodb.CreateTableInput {
	in := &dynamodb.CreateTableInput{
		TableName:   aws.String(name),
		BillingMode: types.BillingModePayPerRequest,
		KeySchema:   keySchema(attrPart, attrSort),
		AttributeDefinitions: []types.AttributeDefinition{
			text(attrPart), text(attrSort), text(attrQueue), text(attrWhen),
		},
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{
			index(dueIndex, attrQueue, attrWhen, types.ProjectionTypeKeysOnly),
		},
		StreamSpecification: &types.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewTypeKeysOnly},
	}
	for slot := 1; slot < len(slots); slot++ {
		in.AttributeDefinitions = append(in.AttributeDefinitions, text(slotPart(slot)), text(slotSort(slot)))
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes,
			index(slots[slot], slotPart(slot), slotSort(slot), types.ProjectionTypeAll))
	}
	return in
}

func text(name string) types.AttributeDefinition {
	return types.AttributeDefinition{AttributeName: aws.String(name), AttributeType: types.ScalarAttributeTypeS}
}

func keySchema(part, sort string) []types.KeySchemaElement {
	return []types.KeySchemaElement{
		{AttributeName: aws.String(part), KeyType: types.KeyTypeHash},
		{AttributeName: aws.String(sort), KeyType: types.KeyTypeRange},
	}
}

func index(name, part, sort string, p types.ProjectionType) types.GlobalSecondaryIndex {
	return types.GlobalSecondaryIndex{
		IndexName: aws.String(name), KeySchema: keySchema(part, sort),
		Projection: &types.Projection{ProjectionType: p},
	}
}
