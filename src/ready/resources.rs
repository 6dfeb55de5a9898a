//! The rules on one piece of production data. Knows `model` and the room.

use super::verdicts::{Verdicts, cite, resting, status, worst};
use super::{Told, accounts, clear, ground, item};
use crate::model::facts::{Fact, Fate, LayerStanding, ResourceFact, Standing, SubjectKind, Tier};
use crate::model::finding::Status;
use crate::model::ready::{Item, ItemStatus, Question};

/// Every rule that concerns it.
pub(super) fn items(
    told: Told<'_>,
    verdicts: &Verdicts<'_>,
    question: &Question,
    fact: &Fact<ResourceFact>,
) -> Vec<Item> {
    let all = [
        Some(survivor(verdicts, question, fact)),
        restore(verdicts, fact),
        Some(deletion(told, verdicts, fact)),
        Some(accounts::closed(told, verdicts, fact)),
        Some(state(verdicts, fact)),
    ];
    let account = &fact.subject.account;
    all.into_iter().flatten().map(|item| Item { account: account.clone(), ..item }).collect()
}

/// Subject and name.
fn about(fact: &Fact<ResourceFact>) -> (&str, &str) {
    (&fact.subject.arn, &fact.subject.name)
}

fn hours(hours: f64) -> String {
    if hours < 72.0 { format!("{hours} hours") } else { format!("{:.1} days", hours / 24.0) }
}

/// A survivor of the accepted tier, younger than the RPO.
fn survivor(verdicts: &Verdicts<'_>, question: &Question, fact: &Fact<ResourceFact>) -> Item {
    let (status, said, grounds) = survives(question, fact);
    let mut judged = item("survivor", status, about(fact), said);
    judged.rests_on = grounds;
    if status != ItemStatus::Holds {
        judged.clear = Some(clear::survivor(question, fact));
    }
    let checks = ["backup-survives-account-takeover", "backup-cross-account-copy-fresh"];
    let found = verdicts.on(&checks, &fact.subject.arn);
    // With isolated accepted, the verdict that asks for immutable is not what it rests on.
    let asked = |check: &str| question.accept == Tier::Immutable || check != checks[0] || status != ItemStatus::Holds;
    resting(judged, &found.into_iter().filter(|one| asked(&one.check)).collect::<Vec<_>>())
}

fn survives(question: &Question, fact: &Fact<ResourceFact>) -> (ItemStatus, String, Vec<crate::model::ready::Ground>) {
    let arn = &fact.subject.arn;
    let Some(outcome) = fact.detail.survival.as_ref().map(|survival| &survival.account) else {
        return (ItemStatus::CannotVerify, "What survives of it could not be told.".to_owned(), Vec::new());
    };
    let rpo = f64::from(question.rpo_hours);
    let accept = question.accept;
    let fresh = |fate: &&Fate| fate.age_hours.is_some_and(|age| age < rpo);
    let why = |fate: &Fate| fate.why.join("; ");
    let told = |fate: &Fate| {
        vec![ground("survival.account.copies", arn, format!("{}: {}, {}", fate.arn, fate.tier.words(), why(fate)))]
    };
    let good = |fate: &&Fate| fate.tier >= accept;
    if let Some(fate) = outcome.copies.iter().filter(good).find(fresh) {
        let age = hours(fate.age_hours.unwrap_or_default());
        let said = format!("{} is {}, its data {age} old.", fate.arn, fate.tier.words());
        return (ItemStatus::Holds, said, told(fate));
    }
    let tier = if accept == Tier::Immutable { "an immutable" } else { "an isolated" };
    let wanted = format!("{tier} one younger than {} is wanted", hours(rpo));
    if let Some(fate) = outcome.copies.iter().filter(good).find(|fate| fate.age_hours.is_none()) {
        let said =
            format!("{} is {}, and how old its data is could not be read: {wanted}.", fate.arn, fate.tier.words());
        return (ItemStatus::CannotVerify, said, told(fate));
    }
    let perhaps = |fate: &&Fate| fate.tier_at_best >= accept && fate.age_hours.is_none_or(|age| age < rpo);
    if let Some(fate) = outcome.copies.iter().find(perhaps) {
        let said = format!("{} may be {}, which is not sure: {}.", fate.arn, fate.tier_at_best.words(), why(fate));
        return (ItemStatus::CannotVerify, said, told(fate));
    }
    let seen = outcome.copies.iter().map(|fate| fate.tier_at_best).max().unwrap_or(Tier::None);
    let hidden = outcome.tier_at_best >= accept && outcome.tier_at_best > seen;
    let unread: Vec<String> = fact
        .unread
        .iter()
        .filter(|gap| gap.collection.as_str().starts_with("backup.") || gap.collection.as_str().contains("snapshot"))
        .map(|gap| format!("{} ({})", gap.collection, gap.gap.message))
        .collect();
    if hidden || (outcome.tier_at_best >= accept && !unread.is_empty()) {
        let said = match unread.first() {
            Some(first) => format!("Copies may lie where palisade could not look: {first} was not read; {wanted}."),
            None => format!("Copies may lie where palisade could not look; {wanted}."),
        };
        return (
            ItemStatus::CannotVerify,
            said,
            vec![ground("survival.account.tier_at_best", arn, outcome.tier_at_best.words())],
        );
    }
    if let Some(fate) = outcome.copies.iter().find(good) {
        let age = hours(fate.age_hours.unwrap_or_default());
        let said = format!("{} is {}, but its data is {age} old: {wanted}.", fate.arn, fate.tier.words());
        return (ItemStatus::Blocker, said, told(fate));
    }
    match outcome.copies.first() {
        Some(fate) => {
            let said = format!("The best copy is {} ({}); {wanted}.", fate.tier.words(), why(fate));
            (ItemStatus::Blocker, said, told(fate))
        }
        None => {
            let said = format!("There is no copy at all; {wanted}.");
            (ItemStatus::Blocker, said, vec![ground("survival.account.copies", arn, "none")])
        }
    }
}

