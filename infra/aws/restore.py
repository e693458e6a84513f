"""Restores the table of a stack to a point in time, as a new table beside it.

The new table gets what a restore does not bring along: the stream that wakes
the outbox, its own recovery, protection from deletion. Nothing is deployed;
the parameters that let the stack serve the new table are printed.
Usage: restore.py TABLE [INSTANT] (with the Python of .tools/sam; account and
region are the SDK's own). TABLE is the output TableName of the stack; INSTANT
such as 2026-01-31T08:00:00+07:00, without it the latest that can be had.
"""
import datetime
import sys

import boto3


def main(table, instant=None):
    db = boto3.client("dynamodb")
    target = f"{table[:200]}-{datetime.datetime.now(datetime.timezone.utc):%Y%m%dT%H%M%SZ}"
    when = {"UseLatestRestorableTime": True}
    if instant:
        at = datetime.datetime.fromisoformat(instant)
        if at.tzinfo is None:
            sys.exit("the instant needs its offset, such as +07:00")
        when = {"RestoreDateTime": at}
    db.restore_table_to_point_in_time(SourceTableName=table, TargetTableName=target, BillingModeOverride="PAY_PER_REQUEST", **when)
    print(f"restoring {table} as {target}; this takes minutes to hours", file=sys.stderr)
    wait(db, target, 2880)
    db.update_continuous_backups(TableName=target, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    db.update_table(TableName=target, StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    wait(db, target, 60)
    db.update_table(TableName=target, DeletionProtectionEnabled=True)
    label = db.describe_table(TableName=target)["Table"]["LatestStreamLabel"]
    print(f"RestoredTable={target} RestoredStream={label}")


def wait(db, table, tries):
    db.get_waiter("table_exists").wait(TableName=table, WaiterConfig={"Delay": 15, "MaxAttempts": tries})


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
