//! A plan of Terraform, as much of it as may be read. Imports nothing of ours.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a planned change does to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlanAction {
    /// It is deleted.
    Delete,
    /// It is deleted and made anew, in whichever order.
    Replace,
    /// It is changed in place.
    Update,
    /// It is made.
    Create,
    /// It leaves the state and stays in AWS.
    Forget,
    /// It stays as it is (an import alone, or a move).
    NoOp,
    /// The plan names actions that palisade does not know.
    Unknown,
}

impl PlanAction {
    /// The word used in every format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Replace => "replace",
            Self::Update => "update",
            Self::Create => "create",
            Self::Forget => "forget",
            Self::NoOp => "no_op",
            Self::Unknown => "unknown",
        }
    }
}

/// A planned change of one resource. Values are those of an allow-list of attributes that say who a resource is and how it is
/// protected; of all others the name alone is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedChange {
    /// Its address, module and index included.
    pub address: String,
    /// Where it was before a move.
    pub previous_address: Option<String>,
    /// The key of a deposed object.
    pub deposed: Option<String>,
    /// Its type, such as `aws_db_instance`.
    pub resource_type: String,
    /// Its provider, such as `registry.terraform.io/hashicorp/aws`.
    pub provider: String,
    /// What is done.
    pub action: PlanAction,
    /// The actions as the plan names them, in order.
    pub actions: Vec<String>,
    /// What it is before.
    pub before: BTreeMap<String, Value>,
    /// What it shall be, as far as that is known.
    pub after: BTreeMap<String, Value>,
    /// The attributes that change, those whose new value is not known yet among them; names alone, sorted.
    pub changed: Vec<String>,
    /// The attributes of which something is known only after the apply; names alone, sorted.
    pub unknown: Vec<String>,
    /// The attributes of which something is sensitive: their values are kept nowhere; names alone, sorted.
    pub sensitive: Vec<String>,
    /// The attributes that make a replacement necessary; sorted.
    pub replace_paths: Vec<String>,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlannedChanges {
    /// The Terraform or OpenTofu version that wrote it; empty where it does not say.
    pub terraform_version: String,
    /// What changes of what is managed, by address; what stays as it is left out.
    pub changes: Vec<PlannedChange>,
    /// Whether planning ended in an error: the plan may be a part only.
    pub errored: bool,
    /// Whether the plan leaves something for a later one (`-target`, deferred actions).
    pub incomplete: bool,
}
