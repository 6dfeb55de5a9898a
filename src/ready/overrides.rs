//! Which blockers of a plan somebody means, and what became of each override. Knows `model` alone.
//!
//! An override covers one kind of change of one address, and nothing but what a check of plans says of that change: neither what
//! could not be verified, nor the toll, nor what does not stand in AWS. Dates are judged by the day on which the collection began.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::scope::counted;
use crate::model::plan::PlanAction;
use crate::model::ready::{Item, ItemStatus, Overridden, Override, OverrideAction, OverrideStanding, OverrideUse};
use crate::model::waiver::Expiry;

/// A blocker of a plan: its item, and the change that it is about.
pub(super) struct Blocked<'b> {
    pub(super) item: &'b mut Item,
    pub(super) address: &'b str,
    pub(super) action: PlanAction,
}

/// Marks the blockers that are meant; the first override that covers one does.
pub(super) fn apply(blockers: &mut [Blocked<'_>], overrides: &[Override], taken_at: Timestamp) -> Vec<OverrideUse> {
    let today = taken_at.to_zoned(TimeZone::UTC).date();
    let mut counts = vec![0_usize; overrides.len()];
    for blocked in blockers.iter_mut() {
        let about = |entry: &&Override| covers(entry, blocked.address, blocked.action);
        // What counts no longer is counted too, so that it can be told what it would cover.
        for (entry, count) in overrides.iter().zip(&mut counts) {
            *count += usize::from(about(&entry));
        }
        if let Some(entry) = overrides.iter().filter(|entry| day(entry, today).is_ok()).find(about) {
            blocked.item.status = ItemStatus::Overridden;
            blocked.item.overridden = Some(Overridden {
                reason: entry.reason.clone(),
                owner: entry.owner.clone(),
                expires: match &entry.expires {
                    Some(Expiry::On(last)) => Some(*last),
                    _ => None,
                },
                place: entry.place.clone(),
            });
        }
    }
    overrides.iter().zip(counts).map(|(entry, items)| told(entry, items, today)).collect()
}

/// Whether an override is about a change: at its very address, or at the one that it has in the configuration.
fn covers(entry: &Override, address: &str, action: PlanAction) -> bool {
    let named = match action {
        PlanAction::Delete => Some(OverrideAction::Delete),
        PlanAction::Replace => Some(OverrideAction::Replace),
        PlanAction::Update => Some(OverrideAction::Update),
        PlanAction::Create => Some(OverrideAction::Create),
        PlanAction::Forget => Some(OverrideAction::Forget),
        // What nobody knows nobody can mean.
        PlanAction::NoOp | PlanAction::Unknown => return false,
    };
    (entry.resource == address || entry.resource == configured(address))
        && (entry.action.is_none() || entry.action == named)
}

/// An address without the indices of its instances: that of the block in the configuration.
fn configured(address: &str) -> String {
    let (mut out, mut quoted, mut escaped, mut depth) = (String::new(), false, false, 0_u32);
    for letter in address.chars() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => {
                depth = depth.saturating_sub(1);
                continue;
            }
            _ => {}
        }
        if depth == 0 {
            out.push(letter);
        }
    }
    out
}

/// Whether an override counts on a day.
fn day(entry: &Override, today: Date) -> Result<(), OverrideStanding> {
    if entry.reason.trim().is_empty() || entry.resource.is_empty() {
        return Err(OverrideStanding::Malformed);
    }
    match &entry.expires {
        Some(Expiry::Malformed(_)) => Err(OverrideStanding::Malformed),
        Some(Expiry::On(last)) if *last < today => Err(OverrideStanding::Expired),
        _ => Ok(()),
    }
}

fn told(entry: &Override, items: usize, today: Date) -> OverrideUse {
    let (standing, why) = match (day(entry, today), items) {
        (Err(OverrideStanding::Expired), _) => (
            OverrideStanding::Expired,
            format!("Its last day is over: it overrides nothing; {} stand", counted(items, "blocker")),
        ),
        (Err(_), _) if entry.reason.trim().is_empty() => {
            (OverrideStanding::Malformed, "It says no reason: it overrides nothing".to_owned())
        }
        (Err(_), _) => (
            OverrideStanding::Malformed,
            "Its expires is no date (YYYY-MM-DD is wanted): it overrides nothing".to_owned(),
        ),
        (Ok(()), 0) => (OverrideStanding::Unused, "Nothing that it is about blocks: take it out".to_owned()),
        (Ok(()), items) => (OverrideStanding::Used, format!("It covers {}", counted(items, "blocker"))),
    };
    OverrideUse { entry: entry.clone(), standing, items, why }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ready::item;

    const TODAY: &str = "2026-03-02T07:00:00Z";

    fn entry(resource: &str, action: Option<OverrideAction>, expires: &str) -> Override {
        Override {
            resource: resource.to_owned(),
            action,
            reason: "meant".to_owned(),
            owner: Some("ann".to_owned()),
            expires: Some(Expiry::from(expires.to_owned())),
            place: "F:1".to_owned(),
        }
    }

    fn applied(overrides: &[Override]) -> (ItemStatus, Vec<OverrideStanding>) {
        let mut blocker = item("plan-stateful-kept", ItemStatus::Blocker, ("a", "a"), "x");
        let address = r#"module.db["eu.west[1]"].aws_db_instance.main[0]"#;
        let mut blockers = [Blocked { item: &mut blocker, address, action: PlanAction::Replace }];
        let told = apply(&mut blockers, overrides, TODAY.parse().unwrap());
        (blocker.status, told.into_iter().map(|one| one.standing).collect())
    }

    #[test]
    fn an_override_covers_one_change_of_one_address_until_its_day() {
        use OverrideStanding::{Expired, Malformed, Unused, Used};
        let block = "module.db.aws_db_instance.main";
        let replace = Some(OverrideAction::Replace);
        for (one, standing) in [
            (entry(block, replace, "2026-03-02"), Used),
            (entry(r#"module.db["eu.west[1]"].aws_db_instance.main[0]"#, replace, "2026-04-01"), Used),
            (entry(block, None, "2026-04-01"), Used),
            (entry(block, Some(OverrideAction::Delete), "2026-04-01"), Unused),
            (entry("aws_db_instance.main", replace, "2026-04-01"), Unused),
            (entry("module.db.aws_db_instance.*", replace, "2026-04-01"), Unused),
            (entry(block, replace, "2026-03-01"), Expired),
            (entry(block, replace, "soon"), Malformed),
            (Override { reason: " ".to_owned(), ..entry(block, replace, "2026-04-01") }, Malformed),
        ] {
            let want = if standing == Used { ItemStatus::Overridden } else { ItemStatus::Blocker };
            assert_eq!(applied(std::slice::from_ref(&one)), (want, vec![standing]), "{one:?}");
        }
    }

    #[test]
    fn of_two_the_one_that_counts_covers() {
        let block = "module.db.aws_db_instance.main";
        let both = [entry(block, None, "2026-01-01"), entry(block, None, "2026-12-31")];
        assert_eq!(applied(&both), (ItemStatus::Overridden, vec![OverrideStanding::Expired, OverrideStanding::Used]));
    }

    #[test]
    fn what_nobody_knows_nobody_can_mean() {
        assert!(!covers(&entry("a.b", None, "2026-12-31"), "a.b", PlanAction::Unknown));
    }
}
