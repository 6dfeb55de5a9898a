//! Facts of the guards: what the organization's policies close, by which statements, and whom they let pass.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::resource::Reason;
use crate::model::ids::Region;
use crate::model::organization::AccountState;

/// Where an account stands towards the organization's policies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// They bind it.
    Member,
    /// It manages the organization: SCPs bind none of its principals, RCPs none of its resources.
    Management,
    /// It belongs to no organization.
    Outside,
    /// That could not be read.
    #[default]
    Unknown,
}

/// A service in an account, of which actions may destroy data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AccountServiceFact {
    /// The service prefix.
    pub service: String,
    /// The account's state; `None` without an organization.
    pub state: Option<AccountState>,
    /// Whether SCPs and RCPs bind the account.
    pub bound: Bound,
    /// How the account's environment was told.
    pub environment_by: Reason,
    /// Whether the account receives copies.
    pub backup_account: bool,
    /// How many `data` resources of the service lie in the account.
    pub data_resources: usize,
    /// How many `data` resources of whatever service lie in the account.
    pub account_data_resources: usize,
    /// What destroys data.
    pub destroys_data: GuardedActions,
    /// What destroys backups.
    pub destroys_backup: GuardedActions,
    /// What weakens the protection of either.
    pub weakens_protection: GuardedActions,
}

/// Actions, and which of them are closed to everybody but declared break-glass principals and platform roles.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GuardedActions {
    /// How many actions were asked about: those that production can live without.
    pub asked: usize,
    /// How many of them are closed.
    pub closed: usize,
    /// How many are not.
    pub open_count: usize,
    /// Those, the worst first, at most 20.
    pub open: Vec<OpenAction>,
    /// Actions of which what could not be read leaves undecided whether they are closed.
    pub undecided: Vec<String>,
    /// What closes them: every statement that does, sorted, at most 20.
    pub closing: Vec<GuardStatement>,
    /// Actions that daily operation needs, so that no blanket deny is asked for, and that are not closed.
    pub bypasses: Vec<String>,
}

/// An action that is not closed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OpenAction {
    /// The action.
    pub action: String,
    /// What it does.
    pub why: String,
    /// `open` or `conditional`.
    pub verdict: String,
    /// On which resources.
    pub resource: String,
    /// In which regions, where regions make a difference; else empty.
    pub regions: Vec<Region>,
    /// What opens it: one example, values of keys.
    pub opened_by: Vec<OpeningKey>,
    /// The statements that deny it in some contexts.
    pub denied_by: Vec<GuardStatement>,
    /// All of that in words.
    pub said: String,
}

/// A condition key with what opens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct OpeningKey {
    /// The key, in lower case.
    pub key: String,
    /// A value that opens; `None` where the key has to be absent, or any value may do.
    pub value: Option<String>,
}

/// What closes: a statement of a policy, or a level without an allow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct GuardStatement {
    /// `scp`, `rcp` or `missing_allow`.
    pub kind: String,
    /// The policy's id.
    pub policy: Option<String>,
    /// The policy's name.
    pub policy_name: Option<String>,
    /// The statement's Sid.
    pub sid: Option<String>,
    /// The statement's place in the policy, from 0.
    pub statement: Option<u32>,
    /// The id of the root, unit or account where it is attached.
    pub level: String,
    /// Whether that lies above the account.
    pub above_account: bool,
    /// All of that in words.
    pub said: String,
}

/// What the closing denies of an account leave to some principals.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GuardExemption {
    /// The denies, at most 20.
    pub statements: Vec<GuardStatement>,
    /// What exempts: values of keys that say who calls, at most 20.
    pub exempt: Vec<String>,
    /// Of those, what exempts somebody who is neither declared nor a platform's role.
    pub undeclared: Vec<String>,
    /// How many actions are left to them.
    pub actions: usize,
    /// One of them.
    pub example: String,
    /// How many principals are exempt today and declared.
    pub break_glass: usize,
    /// How many platform roles are exempt today.
    pub platform: usize,
    /// How many others are exempt today.
    pub others: usize,
    /// Those, at most 20.
    pub principals: Vec<String>,
    /// All of that in words.
    pub said: String,
}

/// The guards of an account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GuardFacts {
    /// Whether SCPs and RCPs bind the account.
    pub bound: Bound,
    /// What removes guards and can be called from the account; closing the account is among it.
    pub removal: GuardedActions,
    /// What destroys data and backups, weakens protection and removes guards, called by the root user.
    pub root: GuardedActions,
    /// What principals outside the organization could destroy, of the services that resource control policies cover.
    pub outsiders: GuardedActions,
    /// Whom the closing denies exempt.
    pub exemptions: Vec<GuardExemption>,
    /// How many exemptions there are.
    pub exemption_count: usize,
    /// Of how many actions what could not be read leaves undecided whether they are closed.
    pub undecided: usize,
    /// How many actions are closed.
    pub closed: usize,
    /// How many of them are closed only by what is attached to the account itself.
    pub closed_at_account: usize,
    /// Those, at most 20.
    pub closed_at_account_actions: Vec<String>,
    /// The statements attached to the account itself that close them, at most 20.
    pub at_account: Vec<GuardStatement>,
}
