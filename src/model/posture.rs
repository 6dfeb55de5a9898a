//! The posture: the one document that every report is rendered from.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::facts::{Fate, LayersStanding, NoBackup, Raise, Tier};
use super::finding::{Finding, Layer, Severity};
use super::ids::{AccountId, Arn, Region};
use super::inventory::{Caller, PlacedGap, Scope};
use super::ledger::LedgerEntry;
use super::remedy::Remedy;
use super::waiver::WaiverUse;

/// A score as an interval, 0 to 100: unknown counted as failed for the low end and as passed for the high end.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Score {
    /// The low end, one decimal.
    pub low: f64,
    /// The high end, one decimal.
    pub high: f64,
}

/// Verdicts counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Guardrails that stand.
    pub passed: usize,
    /// Guardrails that do not.
    pub failed: usize,
    /// Guardrails that could not be seen.
    pub unknown: usize,
    /// Guardrails that do not concern their subject.
    pub not_applicable: usize,
    /// Guardrails that fail or could not be seen, and that an owner accepts for a time; counted nowhere else.
    pub waived: usize,
}

/// A layer's outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LayerPosture {
    /// Which layer.
    pub id: Layer,
    /// Its title.
    pub title: String,
    /// Its score; `None` where nothing in it was judged.
    pub score: Option<Score>,
    /// Its verdicts.
    #[serde(flatten)]
    pub counts: Counts,
}

/// An account in the report's head.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccountSummary {
    /// Its id.
    pub id: AccountId,
    /// Its name. Hostile input in every output.
    pub name: Option<String>,
    /// Its state, where an organization tells.
    pub state: Option<String>,
    /// Its environment; `None` where unknown.
    pub environment: Option<String>,
    /// Whether it was scanned.
    pub scanned: bool,
}

/// The organization in the report's head.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrganizationSummary {
    /// `o-…`
    pub id: String,
    /// The management account.
    pub management_account: AccountId,
}

/// What a check is, for reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckSummary {
    /// Its id.
    pub id: String,
    /// Its layer.
    pub layer: Layer,
    /// Its severity.
    pub severity: Severity,
    /// What passes, as a title.
    pub title: String,
    /// What it is about, in a paragraph.
    pub description: String,
    /// The framework controls that it speaks to: framework (`nist_800_53_r5`) → control ids.
    pub frameworks: BTreeMap<String, Vec<String>>,
    /// Pages that it follows.
    pub related: Vec<String>,
    /// How to mend a failure, without the console.
    pub remediation: RemediationSummary,
}

/// How to mend a failure, for reports.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RemediationSummary {
    /// What to know before; absent where the commands say it all.
    pub note: Option<String>,
    /// In Terraform.
    pub terraform: String,
    /// With the AWS CLI.
    pub cli: String,
}

impl RemediationSummary {
    /// The first command of the AWS CLI on one line, its continued lines with it.
    #[must_use]
    pub fn first_command(&self) -> Option<String> {
        let mut command = String::new();
        for line in self.cli.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            match line.strip_suffix('\\') {
                Some(line) => command.push_str(line),
                None => return Some(command + line),
            }
        }
        Some(command).filter(|command| !command.is_empty())
    }
}

/// What people remember of a piece of production data: which layers stand, and what would survive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResourceSummary {
    /// Its ARN.
    pub arn: String,
    /// Its name. Hostile input in every output.
    pub name: String,
    /// What kind of thing it is.
    pub kind: String,
    /// Its account.
    pub account: Option<AccountId>,
    /// Its region.
    pub region: Option<Region>,
    /// Its environment; `None` where unknown.
    pub environment: Option<String>,
    /// The five layers, judged against the accident.
    pub layers: LayersStanding,
    /// What survives its whole account turning against it.
    pub account_takeover: SurvivalSummary,
    /// What survives the management account; absent where it lies there, or where there is no organization.
    pub management_takeover: Option<SurvivalSummary>,
    /// What looks like a backup of it and is none.
    pub not_backups: Vec<NoBackup>,
}

/// What survives one attacker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SurvivalSummary {
    /// The tier that is certain.
    pub tier: Tier,
    /// The tier if everything that could not be read turned out well.
    pub tier_at_best: Tier,
    /// The copy that carries the certain tier.
    pub best: Option<Arn>,
    /// The age of its data, in hours: what would be lost.
    pub rpo_hours: Option<f64>,
    /// How long it lasts, in hours; absent is for ever.
    pub survives_hours: Option<f64>,
    /// The one change that would raise the tier most.
    pub raise: Option<Raise>,
    /// How many copies there are.
    pub copy_count: usize,
    /// What becomes of the best of them, at most [`SurvivalSummary::COPIES`].
    pub copies: Vec<Fate>,
}

impl SurvivalSummary {
    /// The most copies that a summary tells of.
    pub const COPIES: usize = 3;
}

/// A change, and the overall score after it: what moves the headline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Mover {
    /// The change.
    pub change: Change,
    /// How many verdicts would be different.
    pub verdicts: usize,
    /// The overall score if they all passed.
    pub score: Score,
}

/// Something that would move the score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Every failure of one guardrail is mended.
    Mend {
        /// The check.
        check: String,
        /// Its severity there.
        severity: Severity,
    },
    /// Every failing critical guardrail of a layer is mended: together they hold the layer down.
    Uncap {
        /// The layer.
        layer: Layer,
        /// The checks.
        checks: Vec<String>,
    },
    /// What could not be read is read, and turns out well.
    Settle {
        /// What it takes.
        remedy: Remedy,
    },
}

/// The scored outcome of one inventory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Posture {
    /// The palisade that judged, as `palisade 0.1.0`.
    pub tool: String,
    /// When the collection began.
    pub taken_at: Timestamp,
    /// Who asked.
    pub caller: Caller,
    /// What was asked for.
    pub scope: Scope,
    /// The organization.
    pub organization: Option<OrganizationSummary>,
    /// The accounts.
    pub accounts: Vec<AccountSummary>,
    /// The overall score: the mean of the layers with something judged; `None` where nothing was judged.
    pub score: Option<Score>,
    /// What would move the score, the most first.
    pub movers: Vec<Mover>,
    /// The five layers, in order.
    pub layers: Vec<LayerPosture>,
    /// The checks that were run, in order of id.
    pub checks: Vec<CheckSummary>,
    /// Ids of checks.md that this version does not judge yet, in order.
    pub not_judged: Vec<String>,
    /// The data of production, in order of account, region and ARN.
    pub resources: Vec<ResourceSummary>,
    /// Every verdict, in order of check, account, region, subject.
    pub findings: Vec<Finding>,
    /// The waivers and what became of them, in the order of the configuration.
    pub waivers: Vec<WaiverUse>,
    /// What could not be read.
    pub gaps: Vec<PlacedGap>,
    /// The calls made.
    pub ledger: Vec<LedgerEntry>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_command_is_one_line() {
        let first = |cli: &str| RemediationSummary { cli: cli.to_owned(), ..Default::default() }.first_command();
        assert_eq!(first("# why\naws a \\\n  --b c\naws d"), Some("aws a --b c".to_owned()));
        assert_eq!(first("# nothing\n"), None);
    }
}
