//! Which active legal holds keep a point. Imports the inventory and the facts; knows no attacker.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::analysis::Context;
use crate::analysis::context::item_gap;
use crate::model::backup::{LegalHold, LegalHoldSelection, RecoveryPoint};
use crate::model::facts::{CopyFact, Unread};
use crate::model::ids::{AccountId, Arn, Region};
use crate::model::inventory::RegionParts;
use crate::model::operation::Collection;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The active legal holds of every account and region.
/// <https://docs.aws.amazon.com/aws-backup/latest/devguide/legalhold.html>
pub(super) struct Holds<'c>(BTreeMap<(&'c AccountId, &'c Region), Here<'c>>);

/// Those of one account and region, and why they are not all known.
#[derive(Default)]
struct Here<'c> {
    active: Vec<&'c LegalHold>,
    unread: Vec<Unread>,
    /// The points of its vaults, by vault and point; filled where a hold asks for their dates.
    points: BTreeMap<(&'c Arn, &'c Arn), &'c RecoveryPoint>,
}

impl<'c> Holds<'c> {
    pub(super) fn new(cx: &Context<'c>) -> Self {
        let mut all: BTreeMap<(&AccountId, &Region), Here<'_>> = BTreeMap::new();
        for account in &cx.inventory.accounts {
            for (region, parts) in account.regions() {
                let here = all.entry((&account.id, region)).or_default();
                let unread = |gap| item_gap(&account.id, Some(region), Collection::BackupLegalHolds, gap);
                here.unread.extend(parts.backup.legal_holds.gap().map(unread));
                for hold in parts.backup.legal_holds.items().iter().filter(|hold| hold.status == "ACTIVE") {
                    here.unread.extend(hold.detail.gap().map(unread));
                    here.active.push(hold);
                }
                here.active.sort_by(|a, b| a.arn.cmp(&b.arn));
                if here.active.iter().filter_map(|hold| hold.detail.value()).any(dated) {
                    here.points.extend(points(parts));
                }
            }
        }
        Self(all)
    }

    fn here<'s>(&'s self, copy: &'s CopyFact) -> Option<&'s Here<'c>> {
        copy.vault.as_ref()?;
        self.0.get(&(copy.account.as_ref()?, copy.region.as_ref()?))
    }

    /// The holds that keep a copy of a resource, each with whether it does for sure.
    pub(super) fn keeping(&self, resource: &str, copy: &CopyFact) -> Vec<(&'c LegalHold, bool)> {
        let (Some(here), Some(vault)) = (self.here(copy), &copy.vault) else { return Vec::new() };
        let keeps = |hold: &&'c LegalHold| {
            let what = hold.detail.value()?;
            let named = what.vaults.iter().any(|name| name == vault.name());
            let of = what.resources.iter().any(|arn| arn == resource || arn == copy.arn.as_str());
            let all = what.vaults.is_empty() && what.resources.is_empty();
            if !(named || of || all) {
                return None;
            }
            match here.points.get(&(vault, &copy.arn)) {
                _ if !dated(what) => Some((*hold, true)),
                None => Some((*hold, false)),
                Some(point) => match in_range(what, point) {
                    Some(false) => None,
                    found => Some((*hold, found == Some(true))),
                },
            }
        };
        here.active.iter().filter_map(keeps).collect()
    }

    /// Why the legal holds that could keep a copy are not all known.
    pub(super) fn unread<'s>(&'s self, copy: &'s CopyFact) -> &'s [Unread] {
        self.here(copy).map_or(&[], |here| &here.unread)
    }
}

fn dated(what: &LegalHoldSelection) -> bool {
    what.from.is_some() || what.to.is_some()
}

fn points(parts: &RegionParts) -> impl Iterator<Item = ((&Arn, &Arn), &RecoveryPoint)> {
    parts.backup.vaults.items().iter().flat_map(|vault| {
        let points = vault.recovery_points.value().into_iter().flatten();
        points.map(move |point| ((&vault.arn, &point.arn), point))
    })
}

/// Whether a point was made in the days of a hold; `None` where AWS's page leaves it open. Both days count whole ("inclusive"),
/// and the page does not say whose time of day cuts the first and the last; nor, of a copy, whether its own making counts or
/// that of the data, which its creation date tells.
/// <https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DateRange.html>
fn in_range(what: &LegalHoldSelection, point: &RecoveryPoint) -> Option<bool> {
    let made = within(what, point.created_at);
    match point.completed_at.filter(|_| point.source_vault.is_some()) {
        Some(copied) if within(what, copied) != made => None,
        _ => made,
    }
}

fn within(what: &LegalHoldSelection, at: Timestamp) -> Option<bool> {
    let (from, to) = (what.from.unwrap_or(Timestamp::MIN), what.to.unwrap_or(Timestamp::MAX));
    let near = |edge: Timestamp| edge.duration_until(at).abs() < DAY;
    match (from..=to).contains(&at) {
        true => Some(true),
        false if near(from) || near(to) => None,
        false => Some(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::fixture::{HERE, VAULT, ago, arn, db_arn, point, snapshot_arn};

    fn range(from: Option<i64>, to: Option<i64>) -> LegalHoldSelection {
        LegalHoldSelection { vaults: Vec::new(), resources: Vec::new(), from: from.map(ago), to: to.map(ago) }
    }

    /// (from, to, when the point was made; all hours ago; whether it is held)
    #[test]
    fn a_range_of_days_takes_both_in() {
        let table = [
            (Some(100), Some(50), 75, Some(true)),
            (Some(100), Some(50), 100, Some(true)),
            (Some(100), Some(50), 50, Some(true)),
            (Some(100), Some(50), 49, None),
            (Some(100), Some(50), 27, None),
            (Some(100), Some(50), 26, Some(false)),
            (Some(100), Some(50), 101, None),
            (Some(100), Some(50), 124, Some(false)),
            (Some(100), None, 1, Some(true)),
            (None, Some(50), 900, Some(true)),
            (None, Some(50), 1, Some(false)),
        ];
        for (from, to, made, want) in table {
            assert_eq!(within(&range(from, to), ago(made)), want, "{from:?} to {to:?}, made {made} h ago");
        }
    }

    #[test]
    fn a_copy_that_was_made_on_another_day_than_its_data_may_be_held() {
        let mut copied = point(&snapshot_arn(VAULT, HERE, "awsbackup:copy-1"), &db_arn("orders"), 200);
        copied.completed_at = Some(ago(75));
        assert_eq!(in_range(&range(Some(100), Some(50)), &copied), Some(false), "no copy: its making takes its time");
        copied.source_vault = Some(arn(&format!("arn:aws:backup:{HERE}:{VAULT}:backup-vault:source")));
        assert_eq!(in_range(&range(Some(100), Some(50)), &copied), None);
        assert_eq!(in_range(&range(Some(300), Some(50)), &copied), Some(true));
    }
}
