//! The guards: for every account and every action of the catalogue, whether the organization's policies alone close it, by
//! which statements, and who passes.
//!
//! Knows `model` and `policy`. The worst case is asked: an administrator of the account, its root user, and for RCPs somebody
//! outside the organization whom the resource's own policy lets in; whatever identity policies say today. Where policies are
//! conditional on what an attacker can choose or change (tags, MFA, networks, services in between), so is the answer.
//! Accounts that the policies treat alike are proved once ([`ways`]), and so are calls that the same statements speak of.

mod answer;
mod declared;
mod exemptions;
mod facts;
mod prove;
mod question;
pub(crate) mod suggest;
#[cfg(test)]
mod tests;
mod ways;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

pub(crate) use answer::{Answer, Closing, Who};
pub(crate) use declared::{Declared, MayPass};
pub(crate) use exemptions::{Exemption, resources_of};
pub(super) use facts::surroundings;
pub(crate) use question::Target;
pub(crate) use words::Names;

use self::exemptions::Principals;
use self::prove::Prover;
use self::ways::Way;
use super::Context;
use super::authority::Authority;
use crate::model::catalogue::{self, Category, DestructiveAction};
use crate::model::facts::{Class, Fact, ResourceFact};
use crate::model::ids::{AccountId, Arn, Partition, Region};
use crate::policy::{Verdict, takes_rcps};

/// The most resources of one account that one action is asked about; beyond them the answer in general stands.
const MOST_RESOURCES: usize = 200;

/// What was found out about an action in an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ruling {
    /// The action.
    pub(crate) row: &'static DestructiveAction,
    /// For each kind of resource that it acts on, or each resource; worst first.
    pub(crate) answers: Vec<(Target, Arc<Answer>)>,
    /// Whether the answers are about resources that there are, each by its ARN.
    pub(crate) by_resource: bool,
}

impl Ruling {
    fn new(row: &'static DestructiveAction, mut answers: Vec<(Target, Arc<Answer>)>, by_resource: bool) -> Self {
        answers.sort_by(|a, b| b.1.rank().cmp(&a.1.rank()).then_with(|| a.0.cmp(&b.0)));
        Self { row, answers, by_resource }
    }

    /// The worst answer: a call is closed where it is closed on everything that it acts on.
    pub(crate) fn worst(&self) -> Option<&(Target, Arc<Answer>)> {
        self.answers.first()
    }

    /// Whether it is closed to everybody who may not pass.
    pub(crate) fn closed(&self) -> bool {
        self.worst().is_some_and(|(_, answer)| answer.verdict == Verdict::Closed)
    }
}

/// What was found out for one way.
struct Judged {
    /// By caller, in order of the catalogue.
    rulings: BTreeMap<Who, Vec<Ruling>>,
    /// By account: rulings on its own resources, where those in general do not close.
    own: BTreeMap<AccountId, BTreeMap<(Who, usize), Ruling>>,
    /// By account.
    exemptions: BTreeMap<AccountId, Vec<Exemption>>,
}

/// The guards of every account.
pub(crate) struct Guards {
    ways: Vec<Judged>,
    of: BTreeMap<AccountId, usize>,
    /// Whom they may exempt.
    pub(crate) declared: Declared,
    /// How many classes of principals were asked about, over all ways.
    pub(crate) principal_classes: usize,
}

/// What the guards of an inventory come to, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GuardFigures {
    /// Accounts that were asked about.
    pub accounts: usize,
    /// Ways through the organization that policies tell apart.
    pub ways: usize,
    /// Classes of principals that guards were asked about, summed over the ways.
    pub principal_classes: usize,
    /// Actions that are closed, summed over the accounts.
    pub closed: usize,
    /// Actions that are not.
    pub open: usize,
    /// Principals that some guard exempts, summed over the accounts.
    pub exempt: usize,
}

/// Proves every guard of an inventory and counts.
#[must_use]
pub fn guard_figures(
    inventory: &crate::model::inventory::Inventory,
    settings: &crate::model::settings::Settings,
) -> GuardFigures {
    let cx = Context::new(inventory, settings);
    let authority = Authority::new(&cx);
    let guards = Guards::new(&cx, &authority, &Resources::new());
    let mut figures = GuardFigures {
        accounts: guards.of.len(),
        ways: guards.ways.len(),
        principal_classes: guards.principal_classes,
        ..GuardFigures::default()
    };
    for account in guards.of.keys() {
        let closed = guards.rulings(account, Who::Administrator).filter(|ruling| ruling.closed()).count();
        figures.closed += closed;
        figures.open += guards.rulings(account, Who::Administrator).count() - closed;
        let exempt: std::collections::BTreeSet<&Arn> =
            guards.exemptions(account).iter().flat_map(|exemption| &exemption.principals).collect();
        figures.exempt += exempt.len();
    }
    figures
}

