//! Scans that were kept, and what became of their scores.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::finding::{Finding, Layer, Severity};
use super::gap::GapKind;
use super::ids::{AccountId, Region};
use super::posture::{AccountSummary, LayerPosture, Posture, Score};

/// What a scan was about. Scans of the same scope answer the same question at different times and can be compared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ScanScope {
    /// The organization; absent where there is none or it was not looked at.
    pub organization: Option<String>,
    /// The account of the credentials, where no organization is named.
    pub account: Option<AccountId>,
    /// The accounts asked for; empty is all.
    pub accounts: Vec<AccountId>,
    /// The organizational units asked for; empty is all.
    pub organizational_units: Vec<String>,
    /// Accounts left out.
    pub excluded_accounts: Vec<AccountId>,
    /// The regions asked for; empty is what each account has enabled.
    pub regions: Vec<Region>,
    /// Whether the content of Terraform states was read.
    pub state_content: bool,
    /// The layers asked for; empty is all.
    pub layers: Vec<Layer>,
    /// The checks asked for; empty is all.
    pub checks: Vec<String>,
    /// The severities asked for; empty is all.
    pub severities: Vec<Severity>,
}

impl ScanScope {
    /// The scope of a posture that was judged by this selection of checks. The order in which things were asked for does
    /// not matter, nor does naming one twice.
    #[must_use]
    pub fn of(posture: &Posture, layers: &[Layer], checks: &[String], severities: &[Severity]) -> Self {
        let organization = posture.organization.as_ref().map(|organization| organization.id.clone());
        let read = &posture.scope;
        let mut scope = Self {
            account: organization.is_none().then(|| posture.caller.account.clone()),
            organization,
            accounts: read.accounts.clone(),
            organizational_units: read.organizational_units.clone(),
            excluded_accounts: read.excluded_accounts.clone(),
            regions: read.regions.clone(),
            state_content: read.state_content,
            layers: layers.to_vec(),
            checks: checks.to_vec(),
            severities: severities.to_vec(),
        };
        scope.sort();
        scope
    }

    /// Forgets the order in which things were asked for, and that one was named twice.
    pub fn sort(&mut self) {
        sort(&mut self.accounts);
        sort(&mut self.organizational_units);
        sort(&mut self.excluded_accounts);
        sort(&mut self.regions);
        sort(&mut self.layers);
        sort(&mut self.checks);
        sort(&mut self.severities);
    }

    /// Whether both ask about the same things in AWS, whatever is judged of them.
    #[must_use]
    pub fn reads_like(&self, other: &Self) -> bool {
        let bare = |scope: &Self| Self { layers: vec![], checks: vec![], severities: vec![], ..scope.clone() };
        bare(self) == bare(other)
    }

    /// The scope for a person. It holds names that users gave: hostile input in every output.
    #[must_use]
    pub fn describe(&self) -> String {
        let mut parts = Vec::new();
        parts.push(match (&self.organization, &self.account) {
            (Some(organization), _) => format!("organization {organization}"),
            (None, Some(account)) => format!("account {account}"),
            (None, None) => "no organization and no account".to_owned(),
        });
        let mut list = |what: &str, items: Vec<&str>| {
            if !items.is_empty() {
                parts.push(format!("{what} {}", items.join(" ")));
            }
        };
        list("accounts", self.accounts.iter().map(AccountId::as_str).collect());
        list("units", self.organizational_units.iter().map(String::as_str).collect());
        list("without accounts", self.excluded_accounts.iter().map(AccountId::as_str).collect());
        list("regions", self.regions.iter().map(Region::as_str).collect());
        list("layers", self.layers.iter().map(|layer| layer.as_str()).collect());
        list("checks", self.checks.iter().map(String::as_str).collect());
        list("severities", self.severities.iter().map(|severity| severity.as_str()).collect());
        if !self.state_content {
            parts.push("without the content of states".to_owned());
        }
        parts.join(", ")
    }
}

fn sort<T: Ord>(items: &mut Vec<T>) {
    items.sort();
    items.dedup();
}

/// Whether a gap of this kind may be gone at the next try.
///
/// A scan with such a gap saw less than it could have, and is no measure for a later one: it is not *complete*. A refusal,
/// a limit or a document that nobody can parse stands the same every night; where those made a scan incomplete, an
/// organization that hides one region would never have a complete one. Their verdicts are unknown in both scans.
#[must_use]
pub fn passes_by(kind: GapKind) -> bool {
    match kind {
        GapKind::Throttled | GapKind::Timeout | GapKind::Interrupted => true,
        GapKind::Denied
        | GapKind::DeniedByScp
        | GapKind::RegionDenied
        | GapKind::Malformed
        | GapKind::Budget
        | GapKind::OutOfScope => false,
    }
}

/// A scan that was kept, without its findings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Scan {
    /// Its id: when it was taken, and six hex digits of its digest (`20260314-050000-7c1fa0`). Sorts by time; the same scan
    /// judged in the same way has the same id wherever it is kept.
    pub id: String,
    /// When the collection began.
    pub taken_at: Timestamp,
    /// The palisade that judged.
    pub tool: String,
    /// The id of the scope: the first hex digits of its digest.
    pub scope_id: String,
    /// What it was about.
    pub scope: ScanScope,
    /// Whether nothing was missed that a further try might have read (throttled, timed out, interrupted).
    pub complete: bool,
    /// How many gaps a further try might have closed.
    pub missed: usize,
    /// How many gaps there are in all.
    pub gaps: usize,
    /// The SHA-256 of the inventory as `palisade collect` writes it uncompressed, in hex.
    pub inventory_sha256: String,
    /// The overall score; absent where nothing was judged.
    pub score: Option<Score>,
    /// The five layers.
    pub layers: Vec<LayerPosture>,
    /// The accounts.
    pub accounts: Vec<AccountSummary>,
    /// The checks that were run.
    pub checks: Vec<String>,
    /// How many findings it has.
    pub findings: usize,
}

/// A point of the curve of scores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScorePoint {
    /// The scan's id.
    pub scan: String,
    /// When the collection began.
    pub taken_at: Timestamp,
    /// Whether the scan is complete.
    pub complete: bool,
    /// The overall score; absent where nothing was judged.
    pub score: Option<Score>,
    /// The five layers.
    pub layers: Vec<LayerPosture>,
}

impl From<&Scan> for ScorePoint {
    fn from(scan: &Scan) -> Self {
        Self {
            scan: scan.id.clone(),
            taken_at: scan.taken_at,
            complete: scan.complete,
            score: scan.score,
            layers: scan.layers.clone(),
        }
    }
}

/// The kept scans of one scope, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScopeHistory {
    /// The scope's id.
    pub scope_id: String,
    /// What it is about.
    pub scope: ScanScope,
    /// The scans.
    pub scans: Vec<Scan>,
    /// How many older ones are left out.
    pub older: usize,
}

/// A kept scan with its findings. They carry no evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptScan {
    /// The scan.
    pub scan: Scan,
    /// Every verdict, without what it rests on, in the order of the posture.
    pub findings: Vec<Finding>,
}
