//! Facts of the organization and its accounts.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::guard::GuardFacts;
use super::reach::{AccountReach, Reachers};
use super::resource::Reason;
use crate::model::ids::AccountId;
use crate::model::organization::AccountState;

/// The organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrganizationFact {
    /// `ALL` or `CONSOLIDATED_BILLING`.
    pub feature_set: Option<String>,
    /// The management account.
    pub management_account: Option<AccountId>,
    /// The status of SERVICE_CONTROL_POLICY at the root: `ENABLED`, `PENDING_ENABLE`, `PENDING_DISABLE`, or `DISABLED`.
    pub scp_status: Option<String>,
    /// Accounts that receive copies.
    pub backup_accounts: Vec<BackupAccount>,
    /// Production data that some account must hold for the question of copies to arise.
    pub data_resources: usize,
    /// Who can detach, change or disable service control policies.
    #[serde(default)]
    pub policy_administrators: Reachers,
    /// The accounts that policies of the organization are delegated to.
    #[serde(default)]
    pub policy_delegates: Vec<AccountId>,
}

/// An account that receives copies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct BackupAccount {
    /// The account.
    pub account: AccountId,
    /// Whether `[backup] accounts` names it.
    pub declared: bool,
    /// The accounts whose copies it holds, or is named to hold where its vaults could not be seen.
    pub copies_of: Vec<AccountId>,
    /// Whether a copy was seen there: being named by a plan proves none.
    #[serde(default)]
    pub copies_seen: bool,
    /// How much `data` of its own it holds; `None` where it was not scanned, and where none was found but not everything
    /// that tells of data was read.
    pub data_resources: Option<usize>,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AccountFact {
    /// Its state; `None` without an organization.
    pub state: Option<AccountState>,
    /// Whether it belongs to an organization; `None` where that could not be read.
    pub organization_member: Option<bool>,
    /// Whether it is the management account.
    pub management: bool,
    /// Whether it is in the scope of the scan.
    pub scanned: bool,
    /// The names from the root down to its organizational unit.
    pub path: Vec<String>,
    /// How its environment was told.
    pub environment_by: Reason,
    /// Whether it receives copies.
    pub backup_account: bool,
    /// The number of `data` resources in it.
    pub data_resources: usize,
    /// The ARNs of `data` in it, at most 20, sorted.
    pub data: Vec<String>,
    /// Environment → number of `data` resources.
    pub data_environments: BTreeMap<String, usize>,
    /// The number of `data` resources of unknown environment.
    pub data_environment_unknown: usize,
    /// One `data` resource per environment, as a witness: environment → ARN.
    pub data_examples: BTreeMap<String, String>,
    /// The number of buckets in it, of whatever class.
    pub buckets: usize,
    /// The ARNs of unclassified buckets.
    pub unclassified_buckets: Vec<String>,
    /// The root user's credentials.
    pub root: RootCredentials,
    /// What the organization's policies close in it.
    #[serde(default)]
    pub guards: GuardFacts,
    /// Who reaches the destruction of what it holds.
    #[serde(default)]
    pub reach: AccountReach,
}

/// The root user's credentials; `None` where unread.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RootCredentials {
    /// Whether it has an access key.
    pub access_key: Option<bool>,
    /// Whether it has a password.
    pub password: Option<bool>,
    /// Whether MFA is on.
    pub mfa: Option<bool>,
    /// Whether the organization manages root credentials centrally.
    pub managed_centrally: Option<bool>,
}
