//! The graph itself: nodes, edges, and the search for everybody who leads to a target. Imports the room's nouns.
//!
//! Many principals that may do the same to many others would make a square of edges: classes and hubs stand between them,
//! and the steps to them cost nothing. A search runs once for each strength, the surest first, so that whoever has a sure
//! path is shown that one, and the shortest of its strength.

use std::collections::{BTreeMap, BTreeSet};

use super::judge::Strength;

/// A place in the graph.
pub(crate) type NodeId = u32;

/// Somebody, or a group of somebodies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Node {
    /// A principal of the authority, by place.
    Principal(usize),
    /// All of a class, by place.
    Class(usize),
    /// A principal whose policies or boundary somebody changed: by its place, and the class it is in then.
    Changed(usize, usize),
    /// Somebody from outside, by place.
    Party(usize),
    /// What several lead to or from; the principals in it, by place.
    Hub(usize),
}

/// The kind of a step that only says "is one of".
pub(crate) const IS: u16 = u16::MAX;

/// A step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Edge {
    /// Where it leads, or in the reversed lists where it comes from.
    pub(crate) to: NodeId,
    /// Its kind: a place in the list of kinds, or [`IS`].
    pub(crate) kind: u16,
    pub(crate) strength: Strength,
    /// The principal whose policies are changed on the way, by place.
    pub(crate) witness: Option<usize>,
}

/// Nodes and edges.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
    places: BTreeMap<Node, NodeId>,
    backward: Vec<Vec<Edge>>,
    forward: Vec<Vec<Edge>>,
    stepped: BTreeSet<(NodeId, NodeId, u16)>,
    /// The node of each principal, by its place in the authority.
    principals: BTreeMap<usize, NodeId>,
}

/// How a node leads to the target: how surely, and the first step there; none where it is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) strength: Strength,
    pub(crate) next: Option<Edge>,
}

/// The answer of a search.
#[derive(Debug, Default)]
pub(crate) struct Search {
    found: BTreeMap<NodeId, Found>,
}

impl Search {
    /// How a node leads there.
    pub(crate) fn of(&self, node: NodeId) -> Option<Found> {
        self.found.get(&node).copied()
    }

    /// Takes the steps of a kind from a node; whoever is new is told in `reached`.
    fn step(
        &mut self,
        at: NodeId,
        strength: Strength,
        lists: &[Vec<Edge>],
        kind: impl Fn(&Edge) -> bool,
        reached: &mut Vec<NodeId>,
    ) {
        let edges = lists.get(at as usize).into_iter().flatten();
        for edge in edges.filter(|edge| edge.strength >= strength && kind(edge)) {
            if let std::collections::btree_map::Entry::Vacant(free) = self.found.entry(edge.to) {
                free.insert(Found { strength, next: Some(Edge { to: at, ..*edge }) });
                reached.push(edge.to);
            }
        }
    }

    /// Every node that leads there.
    pub(crate) fn all(&self) -> impl Iterator<Item = (NodeId, Found)> {
        self.found.iter().map(|(node, found)| (*node, *found))
    }
}

impl Graph {
    /// The place of a node, made where it is new.
    pub(crate) fn node(&mut self, node: Node) -> NodeId {
        if let Some(known) = self.places.get(&node) {
            return *known;
        }
        let id = NodeId::try_from(self.nodes.len()).unwrap_or(NodeId::MAX);
        if let Node::Principal(at) = node {
            self.principals.insert(at, id);
        }
        self.nodes.push(node.clone());
        self.places.insert(node, id);
        self.forward.push(Vec::new());
        self.backward.push(Vec::new());
        id
    }

