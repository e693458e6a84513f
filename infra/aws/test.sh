#!/bin/bash
# What needs the AWS stand-ins. Everything that is missing fails here.
#   1. the store's contract on a DynamoDB, with races repeated
#   2. Step Functions and mail adapters on the stand-in
#   3. the flows on a second engine
#   4. the built bootstraps, for this machine and for arm64
#   5. the template deployed to the stand-in, and a round played through it

# HOSO_TEST_DYNAMODB=URL tests the store against another DynamoDB.
set -eu -o pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
export HOSO_AWS_TEST=1
go test -count=1 -timeout 20m ./shared/aws/... ./functions
[ "${HOSO_REHEARSE:-1}" = 0 ] || go run ./infra/aws/rehearse
