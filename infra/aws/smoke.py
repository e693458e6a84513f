"""Looks whether a stack that was just deployed works, and says so line by line.

It changes nothing but this: it puts a small object that is none of the
product's into the inbox, to see its news travel to dispatch and be passed
over, and removes it.
Usage: smoke.py STACK [CHECK...]: without the checks named (with the Python of .tools/sam; account and region are the SDK's own)
Exit status 1: something does not work.
"""
import json
import sys
import time
import urllib.error
import urllib.request

import boto3
from botocore.config import Config

PATIENCE = 180  # seconds; EventBridge may take a minute


class Stack:
    def __init__(self, name):
        self.name = name
        self.cloud = boto3.client("cloudformation")
        found = self.cloud.describe_stacks(StackName=name)["Stacks"][0]
        self.outputs = {o["OutputKey"]: o["OutputValue"] for o in found["Outputs"]}
        self.resources = {}
        for page in self.cloud.get_paginator("list_stack_resources").paginate(StackName=name):
            for r in page["StackResourceSummaries"]:
                self.resources[r["LogicalResourceId"]] = r["PhysicalResourceId"]
        self.s3 = boto3.client("s3", config=Config(s3={"addressing_style": "auto"}))

    def get(self, path):
        try:
            with urllib.request.urlopen(self.outputs["Portal"] + path, timeout=30) as r:
                return r.status, r.headers, r.read()
        except urllib.error.HTTPError as e:
            return e.code, e.headers, e.read()

    def order(self, output, order):
        out = boto3.client("lambda").invoke(FunctionName=self.outputs[output], Payload=json.dumps(order).encode())
        text = out["Payload"].read().decode()
        if out.get("FunctionError"):
            raise AssertionError(text)
        return json.loads(text)


def portal(s):
    status, headers, _ = s.get("/readyz")
    assert status == 200, f"readyz answers {status}: the portal does not reach table or buckets"
    status, headers, page = s.get("/sign-in")
    assert status == 200 and b"<form" in page, f"the sign-in page answers {status}"
    assert "Content-Security-Policy" in headers, "pages carry no content policy"
    return s.outputs["Portal"]


def figures(s):
    status, _, _ = s.get("/metrics")
    assert status in (403, 404), f"/metrics answers everybody: {status}"


def clock(s):
    s.order("ClockName", {})


def sweep(s):
    found = s.order("SweepName", {})
    assert not found.get("unbalanced"), f"places of rounds do not add up: {found}"
    return json.dumps(found)


def news(s):
    inbox, key = s.outputs["InboxName"], f"smoke/{int(time.time())}"
    log, begun = s.resources["DispatchLog"], int(time.time() * 1000) - 60_000
    logs = boto3.client("logs")

    def passed():
        found = logs.filter_log_events(logGroupName=log, startTime=begun, limit=10_000)["events"]
        return sum("news: passed over" in e["message"] for e in found)

    before = passed()
    version = s.s3.put_object(Bucket=inbox, Key=key, Body=b"smoke").get("VersionId")
    try:
        for _ in range(PATIENCE // 2):
            if passed() > before:
                return "bucket, rule, queue and dispatch are connected"
            time.sleep(2)
        raise AssertionError(f"news of an object did not reach dispatch within {PATIENCE} s")
    finally:
        s.s3.delete_object(Bucket=inbox, Key=key, **({"VersionId": version} if version else {}))


def letters(s):
    n = boto3.client("sqs").get_queue_attributes(QueueUrl=s.outputs["DeadQueue"], AttributeNames=["ApproximateNumberOfMessages"])
    n = int(n["Attributes"]["ApproximateNumberOfMessages"])
    assert n == 0, f"{n} uploads were given up: order {{\"dead\":\"list\"}} of {s.outputs['SweepName']} says why"


def versions(s):
    for name in (s.outputs["InboxName"], s.outputs["ArchiveName"]):
        assert s.s3.get_bucket_versioning(Bucket=name).get("Status") == "Enabled", f"{name} keeps no versions"


def lock(s):
    rule = s.s3.get_object_lock_configuration(Bucket=s.outputs["ArchiveName"])["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    return f"the archive keeps everything {rule['Mode']} for {rule.get('Days', rule.get('Years'))} days"


def keys(s):
    names = [f"/{s.name}/key", f"/{s.name}/log-key"]
    missing = boto3.client("ssm").get_parameters(Names=names)["InvalidParameters"]
    assert not missing, f"missing parameters: {missing}"


def alarms(s):
    on = []
    for page in boto3.client("cloudwatch").get_paginator("describe_alarms").paginate(StateValue="ALARM"):
        on += [a["AlarmName"] for a in page["MetricAlarms"] if a["AlarmName"].startswith(s.name + "-")]
    # Some are on until the first figures came.
    return f"on now, look again in a quarter of an hour: {', '.join(on)}" if on else "none is on"


def main():
    stack, failed = Stack(sys.argv[1]), 0
    for check in (keys, versions, lock, portal, figures, clock, sweep, news, letters, alarms):
        if check.__name__ in sys.argv[2:]:
            print(f"--   {check.__name__}: left out")
            continue
        try:
            print(f"ok   {check.__name__}: {check(stack) or 'works'}")
        except Exception as e:  # noqa: BLE001 - every check is told of
            failed += 1
            print(f"BAD  {check.__name__}: {type(e).__name__}: {e}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
