"""What is asked of a served fleet, operation by operation, and held to its inventory: sessions, the organization, IAM, KMS,
RDS, DynamoDB. The rest is in fleet_storage.py.
"""

import base64
import csv
import io
import json
from urllib.parse import unquote

from fleet_reading import Refused, items_of, moment, tags, value_of

DENIED = {"AccessDenied", "AccessDeniedException"}


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
    for parent in reader.some(parents):
        operation = "ListOrganizationalUnitsForParent"
        answer = reader.read(home, told["units"], "organizations", operation, ParentId=parent)
        if answer:
            below = [unit for unit in units if unit["parent"] == parent]
            reader.items(parent, answer["OrganizationalUnits"], below, ("Id", "id"), {"arn": "Arn", "name": "Name"})
        if "gap" not in told["accounts"]:
            try:
                answer = reader.ask(home, "organizations", "ListAccountsForParent", ParentId=parent)
            except Refused as refused:
                reader.fault(f"the accounts of {parent} are refused: {refused}")
                continue
            under = sorted(account["id"] for account in accounts if account["parent"] == parent)
            # Who could not be placed may be anywhere.
            lost = {account["id"] for account in accounts if account["parent"] is None}
            reader.same(parent, sorted(a["Id"] for a in answer["Accounts"] if a["Id"] not in lost), under)
    for account in reader.some(account for account in accounts if account["tags"] is not None):
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
    for policy in reader.some(items_of(told)):
        answer = reader.read(home, policy["document"], "organizations", "DescribePolicy", PolicyId=policy["id"])
        if answer:
            reader.same(policy["id"], answer["Policy"]["Content"], value_of(policy["document"]))
            reader.same(policy["id"], answer["Policy"]["PolicySummary"]["Type"], kind)
        answer = reader.read(home, policy["targets"], "organizations", "ListTargetsForPolicy", PolicyId=policy["id"])
        if answer:
            reader.items(policy["id"], answer["Targets"], value_of(policy["targets"]), ("TargetId", "id"), {"kind": "Type"})


def governance(reader, home, told):
    administrators = told["delegated_administrators"]
    answer = reader.read(home, administrators, "organizations", "ListDelegatedAdministrators")
    if answer:
        reader.items("administrators", answer["DelegatedAdministrators"], items_of(administrators), ("Id", "id"), {})
    for administrator in reader.some(items_of(administrators)):
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
    for provider in reader.some(items_of(told["oidc_providers"])):
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
    answer = reader.read(home, told, "iam", "GetCredentialReport")
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


# RDS.


def rds(reader, place, told):
    common = {
        "arn": "DBInstanceArn",
        "engine": "Engine",
        "deletion_protection": "DeletionProtection",
        "backup_retention_days": "BackupRetentionPeriod",
        "latest_restorable_at": "LatestRestorableTime",
        "storage_encrypted": "StorageEncrypted",
        "kms_key": "KmsKeyId",
        "backup_recovery_point": "AwsBackupRecoveryPointArn",
        "tags": tags,
    }
    instances = common | {
        "resource_id": "DbiResourceId",
        "status": "DBInstanceStatus",
        "created_at": "InstanceCreateTime",
        "cluster_identifier": "DBClusterIdentifier",
        "replica_source": "ReadReplicaSourceDBInstanceIdentifier",
        "replica_source_cluster": "ReadReplicaSourceDBClusterIdentifier",
    }
    clusters = common | {
        "arn": "DBClusterArn",
        "resource_id": "DbClusterResourceId",
        "status": "Status",
        "created_at": "ClusterCreateTime",
        "members": lambda cluster: [member["DBInstanceIdentifier"] for member in cluster["DBClusterMembers"]],
        "replication_source": "ReplicationSourceIdentifier",
        "clone_group": "CloneGroupId",
    }
    for noun, operation, member, name, fields, code in (
        ("db_instances", "DescribeDBInstances", "DBInstances", "DBInstanceIdentifier", instances, "DBInstanceNotFound"),
        ("db_clusters", "DescribeDBClusters", "DBClusters", "DBClusterIdentifier", clusters, "DBClusterNotFoundFault"),
    ):
        answer = reader.read(place, told[noun], "rds", operation)
        if answer:
            reader.items(noun, answer[member], items_of(told[noun]), (name, "identifier"), fields)
            for item in reader.some(items_of(told[noun]))[:3]:
                for wanted in (item["identifier"], item["arn"]):
                    one = reader.ask(place, "rds", operation, **{name: wanted})
                    reader.same(wanted, [found[name] for found in one[member]], [item["identifier"]])
            reader.refused(place, [code], "rds", operation, **{name: "nobody-has-this-one"})
    global_clusters(reader, place, told["global_clusters"])
    snapshots(reader, place, told)
    automated_backups(reader, place, told)


