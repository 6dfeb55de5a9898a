//! What people remember: per piece of production data the strip of its five layers, and what would survive.

use super::page::{Accounts, Page, Paint};
use crate::model::facts::{Standing, Tier};
use crate::model::posture::{Posture, ResourceSummary, SurvivalSummary};
use crate::reports::text::visible;

/// The most resources shown, as a multiple of the subjects under a check: a strip takes one line.
const LINES: usize = 3;

/// The longest name shown, in columns.
const NAME: usize = 34;

/// The longest name of an account shown, in columns.
const ACCOUNT: usize = 20;

pub(super) fn write(posture: &Posture, page: &mut Page) {
    if posture.resources.is_empty() {
        return;
    }
    page.heading("PRODUCTION DATA", "what stands against one destroy, and what survives its whole account");
    page.blank();
    let accounts = Accounts::of(posture);
    let mut resources: Vec<&ResourceSummary> = posture.resources.iter().collect();
    // The worst first.
    resources.sort_by(|a, b| worth(a).cmp(&worth(b)).then_with(|| a.arn.cmp(&b.arn)));
    let most = page.subjects().saturating_mul(LINES);
    let mut table = page.table(&["Data", "Account", "Stands", "Survives", "Data lost"]);
    for resource in resources.iter().take(most) {
        let name = if resource.name.is_empty() { &resource.arn } else { &resource.name };
        let account = resource.account.as_ref().map(|id| accounts.name(id)).unwrap_or_default();
        let (tier, paint) = tiers(&resource.account_takeover);
        table.add_row([
            visible(name, NAME),
            visible(&account, ACCOUNT),
            strip(resource, page),
            page.paint(paint, &tier),
            lost(&resource.account_takeover),
        ]);
    }
    page.put(&table);
    let rest = resources.len().saturating_sub(most);
    if rest > 0 {
        let line = page.paint(Paint::Dim, &format!("  … and {rest} more"));
        page.line(&line);
    }
    let legend = "Stands: deny policies, account separation, deletion protection, backups, state; \
                  ✓ held, ✗ failed, ? unknown";
    page.sentence("  ", legend, Paint::Dim);
    management(&resources, page);
    if let Some(worst) = resources.first()
        && let Some(raise) = &worst.account_takeover.raise
    {
        let name = visible(if worst.name.is_empty() { &worst.arn } else { &worst.name }, NAME);
        page.sentence("  ", &format!("What would raise {name} most: {}", raise.what), Paint::Plain);
    }
}

/// How many layers stand, then the tier.
fn worth(resource: &ResourceSummary) -> (usize, Tier, Tier) {
    let held = resource.layers.all().iter().filter(|(_, one)| one.standing == Standing::Held).count();
    (held, resource.account_takeover.tier, resource.account_takeover.tier_at_best)
}

fn strip(resource: &ResourceSummary, page: &Page) -> String {
    let cells = resource.layers.all().map(|(_, one)| match one.standing {
        Standing::Held => page.paint(Paint::Good, "✓"),
        Standing::Failed => page.paint(Paint::Bad, "✗"),
        Standing::Unknown => page.paint(Paint::Warn, "?"),
    });
    cells.join(" ")
}

fn tiers(survival: &SurvivalSummary) -> (String, Paint) {
    let (sure, hoped) = (survival.tier, survival.tier_at_best);
    let text = if sure == hoped { sure.words().to_owned() } else { format!("{} to {}", sure.words(), hoped.words()) };
    let paint = match (sure, hoped) {
        (Tier::Immutable, _) => Paint::Good,
        (_, Tier::SharedFate | Tier::None) => Paint::Bad,
        _ => Paint::Warn,
    };
    (text, paint)
}

/// What would be lost where something survives: the age of the best survivor's data.
fn lost(survival: &SurvivalSummary) -> String {
    match (survival.tier, survival.rpo_hours) {
        (Tier::None | Tier::SharedFate, _) => "all of it".to_owned(),
        (_, None) => "unknown".to_owned(),
        (_, Some(hours)) if hours < 48.0 => format!("{hours} h"),
        (_, Some(hours)) => format!("{:.0} d", hours / 24.0),
    }
}

/// Where the management account turns, less may be left.
fn management(resources: &[&ResourceSummary], page: &mut Page) {
    let less = resources.iter().filter(|resource| {
        resource.management_takeover.as_ref().is_some_and(|one| one.tier < resource.account_takeover.tier)
    });
    let number = less.count();
    if number > 0 {
        let verb = if number == 1 { "survives" } else { "survive" };
        let text = format!("Against the management account {number} of these {verb} at a lower tier.");
        page.sentence("  ", &text, Paint::Warn);
    }
}
