//! What the caller of an edge gains: it becomes others, or changes what they may. Imports the builder.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::build::{Builder, Step};
use super::class::{Class, Draft};
use super::edges::{self, Aim, Gain};
use super::graph::{Edge, IS, Node, NodeId};
use super::judge::{Own, Strength};
use crate::analysis::authority::Principal;
use crate::model::ids::Arn;

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
            Gain::Edit | Gain::Free | Gain::Loosen => self.change(class, step, gain, members, becomes),
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
            let own = self.class_of.get(*at).copied().flatten() == Some(step.at);
            // Somebody whose policies or boundary were changed goes on changing them.
            let again = !own && self.changes.get(&step.at).is_some_and(|changed| changed.contains(at));
            let Some(principal) = self.authority.principals.get(*at) else { continue };
            let draft = if again { class.draft_for(principal) } else { Draft::of(principal) };
            let itself = if own { self.graph.principal(*at) } else { None };
            // Whoever acts as it is somebody else, unless the class becomes it too.
            let other = becomes.get(at).copied().unwrap_or(Strength::No).max(Strength::Conditional);
            let other = if again { Strength::Sure } else { other };
            for (changed, sure) in self.changed(*at, draft, gain, step.kind) {
                let strength = step.strength.min(sure);
                let both = [(Some(step.from), strength.min(other)), (itself, strength)];
                for (from, strength) in both {
                    let Some(from) = from else { continue };
                    let best = steps.entry((from, changed)).or_insert((Strength::No, *at));
                    if strength > best.0 {
                        *best = (strength, *at);
                    }
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

    /// The nodes of a principal whose policies, or whose boundary, were changed, each with how surely it gets there.
    fn changed(&mut self, at: usize, before: Draft, gain: Gain, kind: u16) -> Vec<(NodeId, Strength)> {
        let Some(principal) = self.authority.principals.get(at) else { return Vec::new() };
        let drafts = match gain {
            Gain::Free if before.boundary.is_none() => Vec::new(),
            Gain::Free => vec![(Draft { boundary: None, ..before }, Strength::Sure)],
            Gain::Loosen => self.loosened(principal, &before, kind),
            _ => {
                // What was unread is overwritten; an unread boundary still holds.
                let unread = principal.boundary.as_ref().is_some_and(|held| !held.unread.is_empty());
                let doubtful = unread && before.boundary.is_some();
                vec![(Draft { own: Own::Everything, doubtful, ..before }, Strength::Sure)]
            }
        };
        drafts.into_iter().map(|(draft, sure)| (self.changed_node(at, draft), sure)).collect()
    }

    /// What somebody may once policies that deny something are off. What an allow in such a policy is worth then nobody can
    /// tell, nor what of several groups is left, nor whether a managed policy comes by a group as well.
    fn loosened(&mut self, principal: &Principal<'_>, before: &Draft, kind: u16) -> Vec<(Draft, Strength)> {
        let Own::Policies(set) = &before.own else { return Vec::new() };
        let Some(edge) = edges::all().get(usize::from(kind)) else { return Vec::new() };
        let (attached, groups): (&[Arn], usize) = match (principal.role, principal.user) {
            (Some(role), _) => (&role.attached_policies, 0),
            (_, Some(user)) => (&user.attached_policies, user.groups.len()),
            _ => (&[], 0),
        };
        let key = (Arc::as_ptr(set).addr(), kind, attached.to_vec());
        let known = self.loose.entry(key).or_insert_with(|| {
            let (least, most) = set.loosened(|policy| edge.takes_off(policy, attached))?;
            // The set itself is kept, so that no other takes its place.
            Some((Arc::clone(set), Arc::new(least), most.map(Arc::new)))
        });
        let Some((_, least, most)) = known.clone() else { return Vec::new() };
        let unsure = match edge.on_target() {
            Some("iam:DetachUserPolicy") => groups > 0,
            _ => edge.aim == Aim::Group && groups > 1,
        };
        let sure = if unsure { Strength::Conditional } else { Strength::Sure };
        let mut drafts = Vec::new();
        for (own, strength) in [(Some(least), sure), (most, Strength::Conditional)] {
            let Some(own) = own else { continue };
            let draft = Draft {
                account: before.account.clone(),
                kind: before.kind,
                own: Own::Policies(own),
                boundary: before.boundary.clone(),
                caller: before.caller.clone(),
                keys: Arc::clone(&before.keys),
                doubtful: before.doubtful,
            };
            drafts.push((draft, strength));
        }
        drafts
    }

    fn changed_node(&mut self, at: usize, draft: Draft) -> NodeId {
        let at_last = matches!(draft.own, Own::Everything) && draft.boundary.is_none();
        let class = self.classes.of(self.authority, draft);
        if !at_last {
            self.changes.entry(class).or_default().insert(at);
        }
        let to = self.graph.node(Node::Class(class));
        if !self.named.contains(&at) {
            return to;
        }
        let known = self.graph.find(&Node::Changed(at, class));
        let node = self.graph.node(Node::Changed(at, class));
        if known.is_none() {
            self.changed_to.entry(at).or_default().insert(class);
            self.graph.link(node, Edge { to, kind: IS, strength: Strength::Sure, witness: None });
        }
        node
    }
}
