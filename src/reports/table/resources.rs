//! What people remember: per piece of production data the strip of its five layers, and what would survive.

use unicode_width::UnicodeWidthStr;

use super::page::{Accounts, Page, Paint};
use crate::model::facts::{Standing, Tier};
use crate::model::posture::{Posture, ResourceSummary, SurvivalSummary};
use crate::reports::text::visible;
use crate::reports::{no_backup, strips};

/// The most resources shown, as a multiple of the subjects under a check: a strip takes one line.
const LINES: usize = 3;

/// The longest name shown, in columns.
const NAME: usize = 28;

/// The least that is shown of a name, in columns.
const NARROWEST: usize = 6;

/// What stands before the first column and between two.
const GUTTER: usize = 2;

/// The most lines about what is no backup.
const NO_BACKUPS: usize = 5;

/// The longest name of an account shown, in columns.
const ACCOUNT: usize = 18;

pub(super) fn write(posture: &Posture, page: &mut Page) {
    if posture.resources.is_empty() {
        return;
    }
    page.heading("PRODUCTION DATA", "which layers stand, and what survives the account");
    page.blank();
    let accounts = Accounts::of(posture);
    let resources = strips::worst_first(posture);
    let most = page.subjects().saturating_mul(LINES);
    let rows: Vec<Row> = resources.iter().take(most).map(|resource| row(resource, &accounts, page)).collect();
    columns(&rows, page);
    let rest = resources.len().saturating_sub(most);
    if rest > 0 {
        let line = page.paint(Paint::Dim, &format!("  … and {rest} more"));
        page.line(&line);
    }
    let legend = "Stands: deny policies, account separation, deletion protection, backups, state; \
                  ✓ held, ✗ failed, ? unknown";
    page.sentence("  ", legend, Paint::Dim);
    management(&resources, page);
    no_backups(&resources, page);
    if let Some(worst) = resources.first()
        && let Some(raise) = &worst.account_takeover.raise
    {
        let name = visible(if worst.name.is_empty() { &worst.arn } else { &worst.name }, NAME);
        page.sentence("  ", &format!("What would raise {name} most: {}", raise.what), Paint::Plain);
    }
}

/// What a line shows: the text of each cell, and as it is painted.
type Row = [(String, String); 5];

fn row(resource: &ResourceSummary, accounts: &Accounts<'_>, page: &Page) -> Row {
    let name = visible(if resource.name.is_empty() { &resource.arn } else { &resource.name }, NAME);
    let account = resource.account.as_ref().map(|id| accounts.name(id)).unwrap_or_default();
    let account = visible(&account, ACCOUNT);
    let (tier, paint) = tiers(&resource.account_takeover);
    let lost = strips::lost(&resource.account_takeover);
    let cells = resource.layers.all().map(|(_, one)| mark(one.standing));
    let marks = cells.map(|(mark, _)| mark).join(" ");
    let painted = cells.map(|(mark, paint)| page.paint(paint, mark)).join(" ");
    let plain = |text: String| (text.clone(), text);
    [plain(name), plain(account), (marks, painted), (tier.clone(), page.paint(paint, &tier)), plain(lost)]
}

/// Sets the lines in columns; where there is no room for the account, it is left out.
fn columns(rows: &[Row], page: &mut Page) {
    let titles = ["Data", "Account", "Stands", "Survives", "Data lost"];
    let head: Row = titles.map(|title| (title.to_owned(), page.paint(Paint::Dim, title)));
    let all = || std::iter::once(&head).chain(rows);
    let width = |column: usize| {
        all().filter_map(|row| row.get(column)).map(|(text, _)| text.width()).max().unwrap_or(0) + GUTTER
    };
    let wanted = (0..titles.len()).map(width).sum::<usize>() + GUTTER;
    let narrow = wanted > page.width();
    let others: usize = [2, 3, 4].map(width).iter().sum();
    let room = page.width().saturating_sub(others + 2 * GUTTER).max(NARROWEST);
    let lines: Vec<String> = all()
        .map(|row| {
            let shown = row.iter().enumerate().filter(|(column, _)| !(narrow && *column == 1));
            let cells = shown.map(|(column, (text, painted))| match column {
                // The name gives way to what is told of it.
                0 if narrow && width(0) > room => {
                    let name = visible(text, room);
                    format!("{name}{}", " ".repeat((room + GUTTER).saturating_sub(name.width())))
                }
                _ => format!("{painted}{}", " ".repeat(width(column).saturating_sub(text.width()))),
            });
            format!("{}{}", " ".repeat(GUTTER), cells.collect::<String>())
        })
        .collect();
    lines.iter().for_each(|line| page.line(line));
}

const fn mark(standing: Standing) -> (&'static str, Paint) {
    match standing {
        Standing::Held => ("✓", Paint::Good),
        Standing::Failed => ("✗", Paint::Bad),
        Standing::Unknown => ("?", Paint::Warn),
    }
}

fn tiers(survival: &SurvivalSummary) -> (String, Paint) {
    let (sure, hoped) = (survival.tier, survival.tier_at_best);
    let text = strips::tiers(survival);
    let paint = match (sure, hoped) {
        (Tier::Immutable, _) => Paint::Good,
        (_, Tier::SharedFate | Tier::None) => Paint::Bad,
        _ => Paint::Warn,
    };
    (text, paint)
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

/// What is taken for a backup of them and is none.
fn no_backups(resources: &[&ResourceSummary], page: &mut Page) {
    let told = |resource: &&ResourceSummary| {
        let name = visible(if resource.name.is_empty() { &resource.arn } else { &resource.name }, NAME);
        no_backup::lines(Some(&name), &resource.not_backups)
    };
    let lines: Vec<String> = resources.iter().flat_map(told).collect();
    for line in lines.iter().take(NO_BACKUPS) {
        page.sentence("  ", &upper(line), Paint::Plain);
    }
    let rest = lines.len().saturating_sub(NO_BACKUPS);
    if rest > 0 {
        page.sentence("  ", &format!("… and {rest} more that are not backups; --format json has them all"), Paint::Dim);
    }
}

/// A sentence begins with a capital.
fn upper(line: &str) -> String {
    let mut letters = line.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
