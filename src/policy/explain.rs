//! Why a request is decided as it is: the statements that decide, and where an allow is missing. Imports the room's evaluation.

use super::chain::{Chain, Level};
use super::evaluate::{Decision, Identity, Policies, Rule, Scope, decide};
use super::request::Request;
use super::set::PolicySet;
use super::statement::Effect;
use super::tri::Tri;

/// The kinds of policies, in the order in which deciding statements are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A resource control policy.
    Rcp,
    /// A service control policy.
    Scp,
    /// The policy of the resource.
    Resource,
    /// An identity policy.
    Identity,
    /// The permissions boundary.
    Boundary,
    /// A session policy.
    Session,
}

impl Source {
    /// The word that `palisade policy eval` answers.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Rcp => "rcp",
            Self::Scp => "scp",
            Self::Resource => "resource",
            Self::Identity => "identity",
            Self::Boundary => "boundary",
            Self::Session => "session",
        }
    }
}

/// A statement that decides, with everything to find it by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cited {
    /// What kind of policy it is in.
    pub source: Source,
    /// Where the policy is attached, for policies of the organization.
    pub level: Option<Box<str>>,
    /// The policy.
    pub policy: Box<str>,
    /// The statement's name, if it has one.
    pub sid: Option<Box<str>>,
    /// Its place among the statements of the policy, from 0.
    pub index: u32,
    /// What it does.
    pub effect: Effect,
}

/// Where an allow is missing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// At this level of the service control policies.
    Level(Box<str>),
    /// In the policies of this kind.
    Source(Source),
}

impl Missing {
    /// The level's name, or the kind's word.
    #[must_use]
    pub fn word(&self) -> &str {
        match self {
            Self::Level(name) => name,
            Self::Source(source) => source.word(),
        }
    }
}

/// A decision with its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The decision.
    pub decision: Decision,
    /// Every statement that decides; where the decision is unknown, every statement that leaves it open.
    pub by: Vec<Cited>,
    /// For implicit denies: the first place where an allow is missing.
    pub missing_allow_at: Option<Missing>,
}

/// Decides on a request and says why.
#[must_use]
pub fn explain(request: &Request, policies: &Policies<'_>) -> Explanation {
    let decision = decide(request, policies);
    let scope = Scope::new(request, policies);
    let mut citing = Citing { scope: &scope, by: Vec::new() };
    match decision {
        Decision::ExplicitDeny => citing.everywhere(Effect::Deny, Tri::True),
        Decision::Allowed => citing.allows(),
        Decision::ImplicitDeny => {}
        Decision::Unknown => {
            citing.everywhere(Effect::Deny, Tri::Unknown);
            citing.everywhere(Effect::Allow, Tri::Unknown);
            citing.by.sort_by_key(|cited| cited.source);
        }
    }
    let missing_allow_at = (decision == Decision::ImplicitDeny).then(|| missing(&scope)).flatten();
    Explanation { decision, by: citing.by, missing_allow_at }
}

struct Citing<'a> {
    scope: &'a Scope<'a>,
    by: Vec<Cited>,
}

impl Citing<'_> {
    /// Cites the statements of a set that match as surely as asked for.
    fn set(&mut self, source: Source, level: Option<&str>, set: &PolicySet, effect: Effect, wanted: Tri) {
        let request = self.scope.request;
        for placed in set.of(request, effect) {
            if placed.statement.grants(request, self.scope.boundary.is_some()).any() == wanted {
                self.by.push(Cited {
                    source,
                    level: level.map(Into::into),
                    policy: set.policy_of(placed).into(),
                    sid: placed.statement.sid.clone(),
                    index: placed.index,
                    effect,
                });
            }
        }
    }

    fn levels(&mut self, source: Source, chain: &Chain, effect: Effect, wanted: Tri) {
        for level in chain.levels() {
            self.set(source, Some(&level.name), &level.policies, effect, wanted);
        }
    }

    fn organization(&mut self, effect: Effect, wanted: Tri) {
        let scope = self.scope;
        if scope.rcps != Tri::False {
            self.levels(Source::Rcp, scope.policies.rcps, effect, wanted);
        }
        if scope.scps != Tri::False {
            self.levels(Source::Scp, scope.policies.scps, effect, wanted);
        }
    }

    fn everywhere(&mut self, effect: Effect, wanted: Tri) {
        self.organization(effect, wanted);
        if let Some(set) = self.scope.policies.resource.given() {
            self.set(Source::Resource, None, set, effect, wanted);
        }
        self.own(effect, wanted, true);
    }

    fn own(&mut self, effect: Effect, wanted: Tri, identity: bool) {
        let scope = self.scope;
        if let (true, Some(Identity::Policies(set))) = (identity, scope.identity) {
            self.set(Source::Identity, None, set, effect, wanted);
        }
        if let Some(set) = scope.boundary {
            self.set(Source::Boundary, None, set, effect, wanted);
        }
        if let Some(set) = scope.session {
            self.set(Source::Session, None, set, effect, wanted);
        }
    }

    /// The allows of every way on which the request succeeds.
    fn allows(&mut self) {
        self.organization(Effect::Allow, Tri::True);
        let sides = self.scope.sides();
        let (named, role, own) = (sides.by_name(), sides.by_role(), sides.by_identity());
        let needed = matches!(sides.rule, Rule::ResourceFirst | Rule::Both);
        if let Some(set) = self.scope.policies.resource.given()
            && (needed || named == Tri::True || role == Tri::True)
        {
            self.resource(set, needed && own == Tri::True, role == Tri::True);
        }
        if own == Tri::True || role == Tri::True {
            self.own(Effect::Allow, Tri::True, own == Tri::True);
        }
    }

    /// The allows of the resource policy: those that name the caller, its role where that counts, or all.
    fn resource(&mut self, set: &PolicySet, all: bool, role: bool) {
        let scope = self.scope;
        for placed in set.of(scope.request, Effect::Allow) {
            let grants = placed.statement.grants(scope.request, scope.boundary.is_some());
            let counts =
                grants.direct == Tri::True || (role && grants.role == Tri::True) || (all && grants.any() == Tri::True);
            if counts {
                self.by.push(Cited {
                    source: Source::Resource,
                    level: None,
                    policy: set.policy_of(placed).into(),
                    sid: placed.statement.sid.clone(),
                    index: placed.index,
                    effect: Effect::Allow,
                });
            }
        }
    }
}

/// The first place in AWS's order where no allow can match.
fn missing(scope: &Scope<'_>) -> Option<Missing> {
    if scope.scps != Tri::False
        && let Some(level) =
            scope.policies.scps.levels().iter().find(|level: &&Level| scope.level_allows(level) == Tri::False)
    {
        return Some(Missing::Level(level.name.clone()));
    }
    let sides = scope.sides();
    let resource = match sides.rule {
        Rule::ResourceAlone => sides.resource.direct,
        Rule::ResourceFirst | Rule::Both => sides.resource.any(),
        Rule::Either => Tri::True,
    };
    // A role that the resource policy names needs no identity policy, but what limits it has to allow.
    let identity = match sides.rule {
        Rule::Both => sides.identity,
        _ => sides.identity.or(sides.resource.role),
    };
    [
        (resource, Source::Resource),
        (identity, Source::Identity),
        (sides.boundary, Source::Boundary),
        (sides.session, Source::Session),
    ]
    .into_iter()
    .find(|(holds, _)| *holds == Tri::False)
    .map(|(_, source)| Missing::Source(source))
}
