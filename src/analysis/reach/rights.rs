//! Who holds a right by itself: the seeds from which the graph is searched. Imports the builder's nouns.
//!
//! A right on a resource comes from identity policies, boundary, SCPs, RCPs and the resource's own policy, as the engine
//! decides; classes are asked once, and their members one by one only where the resource's policy tells them apart.

use std::collections::{BTreeMap, BTreeSet};

use super::Reach;
use super::build::Builder;
use super::class::Class;
use super::graph::{Node, NodeId};
use super::judge::{On, Own, Question, Strength, Who};
use super::parties::{OTHER_ACCOUNT, OTHER_ORGANIZATION, Outsider, Stranger};
use crate::analysis::authority::{Held, policy_of};
use crate::model::ids::{AccountId, Arn};
use crate::policy::{Party, ResourcePolicy};

/// A right that may be held.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Target {
    /// The action.
    pub(crate) action: String,
    /// What it acts on: an ARN, or `*`; a longer one that ends in a star is whatever begins so.
    pub(crate) resource: String,
    /// The account of that.
    pub(crate) owner: AccountId,
    /// Its region.
    pub(crate) region: Option<String>,
    /// The resource whose policy has a say.
    pub(crate) policy_of: Option<Arn>,
    /// The only account whose principals can call it.
    pub(crate) callers: Option<AccountId>,
    /// What more is known of the request.
    pub(crate) more: Option<(&'static str, &'static str)>,
}

impl Target {
    /// A right on a resource that may have a policy of its own.
    pub(crate) fn new(action: &str, resource: &str, owner: &AccountId, region: Option<&str>) -> Self {
        // The policy of a bucket is that of its objects.
        let own = match resource.split_once('/') {
            Some((bucket, _)) if resource.contains(":s3:::") => bucket,
            _ => resource,
        };
        Self {
            action: action.to_owned(),
            resource: resource.to_owned(),
            owner: owner.clone(),
            region: region.map(str::to_owned),
            policy_of: own.parse().ok(),
            callers: None,
            more: None,
        }
    }

    fn on(&self) -> On<'_> {
        if self.resource.len() > 1 && self.resource.ends_with('*') {
            On::Each(&self.resource)
        } else {
            On::One(&self.resource)
        }
    }

    /// The question that it asks.
    pub(crate) fn question<'q>(&'q self, held: Option<&'q Held>) -> Question<'q> {
        let question = Question::new(&self.action, self.on(), &self.owner, self.region.as_deref());
        Question {
            policy: policy_of(held.map(|held| &held.policies)),
            doubtful: held.is_some_and(|held| !held.unread.is_empty()),
            more: self.more,
            ..question
        }
    }
}

/// Who holds one of some rights by itself, how surely, and which: its place in the list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seeds(pub(crate) BTreeMap<NodeId, (Strength, usize)>);

impl Seeds {
    fn add(&mut self, node: Option<NodeId>, strength: Strength, target: usize) {
        let Some(node) = node.filter(|_| strength > Strength::No) else { return };
        let best = self.0.entry(node).or_insert((strength, target));
        if strength > best.0 {
            *best = (strength, target);
        }
    }

    fn sure(&self, node: Option<NodeId>) -> bool {
        node.and_then(|node| self.0.get(&node)).is_some_and(|(strength, _)| *strength == Strength::Sure)
    }

    /// For a search.
    pub(crate) fn strengths(&self) -> BTreeMap<NodeId, Strength> {
        self.0.iter().map(|(node, (strength, _))| (*node, *strength)).collect()
    }
}

/// Makes nodes of the outsiders that policies of resources let in: they may hold rights there.
pub(super) fn outsiders(builder: &mut Builder<'_, '_>) {
    let mut found = BTreeSet::new();
    for held in builder.authority.resources.all() {
        for party in held.policies.parties() {
            found.extend(outsider(party, |account| builder.estates.get(account).is_some_and(|estate| estate.read)));
        }
        if held.policies.parties().contains(&Party::Everyone) {
            let unread = builder.authority.chains.accounts().map(|(id, _)| id);
            let unread = unread.filter(|id| !builder.estates.get(*id).is_some_and(|estate| estate.read));
            found.extend(unread.map(|id| Outsider::Account(id.clone())));
        }
    }
    for party in found {
        let place = builder.parties.place(party);
        builder.graph.node(Node::Party(place));
    }
}

