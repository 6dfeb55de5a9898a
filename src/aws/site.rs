//! A site: one account and region to call, and the one way to call it.
//!
//! Every API call of palisade goes through [`Site::call`] or what stands on it. It waits for a place in the limits, counts
//! the call in the ledger, and turns what went wrong into a [`Failure`]. An operation outside the closed table cannot be called.

use std::collections::BTreeSet;
use std::error::Error;
use std::future::Future;
use std::sync::Arc;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::SdkConfig;
use jiff::Timestamp;

use super::clock;
use super::failure::{self, Failure};
use super::meter::{self, Reading};
use super::shared::Shared;
use crate::model::gap::{Collected, Gap, GapKind};
use crate::model::ids::{AccountId, Arn, Partition, Region};
use crate::model::ledger::CallFailure;
use crate::model::operation::Operation;

/// The most pages that one list may have; beyond it something serves tokens without end.
const PAGE_LIMIT: usize = 100_000;

/// One account and region, with the credentials to call it.
#[derive(Clone, Debug)]
pub(super) struct Site {
    /// The account called.
    pub(super) account: AccountId,
    /// The region called.
    pub(super) region: Region,
    /// The account's partition.
    pub(super) partition: Partition,
    /// Endpoint, region, credentials, HTTP client, timeouts, retries. Make clients with [`Site::rds`] and its sisters.
    pub(super) sdk: SdkConfig,
    /// What all sites share: limits, ledger, observer.
    pub(super) shared: Arc<Shared>,
}

enum Outcome<T> {
    Value(T),
    NotConfigured,
}

impl Site {
    /// The same account in another region.
    pub(super) fn in_region(&self, region: &Region) -> Self {
        let sdk = self.sdk.to_builder().region(aws_types::region::Region::new(region.as_str().to_owned())).build();
        Self { region: region.clone(), sdk, ..self.clone() }
    }

    /// The same account in the region that the partition's global services (IAM, Organizations, Account) sign for.
    pub(super) fn global(&self) -> Self {
        self.partition.global_region().map_or_else(|| self.clone(), |region| self.in_region(&region))
    }

    /// The time, for `read_at`.
    #[expect(clippy::unused_self, reason = "collectors ask their site, so that a test can give them another clock")]
    pub(super) fn now(&self) -> Timestamp {
        clock::now()
    }

