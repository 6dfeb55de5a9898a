"""What the set-up scripts share: accounts of moto, entered by assuming a role in them."""

import os

import boto3

ROLE = "PalisadeAudit"


class Account:
    """One account. moto takes whoever assumes a role of an account for that account, whether or not the role exists."""

    def __init__(self, account_id):
        self.id = account_id
        credentials = boto3.client("sts", endpoint_url=os.environ["AWS_ENDPOINT_URL"]).assume_role(
            RoleArn=f"arn:aws:iam::{account_id}:role/Setup", RoleSessionName="setup"
        )["Credentials"]
        self.credentials = {
            "access_key_id": credentials["AccessKeyId"],
            "secret_access_key": credentials["SecretAccessKey"],
            "session_token": credentials["SessionToken"],
        }

    def client(self, service, region="eu-central-1"):
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=os.environ["AWS_ENDPOINT_URL"],
            aws_access_key_id=self.credentials["access_key_id"],
            aws_secret_access_key=self.credentials["secret_access_key"],
            aws_session_token=self.credentials["session_token"],
        )


def tags(**pairs):
    return [{"Key": key, "Value": value} for key, value in pairs.items()]


def bucket(account, name, region="eu-central-1", lock=None, versioned=False, **pairs):
    s3 = account.client("s3", region)
    s3.create_bucket(
        Bucket=name,
        CreateBucketConfiguration={"LocationConstraint": region},
        **({"ObjectLockEnabledForBucket": True} if lock else {}),
    )
    if versioned:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    if lock:
        rule = {"DefaultRetention": {"Mode": lock, "Days": 30}}
        s3.put_object_lock_configuration(
            Bucket=name, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
        )
    if pairs:
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags(**pairs)})
    return s3


def private(s3, name):
    """Public access blocked and TLS required."""
    s3.put_public_access_block(
        Bucket=name,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        },
    )
    s3.put_bucket_policy(
        Bucket=name,
        Policy='{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*",'
        f'"Resource":["arn:aws:s3:::{name}","arn:aws:s3:::{name}/*"],'
        '"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}',
    )


def table(account, name, key="id", protected=False, **pairs):
    dynamodb = account.client("dynamodb")
    made = dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        DeletionProtectionEnabled=protected,
        Tags=tags(**pairs),
    )
    if protected:
        dynamodb.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
    return made["TableDescription"]["TableArn"]


def instance(account, name, protected=False, retention=7, region="eu-central-1", environment="production", **more):
    made = account.client("rds", region).create_db_instance(
        DBInstanceIdentifier=name,
        Engine=more.pop("Engine", "postgres"),
        DBInstanceClass="db.m5.large",
        MasterUsername="palisade",
        MasterUserPassword="no-secret-but-long",
        AllocatedStorage=20,
        DeletionProtection=protected,
        BackupRetentionPeriod=retention,
        Tags=tags(environment=environment),
        **more,
    )
    return made["DBInstance"]["DBInstanceArn"]


def cluster(account, name, protected=False, retention=7, environment="production"):
    made = account.client("rds").create_db_cluster(
        DBClusterIdentifier=name,
        Engine="aurora-postgresql",
        MasterUsername="palisade",
        MasterUserPassword="no-secret-but-long",
        DeletionProtection=protected,
        BackupRetentionPeriod=retention,
        Tags=tags(environment=environment),
    )
    return made["DBCluster"]["DBClusterArn"]
