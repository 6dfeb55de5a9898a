//! What fails, worst first, grouped by check.

use unicode_width::UnicodeWidthStr;

use super::page::{Accounts, Page, Paint, count};
use crate::model::finding::Finding;
use crate::model::posture::{Posture, RemediationSummary};
use crate::reports::failing::{self, Group};
use crate::reports::text::{visible, wrap};
pub(super) use crate::reports::words::urgency;

/// What stands before a subject.
const INDENT: usize = 4;

/// What stands between two columns.
const GUTTER: usize = 2;

/// What stands before a remediation.
const LEAD: &str = "  mend:   ";

/// The longest name shown, in columns.
const NAME: usize = 48;

pub(super) fn write(posture: &Posture, page: &mut Page) {
    let groups = failing::grouped(posture);
    let verdicts: usize = groups.iter().map(|group| group.findings.len()).sum();
    if verdicts == 0 {
        page.heading("FAILS", "nothing is seen to fail");
        return;
    }
    page.heading(
        "FAILS",
        &format!("{} of {}, worst first", count(verdicts, "verdict"), count(groups.len(), "guardrail")),
    );
    let accounts = Accounts::of(posture);
    for Group { severity, layer, check: id, findings } in groups {
        let check = posture.checks.iter().find(|check| check.id == id);
        page.blank();
        let word = page.paint(Paint::of(severity), severity.as_str());
        let name = page.paint(Paint::Strong, &visible(id, 72));
        page.line(&format!("{word}  {name}"));
        let title = check.map_or("", |check| check.title.as_str());
        page.sentence("  ", &format!("{title} ({layer}; {})", count(findings.len(), "failure")), Paint::Dim);
        subjects(&findings, &accounts, page);
        if let Some(check) = check {
            mending(&check.remediation, page);
        }
    }
}

/// The subjects, those with the same message together and the message once below them.
fn subjects(findings: &[&Finding], accounts: &Accounts<'_>, page: &mut Page) {
    let mut left = page.subjects();
    let mut seen: Vec<&str> = Vec::new();
    for finding in findings {
        let message = finding.message.as_str();
        if left == 0 || seen.contains(&message) {
            continue;
        }
        seen.push(message);
        let alike: Vec<&Finding> =
            findings.iter().filter(|other| other.message == message).take(left).copied().collect();
        left -= alike.len();
        rows(&alike, accounts, page);
        page.sentence("      ", message, Paint::Plain);
    }
    let rest = findings.len().saturating_sub(page.subjects());
    if rest > 0 {
        let line = page.paint(Paint::Dim, &format!("  … and {rest} more"));
        page.line(&line);
    }
}

/// One line per subject, in columns where the page has room for them: name, kind, environment, account, region.
fn rows(findings: &[&Finding], accounts: &Accounts<'_>, page: &mut Page) {
    let cells: Vec<[String; 6]> = findings.iter().map(|finding| row(finding, accounts)).collect();
    let width =
        |column: usize| cells.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0);
    // Where there is no room for all, the kind follows from the check, and the account is known by its name.
    for columns in [[0, 1, 2, 3, 5].as_slice(), &[0, 2, 3, 5], &[0, 2, 4, 5]] {
        let shown: Vec<usize> = columns.iter().copied().filter(|column| width(*column) > 0).collect();
        let wanted: usize = shown.iter().map(|column| width(*column) + GUTTER).sum();
        if wanted + INDENT <= page.width() {
            for row in &cells {
                let mut line = "  - ".to_owned();
                for cell in shown.iter().filter_map(|column| Some((row.get(*column)?, width(*column)))) {
                    let (text, width) = cell;
                    line.push_str(text);
                    line.push_str(&" ".repeat(width.saturating_sub(text.width()) + GUTTER));
                }
                page.line(&line);
            }
            return;
        }
    }
    for row in &cells {
        let [name, _, environment, account, _, region] = row;
        let text = [name, environment, account, region].map(String::as_str);
        let text = text.into_iter().filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(", ");
        page.sentence("  - ", &text, Paint::Plain);
    }
}

/// What is shown of a subject; its exact id where it has no name.
fn row(finding: &Finding, accounts: &Accounts<'_>) -> [String; 6] {
    let subject = &finding.subject;
    let name = if subject.name.is_empty() { &subject.arn } else { &subject.name };
    [
        visible(name, NAME),
        visible(&subject.kind.replace('_', " "), 24),
        visible(subject.environment.as_deref().unwrap_or_default(), 24),
        finding.account.as_ref().map(|id| accounts.show(id)).unwrap_or_default(),
        finding.account.as_ref().map(|id| accounts.name(id)).unwrap_or_default(),
        finding.region.as_ref().map(ToString::to_string).unwrap_or_default(),
    ]
}

/// What to know before, and the first command, each cut to two lines: `palisade checks show` has all of it.
fn mending(remediation: &RemediationSummary, page: &mut Page) {
    let width = page.width().saturating_sub(LEAD.len());
    let flat = |text: &str| visible(&text.split_whitespace().collect::<Vec<_>>().join(" "), width * 2 - width / 8);
    let note = remediation.note.as_deref().map(flat);
    let texts = [note, remediation.first_command().map(|command| flat(&command))];
    let lines = texts.iter().flatten().flat_map(|text| wrap(text, width));
    for (index, line) in lines.enumerate() {
        let lead = if index == 0 { LEAD } else { "          " };
        page.line(&format!("{lead}{line}"));
    }
}
