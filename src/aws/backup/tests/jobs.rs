use super::super::super::replay::Replay;
use super::{arn, at, collected};
use crate::model::backup::{BackupJob, CopyJob, LegalHold, LegalHoldSelection, RestoreJob, RestoreTestingPlan};
use crate::model::gap::{Answer, GapKind};
use crate::model::operation::Operation;

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
