//! Facts of survival: what of each resource is left once somebody has turned against it, and which layers stand.
//!
//! Tiers are judged against the *attacker*, everybody of an account acting together with all that they reach; layers against
//! the *accident*, one destroy by one principal that weakens no protection first.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::reach::PathStep;
use super::resource::CopyKind;
use crate::model::ids::{AccountId, Arn};
use crate::model::shared::{Shared, Word};

/// How well something survives, the worst first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// There is nothing that could bring it back.
    #[default]
    None,
    /// What could is within the attacker's reach.
    SharedFate,
    /// It lies in another account and nobody within reach can delete it or its key; or in an immutable vault of the same
    /// account, under a key that nobody within reach can take away.
    Isolated,
    /// It lies in another account, under a compliance lock past its lock date or logically air-gapped, and nobody within reach
    /// can take its key away.
    Immutable,
}

impl Tier {
    /// The word used in every format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::SharedFate => "shared_fate",
            Self::Isolated => "isolated",
            Self::Immutable => "immutable",
        }
    }

    /// The word for a person.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::SharedFate => "shared fate",
            other => other.as_str(),
        }
    }
}

/// Whose hand is turned against a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttackerModel {
    /// Every principal of the resource's account, root included, and all that they reach.
    Account,
    /// Every principal of the organization's management account, root included, and all that they reach.
    Management,
    /// One principal and all that it reaches.
    Principal,
}

/// What would survive of a resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SurvivalFact {
    /// Against its whole account; this is what counts for the score.
    pub account: Outcome,
    /// Against the management account; absent where the resource lies in it, or where there is no organization.
    pub management: Option<Outcome>,
    /// What looks like a backup and is none: read replicas, secondaries of global clusters, clones, replica buckets.
    pub not_backups: Vec<NoBackup>,
}

/// What is left after one attacker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Outcome {
    /// The attacker.
    pub model: AttackerModel,
    /// The tier that is certain.
    pub tier: Tier,
    /// The tier if everything that could not be read turned out well; the same where nothing is open.
    pub tier_at_best: Tier,
    /// The copy that carries the certain tier, the youngest of them; absent where the tier is none.
    pub best: Option<Arn>,
    /// The age of its data, in hours: what would be lost.
    pub rpo_hours: Option<f64>,
    /// How long it lasts from when it was read, in hours: to its expiry, to that of its key's material, and, where the
    /// attacker can close the account that it lies in, to the end of the 90 days after; absent is for ever.
    pub survives_hours: Option<f64>,
    /// How many copies there are.
    pub copy_count: usize,
    /// What becomes of each, the best first; at most 20.
    pub copies: Vec<Fate>,
    /// The one change that would raise the tier most; absent where none is higher.
    pub raise: Option<Raise>,
}

/// What becomes of one copy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fate {
    /// The copy.
    pub arn: Arn,
    /// What it is.
    pub kind: CopyKind,
    /// The vault that it lies in.
    pub vault: Option<Arn>,
    /// The account that it lies in.
    pub account: Option<AccountId>,
    /// Its tier, for certain.
    pub tier: Tier,
    /// Its tier if everything that could not be read turned out well.
    pub tier_at_best: Tier,
    /// Whether the attacker destroys it or its key; absent where that could not be told.
    pub falls: Option<bool>,
    /// The age of its data, in hours.
    pub age_hours: Option<f64>,
    /// How long it lasts, in hours; absent is for ever.
    pub survives_hours: Option<f64>,
    /// Why it has this tier and no higher one, in words, the decisive reason first. Copies in one place have the same.
    pub why: Vec<Word>,
    /// The path by which the attacker breaks it, where somebody has to take one.
    pub path: Shared<Vec<PathStep>>,
}

/// A change that raises a tier.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Raise {
    /// What kind of change.
    pub kind: RaiseKind,
    /// What to do, in words.
    pub what: String,
    /// The tier that it leads to.
    pub to: Tier,
}

