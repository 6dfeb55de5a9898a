//! `checks/README.md`, written from the checks; and the checks that this version does not judge yet.

use std::fmt::Write;

use super::load::Check;
use crate::model::finding::Layer;

/// Every id that palisade's checks will have, as agreed on 2026-11-21; those without a file are not judged yet.
const ALL_IDS: &str = include_str!("ids.txt");

/// The ids of the agreed list, in order.
pub(super) fn all_ids() -> impl Iterator<Item = &'static str> {
    ALL_IDS.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The ids that no check carries.
pub(super) fn not_judged(checks: &[Check]) -> Vec<String> {
    all_ids().filter(|id| !checks.iter().any(|check| check.metadata.id == *id)).map(str::to_owned).collect()
}

/// The index of palisade's own checks and of those of plans, in Markdown.
#[must_use]
pub fn index(checks: &[Check], plan: &[Check]) -> String {
    let mut text = String::from(
        "# Checks\n\nWritten by palisade from the METADATA of each check (`PALISADE_BLESS=1 cargo test checks` renews it). \
         `palisade checks show ID` prints a check whole.\n",
    );
    for layer in Layer::ALL {
        let here = checks.iter().filter(|check| check.built_in && check.metadata.layer == *layer);
        table(&format!("{layer} – {}", layer.title()), &here.collect::<Vec<_>>(), &mut text);
    }
    let of_plans: Vec<&Check> = plan.iter().filter(|check| check.built_in).collect();
    table("plan – changes of a plan, judged by `palisade ready --plan` alone", &of_plans, &mut text);
    let missing = not_judged(checks);
    if !missing.is_empty() {
        let _ = write!(text, "\n## Not judged yet\n\n{}\n", missing.join(", "));
    }
    text
}

fn table(title: &str, checks: &[&Check], text: &mut String) {
    if checks.is_empty() {
        return;
    }
    // Writing to a String cannot fail.
    let _ =
        write!(text, "\n## {title}\n\n| id | severity | subject | evidence | passes when |\n|---|---|---|---|---|\n");
    for check in checks {
        let metadata = &check.metadata;
        let subjects: Vec<&str> = metadata.subjects.iter().map(|kind| kind.as_str()).collect();
        let name = check.file.strip_prefix("checks/").unwrap_or(&check.file);
        let _ = writeln!(
            text,
            "| [{}]({name}) | {} | {} | {} | {} |",
            metadata.id,
            metadata.severity,
            subjects.join(", "),
            metadata.evidence.as_str(),
            metadata.title.replace('|', "\\|"),
        );
    }
}
