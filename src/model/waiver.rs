//! Waivers: findings that an owner accepts for a time, with who says so and why.
//!
//! A waiver never makes a verdict pass: what it covers keeps its status, is counted apart and leaves the score.

use std::fmt;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ids::AccountId;

/// An entry of `[[waivers]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The check's id, or a glob over ids (`deletion-*`).
    pub check: String,
    /// Only findings of this account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// Only findings of the accounts below this organizational unit or root (`ou-…`, `r-…`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organizational_unit: Option<String>,
    /// Only findings whose subject's ARN (or id of like exactness) this glob takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// Why this is accepted.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// Where it was discussed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// The last day on which it counts.
    pub expires: Expiry,
    /// Who approved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    /// When that was; a waiver's length is counted from here, or from the scan where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_on: Option<Date>,
    /// Whether it is meant to cover critical findings for more than [`LONG_DAYS`] days.
    #[serde(default)]
    pub long_lived: bool,
}

/// The most days that a waiver covers a critical finding without saying that it is long-lived.
pub const LONG_DAYS: i32 = 90;

/// How many days before its end a waiver is said to expire soon.
pub const SOON_DAYS: i32 = 14;

/// The last day of a waiver. A date that is none waives nothing: it is kept as it was written, to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "String", into = "String")]
#[schemars(with = "String")]
pub enum Expiry {
    /// The waiver counts to the end of this day, UTC.
    On(Date),
    /// What stands there is no date.
    Malformed(String),
}

impl From<String> for Expiry {
    fn from(text: String) -> Self {
        // A civil date's own parser also takes a time behind it: what is longer than a date is none.
        let shape = text.len() == 10;
        text.parse().ok().filter(|_| shape).map_or(Self::Malformed(text), Self::On)
    }
}

impl From<Expiry> for String {
    fn from(expiry: Expiry) -> Self {
        expiry.to_string()
    }
}

impl fmt::Display for Expiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::On(date) => date.fmt(f),
            Self::Malformed(text) => text.fmt(f),
        }
    }
}

/// What a waived finding says of its waiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Waived {
    /// Why it is accepted.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// Where it was discussed.
    pub ticket: Option<String>,
    /// The last day on which it is.
    pub expires: Date,
    /// Who approved it.
    pub approved_by: Option<String>,
}

/// What became of a waiver in one assessment. Ordered by how much a reader should care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WaiverStanding {
    /// Its date is none: it waives nothing.
    Malformed,
    /// Its last day is over: it waives nothing.
    Expired,
    /// It would cover a critical finding for too long without saying so: that finding is not waived.
    Refused,
    /// It counts, and its last day is near.
    ExpiresSoon,
    /// It covers no finding that fails or is unknown.
    Unused,
    /// It counts.
    Applied,
}

impl WaiverStanding {
    /// The word used in every format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Expired => "expired",
            Self::Refused => "refused",
            Self::ExpiresSoon => "expires_soon",
            Self::Unused => "unused",
            Self::Applied => "applied",
        }
    }
}

/// A waiver and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WaiverUse {
    /// The waiver.
    pub waiver: Waiver,
    /// What became of it.
    pub standing: WaiverStanding,
    /// How many findings it covers; of one that counts no longer, how many it would.
    pub findings: usize,
    /// What became of it, as a sentence.
    pub why: String,
}
