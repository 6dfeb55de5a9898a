use super::super::replay::{Replay, run, site};
use super::*;

const DESCRIBE: &str = r#"{"Table":{"TableArn":"arn:aws:dynamodb:eu-central-1:111122223333:table/orders",
    "TableName":"orders","TableId":"0a1b","TableStatus":"ACTIVE","CreationDateTime":1700000000.5,
    "DeletionProtectionEnabled":true,"KeySchema":[{"AttributeName":"at","KeyType":"RANGE"},
    {"AttributeName":"LockID","KeyType":"HASH"}],"Replicas":[{"RegionName":"eu-west-1"},{"RegionName":"eu-north-1"}],
    "SSEDescription":{"Status":"ENABLED","SSEType":"KMS","KMSMasterKeyArn":"arn:aws:kms:eu-central-1:111122223333:key/k1"},
    "ItemCount":42}}"#;
const BACKUPS: &str = r#"{"ContinuousBackupsDescription":{"ContinuousBackupsStatus":"ENABLED",
    "PointInTimeRecoveryDescription":{"PointInTimeRecoveryStatus":"ENABLED","EarliestRestorableDateTime":1700000001,
    "LatestRestorableDateTime":1700000002,"RecoveryPeriodInDays":35}}}"#;

fn second(at: i64) -> Option<jiff::Timestamp> {
    Some(jiff::Timestamp::from_second(at).unwrap())
}

