//! The posture as JSON, version `palisade.posture/1`. Knows `model` alone; its structs are the format.
//!
//! The document is written as a stream: a finding is turned into its JSON form when its turn comes and forgotten after, so
//! that a million verdicts need no second copy in memory. One finding is one line, so that `diff` and `grep` are of use.

use std::io::{self, Write};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use serde_json::ser::Formatter;

use crate::model::finding::{Evidence, Finding, Status, SubjectSummary};
use crate::model::gap::Gap;
use crate::model::inventory::{PlacedGap, Scope};
use crate::model::ledger::LedgerEntry;
use crate::model::posture::{AccountSummary, CheckSummary, LayerPosture, Posture, Score};

/// The version of the posture format.
pub const POSTURE_SCHEMA: &str = "palisade.posture/1";

/// Writes the posture, with the findings of the given statuses; none given is all of them.
///
/// # Errors
/// What the writer says.
pub fn write(posture: &Posture, statuses: &[Status], out: &mut dyn Write) -> io::Result<()> {
    let findings = posture.findings.iter().filter(|finding| statuses.is_empty() || statuses.contains(&finding.status));
    let document = PostureV1 {
        schema: POSTURE_SCHEMA,
        tool: &posture.tool,
        taken_at: posture.taken_at,
        caller: CallerV1 {
            account: posture.caller.account.as_str(),
            arn: posture.caller.arn.as_str(),
            partition: posture.caller.partition.as_str(),
            home_region: posture.caller.home_region.as_str(),
        },
        scope: scope(&posture.scope),
        organization: posture.organization.as_ref().map(|organization| OrganizationV1 {
            id: &organization.id,
            management_account: organization.management_account.as_str(),
        }),
        accounts: posture.accounts.iter().map(account).collect(),
        score: posture.score.map(score),
        layers: posture.layers.iter().map(layer).collect(),
        checks: posture.checks.iter().map(check).collect(),
        not_judged: posture.not_judged.iter().map(String::as_str).collect(),
        statuses: if statuses.is_empty() { Status::ALL } else { statuses }.iter().map(|s| s.as_str()).collect(),
        findings: Stream(findings.map(finding)),
        gaps: posture.gaps.iter().map(placed_gap).collect(),
        ledger: posture.ledger.iter().map(ledger_entry).collect(),
    };
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, Lines::default());
    document.serialize(&mut serializer).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

/// The scored outcome of one inventory of an AWS organization.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "palisade.posture/1")]
pub(super) struct PostureV1<'a, F> {
    /// The format's version: `palisade.posture/1`.
    schema: &'a str,
    /// The palisade that judged, as `palisade 0.1.0`.
    tool: &'a str,
    /// When the collection began. Ages are judged at each answer's own time.
    taken_at: Timestamp,
    /// The identity that the collection ran as.
    caller: CallerV1<'a>,
    /// What was asked for.
    scope: ScopeV1<'a>,
    /// The organization; null where there is none or it was not looked at.
    organization: Option<OrganizationV1<'a>>,
    /// The accounts, suspended ones too.
    accounts: Vec<AccountV1<'a>>,
    /// The overall score; null where nothing was judged.
    score: Option<ScoreV1>,
    /// The five layers, in order.
    layers: Vec<LayerV1<'a>>,
    /// The checks that were run.
    checks: Vec<CheckV1<'a>>,
    /// Ids of checks that this version does not judge yet.
    not_judged: Vec<&'a str>,
    /// The statuses that `findings` holds; the counts of `layers` hold all of them.
    statuses: Vec<&'a str>,
    /// One verdict per check and subject, in order of check, account, region, subject.
    findings: F,
    /// What could not be read.
    gaps: Vec<PlacedGapV1<'a>>,
    /// The API calls made.
    ledger: Vec<LedgerEntryV1<'a>>,
}

/// The document as a whole, for the schema.
pub(super) type Document = PostureV1<'static, Vec<FindingV1<'static>>>;

