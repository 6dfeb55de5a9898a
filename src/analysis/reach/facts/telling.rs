//! Reachers for facts: who counts, in words, and the gaps that stand between. Imports the room.

use std::collections::{BTreeMap, BTreeSet};

use super::super::paths::{Path, Step};
use super::super::reading::fits;
use super::super::{Node, NodeId, Outsider, Reach, Search, Seeds, Strength, Target};
use super::{Destruction, somebodies};
use crate::analysis::authority::Principal;
use crate::analysis::context::{item_gap, out_of_scope};
use crate::model::facts::{PathStep, Reacher, Reachers, Unread};
use crate::model::gap::{Gap, GapKind};
use crate::model::ids::AccountId;
use crate::model::operation::{Collection, Operation};
use crate::model::platform;
use crate::policy::Party;

/// The most that a fact shows of many.
pub(crate) const SHOWN: usize = 20;

/// Tells of reachers.
pub(crate) struct Teller<'r, 'c, 'a> {
    pub(crate) reach: &'r Reach<'c, 'a>,
    /// Accounts that deploy into others.
    deployment: BTreeSet<AccountId>,
}

impl<'r, 'c, 'a> Teller<'r, 'c, 'a> {
    pub(crate) fn new(reach: &'r Reach<'c, 'a>) -> Self {
        Self { reach, deployment: reach.cx.settings.deployment.accounts.iter().cloned().collect() }
    }

    /// Whether an account is that of management or of deployment.
    pub(crate) fn governs(&self, account: &AccountId) -> bool {
        let chain = self.reach.authority.chains.of(account);
        self.deployment.contains(account) || chain.is_some_and(|chain| chain.management)
    }

    /// Whether a principal is declared by one of some patterns.
    pub(crate) fn declared(patterns: &[String], arn: &str) -> bool {
        patterns.iter().any(|pattern| fits(pattern, arn))
    }

    /// The platform that a role is of, where its trust admits nobody but the management and deployment accounts.
    pub(crate) fn platform(&self, principal: &Principal<'_>) -> Option<&'static str> {
        let platform = platform::of(&principal.role?.name)?;
        let trust = principal.trust.as_ref()?;
        let near = |party: &Party<'_>| match party {
            Party::Service(_) => true,
            Party::Account(id) => id.parse().is_ok_and(|id| self.governs(&id)),
            Party::Principal(arn) | Party::Session(arn) => {
                arn.split(':').nth(4).and_then(|id| id.parse().ok()).is_some_and(|id| self.governs(&id))
            }
            _ => false,
        };
        let all = trust.unread.is_empty() && trust.policies.parties().iter().all(near);
        all.then_some(platform.name.as_str())
    }

    /// Whether nobody but AWS services assumes a role: it is judged through who passes or drives it.
    pub(crate) fn only_services(principal: &Principal<'_>) -> bool {
        let trust = principal.trust.as_ref();
        trust.is_some_and(|trust| {
            let parties = trust.policies.parties();
            parties.iter().all(|party| matches!(party, Party::Service(_)))
        })
    }

    /// Whether a node stands for somebody who acts: a principal that is no service's role, or somebody outside the
    /// organization that is no provider, which is only a door.
    pub(crate) fn acts(&self, node: NodeId) -> bool {
        match self.reach.graph.get(node) {
            Some(Node::Principal(at)) => {
                self.reach.authority.principals.get(*at).is_some_and(|principal| !Self::only_services(principal))
            }
            Some(Node::Party(at)) => match self.reach.parties.get(*at) {
                Some(Outsider::Provider(_)) | None => false,
                // What principals of an account that was not read may, nobody knows: they are a gap.
                Some(party) => party.account().is_none_or(|account| !self.is_member(&account)),
            },
            _ => false,
        }
    }

    /// Whether a node stands for principals of an account of the organization that nobody read.
    pub(crate) fn hides(&self, node: NodeId) -> bool {
        let party = match self.reach.graph.get(node) {
            Some(Node::Party(at)) => self.reach.parties.get(*at),
            _ => None,
        };
        let account = party.filter(|party| !matches!(party, Outsider::Provider(_))).and_then(Outsider::account);
        account.is_some_and(|account| self.is_member(&account))
    }

