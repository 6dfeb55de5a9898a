"""What is asked of a served fleet about AWS Backup, S3 and Terraform states, and held to its inventory."""

import hashlib
import json

from fleet_reading import items_of, moment, tags, value_of

# AWS Backup.


def days(lifecycle):
    found = (lifecycle or {}).get("DeleteAfterDays")
    return None if found is None or found < 0 else found


def vault_key(item):
    """A key that AWS owns counts as none."""
    return None if item.get("EncryptionKeyType") == "AWS_OWNED_KMS_KEY" else item.get("EncryptionKeyArn")


def backup(reader, place, told):
    vaults(reader, place, told["vaults"])
    plans(reader, place, told["plans"])
    protected(reader, place, told["protected_resources"])
    jobs(reader, place, told)
    holds(reader, place, told)
    answer = reader.read(place, told["region_settings"], "backup", "DescribeRegionSettings")
    if answer:
        fields = {"opt_in": "ResourceTypeOptInPreference", "management": "ResourceTypeManagementPreference"}
        reader.fields(answer, value_of(told["region_settings"]), fields)


def global_settings(reader, place, told):
    none = ["InvalidRequestException"]
    answer = reader.read(place, told, "backup", "DescribeGlobalSettings", none=none)
    if answer:
        reader.same("global settings", answer["GlobalSettings"], value_of(told))


def vaults(reader, place, told):
    answer = reader.read(place, told, "backup", "ListBackupVaults")
    if answer:
        fields = {
            "arn": "BackupVaultArn",
            "vault_type": "VaultType",
            "vault_state": "VaultState",
            "created_at": "CreationDate",
            "kms_key": vault_key,
            "recovery_point_count": "NumberOfRecoveryPoints",
            "locked": lambda vault: vault.get("Locked", False),
            "lock_date": "LockDate",
            "min_retention_days": "MinRetentionDays",
            "max_retention_days": "MaxRetentionDays",
        }
        reader.items("vaults", answer["BackupVaultList"], items_of(told), ("BackupVaultName", "name"), fields)
    points = {
        "resource": "ResourceArn",
        "resource_type": "ResourceType",
        "status": "Status",
        "created_at": "CreationDate",
        "completed_at": "CompletionDate",
        "delete_after_days": lambda point: days(point.get("Lifecycle")),
        "delete_at": lambda point: (point.get("CalculatedLifecycle") or {}).get("DeleteAt"),
        "cold_storage_at": lambda point: (point.get("CalculatedLifecycle") or {}).get("MoveToColdStorageAt"),
        "encrypted": "IsEncrypted",
        "kms_key": vault_key,
        "source_vault": "SourceBackupVaultArn",
        "last_restored_at": "LastRestoreTime",
        "plan_id": lambda point: (point.get("CreatedBy") or {}).get("BackupPlanId"),
        "parent": lambda point: point.get("IsParent", False),
        "parent_recovery_point": "ParentRecoveryPointArn",
    }
    for vault in items_of(told):
        name = vault["name"]
        operation, none = "GetBackupVaultAccessPolicy", ["ResourceNotFoundException"]
        answer = reader.read(place, vault["policy"], "backup", operation, none=none, BackupVaultName=name)
        if answer:
            reader.same(f"policy of {name}", answer["Policy"], value_of(vault["policy"]))
        operation = "ListRecoveryPointsByBackupVault"
        answer = reader.read(place, vault["recovery_points"], "backup", operation, BackupVaultName=name)
        if answer:
            found = answer["RecoveryPoints"]
            reader.items(name, found, value_of(vault["recovery_points"]), ("RecoveryPointArn", "arn"), points)


