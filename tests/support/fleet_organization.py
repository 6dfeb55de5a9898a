"""What is asked of a served fleet about its organization, its accounts and IAM, and held to its inventory; and the way
through all of it.
"""

import base64
import csv
import io
import json
from urllib.parse import unquote

import fleet_backup
import fleet_services
import fleet_storage
import fleet_unknown
from fleet_reading import Refused, items_of, moment, tags, value_of

# Organizations.


def organization(reader, place):
    told = reader.inventory["organization"]
    if told is None:
        return
    home = (place[0], reader.global_region)
    none = ["AWSOrganizationsNotInUseException"]
    answer = reader.read(home, told["description"], "organizations", "DescribeOrganization", none=none)
    if answer:
        fields = {"id": "Id", "arn": "Arn", "feature_set": "FeatureSet", "management_account": "MasterAccountId"}
        reader.fields(answer["Organization"], value_of(told["description"]), fields)
    elif value_of(told["description"]) is None and "read" in told["description"]:
        return
    places(reader, home, told)
    for kind, policies in (("SERVICE_CONTROL_POLICY", told["scps"]), ("RESOURCE_CONTROL_POLICY", told["rcps"])):
        policy_documents(reader, home, kind, policies)
    governance(reader, home, told)


def places(reader, home, told):
    answer = reader.read(home, told["roots"], "organizations", "ListRoots")
    if answer:
        types = lambda root: {kind["Type"]: kind["Status"] for kind in root["PolicyTypes"]}
        fields = {"arn": "Arn", "name": "Name", "policy_types": types}
        reader.items("roots", answer["Roots"], items_of(told["roots"]), ("Id", "id"), fields)
    accounts, units = items_of(told["accounts"]), items_of(told["units"])
    answer = reader.read(home, told["accounts"], "organizations", "ListAccounts")
    if answer:
        state = lambda account: account.get("State", account.get("Status"))
        fields = {"arn": "Arn", "name": "Name", "state": state, "joined_at": "JoinedTimestamp"}
        reader.items("accounts", answer["Accounts"], accounts, ("Id", "id"), fields)
    parents = [root["id"] for root in items_of(told["roots"])] + [unit["id"] for unit in units]
    place = {account["id"]: value_of(account["parent"]) for account in accounts}
    hidden = [account["parent"] for account in accounts if place[account["id"]] is None]
    for parent in parents:
        operation = "ListOrganizationalUnitsForParent"
        answer = reader.read(home, told["units"], "organizations", operation, ParentId=parent)
        if answer:
            below = [unit for unit in units if unit["parent"] == parent]
            reader.items(parent, answer["OrganizationalUnits"], below, ("Id", "id"), {"arn": "Arn", "name": "Name"})
        # A list that hides one account is refused for all; one that AWS lists nowhere hides nothing.
        lists = [one for one in hidden if one["gap"]["operation"] == "organizations:ListAccountsForParent"]
        refused = [one for one in lists if "under no root" not in one["gap"]["message"]]
        below = [account for account in accounts if place[account["id"]] == parent]
        under = refused[0] if refused else {"value": below}
        operation = "ListAccountsForParent"
        if "gap" in told["accounts"]:
            continue
        answer = reader.read(home, under, "organizations", operation, ParentId=parent)
        if answer:
            reader.same(parent, sorted(a["Id"] for a in answer["Accounts"]), sorted(one["id"] for one in below))
    for account in [account for account in accounts if account["tags"] is not None]:
        operation = "ListTagsForResource"
        answer = reader.read(home, account["tags"], "organizations", operation, ResourceId=account["id"])
        if answer:
            reader.same(f"tags of {account['id']}", tags(answer, "Tags"), value_of(account["tags"]))


