//! The answer of `palisade ready`: go or no-go before somebody lets Terraform, or an agent, touch production. Imports the facts and
//! what waivers say.

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::drill::CallAnswer;
use super::facts::Tier;
use super::ids::{AccountId, Arn};
use super::waiver::{Expiry, Waived};

/// The format's version.
pub const READY_SCHEMA: &str = "palisade.ready/1";

/// Whether a migration may begin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Readiness {
    /// [`READY_SCHEMA`]
    pub schema: String,
    /// The palisade that judged, as `palisade 0.1.0`.
    pub tool: String,
    /// When the collection began: every age is judged at the time an answer was read.
    pub taken_at: Timestamp,
    /// Go or no-go.
    pub verdict: ReadyVerdict,
    /// The items counted.
    pub counts: ReadyCounts,
    /// What was asked about.
    pub question: Question,
    /// What it comes to: the data of production that is judged, in order of account and ARN.
    pub resources: Vec<ReadyResource>,
    /// Every rule on everything that it concerns: blockers first, then what could not be verified, then what is accepted, then what
    /// holds.
    pub items: Vec<Item>,
    /// The plan that was judged.
    pub plan: Option<PlanJudged>,
    /// Every override with what became of it, those that count for nothing among them.
    pub overrides: Vec<OverrideUse>,
}

/// Go or no-go. Ordered worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReadyVerdict {
    /// Something blocks.
    NoGo,
    /// Nothing that was seen blocks, but not everything was seen.
    CannotTell,
    /// Everything holds, or an owner accepts that it does not.
    Go,
}

impl ReadyVerdict {
    /// The word for a person.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NoGo => "NO-GO",
            Self::CannotTell => "CANNOT TELL",
            Self::Go => "GO",
        }
    }
}

/// Items counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReadyCounts {
    /// What blocks.
    pub blockers: usize,
    /// What could not be verified.
    pub cannot_verify: usize,
    /// What does not hold and is accepted for a time by a waiver.
    pub waived: usize,
    /// Changes of the plan that block and that an override covers.
    pub overridden: usize,
    /// What holds.
    pub holds: usize,
}

/// What was asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Question {
    /// Accounts; with no resource and no state beside it, empty is all production data.
    pub accounts: Vec<AccountId>,
    /// Resources.
    pub resources: Vec<Arn>,
    /// States, as `s3://bucket/key`.
    pub states: Vec<String>,
    /// Who will run it, where that was said: ARNs, with `*` and `?` as in a policy's ArnLike.
    pub principals: Vec<String>,
    /// The tier that a survivor must have: `immutable` or `isolated`.
    pub accept: Tier,
    /// The oldest that its data may be, in hours.
    pub rpo_hours: u32,
    /// How long a restore counts, in days.
    pub restore_test_days: u32,
}

impl Question {
    /// Whether nothing is named: all production data is meant.
    #[must_use]
    pub const fn is_everything(&self) -> bool {
        self.accounts.is_empty() && self.resources.is_empty() && self.states.is_empty()
    }
}

/// A piece of data that is judged.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ReadyResource {
    /// Its account.
    pub account: Option<AccountId>,
    /// Its ARN.
    pub arn: String,
    /// Its name. Hostile input in every output.
    pub name: String,
    /// What kind of thing it is.
    pub kind: String,
    /// Its environment; `None` where unknown.
    pub environment: Option<String>,
}

/// What a rule says of one thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Item {
    /// The rule: one of [`RULES`], or the id of a check of plans.
    pub rule: String,
    /// What holds where it holds, in a few words.
    pub title: String,
    /// Whether it does.
    pub status: ItemStatus,
    /// What it is about: an ARN, `s3://bucket/key`, an account's id, or an address of the plan.
    pub subject: String,
    /// That for a person. Hostile input in every output.
    pub name: String,
    /// Its account, where it has one.
    pub account: Option<AccountId>,
    /// Why, as a sentence.
    pub said: String,
    /// What it holds under, where that is a condition.
    pub condition: Option<String>,
    /// The facts and verdicts that it rests on.
    pub rests_on: Vec<Ground>,
    /// The one change that clears it; absent where it holds.
    pub clear: Option<Clear>,
    /// The waiver that covers it.
    pub waived: Option<Waived>,
    /// The override that covers it.
    pub overridden: Option<Overridden>,
}

/// Whether a rule holds. In the order of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemStatus {
    /// It does not: no-go.
    Blocker,
    /// That could not be seen.
    CannotVerify,
    /// It does not, and an override covers that one change.
    Overridden,
    /// It does not, or could not be seen, and a waiver accepts that for a time.
    Waived,
    /// It does.
    Holds,
}

/// A fact, or a check's verdict, that an item rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ground {
    /// A check's id with its subject (`palisade explain` lays it open), or a fact's path with its subject.
    pub what: String,
    /// What it says.
    pub said: String,
}

