package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"time"

	smithytime "github.com/aws/smithy-go/time"
)

// audit checks the whole stack as an auditor would, by the command for it.
// What the outbox still holds is given a little time.
func (s *stage) audit(ctx context.Context) error {
	var said string
	var err error
	for range 10 {
		if said, err = s.verify(ctx); err == nil {
			say("the stack verifies (hoso verify --stack %s): every file, event, decision, counter and checkpoint", stack)
			return nil
		}
		if err := smithytime.SleepWithContext(ctx, 2*time.Second); err != nil {
			return err
		}
	}
	return fmt.Errorf("the stack does not verify: %w\n%s", err, said)
}

func (s *stage) verify(ctx context.Context) (string, error) {
	var said bytes.Buffer
	err := s.run(ctx, &said, filepath.Join(s.root, "bin/hoso"), "verify", "--stack", stack)
	return said.String(), err
}

// spoiled changes one event behind the product's back, to see the command
// name it, and mends it again.
func (s *stage) spoiled(ctx context.Context) error {
	var found struct {
		Items []map[string]map[string]string
	}
	in := map[string]any{
		"TableName": s.outputs["TableName"], "FilterExpression": "begins_with(pk, :e) AND attribute_exists(body)",
		"ExpressionAttributeValues": map[string]any{":e": map[string]string{"S": "e#dossier/"}},
	}
	if err := s.call(ctx, "dynamodb", "DynamoDB_20120810.Scan", in, &found); err != nil {
		return err
	}
	if len(found.Items) == 0 {
		return errors.New("no event to spoil")
	}
	event := found.Items[0]
	put := func(it map[string]map[string]string) error {
		return s.call(ctx, "dynamodb", "DynamoDB_20120810.PutItem", map[string]any{"TableName": s.outputs["TableName"], "Item": it}, nil)
	}
	bad := maps.Clone(event)
	bad["body"] = map[string]string{"S": strings.Replace(event["body"]["S"], `"actor":"`, `"actor":"x`, 1)}
	if err := put(bad); err != nil {
		return err
	}
	said, err := s.verify(ctx)
	if err := put(event); err != nil {
		return err
	}
	chain := strings.TrimPrefix(event["pk"]["S"], "e#")
	if err == nil || !strings.Contains(said, "✗") || !strings.Contains(said, chain) {
		return fmt.Errorf("an event of %s was changed and verify says (%w):\n%s", chain, err, said)
	}
	say("an event that was changed by hand is named")
	return nil
}
