//! The symbolic question: over every context that somebody could present, is a request closed, conditional or open? Imports
//! the room's evaluation and samples.
//!
//! First the three-valued evaluation is asked, with every key unknown that is unknown: what is certain then is certain.
//! Otherwise the unknown keys that matter take every value that the policies can tell apart, at the same time in all
//! statements, so that conditions which contradict or complete each other are seen to do so. A key whose values cannot be
//! listed stays unknown. So `Closed` is said only if no context opens the request, `Open` only if none denies it.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::Memo;
use super::context::{Context, Fact, Key};
use super::evaluate::{Decision, Identity, Policies, Scope, decide};
use super::explain::{Cited, Missing, explain};
use super::hash::Name;
use super::principal::{PRINCIPAL_ARN, USER_ID};
use super::request::{LINKED, Request};
use super::samples::Asked;
use super::set::PolicySet;
use super::statement::Effect;
use super::tri::Tri;

/// How many combinations of values are tried; keys beyond that stay unknown.
const MOST_COMBINATIONS: usize = 4_096;

/// Of how many denied combinations the reasons are told.
const MOST_EXPLAINED: usize = 256;

/// How many openings are told.
const MOST_OPENINGS: usize = 16;

/// The answer to a symbolic question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// No context opens it.
    Closed,
    /// Some contexts may open it.
    Conditional,
    /// No context denies it.
    Open,
}

/// Values of keys that open a request, whatever all other keys are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Opening {
    /// The keys in lower case, each with an example of what opens.
    pub keys: Vec<(Box<str>, Fact)>,
    /// Whether this surely opens it. If not, more must come together: keys whose values could not be listed, or the choice
    /// of a resource.
    pub sure: bool,
}

/// A verdict and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The verdict.
    pub verdict: Verdict,
    /// Of a closed or conditional request: the statements that deny it, in some context or in all.
    pub closing: Vec<Cited>,
    /// Where an allow is missing, if one is in some context.
    pub missing: Vec<Missing>,
    /// Of a conditional request: what opens it, the shortest first.
    pub openings: Vec<Opening>,
    /// Keys on which it depends and whose values could not be listed.
    pub unlisted: Vec<Box<str>>,
}

/// Judges a request over every context that is possible by what is known of its own.
#[must_use]
pub fn prove(request: &Request, policies: &Policies<'_>) -> Proof {
    prove_with(&Memo::default(), request, policies)
}

/// The same, for many questions about the same policies: what one finds out about their patterns serves the next.
#[must_use]
pub fn prove_with(memo: &Memo, request: &Request, policies: &Policies<'_>) -> Proof {
    let request = request.strictly();
    let mut proof = Proof {
        verdict: Verdict::Conditional,
        closing: Vec::new(),
        missing: Vec::new(),
        openings: Vec::new(),
        unlisted: Vec::new(),
    };
    match decide(&request, policies) {
        Decision::Allowed => proof.verdict = Verdict::Open,
        Decision::ExplicitDeny | Decision::ImplicitDeny => {
            proof.verdict = Verdict::Closed;
            proof.close([explain(&request, policies)]);
        }
        Decision::Unknown => proof.enumerate(memo, &request, policies),
    }
    proof
}

impl Proof {
    fn close(&mut self, explanations: impl IntoIterator<Item = super::explain::Explanation>) {
        let mut closing: BTreeSet<Cited> = BTreeSet::new();
        let mut missing: BTreeSet<Missing> = BTreeSet::new();
        for explanation in explanations {
            closing.extend(explanation.by.into_iter().filter(|cited| cited.effect == Effect::Deny));
            missing.extend(explanation.missing_allow_at);
        }
        self.closing = closing.into_iter().collect();
        self.missing = missing.into_iter().collect();
    }

    fn enumerate(&mut self, memo: &Memo, request: &Request, policies: &Policies<'_>) {
        let (keys, unlisted) = unknowns(memo, request, policies);
        let mut denied = Vec::new();
        let mut opening: Vec<(Assignment, bool)> = Vec::new();
        let (mut closed, mut open) = (true, true);
        for assignment in Assignments::of(&keys) {
            let at = assigned(request, &assignment);
            match decide(&at, policies) {
                Decision::Allowed => {
                    closed = false;
                    opening.push((assignment, true));
                }
                Decision::Unknown => {
                    (closed, open) = (false, false);
                    opening.push((assignment, false));
                    denied.push(at);
                }
                Decision::ExplicitDeny | Decision::ImplicitDeny => {
                    open = false;
                    denied.push(at);
                }
            }
        }
        self.close(denied.iter().take(MOST_EXPLAINED).map(|at| explain(at, policies)));
        self.verdict = match (closed, open) {
            (true, _) => Verdict::Closed,
            (false, true) => Verdict::Open,
            (false, false) => Verdict::Conditional,
        };
        if self.verdict == Verdict::Conditional {
            self.unlisted = unlisted;
            self.openings = shortest(opening, request, policies);
        }
    }
}

/// A fact of each unknown key that can be listed.
type Assignment = Vec<(Box<str>, Fact)>;