/// The identity that the collection ran as.
#[derive(Serialize, JsonSchema)]
struct CallerV1<'a> {
    /// Its account.
    account: &'a str,
    /// Its ARN.
    arn: &'a str,
    /// Its partition.
    partition: &'a str,
    /// Where organization-wide calls were made.
    home_region: &'a str,
}

/// What was asked for.
#[derive(Serialize, JsonSchema)]
struct ScopeV1<'a> {
    /// The accounts asked for; empty is all.
    accounts: Vec<&'a str>,
    /// The organizational units asked for; empty is all.
    organizational_units: Vec<&'a str>,
    /// Accounts left out.
    excluded_accounts: Vec<&'a str>,
    /// The regions asked for; empty is what each account has enabled.
    regions: Vec<&'a str>,
    /// The role assumed in member accounts.
    role_name: Option<&'a str>,
    /// Whether the content of Terraform states was read.
    state_content: bool,
    /// Regions taken as empty on the owner's word.
    treat_as_empty: Vec<&'a str>,
}

/// The organization.
#[derive(Serialize, JsonSchema)]
struct OrganizationV1<'a> {
    /// `o-…`
    id: &'a str,
    /// The management account.
    management_account: &'a str,
}

/// An account.
#[derive(Serialize, JsonSchema)]
struct AccountV1<'a> {
    /// Its id.
    id: &'a str,
    /// Its name, exactly as AWS gives it.
    name: Option<&'a str>,
    /// Its state.
    state: Option<&'a str>,
    /// Its environment; null where unknown.
    environment: Option<&'a str>,
    /// Whether it was scanned.
    scanned: bool,
}

/// A score from 0 to 100 as an interval: unknown taken as failed for the low end, as passed for the high end.
#[derive(Serialize, JsonSchema)]
struct ScoreV1 {
    /// The low end.
    #[schemars(range(min = 0.0, max = 100.0))]
    low: f64,
    /// The high end.
    #[schemars(range(min = 0.0, max = 100.0))]
    high: f64,
}

/// A layer.
#[derive(Serialize, JsonSchema)]
struct LayerV1<'a> {
    /// `scp`, `separation`, `deletion`, `backup` or `state`.
    id: &'a str,
    /// Its title.
    title: &'a str,
    /// Its score; null where nothing in it was judged.
    score: Option<ScoreV1>,
    /// Verdicts that pass.
    passed: usize,
    /// Verdicts that fail.
    failed: usize,
    /// Verdicts that are unknown.
    unknown: usize,
    /// Verdicts that do not concern their subject.
    not_applicable: usize,
}

/// A check.
#[derive(Serialize, JsonSchema)]
struct CheckV1<'a> {
    /// Its id.
    id: &'a str,
    /// Its layer.
    layer: &'a str,
    /// Its severity.
    severity: &'a str,
    /// What stands when it passes.
    title: &'a str,
    /// How to mend a failure, without the console.
    remediation: RemediationV1<'a>,
}

/// How to mend a failure.
#[derive(Serialize, JsonSchema)]
struct RemediationV1<'a> {
    /// What to know before; null where the commands say it all.
    note: Option<&'a str>,
    /// In Terraform.
    terraform: &'a str,
    /// With the AWS CLI.
    cli: &'a str,
}

/// A verdict.
#[derive(Serialize, JsonSchema)]
pub(super) struct FindingV1<'a> {
    /// The check's id.
    check: &'a str,
    /// The check's layer.
    layer: &'a str,
    /// `critical`, `high`, `medium` or `low`.
    severity: &'a str,
    /// The verdict.
    #[schemars(extend("enum" = ["fail", "unknown", "pass", "not_applicable"]))]
    status: &'a str,
    /// The subject's account; null for the organization.
    account: Option<&'a str>,
    /// The subject's region; null for global things.
    region: Option<&'a str>,
    /// What is judged.
    subject: SubjectV1<'a>,
    /// Why, as a sentence.
    message: &'a str,
    /// What the verdict rests on.
    evidence: Vec<EvidenceV1<'a>>,
}

