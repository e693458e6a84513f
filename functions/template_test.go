package functions_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// whole is the template with what the other tests do not look at.
type whole struct {
	Parameters map[string]node `yaml:"Parameters"`
	Globals    struct {
		Function node `yaml:"Function"`
	} `yaml:"Globals"`
	Resources map[string]node `yaml:"Resources"`
	Outputs   map[string]node `yaml:"Outputs"`
	text      string
}

func readWhole(t *testing.T) whole {
	t.Helper()
	text, err := os.ReadFile("../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	w := whole{text: string(text)}
	if err := yaml.Unmarshal(text, &w); err != nil {
		t.Fatal(err)
	}
	return w
}

// of gives the resources of a type by name.
func (w whole) of(kind string) map[string]node {
	out := map[string]node{}
	for name, r := range w.Resources {
		if r["Type"] == kind {
			out[name] = r
		}
	}
	return out
}

// is compares the text of what lies under a path of keys with what is wanted.
func is(t *testing.T, of node, want string, path ...string) {
	t.Helper()
	if got := fmt.Sprint(at(of, path...)); got != want {
		t.Errorf("%s is %s, want %s", strings.Join(path, "."), got, want)
	}
}

// TestWhatIsKeptOutlivesItsStack: table, buckets and their key stay when the
// stack goes, or when a change would replace them.
func TestWhatIsKeptOutlivesItsStack(t *testing.T) {
	w := readWhole(t)
	for _, kind := range []string{"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::KMS::Key"} {
		found := w.of(kind)
		if len(found) == 0 {
			t.Errorf("no %s", kind)
		}
		for name, r := range found {
			if r["DeletionPolicy"] != "RetainExceptOnCreate" || r["UpdateReplacePolicy"] != "Retain" {
				t.Errorf("%s goes with its stack: %v, %v", name, r["DeletionPolicy"], r["UpdateReplacePolicy"])
			}
		}
	}
	for name, r := range w.of("AWS::DynamoDB::Table") {
		props := r["Properties"].(node)
		is(t, props, "true", "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled")
		is(t, props, "true", "SSESpecification", "SSEEnabled")
		is(t, props, "[Protected true false]", "DeletionProtectionEnabled")
		if props["TimeToLiveSpecification"] != nil {
			t.Errorf("%s forgets by itself", name)
		}
	}
}

func TestBucketsKeepVersionsAndLetNobodyIn(t *testing.T) {
	w := readWhole(t)
	const portal = "[[HasUrl PublicUrl https://${HttpApi}.execute-api.${AWS::Region}.amazonaws.com]]"
	for name, methods := range map[string]string{"Inbox": "[GET POST PUT]", "Archive": "[GET]"} {
		props := w.Resources[name]["Properties"].(node)
		is(t, props, "Enabled", "VersioningConfiguration", "Status")
		for _, closed := range []string{"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"} {
			is(t, props, "true", "PublicAccessBlockConfiguration", closed)
		}
		cors := at(props, "CorsConfiguration", "CorsRules").([]any)
		if len(cors) != 1 {
			t.Fatalf("%s: %d CORS rules", name, len(cors))
		}
		is(t, cors[0].(node), portal, "AllowedOrigins")
		is(t, cors[0].(node), methods, "AllowedMethods")
		var ids []string
		for _, r := range at(props, "LifecycleConfiguration", "Rules").([]any) {
			ids = append(ids, fmt.Sprint(at(r, "Id")))
			if at(r, "ExpirationInDays") != nil || at(r, "NoncurrentVersionExpiration") != nil {
				t.Errorf("%s deletes files: %v", name, r)
			}
		}
		if !slices.Equal(ids, []string{"unfinished", "cold"}) {
			t.Errorf("%s: lifecycle %v", name, ids)
		}
		deny := at(w.Resources[name+"Policy"]["Properties"], "PolicyDocument", "Statement").([]any)[0]
		if at(deny, "Effect") != "Deny" || fmt.Sprint(at(deny, "Condition", "Bool", "aws:SecureTransport")) != "false" {
			t.Errorf("%s may be reached unencrypted: %v", name, deny)
		}
	}
	inbox, archive := w.Resources["Inbox"]["Properties"].(node), w.Resources["Archive"]["Properties"].(node)
	is(t, inbox, "true", "NotificationConfiguration", "EventBridgeConfiguration", "EventBridgeEnabled")
	is(t, archive, "true", "ObjectLockEnabled")
	is(t, archive, "LockMode", "ObjectLockConfiguration", "Rule", "DefaultRetention", "Mode")
	is(t, archive, "LockDays", "ObjectLockConfiguration", "Rule", "DefaultRetention", "Days")
	sse := at(archive, "BucketEncryption", "ServerSideEncryptionConfiguration").([]any)[0]
	is(t, sse.(node), "aws:kms", "ServerSideEncryptionByDefault", "SSEAlgorithm")
	is(t, sse.(node), "ArchiveKey.Arn", "ServerSideEncryptionByDefault", "KMSMasterKeyID")
	is(t, w.Resources["ArchiveKey"]["Properties"].(node), "true", "EnableKeyRotation")
}

// TestParametersSayWhatTheyDo: each has a word of explanation and a default
// that works, and what cannot be undone warns.
func TestParametersSayWhatTheyDo(t *testing.T) {
	w := readWhole(t)
	for name, p := range w.Parameters {
		if p["Default"] == nil || p["Description"] == nil && name != "SenderName" {
			t.Errorf("%s: default %v, description %v", name, p["Default"], p["Description"])
		}
	}
	for _, name := range []string{"LockMode", "LockDays"} {
		if !strings.Contains(fmt.Sprint(w.Parameters[name]["Description"]), "WARNING") {
			t.Errorf("%s does not warn", name)
		}
	}
	is(t, w.Parameters["LockMode"], "GOVERNANCE", "Default")
	is(t, w.Parameters["LockMode"], "[GOVERNANCE COMPLIANCE]", "AllowedValues")
	for _, name := range []string{"Portal", "PortalTarget", "TableName", "InboxName", "ArchiveName", "SweepName", "DeadQueue", "DashboardPage", "Dkim1", "Dkim2", "Dkim3", "MailFrom"} {
		if w.Outputs[name]["Value"] == nil {
			t.Errorf("no output %s", name)
		}
	}
}

// fixedName finds properties that name a resource for a whole account.
var fixedName = regexp.MustCompile(`(?m)^\s+(TableName|BucketName|FunctionName|QueueName|TopicName|RoleName|LogGroupName|StateMachineName|Name|AlarmName|DashboardName|AliasName|MetricNamespace): (.*)$`)

// TestTwoStacksLiveInOneAccount: nothing that an account knows by name is
// named without the stack's name in it, keys included.
func TestTwoStacksLiveInOneAccount(t *testing.T) {
	w := readWhole(t)
	for _, m := range fixedName.FindAllStringSubmatch(w.text, -1) {
		if v := m[2]; !strings.HasPrefix(v, "!Ref ") && !strings.Contains(v, "${AWS::StackName}") && !strings.HasPrefix(v, "!GetAtt ") {
			t.Errorf("%s: %s is the same in every stack", m[1], v)
		}
	}
	for _, f := range []string{"WebFunction", "DispatchFunction"} {
		is(t, w.Resources[f]["Properties"].(node), "/${AWS::StackName}/key", "Environment", "Variables", "HOSO_KEY")
	}
	is(t, w.Resources["DispatchFunction"]["Properties"].(node), "/${AWS::StackName}/log-key", "Environment", "Variables", "HOSO_LOG_KEY")
}

// TestLogsEndAndRunsAreTraced: every log group has a term, every function and
// flow writes to one of its own, and requests can be followed.
func TestLogsEndAndRunsAreTraced(t *testing.T) {
	w := readWhole(t)
	groups := w.of("AWS::Logs::LogGroup")
	for name, g := range groups {
		is(t, g["Properties"].(node), "LogDays", "RetentionInDays")
		if g["DeletionPolicy"] != "Delete" {
			t.Errorf("%s stays without its stack", name)
		}
	}
	is(t, w.Globals.Function, "Active", "Tracing")
	for name, f := range w.of("AWS::Serverless::Function") {
		is(t, f["Properties"].(node), strings.TrimSuffix(name, "Function")+"Log", "LoggingConfig", "LogGroup")
	}
	for name, m := range w.of("AWS::Serverless::StateMachine") {
		props := m["Properties"].(node)
		is(t, props, "true", "Tracing", "Enabled")
		is(t, props, "false", "Logging", "IncludeExecutionData")
		to := at(props, "Logging", "Destinations").([]any)[0]
		if got := fmt.Sprint(at(to, "CloudWatchLogsLogGroup", "LogGroupArn")); got != "FlowLog.Arn" || groups["FlowLog"] == nil {
			t.Errorf("%s logs to %s", name, got)
		}
		is(t, props, "STANDARD", "Type")
	}
	if strings.Contains(fmt.Sprint(at(w.Resources["HttpStage"]["Properties"], "AccessLogSettings", "Format")), "path") {
		t.Error("access logs carry paths, which hold links of mails")
	}
}

// TestUploadsReachDispatchOrItsDeadQueue follows the news of an object.
func TestUploadsReachDispatchOrItsDeadQueue(t *testing.T) {
	w := readWhole(t)
	rule := w.Resources["StoredRule"]["Properties"].(node)
	is(t, rule, "[Inbox]", "EventPattern", "detail", "bucket", "name")
	target := at(rule, "Targets").([]any)[0].(node)
	is(t, target, "Stored.Arn", "Arn")
	is(t, target, "StoredDead.Arn", "DeadLetterConfig", "Arn")
	is(t, w.Resources["Stored"]["Properties"].(node), "StoredDead.Arn", "RedrivePolicy", "deadLetterTargetArn")
	source := at(w.Resources["DispatchFunction"]["Properties"], "Events", "Stored", "Properties").(node)
	is(t, source, "[ReportBatchItemFailures]", "FunctionResponseTypes")
	is(t, source, "Stored.Arn", "Queue")
	is(t, w.Resources["DispatchFunction"]["Properties"].(node), "1", "Events", "Queued", "Properties", "MaximumBatchingWindowInSeconds") // as `make cost` counts
	is(t, w.Resources["ClockFunction"]["Properties"].(node), "rate(1 minute)", "Events", "Minute", "Properties", "Schedule")
}

// TestSomebodyIsToldOf names what an operator must hear of, each by the
// metric that shows it.
func TestSomebodyIsToldOf(t *testing.T) {
	w := readWhole(t)
	var watched []string
	for name, a := range w.of("AWS::CloudWatch::Alarm") {
		props := a["Properties"].(node)
		is(t, props, "[Alarms]", "AlarmActions")
		if props["AlarmDescription"] == nil {
			t.Errorf("%s says nothing", name)
		}
		of := ""
		if d, ok := props["Dimensions"].([]any); ok {
			of = fmt.Sprint(at(d[0], "Value"))
		}
		watched = append(watched, fmt.Sprintf("%v %v %s", props["Namespace"], props["MetricName"], of))
	}
	const own = "Hoso/${AWS::StackName} "
	for what, want := range map[string]string{
		"uploads lost": "AWS/SQS ApproximateNumberOfMessagesVisible StoredDead.QueueName", "uploads late": "AWS/SQS ApproximateAgeOfOldestMessage Stored.QueueName",
		"document runs failed": "AWS/States ExecutionsFailed DocumentMachine", "document runs timed out": "AWS/States ExecutionsTimedOut DocumentMachine",
		"dossier runs failed": "AWS/States ExecutionsFailed DossierMachine", "dossier runs timed out": "AWS/States ExecutionsTimedOut DossierMachine",
		"round runs failed": "AWS/States ExecutionsFailed RoundMachine", "round runs timed out": "AWS/States ExecutionsTimedOut RoundMachine",
		"functions throttled": "AWS/Lambda Throttles ", "runs throttled": "AWS/States ThrottledEvents StateTransition",
		"reads throttled": "AWS/DynamoDB ReadThrottleEvents [Restored RestoredTable Table]", "writes throttled": "AWS/DynamoDB WriteThrottleEvents [Restored RestoredTable Table]",
		"places that do not add up": own + "RoundsUnbalanced ", "outbox not empty": own + "OutboxLeft ", "effects failing": own + "EffectsFailing ",
		"outbox late": "AWS/Lambda IteratorAge DispatchFunction", "clock silent": "AWS/Lambda Invocations ClockFunction", "portal errors": "AWS/ApiGateway 5xx HttpApi",
	} {
		if !slices.Contains(watched, want) {
			t.Errorf("%s: no alarm on %q", what, want)
		}
	}
	dashboard := at(w.Resources["Dashboard"]["Properties"], "DashboardBody")
	for _, shown := range []string{"ExecutionsFailed", "IteratorAge", "ConsumedWriteCapacityUnits", "RoundsUnbalanced", "OutboxLeft", "Bounce", "p95"} {
		if !strings.Contains(fmt.Sprint(dashboard), shown) {
			t.Errorf("the dashboard does not show %s", shown)
		}
	}
}

// TestTheGuideSaysWhatToDo of every alarm, and names outputs and parameters
// that there are.
func TestTheGuideSaysWhatToDo(t *testing.T) {
	w := readWhole(t)
	text, err := os.ReadFile("../infra/README.md")
	if err != nil {
		t.Fatal(err)
	}
	guide := string(text)
	for name := range w.of("AWS::CloudWatch::Alarm") {
		if !strings.Contains(guide, "`"+name+"`") {
			t.Errorf("%s: nobody is told what to do", name)
		}
	}
	for _, m := range regexp.MustCompile("`(\\w+Alarm)`").FindAllStringSubmatch(guide, -1) {
		if w.Resources[m[1]] == nil {
			t.Errorf("the guide speaks of %s, which there is not", m[1])
		}
	}
	for _, name := range []string{"PortalTarget", "Dkim1", "Dkim3", "MailFrom", "SweepName", "TableName", "DeadQueue"} {
		if w.Outputs[name] == nil || !strings.Contains(guide, "`"+name+"`") {
			t.Errorf("output %s: %v, or not in the guide", name, w.Outputs[name] != nil)
		}
	}
	for _, m := range regexp.MustCompile(`PARAMETERS='([^']*)'`).FindAllStringSubmatch(guide, -1) {
		for _, pair := range strings.Fields(m[1]) {
			if name, _, ok := strings.Cut(pair, "="); ok && w.Parameters[name] == nil {
				t.Errorf("the guide sets %s, which is no parameter", name)
			}
		}
	}
}

// TestMetricsAreMadeOfWhatIsLogged holds each filter against the line of the
// code that says it.
func TestMetricsAreMadeOfWhatIsLogged(t *testing.T) {
	w := readWhole(t)
	for name, want := range map[string]struct{ log, pattern, file, line string }{
		"UnbalancedMetric": {"SweepLog", `{ $.msg = "swept" && $.unbalanced >= 0 }`, "../shared/aws/cloud/sweeping/sweeping.go", `InfoContext(ctx, "swept", `},
		"OutboxMetric":     {"DispatchLog", `{ $.msg = "outbox" && $.left >= 0 }`, "../shared/aws/cloud/services/services.go", `InfoContext(ctx, "outbox", "left", 0)`},
		"PassedOverMetric": {"DispatchLog", `{ $.msg = "news: passed over" }`, "../shared/aws/cloud/services/uploads.go", `WarnContext(ctx, "news: passed over", `},
		"EffectsMetric":    {"DispatchLog", `{ $.msg = "outbox: delivery failed" && $.attempt >= 5 }`, "../shared/dispatch/dispatch.go", `"outbox: delivery failed", "kind", m.Kind, "attempt", m.Attempts+1`},
	} {
		props := w.Resources[name]["Properties"].(node)
		is(t, props, want.log, "LogGroupName")
		is(t, props, want.pattern, "FilterPattern")
		code, err := os.ReadFile(want.file)
		if err != nil || !strings.Contains(string(code), want.line) {
			t.Errorf("%s: %s does not say %s (%v)", name, want.file, want.line, err)
		}
	}
}

// TestRolloutsMoveAnAlias: whoever calls a function calls its alias, so that
// a run that began before a deployment ends under the new code, and an older
// version can be gone back to.
func TestRolloutsMoveAnAlias(t *testing.T) {
	w := readWhole(t)
	is(t, w.Globals.Function, "live", "AutoPublishAlias")
	for name, f := range w.of("AWS::Serverless::Function") {
		if at(f["Properties"], "AutoPublishAliasAllProperties") != true {
			t.Errorf("%s: a change of settings alone makes no version", name)
		}
	}
	// The image is no function of SAM's: its version and alias stand here.
	version, alias := w.Resources["RecognizeImageVersion"], w.Resources["RecognizeImageAlias"]
	is(t, version, "Retain", "UpdateReplacePolicy")
	is(t, version, "${RecognizeImage} ${RecognizeMemory} ${RestoredTable} ${Demonstration}", "Properties", "Description")
	is(t, alias, "live", "Properties", "Name")
	is(t, alias, "RecognizeImageVersion.Version", "Properties", "FunctionVersion")
	is(t, w.Resources["DocumentMachine"]["Properties"].(node), "[HasImage RecognizeImageAlias RecognizeFunction.Alias]", "DefinitionSubstitutions", "RecognizeFunctionArn")
	// What settings of the image hang on must change its version's description.
	for _, m := range regexp.MustCompile(`(?m)^  RecognizeImageFunction:\n((?:    .*\n)+)`).FindAllStringSubmatch(w.text, -1) {
		for name := range w.Parameters {
			if strings.Contains(m[1], "!Ref "+name+" ") || strings.Contains(m[1], "!Ref "+name+"\n") || strings.Contains(m[1], "!Ref "+name+",") {
				if !strings.Contains(fmt.Sprint(at(version, "Properties", "Description")), "${"+name+"}") {
					t.Errorf("another %s makes no version of the image", name)
				}
			}
		}
	}
	is(t, w.Resources["HttpIntegration"]["Properties"].(node), "WebFunction.Alias", "IntegrationUri")
	is(t, w.Resources["HttpPermission"]["Properties"].(node), "WebFunction.Alias", "FunctionName")
}

// TestMailsBounceToSomebody: SES knows the domain, signs, suppresses addresses
// that bounced or complained, and tells the operator.
func TestMailsBounceToSomebody(t *testing.T) {
	w := readWhole(t)
	set, domain, events := w.Resources["MailSet"]["Properties"].(node), w.Resources["MailIdentity"], w.Resources["MailEvents"]["Properties"].(node)
	is(t, set, "[BOUNCE COMPLAINT]", "SuppressionOptions", "SuppressedReasons")
	is(t, domain, "HasDomain", "Condition")
	is(t, domain, "true", "Properties", "DkimAttributes", "SigningEnabled")
	is(t, domain, "bounce.${SenderDomain}", "Properties", "MailFromAttributes", "MailFromDomain")
	is(t, events, "[BOUNCE COMPLAINT REJECT]", "EventDestination", "MatchingEventTypes")
	is(t, events, "Alarms", "EventDestination", "SnsDestination", "TopicARN")

	news, rule := w.Resources["MailFeedback"]["Properties"].(node), w.Resources["MailRule"]["Properties"].(node)
	is(t, news, "MailSet", "ConfigurationSetName")
	is(t, news, "[BOUNCE COMPLAINT]", "EventDestination", "MatchingEventTypes")
	is(t, news, "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/default", "EventDestination", "EventBridgeDestination", "EventBusArn")
	is(t, rule, "[Email Bounced Email Complaint Received]", "EventPattern", "detail-type")
	is(t, rule, "[MailSet]", "EventPattern", "detail", "mail", "tags", "ses:configuration-set")
	target := at(rule, "Targets").([]any)[0].(node)
	is(t, target, "Stored.Arn", "Arn")
	is(t, target, "StoredDead.Arn", "DeadLetterConfig", "Arn")
	policy := at(w.Resources["StoredPolicy"]["Properties"], "PolicyDocument", "Statement").([]any)[0].(node)
	is(t, policy, "[StoredRule.Arn MailRule.Arn]", "Condition", "ArnEquals", "aws:SourceArn")
}

// TestARestoredTableTakesTheTablesPlace: whatever names the table also knows
// the one restored to a point in time.
func TestARestoredTableTakesTheTablesPlace(t *testing.T) {
	for _, line := range strings.Split(readWhole(t).text, "\n") {
		uses := strings.Contains(line, "!Ref Table") || strings.Contains(line, "Table.Arn") || strings.Contains(line, "Table.StreamArn")
		if uses && !strings.Contains(line, "!If [Restored, ") {
			t.Errorf("always the stack's own table: %s", strings.TrimSpace(line))
		}
	}
}

// TestTheImageIsTheZipsFunction: recognize runs alike from an image that a
// parameter names and as a zip, with the programs that the tests install.
func TestTheImageIsTheZipsFunction(t *testing.T) {
	w := readWhole(t)
	zip, image := w.Resources["RecognizeFunction"]["Properties"].(node), w.Resources["RecognizeImageFunction"]["Properties"].(node)
	for _, same := range []string{"Role", "Timeout", "MemorySize", "EphemeralStorage", "LoggingConfig", "Environment"} {
		if got, want := fmt.Sprint(image[same]), fmt.Sprint(zip[same]); got != want || want == "<nil>" {
			t.Errorf("%s: the image has %s, the zip %s", same, got, want)
		}
	}
	is(t, image, "RecognizeImage", "Code", "ImageUri")
	is(t, image, "[arm64]", "Architectures")
	is(t, w.Resources["RecognizeImageFunction"], "HasImage", "Condition")
	is(t, w.Parameters["RecognizeImage"], "", "Default")

	file, err := os.ReadFile("../infra/recognize/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	install := regexp.MustCompile(`(?s)apt-get install [^\\]*\\\n(.*?) && `).FindSubmatch(file)
	if install == nil {
		t.Fatal("the Dockerfile installs nothing")
	}
	want := strings.Fields(strings.ReplaceAll(string(install[1]), "\\", ""))
	host, err := os.ReadFile("../infra/host.sh")
	if err != nil {
		t.Fatal(err)
	}
	required := regexp.MustCompile(`(?m)^required=\((.*)\)$`).FindSubmatch(host)
	if required == nil {
		t.Fatal("host.sh requires nothing")
	}
	var got []string
	for _, pair := range strings.Fields(string(required[1])) {
		command, pkg, _ := strings.Cut(pair, "=")
		if command == "pdftoppm" || command == "tesseract" {
			got = append(got, pkg)
		}
	}
	for _, m := range regexp.MustCompile(`echo (tesseract-ocr-\w+)`).FindAllSubmatch(host, -1) {
		got = append(got, string(m[1]))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the image has %v, the tests install %v", want, got)
	}
}