fn assigned(request: &Request, assignment: &[(Box<str>, Fact)]) -> Request {
    let mut context = Context::clone(&request.context);
    for (key, fact) in assignment {
        context.set(key, fact.clone());
    }
    request.in_context(context)
}

/// Openings without the keys that make no difference, each once.
fn shortest(openings: Vec<(Assignment, bool)>, request: &Request, policies: &Policies<'_>) -> Vec<Opening> {
    let surely = openings.iter().any(|(_, sure)| *sure);
    let mut found: BTreeSet<Opening> = BTreeSet::new();
    for (mut keys, sure) in openings.into_iter().filter(|(_, sure)| *sure == surely) {
        let mut at = 0;
        while at < keys.len() {
            let mut fewer = keys.clone();
            fewer.remove(at);
            // Unknown stays unknown with ever fewer keys; only what is certain can be shortened.
            if sure && decide(&assigned(request, &fewer), policies) == Decision::Allowed {
                keys = fewer;
            } else {
                at += 1;
            }
        }
        found.insert(Opening { keys, sure });
        if found.len() >= MOST_OPENINGS {
            break;
        }
    }
    let mut list: Vec<Opening> = found.into_iter().collect();
    list.sort_by_key(|opening| opening.keys.len());
    list
}

type Listed = Vec<(Box<str>, Vec<Fact>)>;

/// The unknown keys on which the request depends: those whose values can be listed, with them, and the others.
fn unknowns(memo: &Memo, request: &Request, policies: &Policies<'_>) -> (Listed, Vec<Box<str>>) {
    let context = &request.context;
    let mut asked: BTreeMap<Name, Asked> = BTreeMap::new();
    let scope = Scope::new(request, policies);
    for set in sets(&scope) {
        for effect in [Effect::Allow, Effect::Deny] {
            for placed in set.of(request, effect).filter(|placed| placed.statement.concerns(request)) {
                let statement = &placed.statement;
                for condition in &statement.conditions {
                    asked.entry(condition.key.clone()).or_default().add(condition, context);
                }
                let variables = statement.conditions.iter().flat_map(super::condition::Condition::variables);
                for variable in variables.chain(statement.resource_variables()) {
                    asked.entry(variable.clone()).or_default().variable = true;
                }
                if statement.principals.as_ref().is_some_and(super::principal::Principals::has_ids) {
                    asked.entry(USER_ID.clone()).or_default().variable = true;
                }
            }
        }
    }
    if scope.scps == Tri::Unknown || scope.rcps == Tri::Unknown {
        asked.entry(PRINCIPAL_ARN.clone()).or_default().pattern(&LINKED, context, false, true);
    }
    let mut listed: Listed = Vec::new();
    let mut unlisted = Vec::new();
    for (key, mut asked) in asked {
        let may_be_absent = match context.get(&key) {
            Key::Unknown => true,
            Key::Present => false,
            Key::Values(_) | Key::Absent => continue,
        };
        match asked.facts(may_be_absent, memo).filter(|_| !asked.variable) {
            Some(facts) => listed.push((key.text().into(), facts)),
            None => unlisted.push(key.text().into()),
        }
    }
    // The keys with the fewest values first, as many as can be combined.
    listed.sort_by_key(|(_, facts)| facts.len());
    let mut combinations = 1_usize;
    let mut kept = Vec::new();
    for (key, facts) in listed {
        let more = combinations.saturating_mul(facts.len());
        if more <= MOST_COMBINATIONS {
            combinations = more;
            kept.push((key, facts));
        } else {
            unlisted.push(key);
        }
    }
    unlisted.sort_unstable();
    (kept, unlisted)
}

/// Every set of policies that has a say.
pub(super) fn sets<'a>(scope: &Scope<'a>) -> Vec<&'a PolicySet> {
    let mut sets = Vec::new();
    let policies = scope.policies;
    if scope.scps != Tri::False {
        sets.extend(policies.scps.levels().iter().map(|level| &level.policies));
    }
    if scope.rcps != Tri::False {
        sets.extend(policies.rcps.levels().iter().map(|level| &level.policies));
    }
    let identity = match scope.identity {
        Some(Identity::Policies(set)) => Some(set),
        Some(Identity::Everything) | None => None,
    };
    sets.extend([policies.resource.given(), identity, scope.boundary, scope.session].into_iter().flatten());
    sets
}

/// Every combination of the facts of the keys.
struct Assignments<'a> {
    keys: &'a [(Box<str>, Vec<Fact>)],
    next: usize,
    all: usize,
}

impl<'a> Assignments<'a> {
    fn of(keys: &'a [(Box<str>, Vec<Fact>)]) -> Self {
        Self { keys, next: 0, all: keys.iter().map(|(_, facts)| facts.len()).product() }
    }
}

impl Iterator for Assignments<'_> {
    type Item = Assignment;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.all {
            return None;
        }
        let mut rest = self.next;
        self.next += 1;
        let mut assignment = Vec::with_capacity(self.keys.len());
        for (key, facts) in self.keys {
            let fact = facts.get(rest % facts.len())?;
            rest /= facts.len();
            assignment.push((key.clone(), fact.clone()));
        }
        Some(assignment)
    }
}
