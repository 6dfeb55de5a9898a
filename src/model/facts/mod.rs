//! The facts: what follows from an inventory. This is what the authors of checks write against.
//!
//! Each fact is the detail of one subject with its header ([`Subject`]), the collections that it rests on, and the gaps
//! that could change it. A check sees the three flattened as `input.subject`. Ages are hours at the time the data was read, so that Rego
//! needs no clock. `None` is "does not apply" or "unread"; where it is unread the gap stands in `unread`.

mod account;
mod backup;
mod guard;
mod plan;
mod reach;
mod resource;
mod state;
mod survival;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use account::*;
pub use backup::*;
pub use guard::*;
pub use plan::*;
pub use reach::*;
pub use resource::*;
pub use state::*;
pub use survival::*;

use super::gap::Gap;
use super::ids::{AccountId, Region};
use super::operation::Collection;

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident $word:literal,)*) => {
        /// What kinds of things get verdicts: a check's `subject`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum SubjectKind { $($(#[$doc])* #[serde(rename = $word)] $variant,)* }

        impl SubjectKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word that checks use.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }
    };
}

kinds! {
    /// The organization ([`OrganizationFact`]).
    Organization "organization",
    /// An account ([`AccountFact`]).
    Account "account",
    /// A region of an account ([`AccountRegionFact`]).
    AccountRegion "account_region",
    /// A service in an account, before the organization's guards ([`AccountServiceFact`]).
    AccountService "account_service",
    /// A DB instance ([`ResourceFact`]).
    DbInstance "db_instance",
    /// A DB cluster ([`ResourceFact`]).
    DbCluster "db_cluster",
    /// A DynamoDB table ([`ResourceFact`]).
    DynamoDbTable "dynamodb_table",
    /// A bucket ([`ResourceFact`]).
    S3Bucket "s3_bucket",
    /// A global cluster ([`GlobalClusterFact`]).
    GlobalCluster "global_cluster",
    /// A manual or awsbackup snapshot ([`SnapshotFact`]).
    RdsSnapshot "rds_snapshot",
    /// A KMS key ([`KeyFact`]).
    KmsKey "kms_key",
    /// A vault that receives copies ([`VaultFact`]).
    BackupVault "backup_vault",
    /// A bucket that holds states ([`StateBucketFact`]).
    StateBucket "state_bucket",
    /// A state object ([`StateObjectFact`]).
    StateObject "state_object",
    /// A DynamoDB lock table ([`LockTableFact`]).
    LockTable "lock_table",
    /// A database that a state manages ([`StateDatabaseFact`]).
    StateDatabase "state_database",
    /// A lock held now ([`HeldLockFact`]).
    HeldLock "held_lock",
    /// A role with destructive rights ([`IamRoleFact`]).
    IamRole "iam_role",
    /// An IAM user ([`IamUserFact`]).
    IamUser "iam_user",
    /// A principal that `[agents] principals` names ([`AgentFact`]).
    Agent "agent",
    /// A change of a plan ([`PlannedChangeFact`]): `palisade ready --plan` alone has some.
    PlannedChange "planned_change",
}

/// The class of a stateful resource (checks.md, "Words the checks share").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Production-worthy data.
    Data,
    /// Nobody has said yet, and nothing tells.
    Unclassified,
    /// Read replica, snapshot, copy, replication target.
    Derived,
    /// Logs, build artefacts, caches, Terraform state, lock tables.
    Operational,
}

impl Class {
    /// The word used in every format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Unclassified => "unclassified",
            Self::Derived => "derived",
            Self::Operational => "operational",
        }
    }
}

