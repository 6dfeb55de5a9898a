//! Findings: one verdict per check and subject, with what it rests on.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::facts::Subject;
use super::gap::Gap;
use super::ids::{AccountId, Region};
use super::operation::{Collection, Operation, UnknownName};
use super::waiver::Waived;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident $what:literal { $($(#[$vdoc:meta])* $variant:ident $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant,)* }

        impl $name {
            /// Every one, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word used in every format and on the command line.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl FromStr for $name {
            type Err = UnknownName;
            fn from_str(text: &str) -> Result<Self, UnknownName> {
                match text {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(UnknownName { what: $what, name: text.chars().take(80).collect() }),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// How bad a failure is. Ordered worst first.
    Severity "severity" {
        /// Production data can be destroyed for good.
        Critical "critical",
        /// A guard is missing that the loss would pass through.
        High "high",
        /// A weakness that needs another one beside it.
        Medium "medium",
        /// Good order.
        Low "low",
    }
}

impl Severity {
    /// The weight in the score.
    #[must_use]
    pub const fn weight(self) -> u32 {
        match self {
            Self::Critical => 8,
            Self::High => 4,
            Self::Medium => 2,
            Self::Low => 1,
        }
    }
}

words! {
    /// The five layers, in the order of the report.
    Layer "layer" {
        /// Deny policies.
        Scp "scp",
        /// Accounts.
        Separation "separation",
        /// Deletion protection.
        Deletion "deletion",
        /// Cross-account Vault Lock backups.
        Backup "backup",
        /// Terraform state.
        State "state",
    }
}

impl Layer {
    /// The layer's title for a person.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Scp => "Deny policies",
            Self::Separation => "Account separation",
            Self::Deletion => "Deletion protection",
            Self::Backup => "Cross-account Vault Lock backups",
            Self::State => "Terraform state",
        }
    }
}

words! {
    /// A verdict. Ordered worst first.
    Status "status" {
        /// The guardrail does not stand.
        Fail "fail",
        /// It could not be seen whether it stands.
        Unknown "unknown",
        /// It stands.
        Pass "pass",
        /// It does not concern this subject.
        NotApplicable "not_applicable",
    }
}

/// One verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The check's id.
    pub check: String,
    /// The check's layer.
    pub layer: Layer,
    /// How bad a failure is here.
    pub severity: Severity,
    /// The verdict.
    pub status: Status,
    /// The subject's account; `None` for the organization.
    pub account: Option<AccountId>,
    /// The subject's region; `None` for global things.
    pub region: Option<Region>,
    /// What is judged.
    pub subject: SubjectSummary,
    /// Why, as a full sentence for a person.
    pub message: String,
    /// What the verdict rests on.
    pub evidence: Vec<Evidence>,
    /// The waiver that covers it. Its status stays what it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waived: Option<Waived>,
}

impl Finding {
    /// Whether it fails, and nobody accepts that.
    #[must_use]
    pub fn fails(&self) -> bool {
        self.status == Status::Fail && self.waived.is_none()
    }

    /// Whether it is unknown, and nobody accepts that.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.status == Status::Unknown && self.waived.is_none()
    }
}

/// The subject of a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct SubjectSummary {
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its ARN, or an id of like exactness (`s3://bucket/key`, `111122223333/eu-west-1`).
    pub arn: String,
    /// Its name for a person. Hostile input in every output.
    pub name: String,
    /// Its environment; `None` where unknown or without meaning.
    pub environment: Option<String>,
    /// Its class: data, derived, operational, unclassified.
    pub class: Option<String>,
}

impl From<&Subject> for SubjectSummary {
    fn from(subject: &Subject) -> Self {
        Self {
            kind: subject.kind.as_str().to_owned(),
            arn: subject.arn.clone(),
            name: subject.name.clone(),
            environment: subject.environment.clone(),
            class: subject.class.map(|class| class.as_str().to_owned()),
        }
    }
}

/// A thing that a verdict rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Evidence {
    /// A fact of the subject.
    Fact {
        /// Its path in the subject, such as `protection.deletion_protection`.
        path: String,
        /// Its value.
        value: serde_json::Value,
    },
    /// A list that was read completely, with the calls that it came from.
    Read {
        /// The account.
        account: Option<AccountId>,
        /// The region.
        region: Option<Region>,
        /// What was read.
        collection: Collection,
        /// The operations called.
        operations: Vec<Operation>,
        /// When.
        read_at: Option<Timestamp>,
    },
    /// Something that could not be read.
    Gap {
        /// The account.
        account: Option<AccountId>,
        /// The regions; empty for global services.
        regions: Vec<Region>,
        /// What could not be read.
        collection: Collection,
        /// Why.
        gap: Gap,
    },
}
