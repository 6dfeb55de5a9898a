"""Sets up one account that belongs to no organization, with a user to scan it as.

Usage: account.py ACCOUNT_ID
"""

import json
import sys

from aws import Account, instance

account = Account(sys.argv[1])
instance(account, "alone")
iam = account.client("iam")
iam.create_user(UserName="auditor")
key = iam.create_access_key(UserName="auditor")["AccessKey"]
json.dump(
    {
        "credentials": {
            "access_key_id": key["AccessKeyId"],
            "secret_access_key": key["SecretAccessKey"],
            "session_token": None,
        }
    },
    sys.stdout,
)
