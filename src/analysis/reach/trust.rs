//! Who may assume which role: the trusts, found by what they name. Imports the builder.
//!
//! Roles of one account with equal trust policies are one group. A class that may assume whatever trusts its account is
//! asked once for each group; and where a trust tells nobody of the account apart, once for the account.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::aims::{candidates, telling};
use super::build::{Builder, members};
use super::class::{Class, Draft};
use super::edges;
use super::graph::{Edge, IS, Node, NodeId};
use super::judge::{On, Own, Question, Strength, Who};
use super::parties::{OTHER_ACCOUNT, OTHER_ORGANIZATION, Outsider, Stranger};
use super::reading::fits;
use crate::analysis::authority::{Authority, Held, PrincipalKind};
use crate::model::ids::AccountId;
use crate::policy::{Context as Keys, Fact, Party, ResourcePolicy};

const ASSUME: &str = "sts:AssumeRole";

/// Principals that a trust or the policy of a resource names one by one.
pub(super) fn named(authority: &Authority<'_>) -> BTreeSet<usize> {
    let trusts = authority.principals.iter().filter_map(|principal| principal.trust.as_ref());
    let ids = Ids::new(authority);
    trusts
        .chain(authority.resources.all())
        .flat_map(|held| held.policies.parties())
        .filter_map(|party| ids.find(authority, party))
        .collect()
}

/// Principals by what else than their ARN names them.
struct Ids<'p>(BTreeMap<&'p str, usize>, BTreeMap<(String, &'p str), usize>);

impl<'p> Ids<'p> {
    fn new(authority: &'p Authority<'_>) -> Self {
        let mut ids = Self(BTreeMap::new(), BTreeMap::new());
        for (at, principal) in authority.principals.iter().enumerate() {
            if let Some(role) = principal.role {
                ids.0.insert(&role.id, at);
                ids.1.insert((principal.account.to_string(), &role.name), at);
            }
            if let Some(user) = principal.user {
                ids.0.insert(&user.id, at);
            }
        }
        ids
    }

    fn find(&self, authority: &Authority<'_>, party: Party<'_>) -> Option<usize> {
        match party {
            Party::Principal(arn) => authority.place(arn),
            Party::Id(id) => self.0.get(id).copied(),
            Party::Session(arn) => {
                let account = arn.split(':').nth(4)?.to_owned();
                self.1.get(&(account, arn.split('/').nth(1)?)).copied()
            }
            _ => None,
        }
    }
}

/// Roles of an account with one trust policy.
struct Group {
    account: AccountId,
    trust: Held,
    roles: Vec<usize>,
}

fn groups(builder: &Builder<'_, '_>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (account, estate) in &builder.estates {
        let mut known: BTreeMap<usize, usize> = BTreeMap::new();
        for at in &estate.roles {
            let trust = builder.authority.principals.get(*at).and_then(|principal| principal.trust.as_ref());
            let Some(trust) = trust else { continue };
            let place = *known.entry(Arc::as_ptr(&trust.policies).addr()).or_insert_with(|| {
                groups.push(Group { account: account.clone(), trust: trust.clone(), roles: Vec::new() });
                groups.len() - 1
            });
            if let Some(group) = groups.get_mut(place) {
                group.roles.push(*at);
            }
        }
    }
    groups
}

/// Adds the edges of every trust.
pub(super) fn link(builder: &mut Builder<'_, '_>) {
    let mut by_account: BTreeMap<AccountId, Vec<usize>> = BTreeMap::new();
    for (at, class) in builder.classes.list.iter().enumerate() {
        by_account.entry(class.account.clone()).or_default().push(at);
    }
    let members = members(&builder.class_of);
    let groups = groups(builder);
    let authority = builder.authority;
    let mut linker =
        Linker { ids: Ids::new(authority), builder, by_account, members, wide: BTreeMap::new(), hubs: BTreeMap::new() };
    for group in &groups {
        linker.group(group);
    }
}

struct Linker<'b, 'c, 'a> {
    builder: &'b mut Builder<'c, 'a>,
    ids: Ids<'c>,
    by_account: BTreeMap<AccountId, Vec<usize>>,
    members: BTreeMap<usize, Vec<usize>>,
    /// Whether a class may assume whatever role of an account trusts it.
    wide: BTreeMap<(usize, AccountId), Strength>,
    /// The hub of all who surely may, from one account into another, with who is linked to it already.
    hubs: BTreeMap<(AccountId, AccountId), (NodeId, BTreeSet<usize>)>,
}