fn outsider(party: Party<'_>, read: impl Fn(&AccountId) -> bool) -> Option<Outsider> {
    let unread = |id: &str| id.parse().ok().filter(|account| !read(account));
    match party {
        Party::Everyone => Some(Outsider::Anyone),
        Party::Account(id) => unread(id).map(Outsider::Account),
        Party::Principal(arn) | Party::Session(arn) => {
            unread(arn.split(':').nth(4)?).map(|_| Outsider::Principal(arn.to_owned()))
        }
        _ => None,
    }
}

impl Reach<'_, '_> {
    /// Who holds one of these rights by itself.
    pub(crate) fn seeds(&self, targets: &[Target]) -> Seeds {
        let mut seeds = Seeds::default();
        let mut by_owner: BTreeMap<&AccountId, Vec<(usize, &Target)>> = BTreeMap::new();
        for (at, target) in targets.iter().enumerate() {
            by_owner.entry(&target.owner).or_default().push((at, target));
        }
        for (owner, targets) in by_owner {
            for (class, own) in self.classes.list.iter().enumerate().filter(|(_, class)| class.account == *owner) {
                self.of_class(class, own, &targets, &mut seeds);
            }
            for (at, target) in &targets {
                self.across(*at, target, &mut seeds);
            }
        }
        seeds
    }

    /// The policy that has a say on what a right acts on.
    pub(crate) fn held(&self, target: &Target) -> Option<&Held> {
        target.policy_of.as_ref().and_then(|arn| self.authority.resource(arn))
    }

    /// What a class of the resources' own account may.
    fn of_class(&self, at: usize, class: &Class, targets: &[(usize, &Target)], seeds: &mut Seeds) {
        let node = self.graph.find(&Node::Class(at));
        let mut none: BTreeSet<(&str, bool)> = BTreeSet::new();
        for (place, target) in targets {
            if seeds.sure(node) {
                return;
            }
            if target.callers.as_ref().is_some_and(|callers| *callers != class.account) {
                continue;
            }
            let held = self.held(target);
            let direct =
                held.is_some_and(|held| held.policies.parties().iter().any(|p| !matches!(p, Party::Account(_))));
            // An action that the class may on nothing at all is asked of no single resource.
            let key = (target.action.as_str(), true);
            if !direct && self.on_nothing(class, target, key, &mut none) {
                continue;
            }
            self.one(at, class, *place, target, held, seeds);
        }
    }

