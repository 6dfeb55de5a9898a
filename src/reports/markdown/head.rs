//! The headline, the layers and the strips of production data.

use std::collections::BTreeSet;

use super::{Names, name_of, row, table};
use crate::model::facts::Standing;
use crate::model::finding::Severity;
use crate::model::gap::GapKind;
use crate::model::posture::{Posture, ResourceSummary};
use crate::reports::markup::{code, inline};
use crate::reports::strips;
use crate::reports::text::visible;
use crate::reports::words::{all_counts, count, first, interval, judged};

/// The most resources shown.
const RESOURCES: usize = 100;

pub(super) fn write(posture: &Posture, names: &Names<'_>) -> String {
    let whose = match &posture.organization {
        Some(organization) => format!("organization {}", code(&organization.id)),
        None => match posture.accounts.as_slice() {
            [] => format!("account {}", names.show(&posture.caller.account)),
            [account] => format!("account {}", names.show(&account.id)),
            accounts => count(accounts.len(), "account"),
        },
    };
    let taken = posture.taken_at.strftime("%Y-%m-%d %H:%M UTC");
    let mut out = format!("# Posture of {whose}\n\nRead {taken}, judged by {}.\n\n", code(&posture.tool));
    out.push_str(&headline(posture));
    out.push_str(&warnings(posture));
    out.push_str(&layers(posture));
    out.push_str(&resources(posture, names));
    out
}

fn headline(posture: &Posture) -> String {
    let score =
        posture.score.map_or_else(|| "nothing was judged".to_owned(), |score| format!("{} of 100", interval(score)));
    let critical: Vec<&str> = posture
        .findings
        .iter()
        .filter(|finding| finding.fails() && finding.severity == Severity::Critical)
        .map(|finding| finding.check.as_str())
        .collect();
    let guardrails = critical.iter().collect::<BTreeSet<_>>().len();
    let fails = match guardrails {
        0 => "no critical guardrail is seen to fail".to_owned(),
        1 => format!("1 critical guardrail fails: {}", count(critical.len(), "verdict")),
        many => format!("{many} critical guardrails fail: {}", count(critical.len(), "verdict")),
    };
    let all = all_counts(posture);
    let asked = all.passed + all.failed + all.unknown;
    let evidence = match ((all.passed + all.failed) * 100).checked_div(asked) {
        Some(share) => format!("{share} % of {} could be judged, {} unknown", count(asked, "verdict"), all.unknown),
        None => "no verdict".to_owned(),
    };
    let gaps = if posture.gaps.is_empty() { String::new() } else { format!("; {}", count(posture.gaps.len(), "gap")) };
    let waived = if all.waived == 0 { String::new() } else { format!("; {} waived", all.waived) };
    let scanned = posture.accounts.iter().filter(|account| account.scanned).count();
    let accounts = count(posture.accounts.len(), "account");
    format!("**Score: {score}.** {fails}. {evidence}{gaps}{waived}. {scanned} of {accounts} read.\n\n")
}

/// What every reader must know before believing the rest.
fn warnings(posture: &Posture) -> String {
    let mut lines = Vec::new();
    let empty = &posture.scope.treat_as_empty;
    let hidden: BTreeSet<String> = posture
        .gaps
        .iter()
        .filter(|placed| placed.gap.kind == GapKind::RegionDenied)
        .filter_map(|placed| placed.region.as_ref())
        .filter(|region| !empty.contains(region))
        .map(ToString::to_string)
        .collect();
    if !hidden.is_empty() {
        let regions: Vec<String> = hidden.into_iter().collect();
        let number = count(regions.len(), "region");
        lines.push(format!("A service control policy hides {number} ({}).", first(&regions, 6, "region")));
    }
    if !empty.is_empty() {
        let regions: Vec<String> = empty.iter().map(ToString::to_string).collect();
        lines.push(format!("On the owner's word nothing lies in {}.", regions.join(", ")));
    }
    if lines.is_empty() { String::new() } else { format!("> [!WARNING]\n> {}\n\n", lines.join("\\\n> ")) }
}

fn layers(posture: &Posture) -> String {
    let waived = posture.layers.iter().any(|layer| layer.counts.waived > 0);
    let mut titles = vec!["Layer", ">Score", ">Checks", ">Pass", ">Fail", ">Unknown", ">N/A"];
    if waived {
        titles.push(">Waived");
    }
    let mut out = table(&titles);
    for layer in &posture.layers {
        let (of_these, agreed) = judged(posture, layer);
        let counts = layer.counts;
        let mut cells = vec![
            inline(&layer.title),
            layer.score.map_or_else(|| "not judged".to_owned(), interval),
            format!("{of_these}/{agreed}"),
        ];
        let numbers = [counts.passed, counts.failed, counts.unknown, counts.not_applicable];
        cells.extend(numbers.iter().map(ToString::to_string));
        if waived {
            cells.push(counts.waived.to_string());
        }
        out.push_str(&row(&cells));
    }
    out + "\n"
}

fn resources(posture: &Posture, names: &Names<'_>) -> String {
    if posture.resources.is_empty() {
        return String::new();
    }
    let resources = strips::worst_first(posture);
    let mut out =
        "## Production data\n\nWhich layers stand, and what survives its whole account turning against it.\n\n"
            .to_owned();
    let titles = ["Data", "Account", "SCP", "Separation", "Deletion", "Backup", "State", "Survives", "Data lost"];
    out.push_str(&table(&titles));
    for resource in resources.iter().take(RESOURCES) {
        out.push_str(&strip(resource, names));
    }
    let rest = resources.len().saturating_sub(RESOURCES);
    if rest > 0 {
        out.push_str(&format!("\n… and {rest} more, none of them worse.\n"));
    }
    if let Some(worst) = resources.first()
        && let Some(raise) = &worst.account_takeover.raise
    {
        out.push_str(&format!("\nWhat would raise {} most: {}.\n", shown(worst), inline(&visible(&raise.what, 600))));
    }
    out + "\n"
}

fn shown(resource: &ResourceSummary) -> String {
    name_of(if resource.name.is_empty() { &resource.arn } else { &resource.name })
}

fn strip(resource: &ResourceSummary, names: &Names<'_>) -> String {
    let mut cells = vec![shown(resource), resource.account.as_ref().map(|id| names.show(id)).unwrap_or_default()];
    let marks = resource.layers.all().map(|(_, one)| match one.standing {
        Standing::Held => "✅",
        Standing::Failed => "❌",
        Standing::Unknown => "❔",
    });
    cells.extend(marks.map(str::to_owned));
    cells.push(strips::tiers(&resource.account_takeover));
    cells.push(strips::lost(&resource.account_takeover));
    row(&cells)
}