def plans(reader, place, told):
    answer = reader.read(place, told, "backup", "ListBackupPlans")
    if answer:
        fields = {"arn": "BackupPlanArn", "name": "BackupPlanName"}
        reader.items("plans", answer["BackupPlansList"], items_of(told), ("BackupPlanId", "id"), fields)
    copies = lambda rule: sorted(
        (copy["DestinationBackupVaultArn"], str(days(copy.get("Lifecycle")))) for copy in rule.get("CopyActions") or []
    )
    rule_fields = {
        "target_vault": "TargetBackupVaultName",
        "target_air_gapped_vault": "TargetLogicallyAirGappedBackupVaultArn",
        "schedule": "ScheduleExpression",
        "continuous": lambda rule: rule.get("EnableContinuousBackup", False),
        "delete_after_days": lambda rule: days(rule.get("Lifecycle")),
        "copies": copies,
    }
    for plan in items_of(told):
        answer = reader.read(place, plan["rules"], "backup", "GetBackupPlan", BackupPlanId=plan["id"])
        if answer:
            rules = [
                rule | {"copies": sorted((c["destination_vault"], str(c["delete_after_days"])) for c in rule["copy_actions"])}
                for rule in value_of(plan["rules"])
            ]
            if len({rule["name"] for rule in rules}) == len(rules):
                reader.items(plan["id"], answer["BackupPlan"]["Rules"], rules, ("RuleName", "name"), rule_fields)
        operation = "ListBackupSelections"
        answer = reader.read(place, plan["selections"], "backup", operation, BackupPlanId=plan["id"])
        if answer:
            found = answer["BackupSelectionsList"]
            reader.items(plan["id"], found, value_of(plan["selections"]), ("SelectionId", "id"), {"name": "SelectionName"})
        for selection in value_of(plan["selections"]) or []:
            given = {"BackupPlanId": plan["id"], "SelectionId": selection["id"]}
            answer = reader.read(place, selection["detail"], "backup", "GetBackupSelection", **given)
            if answer:
                with reader.at(selection["id"]):
                    selected(reader, answer["BackupSelection"], value_of(selection["detail"]))


def selected(reader, got, want):
    parts = {"StringEquals": "string_equals", "StringNotEquals": "string_not_equals"}
    parts |= {"StringLike": "string_like", "StringNotLike": "string_not_like"}
    conditions = [
        (parts[name], one["ConditionKey"], one["ConditionValue"])
        for name, some in (got.get("Conditions") or {}).items()
        for one in some
    ]
    plain = lambda key: key.removeprefix("aws:ResourceTag/")
    listed = [(plain(one["ConditionKey"]), one["ConditionValue"]) for one in got.get("ListOfTags") or []]
    reader.same("resources", sorted(got.get("Resources") or []), want["resources"])
    reader.same("not_resources", sorted(got.get("NotResources") or []), want["not_resources"])
    reader.same("list_of_tags", sorted(listed), sorted((one["key"], one["value"]) for one in want["list_of_tags"]))
    wanted = sorted((one["operator"], one["key"], one["value"]) for one in want["conditions"])
    reader.same("conditions", sorted(conditions), wanted)


def protected(reader, place, told):
    answer = reader.read(place, told, "backup", "ListProtectedResources")
    if answer:
        fields = {"resource_type": "ResourceType", "last_backup_at": "LastBackupTime"}
        reader.items("protected", answer["Results"], items_of(told), ("ResourceArn", "resource"), fields)
    fields = {
        "restored_at": "LatestRestoreJobCreationDate",
        "recovery_point_created_at": "LatestRestoreRecoveryPointCreationDate",
        "minutes": "LatestRestoreExecutionTimeMinutes",
    }
    for resource in [one for one in items_of(told) if one["last_restore"] is not None]:
        arn, operation = resource["resource"], "DescribeProtectedResource"
        answer = reader.read(place, resource["last_restore"], "backup", operation, ResourceArn=arn)
        if answer:
            with reader.at(arn):
                reader.fields(answer, value_of(resource["last_restore"]), fields)


def jobs(reader, place, told):
    common = {"status_message": "StatusMessage", "created_at": "CreationDate", "completed_at": "CompletionDate"}
    common |= {"resource_type": "ResourceType"}
    found = []
    for state in ("ABORTED", "EXPIRED", "FAILED", "PARTIAL"):
        answer = reader.read(place, told["backup_jobs"], "backup", "ListBackupJobs", ByState=state)
        if not answer:
            break
        reader.same("states", {job["State"] for job in answer["BackupJobs"]} - {state}, set())
        found += answer["BackupJobs"]
    else:
        fields = common | {"state": "State", "resource": "ResourceArn", "vault": "BackupVaultArn"}
        reader.items("backup jobs", found, items_of(told["backup_jobs"]), ("BackupJobId", "id"), fields)
    answer = reader.read(place, told["copy_jobs"], "backup", "ListCopyJobs")
    if answer:
        fields = common | {
            "state": "State",
            "resource": "ResourceArn",
            "source_vault": "SourceBackupVaultArn",
            "destination_vault": "DestinationBackupVaultArn",
            "destination_recovery_point": "DestinationRecoveryPointArn",
            "account": "AccountId",
        }
        reader.items("copy jobs", answer["CopyJobs"], items_of(told["copy_jobs"]), ("CopyJobId", "id"), fields)
    answer = reader.read(place, told["restore_jobs"], "backup", "ListRestoreJobs")
    if answer:
        fields = common | {
            "status": "Status",
            "recovery_point": "RecoveryPointArn",
            "source_resource": "SourceResourceArn",
            "restore_testing_plan": lambda job: (job.get("CreatedBy") or {}).get("RestoreTestingPlanArn"),
            "validation_status": "ValidationStatus",
        }
        key = ("RestoreJobId", "id")
        reader.items("restore jobs", answer["RestoreJobs"], items_of(told["restore_jobs"]), key, fields)