    fn on_nothing<'t>(
        &self,
        class: &Class,
        target: &'t Target,
        key: (&'t str, bool),
        none: &mut BTreeSet<(&'t str, bool)>,
    ) -> bool {
        if none.contains(&key) {
            return true;
        }
        if none.contains(&(key.0, false)) {
            return false;
        }
        let Own::Policies(set) = &class.own else { return false };
        let named = set.names_action(&target.action);
        none.insert((key.0, !named));
        !named
    }

    fn one(&self, at: usize, class: &Class, place: usize, target: &Target, held: Option<&Held>, seeds: &mut Seeds) {
        let question = target.question(held);
        let telling = held.filter(|held| held.policies.is_telling());
        let Some(held) = telling else {
            seeds.add(self.graph.find(&Node::Class(at)), self.judge.strength(&class.who(), &question), place);
            return;
        };
        let mut alike: BTreeMap<Vec<u8>, Vec<usize>> = BTreeMap::new();
        for member in self.members.get(&at).into_iter().flatten().copied() {
            let Some(principal) = self.authority.principals.get(member) else { continue };
            let mut look = Vec::new();
            let bounded = principal.boundary.is_some();
            held.policies.outlook(&principal.caller, &principal.keys, bounded, &mut look);
            alike.entry(look).or_default().push(member);
        }
        for members in alike.into_values() {
            let Some(first) = members.first().and_then(|at| self.authority.principals.get(*at)) else { continue };
            let who = Who { caller: &first.caller, keys: &first.keys, ..class.who() };
            let strength = self.judge.strength(&who, &question);
            for member in members {
                seeds.add(self.graph.principal(member), strength, place);
            }
        }
        // Those whose policies were changed, and whoever was made anew.
        for (member, _) in self.changed_to.iter().filter(|(_, classes)| classes.contains(&at)) {
            let Some(principal) = self.authority.principals.get(*member) else { continue };
            let who = Who { caller: &principal.caller, keys: &principal.keys, ..class.who() };
            seeds.add(self.graph.find(&Node::Changed(*member, at)), self.judge.strength(&who, &question), place);
        }
        if class.is_everything() {
            seeds.add(self.graph.find(&Node::Class(at)), self.judge.strength(&class.who(), &question), place);
        }
    }

    /// What the policy of a resource lets principals of other accounts do.
    fn across(&self, place: usize, target: &Target, seeds: &mut Seeds) {
        let Some(held) = self.held(target) else { return };
        let parties = held.policies.parties();
        let mut accounts: BTreeSet<AccountId> = BTreeSet::new();
        for party in &parties {
            match party {
                Party::Everyone => accounts.extend(self.estates.keys().cloned()),
                Party::Account(id) => accounts.extend(id.parse().ok()),
                Party::Principal(arn) | Party::Session(arn) => {
                    accounts.extend(arn.split(':').nth(4).and_then(|id| id.parse().ok()));
                }
                _ => {}
            }
        }
        accounts.remove(&target.owner);
        for (at, class) in self.classes.list.iter().enumerate() {
            if accounts.contains(&class.account) {
                self.one(at, class, place, target, Some(held), seeds);
            }
        }
        self.of_outsiders(place, target, held, seeds);
    }

    fn of_outsiders(&self, place: usize, target: &Target, held: &Held, seeds: &mut Seeds) {
        let everyone = held.policies.parties().contains(&Party::Everyone);
        let read = |account: &AccountId| self.was_read(account);
        let named: BTreeSet<Outsider> =
            held.policies.parties().into_iter().filter_map(|party| outsider(party, read)).collect();
        for (at, party) in self.parties.all() {
            let member = party.account().is_some_and(|id| self.authority.chains.accounts().any(|(one, _)| *one == id));
            let let_in = named.contains(party) || (everyone && member);
            if !let_in {
                continue;
            }
            let Some(some) = self.stranger(party) else { continue };
            let strength = self.judge.strength(&some.who(), &target.question(Some(held)));
            seeds.add(self.graph.find(&Node::Party(at)), strength, place);
        }
    }

    /// Somebody from outside as a caller: whatever its own policies say. Providers vouch for others and call nothing.
    pub(crate) fn stranger(&self, party: &Outsider) -> Option<Stranger> {
        let member = |id: &AccountId| self.authority.chains.accounts().any(|(one, _)| one == id);
        let own =
            self.authority.chains.organization.as_deref().filter(|_| party.account().as_ref().is_some_and(member));
        match party {
            Outsider::Anyone => Some(Stranger::of_account(OTHER_ACCOUNT, Some(OTHER_ORGANIZATION))),
            Outsider::Account(id) => Some(Stranger::of_account(id.as_str(), own)),
            Outsider::Principal(arn) => Stranger::named(arn, own),
            Outsider::Provider(_) => None,
        }
    }

    /// Whether any administrator or the root user of an account can, whatever their own policies say; with the policy of
    /// the resource, or as if it had none.
    pub(crate) fn worst_case(&self, target: &Target, with_policy: bool) -> Strength {
        let held = self.held(target).filter(|_| with_policy);
        let question = target.question(held);
        let question = match held {
            None => Question { policy: ResourcePolicy::Everything, ..question },
            Some(_) => question,
        };
        let classes = self.classes.list.iter().filter(|class| class.account == target.owner);
        let worst = classes.filter(|class| matches!(class.own, Own::Everything));
        worst.map(|class| self.judge.strength(&class.who(), &question)).max().unwrap_or(Strength::Unread)
    }
}