/// What clears an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Clear {
    /// The change, in words.
    pub change: String,
    /// The command that makes it, or the one that shows what to change, ready to be copied; capitals stand for what only you know.
    pub command: Option<String>,
}

/// The rules of readiness with what holds where each holds, in the order of the report.
pub const RULES: &[(&str, &str)] = &[
    ("scope", "Everything that was asked about is known"),
    ("survivor", "A survivor is good enough and fresh"),
    ("restore_tested", "A restore was tested"),
    ("deletion_protection", "Deletion protection is on"),
    ("destruction_closed", "Destroying calls are closed, or a person stands before them"),
    ("state", "One remote state claims it: locked, versioned, of one environment"),
    ("environments_apart", "No other environment shares its account or reaches into it"),
    ("credentials", "The credentials in use cannot destroy it"),
    ("plan", "The plan is whole"),
    ("toll", "The plan loses no production data for good"),
];

/// Credentials that are in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Use {
    /// Named with `--principal`: who will run it.
    Named,
    /// Palisade itself was started with them.
    Caller,
    /// `[deployment] principals` declares them.
    Deployer,
    /// `[agents] principals` declares them.
    Agent,
}

impl Use {
    /// The word for a person.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Named => "named",
            Self::Caller => "the caller",
            Self::Deployer => "a declared deployer",
            Self::Agent => "a declared agent",
        }
    }
}

/// Whose rights are asked about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    /// Why they are in use.
    pub by: Use,
    /// An ARN, with `*` and `?` as in a policy's ArnLike; a role's session is the role.
    pub who: String,
}

/// What somebody whose credentials are in use can destroy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// What was asked.
    pub wanted: Wanted,
    /// Who that is; `None` where no principal that was read fits.
    pub who: Option<String>,
    /// What the policies say of destroying each resource, in the order asked.
    pub destroys: Vec<Destroys>,
}

/// What the policies say of one principal's destroying one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destroys {
    /// The resource.
    pub arn: String,
    /// Whether every call that it takes goes through.
    pub answer: CallAnswer,
    /// The call that decides.
    pub action: String,
    /// The statement that decides, where an allow is missing, or what it depends on.
    pub decided_by: Option<String>,
    /// The role that it is done as, where one is assumed first.
    pub acts_as: Option<String>,
}

/// A plan that was judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanJudged {
    /// The file.
    pub name: String,
    /// The Terraform or OpenTofu version that wrote it; empty where it does not say.
    pub terraform_version: String,
    /// How many resources it creates.
    pub creates: usize,
    /// How many it changes in place.
    pub updates: usize,
    /// How many it replaces.
    pub replaces: usize,
    /// How many it deletes.
    pub deletes: usize,
    /// What it forgets: resources that leave the state and stay in AWS.
    pub forgets: usize,
    /// What a reader has to know of it.
    pub notes: Vec<String>,
}

/// What an override covers: a kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OverrideAction {
    /// The resource is deleted.
    Delete,
    /// The resource is deleted and made anew.
    Replace,
    /// The resource is changed in place.
    Update,
    /// The resource is made.
    Create,
    /// The state forgets the resource.
    Forget,
}

impl OverrideAction {
    /// Every one, in order.
    pub const ALL: [Self; 5] = [Self::Delete, Self::Replace, Self::Update, Self::Create, Self::Forget];

    /// The word used in every format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Replace => "replace",
            Self::Update => "update",
            Self::Create => "create",
            Self::Forget => "forget",
        }
    }
}

/// Somebody's word that one change of one resource is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Override {
    /// The resource's address. Without an index it covers every instance.
    pub resource: String,
    /// The change; absent is any, which a comment in the configuration means.
    pub action: Option<OverrideAction>,
    /// Why it is meant.
    pub reason: String,
    /// Who answers for it; absent in a comment.
    pub owner: Option<String>,
    /// The last day on which it counts; absent in a comment, which lasts as long as it stands there.
    pub expires: Option<Expiry>,
    /// Where it stands: `file:line`.
    pub place: String,
}

/// What a covered item says of its override.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Overridden {
    /// Why it is meant.
    pub reason: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The last day on which it counts.
    pub expires: Option<Date>,
    /// Where it stands.
    pub place: String,
}

/// What became of an override. Ordered by how much a reader should care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OverrideStanding {
    /// Its date, or what it says, is malformed: it overrides nothing.
    Malformed,
    /// Its last day is over: it overrides nothing.
    Expired,
    /// It covers no change that blocks.
    Unused,
    /// It covers something.
    Used,
}

impl OverrideStanding {
    /// The word used in every format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Expired => "expired",
            Self::Unused => "unused",
            Self::Used => "used",
        }
    }
}

/// An override and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OverrideUse {
    /// The override.
    #[serde(rename = "override")]
    pub entry: Override,
    /// What became of it.
    pub standing: OverrideStanding,
    /// How many blockers it covers; of one that counts no longer, how many it would.
    pub items: usize,
    /// What became of it, as a sentence.
    pub why: String,
}
