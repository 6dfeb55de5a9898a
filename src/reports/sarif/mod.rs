//! The posture as SARIF 2.1.0, made for GitHub code scanning and for every other reader. Knows `model` alone.
//!
//! Failures and unknowns are written; other verdicts where they are asked for. An unknown is what SARIF calls `open`: there
//! was too little information to decide. Its level is `none`, as the standard wants of whatever is no failure.
//!
//! GitHub wants a place in a repository for each result and refuses absolute addresses whose scheme is not that of its
//! checkout: the place is a relative one that stays the same from scan to scan, `aws/<account>/<region>/<id>`; the exact id is
//! the logical location. It refuses a run of more than 25,000 results and shows the worst 5,000: the worst 25,000 are
//! written, and what was left out is said.
//! <https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support>

mod document;

use std::collections::BTreeMap;
use std::io::{self, Write};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use crate::model::finding::{Finding, Severity, Status};
use crate::model::posture::{CheckSummary, Posture};
use crate::model::waiver::Waived;
use crate::reports::evidence::sentence;
use crate::reports::identity;
use crate::reports::lines::Lines;
use crate::reports::markup::{block, prose};
use crate::reports::stream::Stream;
use crate::reports::text::visible;
use crate::reports::words::{count, urgency};
use document::{
    ArtifactLocation, AutomationDetails, Configuration, Driver, Fingerprints, Help, Invocation, Location, Log,
    LogicalLocation, Notification, PhysicalLocation, Region, ResultProperties, Rule, RuleProperties, Run,
    RunProperties, SarifResult, Suppression, SuppressionProperties, Text, Tool,
};

/// The most results of a run that GitHub takes.
pub const MOST_RESULTS: usize = 25_000;

/// The statuses written where none is asked for.
pub const STATUSES: &[Status] = &[Status::Fail, Status::Unknown];

/// The longest description that GitHub takes, with room to spare.
const DESCRIPTION: usize = 1_000;

/// The longest message, in columns.
const MESSAGE: usize = 4_000;

/// How deep members and items get lines of their own: the members of the run, and its results.
const MEMBERS: usize = 3;
const ITEMS: usize = 4;

/// What stands as it is in a part of a place; the rest is percent-encoded.
const PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Writes the findings of the given statuses; none given is [`STATUSES`].
///
/// # Errors
/// What the writer says.
pub fn write(posture: &Posture, statuses: &[Status], out: &mut dyn Write) -> io::Result<()> {
    let statuses = if statuses.is_empty() { STATUSES } else { statuses };
    let mut findings: Vec<&Finding> = posture.findings.iter().filter(|f| statuses.contains(&f.status)).collect();
    // Worst first, so that what a limit cuts is the least; the findings' own order within.
    findings.sort_by_key(|finding| (finding.waived.is_some(), finding.status, finding.severity, urgency(finding)));
    let left_out = findings.len().saturating_sub(MOST_RESULTS);
    findings.truncate(MOST_RESULTS);
    let rules: BTreeMap<&str, usize> =
        posture.checks.iter().enumerate().map(|(index, check)| (check.id.as_str(), index)).collect();
    let (name, version) = posture.tool.split_once(' ').map_or((posture.tool.as_str(), None), |(n, v)| (n, Some(v)));
    let whose = posture.organization.as_ref().map_or(posture.caller.account.as_str(), |organization| &organization.id);
    let run = Run {
        tool: Tool { driver: Driver { name, version, rules: posture.checks.iter().map(rule).collect() } },
        automation_details: AutomationDetails { id: format!("palisade/{}/", utf8_percent_encode(whose, PART)) },
        invocations: [Invocation {
            execution_successful: true,
            start_time_utc: posture.taken_at.to_string(),
            end_time_utc: posture.ledger.iter().map(|entry| entry.last_at).max().map(|at| at.to_string()),
            tool_execution_notifications: notifications(posture, left_out),
        }],
        properties: RunProperties {
            statuses: statuses.iter().map(|status| status.as_str()).collect(),
            results_left_out: left_out,
            score_low: posture.score.map(|score| score.low),
            score_high: posture.score.map(|score| score.high),
        },
        results: Stream(findings.iter().map(|finding| result(finding, rules.get(finding.check.as_str()).copied()))),
    };
    let log = Log { schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] };
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, Lines::down_to(MEMBERS, ITEMS));
    log.serialize(&mut serializer).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

