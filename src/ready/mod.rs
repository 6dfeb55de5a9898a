//! Go or no-go: whether what stands is enough for somebody to let Terraform, or an agent, touch production.
//!
//! Knows `model` alone. A rule of readiness is a selection over what was told already: facts of survival, layers standing, verdicts
//! of checks, and what the policies answer of the credentials in use; it works nothing out anew. Whatever could not be seen is
//! [`ItemStatus::CannotVerify`], and with one of those there is no go.
//!
//! A waived finding does not block: its owner accepts it until a date, and the item stands apart with the reason and that date. It
//! takes a waiver for every verdict that the item rests on and that does not pass.

mod accounts;
mod clear;
mod credentials;
mod overrides;
mod plan;
mod resources;
mod scope;
mod states;
mod verdicts;

pub use plan::{PlanTold, plan};
pub use scope::{NotHeld, Scope};

use crate::model::facts::Facts;
use crate::model::posture::Posture;
use crate::model::ready::{
    Credential, Ground, Item, ItemStatus, OverrideUse, PlanJudged, Question, READY_SCHEMA, RULES, Readiness,
    ReadyCounts, ReadyVerdict, Use, Wanted,
};
use crate::model::settings::Settings;
use verdicts::Verdicts;

/// What was told already.
#[derive(Clone, Copy)]
pub struct Told<'a> {
    /// The facts.
    pub facts: &'a Facts,
    /// The verdicts, waived ones marked.
    pub posture: &'a Posture,
    /// The settings that both follow.
    pub settings: &'a Settings,
}

/// What a plan adds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlanSaid {
    /// The plan.
    pub plan: Option<PlanJudged>,
    /// What the checks of plans say of its changes.
    pub items: Vec<Item>,
    /// What became of the overrides.
    pub overrides: Vec<OverrideUse>,
}

/// Whose credentials are in use: who is named, or else the caller; and whom the configuration declares.
#[must_use]
pub fn wanted(question: &Question, posture: &Posture, settings: &Settings) -> Vec<Wanted> {
    let each = |by: Use, all: &[String]| all.iter().map(move |who| Wanted { by, who: who.clone() }).collect::<Vec<_>>();
    let caller = [posture.caller.arn.to_string()];
    let first = match question.principals.as_slice() {
        [] => each(Use::Caller, &caller),
        named => each(Use::Named, named),
    };
    let declared = [(Use::Deployer, &settings.deployment.principals), (Use::Agent, &settings.agents.principals)];
    first.into_iter().chain(declared.into_iter().flat_map(|(by, all)| each(by, all))).collect()
}

/// Judges.
#[must_use]
pub fn judge(
    told: Told<'_>,
    question: &Question,
    scope: Scope,
    credentials: &[Credential],
    plan: PlanSaid,
) -> Readiness {
    let verdicts = Verdicts::new(&told.posture.findings, &told.posture.checks);
    let mut items = scope.items.clone();
    for fact in scope.facts(told.facts) {
        items.extend(resources::items(told, &verdicts, question, fact));
    }
    for account in scope.accounts() {
        items.extend(accounts::items(told, &verdicts, &account));
    }
    items.extend(scope.whole.iter().filter_map(|account| accounts::unclassified(told, &verdicts, account)));
    for state in &scope.states {
        items.extend(states::items(told, &verdicts, state));
    }
    items.extend(credentials::items(credentials, &verdicts));
    items.extend(plan.items);
    let place = |item: &Item| RULES.iter().position(|(rule, _)| *rule == item.rule).unwrap_or(RULES.len());
    items.sort_by(|a, b| {
        let key =
            |item: &Item| (item.status, place(item), item.rule.clone(), item.account.clone(), item.subject.clone());
        key(a).cmp(&key(b)).then_with(|| a.said.cmp(&b.said))
    });
    items.dedup();
    let counts = counts(&items);
    Readiness {
        schema: READY_SCHEMA.to_owned(),
        tool: told.posture.tool.clone(),
        taken_at: told.posture.taken_at,
        verdict: match counts {
            ReadyCounts { blockers: 1.., .. } => ReadyVerdict::NoGo,
            // Where nothing at all was judged nothing holds.
            ReadyCounts { cannot_verify: 1.., .. } | ReadyCounts { holds: 0, .. } => ReadyVerdict::CannotTell,
            ReadyCounts { .. } => ReadyVerdict::Go,
        },
        counts,
        question: question.clone(),
        resources: scope.resources,
        items,
        plan: plan.plan,
        overrides: plan.overrides,
    }
}

fn counts(items: &[Item]) -> ReadyCounts {
    let count = |status: ItemStatus| items.iter().filter(|item| item.status == status).count();
    ReadyCounts {
        blockers: count(ItemStatus::Blocker),
        cannot_verify: count(ItemStatus::CannotVerify),
        waived: count(ItemStatus::Waived),
        overridden: count(ItemStatus::Overridden),
        holds: count(ItemStatus::Holds),
    }
}

/// The title of a rule.
fn title(rule: &str) -> String {
    RULES.iter().find(|(name, _)| *name == rule).map_or_else(String::new, |(_, title)| (*title).to_owned())
}

/// An item of a rule, without what only some have.
fn item(rule: &str, status: ItemStatus, (subject, name): (&str, &str), said: impl Into<String>) -> Item {
    Item {
        rule: rule.to_owned(),
        title: title(rule),
        status,
        subject: subject.to_owned(),
        name: name.to_owned(),
        account: None,
        said: said.into(),
        condition: None,
        rests_on: Vec::new(),
        clear: None,
        waived: None,
        overridden: None,
    }
}

/// A fact of a subject that an item rests on.
fn ground(path: &str, subject: &str, said: impl Into<String>) -> Ground {
    Ground { what: format!("{path} of {subject}"), said: said.into() }
}
