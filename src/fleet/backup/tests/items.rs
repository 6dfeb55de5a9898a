//! Each item as it is told, with all that it may lack.

use super::*;
use crate::demo::build::{
    by_tag, compliance, copy_to, daily_plan, hours_ago, point, protected_resource, restore_testing_plan, value, vault,
};
use crate::model::backup::{
    LastRestore, LegalHold, LegalHoldSelection, ProtectedResource, RecoveryPoint, Rule, Selection, SelectionCondition,
    SelectionDetail, SelectionOperator, TagCondition, Vault,
};
use crate::model::gap::Answer;

const AT: f64 = 1_772_434_800.0;

#[test]
fn a_vault_is_told_whole_and_of_a_key_that_aws_owns_the_kind_alone() {
    let full = compliance(vault(HERE, "full", Vec::new()), 7, 0);
    let bare = Vault {
        vault_type: None,
        vault_state: None,
        created_at: None,
        kms_key: None,
        recovery_point_count: 3,
        ..vault(HERE, "bare", Vec::new())
    };
    let told = good(&fleet(|all| all.vaults = read(vec![bare, full])), "/backup-vaults/");
    let arn = |name: &str| format!("arn:aws:backup:eu-central-1:111122223333:backup-vault:{name}");
    let bare = json!({
        "BackupVaultName": "bare", "BackupVaultArn": arn("bare"), "EncryptionKeyType": "AWS_OWNED_KMS_KEY",
        "NumberOfRecoveryPoints": 3, "Locked": false,
    });
    let full = json!({
        "BackupVaultName": "full", "BackupVaultArn": arn("full"), "VaultType": "BACKUP_VAULT",
        "VaultState": "AVAILABLE", "CreationDate": AT - 400.0 * 86_400.0,
        "EncryptionKeyArn": "arn:aws:kms:eu-central-1:111122223333:key/vaults",
        "EncryptionKeyType": "CUSTOMER_MANAGED_KMS_KEY", "NumberOfRecoveryPoints": 0, "Locked": true,
        "MinRetentionDays": 7, "MaxRetentionDays": 365, "LockDate": AT,
    });
    assert_eq!(told, json!({ "BackupVaultList": [bare, full] }));
}

#[test]
fn a_policy_is_told_its_absence_is_not_found_and_a_vault_that_is_not_there_is_hidden() {
    let name = "aws/efs/automatic-backup-vault";
    let with = Vault { policy: value(Some("{\"é\":1}".into())), ..vault(HERE, name, Vec::new()) };
    let denied = Answer::Gap(gap(Operation::BackupGetBackupVaultAccessPolicy));
    let denied = Vault { policy: denied, ..vault(HERE, "denied", Vec::new()) };
    let fleet = fleet(|all| all.vaults = read(vec![with, denied, vault(HERE, "none", Vec::new())]));
    let told = good(&fleet, "/backup-vaults/aws%2Fefs%2Fautomatic-backup-vault/access-policy");
    assert_eq!((&told["BackupVaultName"], &told["Policy"]), (&json!(name), &json!("{\"é\":1}")));
    let (status, code, words) = refused(&fleet, "/backup-vaults/none/access-policy");
    assert_eq!((status, code.as_str()), (400, "ResourceNotFoundException"));
    assert!(words.ends_with("backup-vault:none has no associated POLICY"), "{words}");
    let (_, _, words) = refused(&fleet, "/backup-vaults/denied/access-policy");
    assert_eq!(words, "no GetBackupVaultAccessPolicy");
    for path in ["/backup-vaults/nowhere/access-policy", "/backup-vaults/nowhere/recovery-points/"] {
        assert_refused(&fleet, path, 403, "AccessDeniedException");
    }
}