    /// Makes one call. `subject` names the one item that it is about, for the ledger.
    ///
    /// # Errors
    /// Any answer but success, as a [`Failure`], already in the ledger.
    pub(super) async fn call<T, E, Fut>(
        &self,
        operation: Operation,
        subject: Option<&str>,
        make: impl FnOnce() -> Fut,
    ) -> Result<T, Failure>
    where
        Fut: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        match self.ask(operation, subject, &[], make).await? {
            Outcome::Value(value) => Ok(value),
            // With no code listed there is nothing that could mean it.
            Outcome::NotConfigured => {
                Err(self.failed(operation, subject, GapKind::Malformed, "an answer without meaning"))
            }
        }
    }

    /// Makes one call whose listed error codes are facts ("no such policy"): `Ok(None)`, and no failure in the ledger.
    ///
    /// # Errors
    /// As [`Site::call`], for every other error.
    pub(super) async fn call_or<T, E, Fut>(
        &self,
        operation: Operation,
        subject: Option<&str>,
        not_configured: &[&str],
        make: impl FnOnce() -> Fut,
    ) -> Result<Option<T>, Failure>
    where
        Fut: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        Ok(match self.ask(operation, subject, not_configured, make).await? {
            Outcome::Value(value) => Some(value),
            Outcome::NotConfigured => None,
        })
    }

    /// Reads a list to its end: `make` sends the request for a token (none at first), `split` takes a page apart into its
    /// items and the next token. An empty page with a token goes on; an empty token ends.
    ///
    /// # Errors
    /// The first page that fails, a token seen before, or pages without end. A half-read list is never given.
    pub(super) async fn pages<T, P, K, E, Fut>(
        &self,
        operation: Operation,
        subject: Option<&str>,
        mut make: impl FnMut(Option<K>) -> Fut,
        mut split: impl FnMut(P) -> (Vec<T>, Option<K>),
    ) -> Result<Vec<T>, Failure>
    where
        K: Ord + Clone + Token,
        Fut: Future<Output = Result<P, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        let mut items = Vec::new();
        let mut token = None;
        let mut seen = BTreeSet::new();
        for _ in 0..PAGE_LIMIT {
            let page = self.call(operation, subject, || make(token.take())).await?;
            let (mut some, next) = split(page);
            items.append(&mut some);
            let Some(next) = next.filter(|next| !next.is_end()) else { return Ok(items) };
            if !seen.insert(next.clone()) {
                let message = "AWS gave the same page token twice; the list was not read to its end";
                return Err(self.failed(operation, subject, GapKind::Malformed, message));
            }
            token = Some(next);
        }
        let message = format!("the list has more than {PAGE_LIMIT} pages");
        Err(self.failed(operation, subject, GapKind::Budget, message))
    }

    /// A failure found by palisade in what a call answered (it does not parse, its body broke off); noted in the ledger.
    pub(super) fn failed(
        &self,
        operation: Operation,
        subject: Option<&str>,
        kind: GapKind,
        message: impl Into<String>,
    ) -> Failure {
        let mut gap = Gap::not_made(kind, operation, message);
        gap.attempts = 1;
        let noted =
            CallFailure { at: self.now(), kind, code: None, subject: subject.map(cut_subject), request_id: None };
        self.shared.ledger.add_failure((&self.account, &self.region, operation), noted);
        Failure::of(gap)
    }

    /// A text of AWS's as an ARN.
    ///
    /// # Errors
    /// A `malformed` failure where it is none.
    pub(super) fn arn(&self, operation: Operation, text: &str) -> Result<Arn, Failure> {
        text.parse().map_err(|error: crate::model::ids::IdError| {
            self.failed(operation, Some(text), GapKind::Malformed, error.to_string())
        })
    }

    /// The outcome for a whole collection.
    pub(super) fn collected<T>(&self, result: Result<T, Failure>) -> Collected<T> {
        match result {
            Ok(value) => Collected::read(self.now(), value),
            Err(failure) if failure.not_offered => Collected::NotOffered { read_at: self.now() },
            Err(failure) => Collected::Gap(failure.gap),
        }
    }

    /// Waits for a whole collection and notes when it was complete.
    pub(super) async fn gather<T>(&self, read: impl Future<Output = Result<T, Failure>>) -> Collected<T> {
        self.collected(Box::pin(read).await)
    }

    async fn ask<T, E, Fut>(
        &self,
        operation: Operation,
        subject: Option<&str>,
        not_configured: &[&str],
        make: impl FnOnce() -> Fut,
    ) -> Result<Outcome<T>, Failure>
    where
        Fut: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        // Credentials are fetched in the middle of other calls, which already hold their places: an AssumeRole that waited
        // for one could wait for ever.
        let place = match operation {
            Operation::StsAssumeRole => None,
            _ => Some(self.shared.limits.place(&self.account, operation.service()).await),
        };
        // A large future (the SDK's are) is kept on the heap, so that those of the collectors stay small.
        let (answer, reading) = meter::measured(Box::pin(make())).await;
        drop(place);
        self.shared.observer.called(operation, reading.attempts, reading.throttles);
        let error = match answer {
            Ok(value) => {
                self.record(operation, &reading, None);
                return Ok(Outcome::Value(value));
            }
            Err(error) => error,
        };
        let meaning = failure::meaning(&error, self.shared.custom_endpoint);
        if meaning.code.as_deref().is_some_and(|code| not_configured.contains(&code)) {
            self.record(operation, &reading, None);
            return Ok(Outcome::NotConfigured);
        }
        if meaning.expired {
            self.shared.expire(&meaning.message);
        }
        let expected = meaning.not_offered;
        let failure = failure::failure(meaning, operation, reading.attempts, reading.request_id.clone());
        let noted = (!expected).then(|| CallFailure {
            at: self.now(),
            kind: failure.gap.kind,
            code: failure.code.clone(),
            subject: subject.map(cut_subject),
            request_id: reading.request_id.clone(),
        });
        self.record(operation, &reading, noted);
        Err(failure)
    }

    fn record(&self, operation: Operation, reading: &Reading, failure: Option<CallFailure>) {
        self.shared.ledger.record((&self.account, &self.region, operation), self.now(), reading, failure);
    }
}

/// A page token: text, or several texts together.
pub(super) trait Token {
    /// Whether it is the empty token, by which some services end a list.
    fn is_end(&self) -> bool;
}

impl Token for String {
    fn is_end(&self) -> bool {
        self.is_empty()
    }
}

impl Token for (String, String) {
    fn is_end(&self) -> bool {
        self.0.is_empty()
    }
}

fn cut_subject(subject: &str) -> String {
    subject.chars().take(1_024).collect()
}

#[cfg(test)]
mod tests {
    use super::super::replay::{Replay, run, site};
    use super::*;

    const LIST: Operation = Operation::DynamoDbListTables;

    async fn tables(site: &Site) -> Result<Vec<String>, Failure> {
        let client = site.dynamodb();
        let make = |token: Option<String>| client.list_tables().set_exclusive_start_table_name(token).send();
        site.pages(LIST, None, make, |page| (page.table_names.unwrap_or_default(), page.last_evaluated_table_name))
            .await
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
        here.shared = Arc::new(Shared::new(1, true, Arc::new(super::super::Unobserved)));
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
}
