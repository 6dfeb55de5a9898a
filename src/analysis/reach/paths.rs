//! Paths for a person: each step with who, whom, by what, and under which condition. Imports the graph and the judge.

use super::Reach;
use super::edges::{self, EdgeKind, On as ActsOn};
use super::graph::{Edge, IS, Node, NodeId, Search};
use super::judge::{On, Question, Strength, Who, Why};
use super::rights::Target;
use crate::analysis::authority::Principal;
use crate::policy::{Cited, Source};

/// How many statements a step cites.
const MOST_CITED: usize = 3;

/// The longest path that is told, in steps.
const MOST_STEPS: usize = 24;

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Step {
    /// The kind of edge.
    pub(crate) kind: String,
    /// What is done, in words between `from` and `to`.
    pub(crate) verb: String,
    pub(crate) from: String,
    pub(crate) to: String,
    /// The statements that allow it.
    pub(crate) by: Vec<String>,
    /// What it depends on, where it is not sure.
    pub(crate) condition: Option<String>,
}

/// A path to a right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path {
    pub(crate) strength: Strength,
    pub(crate) steps: Vec<Step>,
    /// The place of the right that is reached in the list that was asked for.
    pub(crate) target: usize,
    /// The statements that allow the call at its end.
    pub(crate) by: Vec<String>,
    /// What that call depends on.
    pub(crate) condition: Option<String>,
}

/// A statement as a person finds it: policy, then name or place.
pub(crate) fn cite(cited: &Cited) -> String {
    let statement = match &cited.sid {
        Some(sid) => format!("{sid:?}"),
        None => format!("statement {}", cited.index + 1),
    };
    match (&cited.level, cited.source) {
        (Some(level), source) => format!("{} {} at {level}, {statement}", source.word().to_uppercase(), cited.policy),
        (None, Source::Resource) => format!("{}, {statement}", cited.policy),
        (None, source) => format!("{} policy {}, {statement}", source.word(), cited.policy),
    }
}

impl Reach<'_, '_> {
    /// How a node is called.
    pub(crate) fn label(&self, node: NodeId) -> String {
        match self.graph.get(node) {
            Some(Node::Principal(at)) => self.principal_label(*at),
            Some(Node::Changed(at, _)) => format!("{}, changed", self.principal_label(*at)),
            Some(Node::Class(at)) => self.classes.get(*at).map_or_else(String::new, |class| {
                if class.caller.arn().ends_with(":role/palisade-new-role") {
                    format!("an administrator of account {}", class.account)
                } else if class.is_everything() {
                    format!("{} with any rights", class.caller.arn())
                } else {
                    class.caller.arn().to_owned()
                }
            }),
            Some(Node::Party(at)) => self.parties.get(*at).map_or_else(String::new, super::Outsider::label),
            Some(Node::Hub(_)) | None => String::new(),
        }
    }

    pub(super) fn principal_label(&self, at: usize) -> String {
        self.authority.principals.get(at).map_or_else(String::new, |principal| principal.arn.to_string())
    }