    /// The account of a node.
    pub(crate) fn account_of(&self, node: NodeId) -> Option<AccountId> {
        match self.reach.graph.get(node)? {
            Node::Party(at) => self.reach.parties.get(*at)?.account(),
            _ => self.reach.principal_of(node).map(|principal| principal.account.clone()),
        }
    }

    /// The environment of an account.
    pub(crate) fn environment(&self, account: &AccountId) -> Option<String> {
        self.reach.cx.environments.of_account(account).environment
    }

    /// Everybody who acts and reaches a right, surely or under a condition, and passes a filter.
    pub(crate) fn reachers(
        &self,
        search: &Search,
        seeds: &Seeds,
        targets: &[Target],
        wanted: impl Fn(NodeId) -> bool,
    ) -> Reachers {
        let mut nodes: Vec<(String, NodeId)> = Vec::new();
        let mut platform: BTreeSet<String> = BTreeSet::new();
        for node in somebodies(self.reach, search).filter(|node| self.acts(*node) && wanted(*node)) {
            if search.of(node).is_none_or(|found| found.strength < Strength::Conditional) {
                continue;
            }
            let label = self.reach.label(node);
            match self.reach.principal_of(node).and_then(|principal| self.platform(principal)) {
                Some(_) => {
                    platform.insert(label);
                }
                None => nodes.push((label, node)),
            }
        }
        nodes.sort();
        let count = nodes.len() + usize::from(!platform.is_empty());
        let shown = nodes.iter().take(SHOWN).filter_map(|(_, node)| self.reacher(*node, search, seeds, targets));
        Reachers { count, shown: shown.collect(), platform: platform.into_iter().take(SHOWN).collect() }
    }

    /// One reacher with its path.
    pub(crate) fn reacher(&self, node: NodeId, search: &Search, seeds: &Seeds, targets: &[Target]) -> Option<Reacher> {
        let path = self.reach.path(node, search, seeds, targets)?;
        let target = targets.get(path.target)?;
        let who = self.reach.label(node);
        let account = self.account_of(node);
        let told = told(&who, &path, target);
        let Path { strength, steps, by, condition, .. } = path;
        Some(Reacher {
            environment: account.as_ref().and_then(|id| self.environment(id)),
            account,
            who,
            strength: if strength == Strength::Sure { "sure" } else { "conditional" }.to_owned(),
            action: target.action.clone(),
            resource: target.resource.clone(),
            path: steps.into_iter().map(PathStep::from).collect(),
            by,
            condition,
            told,
        })
    }

    /// The reacher that a principal is, of a destruction.
    pub(in crate::analysis::reach) fn of(&self, node: NodeId, destruction: &Destruction) -> Option<Reacher> {
        destruction.search.of(node).filter(|found| found.strength >= Strength::Conditional)?;
        self.reacher(node, &destruction.search, &destruction.seeds, &destruction.targets)
    }

    /// The gaps that could add somebody who passes a filter to those who reach a right: policies that are unread on the way,
    /// accounts that something lets in and that were not read, and the policies of the resources themselves.
    pub(crate) fn gaps(
        &self,
        search: &Search,
        targets: &[Target],
        owner: &AccountId,
        wanted: impl Fn(&AccountId) -> bool,
    ) -> Vec<Unread> {
        let mut gaps: BTreeSet<Unread> = self.reach.unread.iter().cloned().collect();
        gaps.extend(self.unread_account(owner));
        gaps.extend(self.chain_gaps(owner));
        for node in somebodies(self.reach, search) {
            let Some(found) = search.of(node) else { continue };
            let account = self.account_of(node);
            if account.as_ref().is_some_and(|account| account != owner && !wanted(account)) {
                continue;
            }
            if let Some(Node::Party(_)) = self.reach.graph.get(node) {
                gaps.extend(account.iter().filter(|id| self.is_member(id)).flat_map(|id| self.unread_account(id)));
            } else if found.strength == Strength::Unread {
                gaps.extend(self.on_the_way(node, search));
            }
        }
        for target in targets {
            match self.reach.held(target) {
                Some(held) => gaps.extend(held.unread.iter().cloned()),
                None => gaps.extend(unknown_key(target)),
            }
        }
        gaps.into_iter().collect()
    }

