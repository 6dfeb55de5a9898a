//! The answer of `palisade who-can`: everybody who can call an action on a resource, and what stops the others. Imports the
//! facts alone.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::facts::{Reacher, Unread};
use super::ids::AccountId;

/// The format's version.
pub const WHO_CAN_SCHEMA: &str = "palisade.who-can/1";

/// Who can call an action on a resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WhoCan {
    /// [`WHO_CAN_SCHEMA`]
    pub schema: String,
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// The resource's account, where it has one.
    pub account: Option<AccountId>,
    /// Whether the inventory holds the resource; a right is told of one that it does not hold as well.
    pub resource_seen: bool,
    /// What the inventory holds of nearly this name, where it does not hold the resource.
    pub nearest: Option<String>,
    /// Whether the catalogue of destructive actions holds the action. Of any other, nothing but policies tell whether AWS has it.
    pub action_known: bool,
    /// Everybody who can, the sure first; then by account and ARN.
    pub can: Vec<Reacher>,
    /// How many principals and outsiders were asked about.
    pub asked: usize,
    /// What stops the others, most first.
    pub stopped: Vec<Stop>,
    /// What was not read and could add somebody.
    pub unread: Vec<Unread>,
}

/// Something that stops principals.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Stop {
    /// The statement that denies, or where an allow is missing.
    pub guard: String,
    /// Whether a statement denies it; else an allow is missing.
    pub denies: bool,
    /// How many principals it stops; each is counted at the first thing that stops it.
    pub count: usize,
    /// At most 20 of them, sorted.
    pub principals: Vec<String>,
}
