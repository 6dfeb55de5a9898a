//! A statement, and whether it matches a request. Imports the room's parts of it.

use super::condition::Condition;
use super::hash::Name;
use super::pattern::Pattern;
use super::principal::{Grants, Principals};
use super::request::{Request, Target};
use super::symbols;
use super::tri::Tri;

/// What a statement does with the requests that it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It allows them, unless something denies them.
    Allow,
    /// It denies them, whatever allows them.
    Deny,
}

impl Effect {
    /// The word that policies use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        }
    }
}

/// One statement of a policy, compiled.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// The name that its author gave it.
    pub sid: Option<Box<str>>,
    /// What it does.
    pub effect: Effect,
    pub(super) principals: Option<Principals>,
    pub(super) actions: Actions,
    pub(super) resources: Resources,
    pub(super) conditions: Box<[Condition]>,
}

/// The Action or NotAction element; everything is in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Actions {
    pub(super) negated: bool,
    pub(super) patterns: Box<[Pattern]>,
    /// The services that it names.
    pub(super) services: Box<[Box<str>]>,
    /// Whether it can match actions of services that it does not name.
    pub(super) any_service: bool,
}

impl Actions {
    pub(super) fn matches(&self, action: &str) -> bool {
        self.patterns.iter().any(|pattern| pattern.matches(action)) != self.negated
    }
}

/// The Resource or NotResource element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Resources {
    pub(super) negated: bool,
    pub(super) patterns: Box<[Pattern]>,
    /// Whether it matches every resource, by its text alone.
    all: bool,
}

impl Resources {
    /// The element of a policy that has none, as role trust policies do: the resource is what the policy is attached to.
    pub(super) fn own() -> Self {
        Self::new(true, Vec::new())
    }

    pub(super) fn new(negated: bool, patterns: Vec<Pattern>) -> Self {
        let all = if negated { patterns.is_empty() } else { patterns.iter().any(Pattern::is_anything) };
        Self { negated, patterns: patterns.into(), all }
    }

    pub(super) fn matches(&self, request: &Request) -> Tri {
        if self.all {
            return Tri::True;
        }
        Tri::any(self.patterns.iter().map(|pattern| one(pattern, request))).negated_if(self.negated)
    }
}

/// Whether an entry covers the resource. A `*` at the end of a part may reach over the colon (UG: IAM JSON policy elements:
/// Resource), so a whole text that matches counts; where only that matches and no part-wise reading does, a question that
/// wants proof gets "unknown".
fn one(pattern: &Pattern, request: &Request) -> Tri {
    let context = &request.context;
    if pattern.is_anything() {
        return Tri::True;
    }
    match &request.target {
        Target::Exact(arn) => {
            let whole = pattern.matches_in(arn, context);
            if request.strict && whole == Tri::True && arn.starts_with("arn:") {
                whole.and(pattern.matches_arn(arn, context).or(Tri::Unknown))
            } else {
                whole
            }
        }
        Target::Like { pattern: class, colons } => symbols::covers(pattern, class, *colons, context),
    }
}

impl Statement {
    /// Whether it allows everybody everything without a condition.
    pub(super) fn is_full_access(&self) -> bool {
        self.effect == Effect::Allow
            && self.principals.is_none()
            && self.conditions.is_empty()
            && !self.actions.negated
            && self.actions.patterns.iter().any(Pattern::is_anything)
            && self.resources.all
    }

    /// Whether its resource and its conditions match.
    fn matches_beyond_action(&self, request: &Request) -> Tri {
        let resource = self.resources.matches(request);
        if resource == Tri::False || self.conditions.is_empty() {
            return resource;
        }
        resource.and(Tri::all(self.conditions.iter().map(|condition| condition.holds(&request.context))))
    }

    /// Whether it matches, and how it names the caller; of the action it is known that it matches.
    pub(super) fn grants_beyond_action(&self, request: &Request, bounded: bool) -> Grants {
        let all = self.matches_beyond_action(request);
        match &self.principals {
            _ if all == Tri::False => Grants::NONE,
            Some(principals) => principals.grants(self.effect, &request.caller, bounded, &request.context).and(all),
            None => Grants { direct: all, ..Grants::NONE },
        }
    }

    /// Whether it matches, and how it names the caller.
    pub(super) fn grants(&self, request: &Request, bounded: bool) -> Grants {
        if self.actions.matches(request.action.text()) {
            self.grants_beyond_action(request, bounded)
        } else {
            Grants::NONE
        }
    }

    /// Whether the action and the resource can match, whatever the context.
    pub(super) fn concerns(&self, request: &Request) -> bool {
        self.actions.matches(request.action.text()) && self.resources.matches(request) != Tri::False
    }

    /// The variables of its resources.
    pub(super) fn resource_variables(&self) -> impl Iterator<Item = &Name> {
        self.resources.patterns.iter().flat_map(Pattern::variables).map(|variable| &variable.key)
    }
}