/// The stateful resources of every account: type, as the catalogue names it, and ARN.
pub(crate) type Resources = BTreeMap<AccountId, Vec<(&'static str, Arn)>>;

/// The resources that hold data, or may.
pub(crate) fn resources(facts: &[Fact<ResourceFact>]) -> Resources {
    let mut resources = Resources::new();
    for fact in facts {
        let subject = &fact.subject;
        let holds = matches!(subject.class, Some(Class::Data | Class::Unclassified));
        if let (true, Some(account), Ok(arn)) = (holds, &subject.account, subject.arn.parse::<Arn>())
            && let Some(kind) = question::stateful(arn.service(), arn.resource())
        {
            resources.entry(account.clone()).or_default().push((kind, arn));
        }
    }
    for list in resources.values_mut() {
        list.sort();
        list.dedup();
    }
    resources
}

impl Guards {
    /// Proves everything, on as many threads as there are cores; the result does not depend on them.
    pub(crate) fn new(cx: &Context<'_>, authority: &Authority<'_>, resources: &Resources) -> Self {
        let declared = Declared::new(cx.settings, &cx.inventory.caller.partition);
        let ways = ways::ways(cx, authority);
        let judge = Judge {
            partition: &cx.inventory.caller.partition,
            global: cx.inventory.caller.partition.global_region(),
            organization: authority.chains.organization.as_deref(),
            declared: &declared,
            resources,
            authority,
        };
        let next = AtomicUsize::new(0);
        let work = || {
            let mut done = Vec::new();
            while let Some((at, way)) =
                Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, ways.get(at)?)))
            {
                done.push((at, judge.way(way)));
            }
            done
        };
        let cores = std::thread::available_parallelism().map_or(1, usize::from).min(ways.len().max(1));
        let mut judged: Vec<(usize, (Judged, usize))> = std::thread::scope(|scope| {
            let others: Vec<_> = (1..cores).map(|_| scope.spawn(work)).collect();
            let mut all = work();
            for other in others {
                match other.join() {
                    Ok(done) => all.extend(done),
                    Err(fault) => std::panic::resume_unwind(fault),
                }
            }
            all
        });
        judged.sort_by_key(|(at, _)| *at);
        let principal_classes = judged.iter().map(|(_, (_, classes))| classes).sum();
        let of = ways.iter().enumerate().flat_map(|(at, way)| way.accounts.iter().map(move |id| (id.clone(), at)));
        let of = of.collect();
        let ways = judged.into_iter().map(|(_, (judged, _))| judged).collect();
        Self { ways, of, declared, principal_classes }
    }

    fn judged(&self, account: &AccountId) -> Option<&Judged> {
        self.of.get(account).and_then(|at| self.ways.get(*at))
    }

    /// What was found out for an account about every action, in order of the catalogue. Of an outsider: the actions that
    /// destroy, of the services that RCPs cover.
    pub(crate) fn rulings(&self, account: &AccountId, who: Who) -> impl Iterator<Item = &Ruling> {
        let judged = self.judged(account);
        let own = judged.and_then(|judged| judged.own.get(account));
        let general = judged.and_then(|judged| judged.rulings.get(&who)).map_or(&[][..], Vec::as_slice);
        general.iter().enumerate().map(move |(at, ruling)| own.and_then(|own| own.get(&(who, at))).unwrap_or(ruling))
    }

    /// Whom the closing denies of an account exempt, and who is exempt today.
    pub(crate) fn exemptions(&self, account: &AccountId) -> &[Exemption] {
        self.judged(account).and_then(|judged| judged.exemptions.get(account)).map_or(&[], Vec::as_slice)
    }
}

/// What every way is judged with.
struct Judge<'a> {
    partition: &'a Partition,
    global: Option<Region>,
    organization: Option<&'a str>,
    declared: &'a Declared,
    resources: &'a Resources,
    authority: &'a Authority<'a>,
}