    fn is_member(&self, account: &AccountId) -> bool {
        self.reach.authority.chains.accounts().any(|(id, _)| id == account)
            || self.reach.cx.inventory.account(account).is_some()
    }

    /// What of the policies of whoever stands on a path is unread.
    pub(crate) fn on_the_way(&self, node: NodeId, search: &Search) -> Vec<Unread> {
        let mut gaps = Vec::new();
        let mut at = Some(node);
        for _ in 0..64 {
            let Some(node) = at else { break };
            if let Some(principal) = self.reach.principal_of(node) {
                gaps.extend(principal.unread().cloned());
                gaps.extend(principal.trust.iter().flat_map(|trust| trust.unread.iter().cloned()));
                gaps.extend(self.chain_gaps(&principal.account));
            }
            at = search.of(node).and_then(|found| found.next).map(|edge| edge.to);
        }
        gaps
    }

    /// What of the organization's policies on the way to an account is unread.
    pub(crate) fn chain_gaps(&self, account: &AccountId) -> Vec<Unread> {
        self.reach.authority.chains.of(account).map_or_else(Vec::new, |chain| chain.unread.clone())
    }

    /// Why the users and roles of an account were not read.
    pub(crate) fn unread_account(&self, account: &AccountId) -> Vec<Unread> {
        if self.reach.was_read(account) {
            return Vec::new();
        }
        let collection = Collection::IamAuthorizationDetails;
        match self.reach.cx.inventory.account(account) {
            Some(inventory) => {
                self.reach.cx.global(inventory, collection, |parts| &parts.iam.authorization_details).unread
            }
            None => vec![out_of_scope(account, collection, Operation::IamGetAccountAuthorizationDetails)],
        }
    }

    /// By account: everybody who acts, by node, of one destruction each.
    pub(in crate::analysis::reach) fn by_node(
        destructions: &BTreeMap<AccountId, Destruction>,
        node: NodeId,
    ) -> impl Iterator<Item = (&AccountId, &Destruction, Strength)> {
        destructions
            .iter()
            .filter_map(move |(account, one)| one.search.of(node).map(|found| (account, one, found.strength)))
    }
}

/// A key whose policy is not in the inventory could admit anybody: nothing is concluded about it.
fn unknown_key(target: &Target) -> Option<Unread> {
    let arn = target.policy_of.as_ref().filter(|_| target.action.starts_with("kms:"))?;
    let message = format!("the inventory holds no policy of the key {arn}");
    let gap = Gap::not_made(GapKind::OutOfScope, Operation::KmsGetKeyPolicy, message);
    Some(item_gap(&target.owner, arn.region().as_ref(), Collection::KmsKeyPolicies, &gap))
}

impl From<Step> for PathStep {
    fn from(Step { kind, verb, from, to, by, condition }: Step) -> Self {
        Self { kind, from, verb, to, by, condition }
    }
}

/// A principal as a person names it: kind, name and account.
pub(crate) fn short(arn: &str) -> String {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", _, "iam", _, account, rest] => format!("{rest} of account {account}"),
        _ => arn.to_owned(),
    }
}

fn told(who: &str, path: &Path, target: &Target) -> String {
    let mut text = short(who);
    for step in &path.steps {
        // "creates a role and attaches a policy to it" says what is made; whom that makes comes after it.
        let becomes = if step.verb.ends_with(" it") { ", becoming" } else { "" };
        text.push_str(&format!(" {}{becomes} {}", step.verb, short(&step.to)));
        if let Some(condition) = &step.condition {
            text.push_str(&format!(" (if {condition})"));
        }
        text.push_str(", which");
    }
    text.push_str(&format!(" may call {} on {}", target.action, target.resource));
    if let Some(condition) = &path.condition {
        text.push_str(&format!(" (if {condition})"));
    }
    text
}
