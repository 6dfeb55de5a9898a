"""Makes what Terraform's S3 backend needs in one account: a versioned bucket, one without versions, a lock table.

Usage: state_backend.py ACCOUNT_ID PREFIX. Prints the account's credentials.
"""

import json
import sys

from aws import Account, bucket, table

account_id, prefix = sys.argv[1:]
account = Account(account_id)
for name, versioned in ((f"{prefix}-tfstate", True), (f"{prefix}-tfstate-unversioned", False)):
    # No policy: moto does not read conditions, so that a demand for TLS would refuse everything.
    bucket(account, name, versioned=versioned)
table(account, f"{prefix}-locks", key="LockID", protected=True)
# A lock that somebody forgot.
account.client("dynamodb").put_item(
    TableName=f"{prefix}-locks",
    Item={
        "LockID": {"S": f"{prefix}-tfstate/forgotten/terraform.tfstate"},
        "Info": {
            "S": json.dumps(
                {
                    "ID": "0b6d6ad5-3cd5-4f0f-8d4e-8a3bd9cc2f6e",
                    "Operation": "OperationTypeApply",
                    "Who": "ann-secret@laptop",
                    "Version": "1.11.4",
                    "Created": "2026-01-02T03:04:05.678901234Z",
                    "Path": f"{prefix}-tfstate/forgotten/terraform.tfstate",
                }
            )
        },
    },
)
print(json.dumps(account.credentials))
