use super::super::replay::{Replay, run, site};
use super::*;
use crate::model::backup::{
    BackupJob, CopyAction, CopyJob, LegalHold, LegalHoldSelection, Plan, RecoveryPoint, RestoreJob, RestoreTestingPlan,
    Rule, Selection, SelectionCondition, SelectionDetail, SelectionOperator, TagCondition, Vault,
};
use crate::model::gap::{Answer, GapKind};

const EMPTY: [(&str, &str); 10] = [
    ("/backup-vaults?", r#"{"BackupVaultList":[]}"#),
    ("/backup/plans?", r#"{"BackupPlansList":[]}"#),
    ("/resources?", r#"{"Results":[]}"#),
    ("/backup-jobs?", r#"{"BackupJobs":[]}"#),
    ("/copy-jobs?", r#"{"CopyJobs":[]}"#),
    ("/restore-jobs?", r#"{"RestoreJobs":[]}"#),
    ("/legal-holds?", r#"{"LegalHolds":[]}"#),
    ("/restore-testing/plans?", r#"{"RestoreTestingPlans":[]}"#),
    ("/account-settings", r#"{"ResourceTypeOptInPreference":{},"ResourceTypeManagementPreference":{}}"#),
    ("/global-settings", r#"{"GlobalSettings":{}}"#),
];

/// Answers every list that no earlier rule answers with an empty one.
fn collected(replay: Replay) -> BackupInventory {
    let replay = EMPTY.iter().fold(replay, |replay, (path, body)| replay.on(&[path], 200, body));
    run(collect(&site(&replay)))
}

fn at(seconds: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_second(1_700_000_000 + seconds).unwrap()
}

fn arn(text: &str) -> crate::model::ids::Arn {
    format!("arn:aws:{text}").parse().unwrap()
}

const VAULT: &str = r#"{"BackupVaultArn":"arn:aws:backup:eu-central-1:111122223333:backup-vault:v","BackupVaultName":"v",
    "VaultType":"BACKUP_VAULT","VaultState":"AVAILABLE","CreationDate":1700000001,
    "EncryptionKeyArn":"arn:aws:kms:eu-central-1:111122223333:key/k1","EncryptionKeyType":"CUSTOMER_MANAGED_KMS_KEY",
    "NumberOfRecoveryPoints":2,"Locked":true,"LockDate":1700000002,"MinRetentionDays":7,"MaxRetentionDays":365}"#;

const POINT: &str = r#"{"RecoveryPointArn":"arn:aws:rds:eu-central-1:111122223333:snapshot:awsbackup:job-1",
    "ResourceArn":"arn:aws:rds:eu-central-1:111122223333:db:orders","ResourceType":"RDS","Status":"COMPLETED",
    "CreationDate":1700000003,"CompletionDate":1700000004,"Lifecycle":{"DeleteAfterDays":35},
    "CalculatedLifecycle":{"DeleteAt":1700000005,"MoveToColdStorageAt":1700000006},"IsEncrypted":true,
    "EncryptionKeyArn":"arn:aws:kms:eu-central-1:111122223333:key/k2",
    "SourceBackupVaultArn":"arn:aws:backup:eu-west-1:444455556666:backup-vault:s","LastRestoreTime":1700000007,
    "CreatedBy":{"BackupPlanId":"p1"},"IsParent":true,
    "ParentRecoveryPointArn":"arn:aws:backup:eu-central-1:111122223333:recovery-point:parent"}"#;

#[test]
fn a_vault_is_read_whole_with_its_policy_and_every_page_of_points() {
    let second = POINT.replace("job-1", "job-2");
    let inventory = collected(
        Replay::new()
            .on(&["/backup-vaults?", "nextToken=n"], 200, format!(r#"{{"BackupVaultList":[{VAULT}]}}"#))
            .on(&["/backup-vaults?"], 200, r#"{"BackupVaultList":[],"NextToken":"n"}"#)
            .on(
                &["/backup-vaults/v/access-policy"],
                200,
                r#"{"BackupVaultName":"v","BackupVaultArn":"a","Policy":"{\"Statement\":[]}"}"#,
            )
            .on(&["/backup-vaults/v/recovery-points", "nextToken=n"], 200, format!(r#"{{"RecoveryPoints":[{POINT}]}}"#))
            .on(
                &["/backup-vaults/v/recovery-points"],
                200,
                format!(r#"{{"RecoveryPoints":[{second}],"NextToken":"n"}}"#),
            ),
    );
    let point = |name: &str| RecoveryPoint {
        arn: arn(&format!("rds:eu-central-1:111122223333:snapshot:awsbackup:{name}")),
        resource: arn("rds:eu-central-1:111122223333:db:orders"),
        resource_type: "RDS".into(),
        status: "COMPLETED".into(),
        created_at: at(3),
        completed_at: Some(at(4)),
        delete_after_days: Some(35),
        delete_at: Some(at(5)),
        cold_storage_at: Some(at(6)),
        encrypted: Some(true),
        kms_key: Some(arn("kms:eu-central-1:111122223333:key/k2")),
        source_vault: Some(arn("backup:eu-west-1:444455556666:backup-vault:s")),
        last_restored_at: Some(at(7)),
        plan_id: Some("p1".into()),
        parent: true,
        parent_recovery_point: Some(arn("backup:eu-central-1:111122223333:recovery-point:parent")),
    };
    assert_eq!(
        inventory.vaults.items(),
        [Vault {
            arn: arn("backup:eu-central-1:111122223333:backup-vault:v"),
            name: "v".into(),
            vault_type: Some("BACKUP_VAULT".into()),
            vault_state: Some("AVAILABLE".into()),
            created_at: Some(at(1)),
            kms_key: Some(arn("kms:eu-central-1:111122223333:key/k1")),
            recovery_point_count: 2,
            locked: true,
            lock_date: Some(at(2)),
            min_retention_days: Some(7),
            max_retention_days: Some(365),
            policy: Answer::Value(Some(r#"{"Statement":[]}"#.into())),
            recovery_points: Answer::Value(vec![point("job-1"), point("job-2")]),
        }]
    );
}

#[test]
fn an_empty_vault_is_not_asked_and_one_without_a_policy_has_none() {
    let vault = VAULT.replace("\"NumberOfRecoveryPoints\":2", "\"NumberOfRecoveryPoints\":0");
    let replay = Replay::new().on(&["/backup-vaults?"], 200, format!(r#"{{"BackupVaultList":[{vault}]}}"#)).json_error(
        &["/access-policy"],
        404,
        "ResourceNotFoundException",
        "none",
    );
    let inventory = collected(replay.clone());
    let vault = &inventory.vaults.items()[0];
    assert_eq!((vault.policy.value(), vault.recovery_points.value()), (Some(&None), Some(&Vec::new())));
    assert_eq!(replay.count("recovery-points"), 0);
}

#[test]
fn a_vault_s_refusals_are_gaps_of_that_vault() {
    let other = VAULT.replace("backup-vault:v", "backup-vault:w").replace("\"v\"", "\"w\"");
    let inventory = collected(
        Replay::new()
            .on(&["/backup-vaults?"], 200, format!(r#"{{"BackupVaultList":[{VAULT},{other}]}}"#))
            .json_error(&["/backup-vaults/v/"], 403, "AccessDeniedException", "no")
            .json_error(&["/backup-vaults/w/access-policy"], 404, "ResourceNotFoundException", "none")
            .on(&["/backup-vaults/w/recovery-points"], 200, format!(r#"{{"RecoveryPoints":[{POINT}]}}"#)),
    );
    let [v, w] = inventory.vaults.items() else { panic!("two vaults") };
    assert_eq!(v.policy.gap().unwrap().operation, Operation::BackupGetBackupVaultAccessPolicy);
    assert_eq!(v.recovery_points.gap().unwrap().kind, GapKind::Denied);
    assert_eq!((w.policy.value(), w.recovery_points.value().map(Vec::len)), (Some(&None), Some(1)));
}

#[test]
fn keys_that_aws_owns_and_retention_without_end_are_none() {
    let vault = VAULT.replace("CUSTOMER_MANAGED_KMS_KEY", "AWS_OWNED_KMS_KEY");
    let point = POINT.replace("\"IsEncrypted\"", "\"EncryptionKeyType\":\"AWS_OWNED_KMS_KEY\",\"IsEncrypted\"");
    let point = point.replace("\"DeleteAfterDays\":35", "\"DeleteAfterDays\":-1");
    let inventory =
        collected(Replay::new().on(&["/backup-vaults?"], 200, format!(r#"{{"BackupVaultList":[{vault}]}}"#)).on(
            &["/recovery-points"],
            200,
            format!(r#"{{"RecoveryPoints":[{point}]}}"#),
        ));
    let vault = &inventory.vaults.items()[0];
    let point = &vault.recovery_points.value().unwrap()[0];
    assert_eq!((&vault.kms_key, &point.kms_key, point.delete_after_days), (&None, &None, None));
    assert_eq!(point.encrypted, Some(true));
}

#[test]
fn a_point_without_its_date_makes_the_vault_s_list_a_gap() {
    for member in ["\"CreationDate\":1700000003,", "\"Status\":\"COMPLETED\",", "\"ResourceType\":\"RDS\","] {
        let point = POINT.replace(member, "");
        let inventory =
            collected(Replay::new().on(&["/backup-vaults?"], 200, format!(r#"{{"BackupVaultList":[{VAULT}]}}"#)).on(
                &["/recovery-points"],
                200,
                format!(r#"{{"RecoveryPoints":[{POINT},{point}]}}"#),
            ));
        let gap = inventory.vaults.items()[0].recovery_points.gap().unwrap().clone();
        assert_eq!(gap.kind, GapKind::Malformed, "{member}");
    }
}

const SELECTION: &str = r#"{"BackupPlanId":"p1","SelectionId":"s1","BackupSelection":{"SelectionName":"all",
    "IamRoleArn":"arn:aws:iam::111122223333:role/b","Resources":["arn:aws:rds:*:*:db:*","arn:aws:dynamodb:*:*:table/*"],
    "NotResources":["arn:aws:rds:*:*:db:tmp-*"],
    "ListOfTags":[{"ConditionType":"STRINGEQUALS","ConditionKey":"backup","ConditionValue":"yes"},
        {"ConditionType":"STRINGEQUALS","ConditionKey":"aws:ResourceTag/a","ConditionValue":""}],
    "Conditions":{"StringEquals":[{"ConditionKey":"aws:ResourceTag/e","ConditionValue":"1"}],
        "StringNotEquals":[{"ConditionKey":"aws:ResourceTag/ne","ConditionValue":""}],
        "StringLike":[{"ConditionKey":"aws:ResourceTag/l","ConditionValue":"p*"}],
        "StringNotLike":[{"ConditionKey":"aws:ResourceTag/nl","ConditionValue":"t*"}]}}}"#;

const PLANS: &str = r#"{"BackupPlansList":[{"BackupPlanId":"p1","BackupPlanName":"daily",
    "BackupPlanArn":"arn:aws:backup:eu-central-1:111122223333:backup-plan:p1"}]}"#;

fn with_plan(replay: Replay) -> BackupInventory {
    collected(
        replay
            .on(&["/backup/plans?"], 200, PLANS)
            .on(&["/backup/plans/p1/selections/s1"], 200, SELECTION)
            .on(
                &["/backup/plans/p1/selections"],
                200,
                r#"{"BackupSelectionsList":[{"SelectionId":"s1","SelectionName":"all"}]}"#,
            )
            .on(
                &["/backup/plans/p1"],
                200,
                r#"{"BackupPlanId":"p1","BackupPlan":{"BackupPlanName":"daily","Rules":[{"RuleName":"r1",
                "TargetBackupVaultName":"v",
                "TargetLogicallyAirGappedBackupVaultArn":"arn:aws:backup:eu-central-1:111122223333:backup-vault:lag",
                "ScheduleExpression":"cron(0 5 ? * * *)","EnableContinuousBackup":true,"Lifecycle":{"DeleteAfterDays":35},
                "CopyActions":[{"DestinationBackupVaultArn":"arn:aws:backup:eu-west-1:444455556666:backup-vault:z",
                "Lifecycle":{"DeleteAfterDays":90}},
                {"DestinationBackupVaultArn":"arn:aws:backup:eu-west-1:444455556666:backup-vault:y"}]}]}}"#,
            ),
    )
}

#[test]
fn a_plan_is_read_whole_with_all_four_parts_of_its_selections() {
    let condition = |operator, key: &str, value: &str| SelectionCondition {
        operator,
        key: format!("aws:ResourceTag/{key}"),
        value: value.into(),
    };
    let copy = |vault: &str, delete_after_days| CopyAction {
        destination_vault: arn(&format!("backup:eu-west-1:444455556666:backup-vault:{vault}")),
        delete_after_days,
    };
    assert_eq!(
        with_plan(Replay::new()).plans.items(),
        [Plan {
            id: "p1".into(),
            arn: arn("backup:eu-central-1:111122223333:backup-plan:p1"),
            name: "daily".into(),
            rules: Answer::Value(vec![Rule {
                name: "r1".into(),
                target_vault: "v".into(),
                target_air_gapped_vault: Some(arn("backup:eu-central-1:111122223333:backup-vault:lag")),
                schedule: Some("cron(0 5 ? * * *)".into()),
                continuous: true,
                delete_after_days: Some(35),
                copy_actions: vec![copy("y", None), copy("z", Some(90))],
            }]),
            selections: Answer::Value(vec![Selection {
                id: "s1".into(),
                name: "all".into(),
                detail: Answer::Value(SelectionDetail {
                    resources: vec!["arn:aws:dynamodb:*:*:table/*".into(), "arn:aws:rds:*:*:db:*".into()],
                    not_resources: vec!["arn:aws:rds:*:*:db:tmp-*".into()],
                    list_of_tags: vec![
                        TagCondition { key: "a".into(), value: String::new() },
                        TagCondition { key: "backup".into(), value: "yes".into() },
                    ],
                    conditions: vec![
                        condition(SelectionOperator::StringEquals, "e", "1"),
                        condition(SelectionOperator::StringNotEquals, "ne", ""),
                        condition(SelectionOperator::StringLike, "l", "p*"),
                        condition(SelectionOperator::StringNotLike, "nl", "t*"),
                    ],
                }),
            }]),
        }]
    );
}

#[test]
fn plans_and_selections_come_from_every_page() {
    let more = PLANS.replace("p1", "p2").replace("}]}", "}],\"NextToken\":\"n\"}");
    let inventory = with_plan(
        Replay::new()
            .on(&["/backup/plans?", "nextToken=n"], 200, PLANS)
            .on(&["/backup/plans?"], 200, more)
            .on(
                &["/backup/plans/p1/selections?", "nextToken=m"],
                200,
                r#"{"BackupSelectionsList":[{"SelectionId":"s1","SelectionName":"all"}]}"#,
            )
            .on(
                &["/backup/plans/p1/selections?"],
                200,
                r#"{"BackupSelectionsList":[{"SelectionId":"s0","SelectionName":"zero"}],"NextToken":"m"}"#,
            )
            .json_error(&["/backup/plans/p2"], 403, "AccessDeniedException", "no")
            .json_error(&["/backup/plans/p1/selections/s0"], 403, "AccessDeniedException", "no"),
    );
    let [p1, p2] = inventory.plans.items() else { panic!("two plans") };
    let [s0, s1] = p1.selections.value().unwrap().as_slice() else { panic!("two selections") };
    assert_eq!(s0.detail.gap().unwrap().operation, Operation::BackupGetBackupSelection);
    assert!(s1.detail.value().is_some());
    assert_eq!(p2.rules.gap().unwrap().operation, Operation::BackupGetBackupPlan);
    assert_eq!(p2.selections.gap().unwrap().operation, Operation::BackupListBackupSelections);
}

#[test]
fn a_selection_by_another_kind_of_condition_is_a_gap_and_not_read_as_equality() {
    let strange = SELECTION.replacen("STRINGEQUALS", "STRINGSTARTS", 1);
    let inventory = with_plan(Replay::new().on(&["/selections/s1"], 200, strange));
    let gap = inventory.plans.items()[0].selections.value().unwrap()[0].detail.gap().unwrap();
    assert_eq!(gap.kind, GapKind::Malformed);
    assert!(gap.message.contains("STRINGSTARTS"), "{}", gap.message);
}

#[test]
fn protected_resources_are_read_with_the_last_restore_of_what_is_stateful() {
    let item = |kind: &str, resource: &str| {
        format!(r#"{{"ResourceArn":"arn:aws:{resource}","ResourceType":"{kind}","LastBackupTime":1700000001}}"#)
    };
    let page = |items: &[String], token: &str| format!(r#"{{"Results":[{}]{token}}}"#, items.join(","));
    let replay = Replay::new()
        .on(&["/resources?", "nextToken=n"], 200, page(&[item("EBS", "ec2:eu-central-1:111122223333:volume/v")], ""))
        .on(
            &["/resources?"],
            200,
            page(&[item("S3", "s3:::b"), item("RDS", "rds:eu-central-1:111122223333:db:a")], r#","NextToken":"n""#),
        )
        .json_error(&["/resources/", "s3"], 403, "AccessDeniedException", "no")
        .on(
            &["/resources/", "rds"],
            200,
            r#"{"LatestRestoreJobCreationDate":1700000002,"LatestRestoreRecoveryPointCreationDate":1700000003,
            "LatestRestoreExecutionTimeMinutes":17}"#,
        );
    let inventory = collected(replay);
    let [volume, database, bucket] = inventory.protected_resources.items() else { panic!("three resources") };
    assert_eq!(volume.last_restore, None);
    assert_eq!(
        *database,
        ProtectedResource {
            resource: arn("rds:eu-central-1:111122223333:db:a"),
            resource_type: "RDS".into(),
            last_backup_at: Some(at(1)),
            last_restore: Some(Answer::Value(LastRestore {
                restored_at: Some(at(2)),
                recovery_point_created_at: Some(at(3)),
                minutes: Some(17),
            })),
        }
    );
    assert_eq!(bucket.last_restore.as_ref().unwrap().gap().unwrap().kind, GapKind::Denied);
}

fn backup_job(id: &str, state: &str) -> String {
    format!(
        r#"{{"BackupJobId":"{id}","State":"{state}","StatusMessage":"why","CreationDate":1700000001,
        "ResourceArn":"arn:aws:rds:eu-central-1:111122223333:db:a","ResourceType":"RDS","CompletionDate":1700000002,
        "BackupVaultArn":"arn:aws:backup:eu-central-1:111122223333:backup-vault:v"}}"#
    )
}

#[test]
fn backup_jobs_that_went_wrong_are_read_state_by_state() {
    let page = |job: &str, token: &str| format!(r#"{{"BackupJobs":[{job}]{token}}}"#);
    let replay = Replay::new()
        .on(&["/backup-jobs?", "state=FAILED", "nextToken=n"], 200, page(&backup_job("f2", "FAILED"), ""))
        .on(&["/backup-jobs?", "state=FAILED"], 200, page(&backup_job("f1", "FAILED"), r#","NextToken":"n""#))
        .on(&["/backup-jobs?", "state=EXPIRED"], 200, page(&backup_job("e", "EXPIRED"), ""))
        .on(&["/backup-jobs?", "state=ABORTED"], 200, page(&backup_job("a", "ABORTED"), ""))
        // A server that ignores the filter.
        .on(
            &["/backup-jobs?", "state=PARTIAL"],
            200,
            page(
                &[backup_job("p", "PARTIAL"), backup_job("ok", "COMPLETED"), backup_job("e", "EXPIRED")].join(","),
                "",
            ),
        );
    let inventory = collected(replay);
    let jobs = inventory.backup_jobs.items();
    assert_eq!(jobs.iter().map(|job| job.id.as_str()).collect::<Vec<_>>(), ["a", "e", "f1", "f2", "p"]);
    assert_eq!(
        jobs[0],
        BackupJob {
            id: "a".into(),
            state: "ABORTED".into(),
            status_message: Some("why".into()),
            resource: Some(arn("rds:eu-central-1:111122223333:db:a")),
            resource_type: Some("RDS".into()),
            vault: Some(arn("backup:eu-central-1:111122223333:backup-vault:v")),
            created_at: at(1),
            completed_at: Some(at(2)),
        }
    );
    let refused = Replay::new().json_error(&["/backup-jobs?", "state=EXPIRED"], 403, "AccessDeniedException", "no");
    assert_eq!(collected(refused).backup_jobs.gap().unwrap().kind, GapKind::Denied);
}

#[test]
fn copy_jobs_are_read_whole() {
    let body = r#"{"CopyJobs":[{"CopyJobId":"c1","State":"COMPLETED","StatusMessage":"why","AccountId":"111122223333",
        "ResourceArn":"arn:aws:rds:eu-central-1:111122223333:db:a","ResourceType":"RDS","CreationDate":1700000001,
        "CompletionDate":1700000002,"SourceBackupVaultArn":"arn:aws:backup:eu-central-1:111122223333:backup-vault:v",
        "DestinationBackupVaultArn":"arn:aws:backup:eu-west-1:444455556666:backup-vault:w",
        "DestinationRecoveryPointArn":"arn:aws:backup:eu-west-1:444455556666:recovery-point:1"}]}"#;
    let second = body.replace("c1", "c0").replace("\"arn:aws:rds:eu-central-1:111122223333:db:a\"", "\"unnamed\"");
    let inventory = collected(Replay::new().on(&["/copy-jobs?", "nextToken=n"], 200, second).on(
        &["/copy-jobs?"],
        200,
        body.replace("}]}", "}],\"NextToken\":\"n\"}"),
    ));
    let [unnamed, copy] = inventory.copy_jobs.items() else { panic!("two jobs") };
    assert_eq!((unnamed.id.as_str(), &unnamed.resource), ("c0", &None));
    assert_eq!(
        *copy,
        CopyJob {
            id: "c1".into(),
            state: "COMPLETED".into(),
            status_message: Some("why".into()),
            resource: Some(arn("rds:eu-central-1:111122223333:db:a")),
            resource_type: Some("RDS".into()),
            source_vault: Some(arn("backup:eu-central-1:111122223333:backup-vault:v")),
            destination_vault: Some(arn("backup:eu-west-1:444455556666:backup-vault:w")),
            destination_recovery_point: Some(arn("backup:eu-west-1:444455556666:recovery-point:1")),
            account: Some("111122223333".parse().unwrap()),
            created_at: at(1),
            completed_at: Some(at(2)),
        }
    );
}

#[test]
fn restore_jobs_are_read_whole() {
    let body = r#"{"RestoreJobs":[{"RestoreJobId":"r1","Status":"COMPLETED","StatusMessage":"why",
        "RecoveryPointArn":"arn:aws:rds:eu-central-1:111122223333:snapshot:awsbackup:job-1",
        "SourceResourceArn":"arn:aws:rds:eu-central-1:111122223333:db:a","ResourceType":"RDS",
        "CreatedBy":{"RestoreTestingPlanArn":"arn:aws:backup:eu-central-1:111122223333:restore-testing-plan:t"},
        "ValidationStatus":"SUCCESSFUL","CreationDate":1700000001,"CompletionDate":1700000002}]}"#;
    let inventory = collected(Replay::new().on(&["/restore-jobs?", "nextToken=n"], 200, body).on(
        &["/restore-jobs?"],
        200,
        r#"{"RestoreJobs":[],"NextToken":"n"}"#,
    ));
    assert_eq!(
        inventory.restore_jobs.items(),
        [RestoreJob {
            id: "r1".into(),
            status: "COMPLETED".into(),
            status_message: Some("why".into()),
            recovery_point: Some(arn("rds:eu-central-1:111122223333:snapshot:awsbackup:job-1")),
            source_resource: Some(arn("rds:eu-central-1:111122223333:db:a")),
            resource_type: Some("RDS".into()),
            restore_testing_plan: Some(arn("backup:eu-central-1:111122223333:restore-testing-plan:t")),
            validation_status: Some("SUCCESSFUL".into()),
            created_at: at(1),
            completed_at: Some(at(2)),
        }]
    );
}

#[test]
fn legal_holds_are_read_with_what_they_hold() {
    let list = r#"{"LegalHolds":[{"LegalHoldArn":"arn:aws:backup:eu-central-1:111122223333:legal-hold:h","LegalHoldId":"h",
        "Title":"case","Status":"ACTIVE"}]}"#;
    let second = list.replace("legal-hold:h", "legal-hold:a").replace("\"h\"", "\"a\"");
    let inventory = collected(
        Replay::new()
            .on(&["/legal-holds?", "nextToken=n"], 200, second)
            .on(&["/legal-holds?"], 200, list.replace("}]}", "}],\"NextToken\":\"n\"}"))
            .json_error(&["/legal-holds/a"], 403, "AccessDeniedException", "no")
            .on(
                &["/legal-holds/h"],
                200,
                r#"{"RecoveryPointSelection":{"VaultNames":["w","v"],"ResourceIdentifiers":["arn:aws:s3:::b"],
                "DateRange":{"FromDate":1700000001,"ToDate":1700000002}}}"#,
            ),
    );
    let [refused, held] = inventory.legal_holds.items() else { panic!("two holds") };
    assert_eq!(refused.detail.gap().unwrap().operation, Operation::BackupGetLegalHold);
    assert_eq!(
        *held,
        LegalHold {
            arn: arn("backup:eu-central-1:111122223333:legal-hold:h"),
            id: "h".into(),
            title: "case".into(),
            status: "ACTIVE".into(),
            detail: Answer::Value(LegalHoldSelection {
                vaults: vec!["v".into(), "w".into()],
                resources: vec!["arn:aws:s3:::b".into()],
                from: Some(at(1)),
                to: Some(at(2)),
            }),
        }
    );
}

#[test]
fn restore_testing_plans_are_read_with_the_types_they_select() {
    let list = r#"{"RestoreTestingPlans":[{"RestoreTestingPlanArn":"arn:aws:backup:eu-central-1:111122223333:restore-testing-plan:t",
        "RestoreTestingPlanName":"t","ScheduleExpression":"rate(7 days)","LastExecutionTime":1700000001,
        "CreationTime":1700000000,"StartWindowHours":1}]}"#;
    let selection = |kind: &str| {
        format!(
            r#"{{"CreationTime":1,"IamRoleArn":"r","ProtectedResourceType":"{kind}","RestoreTestingPlanName":"t",
            "RestoreTestingSelectionName":"{kind}","ValidationWindowHours":1}}"#
        )
    };
    let page = |kinds: &[&str], token: &str| {
        let items: Vec<_> = kinds.iter().map(|kind| selection(kind)).collect();
        format!(r#"{{"RestoreTestingSelections":[{}]{token}}}"#, items.join(","))
    };
    let inventory = collected(
        Replay::new()
            .on(&["/restore-testing/plans/t/selections", "NextToken=m"], 200, page(&["Aurora", "RDS"], ""))
            .on(&["/restore-testing/plans/t/selections"], 200, page(&["RDS"], r#","NextToken":"m""#))
            .on(&["/restore-testing/plans?", "NextToken=n"], 200, list)
            .on(&["/restore-testing/plans?"], 200, r#"{"RestoreTestingPlans":[],"NextToken":"n"}"#),
    );
    assert_eq!(
        inventory.restore_testing_plans.items(),
        [RestoreTestingPlan {
            arn: arn("backup:eu-central-1:111122223333:restore-testing-plan:t"),
            name: "t".into(),
            schedule: "rate(7 days)".into(),
            last_run_at: Some(at(1)),
            selected_types: Answer::Value(vec!["Aurora".into(), "RDS".into()]),
        }]
    );
}

#[test]
fn settings_of_region_and_account_are_read_and_their_absence_is_a_gap() {
    let body =
        r#"{"ResourceTypeOptInPreference":{"RDS":true,"S3":false},"ResourceTypeManagementPreference":{"S3":true}}"#;
    let inventory = collected(Replay::new().on(&["/account-settings"], 200, body));
    let settings = inventory.region_settings.value().unwrap();
    assert_eq!((settings.opt_in.get("RDS"), settings.opt_in.get("S3")), (Some(&true), Some(&false)));
    assert_eq!(settings.management.get("S3"), Some(&true));
    let none = collected(Replay::new().on(&["/account-settings"], 200, "{}"));
    assert_eq!(none.region_settings.gap().unwrap().kind, GapKind::Malformed);

    let read = |replay: Replay| run(global_settings(&site(&replay)));
    let body = r#"{"GlobalSettings":{"isCrossAccountBackupEnabled":"true"},"LastUpdateTime":1700000000}"#;
    let settings = read(Replay::new().on(&["/global-settings"], 200, body));
    assert_eq!(settings.value().unwrap().get("isCrossAccountBackupEnabled").unwrap(), "true");
    let alone =
        Replay::new().json_error(&["/global-settings"], 400, "InvalidRequestException", "not in an organization");
    assert_eq!(read(alone).value(), Some(&BTreeMap::new()));
    let refused = Replay::new().json_error(&["/global-settings"], 403, "AccessDeniedException", "no");
    assert_eq!(read(refused).gap().unwrap().kind, GapKind::Denied);
    assert_eq!(read(Replay::new().on(&["/global-settings"], 200, "{}")).gap().unwrap().kind, GapKind::Malformed);
}

#[test]
fn a_region_that_is_off_is_a_gap_for_every_list() {
    let said = "The security token included in the request is invalid.";
    let replay = Replay::new().json_error(&["backup.eu-central-1"], 403, "UnrecognizedClientException", said);
    let BackupInventory {
        vaults,
        plans,
        protected_resources,
        backup_jobs,
        copy_jobs,
        restore_jobs,
        legal_holds,
        restore_testing_plans,
        region_settings,
    } = run(collect(&site(&replay)));
    let gaps = [
        vaults.gap().cloned(),
        plans.gap().cloned(),
        protected_resources.gap().cloned(),
        backup_jobs.gap().cloned(),
        copy_jobs.gap().cloned(),
        restore_jobs.gap().cloned(),
        legal_holds.gap().cloned(),
        restore_testing_plans.gap().cloned(),
        region_settings.gap().cloned(),
    ];
    for gap in gaps {
        assert_eq!(gap.unwrap().kind, GapKind::Denied);
    }
}

#[test]
fn the_collector_can_move_between_threads() {
    fn sendable<T: Send>(_: &T) {}
    let site = site(&Replay::new());
    sendable(&collect(&site));
}
