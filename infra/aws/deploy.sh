#!/bin/bash
# Deploys the AWS edition to an account: makes the two keys if they are not
# there, builds every function, deploys the template.
#   STACK            name of the stack (hoso)
#   PARAMETERS       the template's parameters, as "Name=value Name=value"
#   BUILT            1: the functions were built before
# Account and region are the SDK's own: AWS_PROFILE, AWS_REGION.
set -eu -o pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
sam=$root/.tools/sam/bin/sam
stack=${STACK:-hoso}
parameters=${PARAMETERS:-}
cd "$root"
export SAM_CLI_TELEMETRY=0

"$root/.tools/sam/bin/python" infra/aws/keys.py "/$stack/key" "/$stack/log-key"
[ "${BUILT:-}" = 1 ] || "$sam" build
# shellcheck disable=SC2086 # several parameters
"$sam" deploy --stack-name "$stack" --resolve-s3 --capabilities CAPABILITY_IAM ${parameters:+--parameter-overrides $parameters} "$@"
"$sam" list stack-outputs --stack-name "$stack"
cat >&2 <<TEXT

The first operator is made by who may invoke the function SweepName:
  aws lambda invoke --function-name SWEEPNAME --cli-binary-format raw-in-base64-out \\
    --payload '{"invite":{"name":"…","email":"…"}}' /dev/stdout
It prints a one-time secret, to be typed at /invitation/local on the portal.

Whether all of it works: make smoke STACK=$stack
TEXT
