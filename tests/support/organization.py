"""Sets up the organization that tests/moto.rs scans, and prints its accounts and the credentials to scan with.

Usage: organization.py MANAGEMENT_ACCOUNT_ID

    Root
    |- management account
    |- Workloads: courses
    |  |- Production: shop-production
    |  `- Development: shop-development
    `- Infrastructure: Backup, Delivery, closed (suspended)
"""

import json
import sys

from aws import ROLE, Account, bucket, cluster, instance, private, table, tags
from state import item, put, resource

PROTECT = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "Protect", "Effect": "Deny", "Action": "rds:Delete*", "Resource": "*"}],
}


def organization(management):
    organizations = management.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")

    def unit(parent, name):
        made = organizations.create_organizational_unit(ParentId=parent, Name=name)
        return made["OrganizationalUnit"]["Id"]

    def account(parent, name):
        made = organizations.create_account(AccountName=name, Email=f"{name.lower()}@meridian.example")
        account_id = made["CreateAccountStatus"]["AccountId"]
        organizations.move_account(AccountId=account_id, SourceParentId=root, DestinationParentId=parent)
        member = Account(account_id)
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws:iam::{management.id}:root"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
        iam = member.client("iam")
        iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(trust))
        iam.put_role_policy(RoleName=ROLE, PolicyName="read", PolicyDocument=allow("*"))
        return member

    workloads = unit(root, "Workloads")
    production = unit(workloads, "Production")
    infrastructure = unit(root, "Infrastructure")
    policy = organizations.create_policy(
        Name="protect-data", Description="", Type="SERVICE_CONTROL_POLICY", Content=json.dumps(PROTECT)
    )["Policy"]["PolicySummary"]["Id"]
    organizations.attach_policy(PolicyId=policy, TargetId=production)
    members = {
        "shop-production": account(production, "shop-production"),
        "shop-development": account(unit(workloads, "Development"), "shop-development"),
        "courses": account(workloads, "courses"),
        "Backup": account(infrastructure, "Backup"),
        "Delivery": account(infrastructure, "Delivery"),
        "closed": account(infrastructure, "closed"),
    }
    organizations.close_account(AccountId=members["closed"].id)
    return members


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action):
    return document({"Effect": "Allow", "Action": action, "Resource": "*"})


def role(account):
    return f"arn:aws:iam::{account.id}:role/{ROLE}"


def shop_production(account, suffix, copies):
    rds = account.client("rds")
    key = account.client("kms").create_key(Description="shop", MultiRegion=False)["KeyMetadata"]["Arn"]
    instance(account, "shop", protected=True, StorageEncrypted=True, KmsKeyId=key)
    rds.create_db_snapshot(DBSnapshotIdentifier="shop-tonight", DBInstanceIdentifier="shop")
    cluster(account, "shop-aurora", protected=True)
    rds.create_db_cluster_snapshot(
        DBClusterSnapshotIdentifier="shop-aurora-tonight", DBClusterIdentifier="shop-aurora"
    )
    instance(account, "shop-aurora-1", Engine="aurora-postgresql", DBClusterIdentifier="shop-aurora")
    rds.create_global_cluster(
        GlobalClusterIdentifier=f"shop-{suffix}", Engine="aurora-postgresql", DeletionProtection=True
    )
    table(account, "orders", protected=True, environment="production")
    bucket(account, f"shop-invoices-{suffix}", lock="COMPLIANCE", versioned=True, environment="production")
    bucket(account, f"cdk-hnb659fds-assets-{account.id}-eu-central-1")

    backup = account.client("backup")
    backup.create_backup_vault(BackupVaultName="shop-daily")
    backup.create_backup_plan(
        BackupPlan={
            "BackupPlanName": "shop-daily",
            "Rules": [
                {
                    "RuleName": "daily",
                    "TargetBackupVaultName": "shop-daily",
                    "ScheduleExpression": "cron(0 3 ? * * *)",
                    "CopyActions": [
                        {"DestinationBackupVaultArn": vault, "Lifecycle": {"DeleteAfterDays": 35}} for vault in copies
                    ],
                }
            ],
        }
    )


def shop_development(account, suffix):
    rds = account.client("rds")
    kms = account.client("kms")
    made = kms.create_key(Description="dying", MultiRegion=False)["KeyMetadata"]
    key = made["Arn"]
    kms.schedule_key_deletion(KeyId=made["KeyId"], PendingWindowInDays=7)
    instance(account, "shop-dev", retention=0, environment="development", StorageEncrypted=True, KmsKeyId=key)
    rds.create_db_snapshot(DBSnapshotIdentifier="shop-dev-for-vendor", DBInstanceIdentifier="shop-dev")
    rds.modify_db_snapshot_attribute(
        DBSnapshotIdentifier="shop-dev-for-vendor", AttributeName="restore", ValuesToAdd=["all"]
    )
    cluster(account, "shop-dev-aurora", retention=1, environment="development")
    rds.create_global_cluster(
        GlobalClusterIdentifier=f"shop-dev-{suffix}", Engine="aurora-postgresql", DeletionProtection=False
    )
    table(account, "orders-dev", environment="development")
    s3 = bucket(account, f"shop-dev-scratch-{suffix}", versioned=True, environment="development")
    s3.put_bucket_lifecycle_configuration(
        Bucket=f"shop-dev-scratch-{suffix}",
        LifecycleConfiguration={
            "Rules": [
                {
                    "ID": "expire",
                    "Status": "Enabled",
                    "Filter": {"Prefix": ""},
                    "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
                }
            ]
        },
    )