def policy_documents(reader, home, kind, told):
    answer = reader.read(home, told, "organizations", "ListPolicies", Filter=kind)
    if not answer:
        return
    fields = {"arn": "Arn", "name": "Name", "aws_managed": "AwsManaged"}
    reader.items(kind, answer["Policies"], items_of(told), ("Id", "id"), fields)
    for policy in items_of(told):
        answer = reader.read(home, policy["document"], "organizations", "DescribePolicy", PolicyId=policy["id"])
        if answer:
            reader.same(policy["id"], answer["Policy"]["Content"], value_of(policy["document"]))
            reader.same(policy["id"], answer["Policy"]["PolicySummary"]["Type"], kind)
        answer = reader.read(home, policy["targets"], "organizations", "ListTargetsForPolicy", PolicyId=policy["id"])
        if answer:
            targets = value_of(policy["targets"])
            reader.items(policy["id"], answer["Targets"], targets, ("TargetId", "id"), {"kind": "Type"})


def governance(reader, home, told):
    administrators = told["delegated_administrators"]
    answer = reader.read(home, administrators, "organizations", "ListDelegatedAdministrators")
    if answer:
        reader.items("administrators", answer["DelegatedAdministrators"], items_of(administrators), ("Id", "id"), {})
    for administrator in items_of(administrators):
        operation, account = "ListDelegatedServicesForAccount", administrator["id"]
        answer = reader.read(home, administrator["services"], "organizations", operation, AccountId=account)
        if answer:
            found = sorted(service["ServicePrincipal"] for service in answer["DelegatedServices"])
            reader.same(f"services of {account}", found, value_of(administrator["services"]))
    operation = "ListAWSServiceAccessForOrganization"
    answer = reader.read(home, told["trusted_services"], "organizations", operation)
    if answer:
        found = sorted(service["ServicePrincipal"] for service in answer["EnabledServicePrincipals"])
        reader.same("trusted services", found, value_of(told["trusted_services"]))
    none = ["ResourcePolicyNotFoundException"]
    answer = reader.read(home, told["resource_policy"], "organizations", "DescribeResourcePolicy", none=none)
    if answer:
        reader.same("resource policy", answer["ResourcePolicy"]["Content"], value_of(told["resource_policy"]))
    features = told["central_root_features"]
    none = ["ServiceAccessNotEnabledException", "OrganizationNotInAllFeaturesModeException"]
    answer = reader.read(home, features, "iam", "ListOrganizationsFeatures", none=none)
    if answer:
        reader.same("features", sorted(answer["EnabledFeatures"]), value_of(features))


# An account.


def account(reader, place, parts):
    home = (place[0], reader.global_region)
    answer = reader.read(home, parts["regions"], "account", "ListRegions")
    if answer:
        enabled = [r["RegionName"] for r in answer["Regions"] if r["RegionOptStatus"] != "DISABLED"]
        reader.same("enabled regions", sorted(enabled), value_of(parts["regions"]))
    policy = parts["backup_effective_policy"]
    none = ["EffectivePolicyNotFoundException", "AWSOrganizationsNotInUseException"]
    operation = "DescribeEffectivePolicy"
    answer = reader.read(home, policy, "organizations", operation, none=none, PolicyType="BACKUP_POLICY")
    if answer:
        reader.same("effective policy", answer["EffectivePolicy"]["PolicyContent"], value_of(policy))


# IAM.


def document(text):
    """A document as text: IAM sends it percent-encoded, botocore and the CLI give it parsed."""
    if isinstance(text, str):
        text = unquote(text)
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def iam(reader, place, told):
    home = (place[0], reader.global_region)
    details = told["authorization_details"]
    answer = reader.read(home, details, "iam", "GetAccountAuthorizationDetails")
    if answer:
        authorization_details(reader, answer, value_of(details))
    credential_report(reader, home, told["credential_report"])
    answer = reader.read(home, told["oidc_providers"], "iam", "ListOpenIDConnectProviders")
    if answer:
        reader.items("oidc", answer["OpenIDConnectProviderList"], items_of(told["oidc_providers"]), ("Arn", "arn"), {})
    for provider in items_of(told["oidc_providers"]):
        arn = provider["arn"]
        operation = "GetOpenIDConnectProvider"
        answer = reader.read(home, provider["detail"], "iam", operation, OpenIDConnectProviderArn=arn)
        if answer:
            with reader.at(arn):
                reader.fields(answer, value_of(provider["detail"]), {"url": "Url", "audiences": "ClientIDList"})
    answer = reader.read(home, told["saml_providers"], "iam", "ListSAMLProviders")
    if answer:
        found = sorted(provider["Arn"] for provider in answer["SAMLProviderList"])
        reader.same("saml providers", found, value_of(told["saml_providers"]))
    answer = reader.read(home, told["account_summary"], "iam", "GetAccountSummary")
    if answer:
        reader.same("account summary", answer["SummaryMap"], value_of(told["account_summary"]))