    /// The principal that a node is or was, if it is one.
    pub(crate) fn principal_of(&self, node: NodeId) -> Option<&Principal<'_>> {
        match self.graph.get(node)? {
            Node::Principal(at) | Node::Changed(at, _) => self.authority.principals.get(*at),
            _ => None,
        }
    }

    /// The steps from a node to where a search began, and the seed that they end at.
    fn taken(from: NodeId, search: &Search) -> Option<(Vec<(NodeId, Edge)>, NodeId)> {
        let mut taken: Vec<(NodeId, Edge)> = Vec::new();
        let mut at = from;
        while let Some(edge) = search.of(at)?.next {
            taken.push((at, edge));
            at = edge.to;
            if taken.len() > 4 * MOST_STEPS {
                return None;
            }
        }
        Some((taken, at))
    }

    /// The path from a node to whoever was searched for; no right stands at its end.
    pub(crate) fn way(&self, from: NodeId, search: &Search) -> Option<Path> {
        let found = search.of(from)?;
        let (taken, _) = Self::taken(from, search)?;
        let (steps, _) = self.steps(from, &taken);
        Some(Path { strength: found.strength, steps, target: 0, by: Vec::new(), condition: None })
    }

    /// The path from a node to one of the rights.
    pub(crate) fn path(&self, from: NodeId, search: &Search, seeds: &super::Seeds, targets: &[Target]) -> Option<Path> {
        let found = search.of(from)?;
        let (taken, at) = Self::taken(from, search)?;
        let (strength, target) = *seeds.0.get(&at)?;
        let (steps, last) = self.steps(from, &taken);
        let right = targets.get(target)?;
        let why = self.why_at(last, right);
        let condition = (strength != Strength::Sure).then(|| depends(strength, None, &why));
        Some(Path { strength: found.strength, steps, target, by: cited(&why.by), condition })
    }

    /// The steps that are more than "is one of", and whoever acts at the end.
    pub(super) fn steps(&self, from: NodeId, taken: &[(NodeId, Edge)]) -> (Vec<Step>, NodeId) {
        let mut steps = Vec::new();
        let mut actor = from;
        let mut edges = taken.iter().map(|(_, edge)| *edge).peekable();
        while let Some(edge) = edges.next() {
            if edge.kind == IS {
                // A principal is one of its class: it acts by its own name.
                let named =
                    matches!(self.graph.get(actor), Some(Node::Principal(_) | Node::Changed(..) | Node::Party(_)));
                match self.graph.get(edge.to) {
                    Some(Node::Principal(_) | Node::Changed(..)) => actor = edge.to,
                    Some(Node::Class(_)) if !named => actor = edge.to,
                    _ => {}
                }
                continue;
            }
            let mut to = edge.to;
            while matches!(self.graph.get(to), Some(Node::Hub(_))) {
                let Some(next) = edges.next_if(|next| next.kind == IS) else { break };
                to = next.to;
            }
            steps.push(self.step(actor, edge, to));
            actor = to;
        }
        steps.truncate(MOST_STEPS);
        (steps, actor)
    }

    fn step(&self, from: NodeId, edge: Edge, to: NodeId) -> Step {
        let empty = || Step {
            kind: String::new(),
            verb: String::new(),
            from: self.label(from),
            to: self.label(to),
            by: Vec::new(),
            condition: None,
        };
        let Some(kind) = edges::all().get(usize::from(edge.kind)) else { return empty() };
        let target = match edge.witness {
            Some(at) => self.authority.principals.get(at),
            None => self.principal_of(to),
        };
        let why = self.why_step(from, kind, target);
        let label = edge.witness.map_or_else(|| self.label(to), |at| self.principal_label(at));
        Step {
            kind: kind.kind.clone(),
            verb: kind.verb.clone(),
            from: self.label(from),
            to: label,
            by: cited(&why.by),
            condition: (edge.strength != Strength::Sure).then(|| depends(edge.strength, kind.when.as_deref(), &why)),
        }
    }

    /// By which statements a step is allowed.
    fn why_step(&self, from: NodeId, kind: &EdgeKind, target: Option<&Principal<'_>>) -> Why {
        let mut all = Why::default();
        let Some(who) = self.who_of(from) else { return all };
        let account: Option<crate::model::ids::AccountId> = who.caller.account().parse().ok();
        for (action, on) in &kind.actions {
            let why = match (on, target, &account) {
                (ActsOn::Target, Some(target), _) => {
                    let region = self.judge.global();
                    let question = Question::new(action, On::One(target.arn.as_str()), &target.account, region);
                    let more = kind.trusts.as_deref().filter(|_| kind.passes());
                    let question = Question { more: more.map(|service| ("iam:PassedToService", service)), ..question };
                    match &target.trust {
                        Some(trust) if action.starts_with("sts:") => {
                            self.judge.why(&who, &self.judge.trusted(trust, question))
                        }
                        _ => self.judge.why(&who, &question),
                    }
                }
                (ActsOn::Some(on), _, Some(account)) => self.judge.why_some(&who, action, on, account),
                _ => Why::default(),
            };
            all.by.extend(why.by);
            all.openings.extend(why.openings);
            all.unlisted.extend(why.unlisted);
        }
        all
    }

    /// A node as a caller.
    pub(crate) fn who_of(&self, node: NodeId) -> Option<Who<'_>> {
        match self.graph.get(node)? {
            Node::Class(at) => self.classes.get(*at).map(super::class::Class::who),
            Node::Principal(at) => {
                let principal = self.authority.principals.get(*at)?;
                let class = self.class_of.get(*at).copied().flatten().and_then(|at| self.classes.get(at))?;
                Some(Who { caller: &principal.caller, keys: &principal.keys, ..class.who() })
            }
            Node::Changed(at, class) => {
                let principal = self.authority.principals.get(*at)?;
                let class = self.classes.get(*class)?;
                Some(Who { caller: &principal.caller, keys: &principal.keys, ..class.who() })
            }
            Node::Party(_) | Node::Hub(_) => None,
        }
    }

    /// Why whoever acts at the end may do what is asked.
    fn why_at(&self, last: NodeId, target: &Target) -> Why {
        let held = target.policy_of.as_ref().and_then(|arn| self.authority.resource(arn));
        let question = target.question(held);
        self.who_of(last).map_or_else(Why::default, |who| self.judge.why(&who, &question))
    }
}

fn cited(by: &[Cited]) -> Vec<String> {
    let mut list: Vec<String> = by.iter().map(cite).collect();
    list.sort();
    list.dedup();
    list.truncate(MOST_CITED);
    list
}

fn depends(strength: Strength, when: Option<&str>, why: &Why) -> String {
    if strength == Strength::Unread {
        return "a policy that could not be read allows it".to_owned();
    }
    let keys = why.keys();
    match (when, keys.is_empty()) {
        (Some(when), true) => when.to_owned(),
        (Some(when), false) => format!("{when}; {}", keys.join(", ")),
        (None, true) => "something holds that palisade cannot see".to_owned(),
        (None, false) => keys.join(", "),
    }
}
