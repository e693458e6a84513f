"""Writes every role's policy of template.yaml as plain JSON into a folder.

References become ARNs of the service that the resource belongs to, so that
actions can be compared with the resources they are for: of an example account,
or, with STACK, under the names that the resources of that stack were given.
Usage: policies.py TEMPLATE FOLDER [STACK] (with the Python of .tools/sam).
"""
import json
import pathlib
import re
import sys

from samcli.yamlhelper import yaml_parse

ACCOUNT, REGION = "123456789012", "ap-southeast-1"
PSEUDO = {"AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": ACCOUNT, "AWS::StackName": "hoso"}
GIVEN = {}  # names that a stack's resources and parameters were given


def look_up(stack):
    """Learns the names of a stack's resources and the values of its parameters."""
    import boto3

    global ACCOUNT
    ACCOUNT = PSEUDO["AWS::AccountId"] = boto3.client("sts").get_caller_identity()["Account"]
    PSEUDO["AWS::StackName"] = stack
    cloud = boto3.client("cloudformation")
    for p in cloud.describe_stacks(StackName=stack)["Stacks"][0].get("Parameters", []):
        GIVEN[p["ParameterKey"]] = p["ParameterValue"]
    for page in cloud.get_paginator("list_stack_resources").paginate(StackName=stack):
        for r in page["StackResourceSummaries"]:
            GIVEN[r["LogicalResourceId"]] = r["PhysicalResourceId"]


def arn(name, kind):
    place = f"{REGION}:{ACCOUNT}"
    name = GIVEN.get(name, name)
    if name.startswith("arn:"):
        return name
    return {
        "AWS::DynamoDB::Table": f"arn:aws:dynamodb:{place}:table/{name}",
        "AWS::S3::Bucket": f"arn:aws:s3:::{name.lower()}",
        "AWS::SQS::Queue": f"arn:aws:sqs:{place}:{name.rsplit('/', 1)[-1]}",
        "AWS::Serverless::Function": f"arn:aws:lambda:{place}:function:{name}",
        "AWS::Serverless::StateMachine": f"arn:aws:states:{place}:stateMachine:{name}",
        "AWS::Logs::LogGroup": f"arn:aws:logs:{place}:log-group:{name}:*",
        "AWS::KMS::Key": f"arn:aws:kms:{place}:key/11111111-2222-3333-4444-555555555555",
    }[kind]


def resolve(template, value):
    parameters, resources = template["Parameters"], template["Resources"]

    def name(path):
        head, _, attribute = path.partition(".")
        if path in PSEUDO:
            return PSEUDO[path]
        if head in parameters:
            return str(GIVEN.get(head, parameters[head]["Default"]))
        kind = resources[head]["Type"]
        if attribute == "Alias":
            return arn(head, kind) + ":live"
        if attribute == "Name":
            return GIVEN.get(head, head).rsplit(":", 1)[-1]
        if attribute == "StreamArn":
            return arn(head, kind) + "/stream/label"
        if attribute == "Arn" or attribute == "" and kind.endswith("StateMachine"):
            return arn(head, kind)
        return GIVEN.get(head, head)

    if isinstance(value, list):
        return [resolve(template, v) for v in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        key, inner = next(iter(value.items()))
        if key == "Ref":
            return name(inner)
        if key == "Fn::GetAtt":
            return name(inner if isinstance(inner, str) else ".".join(inner))
        if key == "Fn::If":  # as a stack is deployed first: nothing restored
            return resolve(template, inner[2])
        if key == "Fn::Sub":
            return re.sub(r"\$\{([^}]+)\}", lambda m: name(m.group(1)), inner)
    return {k: resolve(template, v) for k, v in value.items()}


def main():
    template = yaml_parse(pathlib.Path(sys.argv[1]).read_text())
    folder = pathlib.Path(sys.argv[2])
    if len(sys.argv) > 3:
        look_up(sys.argv[3])
    for role, resource in template["Resources"].items():
        if resource["Type"] != "AWS::IAM::Role":
            continue
        for policy in resource["Properties"]["Policies"]:
            document = resolve(template, policy["PolicyDocument"])
            (folder / f"{role}.json").write_text(json.dumps(document, indent=1))


if __name__ == "__main__":
    main()