/// A restore that was tested; buckets are not asked for one.
fn restore(verdicts: &Verdicts<'_>, fact: &Fact<ResourceFact>) -> Option<Item> {
    if fact.subject.kind == SubjectKind::S3Bucket {
        return None;
    }
    let found = verdicts.on(&["backup-restore-tested"], &fact.subject.arn);
    let Some(finding) = worst(&found) else {
        return Some(item(
            "restore_tested",
            ItemStatus::CannotVerify,
            about(fact),
            "No verdict tells whether a restore was tested.",
        ));
    };
    if finding.status == Status::NotApplicable {
        return None;
    }
    let status = status(finding.status);
    let mut judged = item("restore_tested", status, about(fact), finding.message.clone());
    judged.clear = (status != ItemStatus::Holds).then(|| clear::restore(fact));
    Some(resting(judged, &found))
}

/// A layer's standing as the status of an item.
fn standing(layer: &LayerStanding) -> ItemStatus {
    match layer.standing {
        Standing::Held => ItemStatus::Holds,
        Standing::Unknown => ItemStatus::CannotVerify,
        Standing::Failed => ItemStatus::Blocker,
    }
}

/// The first letter large, a full stop at the end.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.trim_end_matches('.').chars();
    let first = letters.next().map(|letter| {
        // An ARN or an address keeps its letters.
        if text.starts_with("arn:") || text.starts_with("s3://") {
            letter.to_string()
        } else {
            letter.to_uppercase().to_string()
        }
    });
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

/// Its own flag, that a destroy does not itself turn off.
fn deletion(told: Told<'_>, verdicts: &Verdicts<'_>, fact: &Fact<ResourceFact>) -> Item {
    let arn = fact.subject.arn.as_str();
    let Some(layer) = fact.detail.layers.as_ref().map(|layers| &layers.deletion) else {
        return item(
            "deletion_protection",
            ItemStatus::CannotVerify,
            about(fact),
            "How it is protected could not be told.",
        );
    };
    let status = standing(layer);
    let mut judged = item("deletion_protection", status, about(fact), sentence(&layer.why));
    judged.rests_on.push(ground("layers.deletion", arn, &layer.why));
    // The flag that is on in AWS, and that the state records off.
    let of_this = |one: &&Fact<crate::model::facts::StateDatabaseFact>| one.detail.resource.as_deref() == Some(arn);
    let turned_off = told.facts.state_databases.iter().filter(of_this).find(|one| one.detail.recorded.unprotects());
    judged.clear = (status != ItemStatus::Holds).then(|| clear::deletion(fact, turned_off));
    let checks = [
        "deletion-rds-instance-protected",
        "deletion-rds-cluster-protected",
        "deletion-dynamodb-protected",
        "deletion-s3-locked",
    ];
    let mut found = verdicts.on(&checks, arn);
    if let Some(one) = turned_off {
        found.extend(verdicts.on(&["state-lifecycle-safe"], &one.subject.arn));
    }
    resting(judged, &found)
}

/// Exactly one remote state claims it: locked, versioned, of one environment.
fn state(verdicts: &Verdicts<'_>, fact: &Fact<ResourceFact>) -> Item {
    let arn = fact.subject.arn.as_str();
    let Some(layer) = fact.detail.layers.as_ref().map(|layers| &layers.state) else {
        return item("state", ItemStatus::CannotVerify, about(fact), "Which state claims it could not be told.");
    };
    let status = standing(layer);
    let mut judged = item("state", status, about(fact), sentence(&layer.why));
    judged.rests_on.push(ground("layers.state", arn, &layer.why));
    let mut found = verdicts.on(&["state-claims-every-database"], arn);
    for claim in &fact.detail.claims {
        found.extend(verdicts.on(&["state-locked", "state-single-environment"], &claim.state));
        let bucket = claim.state.strip_prefix("s3://").and_then(|rest| rest.split('/').next()).unwrap_or_default();
        found.extend(verdicts.on(&["state-bucket-versioned"], &format!("arn:aws:s3:::{bucket}")));
    }
    found.dedup_by(|a, b| cite(a) == cite(b));
    if status != ItemStatus::Holds {
        // What cannot be verified and what does not hold are mended by the check that says so.
        let worst = worst(&found).filter(|finding| matches!(finding.status, Status::Fail | Status::Unknown));
        let unclaimed = fact.detail.claims.is_empty() && status == ItemStatus::Blocker;
        judged.clear = if unclaimed {
            Some(clear::import(fact))
        } else {
            let worst = worst.and_then(|finding| verdicts.remedy(&finding.check));
            worst.or_else(|| verdicts.remedy("state-claims-every-database"))
        };
    }
    resting(judged, &found)
}
