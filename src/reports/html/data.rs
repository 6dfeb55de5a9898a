//! The posture as data for the page's script: columns and one table of strings, so that fifty thousand verdicts stay small.
//!
//! Everything is made visible here, once: the script shows what it is given, as text. The evidence of verdicts is kept once,
//! whoever cites it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::markup::{shown, shown_lines};
use crate::model::finding::{Evidence, Finding, Layer, Severity, Status};
use crate::model::framework::framework_title;
use crate::model::gap::Gap;
use crate::model::posture::{CheckSummary, Posture, ResourceSummary, SurvivalSummary};
use crate::model::waiver::Waived;

/// The most verdicts that a page holds. Beyond it, those that pass or do not apply are only counted, then the least severe are left
/// out: a page that does not open shows nothing.
pub(super) const LIMIT: usize = 120_000;

/// Strings, each kept once.
#[derive(Default)]
struct Table {
    at: BTreeMap<String, usize>,
    strings: Vec<String>,
}

impl Table {
    fn of(&mut self, text: &str) -> usize {
        self.exact(shown(text).into_owned())
    }

    fn maybe(&mut self, text: Option<&str>) -> i64 {
        text.map_or(-1, |text| i64::try_from(self.of(text)).unwrap_or(-1))
    }

    fn exact(&mut self, text: String) -> usize {
        if let Some(&at) = self.at.get(&text) {
            return at;
        }
        let at = self.strings.len();
        self.at.insert(text.clone(), at);
        self.strings.push(text);
        at
    }
}

/// One piece of evidence; the script reads it by place.
#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord, Clone)]
#[serde(untagged)]
enum Piece {
    /// `[0, path, value as JSON text]`
    Fact(u8, usize, usize),
    /// `[1, account, region, collection, operations, read at]`
    Read(u8, i64, i64, usize, Vec<usize>, i64),
    /// `[2, account, regions, collection, kind, operation, code, message, attempts, request id]`
    Gap(u8, i64, Vec<usize>, usize, usize, usize, i64, usize, u32, i64),
}

#[derive(Default)]
struct Evidences {
    at: BTreeMap<Piece, usize>,
    pieces: Vec<Piece>,
}

impl Evidences {
    fn of(&mut self, evidence: &Evidence, table: &mut Table) -> usize {
        let piece = match evidence {
            Evidence::Fact { path, value } => {
                let text = visible_json(value).to_string();
                Piece::Fact(0, table.of(path), table.exact(text))
            }
            Evidence::Read { account, region, collection, operations, read_at } => Piece::Read(
                1,
                table.maybe(account.as_ref().map(AsRef::as_ref)),
                table.maybe(region.as_ref().map(AsRef::as_ref)),
                table.of(collection.as_str()),
                operations.iter().map(|operation| table.of(operation.as_str())).collect(),
                table.maybe(read_at.map(|at| at.to_string()).as_deref()),
            ),
            Evidence::Gap { account, regions, collection, gap } => {
                let Gap { kind, operation, code, message, attempts, request_id } = gap;
                Piece::Gap(
                    2,
                    table.maybe(account.as_ref().map(AsRef::as_ref)),
                    regions.iter().map(|region| table.of(region.as_ref())).collect(),
                    table.of(collection.as_str()),
                    table.of(kind.as_str()),
                    table.of(operation.as_str()),
                    table.maybe(code.as_deref()),
                    table.of(message),
                    *attempts,
                    table.maybe(request_id.as_deref()),
                )
            }
        };
        if let Some(&at) = self.at.get(&piece) {
            return at;
        }
        let at = self.pieces.len();
        self.at.insert(piece.clone(), at);
        self.pieces.push(piece);
        at
    }
}

/// The value with every text in it made visible.
fn visible_json(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(shown(text).into_owned()),
        Value::Array(items) => Value::Array(items.iter().map(visible_json).collect()),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(key, value)| (shown(key).into_owned(), visible_json(value))).collect())
        }
        other => other.clone(),
    }
}

#[derive(Serialize)]
struct CheckData {
    id: String,
    layer: usize,
    severity: usize,
    title: String,
    description: String,
    frameworks: Vec<(String, Vec<String>)>,
    related: Vec<String>,
    note: Option<String>,
    terraform: String,
    cli: String,
}

impl From<&CheckSummary> for CheckData {
    fn from(check: &CheckSummary) -> Self {
        let text = |text: &str| shown(text).into_owned();
        Self {
            id: text(&check.id),
            layer: place(Layer::ALL, check.layer),
            severity: place(Severity::ALL, check.severity),
            title: text(&check.title),
            description: text(&check.description),
            frameworks: check
                .frameworks
                .iter()
                .map(|(key, controls)| (text(framework_title(key)), controls.iter().map(|one| text(one)).collect()))
                .collect(),
            // A custom check's page is somebody's text: only what is a web page becomes a link.
            related: check.related.iter().filter(|page| page.starts_with("https://")).map(|page| text(page)).collect(),
            note: check.remediation.note.as_deref().map(shown_lines),
            terraform: shown_lines(&check.remediation.terraform),
            cli: shown_lines(&check.remediation.cli),
        }
    }
}

