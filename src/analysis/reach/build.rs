//! Building the graph: classes, the edges inside each account, then the trusts and the organization's control planes.
//! Imports the room.
//!
//! Every class is asked once for each kind of edge. What it may do to a whole family of targets leads to one hub; only where
//! its policies tell targets apart are those looked at, and then those of one look together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::aims::Asking;
use super::class::{Class, Classes, Draft};
use super::edges::{self, Aim, EdgeKind, Gain, On as ActsOn};
use super::estate::{self, Estate};
use super::graph::{Edge, Graph, IS, Node, NodeId};
use super::judge::{Judge, On, Own, Question, Strength};
use super::parties::Parties;
use crate::analysis::Context;
use crate::analysis::authority::{Authority, PrincipalKind};
use crate::analysis::guards::resources_of;
use crate::model::facts::Unread;
use crate::model::ids::{AccountId, Arn};
use crate::policy::{Caller, Context as Keys, Fact, PolicySet};

/// How many names are tried that guards may exempt.
const MOST_NAMES: usize = 32;

/// The name of a role that somebody makes anew.
const NEW_ROLE: &str = "palisade-new-role";

/// Policies as they were; with less; and with more, where that is another thing.
type Loose = (Arc<PolicySet>, Arc<PolicySet>, Option<Arc<PolicySet>>);

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
    /// The principals that are in a class once something was changed, and could change more: by the class.
    pub(super) changes: BTreeMap<usize, BTreeSet<usize>>,
    /// Policies without what denies, by their place in memory, the kind of edge that takes it off, and which are attached to
    /// their holder.
    pub(super) loose: BTreeMap<(usize, u16, Vec<Arn>), Option<Loose>>,
    /// What of the organization is unread that could hide an edge.
    pub(super) unread: Vec<Unread>,
    /// How many classes were gone through.
    done: usize,
}

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
            changes: BTreeMap::new(),
            loose: BTreeMap::new(),
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
            members: members(&self.class_of),
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
        let mut asking = Asking::default();
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
        let resources = values.flat_map(|value| resources_of(&value, account.as_str()));
        let names = resources.filter_map(|resource| {
            let name = resource.strip_prefix("role/")?;
            let arn = format!("arn:{}:iam::{account}:role/{name}", self.judge.partition());
            self.authority.principal(&arn).is_none().then(|| name.to_owned())
        });
        names.collect::<BTreeSet<_>>().into_iter().take(MOST_NAMES).collect()
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
pub(super) struct Step {
    pub(super) from: NodeId,
    /// The class, by place.
    pub(super) at: usize,
    pub(super) kind: u16,
    pub(super) strength: Strength,
}

impl Builder<'_, '_> {
    /// The organization, where an account belongs to it.
    pub(super) fn organization_of(&self, account: &AccountId) -> Option<String> {
        let member = self.authority.chains.accounts().any(|(id, _)| id == account);
        self.authority.chains.organization.clone().filter(|_| member)
    }
}

/// The principals of each class, by place.
pub(super) fn members(class_of: &[Option<usize>]) -> BTreeMap<usize, Vec<usize>> {
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, class) in class_of.iter().enumerate() {
        if let Some(class) = class {
            members.entry(*class).or_default().push(at);
        }
    }
    members
}
