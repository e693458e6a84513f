package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	smithytime "github.com/aws/smithy-go/time"

	"hoso/shared/aws/audit"
	"hoso/shared/aws/cloud/services"
	"hoso/shared/aws/dynamostore"
	"hoso/shared/objects"
)

// objects opens the stack's buckets.
func (s *stage) objects() (*objects.Store, error) {
	return objects.Open(objects.Config{
		Endpoint: s.standIn, Region: region, Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
		Inbox: s.outputs["InboxName"], Archive: s.outputs["ArchiveName"], Data: s.outputs["ArchiveName"], Now: time.Now,
	})
}

// mailbox answers with every mail of the demonstration as a list of texts.
func (s *stage) mailbox() (http.Handler, error) {
	obj, err := s.objects()
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		list := []string{}
		if err := mails(r.Context(), obj, func(text string) { list = append(list, text) }); err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		_ = json.NewEncoder(w).Encode(list)
	}), nil
}

// mails hands out every mail of the demonstration.
func mails(ctx context.Context, obj *objects.Store, visit func(text string)) error {
	return obj.Walk(ctx, obj.Archive(), services.Outbox, func(i objects.Info) error {
		body, _, err := obj.Open(ctx, i.Ref)
		if err != nil {
			return err
		}
		defer func() { _ = body.Close() }()
		text, err := io.ReadAll(body)
		visit(string(text))
		return err
	})
}

// operator is the address of the play's operator.
const operator = "van-hanh@demo.hoso.vn"

// invite makes the first operator and gives his one-time secret.
func (s *stage) invite(ctx context.Context) (string, error) {
	order, err := json.Marshal(map[string]any{"invite": map[string]string{"name": "Nguyễn Vận Hành", "email": operator}})
	if err != nil {
		return "", err
	}
	text, err := s.invoke(ctx, "SweepName", string(order))
	if err != nil {
		return "", err
	}
	var invited struct{ Secret string }
	if err := json.Unmarshal(text, &invited); err != nil || invited.Secret == "" {
		return "", fmt.Errorf("first operator: %s", text)
	}
	return invited.Secret, nil
}

// played lets the player of the demonstration, which knows only addresses,
// play the whole of it.
func (s *stage) played(ctx context.Context, portal, mails string) error {
	secret, err := s.invite(ctx)
	if err != nil {
		return err
	}
	begun := time.Now()
	cmd := exec.CommandContext(ctx, filepath.Join(s.root, "bin/hoso"), "demo", "--exit", "--server", portal, "--mail", mails, "--secret", secret, "--operator", operator)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("the play: %w", err)
	}
	say("played in %.1f s", time.Since(begun).Seconds())
	if err := s.ready(ctx, portal); err != nil {
		return err
	}
	for _, o := range [][2]string{{"SweepName", `{"redrive":true}`}, {"SweepName", `{"restored":true}`}, {"ClockName", `{}`}} {
		function, order := o[0], o[1]
		text, err := s.invoke(ctx, function, order)
		if err != nil {
			return err
		}
		say("%s %s answered %s", function, order, text)
	}
	return nil
}

// ready asks the portal whether it reaches what it needs.
func (s *stage) ready(ctx context.Context, portal string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, portal+"/readyz", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("readyz: %s", res.Status)
	}
	return nil
}

// invoke calls a function that the stack's outputs name, as an operator would.
func (s *stage) invoke(ctx context.Context, output, payload string) ([]byte, error) {
	return s.invoked(ctx, s.outputs[output], payload)
}

// invoked calls a function.
func (s *stage) invoked(ctx context.Context, function, payload string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.standIn+"/2015-03-31/functions/"+url.PathEscape(function)+"/invocations", strings.NewReader(payload))
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if e := res.Header.Get("X-Amz-Function-Error"); err == nil && (e != "" || res.StatusCode != http.StatusOK) {
		err = fmt.Errorf("%s: %s %s: %s", function, res.Status, e, text)
	}
	return text, err
}

// table opens the stack's table as its store.
func (s *stage) table(endpoint string) (*dynamostore.Store, error) {
	cfg := aws.Config{Region: region, BaseEndpoint: &endpoint, Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""), AppID: "hoso-rehearsal"}
	return dynamostore.New(dynamostore.Options{Client: dynamodb.NewFromConfig(cfg), Table: s.outputs["TableName"], Jitter: rand.Float64, Wait: smithytime.SleepWithContext, Scratch: audit.Scratch})
}