impl Judge<'_> {
    fn way(&self, way: &Way<'_>) -> (Judged, usize) {
        let mut prover = Prover::new(way, self.declared, self.partition, self.organization);
        let mut rulings: BTreeMap<Who, Vec<Ruling>> = BTreeMap::new();
        for who in [Who::Administrator, Who::Root, Who::Outsider] {
            let rows = catalogue::all().iter().filter(|row| who != Who::Outsider || reached_from_outside(row));
            let list = rows.map(|row| self.in_general(&mut prover, who, row)).collect();
            rulings.insert(who, list);
        }
        let mut own: BTreeMap<AccountId, BTreeMap<(Who, usize), Ruling>> = BTreeMap::new();
        for account in &way.accounts {
            for (who, list) in &rulings {
                for (at, ruling) in list.iter().enumerate() {
                    if let Some(ruling) = self.on_its_own(&mut prover, account, *who, ruling) {
                        own.entry(account.clone()).or_default().insert((*who, at), ruling);
                    }
                }
            }
        }
        let mut principals = Principals::new(&prover, self.authority, &rulings);
        let exemptions = way.accounts.iter().map(|id| (id.clone(), principals.exemptions(id))).collect();
        (Judged { rulings, own, exemptions }, principals.classes())
    }

    fn global(&self, row: &DestructiveAction) -> Option<&Region> {
        self.global.as_ref().filter(|_| question::is_global(&row.service))
    }

    fn in_general(&self, prover: &mut Prover<'_>, who: Who, row: &'static DestructiveAction) -> Ruling {
        let targets = question::targets(row, self.partition, &prover.way.account);
        let answers = targets.into_iter().filter_map(|target| {
            let answer = prover.answer(who, row.action.as_str(), &target, self.global(row))?;
            Some((target, answer))
        });
        Ruling::new(row, answers.collect(), false)
    }

    /// What does not hold in general may hold for the resources that there are: a deny on `db:prod-*` closes where every
    /// database is called so.
    fn on_its_own(&self, prover: &mut Prover<'_>, account: &AccountId, who: Who, ruling: &Ruling) -> Option<Ruling> {
        let (_, worst) = ruling.worst()?;
        if worst.verdict != Verdict::Conditional {
            return None;
        }
        let kinds = &ruling.row.resource_types;
        let concerned = |kind: &str| kinds.iter().any(|k| k == kind || (kind == "bucket" && k == "object"));
        let here = self.resources.get(account)?;
        let here: Vec<&Arn> = here
            .iter()
            .filter(|(kind, arn)| concerned(kind) && arn.service() == ruling.row.service)
            .map(|(_, arn)| arn)
            .collect();
        if here.is_empty() || here.len() > MOST_RESOURCES {
            return None;
        }
        let object = kinds.iter().any(|kind| kind == "object");
        let target = |arn: &Arn| {
            // The account that stands for all on this way stands in its ARNs too.
            let pattern = arn.as_str().replace(account.as_str(), prover.way.account.as_str());
            Target { pattern: if object { format!("{pattern}/*") } else { pattern }, plain: true }
        };
        let targets: Vec<(Target, Target)> = here
            .iter()
            .map(|arn| {
                let pattern = if object { format!("{arn}/*") } else { arn.to_string() };
                (Target { pattern, plain: true }, target(arn))
            })
            .collect();
        let mut answers = Vec::new();
        for (shown, target) in targets {
            answers.push((shown, prover.answer(who, ruling.row.action.as_str(), &target, self.global(ruling.row))?));
        }
        // Other kinds of resources that the action acts on keep their answers.
        let general = question::targets(ruling.row, self.partition, &prover.way.account);
        let stateful = |target: &Target| {
            ["db:*", "cluster:*", "table/*"].iter().any(|end| target.pattern.ends_with(&format!(":{end}")))
                || target.pattern.ends_with(":s3:::*")
                || target.pattern.ends_with(":s3:::*/*")
        };
        let rest = ruling.answers.iter().filter(|(target, _)| general.contains(target) && !stateful(target));
        answers.extend(rest.cloned());
        Some(Ruling::new(ruling.row, answers, true))
    }
}

/// Whether somebody outside the organization could make the call, were it not for RCPs.
fn reached_from_outside(row: &DestructiveAction) -> bool {
    matches!(row.category, Category::DestroysData | Category::DestroysBackup) && takes_rcps(&row.service)
}
