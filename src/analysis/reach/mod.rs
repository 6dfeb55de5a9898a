//! Who can become or drive whom, within and across accounts, and what follows from it: who reaches a right.
//!
//! Knows `model`, `policy` and the authority. The decision worth knowing: rights are asked of classes of principals that no
//! policy tells apart, and what many share leads through a hub, so that the graph of an account of ten thousand roles that
//! all trust each other has some ten thousand edges, not their square. Kinds of edges are data (`escalation-edges.csv`).

mod aims;
mod assumed;
mod build;
mod class;
mod edges;
mod estate;
mod exempt;
mod facts;
mod gains;
mod graph;
mod judge;
mod organization;
mod parties;
mod paths;
mod reading;
mod rights;
#[cfg(test)]
pub(in crate::analysis) mod tests;
mod trust;
mod who_can;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(crate) use assumed::Hand;
use class::Classes;
use estate::Estate;
pub(crate) use facts::{Teller, closing, surroundings};
use graph::Graph;
pub(crate) use graph::{Node, NodeId, Search};
pub(crate) use judge::{Judge, On, Question, Strength, Who};
pub(crate) use parties::{OTHER_ORGANIZATION, Outsider, Parties, Stranger};
#[cfg(test)]
pub(crate) use paths::Path;
pub(crate) use paths::cite;
pub(crate) use reading::fits;
pub(crate) use rights::{Seeds, Target};
pub(crate) use who_can::missing_words;
pub use who_can::{NoAnswer, who_can};

use super::Context;
use super::authority::Authority;
use crate::model::facts::Unread;
use crate::model::ids::AccountId;

/// The graph over all principals of all scanned accounts, and what answers questions about it.
pub(crate) struct Reach<'c, 'a> {
    pub(crate) cx: &'c Context<'a>,
    pub(crate) authority: &'c Authority<'a>,
    pub(crate) judge: Judge<'c>,
    classes: Classes,
    pub(crate) graph: Graph,
    pub(crate) parties: Parties,
    estates: BTreeMap<AccountId, Arc<Estate>>,
    class_of: Vec<Option<usize>>,
    /// The principals of each class, by place.
    members: BTreeMap<usize, Vec<usize>>,
    administrators: BTreeMap<AccountId, usize>,
    changed_to: BTreeMap<usize, BTreeSet<usize>>,
    /// What of the organization is unread that could hide an edge.
    pub(crate) unread: Vec<Unread>,
}

impl<'c, 'a> Reach<'c, 'a>
where
    'a: 'c,
{
    /// Builds the graph.
    pub(crate) fn new(cx: &'c Context<'a>, authority: &'c Authority<'a>) -> Self {
        let mut builder = build::Builder::new(cx, authority);
        builder.run();
        builder.finish()
    }

    /// Whether users and roles of an account were read.
    pub(crate) fn was_read(&self, account: &AccountId) -> bool {
        self.estates.get(account).is_some_and(|estate| estate.read)
    }

    /// The account that a node acts from: that of a principal, of a class, or of somebody of an account that was not read.
    pub(crate) fn home_of(&self, node: NodeId) -> Option<AccountId> {
        match self.graph.get(node)? {
            Node::Principal(at) | Node::Changed(at, _) => {
                self.authority.principals.get(*at).map(|principal| principal.account.clone())
            }
            Node::Class(at) => self.classes.get(*at).map(|class| class.account.clone()),
            Node::Party(at) => self.parties.get(*at)?.account(),
            Node::Hub(_) => None,
        }
    }

    /// Whether a principal could lead on into an account of which nothing was read: it leads to somebody already, or it may
    /// assume roles at all.
    pub(crate) fn leads_on(&self, node: NodeId) -> bool {
        let class = match self.graph.get(node) {
            Some(Node::Principal(at)) => self.class_of.get(*at).copied().flatten(),
            _ => None,
        };
        let own = class.and_then(|at| self.graph.find(&Node::Class(at)));
        let steps = [Some(node), own].into_iter().flatten().flat_map(|node| self.graph.steps_from(node));
        let assumes = class.and_then(|at| self.classes.get(at)).is_some_and(|class| class.names("sts:AssumeRole"));
        assumes || steps.into_iter().any(|edge| Some(edge.to) != own)
    }

    /// Everybody who may assume a role, as far as its trust lets them.
    pub(crate) fn assumers(&self, role: NodeId) -> BTreeSet<NodeId> {
        let kinds = ["assume-role", "assume-role-session", "web-identity", "saml"].map(edges::place);
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::new();
        // The role's own hubs, then whoever steps to them, then the classes and principals behind.
        let mut open = vec![(role, false)];
        while let Some((at, stepped)) = open.pop() {
            if !seen.insert((at, stepped)) {
                continue;
            }
            for edge in self.graph.steps_into(at) {
                let from = edge.to;
                let hub = matches!(self.graph.get(from), Some(Node::Hub(_)));
                let is = edge.kind == graph::IS;
                if !(is && (stepped || hub)) && (stepped || !kinds.contains(&edge.kind)) {
                    continue;
                }
                match self.graph.get(from) {
                    Some(Node::Principal(_) | Node::Party(_)) => {
                        found.insert(from);
                    }
                    _ => open.push((from, stepped || !is)),
                }
            }
        }
        found
    }
}