#[derive(Serialize)]
struct SurvivalData {
    sure: &'static str,
    hoped: &'static str,
    rpo: Option<f64>,
    lasts: Option<f64>,
    best: Option<String>,
    raise: Option<String>,
}

impl From<&SurvivalSummary> for SurvivalData {
    fn from(survival: &SurvivalSummary) -> Self {
        Self {
            sure: survival.tier.words(),
            hoped: survival.tier_at_best.words(),
            rpo: survival.rpo_hours,
            lasts: survival.survives_hours,
            best: survival.best.as_ref().map(|arn| shown(arn.as_str()).into_owned()),
            raise: survival.raise.as_ref().map(|raise| shown(&raise.what).into_owned()),
        }
    }
}

#[derive(Serialize)]
struct ResourceData {
    arn: String,
    layers: Vec<(&'static str, String)>,
    account: SurvivalData,
    management: Option<SurvivalData>,
}

impl From<&ResourceSummary> for ResourceData {
    fn from(resource: &ResourceSummary) -> Self {
        let layers = resource.layers.all();
        Self {
            arn: shown(&resource.arn).into_owned(),
            layers: layers.iter().map(|(_, one)| (one.standing.as_str(), shown(&one.why).into_owned())).collect(),
            account: (&resource.account_takeover).into(),
            management: resource.management_takeover.as_ref().map(Into::into),
        }
    }
}

#[derive(Serialize)]
struct WaivedData {
    reason: String,
    owner: String,
    ticket: Option<String>,
    expires: String,
    approved_by: Option<String>,
}

impl From<&Waived> for WaivedData {
    fn from(waived: &Waived) -> Self {
        let text = |text: &str| shown(text).into_owned();
        Self {
            reason: text(&waived.reason),
            owner: text(&waived.owner),
            ticket: waived.ticket.as_deref().map(text),
            expires: waived.expires.to_string(),
            approved_by: waived.approved_by.as_deref().map(text),
        }
    }
}

/// The columns of the findings: the nth of each belongs to the nth finding. Numbers lead into the tables; -1 is none.
#[derive(Default, Serialize)]
struct Columns {
    check: Vec<i64>,
    /// One digit each: its place among the statuses.
    status: String,
    /// One digit each: its place among the severities.
    severity: String,
    account: Vec<i64>,
    region: Vec<i64>,
    kind: Vec<usize>,
    environment: Vec<i64>,
    class: Vec<i64>,
    message: Vec<usize>,
    arn: Vec<usize>,
    name: Vec<usize>,
    waived: Vec<i64>,
    evidence: Vec<Vec<usize>>,
}

#[derive(Serialize)]
struct Data {
    layers: Vec<&'static str>,
    layer_titles: Vec<&'static str>,
    severities: Vec<&'static str>,
    statuses: Vec<&'static str>,
    /// `[id, name, environment]`
    accounts: Vec<(String, Option<String>, Option<String>)>,
    checks: Vec<CheckData>,
    resources: Vec<ResourceData>,
    waived: Vec<WaivedData>,
    findings: Columns,
    evidence: Vec<Piece>,
    strings: Vec<String>,
}

fn place<T: PartialEq + Copy>(all: &[T], one: T) -> usize {
    all.iter().position(|item| *item == one).unwrap_or(0)
}

/// The verdicts in the order of the page: what nobody accepted first, then the worst, production before the rest.
pub(super) fn ordered(posture: &Posture) -> Vec<&Finding> {
    let mut findings: Vec<&Finding> = posture.findings.iter().collect();
    let environment = |finding: &Finding| match finding.subject.environment.as_deref() {
        Some("production") => 0_u8,
        None => 1,
        Some(_) => 2,
    };
    // A stable sort: the posture's order within.
    findings.sort_by_key(|finding| {
        (finding.waived.is_some(), finding.status, finding.severity, environment(finding), finding.layer)
    });
    if findings.len() > LIMIT {
        findings.retain(|finding| matches!(finding.status, Status::Fail | Status::Unknown));
        findings.truncate(LIMIT);
    }
    findings
}

/// Writes the data as JSON that no markup ends.
pub(super) fn write(posture: &Posture, out: &mut dyn Write) -> io::Result<()> {
    let data = data(posture);
    serde_json::to_writer(Inert(out), &data).map_err(io::Error::from)
}

fn data(posture: &Posture) -> Data {
    let mut table = Table::default();
    let mut evidences = Evidences::default();
    let mut columns = Columns::default();
    let mut waived: Vec<&Waived> = Vec::new();
    let checks: BTreeMap<&str, i64> = posture.checks.iter().map(|check| check.id.as_str()).zip(0..).collect();
    let accounts: BTreeMap<&str, i64> = posture.accounts.iter().map(|account| account.id.as_str()).zip(0..).collect();
    for finding in ordered(posture) {
        columns.check.push(checks.get(finding.check.as_str()).copied().unwrap_or(-1));
        columns.status.push_str(&place(Status::ALL, finding.status).to_string());
        columns.severity.push_str(&place(Severity::ALL, finding.severity).to_string());
        let account = finding.account.as_ref().and_then(|id| accounts.get(id.as_str())).copied();
        columns.account.push(account.unwrap_or(-1));
        columns.region.push(table.maybe(finding.region.as_ref().map(AsRef::as_ref)));
        columns.kind.push(table.of(&finding.subject.kind));
        columns.environment.push(table.maybe(finding.subject.environment.as_deref()));
        columns.class.push(table.maybe(finding.subject.class.as_deref()));
        columns.message.push(table.of(&finding.message));
        columns.arn.push(table.of(&finding.subject.arn));
        columns.name.push(table.of(&finding.subject.name));
        columns.waived.push(finding.waived.as_ref().map_or(-1, |one| {
            let known = waived.iter().position(|other| *other == one);
            let at = known.unwrap_or_else(|| {
                waived.push(one);
                waived.len() - 1
            });
            i64::try_from(at).unwrap_or(-1)
        }));
        columns.evidence.push(finding.evidence.iter().map(|one| evidences.of(one, &mut table)).collect());
    }
    Data {
        layers: Layer::ALL.iter().map(|layer| layer.as_str()).collect(),
        layer_titles: Layer::ALL.iter().map(|layer| layer.title()).collect(),
        severities: Severity::ALL.iter().map(|severity| severity.as_str()).collect(),
        statuses: Status::ALL.iter().map(|status| status.as_str()).collect(),
        accounts: posture
            .accounts
            .iter()
            .map(|account| {
                let text = |text: &String| shown(text).into_owned();
                (account.id.to_string(), account.name.as_ref().map(text), account.environment.as_ref().map(text))
            })
            .collect(),
        checks: posture.checks.iter().map(Into::into).collect(),
        resources: posture.resources.iter().map(Into::into).collect(),
        waived: waived.into_iter().map(Into::into).collect(),
        findings: columns,
        evidence: evidences.pieces,
        strings: table.strings,
    }
}

/// A writer of JSON within markup: `<`, `>` and `&` stand in JSON only within strings, where an escape says the same, and so do
/// the line separators of Unicode.
struct Inert<'w>(&'w mut dyn Write);

