//! A destroy rehearsed without touching anything: what Terraform would delete in which order, what its provider would call, what
//! of that would be refused by whom, and what would be left.
//!
//! Knows `model`, `policy`, the reach and the facts. One way through: what is drilled is read ([`what`]), put in order ([`order`]) and
//! in its place ([`placed`]); each call of the provider's table ([`table`]) is asked of the policies ([`ask`]) and of the
//! resource's own protection ([`guard`]); a run ([`run`]) is counted ([`toll`]) and weighed ([`leverage`]). It is the accident that is
//! rehearsed: nobody changes policies or takes locks off on the way, roles are only assumed.
//!
//! *Destroyed* means that every call is allowed and that no setting that palisade reads, or that the state records, refuses it.
//! What AWS would refuse for other reasons (a network that something else still uses) is not seen.

mod ask;
mod credentials;
mod guard;
#[cfg(test)]
mod laws;
mod leverage;
mod order;
mod placed;
mod rank;
mod run;
mod table;
#[cfg(test)]
mod tests;
mod toll;
mod what;

use std::collections::{BTreeMap, BTreeSet};

use ask::{Asker, Caller};
pub use credentials::credentials;
use guard::Guards;
use placed::Placed;
use run::Stage;
pub use what::{NoDrill, What};

use super::Context;
use super::authority::Authority;
use super::guards::Names;
use super::reach::{NodeId, Outsider, Reach, Teller};
use super::survival::Attacker;
use crate::model::drill::{By, DRILL_SCHEMA, Drill, Drilled, EnvironmentTouched, Run};
use crate::model::ids::Arn;
use crate::model::inventory::Inventory;
use crate::model::settings::Settings;
use crate::model::terraform::StateResource;

/// Who is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// One principal.
    Principal(Arn),
    /// The account as a whole.
    Account,
    /// Every declared agent.
    Agents,
    /// Everybody: they are ranked, and the worst is drilled.
    Everybody,
}

/// Rehearses a destroy.
///
/// # Errors
/// What is to be drilled, or who is to run it, is not in the inventory.
pub fn drill(inventory: &Inventory, settings: &Settings, what: &What, asked: &Asked) -> Result<Drill, NoDrill> {
    let list = what.list(inventory)?;
    let facts = super::analyse(inventory, settings);
    let cx = Context::new(inventory, settings);
    let authority = Authority::new(&cx);
    let reach = Reach::new(&cx, &authority);
    let teller = Teller::new(&reach);
    let all: Vec<&StateResource> = list.resources.iter().collect();
    let order = order::of(&all);
    let sorted: Vec<&StateResource> = order.sequence.iter().filter_map(|at| all.get(*at).copied()).collect();
    let placed = placed::all(&cx, &facts, &sorted);
    let asker = Asker { cx: &cx, reach: &reach, names: Names::new(&cx) };
    let guards = Guards::new(&cx, &facts, list.kind);
    let stage = Stage { asker: &asker, guards: &guards, placed: &placed };

    let mut notes = list.notes;
    notes.extend(order.cycles.iter().map(|cycle| broken(&all, cycle)));
    let mut ranking = None;
    let callers: Vec<Runner> = match asked {
        Asked::Account => vec![Runner::account()],
        Asked::Principal(arn) => vec![by(&reach, &teller, principal(&reach, arn)?)],
        Asked::Agents => {
            let agents = &settings.agents.principals;
            let found: BTreeMap<String, NodeId> = reach
                .people()
                .filter(|(_, label)| Teller::declared(agents, label))
                .map(|(node, label)| (label, node))
                .collect();
            if found.is_empty() {
                return Err(NoDrill::NoAgents);
            }
            found.into_values().map(|node| by(&reach, &teller, node)).collect()
        }
        Asked::Everybody => {
            let ranks = rank::all(&stage, &teller);
            ranking = Some(ranks.ranking);
            match ranks.worst {
                Some(node) => vec![by(&reach, &teller, node)],
                // Nobody can delete anything: the worst case says why.
                None => vec![Runner::account()],
            }
        }
    };
    let mut runs: Vec<Run> = callers
        .into_iter()
        .map(|Runner { by, caller, attacker }| {
            let steps = stage.run(&caller, true);
            let outcomes = toll::outcomes(&teller, &facts, &placed, attacker.as_ref());
            let toll = toll::of(&guards, &placed, &steps, &outcomes);
            let guards = leverage::of(&authority, &placed, &steps, &toll);
            Run { by, steps, toll, guards }
        })
        .collect();
    let certain = |run: &Run| run.toll.data_stores.iter().filter(|store| store.certain).count();
    runs.sort_by_key(|run| {
        (std::cmp::Reverse((run.toll.verdict, certain(run), run.toll.destroyed, run.toll.unknown)), name(&run.by))
    });
    let environments = environments(&placed);
    let known = environments.iter().filter(|one| one.environment.is_some()).count();
    Ok(Drill {
        schema: DRILL_SCHEMA.to_owned(),
        drilled: Drilled { kind: list.kind, name: list.name, resources: placed.len() },
        environments,
        crosses_environments: known > 1,
        notes,
        ranking,
        runs,
    })
}