#[test]
fn a_point_is_told_whole_and_what_is_absent_is_left_out() {
    let plan = daily_plan(HERE, "daily", "v", Vec::new(), by_tag("a", "b"));
    let resource = id("arn:aws:s3:::bücket");
    let full = RecoveryPoint {
        cold_storage_at: Some(hours_ago(1)),
        kms_key: Some(HERE.key("k")),
        source_vault: Some(HERE.vault("far")),
        last_restored_at: Some(hours_ago(2)),
        parent: true,
        parent_recovery_point: Some(HERE.arn("backup", "recovery-point:up")),
        plan_id: Some(plan.id.clone()),
        ..point(HERE.arn("backup", "recovery-point:full"), &resource, "S3", 4)
    };
    let bare = RecoveryPoint {
        completed_at: None,
        delete_after_days: None,
        delete_at: None,
        encrypted: Some(false),
        plan_id: None,
        ..point(HERE.arn("backup", "recovery-point:bare"), &resource, "S3", 0)
    };
    let owned = point(HERE.arn("backup", "recovery-point:owned"), &resource, "S3", 0);
    let arn = plan.arn.clone();
    let fleet = fleet(|all| {
        all.vaults = read(vec![vault(HERE, "v", vec![bare, full, owned])]);
        all.plans = read(vec![plan.clone()]);
    });
    let told = good(&fleet, "/backup-vaults/v/recovery-points/");
    let [bare, full, owned] = [0, 1, 2].map(|at| &told["RecoveryPoints"][at]);
    let common = |name: &str| {
        json!({
            "RecoveryPointArn": format!("arn:aws:backup:eu-central-1:111122223333:recovery-point:{name}"),
            "BackupVaultName": "v", "BackupVaultArn": HERE.vault("v").as_str(), "ResourceArn": "arn:aws:s3:::bücket",
            "ResourceType": "S3", "IamRoleArn": ROLE, "Status": "COMPLETED", "VaultType": "BACKUP_VAULT",
        })
    };
    let mut want = common("bare");
    want["CreationDate"] = json!(AT);
    want["IsEncrypted"] = json!(false);
    want["IsParent"] = json!(false);
    assert_eq!(*bare, want);
    let mut want = common("full");
    want["SourceBackupVaultArn"] = json!(HERE.vault("far").as_str());
    want["CreatedBy"] = json!({ "BackupPlanId": plan.id, "BackupPlanArn": arn.as_str(), "BackupPlanName": "daily" });
    want["CreationDate"] = json!(AT - 4.0 * 3_600.0);
    want["CompletionDate"] = json!(AT - 3.0 * 3_600.0);
    want["CalculatedLifecycle"] =
        json!({ "MoveToColdStorageAt": AT - 3_600.0, "DeleteAt": AT + (35.0 * 24.0 - 4.0) * 3_600.0 });
    want["Lifecycle"] = json!({ "DeleteAfterDays": 35 });
    want["EncryptionKeyArn"] = json!(HERE.key("k").as_str());
    want["EncryptionKeyType"] = json!("CUSTOMER_MANAGED_KMS_KEY");
    want["IsEncrypted"] = json!(true);
    want["LastRestoreTime"] = json!(AT - 7_200.0);
    want["IsParent"] = json!(true);
    want["ParentRecoveryPointArn"] = json!("arn:aws:backup:eu-central-1:111122223333:recovery-point:up");
    assert_eq!(*full, want);
    assert_eq!((&owned["EncryptionKeyType"], owned.get("EncryptionKeyArn")), (&json!("AWS_OWNED_KMS_KEY"), None));
}

#[test]
fn a_plan_s_rules_are_told_with_their_copies_and_a_rule_s_id_stays() {
    let forever = crate::model::backup::CopyAction { destination_vault: HERE.vault("ever"), delete_after_days: None };
    let mut plan = daily_plan(HERE, "p", "v", vec![forever, copy_to(HERE.vault("w"))], by_tag("a", "b"));
    plan.id = "aws/efs/7".into();
    let Answer::Value(rules) = &mut plan.rules else { panic!("rules") };
    rules.push(Rule {
        name: "bare".into(),
        target_vault: "v".into(),
        target_air_gapped_vault: Some(HERE.vault("gapped")),
        schedule: None,
        continuous: true,
        delete_after_days: None,
        copy_actions: Vec::new(),
    });
    let fleet = fleet(|all| all.plans = read(vec![plan.clone()]));
    let told = good(&fleet, "/backup/plans/aws%2Fefs%2F7/");
    assert_eq!((&told["BackupPlanId"], &told["BackupPlan"]["BackupPlanName"]), (&json!("aws/efs/7"), &json!("p")));
    let [daily, bare] = [0, 1].map(|at| &told["BackupPlan"]["Rules"][at]);
    assert_eq!(daily["ScheduleExpression"], json!("cron(0 3 ? * * *)"));
    assert_eq!(daily["Lifecycle"], json!({ "DeleteAfterDays": 35 }));
    assert_eq!(
        daily["CopyActions"],
        json!([
            { "DestinationBackupVaultArn": HERE.vault("ever").as_str() },
            { "DestinationBackupVaultArn": HERE.vault("w").as_str(), "Lifecycle": { "DeleteAfterDays": 35 } },
        ])
    );
    assert_eq!(bare["TargetLogicallyAirGappedBackupVaultArn"], json!(HERE.vault("gapped").as_str()));
    assert_eq!(bare["EnableContinuousBackup"], json!(true));
    assert!(["ScheduleExpression", "Lifecycle", "CopyActions"].iter().all(|member| bare.get(member).is_none()));
    assert_ne!(daily["RuleId"], bare["RuleId"]);
    let version = told["VersionId"].as_str().unwrap();
    assert_eq!(good(&fleet, &format!("/backup/plans/aws%2Fefs%2F7?versionId={version}")), told);
    for path in ["/backup/plans/aws%2Fefs%2F7/?versionId=x", "/backup/plans/q/"] {
        assert_refused(&fleet, path, 400, "ResourceNotFoundException");
    }
}

