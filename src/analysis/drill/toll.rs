//! What a run costs: what is destroyed, which copies go with it, what is left and how old that is. Imports the room.

use std::collections::{BTreeMap, BTreeSet};

use super::guard::Guards;
use super::placed::Placed;
use super::table::Holds;
use crate::analysis::reach::Teller;
use crate::analysis::survival::{self, Attacker};
use crate::model::drill::{CopyGone, Left, Step, StepResult, StoreLost, Toll, TollVerdict};
use crate::model::facts::{Class, CopyFact, CopyKind, Fact, Facts, LockState, Outcome, ResourceFact, Tier};
use crate::model::ids::Arn;

/// What would survive of each resource, by ARN, against whoever runs the destroy and all that it reaches.
pub(super) type Outcomes<'f> = BTreeMap<&'f str, Outcome>;

/// The one place where a drill takes it from: against the whole account it is a fact already.
pub(super) fn outcomes<'f>(
    teller: &Teller<'_, '_, '_>,
    facts: &'f Facts,
    placed: &[Placed<'f>],
    by: Option<&Attacker>,
) -> Outcomes<'f> {
    let stores = || placed.iter().filter(|one| one.data).filter_map(|one| one.fact);
    match by {
        Some(by) => survival::against(teller, facts, stores(), by),
        None => {
            let told = |fact: &'f Fact<ResourceFact>| {
                Some((fact.subject.arn.as_str(), fact.detail.survival.as_ref()?.account.clone()))
            };
            stores().filter_map(told).collect()
        }
    }
}

/// What a run destroys besides: vaults and snapshots that hold copies.
struct Gone<'s> {
    arns: BTreeSet<&'s str>,
    perhaps: BTreeSet<&'s str>,
}

impl<'s> Gone<'s> {
    fn of(steps: &'s [Step]) -> Self {
        let with = |wanted: fn(&StepResult) -> bool| {
            steps.iter().filter(move |step| wanted(&step.result)).filter_map(|step| step.arn.as_deref()).collect()
        };
        Self {
            arns: with(|result| *result == StepResult::Destroyed),
            perhaps: with(|result| matches!(result, StepResult::Unknown { .. })),
        }
    }

    fn has(&self, copy: &CopyFact) -> bool {
        let vault = copy.vault.as_ref().map(Arn::as_str);
        self.arns.contains(copy.arn.as_str()) || vault.is_some_and(|vault| self.arns.contains(vault))
    }

    fn may_have(&self, copy: &CopyFact) -> bool {
        let vault = copy.vault.as_ref().map(Arn::as_str);
        self.perhaps.contains(copy.arn.as_str()) || vault.is_some_and(|vault| self.perhaps.contains(vault))
    }
}

/// Counts it all.
pub(super) fn of(guards: &Guards<'_>, placed: &[Placed<'_>], steps: &[Step], outcomes: &Outcomes<'_>) -> Toll {
    let count = |wanted: fn(&StepResult) -> bool| steps.iter().filter(|step| wanted(&step.result)).count();
    let touched = || steps.iter().filter(|step| touches(step));
    let gone = Gone::of(steps);
    let mut toll = Toll {
        destroyed: count(|result| *result == StepResult::Destroyed),
        stopped: count(|result| matches!(result, StepResult::Stopped { .. })),
        unknown: count(|result| matches!(result, StepResult::Unknown { .. })),
        nothing: count(|result| matches!(result, StepResult::Nothing { .. })),
        accounts: touched().filter_map(|step| step.account.clone()).collect::<BTreeSet<_>>().into_iter().collect(),
        environments: touched().map(|step| step.environment.clone()).collect::<BTreeSet<_>>().into_iter().collect(),
        data_stores: Vec::new(),
        kept: Vec::new(),
        copies_gone: Vec::new(),
        verdict: TollVerdict::Holds,
        open: Vec::new(),
    };
    for (placed, step) in placed.iter().zip(steps) {
        keys(guards, placed, step, &mut toll);
        let mut copies = Vec::new();
        match (step.loses_data, &step.result) {
            (Some(false), StepResult::Stopped { .. }) if step.data => {
                toll.kept.push(store(placed, step, (&gone, outcomes), &mut copies));
            }
            (Some(false), _) => {}
            (loses, _) => {
                let store = store(placed, step, (&gone, outcomes), &mut copies);
                judge(&store, &mut toll);
                toll.data_stores.push(store);
                // What may go is no toll yet.
                toll.copies_gone.extend(copies.into_iter().filter(|_| loses == Some(true)));
            }
        }
    }
    toll.copies_gone.sort();
    toll.copies_gone.dedup();
    let rank = |store: &StoreLost| (!store.certain, !store.production, store.tier, store.address.clone());
    toll.data_stores.sort_by_key(rank);
    toll.kept.sort_by_key(rank);
    toll
}