def holds(reader, place, told):
    answer = reader.read(place, told["legal_holds"], "backup", "ListLegalHolds")
    if answer:
        fields = {"arn": "LegalHoldArn", "title": "Title", "status": "Status"}
        reader.items("holds", answer["LegalHolds"], items_of(told["legal_holds"]), ("LegalHoldId", "id"), fields)
    selection = lambda hold: hold.get("RecoveryPointSelection") or {}
    fields = {
        "vaults": lambda hold: selection(hold).get("VaultNames") or [],
        "resources": lambda hold: selection(hold).get("ResourceIdentifiers") or [],
        "from": lambda hold: (selection(hold).get("DateRange") or {}).get("FromDate"),
        "to": lambda hold: (selection(hold).get("DateRange") or {}).get("ToDate"),
    }
    for hold in items_of(told["legal_holds"]):
        answer = reader.read(place, hold["detail"], "backup", "GetLegalHold", LegalHoldId=hold["id"])
        if answer:
            with reader.at(hold["id"]):
                reader.fields(answer, value_of(hold["detail"]), fields)
    tests = told["restore_testing_plans"]
    answer = reader.read(place, tests, "backup", "ListRestoreTestingPlans")
    if answer:
        fields = {
            "arn": "RestoreTestingPlanArn",
            "schedule": "ScheduleExpression",
            "last_run_at": "LastExecutionTime",
        }
        found = answer["RestoreTestingPlans"]
        reader.items("tests", found, items_of(tests), ("RestoreTestingPlanName", "name"), fields)
    for plan in items_of(tests):
        given = {"RestoreTestingPlanName": plan["name"]}
        answer = reader.read(place, plan["selected_types"], "backup", "ListRestoreTestingSelections", **given)
        if answer:
            found = {one["ProtectedResourceType"] for one in answer["RestoreTestingSelections"]}
            reader.same(f"types of {plan['name']}", sorted(found), value_of(plan["selected_types"]))


# S3.

BLOCK = {
    "block_public_acls": "BlockPublicAcls",
    "ignore_public_acls": "IgnorePublicAcls",
    "block_public_policy": "BlockPublicPolicy",
    "restrict_public_buckets": "RestrictPublicBuckets",
}
NO_BLOCK = ["NoSuchPublicAccessBlockConfiguration"]


def s3(reader, place, told):
    block = told["account_public_access_block"]
    answer = reader.read(place, block, "s3control", "GetPublicAccessBlock", none=NO_BLOCK, AccountId=place[0])
    if answer:
        reader.fields(answer["PublicAccessBlockConfiguration"], value_of(block), BLOCK)
    answer = reader.read(place, told["buckets"], "s3", "ListBuckets")
    if answer:
        reader.items("buckets", answer["Buckets"], items_of(told["buckets"]), ("Name", "name"), {"created_at": "CreationDate"})
    for bucket in items_of(told["buckets"]):
        one_bucket(reader, place, bucket)


def one_bucket(reader, home, bucket):
    given = {"Bucket": bucket["name"]}
    region = value_of(bucket["region"])
    answer = reader.read(home if region is None else (home[0], region), bucket["region"], "s3", "GetBucketLocation", **given)
    if answer:
        reader.same(f"region of {bucket['name']}", answer.get("LocationConstraint") or "us-east-1", region)
    if region is None:
        return
    for name, (operation, none, shape) in SETTINGS.items():
        told = bucket[name]
        if none and "value" in told and not told["value"]:
            # An empty list is none configured as well.
            told = {"value": None}
        answer = reader.read((home[0], region), told, "s3", operation, none=none, **given)
        if answer:
            with reader.at(bucket["name"], operation):
                shape(reader, answer, value_of(told))