/// What a reader has to know besides the results.
fn notifications(posture: &Posture, left_out: usize) -> Vec<Notification> {
    let mut notes = Vec::new();
    let mut warn = |text: String| notes.push(Notification { level: "warning", message: Text { text } });
    if left_out > 0 {
        warn(format!(
            "{} left out: GitHub refuses more than {MOST_RESULTS}. The worst are here; --format json has all.",
            count(left_out, "result")
        ));
    }
    if !posture.gaps.is_empty() {
        warn(format!(
            "{} in what was read: the results that this leaves open are unknown.",
            count(posture.gaps.len(), "gap")
        ));
    }
    if !posture.not_judged.is_empty() {
        warn(format!("{} not judged by this version.", count(posture.not_judged.len(), "check")));
    }
    notes
}

fn rule(check: &CheckSummary) -> Rule<'_> {
    Rule {
        id: &check.id,
        name: name(&check.id),
        short_description: Text { text: plain(&check.title, DESCRIPTION) },
        full_description: Text { text: plain(&check.description, DESCRIPTION) },
        help_uri: check.related.iter().map(String::as_str).find(|page| page.starts_with("https://")),
        help: help(check),
        default_configuration: Configuration { level: level(check.severity) },
        properties: RuleProperties {
            // GitHub shows ten tags at most.
            tags: vec!["security", "aws", check.layer.as_str()],
            precision: "very-high",
            problem_severity: match check.severity {
                Severity::Critical | Severity::High => "error",
                Severity::Medium => "warning",
                Severity::Low => "recommendation",
            },
            security_severity: security_severity(check.severity),
            frameworks: &check.frameworks,
        },
    }
}

/// `deletion-rds-instance-protected` as `DeletionRdsInstanceProtected`: SARIF wants the name of a rule in one word.
fn name(id: &str) -> String {
    let words = id.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
        })
        .collect()
}

fn help(check: &CheckSummary) -> Help {
    let remediation = &check.remediation;
    let mut text = format!("{}\n", plain(&check.description, MESSAGE));
    let mut markdown = format!("{}\n", prose(&check.description.replace('\n', " ")));
    if let Some(note) = &remediation.note {
        text.push_str(&format!("\n{}\n", plain(note, MESSAGE)));
        markdown.push_str(&format!("\n{}\n", prose(&note.replace('\n', " "))));
    }
    for (title, language, code) in [("Terraform", "hcl", &remediation.terraform), ("AWS CLI", "sh", &remediation.cli)] {
        if !code.trim().is_empty() {
            text.push_str(&format!("\n{title}:\n{}\n", code.trim_end()));
            markdown.push_str(&format!("\n**{title}**\n\n{}", block(language, code)));
        }
    }
    let pages = check.related.iter().filter(|page| page.starts_with("https://"));
    for page in pages {
        text.push_str(&format!("\n{page}"));
        markdown.push_str(&format!("\n<{page}>\n"));
    }
    Help { text: doubled(text.trim_end()), markdown: doubled(markdown.trim_end()) }
}

