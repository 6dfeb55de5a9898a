//! What a plan does to what stands: the verdicts of its checks, and its toll. Knows `model` and the room.

use std::collections::BTreeMap;

use super::overrides::{self, Blocked};
use super::scope::counted;
use super::verdicts::{Verdicts, cite};
use super::{PlanSaid, ground, item};
use crate::model::drill::{Drill, StoreLost, TollVerdict};
use crate::model::facts::{Class, Fact, PlannedChangeFact, Tier};
use crate::model::finding::{Finding, Status};
use crate::model::plan::{PlanAction, PlannedChanges};
use crate::model::posture::CheckSummary;
use crate::model::ready::{Clear, Item, ItemStatus, Override, PlanJudged, Question};

/// A plan with what was told of it.
pub struct PlanTold<'p> {
    /// The file.
    pub name: &'p str,
    /// The plan.
    pub plan: &'p PlannedChanges,
    /// Its changes as facts.
    pub facts: &'p [Fact<PlannedChangeFact>],
    /// What the checks of plans say of them.
    pub findings: &'p [Finding],
    /// Those checks.
    pub checks: &'p [CheckSummary],
    /// Its deletions rehearsed by whoever administers the accounts; `None` where it deletes nothing.
    pub drill: Option<&'p Drill>,
    /// The overrides.
    pub overrides: &'p [Override],
    /// What a reader has to know besides.
    pub notes: &'p [String],
    /// When the collection began.
    pub taken_at: jiff::Timestamp,
}

/// Judges it.
#[must_use]
pub fn plan(told: &PlanTold<'_>, question: &Question) -> PlanSaid {
    let verdicts = Verdicts::new(told.findings, told.checks);
    let mut items = Vec::new();
    let mut about: Vec<(usize, &Fact<PlannedChangeFact>)> = Vec::new();
    let facts: BTreeMap<&str, &Fact<PlannedChangeFact>> =
        told.facts.iter().map(|fact| (fact.subject.arn.as_str(), fact)).collect();
    for finding in told.findings {
        let Some(fact) = facts.get(finding.subject.arn.as_str()) else { continue };
        if let Some(judged) = judged(finding, fact, &verdicts) {
            about.push((items.len(), fact));
            items.push(judged);
        }
    }
    let mut blockers: Vec<Blocked<'_>> = items
        .iter_mut()
        .enumerate()
        .filter(|(_, item)| item.status == ItemStatus::Blocker)
        .filter_map(|(at, item)| {
            let (_, fact) = about.iter().find(|(index, _)| *index == at)?;
            Some(Blocked { item, address: &fact.detail.change.address, action: fact.detail.change.action })
        })
        .collect();
    let overrides = overrides::apply(&mut blockers, told.overrides, told.taken_at);
    items.extend(told.checks.iter().filter_map(|check| held(told, check)));
    items.push(whole(told));
    items.push(toll(told, question));
    PlanSaid { plan: Some(summary(told)), items, overrides }
}

/// A verdict that is no pass, as an item.
fn judged(finding: &Finding, fact: &Fact<PlannedChangeFact>, verdicts: &Verdicts<'_>) -> Option<Item> {
    let status = match finding.status {
        Status::Fail => ItemStatus::Blocker,
        Status::Unknown => ItemStatus::CannotVerify,
        Status::Pass | Status::NotApplicable => return None,
    };
    let address = fact.subject.arn.as_str();
    let mut judged = item(&finding.check, status, (address, address), finding.message.clone());
    judged.title = verdicts.title(&finding.check);
    judged.account.clone_from(&fact.subject.account);
    judged.rests_on.push(cite(finding));
    judged.rests_on.push(ground("actions", address, fact.detail.change.actions.join(", ")));
    if let Some(live) = &fact.detail.live {
        let tier = live.tier.map_or("not judged", Tier::words);
        judged.rests_on.push(ground("survival.account.tier", &live.arn, tier));
    }
    let remedy = verdicts.remedy(&finding.check);
    judged.clear = remedy.map(|remedy| match status {
        ItemStatus::Blocker => Clear {
            change: format!(
                "{} Where it is meant: an entry of palisade-overrides.toml for this address.",
                remedy.change
            ),
            ..remedy
        },
        _ => remedy,
    });
    Some(judged)
}