/// What is judged. Names are exactly as AWS gives them: escape them before showing them.
#[derive(Serialize, JsonSchema)]
struct SubjectV1<'a> {
    /// Its kind.
    #[serde(rename = "type")]
    kind: &'a str,
    /// Its ARN, or an id of like exactness.
    arn: &'a str,
    /// Its name.
    name: &'a str,
    /// Its environment; null where unknown or without meaning.
    environment: Option<&'a str>,
    /// Its class; null where it has none.
    class: Option<&'a str>,
}

/// A thing that a verdict rests on.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum EvidenceV1<'a> {
    /// A fact of the subject.
    Fact {
        /// Its path in the subject.
        path: &'a str,
        /// Its value.
        value: &'a serde_json::Value,
    },
    /// A list that was read completely.
    Read {
        /// The account; null for the organization.
        account: Option<&'a str>,
        /// The region; null for global services.
        region: Option<&'a str>,
        /// What was read.
        collection: &'a str,
        /// The operations called.
        operations: Vec<&'a str>,
        /// When.
        read_at: Option<Timestamp>,
    },
    /// Something that could not be read.
    Gap {
        /// The account; null for the organization.
        account: Option<&'a str>,
        /// The regions; empty for global services.
        regions: Vec<&'a str>,
        /// What could not be read.
        collection: &'a str,
        /// Why.
        gap: GapV1<'a>,
    },
}

/// Why something could not be read.
#[derive(Serialize, JsonSchema)]
struct GapV1<'a> {
    /// `denied`, `denied_by_scp`, `region_denied`, `throttled`, `timeout`, `malformed`, `interrupted`, `budget` or
    /// `out_of_scope`.
    kind: &'a str,
    /// The API operation that did not answer, or that was not made.
    operation: &'a str,
    /// AWS's error code.
    code: Option<&'a str>,
    /// What happened.
    message: &'a str,
    /// How many times the call was tried; 0 where it was never made.
    attempts: u32,
    /// AWS's request id of the last try.
    request_id: Option<&'a str>,
}

/// A gap with its place.
#[derive(Serialize, JsonSchema)]
struct PlacedGapV1<'a> {
    /// The account.
    account: Option<&'a str>,
    /// The region; null for global services.
    region: Option<&'a str>,
    /// What could not be read.
    collection: &'a str,
    /// The item, where it is about one.
    item: Option<&'a str>,
    /// Why.
    #[serde(flatten)]
    gap: GapV1<'a>,
}

/// The calls of one operation in one account and region.
#[derive(Serialize, JsonSchema)]
struct LedgerEntryV1<'a> {
    /// The account called.
    account: &'a str,
    /// The region called.
    region: &'a str,
    /// The operation.
    operation: &'a str,
    /// The number of calls.
    calls: u64,
    /// The number of tries, retries included.
    attempts: u64,
    /// When the first call was answered.
    first_at: Timestamp,
    /// When the last call was answered.
    last_at: Timestamp,
    /// AWS's request id of the last answered call.
    last_request_id: Option<&'a str>,
    /// The calls that failed.
    failures: Vec<CallFailureV1<'a>>,
}

/// A call that failed.
#[derive(Serialize, JsonSchema)]
struct CallFailureV1<'a> {
    /// When the last try was answered or given up.
    at: Timestamp,
    /// What kind of gap it left.
    kind: &'a str,
    /// AWS's error code.
    code: Option<&'a str>,
    /// What was asked for.
    subject: Option<&'a str>,
    /// AWS's request id.
    request_id: Option<&'a str>,
}

fn strs<T: AsRef<str>>(list: &[T]) -> Vec<&str> {
    list.iter().map(AsRef::as_ref).collect()
}

