//! Facts of who reaches what: destroyers, the doors of roles, users, agents.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::ids::AccountId;
use crate::model::shared::{Pool, Pooled};

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct PathStep {
    /// The kind of edge, as `assume-role` or `pass-lambda-invoke`.
    pub kind: String,
    /// Who acts.
    pub from: String,
    /// What is done, in words between `from` and `to`.
    pub verb: String,
    /// Whom or what it leads to.
    pub to: String,
    /// The statements that allow it.
    pub by: Vec<String>,
    /// What it depends on, where it is not sure.
    pub condition: Option<String>,
}

impl Pooled for Vec<PathStep> {
    fn pool() -> &'static Pool<Self> {
        static PATHS: Pool<Vec<PathStep>> = Pool::new();
        &PATHS
    }
}

/// Somebody who reaches a right.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Reacher {
    /// The principal's ARN, or an outsider in words.
    pub who: String,
    /// Its account.
    pub account: Option<AccountId>,
    /// Its account's environment, where known.
    pub environment: Option<String>,
    /// `sure`, or `conditional`: nothing excludes it, but it depends on keys of the request or on what palisade cannot see.
    pub strength: String,
    /// The action.
    pub action: String,
    /// What it acts on.
    pub resource: String,
    /// How it gets there; empty where it holds the right itself.
    pub path: Vec<PathStep>,
    /// The statements that allow the call.
    pub by: Vec<String>,
    /// What the call depends on.
    pub condition: Option<String>,
    /// The whole of it in one sentence, without a full stop.
    pub told: String,
}

/// Several of them: at most 20, with their number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reachers {
    /// How many there are; platform roles count as one.
    pub count: usize,
    /// At most 20, sorted.
    pub shown: Vec<Reacher>,
    /// The platform roles among them, at most 20, sorted.
    pub platform: Vec<String>,
}

/// Who reaches the destruction of what an account holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccountReach {
    /// The number of rights that were looked for.
    pub rights: usize,
    /// Everybody who reaches a destructive right here.
    pub destroyers: Reachers,
    /// Those of accounts whose environment is known and is not production; management and deployment accounts left out.
    pub crossing: Reachers,
    /// The number of rights to delete, re-time or unlock copies here, or their keys, that were looked for.
    pub copy_rights: usize,
    /// Principals of source accounts that reach one of them.
    pub to_copies: Reachers,
    /// The accounts whose copies it holds.
    pub copies_of: Vec<AccountId>,
    /// How many of the copies here, of other accounts' data, fall to the account that they are of: deleted, or their key taken.
    #[serde(default)]
    pub copies_fallen: usize,
    /// Who can become exempt from its guards.
    pub impersonation: Impersonation,
}

/// Somebody who is bound by a guard, and can become somebody who is not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Impersonator {
    /// The principal's ARN, or an outsider in words.
    pub who: String,
    /// Its account.
    pub account: Option<AccountId>,
    /// `becomes`: it assumes, retrusts, edits, passes or drives somebody exempt; `creates`: it makes a role under an exempt
    /// name; `tags`: it makes somebody carry the tag that exempts.
    pub way: String,
    /// `sure`, or `conditional`: nothing excludes it.
    pub strength: String,
    /// Who is exempt: an ARN, or the key of a tag.
    pub exempt: String,
    /// How it gets there.
    pub path: Vec<PathStep>,
    /// The whole of it in one sentence, without a full stop.
    pub told: String,
}

/// Who can become exempt from the guards of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Impersonation {
    /// How many principals are exempt today, service-linked roles left out.
    pub exempt: usize,
    /// How many others can become exempt; those of the management account, which no SCP binds, left out.
    pub count: usize,
    /// At most 20 of them, the surest first.
    pub shown: Vec<Impersonator>,
    /// Exemptions by keys of which palisade cannot tell who controls them, sorted.
    pub unclear: Vec<String>,
}

/// A trust of another account's principals.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct TrustedAccount {
    /// The account or principal as the trust names it; `*` is anybody.
    pub party: String,
    /// Whether an ExternalId or an organization condition is required.
    pub guarded: bool,
}

/// A trust of an OIDC provider.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct TrustedProvider {
    /// The provider's ARN or name.
    pub provider: String,
    /// Whether a token for another audience is refused.
    pub audience_pinned: bool,
    /// Whether a token of a subject of somebody else is refused.
    pub subject_pinned: bool,
}

/// A role with destructive rights of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IamRoleFact {
    /// `sure` or `conditional`; `None` where its policies could not be read.
    pub destructive: Option<String>,
    /// One of its destructive actions.
    pub action: Option<String>,
    /// What that acts on.
    pub resource: Option<String>,
    /// The platform whose role it is by name, where its trust admits nobody but the management and deployment accounts.
    pub platform: Option<String>,
    /// Trusts of accounts outside the organization.
    pub outsiders: Vec<TrustedAccount>,
    /// Trusts of OIDC providers.
    pub providers: Vec<TrustedProvider>,
    /// Whether it is one of Identity Center's.
    pub identity_center: bool,
    /// Who may assume it without MFA and is not declared in `[deployment]`, at most 20, sorted.
    pub ungated: Vec<String>,
    /// How many they are.
    pub ungated_count: usize,
    /// Who may assume it in all.
    pub assumers: usize,
}

/// An IAM user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IamUserFact {
    /// Whether it has an active access key; `None` where unread.
    pub access_key: Option<bool>,
    /// Whether it has a console password; `None` where unread.
    pub password: Option<bool>,
    /// The number of accounts where it reaches destructive rights.
    pub accounts: usize,
    /// One of those rights.
    pub reaches: Option<Reacher>,
}

/// A principal that a program acts as on its own judgement, as `[agents] principals` declares it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AgentFact {
    /// Whether any agent is declared at all; without one there is one subject that says so.
    pub declared: bool,
    /// The pattern that it matches.
    pub pattern: Option<String>,
    /// Whether a principal matches the pattern.
    pub found: bool,
    /// The number of accounts where it reaches destructive rights.
    pub accounts: usize,
    /// Those accounts, sorted.
    #[serde(default)]
    pub in_accounts: Vec<AccountId>,
    /// Its way to those of each, at most 20.
    pub reaches: Vec<Reacher>,
}
