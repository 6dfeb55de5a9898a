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

use super::failure::{self, Failure, Meaning};
use super::meter::{self, Reading};
use super::shared::Shared;
use crate::model::gap::{Collected, Gap, GapKind};
use crate::model::ids::{AccountId, Arn, IdError, Partition, Region};
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

/// What an error of AWS's states, where it states something rather than fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fact {
    /// There is nothing of the kind here.
    NotConfigured,
    /// The service does not have this here.
    NotOffered,
}

/// Tells the facts among an operation's errors.
type Facts<'a> = &'a (dyn Fn(&Meaning) -> Option<Fact> + Sync);

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
    pub(super) fn now(&self) -> Timestamp {
        self.shared.clock.now()
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
        match self.ask(operation, subject, &|_| None, make).await? {
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
        let facts = |meaning: &Meaning| {
            let code = meaning.code.as_deref()?;
            not_configured.contains(&code).then_some(Fact::NotConfigured)
        };
        self.call_or_fact(operation, subject, &facts, make).await
    }

    /// As [`Site::call_or`], where a code alone does not tell a fact from a failure.
    ///
    /// # Errors
    /// As [`Site::call`], for every error that `facts` does not know as [`Fact::NotConfigured`].
    pub(super) async fn call_or_fact<T, E, Fut>(
        &self,
        operation: Operation,
        subject: Option<&str>,
        facts: Facts<'_>,
        make: impl FnOnce() -> Fut,
    ) -> Result<Option<T>, Failure>
    where
        Fut: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        Ok(match self.ask(operation, subject, facts, make).await? {
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
        text.parse().map_err(|error: IdError| self.failed(operation, Some(text), GapKind::Malformed, error.to_string()))
    }

    /// A field that AWS always sends.
    ///
    /// # Errors
    /// A `malformed` failure where it did not.
    pub(super) fn required<T>(&self, operation: Operation, field: &str, value: Option<T>) -> Result<T, Failure> {
        value.ok_or_else(|| {
            self.failed(operation, None, GapKind::Malformed, format!("the answer of {operation} has no {field}"))
        })
    }

    /// An ARN that AWS always sends.
    ///
    /// # Errors
    /// A `malformed` failure where it did not, or sent something else.
    pub(super) fn required_arn(&self, operation: Operation, field: &str, text: Option<&str>) -> Result<Arn, Failure> {
        self.arn(operation, self.required(operation, field, text)?)
    }

    /// An account id or region that AWS sent.
    ///
    /// # Errors
    /// A `malformed` failure where it is none.
    pub(super) fn parsed<T>(&self, operation: Operation, text: &str) -> Result<T, Failure>
    where
        T: std::str::FromStr<Err = IdError>,
    {
        text.parse().map_err(|error: T::Err| self.failed(operation, None, GapKind::Malformed, error.to_string()))
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
        facts: Facts<'_>,
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
        let mut meaning = failure::meaning(&error, self.shared.custom_endpoint);
        // An emulator that does not list regions has none to switch on either: not offered, rather than refused.
        meaning.not_offered |= meaning.not_served && operation == Operation::AccountListRegions;
        match facts(&meaning) {
            Some(Fact::NotConfigured) => {
                self.record(operation, &reading, None);
                return Ok(Outcome::NotConfigured);
            }
            Some(Fact::NotOffered) => meaning.not_offered = true,
            None => {}
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
mod tests;
