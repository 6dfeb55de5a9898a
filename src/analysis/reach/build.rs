//! Building the graph: classes, the edges inside each account, then the trusts and the organization's control planes.
//! Imports the room.
//!
//! Every class is asked once for each kind of edge. What it may do to a whole family of targets leads to one hub; only where
//! its policies tell targets apart are those looked at, and then those of one look together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::class::{Class, Classes, Draft};
use super::edges::{self, Aim, EdgeKind, Gain, On as ActsOn};
use super::estate::{self, Estate};
use super::graph::{Edge, Graph, IS, Node, NodeId};
use super::judge::{Judge, On, Own, Question, Strength};
use super::parties::Parties;
use super::reading::{covers_all, fits};
use crate::analysis::Context;
use crate::analysis::authority::{Authority, PrincipalKind};
use crate::model::facts::Unread;
use crate::model::ids::AccountId;
use crate::policy::{Caller, Context as Keys, Fact};

/// The name of a role that somebody makes anew.
const NEW_ROLE: &str = "palisade-new-role";

/// What is being built.
pub(super) struct Builder<'c, 'a> {
    pub(super) cx: &'c Context<'a>,
    pub(super) authority: &'c Authority<'a>,
    pub(super) judge: Judge<'c>,
    pub(super) classes: Classes,
    pub(super) graph: Graph,
    pub(super) estates: BTreeMap<AccountId, Arc<Estate>>,
    pub(super) parties: Parties,
    /// The class of each principal as it is.
    pub(super) class_of: Vec<Option<usize>>,
    /// Hubs by what is in them.
    hubs: BTreeMap<Vec<usize>, usize>,
    pub(super) hub_list: Vec<Vec<usize>>,
    /// The class of an administrator that somebody makes anew, by account.
    pub(super) administrators: BTreeMap<AccountId, usize>,
    /// Principals that some policy tells from all others of their class.
    pub(super) named: BTreeSet<usize>,
    /// The classes that principals would be in after a change, where they have nodes of their own.
    pub(super) changed_to: BTreeMap<usize, BTreeSet<usize>>,
    /// What of the organization is unread that could hide an edge.
    pub(super) unread: Vec<Unread>,
    /// How many classes were gone through.
    done: usize,
}

/// Principals that are reached alike.
type Targets = Vec<(Vec<usize>, Strength)>;