fn scope(scope: &Scope) -> ScopeV1<'_> {
    ScopeV1 {
        accounts: strs(&scope.accounts),
        organizational_units: strs(&scope.organizational_units),
        excluded_accounts: strs(&scope.excluded_accounts),
        regions: strs(&scope.regions),
        role_name: scope.role_name.as_deref(),
        state_content: scope.state_content,
        treat_as_empty: strs(&scope.treat_as_empty),
    }
}

fn account(account: &AccountSummary) -> AccountV1<'_> {
    AccountV1 {
        id: account.id.as_str(),
        name: account.name.as_deref(),
        state: account.state.as_deref(),
        environment: account.environment.as_deref(),
        scanned: account.scanned,
    }
}

fn score(score: Score) -> ScoreV1 {
    ScoreV1 { low: score.low, high: score.high }
}

fn layer(layer: &LayerPosture) -> LayerV1<'_> {
    LayerV1 {
        id: layer.id.as_str(),
        title: &layer.title,
        score: layer.score.map(score),
        passed: layer.counts.passed,
        failed: layer.counts.failed,
        unknown: layer.counts.unknown,
        not_applicable: layer.counts.not_applicable,
    }
}

fn check(check: &CheckSummary) -> CheckV1<'_> {
    CheckV1 {
        id: &check.id,
        layer: check.layer.as_str(),
        severity: check.severity.as_str(),
        title: &check.title,
        remediation: RemediationV1 {
            note: check.remediation.note.as_deref(),
            terraform: &check.remediation.terraform,
            cli: &check.remediation.cli,
        },
    }
}

fn finding(finding: &Finding) -> FindingV1<'_> {
    FindingV1 {
        check: &finding.check,
        layer: finding.layer.as_str(),
        severity: finding.severity.as_str(),
        status: finding.status.as_str(),
        account: finding.account.as_ref().map(AsRef::as_ref),
        region: finding.region.as_ref().map(AsRef::as_ref),
        subject: subject(&finding.subject),
        message: &finding.message,
        evidence: finding.evidence.iter().map(evidence).collect(),
    }
}

fn subject(subject: &SubjectSummary) -> SubjectV1<'_> {
    SubjectV1 {
        kind: &subject.kind,
        arn: &subject.arn,
        name: &subject.name,
        environment: subject.environment.as_deref(),
        class: subject.class.as_deref(),
    }
}

fn evidence(evidence: &Evidence) -> EvidenceV1<'_> {
    match evidence {
        Evidence::Fact { path, value } => EvidenceV1::Fact { path, value },
        Evidence::Read { account, region, collection, operations, read_at } => EvidenceV1::Read {
            account: account.as_ref().map(AsRef::as_ref),
            region: region.as_ref().map(AsRef::as_ref),
            collection: collection.as_str(),
            operations: operations.iter().map(|operation| operation.as_str()).collect(),
            read_at: *read_at,
        },
        Evidence::Gap { account, regions, collection, gap: why } => EvidenceV1::Gap {
            account: account.as_ref().map(AsRef::as_ref),
            regions: strs(regions),
            collection: collection.as_str(),
            gap: gap(why),
        },
    }
}

fn gap(gap: &Gap) -> GapV1<'_> {
    GapV1 {
        kind: gap.kind.as_str(),
        operation: gap.operation.as_str(),
        code: gap.code.as_deref(),
        message: &gap.message,
        attempts: gap.attempts,
        request_id: gap.request_id.as_deref(),
    }
}

fn placed_gap(placed: &PlacedGap) -> PlacedGapV1<'_> {
    PlacedGapV1 {
        account: placed.account.as_ref().map(AsRef::as_ref),
        region: placed.region.as_ref().map(AsRef::as_ref),
        collection: placed.collection.as_str(),
        item: placed.item.as_deref(),
        gap: gap(&placed.gap),
    }
}