def inline(member):
    return lambda item: sorted((p["PolicyName"], str(document(p["PolicyDocument"]))) for p in item.get(member) or [])


def attached(item):
    return sorted(policy["PolicyArn"] for policy in item.get("AttachedManagedPolicies") or [])


def boundary(item):
    return (item.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn")


def authorization_details(reader, answer, details):
    def want(items, more=()):
        """The inventory's items, with documents parsed as the clients parse them."""
        for item in items:
            item = dict(item)
            item["inline_policies"] = sorted((p["name"], str(document(p["document"]))) for p in item["inline_policies"])
            if "trust_policy" in item:
                item["trust_policy"] = document(item["trust_policy"])
            yield item

    common = {"path": "Path", "attached_policies": attached}
    users = common | {
        "name": "UserName",
        "id": "UserId",
        "created_at": "CreateDate",
        "inline_policies": inline("UserPolicyList"),
        "groups": lambda user: user.get("GroupList") or [],
        "permissions_boundary": boundary,
        "tags": lambda user: tags(user, "Tags"),
    }
    groups = common | {"name": "GroupName", "id": "GroupId", "inline_policies": inline("GroupPolicyList")}
    roles = common | {
        "name": "RoleName",
        "id": "RoleId",
        "created_at": "CreateDate",
        "trust_policy": lambda role: document(role["AssumeRolePolicyDocument"]),
        "inline_policies": inline("RolePolicyList"),
        "permissions_boundary": boundary,
        "instance_profiles": lambda role: [profile["Arn"] for profile in role.get("InstanceProfileList") or []],
        "tags": lambda role: tags(role, "Tags"),
        "last_used_at": lambda role: (role.get("RoleLastUsed") or {}).get("LastUsedDate"),
        "last_used_region": lambda role: (role.get("RoleLastUsed") or {}).get("Region"),
    }
    key = ("Arn", "arn")
    reader.items("users", answer["UserDetailList"], list(want(details["users"])), key, users)
    reader.items("groups", answer["GroupDetailList"], list(want(details["groups"])), key, groups)
    reader.items("roles", answer["RoleDetailList"], list(want(details["roles"])), key, roles)

    def default(policy):
        versions = [version for version in policy["PolicyVersionList"] if version["IsDefaultVersion"]]
        return document(versions[0]["Document"]) if versions else None

    policies = [
        policy | {"document": document(policy["document"]) if policy["document"] is not None else None}
        for policy in details["policies"]
    ]
    fields = {"name": "PolicyName", "id": "PolicyId", "path": "Path", "default_version": "DefaultVersionId"}
    reader.items("policies", answer["Policies"], policies, key, fields | {"document": default})


def credential_report(reader, home, told):
    answer = reader.read(home, told, "iam", "GenerateCredentialReport")
    if answer:
        reader.same("the report's state", answer["State"], "COMPLETE")
    if told.get("gap", {}).get("operation") == "iam:GenerateCredentialReport":
        # What could not be made is not there to be read.
        told = {"value": None}
    answer = reader.read(home, told, "iam", "GetCredentialReport", none=["ReportNotPresent"])
    if not answer:
        return
    content = answer["Content"]
    content = base64.b64decode(content) if isinstance(content, str) else content
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    absent = ("N/A", "not_supported", "no_information", "")
    flag = lambda name: lambda row: None if row[name] in absent else row[name].lower() == "true"
    time = lambda name: lambda row: None if row[name] in absent else moment(row[name])
    fields = {"user": "user"}
    fields |= {name: flag(name) for name in ("password_enabled", "mfa_active")}
    fields |= {f"access_key_{n}_active": flag(f"access_key_{n}_active") for n in (1, 2)}
    reader.items("credential report", rows, value_of(told), ("arn", "arn"), fields)
    by_arn = {row["arn"]: row for row in rows}
    times = {"password_last_used": "password_last_used"}
    times |= {f"access_key_{n}_last_used": f"access_key_{n}_last_used_date" for n in (1, 2)}
    for row in value_of(told):
        for name, column in times.items():
            # The report has whole seconds.
            want = moment(row[name])
            got = time(column)(by_arn[row["arn"]]) if row["arn"] in by_arn else None
            reader.same(f"{row['arn']} {name}", got, None if want is None else want // 1000 * 1000)


# The way through.


def role_of(inventory, account, parts):
    """The ARN of the audit role in an account, path included where it is known."""
    partition = inventory["caller"]["partition"]
    if parts is None:
        return f"arn:{partition}:iam::{account}:role/{inventory['scope']['role_name'] or 'PalisadeAudit'}"
    name = parts["session"].split("/")[1]
    details = value_of(parts["iam"]["authorization_details"]) or {"roles": []}
    known = [role["arn"] for role in details["roles"] if role["name"] == name]
    return known[0] if known else f"arn:{partition}:iam::{account}:role/{name}"


def enter(reader, account, told):
    """Enters an account; False where nobody could, and nobody can."""
    inventory, parts = reader.inventory, told.get("value")
    caller = inventory["caller"]
    home, session = (caller["account"], caller["home_region"]), {"RoleSessionName": "reader"}
    with reader.at(account):
        try:
            # The caller's own account is read on its own credentials.
            if account != caller["account"]:
                answer = reader.ask(home, "sts", "AssumeRole", RoleArn=role_of(inventory, account, parts), **session)
                reader.keys[account] = answer["Credentials"]
        except Refused as refused:
            if parts is None:
                reader.refusal(refused, told["gap"])
                return False
            reader.fault(f"cannot be entered: {refused}")
            return False
        if parts is None:
            reader.fault("can be entered, where the inventory says that nobody could")
            return False
        answer = reader.ask((account, caller["home_region"]), "sts", "GetCallerIdentity")
        reader.same("the account of the session", answer["Account"], account)
    return True


def region(reader, place, told):
    """One region of an account, or the one gap that stands for all of it."""
    if "gap" in told:
        denied = fleet_services.DENIED | {told["gap"]["code"]}
        if told["gap"]["kind"] in ("region_denied", "denied_by_scp", "denied"):
            reader.refused(place, denied, "rds", "DescribeDBInstances")
            reader.refused(place, denied, "backup", "ListBackupVaults")
        return
    parts = told["value"]
    fleet_services.rds(reader, place, parts["rds"])
    fleet_backup.backup(reader, place, parts["backup"])
    fleet_services.dynamodb(reader, place, parts["dynamodb"])
    fleet_services.kms(reader, place, parts["kms"])


def everything(reader):
    """Goes through all that the inventory holds."""
    inventory = reader.inventory
    caller = inventory["caller"]
    home = (caller["account"], caller["home_region"])
    answer = reader.ask(home, "sts", "GetCallerIdentity")
    reader.same("the caller's ARN", answer["Arn"], caller["arn"])
    organization(reader, home)
    for told in inventory["accounts"]:
        if not enter(reader, told["id"], told["parts"]):
            continue
        parts = told["parts"]["value"]
        place = (told["id"], caller["home_region"])
        account(reader, place, parts)
        iam(reader, place, parts["iam"])
        fleet_backup.global_settings(reader, place, parts["backup_global_settings"])
        fleet_storage.s3(reader, place, parts["s3"])
        fleet_storage.states(reader, told["id"], parts)
        for one in parts["regional"]:
            region(reader, (told["id"], one["region"]), one["parts"])
    fleet_unknown.unknown(reader)
