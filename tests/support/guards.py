"""Sets up the organization whose guards tests/moto/guards.rs judges, and changes it: each change has one cause.

Usage: guards.py MANAGEMENT_ACCOUNT_ID made|mended|moved

    Root
    |- management account
    |- Workloads: courses-production
    |  |- Production: shop-production
    |  `- Development: shop-development
    `- Infrastructure: Delivery

made    the data of Production is closed but to BreakGlass roles, which an operator may make. The backups are closed
        in the wrong unit, the keys in one region. A pipeline of development deploys to both production accounts, an
        agent may drop tables, and six teams write the states.
mended  what was wrong is right; shop-production's pipeline comes from development as before.
moved   the policy that closes the data hangs on the account courses-production alone, and its pipeline is let in again.
"""

import json
import sys

from aws import ROLE, Account, bucket, instance, table
from state import put, resource

BREAK_GLASS = "arn:aws:iam::*:role/BreakGlass*"

DATA = {
    "Sid": "ProtectData",
    "Effect": "Deny",
    "Action": [
        "rds:BacktrackDBCluster",
        "rds:DeleteDBCluster",
        "rds:DeleteDBInstance",
        "rds:DeleteDBShardGroup",
        "rds:DeleteTenantDatabase",
        "dynamodb:DeleteTable*",
        "s3:DeleteBucket",
        "s3:DeleteObjectVersion",
    ],
    "Resource": "*",
    "Condition": {"ArnNotLike": {"aws:PrincipalArn": BREAK_GLASS}},
}
# Without it, whoever may make roles makes one that the deny above lets pass.
EXEMPT = {
    "Sid": "ProtectExempt",
    "Effect": "Deny",
    "Action": [
        "iam:AttachRolePolicy",
        "iam:CreateRole",
        "iam:DeleteRole*",
        "iam:DetachRolePolicy",
        "iam:PassRole",
        "iam:PutRole*",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole*",
    ],
    "Resource": BREAK_GLASS,
}
BACKUPS = {
    "Sid": "ProtectBackups",
    "Effect": "Deny",
    "Action": ["rds:DeleteDB*Snapshot", "rds:DeleteDB*AutomatedBackup"],
    "Resource": "*",
}
KEYS = {
    "Sid": "ProtectKeys",
    "Effect": "Deny",
    "Action": ["kms:DeleteImportedKeyMaterial", "kms:ScheduleKeyDeletion"],
    "Resource": "*",
}
HERE_ALONE = {"Condition": {"StringEquals": {"aws:RequestedRegion": "eu-central-1"}}}

READS = ["dynamodb:GetItem", "s3:GetObject"]


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(*actions, on="*"):
    return document({"Effect": "Allow", "Action": list(actions), "Resource": on})


def trust(**principal):
    return document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


def own(account):
    return trust(AWS=f"arn:aws:iam::{account.id}:root")


def role(account, name, trusted, policy, path="/"):
    iam = account.client("iam")
    iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=trusted)
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy)


class Organization:
    """The organization as it stands, by names."""

    def __init__(self, management):
        self.management = management
        self.client = management.client("organizations")
        self.root = self.client.list_roots()["Roots"][0]["Id"]

    def accounts(self):
        return {one["Name"]: Account(one["Id"]) for one in self.client.list_accounts()["Accounts"]}

    def unit(self, name):
        seen = [self.root]
        for parent in seen:
            for unit in self.client.list_organizational_units_for_parent(ParentId=parent)["OrganizationalUnits"]:
                if unit["Name"] == name:
                    return unit["Id"]
                seen.append(unit["Id"])
        raise KeyError(name)

    def policy(self, name):
        policies = self.client.list_policies(Filter="SERVICE_CONTROL_POLICY")["Policies"]
        return next(policy["Id"] for policy in policies if policy["Name"] == name)

    def guard(self, name, target, *statements):
        made = self.client.create_policy(
            Name=name, Description="", Type="SERVICE_CONTROL_POLICY", Content=document(*statements)
        )
        self.client.attach_policy(PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=target)

    def rewrite(self, name, *statements):
        self.client.update_policy(PolicyId=self.policy(name), Content=document(*statements))

    def move(self, name, source, target):
        self.client.attach_policy(PolicyId=self.policy(name), TargetId=target)
        self.client.detach_policy(PolicyId=self.policy(name), TargetId=source)