    pub(crate) fn get(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id as usize)
    }

    /// The place of a node that is known.
    pub(crate) fn find(&self, node: &Node) -> Option<NodeId> {
        self.places.get(node).copied()
    }

    /// The node of a principal.
    pub(crate) fn principal(&self, at: usize) -> Option<NodeId> {
        self.principals.get(&at).copied()
    }

    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    #[cfg(test)]
    pub(crate) fn edges(&self) -> usize {
        self.forward.iter().map(Vec::len).sum()
    }

    /// Adds a step; one that leads nowhere new, or that is none, is left out.
    pub(crate) fn link(&mut self, from: NodeId, edge: Edge) {
        if edge.strength == Strength::No || from == edge.to {
            return;
        }
        if let Some(list) = self.forward.get_mut(from as usize) {
            list.push(edge);
            self.stepped.insert((from, edge.to, edge.kind));
        }
    }

    /// Whether there is such a step.
    pub(crate) fn has(&self, from: NodeId, to: NodeId, kind: u16) -> bool {
        self.stepped.contains(&(from, to, kind))
    }

    /// Puts every list in order, each step once and at its surest, and turns them round. Called once, when all is in.
    pub(crate) fn settle(&mut self) {
        for list in &mut self.forward {
            // The surest of equal steps first.
            list.sort_by(|a, b| (a.to, a.kind, b.strength, a.witness).cmp(&(b.to, b.kind, a.strength, b.witness)));
            list.dedup_by_key(|edge| (edge.to, edge.kind));
        }
        let mut backward: Vec<Vec<Edge>> = vec![Vec::new(); self.nodes.len()];
        for (from, list) in self.forward.iter().enumerate() {
            let from = NodeId::try_from(from).unwrap_or(NodeId::MAX);
            for edge in list {
                if let Some(back) = backward.get_mut(edge.to as usize) {
                    back.push(Edge { to: from, ..*edge });
                }
            }
        }
        self.backward = backward;
    }

    /// The steps that lead to a node: from where, of which kind.
    pub(crate) fn steps_into(&self, node: NodeId) -> &[Edge] {
        self.backward.get(node as usize).map_or(&[], Vec::as_slice)
    }

    /// The steps that lead from a node.
    pub(crate) fn steps_from(&self, node: NodeId) -> &[Edge] {
        self.forward.get(node as usize).map_or(&[], Vec::as_slice)
    }

    /// Everybody who leads to one of the seeds, each with the first step of a shortest path of its best strength.
    pub(crate) fn leading_to(&self, seeds: &BTreeMap<NodeId, Strength>) -> Search {
        self.search(seeds, &self.backward)
    }

    /// Everybody whom the seeds lead to. The steps are those that come before: each leads back.
    #[cfg_attr(not(test), expect(dead_code, reason = "asked by the drill and by `explain`, which stand elsewhere"))]
    pub(crate) fn led_to_from(&self, seeds: &BTreeMap<NodeId, Strength>) -> Search {
        self.search(seeds, &self.forward)
    }

    fn search(&self, seeds: &BTreeMap<NodeId, Strength>, lists: &[Vec<Edge>]) -> Search {
        let mut search = Search::default();
        for strength in Strength::ALL {
            // Whoever is known is known at a surer strength, and leads on at this one.
            let mut level: Vec<NodeId> = search.found.keys().copied().collect();
            for (node, sure) in seeds {
                if *sure >= strength && !search.found.contains_key(node) {
                    search.found.insert(*node, Found { strength, next: None });
                    level.push(*node);
                }
            }
            while !level.is_empty() {
                // Steps that cost nothing first: what they lead to is as near.
                let mut at = 0;
                while let Some(node) = level.get(at).copied() {
                    search.step(node, strength, lists, |edge| edge.kind == IS, &mut level);
                    at += 1;
                }
                let mut next = Vec::new();
                // Whoever only changes what somebody may still has to become it: a step that becomes it tells more.
                for node in &level {
                    let becomes = |edge: &Edge| edge.kind != IS && edge.witness.is_none();
                    search.step(*node, strength, lists, becomes, &mut next);
                }
                for node in level {
                    let changes = |edge: &Edge| edge.kind != IS && edge.witness.is_some();
                    search.step(node, strength, lists, changes, &mut next);
                }
                level = next;
            }
        }
        search
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(graph: &mut Graph, from: usize, to: usize, strength: Strength) {
        let (from, to) = (graph.node(Node::Principal(from)), graph.node(Node::Principal(to)));
        graph.link(from, Edge { to, kind: 0, strength, witness: None });
    }

    #[test]
    fn a_sure_path_goes_before_a_shorter_one_and_circles_end() {
        let mut graph = Graph::default();
        for (from, to, strength) in [
            (0, 1, Strength::Sure),
            (1, 2, Strength::Sure),
            (2, 0, Strength::Sure),
            (2, 3, Strength::Sure),
            (0, 3, Strength::Conditional),
            (4, 0, Strength::Unread),
        ] {
            link(&mut graph, from, to, strength);
        }
        graph.settle();
        let target = graph.principal(3).unwrap();
        let search = graph.leading_to(&BTreeMap::from([(target, Strength::Sure)]));
        let of = |at: usize| search.of(graph.principal(at).unwrap()).unwrap();
        assert_eq!((of(0).strength, of(0).next.unwrap().to), (Strength::Sure, graph.principal(1).unwrap()));
        assert_eq!((of(4).strength, of(3).next), (Strength::Unread, None));
        let doubtful = graph.leading_to(&BTreeMap::from([(target, Strength::Conditional)]));
        assert_eq!(doubtful.of(graph.principal(2).unwrap()).unwrap().strength, Strength::Conditional);
    }
}
