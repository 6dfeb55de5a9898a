//! Verdicts of one check laid open for a person: each with the facts, the statements and the calls that it rests on.

use std::collections::BTreeMap;
use std::io::{self, Write};

use jiff::Timestamp;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use super::page::{Accounts, Page, Paint, count, first};
use super::{Options, failures::urgency};
use crate::model::finding::{Evidence, Finding, Status};
use crate::model::ids::AccountId;
use crate::model::posture::{CheckSummary, Posture};
use crate::reports::text::visible;

/// The widest that a value may be before it is cut, in columns.
const VALUE: usize = 600;

/// How deep lists and objects are laid open; what lies deeper is shown as JSON.
const DEEPEST: usize = 6;

/// Writes the findings that `select` picks, the worst first; at most `options.subjects` of each status, the others
/// counted. Nothing that the posture holds of them is left out of one that is shown.
///
/// # Errors
/// What the writer says.
pub fn write(
    posture: &Posture,
    check: &CheckSummary,
    findings: &[&Finding],
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page::new(*options);
    let accounts = Accounts::of(posture);
    page.line(&page.paint(Paint::Strong, &check.id));
    page.sentence("  ", &check.title, Paint::Plain);
    page.labelled("severity", check.severity.as_str(), Paint::Plain);
    page.labelled("verdicts", &counted(findings), Paint::Plain);
    for status in Status::ALL {
        let mut here: Vec<&&Finding> = findings.iter().filter(|finding| finding.status == *status).collect();
        here.sort_by_key(|finding| (finding.severity, urgency(finding)));
        for finding in here.iter().take(page.subjects()) {
            one(finding, &accounts, &mut page);
        }
        let rest = here.len().saturating_sub(page.subjects());
        if rest > 0 {
            page.blank();
            let word = match status {
                Status::Fail => "fail",
                Status::Pass => "pass",
                Status::Unknown => "are unknown",
                Status::NotApplicable => "are not applicable",
            };
            page.line(&format!("… and {rest} more that {word}; --all shows them"));
        }
    }
    if findings.iter().any(|finding| matches!(finding.status, Status::Fail | Status::Unknown)) {
        mending(check, &mut page);
    }
    out.write_all(page.text().as_bytes())
}

fn counted(findings: &[&Finding]) -> String {
    let of = |status: Status| findings.iter().filter(|finding| finding.status == status).count();
    let words = Status::ALL.iter().map(|status| (of(*status), status.as_str().replace('_', " ")));
    let words: Vec<String> =
        words.filter(|(number, _)| *number > 0).map(|(number, word)| format!("{number} {word}")).collect();
    if words.is_empty() { "none: nothing here is judged by this check".to_owned() } else { words.join(", ") }
}

fn one(finding: &Finding, accounts: &Accounts<'_>, page: &mut Page) {
    let paint = match finding.status {
        Status::Fail => Paint::of(finding.severity),
        Status::Unknown => Paint::Warn,
        Status::Pass => Paint::Good,
        Status::NotApplicable => Paint::Dim,
    };
    page.blank();
    let status = page.paint(paint, &finding.status.as_str().replace('_', " ").to_uppercase());
    let subject = &finding.subject;
    page.line(&format!("{status}  {}", visible(&subject.arn, page.width().saturating_sub(16))));
    let name = if subject.name == subject.arn { "" } else { subject.name.as_str() };
    let place = [
        (!name.is_empty()).then(|| visible(name, 64)),
        Some(subject.kind.replace('_', " ")),
        subject.environment.clone(),
        finding.account.as_ref().map(|id| accounts.show(id)),
        finding.region.as_ref().map(ToString::to_string),
    ];
    page.labelled("subject", &place.into_iter().flatten().collect::<Vec<_>>().join(", "), Paint::Plain);
    page.labelled("severity", finding.severity.as_str(), Paint::Plain);
    page.labelled("because", &finding.message, paint);
    facts(finding, page);
    reads(finding, accounts, page);
}