fn ledger_entry(entry: &LedgerEntry) -> LedgerEntryV1<'_> {
    LedgerEntryV1 {
        account: entry.account.as_str(),
        region: entry.region.as_str(),
        operation: entry.operation.as_str(),
        calls: entry.calls,
        attempts: entry.attempts,
        first_at: entry.first_at,
        last_at: entry.last_at,
        last_request_id: entry.last_request_id.as_deref(),
        failures: entry
            .failures
            .iter()
            .map(|failure| CallFailureV1 {
                at: failure.at,
                kind: failure.kind.as_str(),
                code: failure.code.as_deref(),
                subject: failure.subject.as_deref(),
                request_id: failure.request_id.as_deref(),
            })
            .collect(),
    }
}

/// A sequence that is made while it is written.
struct Stream<I>(I);

impl<T: Serialize, I: Iterator<Item = T> + Clone> Serialize for Stream<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone())
    }
}

/// A layout with one member of the document, and one item of its lists, per line.
#[derive(Default)]
struct Lines {
    depth: usize,
}

/// The members of the document and the items of their lists get lines of their own; what lies deeper does not.
const DEEPEST_LINE: usize = 2;

impl Lines {
    fn open<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        out.write_all(bracket)
    }

    fn close<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if self.depth == 0 {
            out.write_all(b"\n")?;
        }
        out.write_all(bracket)
    }

    fn item<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        let comma: &[u8] = if first { b"" } else { b"," };
        out.write_all(comma)?;
        if self.depth > DEEPEST_LINE {
            return Ok(());
        }
        out.write_all(b"\n")?;
        (0..self.depth).try_for_each(|_| out.write_all(b" "))
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"[")
    }
    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"]")
    }
    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.item(out, first)
    }
    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"{")
    }
    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"}")
    }
    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        if self.depth == 1 { self.item(out, first) } else { out.write_all(if first { b"" } else { b"," }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::fixture;

    fn rendered(posture: &Posture, statuses: &[Status]) -> String {
        let mut out = Vec::new();
        write(posture, statuses, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn it_holds_every_finding_with_names_exact() {
        let posture = fixture::posture();
        let json: serde_json::Value = serde_json::from_str(&rendered(&posture, &[])).unwrap();
        assert_eq!(json["schema"], POSTURE_SCHEMA);
        let findings = json["findings"].as_array().unwrap();
        assert_eq!(findings.len(), posture.findings.len());
        for (written, meant) in findings.iter().zip(&posture.findings) {
            assert_eq!(written["subject"]["name"], meant.subject.name.as_str());
            assert_eq!(written["status"], meant.status.as_str());
        }
        assert!(findings.iter().any(|f| f["subject"]["name"] == fixture::HOSTILE), "the hostile name is exact");
    }

    #[test]
    fn statuses_filter_findings_and_leave_the_counts() {
        let posture = fixture::posture();
        let json: serde_json::Value = serde_json::from_str(&rendered(&posture, &[Status::Fail])).unwrap();
        let findings = json["findings"].as_array().unwrap();
        assert!(!findings.is_empty() && findings.len() < posture.findings.len());
        assert!(findings.iter().all(|finding| finding["status"] == "fail"));
        assert_eq!(json["statuses"], serde_json::json!(["fail"]));
        let passed: u64 = json["layers"].as_array().unwrap().iter().map(|l| l["passed"].as_u64().unwrap()).sum();
        assert!(passed > 0);
    }

    #[test]
    fn one_finding_is_one_line() {
        let posture = fixture::posture();
        let text = rendered(&posture, &[]);
        let lines = text.lines().filter(|line| line.starts_with("  {\"check\":")).count();
        assert_eq!(lines, posture.findings.len());
        assert!(text.starts_with("{\n \"schema\":\"palisade.posture/1\",\n") && text.ends_with("\n}\n"));
    }

    #[test]
    fn it_is_what_the_schema_says() {
        let schema = serde_json::to_value(crate::reports::schema::posture()).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let json: serde_json::Value = serde_json::from_str(&rendered(&fixture::posture(), &[])).unwrap();
        let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        let mut wrong = json;
        wrong["findings"][0]["status"] = "ok".into();
        assert!(!validator.is_valid(&wrong), "the schema refuses a status that does not exist");
    }
}
