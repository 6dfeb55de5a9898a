"""Sets up the organization in which nothing was ever decided: the failing directions that organization.py does not have.

Usage: careless.py MANAGEMENT_ACCOUNT_ID

One member account, no policy type enabled, data in the management account, and states that trip over each other.
"""

import json
import sys

from aws import ROLE, Account, bucket, instance, table
from state import item, put, resource


def main():
    management = Account(sys.argv[1])
    suffix = management.id[-6:]
    organizations = management.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    made = organizations.create_account(AccountName="everything", Email="everything@meridian.example")
    member = Account(made["CreateAccountStatus"]["AccountId"])
    member.client("iam").create_role(RoleName=ROLE, AssumeRolePolicyDocument="{}")
    # Service control policies would not bind what lies here.
    instance(management, "billing")

    instance(member, "unclaimed")
    twice = instance(member, "twice")
    once = instance(member, "once", environment="production")
    dev = instance(member, "dev", environment="development")
    rds = member.client("rds")
    snapshot = rds.create_db_snapshot(DBSnapshotIdentifier="twice-manual", DBInstanceIdentifier="twice")["DBSnapshot"]
    table(member, "locks", key="LockID")

    states = f"everything-tfstate-{suffix}"
    s3 = bucket(member, states, versioned=True)
    put(
        s3,
        states,
        "live.tfstate",
        [
            resource("aws_db_instance", "twice", twice, tags={"environment": "production"}),
            resource("aws_db_snapshot", "twice", snapshot["DBSnapshotArn"]),
            resource("aws_db_instance", "once", once, tags={"environment": "production"}),
            resource("aws_db_instance", "dev", dev, tags={"environment": "development"}),
        ],
    )
    put(s3, states, "forgotten.tfstate", [resource("aws_db_instance", "twice", twice)])
    # The newest write of live.tfstate went past its lock: the table has the digest of an older one, and no lock file ever was.
    item(member, "locks", f"{states}/live.tfstate-md5", Digest="0" * 32)

    iam = management.client("iam")
    iam.create_user(UserName="auditor")
    key = iam.create_access_key(UserName="auditor")["AccessKey"]
    json.dump(
        {
            "management": management.id,
            "accounts": {"everything": member.id},
            "credentials": {
                "access_key_id": key["AccessKeyId"],
                "secret_access_key": key["SecretAccessKey"],
                "session_token": None,
            },
            "bucket": states,
        },
        sys.stdout,
    )


main()