def global_clusters(reader, place, told):
    answer = reader.read(place, told, "rds", "DescribeGlobalClusters")
    if answer:
        members = lambda item: [
            {"cluster": member["DBClusterArn"], "writer": member["IsWriter"]} for member in item["GlobalClusterMembers"]
        ]
        fields = {
            "arn": "GlobalClusterArn",
            "resource_id": "GlobalClusterResourceId",
            "engine": "Engine",
            "deletion_protection": "DeletionProtection",
            "members": members,
        }
        key = ("GlobalClusterIdentifier", "identifier")
        reader.items("global_clusters", answer["GlobalClusters"], items_of(told), key, fields)


def snapshots(reader, place, told):
    common = {
        "snapshot_type": "SnapshotType",
        "status": "Status",
        "created_at": "SnapshotCreateTime",
        "engine": "Engine",
        "kms_key": "KmsKeyId",
        "tags": tags,
    }
    of_instances = common | {
        "arn": "DBSnapshotArn",
        "source_identifier": "DBInstanceIdentifier",
        "source_resource_id": "DbiResourceId",
        "source_snapshot": "SourceDBSnapshotIdentifier",
        "source_region": "SourceRegion",
        "original_created_at": "OriginalSnapshotCreateTime",
        "encrypted": "Encrypted",
    }
    of_clusters = common | {
        "arn": "DBClusterSnapshotArn",
        "source_identifier": "DBClusterIdentifier",
        "source_resource_id": "DbClusterResourceId",
        "source_snapshot": "SourceDBClusterSnapshotArn",
        "encrypted": "StorageEncrypted",
    }
    for noun, what, fields in (("db_snapshots", "DBSnapshot", of_instances), ("db_cluster_snapshots", "DBClusterSnapshot", of_clusters)):
        operation, name = f"Describe{what}s", f"{what}Identifier"
        answers = []
        for kind in ({}, {"SnapshotType": "awsbackup"}):
            answer = reader.read(place, told[noun], "rds", operation, **kind)
            if not answer:
                return
            types = {item["SnapshotType"] for item in answer[f"{what}s"]}
            if not types <= ({"awsbackup"} if kind else {"manual", "automated"}):
                reader.fault(f"{operation} {kind} gives snapshots of the types {types}")
            answers += answer[f"{what}s"]
        reader.items(noun, answers, items_of(told[noun]), (name, "identifier"), fields)
        shared = [item for item in items_of(told[noun]) if item["shared_with"] is not None]
        for item in reader.some(shared):
            operation = f"Describe{what}Attributes"
            answer = reader.read(place, item["shared_with"], "rds", operation, **{name: item["identifier"]})
            if answer:
                result = answer[f"{what}AttributesResult"]
                reader.same(name, result[name], item["identifier"])
                values = {a["AttributeName"]: sorted(a["AttributeValues"]) for a in result[f"{what}Attributes"]}
                reader.same("restore", values.get("restore"), value_of(item["shared_with"]))


def automated_backups(reader, place, told):
    common = {
        "status": "Status",
        "earliest_restorable_at": lambda item: item["RestoreWindow"].get("EarliestTime"),
        "latest_restorable_at": lambda item: item["RestoreWindow"].get("LatestTime"),
        "backup_retention_days": "BackupRetentionPeriod",
        "source_region": "Region",
        "kms_key": "KmsKeyId",
        "backup_recovery_point": "AwsBackupRecoveryPointArn",
    }

    def replications(item):
        found = item.get("DBInstanceAutomatedBackupsReplications") or []
        return [replication["DBInstanceAutomatedBackupsArn"] for replication in found]

    for noun, what, resource, more in (
        ("db_instance_automated_backups", "DBInstance", "DbiResourceId", {"replications": replications}),
        ("db_cluster_automated_backups", "DBCluster", "DbClusterResourceId", {}),
    ):
        operation, arn = f"Describe{what}AutomatedBackups", f"{what}Arn"
        answer = reader.read(place, told[noun], "rds", operation)
        if answer:
            own = lambda item: item.get(f"{what}AutomatedBackupsArn", item[arn])
            fields = common | more | {"arn": own, "source": arn, "identifier": f"{what}Identifier"}
            found = answer[f"{what}AutomatedBackups"]
            reader.items(noun, found, items_of(told[noun]), (resource, "resource_id"), fields)


