"""Sets up one account with a user and KMS keys of several kinds.

Usage: signing_keys.py ACCOUNT_ID
"""

import json
import sys

from aws import Account

account = Account(sys.argv[1])
iam = account.client("iam")
iam.create_user(UserName="signer")
key = iam.create_access_key(UserName="signer")["AccessKey"]
kms = account.client("kms")


def made(spec, usage="SIGN_VERIFY"):
    return kms.create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["Arn"]


json.dump(
    {
        "keys": {spec: made(spec) for spec in ("ECC_NIST_P256", "ECC_NIST_P384", "RSA_2048", "ECC_SECG_P256K1")}
        | {"SYMMETRIC_DEFAULT": made("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT")},
        "credentials": {
            "access_key_id": key["AccessKeyId"],
            "secret_access_key": key["SecretAccessKey"],
            "session_token": None,
        },
    },
    sys.stdout,
)
