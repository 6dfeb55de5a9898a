//! The findings for whoever has no script: the worst failures by check, and what is unknown.

use std::collections::BTreeMap;

use super::data::ordered;
use super::markup::{Accounts, count, esc, esc_lines, fragment, status_words};
use crate::model::finding::{Finding, Status};
use crate::model::posture::{CheckSummary, Posture};

/// The most verdicts that are written out.
const VERDICTS: usize = 300;

pub(super) fn findings(posture: &Posture) -> String {
    let accounts = Accounts::of(posture);
    let all: Vec<&Finding> =
        ordered(posture).into_iter().filter(|one| matches!(one.status, Status::Fail | Status::Unknown)).collect();
    if all.is_empty() {
        return "<p>Nothing fails, and nothing is unknown.</p>".to_owned();
    }
    let mut groups: Vec<(&str, Vec<&Finding>)> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in all.iter().take(VERDICTS) {
        let place = *places.entry(&finding.check).or_insert_with(|| {
            groups.push((&finding.check, Vec::new()));
            groups.len() - 1
        });
        if let Some((_, group)) = groups.get_mut(place) {
            group.push(finding);
        }
    }
    let each: String = groups.iter().map(|(id, findings)| group(posture, id, findings, &accounts)).collect();
    let more = all.len().saturating_sub(VERDICTS);
    let more = if more == 0 {
        String::new()
    } else {
        format!("<p>{} are left out here; with a script this page shows them all.</p>", count(more, "further verdict"))
    };
    each + &more
}

fn group(posture: &Posture, id: &str, findings: &[&Finding], accounts: &Accounts<'_>) -> String {
    let check = posture.checks.iter().find(|check| check.id == id);
    let items: String = findings
        .iter()
        .map(|finding| {
            let account = finding.account.as_ref().map(|id| accounts.text(id));
            let place: Vec<String> = [
                account,
                finding.region.as_ref().map(ToString::to_string),
                finding.subject.environment.clone(),
            ]
            .into_iter()
            .flatten()
            .collect();
            let waived = finding.waived.as_ref().map_or_else(String::new, |waived| {
                format!(", waived until {} by {}", waived.expires, esc(&waived.owner))
            });
            format!(
                "<li><b class=\"{}\">{}{waived}</b> <bdi class=\"name\">{}</bdi> <span class=\"quiet\">{}</span><br>{}</li>",
                if finding.status == Status::Fail { "bad" } else { "unknown" },
                status_words(finding.status),
                esc(&finding.subject.name),
                esc(&place.join(" · ")),
                esc(&finding.message)
            )
        })
        .collect();
    let severity = findings.first().map_or("", |finding| finding.severity.as_str());
    let title = check.map_or(id, |check| check.title.as_str());
    let mend = check.map_or_else(String::new, mend);
    format!(
        "<article class=\"group\" id=\"plain-{}\"><h3>{}</h3><p class=\"quiet\">{severity} · <code>{}</code></p><ul>{items}</ul>{mend}</article>",
        fragment(id),
        esc(title),
        esc(id)
    )
}

fn mend(check: &CheckSummary) -> String {
    let note = check.remediation.note.as_deref().map_or_else(String::new, |note| format!("<p>{}</p>", esc(note)));
    let code = |title: &str, text: &str| {
        if text.is_empty() { String::new() } else { format!("<h4>{title}</h4><pre>{}</pre>", esc_lines(text)) }
    };
    format!("{note}{}{}", code("Terraform", &check.remediation.terraform), code("AWS CLI", &check.remediation.cli))
}
