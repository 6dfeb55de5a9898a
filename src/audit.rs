//! The whole way on one screen: collect, analyse, check, score.
//!
//! [`assess`] is pure: the same inventory, settings and checks give the same posture, so that `collect` and then `assess`
//! give what `scan` gives.

pub mod evidence;

use std::collections::BTreeMap;

use crate::analysis::{Asked, What, analyse, credentials, drill, planned};
use crate::checks::{Library, Selection};
use crate::model::drill::DrilledKind;
use crate::model::facts::{Fact, Facts, Outcome, ResourceFact};
use crate::model::finding::{Evidence, Finding};
use crate::model::ids::AccountId;
use crate::model::inventory::{Inventory, Scope};
use crate::model::ledger::LedgerEntry;
use crate::model::operation::Operation;
use crate::model::plan::PlannedChanges;
use crate::model::posture::{AccountSummary, OrganizationSummary, Posture, ResourceSummary, SurvivalSummary};
use crate::model::ready::{Override, Question, Readiness};
use crate::model::settings::Settings;
use crate::model::terraform::StateResource;
use crate::ready::{self, NotHeld, PlanSaid, PlanTold, Told};
use crate::{posture, waivers};

/// Judges an inventory: what follows from it, what the checks say of that, and what it scores.
#[must_use]
pub fn assess(inventory: &Inventory, settings: &Settings, library: &Library, selection: &Selection) -> Posture {
    judged(inventory, &analyse(inventory, settings), settings, library, selection)
}

/// Judges whether a migration may begin: the whole inventory by every check, and of that what the question is about.
///
/// # Errors
/// [`NotHeld`] where it names something that the inventory does not hold.
pub fn ready(
    inventory: &Inventory,
    settings: &Settings,
    library: &Library,
    question: &Question,
    plan: Option<&PlanAsked>,
) -> Result<Readiness, NotHeld> {
    let facts = analyse(inventory, settings);
    let posture = judged(inventory, &facts, settings, library, &Selection::default());
    let scope = ready::Scope::of(question, &facts, &posture)?;
    let wanted = ready::wanted(question, &posture, settings);
    let credentials = credentials(inventory, settings, &facts, &scope.arns(), &wanted);
    let told = Told { facts: &facts, posture: &posture, settings };
    let said = plan.map(|plan| planned_said(inventory, settings, library, question, &facts, plan));
    Ok(ready::judge(told, question, scope, &credentials, said.unwrap_or_default()))
}

/// A plan that is asked about.
#[derive(Debug, Clone)]
pub struct PlanAsked {
    /// The file.
    pub name: String,
    /// What it changes.
    pub plan: PlannedChanges,
    /// What it deletes or replaces.
    pub deletions: Vec<StateResource>,
    /// Which of that is meant.
    pub overrides: Vec<Override>,
    /// What a reader has to know of it.
    pub notes: Vec<String>,
}

fn planned_said(
    inventory: &Inventory,
    settings: &Settings,
    library: &Library,
    question: &Question,
    facts: &Facts,
    asked: &PlanAsked,
) -> PlanSaid {
    let changes = planned(inventory, settings, facts, &asked.plan.changes);
    let judged = Facts { planned_changes: changes, ..Facts::default() };
    let findings = library.judge_plan(&judged, settings);
    let checks: Vec<_> = library.plan_checks().iter().map(|check| check.summary()).collect();
    let what = What::Listed {
        kind: DrilledKind::Plan,
        name: asked.name.clone(),
        resources: asked.deletions.clone(),
        notes: Vec::new(),
    };
    // The one thing that can be missing is something to delete.
    let drill = drill(inventory, settings, &what, &Asked::Account).ok();
    ready::plan(
        &PlanTold {
            name: &asked.name,
            plan: &asked.plan,
            facts: &judged.planned_changes,
            findings: &findings,
            checks: &checks,
            drill: drill.as_ref(),
            overrides: &asked.overrides,
            notes: &asked.notes,
            taken_at: inventory.taken_at,
        },
        question,
    )
}

/// Judges an inventory by its facts, which [`analyse`] drew from it with the same settings.
fn judged(
    inventory: &Inventory,
    facts: &Facts,
    settings: &Settings,
    library: &Library,
    selection: &Selection,
) -> Posture {
    let mut findings = library.judge(facts, settings, selection);
    date(&mut findings, inventory);
    let waivers = waivers::apply(&mut findings, &settings.waivers, inventory.organization.as_ref(), inventory.taken_at);
    let layers = posture::layers(&findings);
    Posture {
        tool: concat!("palisade ", env!("CARGO_PKG_VERSION")).to_owned(),
        taken_at: inventory.taken_at,
        caller: inventory.caller.clone(),
        // What is taken as empty is a matter of judgement: it is what these settings say, whoever collected.
        scope: Scope { treat_as_empty: settings.scope.treat_as_empty.clone(), ..inventory.scope.clone() },
        organization: organization(inventory),
        accounts: accounts(inventory, facts),
        score: posture::overall(&layers),
        movers: posture::movers(&findings),
        layers,
        checks: library.checks().iter().filter(|check| selection.takes(check)).map(|check| check.summary()).collect(),
        not_judged: not_judged(library, selection),
        resources: resources(facts),
        findings,
        waivers,
        gaps: inventory.gaps(),
        ledger: sorted(inventory),
    }
}

