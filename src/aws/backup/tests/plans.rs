use super::super::super::replay::Replay;
use super::{arn, collected};
use crate::model::backup::{
    BackupInventory, CopyAction, Plan, Rule, Selection, SelectionCondition, SelectionDetail, SelectionOperator,
    TagCondition,
};
use crate::model::gap::{Answer, GapKind};
use crate::model::operation::Operation;

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
