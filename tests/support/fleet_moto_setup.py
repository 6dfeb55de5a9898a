"""Adds to what organization.py set up what its scans do without, and what the comparison of shapes wants to see: one of
each thing that palisade reads and moto can hold.

Usage: fleet_moto_setup.py MANAGEMENT_ACCOUNT_ID SHOP_PRODUCTION_ACCOUNT_ID
"""

import json
import sys

from aws import Account, bucket, private, table, tags
from fleet_reading import reach_addresses

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}
# No shorter one is taken.
METADATA = (
    '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.meridian.example">'
    f"<!--{'a' * 1000}--></EntityDescriptor>"
)
BLOCK = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)


def organization(management, member):
    organizations = management.client("organizations")
    service = "guardduty.amazonaws.com"
    organizations.enable_aws_service_access(ServicePrincipal=service)
    organizations.register_delegated_administrator(AccountId=member.id, ServicePrincipal=service)
    organizations.tag_resource(ResourceId=member.id, Tags=tags(environment="production"))


def iam(account):
    client = account.client("iam")
    client.create_open_id_connect_provider(
        Url="https://token.actions.githubusercontent.com",
        ClientIDList=["sts.amazonaws.com"],
        ThumbprintList=["6938fd4d98bab03faadb97b34396831e3780aea1"],
    )
    client.create_saml_provider(Name="idp", SAMLMetadataDocument=METADATA)
    policy = client.create_policy(PolicyName="read", PolicyDocument=json.dumps(READ))["Policy"]["Arn"]
    client.create_group(GroupName="people")
    client.put_group_policy(GroupName="people", PolicyName="read", PolicyDocument=json.dumps(READ))
    client.attach_group_policy(GroupName="people", PolicyArn=policy)
    client.create_user(UserName="someone", Tags=tags(team="shop"), PermissionsBoundary=policy)
    client.add_user_to_group(GroupName="people", UserName="someone")
    client.attach_user_policy(UserName="someone", PolicyArn=policy)
    client.create_role(
        RoleName="server",
        AssumeRolePolicyDocument=json.dumps(TRUST),
        Tags=tags(team="shop"),
        PermissionsBoundary=policy,
    )
    client.attach_role_policy(RoleName="server", PolicyArn=policy)
    client.create_instance_profile(InstanceProfileName="server")
    client.add_role_to_instance_profile(InstanceProfileName="server", RoleName="server")


def storage(account, suffix):
    account.client("s3control").put_public_access_block(AccountId=account.id, PublicAccessBlockConfiguration=BLOCK)
    key = account.client("kms").create_key(Description="storage", MultiRegion=True)["KeyMetadata"]["Arn"]
    name, copy = f"shop-more-{suffix}", f"shop-more-copy-{suffix}"
    bucket(account, copy, region="eu-west-1", versioned=True)
    s3 = bucket(account, name, versioned=True, environment="production")
    private(s3, name)
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
    s3.put_bucket_lifecycle_configuration(
        Bucket=name,
        LifecycleConfiguration={
            "Rules": [
                {"ID": "days", "Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 7}},
                {
                    "ID": "tags",
                    "Status": "Disabled",
                    "Filter": {"And": {"Prefix": "old/", "Tags": tags(keep="no", kind="log")}},
                    "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
                },
                {
                    "ID": "date",
                    "Status": "Enabled",
                    "Filter": {"Tag": {"Key": "keep", "Value": "no"}},
                    "Expiration": {"Date": "2030-01-01T00:00:00Z"},
                },
            ]
        },
    )
    destination = {"Bucket": f"arn:aws:s3:::{copy}"}
    rule = {"ID": "copy", "Priority": 1, "Status": "Enabled", "Filter": {"Prefix": ""}, "Destination": destination}
    rule["DeleteMarkerReplication"] = {"Status": "Disabled"}
    role = f"arn:aws:iam::{account.id}:role/server"
    s3.put_bucket_replication(Bucket=name, ReplicationConfiguration={"Role": role, "Rules": [rule]})
    arn = table(account, "more", environment="production")
    statement = {"Effect": "Deny", "Principal": "*", "Action": "dynamodb:DeleteTable", "Resource": arn}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    account.client("dynamodb").put_resource_policy(ResourceArn=arn, Policy=json.dumps(document))


def databases(account):
    rds = account.client("rds")
    rds.modify_db_cluster_snapshot_attribute(
        DBClusterSnapshotIdentifier="shop-aurora-tonight", AttributeName="restore", ValuesToAdd=["all"]
    )
    rds.copy_db_snapshot(
        SourceDBSnapshotIdentifier="shop-tonight", TargetDBSnapshotIdentifier="shop-tonight-copy", CopyTags=True
    )
    rds.create_db_instance_read_replica(DBInstanceIdentifier="shop-replica", SourceDBInstanceIdentifier="shop")


def main():
    reach_addresses()
    management, member = Account(sys.argv[1]), Account(sys.argv[2])
    organization(management, member)
    iam(member)
    storage(member, management.id[-6:])
    databases(member)
    json.dump({}, sys.stdout)


main()