impl<'c, 'a> Builder<'c, 'a>
where
    'a: 'c,
{
    pub(super) fn new(cx: &'c Context<'a>, authority: &'c Authority<'a>) -> Self {
        Self {
            cx,
            authority,
            judge: Judge::new(cx, authority),
            classes: Classes::default(),
            graph: Graph::default(),
            estates: estate::all(cx, authority),
            parties: Parties::default(),
            class_of: vec![None; authority.principals.len()],
            hubs: BTreeMap::new(),
            hub_list: Vec::new(),
            administrators: BTreeMap::new(),
            named: BTreeSet::new(),
            changed_to: BTreeMap::new(),
            unread: Vec::new(),
            done: 0,
        }
    }

    pub(super) fn run(&mut self) {
        self.named = super::trust::named(self.authority);
        self.principals();
        while let Some(class) = self.classes.get(self.done).cloned() {
            self.done += 1;
            self.inside(self.done - 1, &class);
        }
        super::trust::link(self);
        super::organization::link(self);
        super::rights::outsiders(self);
        self.graph.settle();
    }

    /// What was built.
    pub(super) fn finish(self) -> super::Reach<'c, 'a> {
        super::Reach {
            cx: self.cx,
            authority: self.authority,
            judge: self.judge,
            classes: self.classes,
            graph: self.graph,
            parties: self.parties,
            estates: self.estates,
            class_of: self.class_of,
            administrators: self.administrators,
            changed_to: self.changed_to,
            unread: self.unread,
        }
    }

    /// A node for every principal that can be a source, its class, and each account's administrators to be.
    fn principals(&mut self) {
        for (at, principal) in self.authority.principals.iter().enumerate() {
            if principal.service_linked() {
                continue;
            }
            let class = self.classes.of(self.authority, Draft::of(principal));
            if let Some(place) = self.class_of.get_mut(at) {
                *place = Some(class);
            }
            let (from, to) = (self.graph.node(Node::Principal(at)), self.graph.node(Node::Class(class)));
            self.graph.link(from, Edge { to, kind: IS, strength: Strength::Sure, witness: None });
        }
        let scanned: Vec<AccountId> = self.cx.inventory.accounts.iter().map(|account| account.id.clone()).collect();
        let members = self.authority.chains.accounts().map(|(id, _)| id.clone());
        for account in scanned.into_iter().chain(members).collect::<BTreeSet<_>>() {
            if let Some(class) = self.new_role(&account, NEW_ROLE) {
                self.graph.node(Node::Class(class));
                self.administrators.insert(account, class);
            }
        }
    }

    /// The class of a role that is made anew under a name.
    fn new_role(&mut self, account: &AccountId, name: &str) -> Option<usize> {
        let arn = format!("arn:{}:iam::{account}:role/{name}", self.judge.partition());
        let mut keys = Keys::open()
            .with("aws:PrincipalArn", Fact::values([arn.as_str()]))
            .with("aws:PrincipalAccount", Fact::values([account.as_str()]))
            .with("aws:PrincipalIsAWSService", Fact::values(["false"]))
            .with("aws:PrincipalServiceName", Fact::Absent)
            .with("aws:PrincipalType", Fact::values(["AssumedRole"]));
        let member = self.authority.chains.accounts().any(|(id, _)| id == account);
        if let Some(organization) = self.authority.chains.organization.as_deref().filter(|_| member) {
            keys.set("aws:PrincipalOrgID", Fact::values([organization]));
        }
        let caller = Caller::read(&arn, account.as_str(), &keys).ok()?;
        let draft = Draft {
            account: account.clone(),
            kind: PrincipalKind::Role,
            own: Own::Everything,
            boundary: None,
            caller,
            keys: Arc::new(keys),
            doubtful: false,
        };
        Some(self.classes.of(self.authority, draft))
    }

    /// The hub that leads to these principals, which are in order.
    pub(super) fn hub(&mut self, members: &[usize]) -> Option<NodeId> {
        match members {
            [] => None,
            [one] => self.graph.principal(*one),
            _ => {
                let at = match self.hubs.get(members) {
                    Some(at) => *at,
                    None => {
                        self.hub_list.push(members.to_vec());
                        self.hubs.insert(members.to_vec(), self.hub_list.len() - 1);
                        self.hub_list.len() - 1
                    }
                };
                let known = self.graph.find(&Node::Hub(at));
                let hub = self.graph.node(Node::Hub(at));
                if known.is_none() {
                    for to in members.iter().filter_map(|at| self.graph.principal(*at)).collect::<Vec<_>>() {
                        self.graph.link(hub, Edge { to, kind: IS, strength: Strength::Sure, witness: None });
                    }
                }
                Some(hub)
            }
        }
    }

    /// A hub of its own, which leads to nobody yet.
    pub(super) fn fresh_hub(&mut self) -> NodeId {
        self.hub_list.push(Vec::new());
        self.graph.node(Node::Hub(self.hub_list.len() - 1))
    }

    /// The edges of a class inside its account.
    fn inside(&mut self, at: usize, class: &Class) {
        let Some(estate) = self.estates.get(&class.account).cloned() else { return };
        let from = self.graph.node(Node::Class(at));
        let mut asking = Asking { some: BTreeMap::new(), targets: BTreeMap::new(), looks: None };
        // How surely the class becomes others, which whoever edits them has to do as well.
        let mut becomes: BTreeMap<usize, Strength> = BTreeMap::new();
        for (kind, edge) in (0_u16..).zip(edges::all()) {
            if matches!(edge.aim, Aim::Trusted | Aim::Members) || !class.names_all(edge) {
                continue;
            }
            let Some(some) = self.some(class, edge, &mut asking) else { continue };
            let step = Step { from, at, kind, strength: some };
            match edge.aim {
                Aim::Account => self.administrator(class, &step, edge),
                _ => self.aimed(class, &estate, &step, edge, &mut asking, &mut becomes),
            }
        }
    }

    /// How surely the actions of an edge succeed that act on some resource; none where one does not.
    fn some(&self, class: &Class, edge: &EdgeKind, asking: &mut Asking) -> Option<Strength> {
        let mut strength = if edge.when.is_some() { Strength::Conditional } else { Strength::Sure };
        for (action, on) in &edge.actions {
            let ActsOn::Some(on) = on else { continue };
            let known = asking.some.entry((action.clone(), on.clone()));
            let own = *known.or_insert_with(|| self.judge.on_some(&class.who(), action, on, &class.account));
            strength = strength.min(own);
        }
        (strength > Strength::No).then_some(strength)
    }

    /// Somebody makes an administrator of the account, under a name that no guard knows, or under one that a guard exempts.
    fn administrator(&mut self, class: &Class, step: &Step, edge: &EdgeKind) {
        let Some(plain) = self.administrators.get(&class.account).copied() else { return };
        let kind = step.kind;
        self.link_class(step.from, plain, kind, step.strength, None);
        if !edge.actions.iter().any(|(action, _)| action == "iam:CreateRole") {
            return;
        }
        for name in self.exempt_names(&class.account) {
            let arn = format!("arn:{}:iam::{}:role/{name}", self.judge.partition(), class.account);
            let region = self.judge.global();
            let sure = edge.actions.iter().map(|(action, _)| {
                let question = Question::new(action, On::One(&arn), &class.account, region);
                self.judge.strength(&class.who(), &question)
            });
            let strength = sure.min().unwrap_or(Strength::No).min(step.strength);
            if strength == Strength::No {
                continue;
            }
            if let Some(exempt) = self.new_role(&class.account, &name).filter(|exempt| *exempt != plain) {
                self.link_class(step.from, exempt, kind, strength, None);
            }
        }
    }

    /// Names under which a new role would be exempt from a guard of the account's chain, where no role has them yet.
    fn exempt_names(&self, account: &AccountId) -> Vec<String> {
        let Some(chain) = self.authority.chains.of(account) else { return Vec::new() };
        let values = chain.scps.levels().iter().flat_map(|level| level.policies().values_of("aws:principalarn"));
        let names = values.filter_map(|value| {
            let (head, name) = value.split_once(":role/")?;
            let owner = head.rsplit(':').next()?;
            let here = owner == account.as_str() || owner == "*";
            let name = name.replace(['*', '?'], "x");
            // Nobody makes roles under these paths.
            let reserved = name.starts_with("aws-reserved/") || name.starts_with("aws-service-role/");
            let arn = format!("arn:{}:iam::{account}:role/{name}", self.judge.partition());
            (here && !reserved && self.authority.principal(&arn).is_none()).then_some(name)
        });
        names.collect::<BTreeSet<_>>().into_iter().take(16).collect()
    }

    fn aimed(
        &mut self,
        class: &Class,
        estate: &Estate,
        step: &Step,
        edge: &EdgeKind,
        asking: &mut Asking,
        becomes: &mut BTreeMap<usize, Strength>,
    ) {
        let (policies, groups): (&[_], &[_]) = match edge.aim {
            Aim::Policy => (&estate.policies, &[]),
            Aim::Boundary => (&estate.boundaries, &[]),
            Aim::Group => (&[], &estate.groups),
            _ => (&[], &[]),
        };
        let region = self.judge.global().map(str::to_owned);
        if let Some(action) = edge.on_target() {
            for shared in policies {
                let question = Question::new(action, On::One(&shared.arn), &class.account, region.as_deref());
                let strength = self.judge.strength(&class.who(), &question).min(step.strength);
                self.gain(class, &Step { strength, ..*step }, edge.gain, &shared.holders, becomes);
            }
            for group in groups {
                let arn = &group.shared.arn;
                let question = Question::new(action, On::One(arn), &class.account, region.as_deref());
                let strength = self.judge.strength(&class.who(), &question).min(step.strength);
                match edge.gain {
                    Gain::Join if strength > Strength::No => {
                        let draft = Draft {
                            account: class.account.clone(),
                            kind: PrincipalKind::User,
                            own: Own::Policies(Arc::clone(&group.policies)),
                            boundary: class.boundary.clone(),
                            caller: class.caller.clone(),
                            keys: Arc::clone(&class.keys),
                            doubtful: class.doubtful,
                        };
                        let joined = self.classes.of(self.authority, draft);
                        self.link_class(step.from, joined, step.kind, strength, None);
                    }
                    Gain::Join => {}
                    gain => {
                        self.gain(class, &Step { strength, ..*step }, gain, &group.shared.holders, becomes);
                    }
                }
            }
        }
        if !matches!(edge.aim, Aim::Role | Aim::User) {
            return;
        }
        for (members, strength) in self.targets(class, estate, edge, asking) {
            let strength = strength.min(step.strength);
            self.gain(class, &Step { strength, ..*step }, edge.gain, &members, becomes);
        }
    }

    /// The principals that the target action of an edge reaches, those of one strength together.
    fn targets(&self, class: &Class, estate: &Estate, edge: &EdgeKind, asking: &mut Asking) -> Targets {
        let family = match (edge.aim, &edge.trusts) {
            (Aim::User, _) => &estate.users,
            (_, None) => &estate.roles,
            (_, Some(service)) => match estate.trusting.get(service) {
                Some(roles) => roles,
                None => return Vec::new(),
            },
        };
        let Some(action) = edge.on_target() else { return vec![(family.clone(), Strength::Sure)] };
        let service = edge.trusts.as_deref().filter(|_| edge.passes());
        let key = (action.to_owned(), edge.trusts.clone());
        if let Some(known) = asking.targets.get(&key) {
            return known.clone();
        }
        let more = service.map(|service| ("iam:PassedToService", service));
        let found = self.reached(class, action, edge.aim, family, more, asking);
        asking.targets.insert(key, found.clone());
        found
    }

    fn reached(
        &self,
        class: &Class,
        action: &str,
        aim: Aim,
        family: &[usize],
        more: Option<(&str, &str)>,
        asking: &mut Asking,
    ) -> Targets {
        let word = if aim == Aim::User { "user" } else { "role" };
        let all = format!("arn:{}:iam::{}:{word}/*", self.judge.partition(), class.account);
        let region = self.judge.global();
        let question = Question { more, ..Question::new(action, On::Each(&all), &class.account, region) };
        match self.judge.strength(&class.who(), &question) {
            Strength::No => return Vec::new(),
            Strength::Sure => return vec![(family.to_vec(), Strength::Sure)],
            Strength::Conditional | Strength::Unread => {}
        }
        let candidates = candidates(self.authority, class, action, &all, family);
        let looks = asking.looks.get_or_insert_with(|| telling(self.authority, class, "iam"));
        let mut alike: BTreeMap<Vec<bool>, Vec<usize>> = BTreeMap::new();
        for at in candidates {
            let Some(principal) = self.authority.principals.get(at) else { continue };
            let look = looks.iter().map(|pattern| fits(pattern, principal.arn.as_str())).collect();
            alike.entry(look).or_default().push(at);
        }
        let mut found: BTreeMap<Strength, Vec<usize>> = BTreeMap::new();
        for members in alike.into_values() {
            let Some(first) = members.first().and_then(|at| self.authority.principals.get(*at)) else { continue };
            let question = Question { on: On::One(first.arn.as_str()), ..question };
            let strength = self.judge.strength(&class.who(), &question);
            if strength > Strength::No {
                found.entry(strength).or_default().extend(members);
            }
        }
        let ordered = found.into_iter().map(|(strength, mut members)| {
            members.sort_unstable();
            (members, strength)
        });
        ordered.collect()
    }

    /// Links a class to what it gains from some principals.
    fn gain(
        &mut self,
        class: &Class,
        step: &Step,
        gain: Gain,
        members: &[usize],
        becomes: &mut BTreeMap<usize, Strength>,
    ) {
        if step.strength == Strength::No {
            return;
        }
        match gain {
            Gain::Become => {
                if let Some(to) = self.hub(members) {
                    self.graph.link(step.from, Edge { to, kind: step.kind, strength: step.strength, witness: None });
                }
                for at in members {
                    let best = becomes.entry(*at).or_insert(Strength::No);
                    *best = step.strength.max(*best);
                }
            }
            Gain::Edit | Gain::Free => self.change(class, step, gain, members, becomes),
            Gain::Join | Gain::Administrator | Gain::Root => {}
        }
    }

    /// Somebody changes what principals may: itself, or others that it then has to become.
    fn change(
        &mut self,
        class: &Class,
        step: &Step,
        gain: Gain,
        members: &[usize],
        becomes: &BTreeMap<usize, Strength>,
    ) {
        let mut steps: BTreeMap<(NodeId, NodeId), (Strength, usize)> = BTreeMap::new();
        for at in members {
            let Some(changed) = self.changed(*at, gain) else { continue };
            let own = self.class_of.get(*at).copied().flatten() == Some(step.at);
            let itself = if own { self.graph.principal(*at) } else { None };
            // Whoever acts as it is somebody else, unless the class becomes it too.
            let other = becomes.get(at).copied().unwrap_or(Strength::No).max(Strength::Conditional);
            let both = [(Some(step.from), step.strength.min(other)), (itself, step.strength)];
            for (from, strength) in both {
                let Some(from) = from else { continue };
                let best = steps.entry((from, changed)).or_insert((Strength::No, *at));
                if strength > best.0 {
                    *best = (strength, *at);
                }
            }
        }
        let node = self.graph.node(Node::Class(step.at));
        for ((from, to), (strength, witness)) in steps {
            // Whoever may do everything already gains nothing by being allowed it.
            if to != node || class.boundary.is_some() {
                self.graph.link(from, Edge { to, kind: step.kind, strength, witness: Some(witness) });
            }
        }
    }

    /// The node of a principal whose policies, or whose boundary, were changed.
    fn changed(&mut self, at: usize, gain: Gain) -> Option<NodeId> {
        let principal = self.authority.principals.get(at)?;
        let mut draft = Draft::of(principal);
        match gain {
            Gain::Free if draft.boundary.is_none() => return None,
            Gain::Free => draft.boundary = None,
            _ => {
                draft.own = Own::Everything;
                // What was unread is overwritten; an unread boundary still holds.
                draft.doubtful = principal.boundary.as_ref().is_some_and(|held| !held.unread.is_empty());
            }
        }
        let class = self.classes.of(self.authority, draft);
        let to = self.graph.node(Node::Class(class));
        if !self.named.contains(&at) {
            return Some(to);
        }
        let known = self.graph.find(&Node::Changed(at, class));
        let node = self.graph.node(Node::Changed(at, class));
        if known.is_none() {
            self.changed_to.entry(at).or_default().insert(class);
            self.graph.link(node, Edge { to, kind: IS, strength: Strength::Sure, witness: None });
        }
        Some(node)
    }

    pub(super) fn link_class(
        &mut self,
        from: NodeId,
        class: usize,
        kind: u16,
        strength: Strength,
        witness: Option<usize>,
    ) {
        let to = self.graph.node(Node::Class(class));
        self.graph.link(from, Edge { to, kind, strength, witness });
    }
}

