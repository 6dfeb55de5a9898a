//! What the caller of an edge gains: it becomes others, or changes what they may. Imports the builder.

use std::collections::BTreeMap;

use super::build::{Builder, Step};
use super::class::{Class, Draft};
use super::edges::Gain;
use super::graph::{Edge, IS, Node, NodeId};
use super::judge::{Own, Strength};

impl Builder<'_, '_> {
    /// Links a class to what it gains from some principals.
    pub(super) fn gain(
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
}
