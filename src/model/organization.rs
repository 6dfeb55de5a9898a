//! AWS Organizations: the organization, its tree, its accounts, and the policies attached to them.
//!
//! Follows <https://docs.aws.amazon.com/organizations/latest/APIReference/>. E-mail addresses are dropped at collection.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::gap::{Answer, Collected};
use super::ids::{AccountId, Arn};

/// Everything read of one organization, from its management account or a delegated administrator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrganizationInventory {
    /// The organization itself; `Read(None)` where the account belongs to none (AWSOrganizationsNotInUseException).
    pub description: Collected<Option<Organization>>,
    /// Its roots; AWS has one.
    pub roots: Collected<Vec<Root>>,
    /// Every organizational unit.
    pub units: Collected<Vec<OrganizationalUnit>>,
    /// Every account, suspended ones too.
    pub accounts: Collected<Vec<Account>>,
    /// Service control policies.
    pub scps: Collected<Vec<Policy>>,
    /// Resource control policies.
    pub rcps: Collected<Vec<Policy>>,
    /// Delegated administrators.
    pub delegated_administrators: Collected<Vec<DelegatedAdministrator>>,
    /// Service principals with trusted access, such as `stacksets.cloudformation.amazonaws.com`.
    pub trusted_services: Collected<Vec<String>>,
    /// The organization's resource policy, as JSON text; `Read(None)` where there is none.
    pub resource_policy: Collected<Option<String>>,
    /// Features of central root access that are on: `RootCredentialsManagement`, `RootSessions`.
    pub central_root_features: Collected<Vec<String>>,
}

/// The answer of `DescribeOrganization`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Organization {
    /// `o-…`
    pub id: String,
    /// The organization's ARN.
    pub arn: Arn,
    /// `ALL` or `CONSOLIDATED_BILLING`.
    pub feature_set: String,
    /// The management account.
    pub management_account: AccountId,
}

/// A root and the policy types switched on there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Root {
    /// `r-…`
    pub id: String,
    /// Its ARN.
    pub arn: Arn,
    /// Its name, usually `Root`.
    pub name: String,
    /// Policy types with their status, such as `SERVICE_CONTROL_POLICY` → `ENABLED`.
    pub policy_types: BTreeMap<String, String>,
}

/// An organizational unit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct OrganizationalUnit {
    /// `ou-…`
    pub id: String,
    /// Its ARN.
    pub arn: Arn,
    /// Its name.
    pub name: String,
    /// The id of the root or unit above it.
    pub parent: String,
}

/// An account's state, from `State`, or from the retired `Status` where AWS gives no `State`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccountState {
    /// In use.
    Active,
    /// Invited or being created; not yet usable.
    PendingActivation,
    /// Suspended by AWS.
    Suspended,
    /// Being closed.
    PendingClosure,
    /// Closed; kept for 90 days.
    Closed,
    /// A state that this version does not know.
    Unknown,
}

/// A member account, or the management account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its ARN.
    pub arn: Arn,
    /// Its name, chosen by its owner.
    pub name: String,
    /// Its state.
    pub state: AccountState,
    /// The id of the root or organizational unit it sits in.
    pub parent: Answer<String>,
    /// When it joined.
    pub joined_at: Option<Timestamp>,
    /// Its tags; `None` where the configuration uses no account tags and they were not asked for.
    pub tags: Option<Answer<BTreeMap<String, String>>>,
}

impl Account {
    /// What is said of an account that AWS lists under no root and no organizational unit.
    #[must_use]
    pub fn unlisted(id: &AccountId) -> String {
        format!("AWS lists account {id} under no root and no organizational unit")
    }
}

/// A service control policy or resource control policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Policy {
    /// `p-…`
    pub id: String,
    /// Its ARN.
    pub arn: Arn,
    /// Its name.
    pub name: String,
    /// Whether AWS manages it, as `FullAWSAccess`.
    pub aws_managed: bool,
    /// The document, as JSON text.
    pub document: Answer<String>,
    /// What it is attached to.
    pub targets: Answer<Vec<PolicyTarget>>,
}

/// What a policy is attached to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct PolicyTarget {
    /// The id of the root, organizational unit or account.
    pub id: String,
    /// `ROOT`, `ORGANIZATIONAL_UNIT` or `ACCOUNT`.
    pub kind: String,
}

/// An account that administers services for the whole organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DelegatedAdministrator {
    /// The account.
    pub id: AccountId,
    /// The service principals delegated to it.
    pub services: Answer<Vec<String>>,
}