fn result(finding: &Finding, rule_index: Option<usize>) -> SarifResult<'_> {
    let fingerprint = identity::short(&identity::of(finding));
    let subject = &finding.subject;
    SarifResult {
        rule_id: &finding.check,
        rule_index,
        kind: match finding.status {
            Status::Fail => "fail",
            Status::Unknown => "open",
            Status::Pass => "pass",
            Status::NotApplicable => "notApplicable",
        },
        // Of what is no failure the standard wants `none`.
        level: if finding.status == Status::Fail { level(finding.severity) } else { "none" },
        rank: match finding.severity {
            Severity::Critical => 95.0,
            Severity::High => 80.0,
            Severity::Medium => 55.0,
            Severity::Low => 20.0,
        },
        message: Text { text: message(finding) },
        locations: [Location {
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation { uri: place(finding) },
                region: Region { start_line: 1 },
            },
            logical_locations: [LogicalLocation {
                name: &subject.name,
                fully_qualified_name: &subject.arn,
                kind: "resource",
            }],
        }],
        partial_fingerprints: Fingerprints { line: format!("{fingerprint}:1"), verdict: fingerprint },
        suppressions: finding.waived.iter().map(suppression).collect(),
        properties: ResultProperties {
            status: finding.status.as_str(),
            severity: finding.severity.as_str(),
            layer: finding.layer.as_str(),
            account: finding.account.as_ref().map(AsRef::as_ref),
            region: finding.region.as_ref().map(AsRef::as_ref),
            subject_type: &subject.kind,
            environment: subject.environment.as_deref(),
            evidence: finding.evidence.iter().map(sentence).collect(),
        },
    }
}

/// The sentence with the name and the account before it: in a list of alerts nothing else names them.
fn message(finding: &Finding) -> String {
    let subject = &finding.subject;
    let name = if subject.name.is_empty() { &subject.arn } else { &subject.name };
    let place = match (&finding.account, &finding.region) {
        (Some(account), Some(region)) => format!(" in {account}, {region}"),
        (Some(account), None) => format!(" in {account}"),
        (None, _) => String::new(),
    };
    let unknown = if finding.status == Status::Unknown { "Unknown, and never a pass: " } else { "" };
    plain(&format!("{} {name}{place}: {unknown}{}", subject.kind.replace('_', " "), finding.message), MESSAGE)
}

/// A place that looks like a file of the repository: relative, and the same from scan to scan.
fn place(finding: &Finding) -> String {
    let account = finding.account.as_ref().map_or("organization", AsRef::as_ref);
    let region = finding.region.as_ref().map_or("global", AsRef::as_ref);
    let encoded = |part: &str| match part {
        // These would climb.
        "." | ".." => part.replace('.', "%2E"),
        part => utf8_percent_encode(part, PART).to_string(),
    };
    // An ARN's own parts are said already; what it names keeps its slashes.
    let own = finding.subject.arn.splitn(6, ':').collect::<Vec<_>>();
    let own = match own.as_slice() {
        ["arn", _, service, _, _, resource] => format!("{service}/{}", resource.replacen(':', "/", 1)),
        _ => finding.subject.arn.clone(),
    };
    let parts: Vec<String> = own.split('/').filter(|part| !part.is_empty()).map(encoded).collect();
    format!("aws/{account}/{region}/{}", if parts.is_empty() { "unnamed".to_owned() } else { parts.join("/") })
}

fn suppression(waived: &Waived) -> Suppression {
    let text = |text: &str| plain(text, MESSAGE);
    Suppression {
        kind: "external",
        status: "accepted",
        justification: text(&waived.reason),
        properties: SuppressionProperties {
            owner: text(&waived.owner),
            expires: waived.expires.to_string(),
            ticket: waived.ticket.as_deref().map(text),
            approved_by: waived.approved_by.as_deref().map(text),
        },
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

/// From 9.0 on GitHub says critical, from 7.0 high, from 4.0 medium.
fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
    }
}

/// Text as SARIF wants it: on one line, brackets escaped, for they make links, and braces doubled, for they hold the place of
/// arguments.
fn plain(text: &str, columns: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    doubled(&visible(&line, columns).replace('[', "\\[").replace(']', "\\]"))
}

fn doubled(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

#[cfg(test)]
mod tests;
