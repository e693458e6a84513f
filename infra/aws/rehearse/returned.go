package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"hoso/shared/mail"
	"hoso/shared/people"
	"hoso/shared/store"
)

// unreached is whose address stops taking mails after the play.
const unreached = "noivu@so.backan.example"

// cameBack lets a mail come back as SES would say it: the rule hands such news
// on and no other's, dispatch marks the person, and the administrator is told.
// The stand-in lets nobody speak as SES: the rule's pattern is asked, and the
// message put where the rule would put it.
func (s *stage) cameBack(ctx context.Context) error {
	news := func(set string) string {
		return fmt.Sprintf(`{"version":"0","id":"1","account":%q,"region":%q,"time":"2026-01-31T08:00:00Z","resources":[],"source":"aws.ses","detail-type":"Email Bounced","detail":{"eventType":"Bounce",`+
			`"bounce":{"feedbackId":"f-1","bounceType":"Permanent","bouncedRecipients":[{"emailAddress":%q}]},"mail":{"messageId":"m-1","tags":{"ses:configuration-set":[%q]}}}}`, account, region, unreached, set)
	}
	ours := news(s.outputs["MailSetName"])
	if err := s.handsOn(ctx, s.outputs["MailRuleName"], map[string]bool{ours: true, news("another"): false}); err != nil {
		return err
	}
	cfg := aws.Config{Region: region, BaseEndpoint: &s.standIn, Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")}
	if _, err := sqs.NewFromConfig(cfg).SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: aws.String(s.outputs["QueueUrl"]), MessageBody: &ours}); err != nil {
		return err
	}
	table, err := s.table(s.standIn)
	if err != nil {
		return err
	}
	var o people.Owner
	if _, err := store.Load(ctx, table, people.EmailKey(unreached), &o); err != nil {
		return err
	}
	if err := eventually(ctx, "a mail that came back to mark its person", func() (bool, error) {
		var p people.Person
		_, err := store.Load(ctx, table, people.Key(o.Person), &p)
		return p.Bounced != "", err
	}); err != nil {
		return err
	}
	obj, err := s.objects()
	if err != nil {
		return err
	}
	if err := eventually(ctx, "somebody to be told", func() (told bool, err error) {
		err = mails(ctx, obj, func(text string) { told = told || strings.Contains(text, "X-Hoso-Purpose: "+mail.Unreachable) })
		return told, err
	}); err != nil {
		return err
	}
	say("a mail that came back marked its person, and who can mend it was told")
	return nil
}

// handsOn asks a rule of which events it would hand on.
func (s *stage) handsOn(ctx context.Context, rule string, events map[string]bool) error {
	var of struct{ EventPattern string }
	if err := s.call(ctx, "events", "AWSEvents.DescribeRule", map[string]any{"Name": rule}, &of); err != nil {
		return err
	}
	for event, want := range events {
		var got struct{ Result bool }
		if err := s.call(ctx, "events", "AWSEvents.TestEventPattern", map[string]any{"EventPattern": of.EventPattern, "Event": event}, &got); err != nil {
			return err
		}
		if got.Result != want {
			return fmt.Errorf("the rule %s hands on (%v): %s", rule, got.Result, event)
		}
	}
	return nil
}