impl Write for Inert<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        while let Some(at) = rest.iter().position(|byte| matches!(byte, b'<' | b'>' | b'&')) {
            let (before, from) = rest.split_at(at);
            self.0.write_all(before)?;
            let (special, after) = from.split_at(1);
            let escape: &[u8] = match special {
                b"<" => b"\\u003c",
                b">" => b"\\u003e",
                _ => b"\\u0026",
            };
            self.0.write_all(escape)?;
            rest = after;
        }
        self.0.write_all(rest)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::fixture;

    fn written(posture: &Posture) -> String {
        let mut out = Vec::new();
        write(posture, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn no_text_ends_the_script_or_hides() {
        let mut posture = fixture::posture();
        let finding = posture.findings.first_mut().unwrap();
        finding.subject.name = "</script><script>alert(1)</script><!--\u{2028}\u{202e}&amp;".to_owned();
        finding.evidence.push(Evidence::Fact { path: "x".to_owned(), value: "</script>\u{2067}".into() });
        let text = written(&posture);
        assert!(!text.contains(['<', '>', '&', '\u{2028}', '\u{2029}', '\u{202e}', '\u{2067}']), "{text}");
        let json: Value = serde_json::from_str(&text).unwrap();
        let strings = json["strings"].as_array().unwrap();
        let name = "</script><script>alert(1)</script><!--\\u{2028}\\u{202e}&amp;";
        assert!(strings.iter().any(|text| text == name), "{strings:#?}");
        let value = "\"</script>\\\\u{2067}\"";
        assert!(strings.iter().any(|text| text == value), "{strings:#?}");
    }

    #[test]
    fn every_finding_is_a_place_in_every_column() {
        let posture = fixture::posture();
        let json: Value = serde_json::from_str(&written(&posture)).unwrap();
        for (name, column) in json["findings"].as_object().unwrap() {
            let length = column.as_array().map_or_else(|| column.as_str().unwrap().len(), Vec::len);
            assert_eq!(length, posture.findings.len(), "{name}");
        }
        // Failures first, the worst first, production first.
        assert_eq!(json["findings"]["status"].as_str().unwrap(), "00000111223");
        assert_eq!(json["findings"]["severity"].as_str().unwrap(), "00003000010");
    }

    #[test]
    fn evidence_is_kept_once() {
        let mut posture = fixture::posture();
        let finding = posture.findings.iter().find(|finding| !finding.evidence.is_empty()).unwrap().clone();
        let before = written(&posture).len();
        posture.findings.extend(std::iter::repeat_n(finding, 1_000));
        assert!(written(&posture).len() - before < 60_000);
    }
}
