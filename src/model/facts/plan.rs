//! Facts of planned changes: what a plan does to a resource, and what is known of that resource.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::survival::Tier;
use crate::model::plan::PlannedChange;

/// A planned change, joined with what the inventory knows of what it is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedChangeFact {
    /// The change.
    #[serde(flatten)]
    pub change: PlannedChange,
    /// The data store that it is about, where the inventory holds it.
    pub live: Option<LiveStore>,
    /// The guard that it is about, or that it sets something on.
    pub touches: Vec<Touched>,
    /// Whether what it sets something on is made by the same plan.
    pub target_is_new: bool,
}

/// What the inventory knows of a data store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LiveStore {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Whether it is a database or table.
    pub database: bool,
    /// Whether something lies in it, where it is a bucket; absent where that is not known.
    pub holds: Option<bool>,
    /// The tier of the best survivor against its whole account, for certain; absent where survival was not judged.
    pub tier: Option<Tier>,
    /// That tier if everything that could not be read turned out well.
    pub tier_at_best: Option<Tier>,
    /// The best survivor.
    pub survivor: Option<String>,
    /// How old its data is, in hours.
    pub survivor_age_hours: Option<f64>,
    /// How many copies would outlive the plain delete.
    pub outliving: usize,
    /// The states that claim it, with the addresses.
    pub claims: Vec<super::Claim>,
}

/// Something that guards, and that a change is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Touched {
    /// What it is.
    pub kind: GuardKind,
    /// Which: an ARN or a name; absent where the plan does not know it yet.
    pub which: Option<String>,
    /// What is known of it, in words: how many states or copies it holds.
    pub said: Option<String>,
}

/// What guards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GuardKind {
    /// A policy of the organization, or its attachment.
    OrganizationPolicy,
    /// A vault, its lock or its policy.
    Vault,
    /// A bucket that holds states, or its settings.
    StateBucket,
    /// A table that locks states.
    LockTable,
    /// A principal that passes the guards, or its rights.
    BreakGlass,
}