/// A step that is being made.
#[derive(Clone, Copy)]
struct Step {
    from: NodeId,
    /// The class, by place.
    at: usize,
    kind: u16,
    strength: Strength,
}

/// What was already asked for a class.
struct Asking {
    some: BTreeMap<(String, String), Strength>,
    targets: BTreeMap<(String, Option<String>), Targets>,
    looks: Option<Vec<String>>,
}

/// The members of a family that a class's own policies name for an action. A family is in order of its ARNs.
pub(super) fn candidates(
    authority: &Authority<'_>,
    class: &Class,
    action: &str,
    all: &str,
    family: &[usize],
) -> Vec<usize> {
    let Own::Policies(set) = &class.own else { return family.to_vec() };
    let patterns = set.resources_of(action);
    if patterns.iter().any(|pattern| covers_all(pattern, all)) {
        return family.to_vec();
    }
    let arn = |at: &usize| authority.principals.get(*at).map_or("", |principal| principal.arn.as_str());
    let mut found = BTreeSet::new();
    for pattern in &patterns {
        let head = pattern.split(['*', '?']).next().unwrap_or("");
        let from = family.partition_point(|at| arn(at) < head);
        let near = family.get(from..).unwrap_or_default().iter().take_while(|at| arn(at).starts_with(head));
        found.extend(near.filter(|at| fits(pattern, arn(at))).copied());
    }
    found.into_iter().collect()
}

/// The patterns by which the policies of a class tell resources of a service apart.
pub(super) fn telling(authority: &Authority<'_>, class: &Class, service: &str) -> Vec<String> {
    let mut patterns = BTreeSet::new();
    if let Own::Policies(set) = &class.own {
        patterns.extend(set.telling_resources(service));
    }
    patterns.extend(class.boundary.iter().flat_map(|set| set.telling_resources(service)));
    if let Some(chain) = authority.chains.of(&class.account) {
        patterns.extend(chain.scps.levels().iter().flat_map(|level| level.policies().telling_resources(service)));
    }
    patterns.into_iter().collect()
}

impl Builder<'_, '_> {
    /// The organization, where an account belongs to it.
    pub(super) fn organization_of(&self, account: &AccountId) -> Option<String> {
        let member = self.authority.chains.accounts().any(|(id, _)| id == account);
        self.authority.chains.organization.clone().filter(|_| member)
    }
}
