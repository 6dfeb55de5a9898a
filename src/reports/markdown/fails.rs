//! What fails, worst first, with how to mend it.

use super::{Names, Part, name_of, row, table};
use crate::model::finding::{Finding, Severity};
use crate::model::posture::{CheckSummary, Posture};
use crate::reports::failing::{self, Group};
use crate::reports::markup::{block, code, inline, prose};
use crate::reports::text::visible;
use crate::reports::words::count;

/// The most failures shown of one check.
const ROWS: usize = 100;

/// The most columns of a message.
const MESSAGE: usize = 600;

/// The failures, in at most `room` bytes.
pub(super) fn write(posture: &Posture, names: &Names<'_>, room: usize) -> String {
    let groups = failing::grouped(posture);
    let verdicts: usize = groups.iter().map(|group| group.findings.len()).sum();
    if verdicts == 0 {
        return "## Fails\n\nNothing is seen to fail.\n\n".to_owned();
    }
    let mut part = Part::new(room);
    part.add(&format!(
        "## Fails\n\n{} of {}, worst first.\n\n",
        count(verdicts, "verdict"),
        count(groups.len(), "guardrail")
    ));
    let mut shown = 0;
    for group in &groups {
        let check = posture.checks.iter().find(|check| check.id == group.check);
        let mending = check.map(mending).unwrap_or_default();
        let head = head(group, check) + &table(&["Subject", "Kind", "Environment", "Account", "Region", "Why"]);
        let rows: Vec<String> = group.findings.iter().take(ROWS).map(|finding| line(finding, names)).collect();
        // A check is begun where its head, a row and its remediation have room; nothing behind it is shown otherwise.
        let least = head.len() + rows.first().map_or(0, String::len) + mending.len() + NOTE;
        if !part.takes(least) {
            break;
        }
        part.add(&head);
        let mut here = 0;
        for row in &rows {
            if !part.takes(row.len() + mending.len() + NOTE) {
                break;
            }
            part.add(row);
            here += 1;
        }
        let rest = group.findings.len() - here;
        if rest > 0 {
            part.add(&format!("\n… and {rest} more of this check.\n"));
        }
        part.add(&mending);
        shown += group.findings.len();
        if here < rows.len() {
            break;
        }
    }
    if shown < verdicts {
        let rest = count(verdicts - shown, "verdict");
        part.note(&format!(
            "> [!IMPORTANT]\n> Cut here: {rest} of the less severe guardrails would make the page too long for GitHub. \
             `--format json` has all.\n\n"
        ));
    }
    part.text
}

/// What is kept free for saying how many rows are left out.
const NOTE: usize = 80;

fn head(group: &Group<'_>, check: Option<&CheckSummary>) -> String {
    let sign = match group.severity {
        Severity::Critical => "🔴",
        Severity::High => "🟠",
        Severity::Medium => "🟡",
        Severity::Low => "⚪",
    };
    let failures = count(group.findings.len(), "failure");
    let title = check.map(|check| format!("{} ", prose(&check.title))).unwrap_or_default();
    format!("### {sign} {}: {}\n\n{title}({}; {failures})\n\n", group.severity, code(group.check), group.layer)
}

fn line(finding: &Finding, names: &Names<'_>) -> String {
    let subject = &finding.subject;
    row(&[
        name_of(if subject.name.is_empty() { &subject.arn } else { &subject.name }),
        inline(&subject.kind.replace('_', " ")),
        inline(subject.environment.as_deref().unwrap_or("unknown")),
        finding.account.as_ref().map_or_else(|| "the organization".to_owned(), |id| names.show(id)),
        finding.region.as_ref().map(ToString::to_string).unwrap_or_default(),
        inline(&visible(&finding.message, MESSAGE)),
    ])
}

fn mending(check: &CheckSummary) -> String {
    let remediation = &check.remediation;
    let mut inner = String::new();
    if let Some(note) = &remediation.note {
        inner.push_str(&format!("{}\n\n", prose(&note.replace('\n', " "))));
    }
    for (language, text) in [("hcl", &remediation.terraform), ("sh", &remediation.cli)] {
        if !text.trim().is_empty() {
            inner.push_str(&block(language, text));
            inner.push('\n');
        }
    }
    if inner.is_empty() {
        "\n".to_owned()
    } else {
        format!("\n<details><summary>How to mend it</summary>\n\n{inner}</details>\n\n")
    }
}
