//! Small constructors for every noun of the model: each gives the plainest thing of its kind, all of it read, and struct
//! update syntax says what differs. The demo is written with them, and tests of every room may be.
//!
//! Imports the nouns alone, and Terraform's format. Everything is told from one fixed moment, [`READ_AT`], so that ages never change.

mod aws_managed;
mod backup;
mod calls;
mod databases;
mod iam;
mod keys;
mod order;
mod organization;
mod patterns;
mod place;
mod s3;
mod settled;
mod state;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::str::FromStr;

use jiff::Timestamp;

pub use aws_managed::{attached, aws_document};
pub use backup::*;
pub use calls::*;
pub use databases::*;
pub use iam::*;
pub use keys::*;
pub use order::*;
pub use organization::*;
pub use patterns::*;
pub use place::*;
pub use s3::*;
pub use settled::*;
pub use state::*;

use crate::model::gap::{Answer, Collected, Gap, GapKind};
use crate::model::ids::{AccountId, Arn, Region};
use crate::model::operation::Operation;

/// The moment at which everything in a built inventory was read.
pub const READ_AT: &str = "2026-03-02T07:00:00Z";

/// A result of fixed texts and numbers that stand in this folder or in a test.
#[expect(clippy::expect_used, reason = "the arguments are constants of the demo, and its tests build all of it")]
fn fixed<T, E: Debug>(result: Result<T, E>) -> T {
    result.expect("a constant of the demo has AWS's shape")
}

/// An identifier or timestamp of a fixed text.
///
/// # Panics
/// Where the text does not have the shape of its type.
pub fn id<T: FromStr<Err: Debug>>(text: &str) -> T {
    fixed(text.parse())
}

/// [`READ_AT`] as a timestamp.
#[must_use]
pub fn read_at() -> Timestamp {
    id(READ_AT)
}

/// So many hours before [`READ_AT`]; after it where negative.
#[must_use]
pub fn hours_ago(hours: i64) -> Timestamp {
    fixed(Timestamp::from_second(read_at().as_second().saturating_sub(hours.saturating_mul(3600))))
}

/// So many days before [`READ_AT`]; after it where negative.
#[must_use]
pub fn days_ago(days: i64) -> Timestamp {
    hours_ago(days.saturating_mul(24))
}

/// A complete answer, read at [`READ_AT`].
pub fn read<T>(value: T) -> Collected<T> {
    Collected::read(read_at(), value)
}

/// A complete, empty list.
#[must_use]
pub fn none<T>() -> Collected<Vec<T>> {
    read(Vec::new())
}

/// Tags, or any other map of texts.
#[must_use]
pub fn tags<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// An answer that AWS refused to the audit role.
#[must_use]
pub fn denied(operation: Operation, session: &Arn) -> Gap {
    let action = operation.actions().first().copied().unwrap_or(operation.as_str());
    Gap {
        kind: GapKind::Denied,
        operation,
        code: Some(access_denied(operation).into()),
        message: format!(
            "User: {session} is not authorized to perform: {action} because no identity-based policy allows the {action} action"
        ),
        attempts: 1,
        request_id: Some("7a62c49f-347e-4fc4-9331-6e8eabcdef01".into()),
    }
}

/// The code by which a service refuses: the query protocols and S3 have another one than those of JSON.
fn access_denied(operation: Operation) -> &'static str {
    match operation.service() {
        "iam" | "rds" | "s3" | "s3control" | "sts" => "AccessDenied",
        _ => "AccessDeniedException",
    }
}

/// The partition's global region, where a service control policy closes it: one gap for all of it.
#[must_use]
pub fn region_denied(session: &Arn) -> Gap {
    region_denied_in("us-east-1", session)
}

/// A region that a service control policy closes, as one gap for all of it. The words are those of `aws/region.rs`, with
/// AWS's own inside: <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>.
#[must_use]
pub fn region_denied_in(region: &str, session: &Arn) -> Gap {
    let mut gap = Gap::not_made(
        GapKind::RegionDenied,
        Operation::DynamoDbListTables,
        format!(
            "a service control policy denies dynamodb and rds in {region}; nothing else was called there. AWS said: User: {session} is not authorized to perform: dynamodb:ListTables with an explicit deny in a service control policy"
        ),
    );
    gap.code = Some("AccessDeniedException".into());
    gap
}

/// A value that AWS answered.
pub fn value<T>(value: T) -> Answer<T> {
    Answer::Value(value)
}

/// An account and one of its regions: what regional ARNs are made from.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The account's id.
    pub account: &'static str,
    /// The region's code.
    pub region: &'static str,
}

impl Place {
    /// An account and a region.
    #[must_use]
    pub const fn new(account: &'static str, region: &'static str) -> Self {
        Self { account, region }
    }

    /// An ARN of this place.
    #[must_use]
    pub fn arn(self, service: &str, resource: &str) -> Arn {
        id(&format!("arn:aws:{service}:{}:{}:{resource}", self.region, self.account))
    }

    /// The account as its type.
    #[must_use]
    pub fn account(self) -> AccountId {
        id(self.account)
    }

    /// The region as its type.
    #[must_use]
    pub fn region(self) -> Region {
        id(self.region)
    }

    /// The ARN of a customer-managed key in this place.
    #[must_use]
    pub fn key(self, key: &str) -> Arn {
        self.arn("kms", &format!("key/{key}"))
    }

    /// The ARN of a vault in this place.
    #[must_use]
    pub fn vault(self, name: &str) -> Arn {
        self.arn("backup", &format!("backup-vault:{name}"))
    }
}

/// An ARN of IAM, which has no region.
#[must_use]
pub fn iam_arn(account: &str, resource: &str) -> Arn {
    id(&format!("arn:aws:iam::{account}:{resource}"))
}
