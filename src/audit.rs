//! The whole way on one screen: collect, analyse, check, score.
//!
//! [`assess`] is pure: the same inventory, settings and checks give the same posture, so that `collect` and then `assess`
//! give what `scan` gives.

use crate::analysis::analyse;
use crate::checks::{Library, Selection};
use crate::model::facts::{AccountFact, Fact};
use crate::model::inventory::{Inventory, Scope};
use crate::model::posture::{AccountSummary, OrganizationSummary, Posture};
use crate::model::settings::Settings;
use crate::posture;

/// Judges an inventory: what follows from it, what the checks say of that, and what it scores.
#[must_use]
pub fn assess(inventory: &Inventory, settings: &Settings, library: &Library, selection: &Selection) -> Posture {
    let facts = analyse(inventory, settings);
    let findings = library.judge(&facts, settings, selection);
    let layers = posture::layers(&findings);
    Posture {
        tool: concat!("palisade ", env!("CARGO_PKG_VERSION")).to_owned(),
        taken_at: inventory.taken_at,
        caller: inventory.caller.clone(),
        // What is taken as empty is a matter of judgement: it is what these settings say, whoever collected.
        scope: Scope { treat_as_empty: settings.scope.treat_as_empty.clone(), ..inventory.scope.clone() },
        organization: organization(inventory),
        accounts: facts.accounts.iter().filter_map(account).collect(),
        score: posture::overall(&layers),
        layers,
        checks: library.checks().iter().filter(|check| selection.takes(check)).map(|check| check.summary()).collect(),
        not_judged: not_judged(library, selection),
        findings,
        gaps: inventory.gaps(),
        ledger: sorted(inventory),
    }
}

fn organization(inventory: &Inventory) -> Option<OrganizationSummary> {
    let organization = inventory.organization.as_ref()?.description.value()?.as_ref()?;
    Some(OrganizationSummary {
        id: organization.id.clone(),
        management_account: organization.management_account.clone(),
    })
}

fn account(fact: &Fact<AccountFact>) -> Option<AccountSummary> {
    Some(AccountSummary {
        id: fact.subject.account.clone()?,
        name: Some(fact.subject.name.clone()).filter(|name| !name.is_empty()),
        state: fact.detail.state.and_then(|state| serde_json::to_value(state).ok()?.as_str().map(str::to_owned)),
        environment: fact.subject.environment.clone(),
        scanned: fact.detail.scanned,
    })
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
