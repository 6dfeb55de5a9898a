mod jobs;
mod plans;

use super::super::replay::{Replay, run, site};
use super::*;
use crate::model::backup::{RecoveryPoint, Vault};
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
    let says = |code: &str, words: &str| read(Replay::new().json_error(&["/global-settings"], 400, code, words));
    for code in ["InvalidRequestException", "ERROR_9601"] {
        let alone = says(code, "Your account is not a member of an organization.");
        assert_eq!(alone.value(), Some(&BTreeMap::new()), "{code}");
    }
    for code in ["InvalidRequestException", "ERROR_2502"] {
        let elsewhere = says(code, "Feature Cross Account Backup is not available in current region");
        assert!(matches!(elsewhere, Collected::NotOffered { .. }), "{code}: {elsewhere:?}");
    }
    let other = says("InvalidRequestException", "Your organization's settings are being changed.");
    assert_eq!(other.gap().unwrap().kind, GapKind::Malformed);
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
