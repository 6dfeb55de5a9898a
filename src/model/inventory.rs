//! The inventory: what AWS said, typed, with what it did not say. The one input of every judgement.
//!
//! It imports the other nouns alone. The decision worth knowing: an account that could not be entered has no parts, and
//! [`AccountInventory::gaps`] answers for it, so that no reader can mistake "not read" for "empty".

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::backup::BackupInventory;
use super::dynamodb::DynamoDbInventory;
use super::gap::{Answer, Collected, Gap};
use super::iam::IamInventory;
use super::ids::{AccountId, Arn, Partition, Region};
use super::kms::KmsInventory;
use super::ledger::LedgerEntry;
use super::operation::Collection;
use super::organization::OrganizationInventory;
use super::rds::RdsInventory;
use super::s3::S3Inventory;
use super::terraform::StateInventory;

/// The version of the inventory format that this palisade writes, and the only one it reads.
pub const INVENTORY_SCHEMA: &str = "palisade.inventory/1";

/// Everything that one collection read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Inventory {
    /// The format's version: [`INVENTORY_SCHEMA`].
    pub schema: String,
    /// The palisade that collected it, as `palisade 0.1.0`.
    pub collector: String,
    /// When the collection began.
    pub taken_at: Timestamp,
    /// Who asked.
    pub caller: Caller,
    /// What was asked for.
    pub scope: Scope,
    /// The organization; `None` with `--no-organization`.
    pub organization: Option<OrganizationInventory>,
    /// The accounts in scope, by id. Suspended and closed ones are in `organization.accounts` alone.
    pub accounts: Vec<AccountInventory>,
    /// The calls made.
    pub ledger: Vec<LedgerEntry>,
}

/// The identity that the collection ran as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Caller {
    /// Its account.
    pub account: AccountId,
    /// Its ARN.
    pub arn: Arn,
    /// Its partition.
    pub partition: Partition,
    /// The home region: where organization-wide and STS calls were made.
    pub home_region: Region,
}

/// What a collection was asked to read, as given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Scope {
    /// `--account`; empty is all.
    pub accounts: Vec<AccountId>,
    /// `--ou`; empty is all.
    pub organizational_units: Vec<String>,
    /// `--exclude-account`.
    pub excluded_accounts: Vec<AccountId>,
    /// `--regions`; empty is what each account has enabled.
    pub regions: Vec<Region>,
    /// The role assumed in member accounts.
    pub role_name: Option<String>,
    /// Whether the content of states was read.
    pub state_content: bool,
    /// Regions taken as empty on the owner's word: `[scope] treat_as_empty`.
    pub treat_as_empty: Vec<Region>,
}

/// One account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AccountInventory {
    /// Its id.
    pub id: AccountId,
    /// What was read, or why it could not be entered.
    pub parts: Answer<AccountParts>,
}

/// What was read in an account that could be entered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AccountParts {
    /// The ARN that palisade acted as in this account.
    pub session: Arn,
    /// The regions that are enabled, by code. Where AWS refused, this is the gap and `regional` holds the partition's
    /// default regions.
    pub regions: Collected<Vec<Region>>,
    /// IAM.
    pub iam: IamInventory,
    /// S3.
    pub s3: S3Inventory,
    /// Terraform state.
    pub state: StateInventory,
    /// AWS Backup's account-wide settings, such as `isCrossAccountBackupEnabled` → `true`.
    pub backup_global_settings: Collected<std::collections::BTreeMap<String, String>>,
    /// The effective BACKUP_POLICY, as JSON text; `Read(None)` where there is none.
    pub backup_effective_policy: Collected<Option<String>>,
    /// The regional services, by region.
    pub regional: Vec<RegionInventory>,
}

/// One region of an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RegionInventory {
    /// Its code.
    pub region: Region,
    /// What was read, or the one gap `region_denied` that stands for all of it.
    pub parts: Answer<RegionParts>,
}

/// What was read in a region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RegionParts {
    /// RDS, DocumentDB, Neptune.
    pub rds: RdsInventory,
    /// AWS Backup.
    pub backup: BackupInventory,
    /// DynamoDB.
    pub dynamodb: DynamoDbInventory,
    /// KMS.
    pub kms: KmsInventory,
}

/// A gap with its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct PlacedGap {
    /// The account; `None` for the organization's own collections when no account is at fault.
    pub account: Option<AccountId>,
    /// The region; `None` for global services.
    pub region: Option<Region>,
    /// What could not be read.
    pub collection: Collection,
    /// The item, where it is about one: a bucket's name, an ARN, a state's key.
    pub item: Option<String>,
    /// Why.
    pub gap: Gap,
}

impl AccountInventory {
    /// The parts, where the account could be entered.
    #[must_use]
    pub fn parts(&self) -> Option<&AccountParts> {
        self.parts.value()
    }

    /// The regions that could be read, with their parts.
    pub fn regions(&self) -> impl Iterator<Item = (&Region, &RegionParts)> {
        self.parts()
            .into_iter()
            .flat_map(|parts| &parts.regional)
            .filter_map(|region| region.parts.value().map(|parts| (&region.region, parts)))
    }
}

impl Inventory {
    /// One account by id.
    #[must_use]
    pub fn account(&self, id: &AccountId) -> Option<&AccountInventory> {
        self.accounts.iter().find(|account| account.id == *id)
    }
}