/// The header of every subject.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Subject {
    /// What kind of thing it is.
    pub kind: SubjectKind,
    /// Its ARN, or an id of like exactness: `s3://bucket/key` for a state, `111122223333/eu-west-1` for an
    /// account-region, the account's or organization's own ARN.
    pub arn: String,
    /// Its name for a person.
    pub name: String,
    /// Its account; `None` for the organization.
    pub account: Option<AccountId>,
    /// Its region; `None` for global things.
    pub region: Option<Region>,
    /// Its environment, by its canonical word; `None` is unknown (or without meaning, as for the organization).
    pub environment: Option<String>,
    /// Whether its environment is production or unknown.
    pub production: bool,
    /// Its class, where it is a stateful resource.
    pub class: Option<Class>,
}

/// A collection that a fact was computed from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Source {
    /// The account; `None` for the organization's.
    pub account: Option<AccountId>,
    /// The region; `None` for global services.
    pub region: Option<Region>,
    /// What was read.
    pub collection: Collection,
}

/// A gap that could change a fact, the same gap in several regions of one account taken together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Unread {
    /// The account; `None` for the organization's.
    pub account: Option<AccountId>,
    /// The regions; empty for global services.
    pub regions: Vec<Region>,
    /// What could not be read.
    pub collection: Collection,
    /// Why.
    pub gap: Gap,
}

/// A subject with its facts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fact<T> {
    /// The header.
    #[serde(flatten)]
    pub subject: Subject,
    /// The facts of its kind.
    #[serde(flatten)]
    pub detail: T,
    /// What it was computed from.
    pub rests_on: Vec<Source>,
    /// What could change it.
    pub unread: Vec<Unread>,
}

/// Subjects of one kind that could not be listed in one account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Unlisted {
    /// The kind of subject.
    pub kind: SubjectKind,
    /// The account; `None` where not even the accounts could be listed.
    pub account: Option<AccountId>,
    /// The account's environment, where known.
    pub environment: Option<String>,
    /// Whether the account counts as production.
    pub production: bool,
    /// The gaps that stood in the way, each with its regions.
    pub gaps: Vec<Unread>,
}

/// All facts of one inventory. Every list is sorted by its subjects' account, region and ARN.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Facts {
    /// One, or none without an organization.
    pub organizations: Vec<Fact<OrganizationFact>>,
    /// Every account in scope, and those that are suspended or closed. What the user left out is no subject.
    pub accounts: Vec<Fact<AccountFact>>,
    /// Every scanned region of every scanned account.
    pub account_regions: Vec<Fact<AccountRegionFact>>,
    /// For every account in use: each service that holds data there, and those that data rests on everywhere.
    #[serde(default)]
    pub account_services: Vec<Fact<AccountServiceFact>>,
    /// Stateful resources of every service.
    pub resources: Vec<Fact<ResourceFact>>,
    /// Global clusters, each once.
    pub global_clusters: Vec<Fact<GlobalClusterFact>>,
    /// Manual and awsbackup snapshots.
    pub snapshots: Vec<Fact<SnapshotFact>>,
    /// Keys that encrypt data or a copy.
    pub keys: Vec<Fact<KeyFact>>,
    /// Vaults that receive copies.
    pub vaults: Vec<Fact<VaultFact>>,
    /// Buckets that hold states.
    pub state_buckets: Vec<Fact<StateBucketFact>>,
    /// State objects.
    pub state_objects: Vec<Fact<StateObjectFact>>,
    /// Lock tables.
    pub lock_tables: Vec<Fact<LockTableFact>>,
    /// Databases that states manage.
    pub state_databases: Vec<Fact<StateDatabaseFact>>,
    /// Locks held now.
    pub held_locks: Vec<Fact<HeldLockFact>>,
    /// Roles with destructive rights.
    #[serde(default)]
    pub iam_roles: Vec<Fact<IamRoleFact>>,
    /// IAM users.
    #[serde(default)]
    pub iam_users: Vec<Fact<IamUserFact>>,
    /// Declared agents.
    #[serde(default)]
    pub agents: Vec<Fact<AgentFact>>,
    /// Changes of a plan; none where no plan was given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub planned_changes: Vec<Fact<PlannedChangeFact>>,
    /// Subjects that could not be listed.
    pub unlisted: Vec<Unlisted>,
}