/// What kind of change raises a tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RaiseKind {
    /// Wait until a compliance lock's grace time is over.
    WaitForLock,
    /// Lock the vault that holds the copy in compliance mode.
    LockVault,
    /// Encrypt copies with a key that the attacker does not reach.
    OwnKey,
    /// Bring a disabled key, or one that is pending deletion, back.
    KeepKey,
    /// Copy points into an immutable vault of another account.
    CopyAcross,
    /// Take away the path by which the attacker reaches the copy.
    ClosePath,
    /// Back it up at all.
    BackUp,
}

impl RaiseKind {
    /// The word used in every format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WaitForLock => "wait_for_lock",
            Self::LockVault => "lock_vault",
            Self::OwnKey => "own_key",
            Self::KeepKey => "keep_key",
            Self::CopyAcross => "copy_across",
            Self::ClosePath => "close_path",
            Self::BackUp => "back_up",
        }
    }
}

/// What is no backup, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct NoBackup {
    /// What kind of thing it is.
    pub kind: NoBackupKind,
    /// What it is.
    pub arn: String,
    /// Its name. Hostile input in every output.
    pub name: String,
    /// Why it brings nothing back.
    pub why: String,
    /// The tier that it would have if it held everything and whatever could not be read turned out well: none of what follows
    /// its source or parted with it.
    pub tier_at_best: Tier,
}

/// What is taken for a backup and is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoBackupKind {
    /// An instance or cluster that replicates another.
    ReadReplica,
    /// A cluster of another region in the same global cluster.
    GlobalSecondary,
    /// A bucket that another is replicated to: what it holds is not known.
    BucketReplica,
    /// A cluster that was cloned from the same one, or is what it was cloned from.
    Clone,
}

impl NoBackupKind {
    /// The word used in every format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadReplica => "read_replica",
            Self::GlobalSecondary => "global_secondary",
            Self::BucketReplica => "bucket_replica",
            Self::Clone => "clone",
        }
    }

    /// The word for a person.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::ReadReplica => "read replica",
            Self::GlobalSecondary => "global cluster's secondary",
            Self::BucketReplica => "replica bucket",
            Self::Clone => "clone",
        }
    }

    /// Why it is none, in brackets behind a name or several.
    #[must_use]
    pub const fn because(self) -> &'static str {
        match self {
            Self::ReadReplica | Self::GlobalSecondary => {
                "deletable by the same hands, replicates a DROP within seconds"
            }
            Self::BucketReplica => "no list says what it holds, nor how old that is",
            Self::Clone => "deletable by the same hands, with the data of the day of cloning",
        }
    }
}

/// Whether a layer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It would have held.
    Held,
    /// It could not be told.
    Unknown,
    /// It would not have held.
    Failed,
}

impl Standing {
    /// The word used in every format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Unknown => "unknown",
            Self::Failed => "failed",
        }
    }
}

/// A layer of one resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LayerStanding {
    /// Whether it stands.
    pub standing: Standing,
    /// Why.
    pub why: String,
}

/// The five layers of one resource, judged against the accident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LayersStanding {
    /// The destroying calls are closed by the organization's policies.
    pub scp: LayerStanding,
    /// No principal of another environment, and no agent, reaches them.
    pub separation: LayerStanding,
    /// Its own flag is on, and the destroy would not itself turn it off.
    pub deletion: LayerStanding,
    /// Tier isolated or better, within the RPO.
    pub backup: LayerStanding,
    /// Exactly one remote, locked, versioned claim of one environment.
    pub state: LayerStanding,
}

impl LayersStanding {
    /// The five in the order of the layers, each with its name.
    #[must_use]
    pub fn all(&self) -> [(&'static str, &LayerStanding); 5] {
        [
            ("scp", &self.scp),
            ("separation", &self.separation),
            ("deletion", &self.deletion),
            ("backup", &self.backup),
            ("state", &self.state),
        ]
    }
}
