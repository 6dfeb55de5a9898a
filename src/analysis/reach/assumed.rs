//! The roles that somebody may assume with its own credentials, one after another. Imports the graph.
//!
//! This is what a person or a pipeline does every day, as against what an attacker would do besides: nobody's trust, policies or
//! code is changed on the way.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::{Edge, IS, Node, NodeId};
use super::judge::Strength;
use super::paths::Step;
use super::{Outsider, Reach, edges};
use crate::model::ids::AccountId;
use crate::policy::Party;

/// Somebody who acts: the principal itself, or a role that it has assumed.
#[derive(Debug, Clone)]
pub(crate) struct Hand {
    pub(crate) node: NodeId,
    /// How surely it is reached.
    pub(crate) strength: Strength,
    /// How; empty for the principal itself.
    pub(crate) steps: Vec<Step>,
}

impl Reach<'_, '_> {
    /// A principal, then every role that it may assume: the surest first, then the nearest.
    pub(crate) fn hands(&self, own: NodeId) -> Vec<Hand> {
        let kinds = ["assume-role", "assume-role-session"].map(edges::place);
        let mut before: BTreeMap<NodeId, (NodeId, Edge, Strength)> = BTreeMap::new();
        let mut found: Vec<(NodeId, Strength)> = vec![(own, Strength::Sure)];
        let mut known: Vec<NodeId> = vec![own];
        let mut seen: BTreeSet<NodeId> = BTreeSet::from([own]);
        for strength in Strength::ALL {
            // Whoever is known leads on at this strength, too.
            let mut open = std::collections::VecDeque::from(known.clone());
            while let Some(at) = open.pop_front() {
                for edge in self.graph.steps_from(at).iter().filter(|edge| edge.strength >= strength) {
                    if !(edge.kind == IS || kinds.contains(&edge.kind)) || !seen.insert(edge.to) {
                        continue;
                    }
                    before.insert(edge.to, (at, *edge, strength));
                    known.push(edge.to);
                    open.push_back(edge.to);
                    if matches!(self.graph.get(edge.to), Some(Node::Principal(_))) {
                        found.push((edge.to, strength));
                    }
                }
            }
        }
        found
            .into_iter()
            .map(|(node, strength)| {
                let mut taken = Vec::new();
                let mut at = node;
                while let Some((from, edge, _)) = before.get(&at).filter(|_| at != own) {
                    taken.push((*from, *edge));
                    at = *from;
                }
                taken.reverse();
                let steps = if taken.is_empty() { Vec::new() } else { self.steps(own, &taken).0 };
                Hand { node, strength, steps }
            })
            .collect()
    }

    /// The root user and the administrators of an account; empty where nothing is known of it.
    pub(crate) fn masters(&self, account: &AccountId) -> Vec<Hand> {
        let root = format!("arn:{}:iam::{account}:root", self.judge.partition());
        let root = self.authority.place(&root).and_then(|at| self.graph.principal(at));
        let administrator = self.administrators.get(account).and_then(|class| self.graph.find(&Node::Class(*class)));
        let nodes = administrator.into_iter().chain(root);
        nodes.map(|node| Hand { node, strength: Strength::Sure, steps: Vec::new() }).collect()
    }

    /// Every principal that somebody can act as, root users left out: they are asked about as the account.
    pub(crate) fn people(&self) -> impl Iterator<Item = (NodeId, String)> {
        let principals = self.authority.principals.iter().enumerate();
        principals
            .filter(|(_, one)| one.kind != crate::analysis::authority::PrincipalKind::Root && !one.service_linked())
            .filter_map(|(at, _)| Some((self.graph.principal(at)?, self.principal_label(at))))
    }

    /// Everybody from outside the accounts that were read whom something lets in.
    pub(crate) fn outsiders(&self) -> impl Iterator<Item = (NodeId, &Outsider)> {
        self.parties.all().filter_map(|(at, party)| Some((self.graph.find(&Node::Party(at))?, party)))
    }

    /// What tells a principal apart from others as far as some policies of resources go: two that have the same here are
    /// answered alike.
    pub(crate) fn alike(
        &self,
        node: NodeId,
        policies: &[&crate::analysis::authority::Held],
    ) -> (Option<usize>, Vec<u8>) {
        // Of those from outside nothing is known that could make two of them alike.
        let Some(Node::Principal(at)) = self.graph.get(node) else { return (None, node.to_le_bytes().to_vec()) };
        let mut look = Vec::new();
        if let Some(principal) = self.authority.principals.get(*at) {
            for held in policies {
                held.policies.outlook(&principal.caller, &principal.keys, principal.boundary.is_some(), &mut look);
            }
        }
        (self.class_of.get(*at).copied().flatten(), look)
    }

    /// The node of a principal's class.
    pub(crate) fn class_node(&self, node: NodeId) -> Option<NodeId> {
        let Some(Node::Principal(at)) = self.graph.get(node) else { return None };
        let class = self.class_of.get(*at).copied().flatten()?;
        self.graph.find(&Node::Class(class))
    }

    /// Whether a policy tells principals apart.
    pub(crate) fn tells_apart(held: &crate::analysis::authority::Held) -> bool {
        held.policies.is_telling() || held.policies.parties().iter().any(|party| !matches!(party, Party::Account(_)))
    }
}
