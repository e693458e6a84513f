"""Makes secure parameters with 32 random bytes each, unless they are there.

A key is never written over: links, sealed tokens and checkpoints hang on it.
Usage: keys.py NAME... (with the Python of .tools/sam; account and region are the SDK's own)
"""
import base64
import secrets
import sys

import boto3

ssm = boto3.client("ssm")
for name in sys.argv[1:]:
    try:
        ssm.put_parameter(
            Name=name,
            Type="SecureString",
            Value=base64.b64encode(secrets.token_bytes(32)).decode(),
            Overwrite=False,
        )
        print(f"made {name}", file=sys.stderr)
    except ssm.exceptions.ParameterAlreadyExists:
        print(f"kept {name}", file=sys.stderr)
