#!/bin/bash
# The long proofs, one after the other:
#   torture.sh SEED LENGTH
# SEED chooses what happens, LENGTH multiplies how often. Every proof also
# runs, shorter, in the tests; a failure prints the seed that repeats it.
set -eu -o pipefail
cd "$(dirname "$0")/.."
export HOSO_TORTURE_SEED=${1:-1} CGO_ENABLED=0
length=${2:-1}

# proof SENTENCE VARIABLE COUNT PATTERN PACKAGE
proof() {
  local n=$(($3 * length))
  echo "== $1: $n"
  local said
  said=$(mktemp)
  env "$2=$n" go test -count=1 -timeout 24h -v -run "^($4)\$" "$5" >"$said" || {
    tail -n 200 "$said"
    echo "torture: $1 failed" >&2
    return 1
  }
  grep -E '^ *(---|[a-z_]+\.go:)' "$said" | tail -n 20
  local test
  for test in ${4//|/ }; do
    grep -q "^--- PASS: $test " "$said" && ! grep -q -- '--- SKIP' "$said" || {
      echo "torture: $1: $test was skipped, or is not there" >&2
      return 1
    }
  done
  rm -f "$said"
}

proof "kill -9 and full disks within the demonstration" HOSO_TORTURE_KILLS 200 TestWholeRoundSurvivesKillsAndAFullDisk ./infra/onebox/faults
proof "kill -9 of restores" HOSO_TORTURE_CUTS 100 TestARestoreThatIsCutLeavesNoHalf ./infra/onebox/faults
proof "kill -9 between commits of the store" HOSO_TORTURE_KILLS 500 TestEveryAcknowledgedCommitSurvivesKill ./shared/onebox/sqlitestore
proof "failing system calls" HOSO_TORTURE_FAULTS 500 TestAnyCallMayFailOnce ./shared/onebox/sqlitestore
proof "power-loss states of the database" HOSO_TORTURE_STATES 5000 TestEveryAcknowledgedCommitSurvivesPowerLoss ./shared/onebox/sqlitestore
proof "power-loss states of the engine's journal" HOSO_TORTURE_STATES 2000 TestEveryTransitionTakenSurvivesPowerLoss ./shared/onebox/journal
proof "power-loss states of the object store" HOSO_TORTURE_STATES 5000 TestAnsweredObjectsSurvivePowerLoss ./shared/onebox/s3gateway
proof "power-loss states of database and objects together" HOSO_TORTURE_STATES 2000 TestAWholeRoundSurvivesPowerLoss ./infra/onebox/house
proof "rounds whose events are lost, late or doubled" HOSO_TORTURE_PLAYS 50 TestSameEndWhateverBefallsEvents ./infra/onebox/house
proof "races for the last place" HOSO_TORTURE_RACES 1000 'TestTheLastPlaceGoesToOne|TestPlacesAddUpWhateverCrosses' ./infra/onebox/house
proof "histories of six clients" HOSO_TORTURE_HISTORIES 2000 TestHistoriesHaveAnOrder ./infra/onebox/house
proof "mutations that verify must find" HOSO_TORTURE_MUTATIONS 10000 TestEveryMutationIsFound ./shared/verify
proof "acts done on paper and by the rooms" HOSO_TORTURE_ACTS 1000000 TestTheRoomsPlayByTheRules ./shared/roomstest
proof "rounds under any acts and faults" HOSO_TORTURE_SEEDS 100000 TestPlacesHoldUnderAnyActs ./shared/roomstest
proof "faults on a way through every state of a small round" HOSO_TORTURE_EXPLORE 1 TestEveryStateOfASmallRoundHolds ./shared/roomstest
proof "rules changed as data" HOSO_TORTURE_RULES 1 TestEveryRuleMutatedIsFound ./shared/validate
proof "mutants of valid files" HOSO_TORTURE_MUTANTS 10000 TestMutantsEndExplained ./infra/accuracy
proof "damaged files, beside pdftotext and mutool" HOSO_TORTURE_DAMAGED 2000 TestAsMuchOfMutantsIsReadAsOthersRead ./infra/accuracy

# The AWS edition's play through troubles: killed functions, failing services,
# news lost, doubled and out of order, lost runs. SEED chooses which.
for ((i = 0; i < length; i++)); do
  echo "== a play on AWS's stand-in through troubles, seed $((HOSO_TORTURE_SEED + i))"
  go run ./infra/aws/rehearse -troubles -seed $((HOSO_TORTURE_SEED + i)) 2>&1 | grep -E '^rehearse: |ERROR'
done
echo "== both plays, and no right that neither used"
go run ./infra/aws/rehearse -thorough -seed "$HOSO_TORTURE_SEED" 2>&1 | grep -E '^rehearse: |ERROR'

# Every fuzz target there is, each for a fixed number of inputs, beginning with
# its corpus. A failure leaves the input in the package's testdata/fuzz.
inputs=$((10000 * length))
targets=$(grep -rnoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' shared infra functions | sed -E 's#/[^/]+:[0-9]+:func # #' | sort)
[ -n "$targets" ] || { echo "torture: no fuzz targets" >&2; exit 1; }
while read -r package target; do
  echo "== fuzzing $target in $package: $inputs inputs"
  go test -run '^$' -fuzz "^$target\$" -fuzztime "${inputs}x" -parallel 2 -timeout 24h "./$package" </dev/null | grep -v "^fuzz: elapsed"
done <<<"$targets"
