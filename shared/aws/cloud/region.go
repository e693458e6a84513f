package cloud

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	smithytime "github.com/aws/smithy-go/time"

	"hoso/shared/fault"
	"hoso/shared/secret"
)

// Variables that Lambda itself sets, and the SDK's own.
// Source: docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html and
// docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html.
const (
	envRegion   = "AWS_REGION"
	envKey      = "AWS_ACCESS_KEY_ID"
	envSecret   = "AWS_SECRET_ACCESS_KEY"
	envSession  = "AWS_SESSION_TOKEN"
	envEndpoint = "AWS_ENDPOINT_URL" // a stand-in's
	envTries    = "AWS_MAX_ATTEMPTS"
)

// connection makes the services' configuration from what Lambda gives a
// function. The SDK's own loader also looks for profiles, sign-in and the
// instance's roles, which no function has: a fifth of a small one's size.
func connection(w World, name string) (aws.Config, error) {
	env := func(n string) string { v, _ := w.LookupEnv(n); return v }
	var missing []string
	for _, n := range []string{envRegion, envKey, envSecret} {
		if env(n) == "" {
			missing = append(missing, n)
		}
	}
	if len(missing) > 0 {
		return aws.Config{}, lacking(missing)
	}
	cfg := aws.Config{
		Region:      env(envRegion),
		Credentials: credentials.NewStaticCredentialsProvider(env(envKey), env(envSecret), env(envSession)),
		HTTPClient:  awshttp.NewBuildableClient(),
		AppID:       "hoso-" + name, // goes out with every request: who did what stands in AWS's trail
	}
	if e := env(envEndpoint); e != "" {
		cfg.BaseEndpoint = &e
	}
	if n, err := strconv.Atoi(env(envTries)); err == nil {
		cfg.RetryMaxAttempts = n
	}
	return cfg, nil
}

// Domain is the domain of the region's services.
func Domain(region string) string {
	if strings.HasPrefix(region, "cn-") {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}

// parameter reads a key from the parameter store: base64 of its bytes. This
// one request goes without its service's client, which registers every shape
// of that service as a process starts: 1.4 MB of memory and a fifth of the
// time until a small function is ready.
func (h *Host) parameter(ctx context.Context, name string) ([]byte, error) {
	op := "cloud.parameter " + name
	text, err := h.ask(ctx, name)
	for n := 1; err != nil && n < cmp.Or(h.AWS.RetryMaxAttempts, parameterTries); n++ {
		wait := time.Duration((0.5 + h.chance()) * float64(parameterWait<<n))
		if err := smithytime.SleepWithContext(ctx, wait); err != nil {
			return nil, fault.Wrap(fault.Transient, op, err)
		}
		text, err = h.ask(ctx, name)
	}
	if err != nil {
		return nil, fault.Wrap(fault.Transient, op, err)
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) != secret.KeySize {
		return nil, &fault.Error{Kind: fault.Invalid, Op: op, Err: fmt.Errorf("not %d bytes in base64", secret.KeySize)}
	}
	return key, nil
}

// How often a parameter is asked for, and how long after the first refusal.
const (
	parameterTries = 4
	parameterWait  = 50 * time.Millisecond
)

// ask sends GetParameter.
// Source: docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html.
func (h *Host) ask(ctx context.Context, name string) (string, error) {
	body, err := json.Marshal(map[string]any{"Name": name, "WithDecryption": true})
	if err != nil {
		return "", err
	}
	url := aws.ToString(h.AWS.BaseEndpoint)
	if url == "" {
		url = "https://ssm." + h.AWS.Region + "." + Domain(h.AWS.Region)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(url, "/")+"/", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "AmazonSSM.GetParameter")
	r.Header.Set("User-Agent", "app/"+h.AWS.AppID)
	who, err := h.AWS.Credentials.Retrieve(ctx)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(ctx, who, r, hex.EncodeToString(sum[:]), "ssm", h.AWS.Region, h.World.Now()); err != nil {
		return "", err
	}
	res, err := h.AWS.HTTPClient.Do(r)
	if err != nil {
		return "", err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	if err != nil {
		return "", err
	}
	var out struct {
		Type      string `json:"__type"`
		Parameter struct{ Value string }
	}
	if err := json.Unmarshal(text, &out); err != nil && res.StatusCode == http.StatusOK {
		return "", errors.New("the answer is no JSON")
	}
	if res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s: %s", res.Status, out.Type)
	}
	return out.Parameter.Value, nil
}
