"""Terraform states as Terraform writes them, and the items of its lock tables."""

import hashlib
import json


def resource(kind, name, arn, **attributes):
    """One managed instance, with a secret that must never be seen again."""
    return {
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
        "instances": [
            {"schema_version": 2, "attributes": {"arn": arn, "password": "hunter2-of-the-state", **attributes}}
        ],
    }


def put(s3, bucket, key, resources):
    """Writes a state with a lineage of its own, and gives back the MD5 of its bytes."""
    state = {
        "version": 4,
        "terraform_version": "1.11.4",
        "serial": 3,
        "lineage": f"5f1e2d3c-0000-4000-8000-{hashlib.md5(key.encode()).hexdigest()[:12]}",
        "outputs": {},
        "resources": resources,
    }
    body = json.dumps(state).encode()
    s3.put_object(Bucket=bucket, Key=key, Body=body)
    return hashlib.md5(body).hexdigest()


def item(account, table, lock_id, **attributes):
    """An item of a lock table."""
    values = {name: {"S": value} for name, value in {"LockID": lock_id, **attributes}.items()}
    account.client("dynamodb").put_item(TableName=table, Item=values)