/// Who runs it: for the reader, for the policies, and for what would be left after it.
struct Runner {
    by: By,
    caller: Caller,
    attacker: Option<Attacker>,
}

impl Runner {
    fn account() -> Self {
        Self { by: By::Account, caller: Caller::Masters, attacker: None }
    }
}

fn name(by: &By) -> String {
    match by {
        By::Principal { arn, .. } => arn.clone(),
        By::Account => String::new(),
    }
}

fn by(reach: &Reach<'_, '_>, teller: &Teller<'_, '_, '_>, node: NodeId) -> Runner {
    let arn = reach.label(node);
    let account = teller.account_of(node);
    let environment = account.as_ref().and_then(|account| teller.environment(account));
    let agent = Teller::declared(&reach.cx.settings.agents.principals, &arn);
    let attacker = account.clone().map(|account| Attacker::Principal(node, account));
    let caller = Caller::Principal(reach.hands(node));
    Runner { by: By::Principal { arn, account, environment, agent }, caller, attacker }
}

/// The node of a principal; a role's session is the role.
fn principal(reach: &Reach<'_, '_>, arn: &Arn) -> Result<NodeId, NoDrill> {
    let find = |text: &str| reach.authority.place(text).and_then(|at| reach.graph.principal(at));
    let session = arn.resource().strip_prefix("assumed-role/").and_then(|rest| rest.split('/').next());
    // A session's ARN leaves the path of its role out.
    let of_session = session.and_then(|name| {
        let principals = &reach.authority.principals;
        let is = |one: &&super::authority::Principal<'_>| {
            Some(&one.account) == arn.account().as_ref() && one.role.is_some_and(|role| role.name == name)
        };
        principals.iter().find(is).and_then(|one| find(one.arn.as_str()))
    });
    // Somebody from outside is known by the trust that names it, or its account.
    let outside = || {
        let named = |party: &&Outsider| match party {
            Outsider::Principal(one) => one == arn.as_str(),
            Outsider::Account(id) => arn.resource() == "root" && arn.account().as_ref() == Some(id),
            Outsider::Anyone | Outsider::Provider(_) => false,
        };
        reach.outsiders().find(|(_, party)| named(party)).map(|(node, _)| node)
    };
    find(arn.as_str()).or(of_session).or_else(outside).ok_or_else(|| {
        let names = reach.people().map(|(_, label)| label);
        let likeness = names.map(|name| (strsim::jaro_winkler(arn.as_str(), &name), name));
        let best =
            likeness.filter(|(likeness, _)| *likeness > 0.9).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        NoDrill::NoPrincipal { arn: arn.as_str().chars().take(200).collect(), nearest: best.map(|(_, name)| name) }
    })
}

/// How many resources lie in each environment; what belongs to none that is known last.
fn environments(placed: &[Placed<'_>]) -> Vec<EnvironmentTouched> {
    let mut counts: BTreeMap<(bool, Option<&str>), usize> = BTreeMap::new();
    for one in placed {
        let environment = one.environment.as_deref();
        *counts.entry((environment.is_none(), environment)).or_default() += 1;
    }
    counts
        .into_iter()
        .map(|((_, environment), resources)| EnvironmentTouched {
            environment: environment.map(str::to_owned),
            resources,
        })
        .collect()
}

fn broken(all: &[&StateResource], cycle: &[usize]) -> String {
    let names: BTreeSet<&str> = cycle.iter().filter_map(|at| all.get(*at)).map(|one| one.address.as_str()).collect();
    let shown: Vec<&str> = names.iter().copied().take(6).collect();
    let more = names.len().saturating_sub(shown.len());
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!(
        "{}{more} depend on each other in a circle, which Terraform itself never writes: they are taken in order of address",
        shown.join(", ")
    )
}