# KMS.


def kms(reader, place, told):
    replication = lambda key: key.get("MultiRegionConfiguration") or {}
    fields = {
        "arn": "Arn",
        "account": "AWSAccountId",
        "manager": "KeyManager",
        "state": "KeyState",
        "deletion_at": "DeletionDate",
        "origin": "Origin",
        "expiration_model": "ExpirationModel",
        "material_expires_at": "ValidTo",
        "multi_region": "MultiRegion",
        "multi_region_type": lambda key: replication(key).get("MultiRegionKeyType"),
        "primary_region": lambda key: (replication(key).get("PrimaryKey") or {}).get("Region"),
    }
    for key in reader.some(items_of(told["keys"])):
        # A region that was not read is asked for its keys all the same.
        there = (place[0], key["reference"].split(":")[3] or place[1])
        answer = reader.read(there, key["detail"], "kms", "DescribeKey", KeyId=key["reference"])
        if answer:
            with reader.at(key["reference"]):
                reader.fields(answer["KeyMetadata"], value_of(key["detail"]), fields)
        policy = key["policy"]
        if policy is None or "value" not in key["detail"]:
            continue
        arn = key["detail"]["value"]["arn"]
        if policy.get("gap", {}).get("kind") == "out_of_scope":
            reader.refused(there, DENIED, "kms", "GetKeyPolicy", KeyId=arn)
            continue
        answer = reader.read(there, policy, "kms", "GetKeyPolicy", KeyId=arn)
        if answer:
            reader.same(f"policy of {arn}", answer["Policy"], value_of(policy))


# DynamoDB.


def dynamodb(reader, place, told):
    answer = reader.read(place, told["tables"], "dynamodb", "ListTables")
    if answer:
        reader.same("tables", sorted(answer["TableNames"]), sorted(table["name"] for table in items_of(told["tables"])))

    def key(kind):
        return lambda table: next((k["AttributeName"] for k in table["KeySchema"] if k["KeyType"] == kind), None)

    fields = {
        "id": "TableId",
        "status": "TableStatus",
        "created_at": "CreationDateTime",
        "deletion_protection": "DeletionProtectionEnabled",
        "partition_key": key("HASH"),
        "sort_key": key("RANGE"),
        "replicas": lambda table: [replica["RegionName"] for replica in table.get("Replicas") or []],
        "kms_key": lambda table: (table.get("SSEDescription") or {}).get("KMSMasterKeyArn"),
        "item_count": "ItemCount",
    }
    recovery = {
        "enabled": lambda point: point["PointInTimeRecoveryStatus"] == "ENABLED",
        "earliest_restorable_at": "EarliestRestorableDateTime",
        "latest_restorable_at": "LatestRestorableDateTime",
        "period_days": "RecoveryPeriodInDays",
    }
    for table in reader.some(items_of(told["tables"])):
        name, arn = table["name"], table["arn"]
        answer = reader.read(place, table["detail"], "dynamodb", "DescribeTable", TableName=name)
        if answer:
            with reader.at(arn):
                reader.same("arn", answer["Table"]["TableArn"], arn)
                reader.fields(answer["Table"], value_of(table["detail"]), fields)
        point = table["point_in_time_recovery"]
        answer = reader.read(place, point, "dynamodb", "DescribeContinuousBackups", TableName=name)
        if answer:
            with reader.at(arn):
                found = answer["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
                reader.fields(found, value_of(point), recovery)
        answer = reader.read(place, table["tags"], "dynamodb", "ListTagsOfResource", ResourceArn=arn)
        if answer:
            reader.same(f"tags of {arn}", tags(answer, "Tags"), value_of(table["tags"]))
        policy, none = table["resource_policy"], ["PolicyNotFoundException"]
        answer = reader.read(place, policy, "dynamodb", "GetResourcePolicy", none=none, ResourceArn=arn)
        if answer:
            reader.same(f"policy of {arn}", answer["Policy"], value_of(policy))
    if answer := "gap" not in told["tables"]:
        operation = "DescribeTable"
        reader.refused(place, ["ResourceNotFoundException"], "dynamodb", operation, TableName="nobody-has-this-one")