#[test]
fn all_four_parts_of_a_selection_are_told_and_a_key_that_looks_prefixed_stays_what_it_is() {
    let condition =
        |operator, value: &str| SelectionCondition { operator, key: "aws:ResourceTag/k".into(), value: value.into() };
    let detail = SelectionDetail {
        resources: vec!["*".into()],
        not_resources: vec!["arn:aws:s3:::x".into()],
        list_of_tags: vec![
            TagCondition { key: "aws:ResourceTag/odd".into(), value: String::new() },
            TagCondition { key: "env".into(), value: "prod".into() },
        ],
        conditions: vec![
            condition(SelectionOperator::StringEquals, "1"),
            condition(SelectionOperator::StringNotLike, "2*"),
        ],
    };
    let mut plan = daily_plan(HERE, "p", "v", Vec::new(), detail);
    let Answer::Value(selections) = &mut plan.selections else { panic!("selections") };
    let denied = Answer::Gap(gap(Operation::BackupGetBackupSelection));
    selections.push(Selection { id: "denied".into(), name: "d".into(), detail: denied });
    let (id, selection) = (plan.id.clone(), selections[0].id.clone());
    let fleet = fleet(|all| all.plans = read(vec![plan]));
    let told = good(&fleet, &format!("/backup/plans/{id}/selections/{selection}"));
    let want = json!({
        "BackupSelection": {
            "SelectionName": "p-selection", "IamRoleArn": ROLE, "Resources": ["*"],
            "NotResources": ["arn:aws:s3:::x"],
            "ListOfTags": [
                { "ConditionType": "STRINGEQUALS", "ConditionKey": "aws:ResourceTag/aws:ResourceTag/odd", "ConditionValue": "" },
                { "ConditionType": "STRINGEQUALS", "ConditionKey": "env", "ConditionValue": "prod" },
            ],
            "Conditions": {
                "StringEquals": [{ "ConditionKey": "aws:ResourceTag/k", "ConditionValue": "1" }],
                "StringNotEquals": [], "StringLike": [],
                "StringNotLike": [{ "ConditionKey": "aws:ResourceTag/k", "ConditionValue": "2*" }],
            },
        },
        "SelectionId": selection, "BackupPlanId": id,
    });
    assert_eq!(told, want);
    let listed = good(&fleet, &format!("/backup/plans/{id}/selections/"));
    assert_eq!(
        listed["BackupSelectionsList"][1],
        json!({ "SelectionId": "denied", "SelectionName": "d", "BackupPlanId": id, "IamRoleArn": ROLE })
    );
    let (_, _, words) = refused(&fleet, &format!("/backup/plans/{id}/selections/denied"));
    assert_eq!(words, "no GetBackupSelection");
    assert_refused(&fleet, &format!("/backup/plans/{id}/selections/q"), 400, "ResourceNotFoundException");
    for path in ["/backup/plans/q/selections/", "/backup/plans/q/selections/s"] {
        assert_refused(&fleet, path, 400, "InvalidParameterValueException");
    }
}