def made(management):
    organizations = management.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    organization = Organization(management)
    organizations.enable_policy_type(RootId=organization.root, PolicyType="SERVICE_CONTROL_POLICY")

    def unit(parent, name):
        return organizations.create_organizational_unit(ParentId=parent, Name=name)["OrganizationalUnit"]["Id"]

    def account(parent, name):
        status = organizations.create_account(AccountName=name, Email=f"{name.lower()}@meridian.example")
        member = Account(status["CreateAccountStatus"]["AccountId"])
        organizations.move_account(AccountId=member.id, SourceParentId=organization.root, DestinationParentId=parent)
        role(member, ROLE, own(management), allow(*READS))
        return member

    workloads = unit(organization.root, "Workloads")
    production, development = unit(workloads, "Production"), unit(workloads, "Development")
    courses = account(workloads, "courses-production")
    shop = account(production, "shop-production")
    dev = account(development, "shop-development")
    delivery = account(unit(organization.root, "Infrastructure"), "Delivery")

    organization.guard("protect-data", production, DATA)
    organization.guard("protect-backups", development, BACKUPS)
    organization.guard("protect-keys", production, {**KEYS, **HERE_ALONE})

    suffix = management.id[-6:]
    ci = f"arn:aws:iam::{dev.id}:role/ci"
    role(dev, "ci", own(dev), allow("sts:AssumeRole"))

    key = shop.client("kms").create_key(Description="shop", MultiRegion=False)["KeyMetadata"]["Arn"]
    orders = instance(shop, "orders", StorageEncrypted=True, KmsKeyId=key)
    table(shop, "carts", environment="production")
    bucket(shop, f"shop-invoices-{suffix}", environment="production", **{"data-class": "data"})
    destroy = allow("rds:*", "dynamodb:*", "s3:*")
    role(shop, "deploy", trust(AWS=ci), destroy)
    role(shop, "BreakGlass", own(management), allow("*"))
    role(
        shop,
        "operator",
        own(shop),
        allow("iam:CreateRole", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy", on=f"arn:aws:iam::{shop.id}:role/Br*"),
    )

    lessons = table(courses, "lessons", environment="production")
    role(courses, "deploy", trust(AWS=ci), destroy)
    role(courses, "assistant", own(courses), allow("dynamodb:*"), path="/agents/")

    states = f"meridian-tfstate-{suffix}"
    s3 = bucket(delivery, states, versioned=True)
    put(s3, states, "shop/data.tfstate", [resource("aws_db_instance", "orders", orders)])
    for number in range(6):
        role(delivery, f"team-{number}", own(delivery), allow("s3:*"))

    iam = management.client("iam")
    iam.create_user(UserName="auditor")
    iam.put_user_policy(UserName="auditor", PolicyName="own", PolicyDocument=allow(*READS))
    access = iam.create_access_key(UserName="auditor")["AccessKey"]
    return {
        "management": management.id,
        "accounts": {name: member.id for name, member in organization.accounts().items()},
        "credentials": {
            "access_key_id": access["AccessKeyId"],
            "secret_access_key": access["SecretAccessKey"],
            "session_token": None,
        },
        "orders": orders,
        "lessons": lessons,
        "bucket": states,
    }


def let_in(account, principal):
    account.client("iam").update_assume_role_policy(RoleName="deploy", PolicyDocument=trust(AWS=principal))


def mended(management):
    organization = Organization(management)
    accounts = organization.accounts()
    organization.rewrite("protect-data", DATA, EXEMPT)
    organization.rewrite("protect-keys", KEYS)
    organization.move("protect-backups", organization.unit("Development"), organization.unit("Production"))
    courses, delivery = accounts["courses-production"], accounts["Delivery"]
    let_in(courses, f"arn:aws:iam::{delivery.id}:role/team-0")
    courses.client("iam").put_role_policy(
        RoleName="assistant", PolicyName="own", PolicyDocument=allow("dynamodb:GetItem", "dynamodb:Query")
    )
    for number in range(1, 6):
        delivery.client("iam").put_role_policy(
            RoleName=f"team-{number}", PolicyName="own", PolicyDocument=allow("s3:GetObject")
        )
    return {}


def moved(management):
    organization = Organization(management)
    accounts = organization.accounts()
    courses = accounts["courses-production"]
    organization.move("protect-data", organization.unit("Production"), courses.id)
    let_in(courses, f"arn:aws:iam::{accounts['shop-development'].id}:role/ci")
    return {}


json.dump({"made": made, "mended": mended, "moved": moved}[sys.argv[2]](Account(sys.argv[1])), sys.stdout)
