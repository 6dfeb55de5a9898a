//! What fails, worst first, grouped by check.

use std::collections::BTreeMap;

use super::page::{Accounts, Page, Paint, count};
use crate::model::finding::{Finding, Layer, Severity, Status};
use crate::model::posture::{Posture, RemediationSummary};
use crate::reports::text::{visible, visible_lines, wrap};

/// The most lines of a remediation's note, about.
const NOTE_LINES: usize = 3;

/// The most lines of a remediation's command.
const CLI_LINES: usize = 4;

/// What stands before a remediation.
const LEAD: &str = "  mend:   ";

/// The longest name shown, in columns.
const NAME: usize = 48;

pub(super) fn write(posture: &Posture, page: &mut Page) {
    let mut groups: BTreeMap<(Severity, Layer, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in posture.findings.iter().filter(|finding| finding.status == Status::Fail) {
        groups.entry((finding.severity, finding.layer, &finding.check)).or_default().push(finding);
    }
    let verdicts: usize = groups.values().map(Vec::len).sum();
    if verdicts == 0 {
        page.heading("FAILS", "nothing is seen to fail");
        return;
    }
    page.heading(
        "FAILS",
        &format!("{} of {}, worst first", count(verdicts, "verdict"), count(groups.len(), "guardrail")),
    );
    let accounts = Accounts::of(posture);
    for ((severity, layer, id), mut findings) in groups {
        findings.sort_by_key(|finding| urgency(finding));
        let check = posture.checks.iter().find(|check| check.id == id);
        page.blank();
        let word = page.paint(Paint::of(severity), severity.as_str());
        let name = page.paint(Paint::Strong, &visible(id, 72));
        page.line(&format!("{word}  {name}"));
        let title = check.map_or("", |check| check.title.as_str());
        page.sentence("  ", &format!("{title} ({layer}; {})", count(findings.len(), "failure")), Paint::Dim);
        if page.wide() {
            columns(&findings, &accounts, page);
        } else {
            stacked(&findings, &accounts, page);
        }
        if let Some(check) = check {
            mending(&check.remediation, page);
        }
    }
}

/// Production first, then what may be production, then the rest; the findings' own order within.
fn urgency(finding: &Finding) -> u8 {
    match finding.subject.environment.as_deref() {
        Some("production") => 0,
        None => 1,
        Some(_) => 2,
    }
}

/// The subject's name with its kind, or its exact id where it has no name.
fn subject(finding: &Finding) -> String {
    let name = if finding.subject.name.is_empty() { &finding.subject.arn } else { &finding.subject.name };
    visible(name, NAME)
}

fn kind(finding: &Finding) -> String {
    let words = [Some(finding.subject.kind.as_str()), finding.subject.environment.as_deref()];
    visible(&words.into_iter().flatten().collect::<Vec<_>>().join(", ").replace('_', " "), 60)
}

fn place(finding: &Finding, accounts: &Accounts<'_>) -> Vec<String> {
    let account = finding.account.as_ref().map(|id| accounts.show(id));
    account.into_iter().chain(finding.region.as_ref().map(ToString::to_string)).collect()
}

fn stacked(findings: &[&Finding], accounts: &Accounts<'_>, page: &mut Page) {
    for finding in findings.iter().take(page.subjects()) {
        let place = place(finding, accounts).join(", ");
        let rest = if place.is_empty() { kind(finding) } else { format!("{} in {place}", kind(finding)) };
        page.sentence("  - ", &format!("{}: {rest}", subject(finding)), Paint::Plain);
        page.sentence("      ", &finding.message, Paint::Plain);
    }
    more(findings.len(), page);
}

fn columns(findings: &[&Finding], accounts: &Accounts<'_>, page: &mut Page) {
    let mut table = page.table(&[]);
    for finding in findings.iter().take(page.subjects()) {
        let place = place(finding, accounts).join("\n");
        let name = wrap(&subject(finding), NAME).join("\n");
        table.add_row(vec![format!("- {name}\n  {}", kind(finding)), place, visible(&finding.message, 1_200)]);
    }
    page.put(&table);
    more(findings.len(), page);
}

fn more(all: usize, page: &mut Page) {
    let rest = all.saturating_sub(page.subjects());
    if rest > 0 {
        let line = page.paint(Paint::Dim, &format!("  … and {rest} more"));
        page.line(&line);
    }
}

/// What to know before, cut, and the command; `palisade checks show` has all of it, Terraform included.
fn mending(remediation: &RemediationSummary, page: &mut Page) {
    let width = page.width().saturating_sub(LEAD.len());
    let mut lines = Vec::new();
    if let Some(note) = &remediation.note {
        let note = visible(&note.split_whitespace().collect::<Vec<_>>().join(" "), width * NOTE_LINES);
        lines.extend(wrap(&note, width));
    }
    let cli = visible_lines(&remediation.cli, 2_000);
    let shown = cli.len().min(CLI_LINES);
    for line in cli.iter().take(shown) {
        let indent = line.len() - line.trim_start().len();
        lines.extend(wrap(line, width.saturating_sub(indent)).into_iter().map(|part| " ".repeat(indent) + &part));
    }
    if cli.len() > shown {
        lines.push("…".to_owned());
    }
    for (index, line) in lines.iter().enumerate() {
        let lead = if index == 0 { LEAD } else { "          " };
        page.line(&format!("{lead}{line}"));
    }
}