def courses(account, suffix):
    """The incident: two environments in one account, nothing protected, in the second region."""
    instance(account, "courses-prod", region="eu-west-1")
    instance(account, "community-site", region="eu-west-1", environment="staging")
    bucket(account, f"courses-uploads-{suffix}", region="eu-west-1", environment="production")


def vaults(account):
    """One vault for each kind of lock that moto can make. A compliance lock past its date it cannot."""
    backup = account.client("backup")
    arns = []
    for name, lock in {
        "shop-copies-grace": {"MinRetentionDays": 14, "ChangeableForDays": 3},
        "shop-copies-governance": {"MinRetentionDays": 14},
        "shop-copies-open": None,
    }.items():
        arns.append(backup.create_backup_vault(BackupVaultName=name)["BackupVaultArn"])
        if lock:
            backup.put_backup_vault_lock_configuration(BackupVaultName=name, **lock)
    return arns


def delivery(account, suffix, shop):
    """The states: one locked through a table, one through lock files, one past its lock in a bad bucket, one sealed.

    moto takes a Deny for unconditional, whatever its Condition says: in the bucket that requires TLS, nobody can read
    an object. So that bucket stands for states whose content is refused.
    """
    sealed = f"sealed-tfstate-{suffix}"
    sealed_s3 = bucket(account, sealed, versioned=True)
    sealed_s3.put_object(Bucket=sealed, Key="sealed.tfstate", Body=b"{}")
    private(sealed_s3, sealed)
    good = f"meridian-terraform-state-{suffix}"
    bad = f"old-tfstate-{suffix}"
    s3 = bucket(account, good, lock="COMPLIANCE", versioned=True)
    bucket(account, bad)
    table(account, "terraform-locks", key="LockID", protected=True)
    table(account, "old-terraform-locks", key="LockID")

    arn = f"arn:aws:rds:eu-central-1:{shop.id}:db:shop"
    well = {
        "deletion_protection": True,
        "skip_final_snapshot": False,
        "delete_automated_backups": False,
        "backup_retention_period": 7,
    }
    orders = f"arn:aws:dynamodb:eu-central-1:{shop.id}:table/orders"
    aurora = f"arn:aws:rds:eu-central-1:{shop.id}:cluster:shop-aurora"
    careless = {"deletion_protection": False, "skip_final_snapshot": True, "delete_automated_backups": True}

    data = put(s3, good, "shop/data.tfstate", [resource("aws_db_instance", "shop", arn, **well)])
    item(account, "terraform-locks", f"{good}/shop/data.tfstate-md5", Digest=data)

    s3.put_object(Bucket=good, Key="shop/events.tfstate.tflock", Body=b'{"ID":"1","Operation":"OperationTypeApply"}')
    events = resource("aws_dynamodb_table", "orders", orders, deletion_protection_enabled=True)
    put(s3, good, "shop/events.tfstate", [events])
    s3.delete_object(Bucket=good, Key="shop/events.tfstate.tflock")

    put(s3, bad, "shop/aurora.tfstate", [resource("aws_rds_cluster", "shop", aurora, **careless)])
    item(account, "old-terraform-locks", f"{bad}/shop/aurora.tfstate-md5", Digest="0" * 32)
    info = {"ID": "2", "Operation": "OperationTypeApply", "Who": "someone@laptop", "Created": "2020-02-02T02:02:02Z"}
    item(account, "old-terraform-locks", f"{bad}/shop/aurora.tfstate", Info=json.dumps(info))
    s3.put_object(Bucket=bad, Key="broken.tfstate", Body=b'{"version": 4, "serial": 1, "resources": [')
    return {"good_bucket": good, "bad_bucket": bad, "sealed_bucket": sealed}


def main():
    management = Account(sys.argv[1])
    suffix = management.id[-6:]
    members = organization(management)
    bucket(management, f"cf-templates-{suffix}-eu-central-1")
    copies = vaults(members["Backup"])
    shop_production(members["shop-production"], suffix, copies)
    shop_development(members["shop-development"], suffix)
    courses(members["courses"], suffix)
    names = delivery(members["Delivery"], suffix, members["shop-production"])
    # The management account is not entered by a role: whoever scans stands in it.
    user = management.client("iam")
    user.create_user(UserName="auditor", Tags=tags(purpose="scan"))
    user.put_user_policy(UserName="auditor", PolicyName="all", PolicyDocument=allow("*"))
    # These refusals count on a server that enforces policies, and on no other: one account's door, and one account's calls.
    refuse = {"Effect": "Deny", "Action": "sts:AssumeRole", "Resource": role(members["courses"])}
    user.put_user_policy(UserName="auditor", PolicyName="refuse", PolicyDocument=document(refuse))
    members["shop-development"].client("iam").put_role_policy(
        RoleName=ROLE,
        PolicyName="refuse",
        PolicyDocument=document(
            {
                "Effect": "Deny",
                "Action": ["rds:DescribeDBInstances", "dynamodb:ListTables", "s3:GetBucketVersioning"],
                "Resource": "*",
            }
        ),
    )
    key = user.create_access_key(UserName="auditor")["AccessKey"]
    json.dump(
        {
            "management": management.id,
            "accounts": {name: member.id for name, member in members.items()},
            "credentials": {
                "access_key_id": key["AccessKeyId"],
                "secret_access_key": key["SecretAccessKey"],
                "session_token": None,
            },
            **names,
        },
        sys.stdout,
    )


main()