fn touches(step: &Step) -> bool {
    matches!(step.result, StepResult::Destroyed | StepResult::Unknown { .. })
}

/// A key that goes takes what it encrypts along, unless its deletion is cancelled in time.
fn keys(guards: &Guards<'_>, placed: &Placed<'_>, step: &Step, toll: &mut Toll) {
    let key = placed.rows.iter().any(|row| row.holds == Some(Holds::Key));
    let data = step.arn.as_deref().filter(|_| key && touches(step)).and_then(|arn| guards.encrypts(arn));
    let hidden = guards.hides_uses(placed.account.as_ref()).filter(|_| key && touches(step));
    if let (None, Some(hidden)) = (data.filter(|held| held.encrypts_data), hidden) {
        toll.verdict = toll.verdict.max(TollVerdict::Unknown);
        toll.open.push(format!("{}: what it encrypts is not known whole: {hidden}", step.address));
    }
    if data.is_some_and(|held| held.encrypts_data) {
        toll.verdict = toll.verdict.max(TollVerdict::Unknown);
        let why = "production data under it can be read only if its deletion is cancelled in time";
        toll.open.push(format!("{}: {why}", step.address));
    }
}

/// Whether a store's loss makes the verdict.
fn judge(store: &StoreLost, toll: &mut Toll) {
    if !store.production {
        return;
    }
    let why = match (store.certain, store.class, store.immutable_left) {
        (_, _, Some(true)) => return,
        (true, Some(Class::Data), Some(false)) => {
            toll.verdict = TollVerdict::Lost;
            return;
        }
        (false, ..) => "whether it is destroyed cannot be told",
        (_, None, _) => "palisade does not read its service: what is left of it is not known",
        (_, Some(Class::Data), None) => "whether an immutable copy is left cannot be told",
        (..) => "nobody has said whether it holds production data",
    };
    toll.open.push(format!("{}: {why}", store.address));
    toll.verdict = toll.verdict.max(TollVerdict::Unknown);
}

fn store(
    placed: &Placed<'_>,
    step: &Step,
    (gone, outcomes): (&Gone<'_>, &Outcomes<'_>),
    copies_gone: &mut Vec<CopyGone>,
) -> StoreLost {
    let mut store = StoreLost {
        address: step.address.clone(),
        arn: step.arn.clone(),
        environment: step.environment.clone(),
        production: step.production,
        class: step.class,
        certain: step.loses_data == Some(true),
        left: Vec::new(),
        tier: None,
        data_lost_hours: None,
        immutable_left: None,
        unread: Vec::new(),
        not_backups: Vec::new(),
    };
    let Some(fact) = placed.fact else { return store };
    store.not_backups = fact.detail.survival.iter().flat_map(|survival| survival.not_backups.iter().cloned()).collect();
    let outcome = outcomes.get(fact.subject.arn.as_str());
    // Copies are told the best first, and not all: whatever is not among them is no better than the last.
    let worst = outcome.filter(|outcome| outcome.copy_count > outcome.copies.len());
    let worst = worst.and_then(|outcome| outcome.copies.last()).map(|fate| (fate.tier, fate.tier_at_best));
    let fates: BTreeMap<&str, (Tier, Tier)> = outcome
        .into_iter()
        .flat_map(|outcome| &outcome.copies)
        .map(|fate| (fate.arn.as_str(), (fate.tier, fate.tier_at_best)))
        .collect();
    // What may be immutable for all that is known of it.
    let mut perhaps = false;
    let mut left: Vec<(u8, Left)> = Vec::new();
    for copy in fact.detail.copies.iter().filter(|copy| copy.usable) {
        if let Some(why) = goes(placed, copy, gone) {
            let of = step.address.clone();
            copies_gone.push(CopyGone { arn: copy.arn.to_string(), kind: copy.kind, of, why: why.to_owned() });
            continue;
        }
        let fate = fates.get(copy.arn.as_str()).copied().or(worst);
        let candidate = copy.other_account && copy.lock.is_some_and(LockState::immutable);
        perhaps |= match fate {
            Some((_, at_best)) => at_best == Tier::Immutable,
            None => candidate,
        };
        let system_backup = copy.kind == CopyKind::PointInTimeRecovery;
        let copy_left = Left {
            arn: copy.arn.clone(),
            kind: copy.kind,
            account: copy.account.clone(),
            tier: fate.map(|(tier, _)| tier).filter(|_| !gone.may_have(copy)),
            // A system backup has the data as it was when the table was deleted.
            age_hours: if system_backup { Some(0.0) } else { copy.age_hours },
        };
        // Unjudged ones go by where they lie.
        left.push((u8::from(copy.other_account) + u8::from(candidate), copy_left));
    }
    let judged = left.iter().all(|(_, left)| left.tier.is_some());
    left.extend(final_snapshot(placed).map(|left| (0, left)));
    left.sort_by(|(a_place, a), (b_place, b)| {
        let age = |left: &Left| left.age_hours.unwrap_or(f64::MAX);
        let tiers = b.tier.cmp(&a.tier).then(b_place.cmp(a_place));
        let tiers = if judged { tiers } else { b_place.cmp(a_place) };
        tiers.then(age(a).total_cmp(&age(b))).then_with(|| a.arn.cmp(&b.arn))
    });
    store.left = left.into_iter().map(|(_, left)| left).collect();
    store.unread = unread(fact, outcome);
    store.tier = match store.left.iter().filter_map(|left| left.tier).max() {
        None if store.left.is_empty() && store.unread.is_empty() => Some(Tier::None),
        // What was not judged may be better.
        best if judged || best == Some(Tier::Immutable) => best,
        _ => None,
    };
    store.data_lost_hours = store.left.iter().filter_map(|left| left.age_hours).min_by(f64::total_cmp);
    // What a replica holds nobody knows, unless it goes as well.
    perhaps |= store
        .not_backups
        .iter()
        .any(|one| one.tier_at_best == Tier::Immutable && !gone.arns.contains(one.arn.as_str()));
    store.immutable_left = match store.tier {
        Some(Tier::Immutable) => Some(true),
        _ if perhaps || !store.unread.is_empty() => None,
        _ => Some(false),
    };
    store
}