#[test]
fn a_protected_resource_tells_its_last_restore_where_it_was_asked() {
    let resource = |text: &str, last_restore| ProtectedResource {
        last_restore,
        ..protected_resource(&id(&format!("arn:aws:s3:::{text}")), "S3")
    };
    let last = LastRestore {
        restored_at: Some(hours_ago(1)),
        recovery_point_created_at: Some(hours_ago(2)),
        minutes: Some(9),
    };
    let fleet = fleet(|all| {
        all.protected_resources = read(vec![
            resource("asked", Some(value(last))),
            resource("denied", Some(Answer::Gap(gap(Operation::BackupDescribeProtectedResource)))),
            resource("unasked", None),
        ]);
    });
    let listed = good(&fleet, "/resources/");
    let plain = |name: &str| json!({ "ResourceArn": format!("arn:aws:s3:::{name}"), "ResourceType": "S3", "LastBackupTime": AT - 4.0 * 3_600.0 });
    assert_eq!(listed["Results"], json!([plain("asked"), plain("denied"), plain("unasked")]));
    let mut want = plain("asked");
    want["LatestRestoreExecutionTimeMinutes"] = json!(9);
    want["LatestRestoreJobCreationDate"] = json!(AT - 3_600.0);
    want["LatestRestoreRecoveryPointCreationDate"] = json!(AT - 7_200.0);
    assert_eq!(good(&fleet, "/resources/arn%3Aaws%3As3%3A%3A%3Aasked"), want);
    assert_eq!(good(&fleet, "/resources/arn:aws:s3:::unasked"), plain("unasked"));
    assert_eq!(refused(&fleet, "/resources/arn:aws:s3:::denied").2, "no DescribeProtectedResource");
    assert_refused(&fleet, "/resources/arn:aws:s3:::nowhere", 400, "ResourceNotFoundException");
}

#[test]
fn a_legal_hold_tells_what_it_holds_and_a_range_always_has_both_ends() {
    let hold = |name: &str, detail| LegalHold {
        arn: HERE.arn("backup", &format!("legal-hold:{name}")),
        id: name.into(),
        title: "T".into(),
        status: "ACTIVE".into(),
        detail,
    };
    let held = |from, to| value(LegalHoldSelection { vaults: vec!["v".into()], resources: Vec::new(), from, to });
    let fleet = fleet(|all| {
        all.legal_holds = read(vec![
            hold("all", held(None, None)),
            hold("denied", Answer::Gap(gap(Operation::BackupGetLegalHold))),
            hold("range", held(Some(hours_ago(2)), Some(hours_ago(1)))),
            hold("since", held(Some(hours_ago(2)), None)),
        ]);
    });
    let listed = good(&fleet, "/legal-holds/?maxResults=1");
    let arn = "arn:aws:backup:eu-central-1:111122223333:legal-hold:all";
    let want = json!({ "LegalHoldArn": arn, "LegalHoldId": "all", "Title": "T", "Status": "ACTIVE" });
    assert_eq!(listed["LegalHolds"], json!([want]));
    let selection = |name: &str| good(&fleet, &format!("/legal-holds/{name}/"))["RecoveryPointSelection"].clone();
    assert_eq!(selection("all"), json!({ "VaultNames": ["v"], "ResourceIdentifiers": [] }));
    assert_eq!(selection("range")["DateRange"], json!({ "FromDate": AT - 7_200.0, "ToDate": AT - 3_600.0 }));
    assert_eq!(selection("since")["DateRange"], json!({ "FromDate": AT - 7_200.0, "ToDate": AT }));
    assert_eq!(refused(&fleet, "/legal-holds/denied").2, "no GetLegalHold");
    assert_refused(&fleet, "/legal-holds/q/", 400, "ResourceNotFoundException");
}

#[test]
fn a_restore_testing_plan_has_a_selection_for_each_type() {
    let mut never = restore_testing_plan(HERE, "never", &[]);
    never.last_run_at = None;
    never.selected_types = Answer::Gap(gap(Operation::BackupListRestoreTestingSelections));
    let fleet = fleet(|all| {
        all.restore_testing_plans = read(vec![never, restore_testing_plan(HERE, "weekly", &["Aurora", "S3"])]);
    });
    let listed = good(&fleet, "/restore-testing/plans");
    let [never, weekly] = [0, 1].map(|at| &listed["RestoreTestingPlans"][at]);
    assert_eq!((&never["CreationTime"], never.get("LastExecutionTime")), (&json!(AT), None));
    assert_eq!(weekly["LastExecutionTime"], json!(AT - 7.0 * 86_400.0));
    assert_eq!(weekly["ScheduleExpression"], json!("cron(0 6 ? * MON *)"));
    let told = good(&fleet, "/restore-testing/plans/weekly/selections");
    let first = json!({
        "CreationTime": AT - 7.0 * 86_400.0, "IamRoleArn": ROLE, "ProtectedResourceType": "Aurora",
        "RestoreTestingPlanName": "weekly", "RestoreTestingSelectionName": "selection_Aurora",
        "ValidationWindowHours": 0,
    });
    assert_eq!((&told["RestoreTestingSelections"][0], told["RestoreTestingSelections"][1].is_object()), (&first, true));
    assert_eq!(refused(&fleet, "/restore-testing/plans/never/selections").2, "no ListRestoreTestingSelections");
    assert_refused(&fleet, "/restore-testing/plans/q/selections", 400, "ResourceNotFoundException");
}