def tag_set(reader, got, want):
    reader.same("tags", tags(got, "TagSet"), want)


def versioning(reader, got, want):
    reader.fields(got, want, {"status": "Status", "mfa_delete": "MFADelete"})


def object_lock(reader, got, want):
    got = got["ObjectLockConfiguration"]
    retention = (got.get("Rule") or {}).get("DefaultRetention") or {}
    reader.same("enabled", got["ObjectLockEnabled"] == "Enabled", want["enabled"])
    reader.fields(retention, want, {"default_mode": "Mode", "default_days": "Days", "default_years": "Years"})


def filtered(rule):
    """A rule's filter with the conditions of its And, and the prefix of rules of the first form."""
    found = dict(rule.get("Filter") or {})
    both = dict(found.pop("And", {}))
    found["Tags"] = both.pop("Tags", []) + ([found.pop("Tag")] if "Tag" in found else [])
    found |= both
    found.setdefault("Prefix", rule.get("Prefix"))
    return found


def rule_list(reader, rules, want, fields):
    fields = {
        "enabled": lambda rule: rule["Status"] == "Enabled",
        "prefix": lambda rule: filtered(rule)["Prefix"] or None,
        "tags": lambda rule: tags(filtered(rule), "Tags"),
    } | fields
    reader.same("the number of rules", len(rules), len(want))
    if all(rule["id"] for rule in want) and len({rule["id"] for rule in want}) == len(want):
        want = [rule | {"prefix": rule["prefix"] or None} for rule in want]
        reader.items("rules", rules, want, ("ID", "id"), fields)


def lifecycle(reader, got, want):
    ends = lambda rule: rule.get("Expiration") or {}
    noncurrent = lambda rule: rule.get("NoncurrentVersionExpiration") or {}
    fields = {
        "size_greater_than": lambda rule: filtered(rule).get("ObjectSizeGreaterThan"),
        "size_less_than": lambda rule: filtered(rule).get("ObjectSizeLessThan"),
        "expiration_days": lambda rule: ends(rule).get("Days"),
        "expiration_date": lambda rule: ends(rule).get("Date"),
        "noncurrent_days": lambda rule: noncurrent(rule).get("NoncurrentDays"),
        "newer_noncurrent_versions": lambda rule: noncurrent(rule).get("NewerNoncurrentVersions"),
    }
    rule_list(reader, got["Rules"], want, fields)


def bucket_policy(reader, got, want):
    reader.same("policy", got["Policy"], want)


def access_block(reader, got, want):
    reader.fields(got["PublicAccessBlockConfiguration"], want, BLOCK)


def encryption(reader, got, want):
    rules = got["ServerSideEncryptionConfiguration"]["Rules"]
    default = rules[0]["ApplyServerSideEncryptionByDefault"]
    reader.fields(default, want, {"algorithm": "SSEAlgorithm", "kms_key": "KMSMasterKeyID"})


def replication(reader, got, want):
    markers = lambda rule: (rule.get("DeleteMarkerReplication") or {}).get("Status")
    fields = {
        "destination": lambda rule: rule["Destination"]["Bucket"],
        "destination_account": lambda rule: rule["Destination"].get("Account"),
        "delete_markers": lambda rule: "Filter" not in rule if markers(rule) is None else markers(rule) == "Enabled",
    }
    rule_list(reader, got["ReplicationConfiguration"]["Rules"], want, fields)


# A bucket's settings: the operation, how S3 says that there is none, and how its answer is held to the inventory's.
SETTINGS = {
    "tags": ("GetBucketTagging", ["NoSuchTagSet"], tag_set),
    "versioning": ("GetBucketVersioning", (), versioning),
    "object_lock": ("GetObjectLockConfiguration", ["ObjectLockConfigurationNotFoundError"], object_lock),
    "lifecycle": ("GetBucketLifecycleConfiguration", ["NoSuchLifecycleConfiguration"], lifecycle),
    "policy": ("GetBucketPolicy", ["NoSuchBucketPolicy"], bucket_policy),
    "public_access_block": ("GetPublicAccessBlock", NO_BLOCK, access_block),
    "encryption": ("GetBucketEncryption", ["ServerSideEncryptionConfigurationNotFoundError"], encryption),
    "replication": ("GetBucketReplication", ["ReplicationConfigurationNotFoundError"], replication),
}