/// The gaps that could hide a copy. Where survival was judged they are in its interval already.
fn unread(fact: &Fact<ResourceFact>, outcome: Option<&Outcome>) -> Vec<String> {
    if outcome.is_some_and(|outcome| outcome.tier_at_best < Tier::Immutable) {
        return Vec::new();
    }
    let gaps = fact.unread.iter().filter(|unread| {
        let word = unread.collection.as_str();
        ["backup", "snapshot"].iter().any(|part| word.to_ascii_lowercase().contains(part))
    });
    let told: BTreeSet<String> = gaps
        .map(|unread| {
            let account = unread.account.as_ref().map_or_else(|| "the organization".to_owned(), ToString::to_string);
            format!("{} of {account}: {}", unread.collection.as_str(), unread.gap.message)
        })
        .collect();
    told.into_iter().collect()
}

/// Why a copy goes with its resource, where it does.
fn goes(placed: &Placed<'_>, copy: &CopyFact, gone: &Gone<'_>) -> Option<&'static str> {
    if gone.has(copy) {
        return Some("the same destroy deletes it");
    }
    if copy.kms_key.as_ref().is_some_and(|key| gone.arns.contains(key.as_str())) {
        return Some("the same destroy schedules its key for deletion: it lasts until then");
    }
    if copy.outlives_delete {
        return None;
    }
    let retained = placed.resource.attributes.delete_automated_backups == Some(false);
    match copy.kind {
        CopyKind::AutomatedSnapshot => Some("automated snapshots go with what they are of"),
        CopyKind::AutomatedBackup if retained => None,
        CopyKind::AutomatedBackup => Some("automated backups go with what they are of, unless they are retained"),
        CopyKind::PointInTimeRecovery => None,
        _ => Some("it goes with what it is of"),
    }
}

/// The final snapshot that is taken first.
fn final_snapshot(placed: &Placed<'_>) -> Option<Left> {
    let recorded = &placed.resource.attributes;
    let name = recorded.final_snapshot_identifier.as_ref().filter(|_| recorded.skip_final_snapshot == Some(false))?;
    let arn = placed.arn.as_ref()?;
    let kind = if arn.resource().starts_with("cluster:") { "cluster-snapshot" } else { "snapshot" };
    let (account, region) = (arn.account()?, arn.region()?);
    let text = format!("arn:{}:rds:{region}:{account}:{kind}:{name}", arn.partition());
    Some(Left {
        arn: text.parse().ok()?,
        kind: CopyKind::ManualSnapshot,
        account: Some(account),
        // It lies beside what it is of, and the account that deletes the one deletes the other.
        tier: Some(Tier::SharedFate),
        age_hours: Some(0.0),
    })
}
