//! What is found out about a question, and how answers are put together.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::question::Target;
use crate::analysis::authority::UNREAD_KEY;
use crate::model::ids::Region;
use crate::policy::{Fact, Opening, Proof, Verdict};

/// Who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Who {
    /// A role or user of the account whose own policies, and those of the resource, allow everything.
    Administrator,
    /// The account's root user.
    Root,
    /// A role of an account outside the organization, which the resource's own policy lets in.
    Outsider,
}

/// Something that closes: a statement, or a level without an allow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Closing {
    /// The statement; `None` where an allow is missing.
    pub(crate) statement: Option<ClosingStatement>,
    /// The id of the root or unit where it is; `None` is the account itself.
    pub(crate) level: Option<String>,
}

/// A statement that denies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ClosingStatement {
    /// Whether it is of a resource control policy.
    pub(crate) rcp: bool,
    /// The policy's id.
    pub(crate) policy: String,
    /// The statement's name, if it has one.
    pub(crate) sid: Option<String>,
    /// Its place in the policy, from 0.
    pub(crate) index: u32,
}

/// What was found out about a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// Whether it is closed to everybody who may not pass.
    pub(crate) verdict: Verdict,
    /// Not closed only because of what could not be read.
    pub(crate) undecided: bool,
    /// What closes it, in some contexts or in all.
    pub(crate) closing: Vec<Closing>,
    /// Of what is conditional: what opens it to somebody who may not pass.
    pub(crate) openings: Vec<Opening>,
    /// Keys that matter and whose values could not be listed.
    pub(crate) unlisted: Vec<Box<str>>,
    /// By being whom one passes, whether one may or not.
    pub(crate) exempting: Vec<Opening>,
    /// By being whom somebody passes who may not.
    pub(crate) undeclared: Vec<Opening>,
    /// Of what is closed: whether what lies above the account is enough.
    pub(crate) above: bool,
    /// Where regions make a difference: those in which it is not closed.
    pub(crate) regions: Vec<Region>,
    /// Where regions make a difference: what was found out in each.
    pub(super) locals: Vec<Arc<Answer>>,
    /// A call that stands for all of which this was found out.
    pub(super) example: (String, Target, Option<Region>),
}

impl Answer {
    /// How bad it is: worse answers are greater.
    pub(crate) fn rank(&self) -> u8 {
        match self.verdict {
            Verdict::Closed => 0,
            _ if self.undecided => 1,
            Verdict::Conditional => 2,
            Verdict::Open => 3,
        }
    }
}

/// The prefix of the keys of principal tags.
pub(super) const TAG: &str = "aws:principaltag/";

/// The tags that a guard asks for.
pub(super) fn principal_tags(answer: &Answer) -> impl Iterator<Item = &str> {
    let keys = answer.exempting.iter().flat_map(|opening| opening.keys.iter().map(|(key, _)| &**key));
    keys.chain(answer.unlisted.iter().map(|key| &**key)).filter_map(|key| key.strip_prefix(TAG))
}

/// Whether a key says who calls.
fn tells_who(key: &str) -> bool {
    (key.starts_with("aws:principal")
        && !key.starts_with("aws:principalisaws")
        && !key.starts_with("aws:principalservice"))
        || matches!(key, "aws:userid" | "aws:username" | "aws:sourceidentity" | "sts:rolesessionname")
}

/// Whether an answer depends on who calls.
pub(super) fn matters_who(proof: &Proof) -> bool {
    let keys = proof.openings.iter().flat_map(|opening| opening.keys.iter().map(|(key, _)| key));
    keys.chain(&proof.unlisted).any(|key| tells_who(key))
}

/// What opens by being somebody.
pub(super) fn by_identity(proof: &Proof) -> Vec<Opening> {
    if proof.verdict != Verdict::Conditional {
        return Vec::new();
    }
    let listed = proof.openings.iter().filter(|opening| {
        let who = |(key, _): &&(Box<str>, Fact)| tells_who(key);
        let told = opening.keys.iter().filter(who).count();
        told > 0 && !is_unread(opening) && (opening.sure || told == opening.keys.len())
    });
    // A key whose values cannot be listed may be any of them.
    let unlisted = proof.unlisted.iter().filter(|key| tells_who(key));
    let unlisted = unlisted.map(|key| Opening { keys: vec![(key.clone(), Fact::Unknown)], sure: false });
    let all: BTreeSet<Opening> = listed.cloned().chain(unlisted).collect();
    all.into_iter().collect()
}

fn is_unread(opening: &Opening) -> bool {
    opening.keys.iter().any(|(key, _)| key.starts_with(UNREAD_KEY))
}

/// Whether only what is unread keeps a request from being closed.
pub(super) fn undecided(proof: &Proof) -> bool {
    let unlisted = proof.unlisted.iter().any(|key| key.starts_with(UNREAD_KEY));
    proof.verdict == Verdict::Conditional
        && (proof.openings.iter().all(|opening| is_unread(opening) || (unlisted && !opening.sure)))
        && (unlisted || !proof.openings.is_empty())
}

/// What was found out in each region, taken together.
pub(super) fn over_regions(locals: Vec<(Arc<Answer>, Region)>) -> Arc<Answer> {
    let mut locals = locals;
    let Some(worst) = locals.iter().map(|(answer, _)| Arc::clone(answer)).max_by_key(|answer| answer.rank()) else {
        return Arc::new(Answer::none());
    };
    locals.sort_by(|a, b| a.1.cmp(&b.1));
    let all = |pick: fn(&Answer) -> &[Opening]| -> Vec<Opening> {
        let set: BTreeSet<Opening> = locals.iter().flat_map(|(answer, _)| pick(answer).iter().cloned()).collect();
        set.into_iter().collect()
    };
    let closing: BTreeSet<Closing> = locals.iter().flat_map(|(answer, _)| answer.closing.iter().cloned()).collect();
    let open: Vec<Region> = locals
        .iter()
        .filter(|(answer, _)| answer.rank() == worst.rank() && answer.rank() > 0)
        .map(|(_, r)| r.clone())
        .collect();
    let everywhere = open.len() == locals.len();
    // Where one region lets everybody pass, nobody is exempt.
    let stopped = locals.iter().all(|(answer, _)| answer.rank() == 0 || !answer.exempting.is_empty());
    let verdict = match worst.verdict {
        // Open here and closed there: it depends.
        Verdict::Open if !everywhere => Verdict::Conditional,
        verdict => verdict,
    };
    Arc::new(Answer {
        verdict,
        closing: closing.into_iter().collect(),
        exempting: if stopped { all(|answer| &answer.exempting) } else { Vec::new() },
        undeclared: if stopped { all(|answer| &answer.undeclared) } else { Vec::new() },
        above: locals.iter().all(|(answer, _)| answer.above),
        regions: if everywhere { Vec::new() } else { open },
        locals: locals.iter().map(|(answer, _)| Arc::clone(answer)).collect(),
        ..(*worst).clone()
    })
}

impl Answer {
    /// Of nothing.
    fn none() -> Self {
        Self {
            verdict: Verdict::Conditional,
            undecided: true,
            closing: Vec::new(),
            openings: Vec::new(),
            unlisted: Vec::new(),
            exempting: Vec::new(),
            undeclared: Vec::new(),
            above: false,
            regions: Vec::new(),
            locals: Vec::new(),
            example: (String::new(), Target { pattern: "*".to_owned(), plain: false }, None),
        }
    }
}
