#!/bin/bash
# Lints the template, the state machines and every role's policy. Any finding
# fails. Nothing here needs an account, a region or a network.
set -eu -o pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
tools=$root/.tools
cd "$root"
export SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=ap-southeast-1
failed=0
say() { echo "aws-check: $*" >&2; }

"$tools/moto/bin/cfn-lint" template.yaml || { say "cfn-lint found something"; failed=1; }
"$tools/sam/bin/sam" validate --lint >/dev/null || { say "sam validate found something"; failed=1; }
for flow in workflows/*.asl.json; do
  # It wants 2.0 where the language and AWS take 2.
  out=$("$tools/statelint/bin/statelint" "$flow" 2>&1 | grep -v 'BackoffRate is [0-9]* but should be a Float\|^[0-9]* errors\?:$' || true)
  if [ -n "$out" ]; then
    echo "$out" >&2
    say "statelint found something in $flow"
    failed=1
  fi
  "$tools/asl-validator/node_modules/.bin/asl-validator" --json-path "$flow" >/dev/null || { say "asl-validator found something in $flow"; failed=1; }
done

policies=$(mktemp -d)
trap 'rm -rf "$policies"' EXIT
"$tools/sam/bin/python" infra/aws/policies.py template.yaml "$policies"
for p in "$policies"/*.json; do
  # It knows DescribeExecution for express executions only.
  out=$("$tools/parliament/bin/parliament" <"$p" 2>&1 | grep -v "UserWarning\|pkg_resources\|'states:DescribeExecution', 'required_format': 'arn:\*:states:\*:\*:express:" || true)
  if [ -n "$out" ]; then
    echo "$(basename "$p" .json): $out" >&2
    failed=1
  fi
done
[ "$failed" = 0 ] && say "template, state machines and $(ls "$policies" | wc -l) policies are clean"
exit "$failed"