fn facts(finding: &Finding, page: &mut Page) {
    let mut first = true;
    for evidence in &finding.evidence {
        let Evidence::Fact { path, value } = evidence else { continue };
        if first {
            page.line("  facts");
            first = false;
        }
        lay(page, "    ", path, value, 0);
    }
}

/// One value under its name: a scalar or a short list beside it, what holds more below it.
fn lay(page: &mut Page, indent: &str, name: &str, value: &Value, depth: usize) {
    let lead = format!("{indent}{}: ", visible(name, 80));
    let deeper = format!("{indent}  ");
    match value {
        Value::Object(members) if depth < DEEPEST && !members.is_empty() => {
            page.line(lead.trim_end());
            for (name, value) in members.iter().filter(|(_, value)| !empty(value)) {
                lay(page, &deeper, name, value, depth + 1);
            }
        }
        Value::Array(items) if depth < DEEPEST && items.iter().any(|item| item.is_object() || item.is_array()) => {
            page.line(lead.trim_end());
            for (index, item) in items.iter().enumerate() {
                lay(page, &deeper, &format!("{}", index + 1), item, depth + 1);
            }
        }
        other => page.sentence(&lead, &scalar(other), Paint::Plain),
    }
}

fn empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

fn scalar(value: &Value) -> String {
    let text = match value {
        Value::Null => "none".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => items.iter().map(scalar).collect::<Vec<_>>().join(", "),
        Value::Object(members) if members.is_empty() => "none".to_owned(),
        other => other.to_string(),
    };
    visible(&text, VALUE)
}

/// The regions that were asked, and when the last answer came.
type Calls = (Vec<String>, Option<Timestamp>);

/// The calls behind the verdict, those of several regions taken together, and what could not be read.
fn reads(finding: &Finding, accounts: &Accounts<'_>, page: &mut Page) {
    let mut calls: BTreeMap<(Option<&AccountId>, String), Calls> = BTreeMap::new();
    for evidence in &finding.evidence {
        let Evidence::Read { account, region, operations, read_at, .. } = evidence else { continue };
        let made = operations.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let (regions, last) = calls.entry((account.as_ref(), made)).or_default();
        regions.extend(region.as_ref().map(ToString::to_string));
        *last = (*last).max(*read_at);
    }
    if !calls.is_empty() {
        page.line("  read");
    }
    for ((account, made), (regions, last)) in calls {
        let place = account.map_or_else(|| "the organization".to_owned(), |id| accounts.show(id));
        let regions = if regions.is_empty() { String::new() } else { format!(", {}", first(&regions, 6, "region")) };
        let at = last.map_or_else(|| "not called".to_owned(), |at| at.to_string());
        page.sentence("    ", &format!("{made} in {place}{regions}; {at}"), Paint::Plain);
    }
    let mut begun = false;
    for evidence in &finding.evidence {
        let Evidence::Gap { account, regions, collection, gap } = evidence else { continue };
        if !begun {
            page.line("  not read");
            begun = true;
        }
        let place = account.as_ref().map_or_else(|| "the organization".to_owned(), |id| accounts.show(id));
        let regions = match regions.len() {
            0 => String::new(),
            1..=3 => format!(" in {}", regions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
            many => format!(" in {}", count(many, "region")),
        };
        let text = format!(
            "{} of {place}{regions}: {} ({}): {}",
            collection.as_str(),
            gap.kind.as_str(),
            gap.operation,
            gap.message
        );
        page.sentence("    ", &text, Paint::Warn);
    }
}

fn mending(check: &CheckSummary, page: &mut Page) {
    page.heading("How to mend it", "");
    if let Some(note) = &check.remediation.note {
        page.sentence("  ", &note.split_whitespace().collect::<Vec<_>>().join(" "), Paint::Plain);
    }
    for (title, text) in [("Terraform", &check.remediation.terraform), ("AWS CLI", &check.remediation.cli)] {
        if text.trim().is_empty() {
            continue;
        }
        page.line(&format!("  {title}"));
        for line in text.trim_end().lines() {
            // Code is not wrapped: it is there to be copied.
            page.line(&format!("    {}", visible(line, 400.max(line.width()))));
        }
    }
}