# Terraform states.


def states(reader, account, parts):
    for table in parts["state"]["lock_tables"]:
        _, _, _, region, owner, resource = table["table"].split(":", 5)
        name = resource.split("/", 1)[1]
        answer = reader.read((account, region), table["items"], "dynamodb", "Scan", TableName=name)
        if answer:
            # What serves something else as well is no item of a lock table.
            found = sorted(item["LockID"]["S"] for item in answer["Items"] if "/" in item["LockID"]["S"].strip("/"))
            suffix = {"digest": "-md5", "held": ""}
            want = sorted(f"{i['bucket']}/{i['key']}{suffix[i['kind']]}" for i in value_of(table["items"]))
            reader.same(f"items of {name}", found, want)
            digests = {item["LockID"]["S"]: item["Digest"]["S"] for item in answer["Items"] if "Digest" in item}
            for item in value_of(table["items"]):
                if item["kind"] == "digest" and item["digest"]:
                    place = f"{item['bucket']}/{item['key']}-md5"
                    reader.same(place, digests.get(place, "").lower(), item["digest"])
    regions = {bucket["name"]: value_of(bucket["region"]) for bucket in items_of(parts["s3"]["buckets"])}
    for bucket in parts["state"]["buckets"]:
        if regions.get(bucket["bucket"]):
            state_bucket(reader, (account, regions[bucket["bucket"]]), bucket)


def state_bucket(reader, place, bucket):
    given = {"Bucket": bucket["bucket"]}
    answer = reader.read(place, bucket["objects"], "s3", "ListObjectsV2", **given)
    if answer:
        listed = {one["Key"]: one for one in answer.get("Contents") or []}
        for one in items_of(bucket["objects"]):
            found = listed.get(one["key"])
            if not found:
                reader.fault(f"{bucket['bucket']} does not list {one['key']}")
                continue
            with reader.at(bucket["bucket"], one["key"]):
                reader.same("size", found["Size"], one["size"])
                reader.same("etag", found["ETag"].strip('"'), one["etag"] or found["ETag"].strip('"'))
                reader.same("last modified", moment(found["LastModified"]), moment(one["last_modified"]))
    answer = reader.read(place, bucket["lock_versions"], "s3", "ListObjectVersions", **given)
    if answer:
        version = lambda one, deleted: (one["Key"], one["VersionId"], deleted, one["IsLatest"], moment(one["LastModified"]))
        found = [version(one, False) for one in answer.get("Versions") or []]
        found += [version(one, True) for one in answer.get("DeleteMarkers") or []]
        want = [
            (one["key"], one["version_id"] or "null", one["delete_marker"], one["latest"], moment(one["last_modified"]))
            for one in items_of(bucket["lock_versions"])
        ]
        locks = [one for one in found if one[0].endswith(".tflock")]
        reader.same(f"lock files of {bucket['bucket']}", sorted(locks), sorted(want))
    for one in items_of(bucket["objects"]):
        state_object(reader, place, bucket["bucket"], one)


def state_object(reader, place, bucket, one):
    answer = reader.read(place, one["body"], "s3", "GetObject", Bucket=bucket, Key=one["key"])
    if not answer:
        return
    want = value_of(one["body"])
    with reader.at(bucket, one["key"]):
        body = answer["Body"]
        reader.same("bytes", len(body), one["size"])
        reader.same("md5", hashlib.md5(body).hexdigest(), want["md5"])
        reader.same("etag", answer["ETag"].strip('"'), one["etag"] or answer["ETag"].strip('"'))
        version = answer.get("VersionId")
        reader.same("version", None if version == "null" else version, want["version_id"])
        reader.same("replication", answer.get("ReplicationStatus"), want["replication_status"])
        content = value_of(one["content"])
        if content is not None:
            held = json.loads(body)
            for member in ("serial", "lineage", "terraform_version"):
                reader.same(member, held[member], content[member])
        # Headers have whole seconds.
        reader.same("last modified", moment(answer["LastModified"]), moment(one["last_modified"]) // 1000 * 1000)
