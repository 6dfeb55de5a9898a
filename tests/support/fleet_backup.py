"""What is asked of a served fleet about AWS Backup, and held to its inventory."""

from fleet_reading import items_of, value_of


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
            copied = lambda rule: sorted(
                (copy["destination_vault"], str(copy["delete_after_days"])) for copy in rule["copy_actions"]
            )
            rules = [rule | {"copies": copied(rule)} for rule in value_of(plan["rules"])]
            if len({rule["name"] for rule in rules}) == len(rules):
                reader.items(plan["id"], answer["BackupPlan"]["Rules"], rules, ("RuleName", "name"), rule_fields)
        operation = "ListBackupSelections"
        answer = reader.read(place, plan["selections"], "backup", operation, BackupPlanId=plan["id"])
        if answer:
            found = answer["BackupSelectionsList"]
            fields = {"name": "SelectionName"}
            reader.items(plan["id"], found, value_of(plan["selections"]), ("SelectionId", "id"), fields)
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
