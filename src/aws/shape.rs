//! From the SDK's optional members to palisade's nouns: what must be there is there, or the answer is malformed.
//!
//! The decision worth knowing: the SDK fills in what a response lacks (an empty string, a `false`), and the query protocol
//! writes absent members as empty elements. So an empty text is an absent one, and a member that a verdict can rest on is
//! never given a default: its absence is a gap that names it.

use std::collections::BTreeMap;
use std::error::Error;
use std::future::Future;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::DateTime;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use jiff::Timestamp;

use super::convert::rounded;
use super::failure::Failure;
use super::site::{Site, Token};
use crate::model::gap::GapKind;
use crate::model::ids::{Arn, Region};
use crate::model::kms::reference;
use crate::model::operation::Operation;

/// An answer that lacks a member, or has one of the wrong shape.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("AWS's answer {problem}{}", item.as_deref().map(|item| format!(" (in {item})")).unwrap_or_default())]
pub(super) struct Malformed {
    problem: String,
    item: Option<String>,
}

impl Malformed {
    /// A member that is not there.
    pub(super) fn missing(member: &str) -> Self {
        Self { problem: format!("lacks {member}"), item: None }
    }

    /// A member that cannot be what it is.
    pub(super) fn odd(member: &str, why: impl std::fmt::Display) -> Self {
        Self { problem: format!("has a {member} that palisade does not understand: {why}"), item: None }
    }

    /// Names the item that it is about; the innermost name stays.
    pub(super) fn of(mut self, item: Option<&str>) -> Self {
        if self.item.is_none() {
            self.item = item.map(|item| item.chars().take(200).collect());
        }
        self
    }
}

/// What a conversion gives.
pub(super) type Shaped<T> = Result<T, Malformed>;

/// A member that has to be there.
pub(super) fn required<T>(member: &str, value: Option<T>) -> Shaped<T> {
    value.ok_or_else(|| Malformed::missing(member))
}

/// A text that may be absent; an empty one is.
pub(super) fn some_text(value: Option<&str>) -> Option<String> {
    value.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A text that has to be there.
pub(super) fn text(member: &str, value: Option<&str>) -> Shaped<String> {
    required(member, some_text(value))
}

/// An ARN that may be absent.
pub(super) fn some_arn(member: &str, value: Option<&str>) -> Shaped<Option<Arn>> {
    let Some(text) = value.filter(|text| !text.is_empty()) else { return Ok(None) };
    text.parse().map(Some).map_err(|error| Malformed::odd(member, error))
}

/// An ARN that has to be there.
pub(super) fn arn(member: &str, value: Option<&str>) -> Shaped<Arn> {
    required(member, some_arn(member, value)?)
}

/// A region that may be absent.
pub(super) fn some_region(member: &str, value: Option<&str>) -> Shaped<Option<Region>> {
    let Some(text) = value.filter(|text| !text.is_empty()) else { return Ok(None) };
    text.parse().map(Some).map_err(|error| Malformed::odd(member, error))
}

/// A time that may be absent.
pub(super) fn some_time(member: &str, value: Option<&DateTime>) -> Shaped<Option<Timestamp>> {
    let Some(time) = value else { return Ok(None) };
    rounded(time).map(Some).map_err(|error| Malformed::odd(member, error))
}

/// A time that has to be there.
pub(super) fn time(member: &str, value: Option<&DateTime>) -> Shaped<Timestamp> {
    required(member, some_time(member, value)?)
}

/// Tags: keys with their values; a tag without a value has an empty one, a tag without a key is malformed.
pub(super) fn tags<'a>(
    pairs: impl IntoIterator<Item = (Option<&'a str>, Option<&'a str>)>,
) -> Shaped<BTreeMap<String, String>> {
    pairs.into_iter().map(|(key, value)| Ok((text("tag key", key)?, value.unwrap_or_default().to_owned()))).collect()
}

/// The items of a page, each converted. AWS writes an empty list as one: a page without its list is malformed, not empty.
pub(super) fn each<S, T>(member: &str, items: Option<Vec<S>>, shape: impl Fn(&S) -> Shaped<T>) -> Vec<Shaped<T>> {
    match items {
        Some(items) => items.iter().map(shape).collect(),
        None => vec![Err(Malformed::missing(member))],
    }
}

/// The items of a page as they are, for a list that is converted afterwards: as [`each`], with nothing to convert.
pub(super) fn items<T>(member: &str, items: Option<Vec<T>>) -> Vec<Shaped<T>> {
    match items {
        Some(items) => items.into_iter().map(Ok).collect(),
        None => vec![Err(Malformed::missing(member))],
    }
}

