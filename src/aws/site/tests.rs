//! Calls over wire answers: pages, tokens, what is not configured, what ends a collection.

use super::super::replay::{Replay, run, site};
use super::*;

const LIST: Operation = Operation::DynamoDbListTables;

async fn tables(site: &Site) -> Result<Vec<String>, Failure> {
    let client = site.dynamodb();
    let make = |token: Option<String>| client.list_tables().set_exclusive_start_table_name(token).send();
    site.pages(LIST, None, make, |page| (page.table_names.unwrap_or_default(), page.last_evaluated_table_name)).await
}

#[test]
fn a_list_is_read_to_its_end_through_an_empty_page() {
    let replay = Replay::new()
        .on(
            &["ListTables", r#""ExclusiveStartTableName":"a""#],
            200,
            r#"{"TableNames":[],"LastEvaluatedTableName":"b"}"#,
        )
        .on(&["ListTables", r#""ExclusiveStartTableName":"b""#], 200, r#"{"TableNames":["c"]}"#)
        .on(&["ListTables"], 200, r#"{"TableNames":["a"],"LastEvaluatedTableName":"a"}"#);
    let site = site(&replay);
    assert_eq!(run(tables(&site)).unwrap(), ["a", "c"]);
    let ledger = site.shared.ledger.entries();
    assert_eq!((ledger.len(), ledger[0].calls, ledger[0].attempts), (1, 3, 3));
    assert_eq!(ledger[0].last_request_id.as_deref(), Some("req-1"));
    assert!(ledger[0].failures.is_empty());
}

#[test]
fn a_repeated_token_is_a_gap_and_no_half_list() {
    let replay = Replay::new()
        .once(&["ListTables"], 200, r#"{"TableNames":["a"],"LastEvaluatedTableName":"x"}"#)
        .once(&["ListTables"], 200, r#"{"TableNames":["b"],"LastEvaluatedTableName":"y"}"#)
        .on(&["ListTables"], 200, r#"{"TableNames":["c"],"LastEvaluatedTableName":"x"}"#);
    let site = site(&replay);
    let failure = run(tables(&site)).unwrap_err();
    assert_eq!(failure.gap.kind, GapKind::Malformed);
    assert_eq!(replay.count("ListTables"), 3);
    assert_eq!(site.shared.ledger.entries()[0].failures.len(), 1);
}

#[test]
fn a_failing_second_page_is_a_gap_and_no_half_list() {
    let replay = Replay::new()
        .json_error(&["ListTables", "ExclusiveStartTableName"], 400, "AccessDeniedException", "no")
        .on(&["ListTables"], 200, r#"{"TableNames":["a"],"LastEvaluatedTableName":"x"}"#);
    let site = site(&replay);
    let collected = site.collected(run(tables(&site)));
    let gap = collected.gap().unwrap();
    assert_eq!((gap.kind, gap.code.as_deref()), (GapKind::Denied, Some("AccessDeniedException")));
    assert_eq!((gap.attempts, gap.request_id.as_deref()), (1, Some("req-1")));
}

#[test]
fn not_configured_is_a_fact_and_no_failure() {
    let replay = Replay::new().json_error(&["GetResourcePolicy"], 400, "PolicyNotFoundException", "none");
    let site = site(&replay);
    let client = site.dynamodb();
    let operation = Operation::DynamoDbGetResourcePolicy;
    let make = || client.get_resource_policy().resource_arn("arn:x").send();
    let answer = run(site.call_or(operation, Some("arn:x"), &["PolicyNotFoundException"], make)).unwrap();
    assert!(answer.is_none());
    assert!(site.shared.ledger.entries()[0].failures.is_empty());
    let make = || client.get_resource_policy().resource_arn("arn:x").send();
    let failure = run(site.call_or(operation, Some("arn:x"), &["AnotherException"], make)).unwrap_err();
    assert_eq!(failure.gap.kind, GapKind::Malformed);
    assert_eq!(site.shared.ledger.entries()[0].failures[0].subject.as_deref(), Some("arn:x"));
}

#[test]
fn a_broken_connection_and_garbage_are_gaps() {
    let broken = site(&Replay::new().broken(&["ListTables"]));
    let failure = run(tables(&broken)).unwrap_err();
    assert_eq!((failure.gap.kind, failure.gap.attempts), (GapKind::Timeout, 1));
    assert!(failure.gap.message.contains("connection reset"), "{}", failure.gap.message);
    let garbage = site(&Replay::new().on(&["ListTables"], 200, "<html>login</html>"));
    assert_eq!(run(tables(&garbage)).unwrap_err().gap.kind, GapKind::Malformed);
    let proxy = site(&Replay::new().on(&["ListTables"], 502, "<html>bad gateway</html>"));
    assert_eq!(run(tables(&proxy)).unwrap_err().gap.kind, GapKind::Timeout);
}

#[test]
fn an_operation_that_aws_does_not_know_is_not_offered_but_an_emulator_says_nothing() {
    let replay =
        Replay::new().json_error(&["ListTables"], 400, "com.amazon.coral.service#UnknownOperationException", "");
    let mut here = site(&replay);
    assert!(matches!(here.collected(run(tables(&here))), Collected::NotOffered { .. }));
    assert!(here.shared.ledger.entries()[0].failures.is_empty());
    here.shared = Arc::new(Shared::new(1, true, Arc::new(super::super::Unobserved), super::super::clock::Clock::Wall));
    assert_eq!(run(tables(&here)).unwrap_err().gap.kind, GapKind::Malformed);
    assert!(here.collected(run(tables(&here))).gap().is_some());
}

#[test]
fn expired_credentials_end_the_collection() {
    let site = site(&Replay::new().json_error(&["ListTables"], 400, "ExpiredTokenException", "it is over"));
    run(async {
        assert!(tables(&site).await.is_err());
        assert_eq!(site.shared.expired().await, "it is over");
    });
}
