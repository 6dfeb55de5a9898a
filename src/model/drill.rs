//! The answer of `palisade drill`: a destroy rehearsed step by step, and what it would cost. Imports the facts alone.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::facts::{Class, CopyKind, LayersStanding, NoBackup, PathStep, Tier};
use super::ids::{AccountId, Arn, Region};

/// The format's version.
pub const DRILL_SCHEMA: &str = "palisade.drill/1";

/// The version of the format of several.
pub const REHEARSALS_SCHEMA: &str = "palisade.rehearsals/1";

/// Several rehearsed destroys: what `palisade demo --drill` shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rehearsals {
    /// [`REHEARSALS_SCHEMA`]
    pub schema: String,
    /// Each of them, in the order in which they are shown.
    pub rehearsals: Vec<Titled>,
}

/// A rehearsed destroy, with what it shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Titled {
    /// What it shows, in a sentence.
    pub title: String,
    /// The drill itself.
    pub drill: Drill,
}

/// A rehearsed destroy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Drill {
    /// [`DRILL_SCHEMA`]
    pub schema: String,
    /// What is destroyed.
    pub drilled: Drilled,
    /// How many of its resources lie in each environment, by the environment's word; what belongs to none that is known last.
    pub environments: Vec<EnvironmentTouched>,
    /// Whether the one destroy reaches into more than one environment.
    pub crosses_environments: bool,
    /// What a reader has to know of how it was read: cycles that were broken, objects that were left out.
    pub notes: Vec<String>,
    /// Who could run it, by damage; absent where somebody was named.
    pub ranking: Option<Ranking>,
    /// One run for each of those who were asked about, the worst first.
    pub runs: Vec<Run>,
}

/// What is destroyed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Drilled {
    /// Where it was read from.
    pub kind: DrilledKind,
    /// The state's address, the file's name, or what was named.
    pub name: String,
    /// How many resources it deletes, deposed objects included.
    pub resources: usize,
}

/// Where the list of deletions comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DrilledKind {
    /// A state: everything in it.
    State,
    /// A plan: what it deletes or replaces.
    Plan,
    /// Resources named by ARN.
    Resources,
}

/// An environment that a destroy touches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct EnvironmentTouched {
    /// Its canonical word; absent is unknown.
    pub environment: Option<String>,
    /// How many of the resources lie in it.
    pub resources: usize,
}

/// Who could run the destroy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ranking {
    /// How many principals can delete at least one of the resources, surely or under a condition.
    pub principals: usize,
    /// The worst of them, at most 20; those that do the same damage stand together.
    pub worst: Vec<Ranked>,
    /// How many were not drilled, because there were too many different ones.
    pub not_drilled: usize,
    /// Why there may be more.
    pub unread: Vec<String>,
}

/// One of those who could run it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ranked {
    /// Its ARN.
    pub who: String,
    /// Its account.
    pub account: Option<AccountId>,
    /// Its account's environment, where known.
    pub environment: Option<String>,
    /// How many data stores it would destroy.
    pub data_stores: usize,
    /// How many resources it would destroy.
    pub destroyed: usize,
    /// Of how many that cannot be told.
    pub unknown: usize,
}

/// Who runs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum By {
    /// One principal with its own credentials, and the roles that it may assume with them.
    Principal {
        /// Its ARN.
        arn: String,
        /// Its account.
        account: Option<AccountId>,
        /// Its account's environment, where known.
        environment: Option<String>,
        /// Whether `[agents] principals` names it.
        agent: bool,
    },
    /// The root user and every administrator of each resource's own account: the worst case.
    Account,
}

/// One run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    /// Who runs it.
    pub by: By,
    /// The deletions in the order in which Terraform makes them: whatever depends on something goes before it.
    pub steps: Vec<Step>,
    /// What it costs.
    pub toll: Toll,
    /// Each single layer by what it would have saved of what is destroyed, the best first: the first is the first guard.
    pub guards: Vec<Leverage>,
}

/// The deletion of one resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// Its address, or its ARN where resources were named.
    pub address: String,
    /// The key of a deposed object.
    pub deposed: Option<String>,
    /// Its Terraform type.
    pub resource_type: String,
    /// Its ARN, as it is recorded or follows from its id.
    pub arn: Option<String>,
    /// Its id, as it is recorded.
    pub id: Option<String>,
    /// Its account.
    pub account: Option<AccountId>,
    /// Its region.
    pub region: Option<Region>,
    /// Its environment; absent is unknown.
    pub environment: Option<String>,
    /// Whether its environment is production or unknown.
    pub production: bool,
    /// Its class, where the inventory holds it as a stateful resource.
    pub class: Option<Class>,
    /// Whether it holds data of its own.
    pub data: bool,
    /// What the provider calls, in order.
    pub calls: Vec<CallVerdict>,
    /// What comes of it.
    pub result: StepResult,
    /// Everything that would stop it by itself, the first that does first.
    pub held_by: Vec<Stop>,
    /// Whether data is lost with it: surely, surely not (an emptied bucket holds none), or absent where that cannot be told.
    pub loses_data: Option<bool>,
    /// Which layers stand, where that was judged: production data alone.
    pub layers: Option<LayersStanding>,
    /// What is left for a while, and what a reader has to know: final snapshots, waiting windows, system backups.
    pub notes: Vec<String>,
}