fn one_table(replay: Replay) -> Replay {
    replay.on(&["ListTables"], 200, r#"{"TableNames":["orders"]}"#)
}

fn filled(replay: Replay) -> Replay {
    one_table(replay)
        .on(&["DescribeTable"], 200, DESCRIBE)
        .on(&["DescribeContinuousBackups"], 200, BACKUPS)
        .on(&["ListTagsOfResource"], 200, r#"{"Tags":[]}"#)
        .json_error(&["GetResourcePolicy"], 400, "PolicyNotFoundException", "none")
}

fn first(replay: Replay) -> Table {
    let site = site(&filled(replay));
    run(collect(&site)).tables.items()[0].clone()
}

#[test]
fn a_table_is_read_whole() {
    let table = first(
        Replay::new()
            .on(&["ListTagsOfResource", "\"NextToken\":\"t\""], 200, r#"{"Tags":[{"Key":"b","Value":""}]}"#)
            .on(&["ListTagsOfResource"], 200, r#"{"Tags":[{"Key":"env","Value":"prod"}],"NextToken":"t"}"#)
            .on(&["GetResourcePolicy"], 200, r#"{"Policy":"{\"Version\":\"2012-10-17\"}"}"#),
    );
    assert_eq!(
        table,
        Table {
            arn: "arn:aws:dynamodb:eu-central-1:111122223333:table/orders".parse().unwrap(),
            name: "orders".into(),
            detail: Answer::Value(TableDetail {
                id: Some("0a1b".into()),
                status: "ACTIVE".into(),
                created_at: Some(jiff::Timestamp::from_millisecond(1_700_000_000_500).unwrap()),
                deletion_protection: true,
                partition_key: Some("LockID".into()),
                sort_key: Some("at".into()),
                replicas: vec!["eu-north-1".parse().unwrap(), "eu-west-1".parse().unwrap()],
                kms_key: Some("arn:aws:kms:eu-central-1:111122223333:key/k1".parse().unwrap()),
                item_count: Some(42),
            }),
            point_in_time_recovery: Answer::Value(PointInTimeRecovery {
                enabled: true,
                earliest_restorable_at: second(1_700_000_001),
                latest_restorable_at: second(1_700_000_002),
                period_days: Some(35),
            }),
            tags: Answer::Value(BTreeMap::from([
                ("b".to_owned(), String::new()),
                ("env".to_owned(), "prod".to_owned())
            ])),
            resource_policy: Answer::Value(Some(r#"{"Version":"2012-10-17"}"#.into())),
        }
    );
}

#[test]
fn tables_come_from_every_page_in_order() {
    let replay = Replay::new()
        .on(&["ListTables", r#""ExclusiveStartTableName":"z""#], 200, r#"{"TableNames":["a"]}"#)
        .on(&["ListTables"], 200, r#"{"TableNames":["z"],"LastEvaluatedTableName":"z"}"#);
    let inventory = run(collect(&site(&filled(replay))));
    assert_eq!(inventory.tables.items().iter().map(|t| t.name.as_str()).collect::<Vec<_>>(), ["a", "z"]);
}

#[test]
fn no_policy_is_a_fact_and_a_refused_one_a_gap() {
    assert_eq!(first(Replay::new()).resource_policy, Answer::Value(None));
    let denied = first(Replay::new().json_error(&["GetResourcePolicy"], 400, "AccessDeniedException", "no"));
    assert_eq!(denied.resource_policy.gap().unwrap().kind, GapKind::Denied);
    let empty = first(Replay::new().on(&["GetResourcePolicy"], 200, "{}"));
    assert_eq!(empty.resource_policy.gap().unwrap().kind, GapKind::Malformed);
}

#[test]
fn a_table_that_cannot_be_described_stays_with_its_gaps() {
    let table = first(
        Replay::new()
            .json_error(&["DescribeTable"], 400, "AccessDeniedException", "no")
            .json_error(&["DescribeContinuousBackups"], 400, "ThrottlingException", "slow down")
            .json_error(&["ListTagsOfResource"], 400, "AccessDeniedException", "no"),
    );
    assert_eq!(table.arn.as_str(), "arn:aws:dynamodb:eu-central-1:111122223333:table/orders");
    assert_eq!(table.detail.gap().unwrap().kind, GapKind::Denied);
    assert_eq!(table.point_in_time_recovery.gap().unwrap().kind, GapKind::Throttled);
    assert_eq!(table.tags.gap().unwrap().operation, Operation::DynamoDbListTagsOfResource);
}

#[test]
fn a_table_that_is_gone_leaves_the_list() {
    let replay = Replay::new().json_error(&["DescribeTable"], 400, "ResourceNotFoundException", "gone");
    assert_eq!(run(collect(&site(&filled(replay)))).tables.items(), []);
}

#[test]
fn protection_that_is_not_told_is_a_gap() {
    let cut = DESCRIBE.replace("\"DeletionProtectionEnabled\":true,", "");
    let gap = first(Replay::new().on(&["DescribeTable"], 200, cut)).detail.gap().unwrap().clone();
    assert_eq!(gap.kind, GapKind::Malformed);
    assert!(gap.message.contains("DeletionProtectionEnabled"), "{}", gap.message);
    for status in
        [BACKUPS.replace(r#""PointInTimeRecoveryStatus":"ENABLED","#, ""), BACKUPS.replace("y\":\"ENABLED", "")]
    {
        let status =
            status.replace("\"PointInTimeRecoveryStatus\":\"ENABLED\"", "\"PointInTimeRecoveryStatus\":\"NEW\"");
        let table = first(Replay::new().on(&["DescribeContinuousBackups"], 200, status));
        assert_eq!(table.point_in_time_recovery.gap().unwrap().kind, GapKind::Malformed);
    }
    let off =
        BACKUPS.replace("\"PointInTimeRecoveryStatus\":\"ENABLED\"", "\"PointInTimeRecoveryStatus\":\"DISABLED\"");
    let table = first(Replay::new().on(&["DescribeContinuousBackups"], 200, off));
    assert!(!table.point_in_time_recovery.value().unwrap().enabled);
}

#[test]
fn a_region_that_is_off_and_an_answer_without_its_list_are_gaps() {
    let off =
        Replay::new().json_error(&["ListTables"], 400, "UnrecognizedClientException", "The security token is invalid");
    assert_eq!(run(collect(&site(&off))).tables.gap().unwrap().kind, GapKind::Denied);
    let none = Replay::new().on(&["ListTables"], 200, "{}");
    assert_eq!(run(collect(&site(&none))).tables.gap().unwrap().kind, GapKind::Malformed);
}

#[test]
fn the_collector_can_move_between_threads() {
    fn sendable<T: Send>(_: &T) {}
    let site = site(&Replay::new());
    sendable(&collect(&site));
}