/// A check that nothing of the plan fails.
fn held(told: &PlanTold<'_>, check: &CheckSummary) -> Option<Item> {
    let own = || told.findings.iter().filter(|finding| finding.check == check.id);
    if own().any(|finding| matches!(finding.status, Status::Fail | Status::Unknown)) {
        return None;
    }
    let passed = own().filter(|finding| finding.status == Status::Pass).count();
    let said = match passed {
        0 => "No change of the plan is about it.".to_owned(),
        passed => format!("It is about {}, and every one passes.", counted(passed, "change")),
    };
    let mut held = item(&check.id, ItemStatus::Holds, (told.name, told.name), said);
    held.title.clone_from(&check.title);
    Some(held)
}

/// Whether what was judged is the whole plan.
fn whole(told: &PlanTold<'_>) -> Item {
    let about = (told.name, told.name);
    if told.plan.errored {
        let said = "Planning ended in an error: this may be a part of what would change.";
        let clear = Clear {
            change: "mend what the plan says, and plan again".to_owned(),
            command: Some("terraform plan -out=plan.tfplan".to_owned()),
        };
        return Item { clear: Some(clear), ..item("plan", ItemStatus::CannotVerify, about, said) };
    }
    item(
        "plan",
        ItemStatus::Holds,
        about,
        format!("It was read whole: {}.", counted(told.plan.changes.len(), "change")),
    )
}

/// What would be lost for good if it were applied by whoever administers the accounts.
fn toll(told: &PlanTold<'_>, question: &Question) -> Item {
    let about = (told.name, told.name);
    let Some(run) = told.drill.and_then(|drill| drill.runs.first()) else {
        return item("toll", ItemStatus::Holds, about, "The plan deletes nothing.");
    };
    let toll = &run.toll;
    let kept = |store: &&StoreLost| store.tier.is_some_and(|tier| tier >= question.accept);
    let lost: Vec<&StoreLost> = toll
        .data_stores
        .iter()
        .filter(|store| store.production && store.certain && store.class == Some(Class::Data))
        .filter(|store| !kept(store) && store.immutable_left == Some(false))
        .collect();
    let command = format!("palisade drill --plan {} --as-account", super::clear::quoted(told.name));
    let clear = |change: &str| Some(Clear { change: change.to_owned(), command: Some(command.clone()) });
    if let Some(first) = lost.first() {
        let more = match lost.len() {
            1 => String::new(),
            many => format!(" and {} more", many - 1),
        };
        let left = match first.left.first() {
            Some(left) => {
                format!("the best that is left is {} ({})", left.arn, left.tier.map_or("not judged", Tier::words))
            }
            None => "nothing is left of it".to_owned(),
        };
        let said = format!(
            "{}{more} would be destroyed, and no {} copy would be left: {left}.",
            first.address,
            question.accept.words()
        );
        let mut blocker = item("toll", ItemStatus::Blocker, about, said);
        blocker.rests_on = lost.iter().map(|store| ground("toll", &store.address, "destroyed")).collect();
        blocker.clear = clear(
            "take the deletion out of the plan, or copy the data into an immutable vault of another account first; no override covers this",
        );
        return blocker;
    }
    let open = toll.verdict == TollVerdict::Unknown || (toll.verdict == TollVerdict::Lost && !toll.open.is_empty());
    if open {
        let why = toll.open.first().map_or("", String::as_str);
        let more = if toll.open.len() > 1 { format!(" and {} more", toll.open.len() - 1) } else { String::new() };
        let mut unsure =
            item("toll", ItemStatus::CannotVerify, about, format!("What it would cost cannot be told: {why}{more}."));
        unsure.clear = clear("this rehearses the plan and names what is missing");
        return unsure;
    }
    let said = format!(
        "Of its {} {} would go through, and no production data would be lost for good.",
        counted(run.steps.len(), "deletion"),
        toll.destroyed
    );
    item("toll", ItemStatus::Holds, about, said)
}

fn summary(told: &PlanTold<'_>) -> PlanJudged {
    let count = |action: PlanAction| told.plan.changes.iter().filter(|change| change.action == action).count();
    let mut notes = told.notes.to_vec();
    if told.plan.incomplete {
        notes.push("the plan leaves something for a later one, which is not judged here".to_owned());
    }
    PlanJudged {
        name: told.name.to_owned(),
        terraform_version: told.plan.terraform_version.clone(),
        creates: count(PlanAction::Create),
        updates: count(PlanAction::Update),
        replaces: count(PlanAction::Replace),
        deletes: count(PlanAction::Delete),
        forgets: count(PlanAction::Forget),
        notes,
    }
}