impl Site {
    /// A conversion's outcome as a call's: what is malformed is a gap, noted in the ledger.
    pub(super) fn shaped<T>(
        &self,
        operation: Operation,
        subject: Option<&str>,
        shaped: Shaped<T>,
    ) -> Result<T, Failure> {
        shaped.map_err(|malformed| self.failed(operation, subject, GapKind::Malformed, malformed.to_string()))
    }

    /// [`Site::pages`] of items that are converted as they arrive. One that cannot be makes the whole list a gap: a list
    /// without it would say that it does not exist.
    pub(super) async fn list<T, P, K, E, Fut>(
        &self,
        operation: Operation,
        subject: Option<&str>,
        make: impl FnMut(Option<K>) -> Fut,
        split: impl FnMut(P) -> (Vec<Shaped<T>>, Option<K>),
    ) -> Result<Vec<T>, Failure>
    where
        K: Ord + Clone + Token,
        Fut: Future<Output = Result<P, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        let items = self.pages(operation, subject, make, split).await?;
        self.shaped(operation, subject, items.into_iter().collect())
    }

    /// The ARN of a KMS key given as ARN, alias ARN, key id or alias name. Bare ids are keys of the resource's own account
    /// and region: KMS's own rule, <https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id>.
    pub(super) fn some_key(&self, member: &str, value: Option<&str>) -> Shaped<Option<Arn>> {
        let Some(text) = value.filter(|text| !text.is_empty()) else { return Ok(None) };
        let key = reference(&self.partition, &self.region, &self.account, text);
        key.map(Some).ok_or_else(|| Malformed::odd(member, format_args!("{text:?} is no key")))
    }
}

#[cfg(test)]
mod tests {
    use super::super::replay::{Replay, site};
    use super::*;

    #[test]
    fn an_empty_member_is_an_absent_one() {
        assert_eq!(some_text(Some("")), None);
        assert_eq!(some_arn("KmsKeyId", Some("")), Ok(None));
        assert_eq!(text("Engine", Some("")), Err(Malformed::missing("Engine")));
        assert_eq!(arn("DBInstanceArn", None), Err(Malformed::missing("DBInstanceArn")));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_item() {
        let site = site(&Replay::new());
        let malformed = text("Engine", None).unwrap_err().of(Some("orders")).of(Some("outer"));
        let operation = Operation::RdsDescribeDBInstances;
        let gap = site.shaped::<()>(operation, None, Err(malformed)).unwrap_err().gap;
        assert_eq!((gap.kind, gap.operation), (GapKind::Malformed, operation));
        assert_eq!(gap.message, "AWS's answer lacks Engine (in orders)");
        let odd = arn("KmsKeyId", Some("nonsense")).unwrap_err().to_string();
        assert!(odd.contains("KmsKeyId") && odd.contains("nonsense"), "{odd}");
    }

    #[test]
    fn times_keep_their_fraction_and_refuse_the_impossible() {
        let at = DateTime::from_secs_and_nanos(1_700_000_000, 500_000_000);
        assert_eq!(time("T", Some(&at)).unwrap().as_millisecond(), 1_700_000_000_500);
        let early = DateTime::from_secs_and_nanos(-1, 250_000_000);
        assert_eq!(time("T", Some(&early)).unwrap().as_millisecond(), -750);
        // What the SDK makes of 1700000000.123 in JSON.
        let cut = DateTime::from_secs_and_nanos(1_700_000_000, 122_999_906);
        assert_eq!(time("T", Some(&cut)).unwrap().as_millisecond(), 1_700_000_000_123);
        assert!(time("T", Some(&DateTime::from_secs(i64::MAX))).is_err());
    }

    #[test]
    fn bare_keys_belong_to_the_resource_s_account_and_region() {
        let mut site = site(&Replay::new());
        site.partition = "aws-cn".parse().unwrap();
        site.region = "cn-north-1".parse().unwrap();
        let table = [
            ("1234abcd-12ab", "arn:aws-cn:kms:cn-north-1:111122223333:key/1234abcd-12ab"),
            ("alias/orders", "arn:aws-cn:kms:cn-north-1:111122223333:alias/orders"),
            ("arn:aws:kms:eu-west-1:444455556666:key/k", "arn:aws:kms:eu-west-1:444455556666:key/k"),
        ];
        for (given, want) in table {
            assert_eq!(site.some_key("KmsKeyId", Some(given)).unwrap().unwrap().as_str(), want);
        }
    }
}