/// What stands and what survives of the data of production.
fn resources(facts: &Facts) -> Vec<ResourceSummary> {
    let survival = |outcome: &Outcome| SurvivalSummary {
        tier: outcome.tier,
        tier_at_best: outcome.tier_at_best,
        best: outcome.best.clone(),
        rpo_hours: outcome.rpo_hours,
        survives_hours: outcome.survives_hours,
        raise: outcome.raise.clone(),
        copy_count: outcome.copy_count,
        copies: outcome.copies.iter().take(SurvivalSummary::COPIES).cloned().collect(),
    };
    let summary = |fact: &Fact<ResourceFact>| {
        let found = fact.detail.survival.as_ref()?;
        Some(ResourceSummary {
            arn: fact.subject.arn.clone(),
            name: fact.subject.name.clone(),
            kind: fact.subject.kind.as_str().to_owned(),
            account: fact.subject.account.clone(),
            region: fact.subject.region.clone(),
            environment: fact.subject.environment.clone(),
            layers: fact.detail.layers.clone()?,
            account_takeover: survival(&found.account),
            management_takeover: found.management.as_ref().map(survival),
            not_backups: found.not_backups.clone(),
        })
    };
    facts.resources.iter().filter_map(summary).collect()
}

fn organization(inventory: &Inventory) -> Option<OrganizationSummary> {
    let organization = inventory.organization.as_ref()?.description.value()?.as_ref()?;
    Some(OrganizationSummary {
        id: organization.id.clone(),
        management_account: organization.management_account.clone(),
    })
}

/// Every account of the organization, or the scanned ones without it; those that the user left out among them.
fn accounts(inventory: &Inventory, facts: &Facts) -> Vec<AccountSummary> {
    let members = inventory.organization.iter().flat_map(|organization| organization.accounts.items());
    let mut accounts: BTreeMap<AccountId, AccountSummary> = members
        .map(|account| {
            let state = serde_json::to_value(account.state).ok().and_then(|word| word.as_str().map(str::to_owned));
            (account.id.clone(), summary(&account.id, Some(account.name.clone()), state, inventory))
        })
        .collect();
    for account in &inventory.accounts {
        accounts.entry(account.id.clone()).or_insert_with(|| summary(&account.id, None, None, inventory));
    }
    for fact in &facts.accounts {
        if let Some(account) = fact.subject.account.as_ref().and_then(|id| accounts.get_mut(id)) {
            account.environment.clone_from(&fact.subject.environment);
        }
    }
    accounts.into_values().collect()
}

fn summary(id: &AccountId, name: Option<String>, state: Option<String>, inventory: &Inventory) -> AccountSummary {
    let name = name.filter(|name| !name.is_empty());
    AccountSummary { id: id.clone(), name, state, environment: None, scanned: inventory.account(id).is_some() }
}

/// Says when the lists that a verdict rests on were read: when the last of their calls was answered.
fn date(findings: &mut [Finding], inventory: &Inventory) {
    let mut calls: BTreeMap<(&AccountId, Operation), Vec<&LedgerEntry>> = BTreeMap::new();
    for entry in &inventory.ledger {
        calls.entry((&entry.account, entry.operation)).or_default().push(entry);
    }
    for evidence in findings.iter_mut().flat_map(|finding| &mut finding.evidence) {
        if let Evidence::Read { account, region, operations, read_at, .. } = evidence {
            // The organization is read with the caller's own credentials.
            let account = account.as_ref().unwrap_or(&inventory.caller.account);
            let made = operations.iter().filter_map(|operation| calls.get(&(account, *operation))).flatten();
            let here = made.filter(|entry| region.as_ref().is_none_or(|region| entry.region == *region));
            *read_at = here.map(|entry| entry.last_at).max();
        }
    }
}

/// The agreed checks that this version lacks, of the selected layers; none where single checks were asked for.
fn not_judged(library: &Library, selection: &Selection) -> Vec<String> {
    let selected = |id: &String| {
        let layers = &selection.layers;
        layers.is_empty() || layers.iter().any(|layer| id.starts_with(&format!("{layer}-")))
    };
    if selection.checks.is_empty() { library.not_judged().into_iter().filter(selected).collect() } else { Vec::new() }
}

/// The order of the calls shows nowhere.
fn sorted(inventory: &Inventory) -> Vec<crate::model::ledger::LedgerEntry> {
    let mut ledger = inventory.ledger.clone();
    ledger.iter_mut().for_each(|entry| entry.failures.sort());
    ledger.sort();
    ledger
}