impl Linker<'_, '_, '_> {
    fn group(&mut self, group: &Group) {
        for party in group.trust.policies.parties() {
            match party {
                Party::Everyone => {
                    let read: Vec<AccountId> = self.builder.estates.keys().cloned().collect();
                    for account in read {
                        self.account(&account, group, true);
                    }
                    self.outsider(Outsider::Anyone, group);
                }
                Party::Account(id) => {
                    if let Ok(account) = id.parse() {
                        self.account(&account, group, false);
                    }
                }
                Party::Principal(_) | Party::Id(_) | Party::Session(_) => self.individual(party, group),
                Party::Provider(arn) => self.outsider(Outsider::Provider(arn.to_owned()), group),
                Party::Service(_) | Party::Unclear => {}
            }
        }
    }

    /// The best answer over the regions that the caller may choose.
    fn assume(&self, who: &Who<'_>, target: usize, policy: Option<&Held>) -> Strength {
        let Some(role) = self.builder.authority.principals.get(target) else { return Strength::No };
        let caller: Option<AccountId> = who.caller.account().parse().ok();
        let judge = &self.builder.judge;
        let own = caller.as_ref().map_or(&[][..], |account| judge.regions(account));
        let regions = judge.global().into_iter().chain(own.iter().map(String::as_str));
        let question = Question::new(ASSUME, On::One(role.arn.as_str()), &role.account, None);
        let question = match policy {
            Some(held) => judge.trusted(held, question),
            None => Question { policy: ResourcePolicy::Everything, ..question },
        };
        judge.in_some_region(who, &question, regions)
    }

    fn wide(&mut self, at: usize, class: &Class, account: &AccountId) -> Strength {
        let key = (at, account.clone());
        if let Some(known) = self.wide.get(&key) {
            return *known;
        }
        let judge = &self.builder.judge;
        let all = format!("arn:{}:iam::{account}:role/*", judge.partition());
        let regions = judge.global().into_iter().chain(judge.regions(&class.account).iter().map(String::as_str));
        let question = Question::new(ASSUME, On::Each(&all), account, None);
        let question = Question { policy: ResourcePolicy::Everything, ..question };
        let best = judge.in_some_region(&class.who(), &question, regions);
        self.wide.insert(key, best);
        best
    }

    /// A trust of a whole account, or of everybody.
    fn account(&mut self, source: &AccountId, group: &Group, everyone: bool) {
        if !self.builder.estates.get(source).is_some_and(|estate| estate.read) {
            self.outsider(Outsider::Account(source.clone()), group);
        }
        let same = *source == group.account;
        let telling = group.trust.policies.is_telling();
        for at in self.by_account.get(source).cloned().unwrap_or_default() {
            let Some(class) = self.builder.classes.get(at).cloned() else { continue };
            // AssumeRole refuses root credentials:
            // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
            if class.kind == PrincipalKind::Root {
                continue;
            }
            // In its own account a trust of everybody needs no identity policy.
            let free = same && everyone;
            let wide = if free { Strength::Sure } else { self.own_side(at, &class, group) };
            match wide {
                Strength::No => {}
                Strength::Sure if !telling && !free => self.through_hub(source, at, &class, group),
                Strength::Sure => self.told_apart(at, &class, &group.roles, group),
                Strength::Unread | Strength::Conditional => self.some_of(at, &class, group),
            }
        }
    }

    fn own_side(&mut self, at: usize, class: &Class, group: &Group) -> Strength {
        if class.names(ASSUME) { self.wide(at, class, &group.account) } else { Strength::No }
    }

    /// Everybody of the account who may assume what trusts it is let in alike.
    fn through_hub(&mut self, source: &AccountId, at: usize, class: &Class, group: &Group) {
        let key = (source.clone(), group.account.clone());
        if !self.hubs.contains_key(&key) {
            let hub = self.builder.fresh_hub();
            self.hubs.insert(key.clone(), (hub, BTreeSet::new()));
        }
        let Some((hub, linked)) = self.hubs.get_mut(&key) else { return };
        let hub = *hub;
        if linked.insert(at) {
            let from = self.builder.graph.node(Node::Class(at));
            self.builder.graph.link(from, Edge { to: hub, kind: IS, strength: Strength::Sure, witness: None });
        }
        let Some(to) = self.builder.hub(&group.roles) else { return };
        let kind = edges::place("assume-role");
        if self.builder.graph.has(hub, to, kind) {
            return;
        }
        let Some(first) = group.roles.first() else { return };
        let strength = self.assume(&class.who(), *first, Some(&group.trust));
        self.builder.graph.link(hub, Edge { to, kind, strength, witness: None });
    }

    /// Roles that the class's own policies, or those of its organization, tell apart.
    fn some_of(&mut self, at: usize, class: &Class, group: &Group) {
        let all = format!("arn:{}:iam::{}:role/*", self.builder.judge.partition(), group.account);
        let roles = candidates(self.builder.authority, class, ASSUME, &all, &group.roles);
        let looks = telling(self.builder.authority, class, "sts");
        let mut alike: BTreeMap<Vec<bool>, Vec<usize>> = BTreeMap::new();
        for role in roles {
            let Some(principal) = self.builder.authority.principals.get(role) else { continue };
            let look = looks.iter().map(|pattern| fits(pattern, principal.arn.as_str())).collect();
            alike.entry(look).or_default().push(role);
        }
        for roles in alike.into_values() {
            self.told_apart(at, class, &roles, group);
        }
    }

    /// Links a class to roles, or its members one by one where the trust tells them apart.
    fn told_apart(&mut self, at: usize, class: &Class, roles: &[usize], group: &Group) {
        let (Some(first), Some(to)) = (roles.first().copied(), self.builder.hub(roles)) else { return };
        let kind = edges::place("assume-role");
        let trust = &group.trust;
        let members = self.members.get(&at).cloned().unwrap_or_default();
        if !trust.policies.is_telling() {
            let strength = self.assume(&class.who(), first, Some(trust));
            let from = self.builder.graph.node(Node::Class(at));
            self.builder.graph.link(from, Edge { to, kind, strength, witness: None });
            return;
        }
        let mut alike: BTreeMap<Vec<u8>, Vec<usize>> = BTreeMap::new();
        for member in members {
            let Some(principal) = self.builder.authority.principals.get(member) else { continue };
            let mut look = Vec::new();
            trust.policies.outlook(&principal.caller, &principal.keys, principal.boundary.is_some(), &mut look);
            alike.entry(look).or_default().push(member);
        }
        for members in alike.into_values() {
            let Some(principal) = members.first().and_then(|at| self.builder.authority.principals.get(*at)) else {
                continue;
            };
            let who = Who { caller: &principal.caller, keys: &principal.keys, ..class.who() };
            let strength = self.assume(&who, first, Some(trust));
            for member in members {
                if let Some(from) = self.builder.graph.principal(member) {
                    self.builder.graph.link(from, Edge { to, kind, strength, witness: None });
                }
            }
        }
        if class.is_everything() {
            // It stands for whoever was changed or made, under whatever name.
            let organization = self.builder.organization_of(&class.account);
            let some = Stranger::of_account(class.account.as_str(), organization.as_deref());
            let who = Who { boundary: class.boundary.as_ref(), doubtful: class.doubtful, ..some.who() };
            let strength = self.assume(&who, first, Some(trust));
            let from = self.builder.graph.node(Node::Class(at));
            self.builder.graph.link(from, Edge { to, kind, strength, witness: None });
        }
    }

    /// A trust of one principal or session.
    fn individual(&mut self, party: Party<'_>, group: &Group) {
        let Some(at) = self.ids.find(self.builder.authority, party) else {
            if let Party::Principal(arn) | Party::Session(arn) = party {
                self.outsider(Outsider::Principal(arn.to_owned()), group);
            }
            return;
        };
        let Some(principal) = self.builder.authority.principals.get(at).filter(|one| !one.service_linked()) else {
            return;
        };
        let draft = Draft::of(principal);
        let session = match party {
            Party::Session(arn) => Stranger::named(arn, self.builder.organization_of(&principal.account).as_deref())
                .map(|stranger| stranger.with("aws:PrincipalArn", Fact::values([principal.arn.as_str()]))),
            _ => None,
        };
        let keys = match party {
            Party::Id(id) => {
                let keys = Keys::clone(&draft.keys).with("aws:userid", Fact::values([format!("{id}:palisade")]));
                Arc::new(keys)
            }
            _ => Arc::clone(&draft.keys),
        };
        let (kind, most) = match party {
            Party::Session(_) => ("assume-role-session", Strength::Conditional),
            _ => ("assume-role", Strength::Sure),
        };
        let kind = edges::place(kind);
        let as_it_is = self.builder.graph.principal(at).map(|node| (node, draft.own.clone(), draft.boundary.clone()));
        let changed = self.builder.changed_to.get(&at).cloned().unwrap_or_default().into_iter().filter_map(|class| {
            let node = self.builder.graph.find(&Node::Changed(at, class))?;
            let class = self.builder.classes.get(class)?;
            Some((node, class.own.clone(), class.boundary.clone()))
        });
        let callers: Vec<(NodeId, Own, _)> = as_it_is.into_iter().chain(changed).collect();
        for (from, own, boundary) in callers {
            let caller = session.as_ref().map_or(&draft.caller, |session| session.who().caller);
            let who = Who { caller, keys: &keys, own: &own, boundary: boundary.as_ref(), doubtful: draft.doubtful };
            for role in &group.roles {
                let strength = self.assume(&who, *role, Some(&group.trust)).min(most);
                if let Some(to) = self.builder.graph.principal(*role) {
                    self.builder.graph.link(from, Edge { to, kind, strength, witness: None });
                }
            }
        }
    }

    /// A trust of somebody whose policies are not known: whatever they are.
    fn outsider(&mut self, party: Outsider, group: &Group) {
        let Some(first) = group.roles.first().copied() else { return };
        let (kind, strength) = match &party {
            Outsider::Provider(arn) => self.provider(arn, first, group),
            Outsider::Anyone => {
                let some = Stranger::of_account(OTHER_ACCOUNT, Some(OTHER_ORGANIZATION));
                ("assume-role", self.assume(&some.who(), first, Some(&group.trust)))
            }
            Outsider::Account(id) => {
                let organization = self.builder.organization_of(id);
                let some = Stranger::of_account(id.as_str(), organization.as_deref());
                ("assume-role", self.assume(&some.who(), first, Some(&group.trust)))
            }
            Outsider::Principal(arn) => {
                let account = party.account();
                let organization = account.and_then(|account| self.builder.organization_of(&account));
                let strength = Stranger::named(arn, organization.as_deref())
                    .map_or(Strength::No, |some| self.assume(&some.who(), first, Some(&group.trust)));
                ("assume-role", strength)
            }
        };
        if strength == Strength::No {
            return;
        }
        let Some(to) = self.builder.hub(&group.roles) else { return };
        let place = self.builder.parties.place(party);
        let from = self.builder.graph.node(Node::Party(place));
        self.builder.graph.link(from, Edge { to, kind: edges::place(kind), strength, witness: None });
    }

    fn provider(&self, arn: &str, role: usize, group: &Group) -> (&'static str, Strength) {
        let (kind, action) = if arn.contains(":saml-provider/") {
            ("saml", "sts:AssumeRoleWithSAML")
        } else {
            ("web-identity", "sts:AssumeRoleWithWebIdentity")
        };
        let role = self.builder.authority.principals.get(role);
        let (Some(role), Some(some)) = (role, Stranger::named(arn, None)) else {
            // Providers that are known by name alone, such as accounts.google.com, are let in under conditions.
            return (kind, Strength::Conditional);
        };
        let judge = &self.builder.judge;
        let question = Question::new(action, On::One(role.arn.as_str()), &role.account, judge.global());
        (kind, judge.strength(&some.who(), &judge.trusted(&group.trust, question)))
    }
}