/// A call and whether it is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CallVerdict {
    /// The action that the call is judged as.
    pub action: String,
    /// What it acts on.
    pub on: String,
    /// The answer of the policies.
    pub verdict: CallAnswer,
    /// The statement that decides, where an allow is missing, or what it depends on.
    pub decided_by: Option<String>,
    /// Whoever makes it, where that is a role that was assumed first.
    #[serde(rename = "as")]
    pub acts_as: Option<String>,
    /// How it gets there.
    pub path: Vec<PathStep>,
}

/// What the policies say of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallAnswer {
    /// It goes through.
    Allowed,
    /// It is refused.
    Denied,
    /// It depends on keys of the request.
    Conditional,
    /// A policy that has a say was not read, or the resource's place is not known.
    Unknown,
}

/// What comes of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StepResult {
    /// It is gone.
    Destroyed,
    /// It stays.
    Stopped {
        /// What stops it first.
        by: Stop,
    },
    /// It cannot be told.
    Unknown {
        /// The evidence that is missing.
        missing: Vec<String>,
    },
    /// Nothing in AWS is touched: it lives in the state alone, or AWS reports that it is gone already.
    Nothing {
        /// Why.
        why: String,
    },
}

/// Something that stops a step.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Stop {
    /// What kind of guard.
    pub layer: StopLayer,
    /// The statement or the setting, in words.
    pub by: String,
}

/// What kind of guard stops a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StopLayer {
    /// A service or resource control policy of the organization.
    Scp,
    /// The caller's own policies, its boundary, or the resource's policy.
    Rights,
    /// The resource's own setting.
    Protection,
    /// What has to go first stays: Terraform does not get there.
    Order,
}

impl StopLayer {
    /// The word for a person.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Scp => "organization policy",
            Self::Rights => "rights",
            Self::Protection => "its own protection",
            Self::Order => "order",
        }
    }
}

/// What a run costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Toll {
    /// How many resources are destroyed.
    pub destroyed: usize,
    /// How many stay.
    pub stopped: usize,
    /// Of how many it cannot be told.
    pub unknown: usize,
    /// How many are touched in the state alone.
    pub nothing: usize,
    /// The accounts in which something is destroyed or may be.
    pub accounts: Vec<AccountId>,
    /// The environments in which something is destroyed or may be; an absent word is unknown.
    pub environments: Vec<Option<String>>,
    /// The data stores that are destroyed or may be.
    pub data_stores: Vec<StoreLost>,
    /// The data stores that stay, with what would be left of each if every guard before had failed.
    pub kept: Vec<StoreLost>,
    /// The copies that go with what they are of, or in the same destroy.
    pub copies_gone: Vec<CopyGone>,
    /// Whether a production data store is lost without an immutable survivor.
    pub verdict: TollVerdict,
    /// Why the verdict cannot be told, where it cannot.
    pub open: Vec<String>,
}

/// Whether a production data store is lost without an immutable survivor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TollVerdict {
    /// None is.
    Holds,
    /// It cannot be told.
    Unknown,
    /// One is, for sure.
    Lost,
}

/// A data store that is destroyed, or may be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StoreLost {
    /// Its address.
    pub address: String,
    /// Its ARN.
    pub arn: Option<String>,
    /// Its environment; absent is unknown.
    pub environment: Option<String>,
    /// Whether its environment is production or unknown.
    pub production: bool,
    /// Its class; absent where palisade does not read its service.
    pub class: Option<Class>,
    /// Whether it is destroyed for sure.
    pub certain: bool,
    /// The copies that are left after this run, the best first.
    pub left: Vec<Left>,
    /// The tier of the best of them against whoever runs it and all that it reaches (the whole account, in the worst case), for
    /// certain; absent where that was not judged.
    pub tier: Option<Tier>,
    /// The age of the youngest data that is left, in hours: what is lost for good; absent where nothing is left, or where the
    /// age is unknown.
    pub data_lost_hours: Option<f64>,
    /// Whether an immutable copy is left; absent where that cannot be told.
    pub immutable_left: Option<bool>,
    /// What could not be read of its copies.
    pub unread: Vec<String>,
    /// What looks like a backup of it and is none: it brings nothing back, whether it is left or not.
    pub not_backups: Vec<NoBackup>,
}

/// A copy that is left.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Left {
    /// The copy.
    pub arn: Arn,
    /// What it is.
    pub kind: CopyKind,
    /// The account that it lies in.
    pub account: Option<AccountId>,
    /// Its tier against whoever runs it and all that it reaches, for certain; absent where that was not judged.
    pub tier: Option<Tier>,
    /// The age of its data, in hours.
    pub age_hours: Option<f64>,
}

/// A copy that goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct CopyGone {
    /// The copy.
    pub arn: String,
    /// What it is.
    pub kind: CopyKind,
    /// What it is a copy of.
    pub of: String,
    /// Why it goes.
    pub why: String,
}

/// What a single layer would have saved of what is destroyed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Leverage {
    /// The layer.
    pub layer: GuardLayer,
    /// How many resources it would have kept.
    pub resources: usize,
    /// How many data stores it would have kept, or kept a way back to.
    pub data_stores: usize,
    /// What it takes, in words.
    pub what: String,
}

/// A layer, as the drill weighs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GuardLayer {
    /// A service control policy that denies the deleting calls.
    Scp,
    /// The resources' own deletion protection, in AWS and in the configuration.
    DeletionProtection,
    /// A state for each environment.
    SeparateState,
    /// A copy in an immutable vault of another account.
    ImmutableCopy,
}

impl GuardLayer {
    /// The word for a person.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Scp => "service control policy",
            Self::DeletionProtection => "deletion protection",
            Self::SeparateState => "separate state",
            Self::ImmutableCopy => "immutable copy",
        }
    }
}
