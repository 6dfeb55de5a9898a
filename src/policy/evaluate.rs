//! The decision on a request, by the whole of AWS's order. Imports the room's sets and requests.
//!
//! Every answer is of three values, so that the same lines decide on a request of which everything is known and on one of
//! which hardly anything is. Nothing here allocates.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>

use super::chain::{Chain, Level};
use super::principal::{CallerKind, Grants};
use super::request::Request;
use super::set::PolicySet;
use super::statement::Effect;
use super::tri::Tri;

/// The identity policies of the caller.
#[derive(Debug, Clone, Copy)]
pub enum Identity<'a> {
    /// These.
    Policies(&'a PolicySet),
    /// Whatever they have to be: the worst case, an administrator.
    Everything,
}

/// The policy of the resource that a request acts on.
#[derive(Debug, Clone, Copy)]
pub enum ResourcePolicy<'a> {
    /// It has none.
    None,
    /// This one.
    Given(&'a PolicySet),
    /// Whatever it has to be: the worst case, one that names the caller.
    Everything,
}

impl<'a> ResourcePolicy<'a> {
    /// The policy, where one is given.
    pub(super) fn given(self) -> Option<&'a PolicySet> {
        match self {
            Self::Given(set) => Some(set),
            Self::None | Self::Everything => None,
        }
    }
}

/// The policies that apply to a request.
#[derive(Debug, Clone, Copy)]
pub struct Policies<'a> {
    /// The service control policies on the way to the caller's account, from the root down. No level: no such policies apply.
    pub scps: &'a Chain,
    /// The resource control policies on the way to the resource's account, likewise.
    pub rcps: &'a Chain,
    /// The identity policies.
    pub identity: Identity<'a>,
    /// The permissions boundary, if there is one.
    pub boundary: Option<&'a PolicySet>,
    /// The session policies, if there are any.
    pub session: Option<&'a PolicySet>,
    /// The policy of the resource.
    pub resource: ResourcePolicy<'a>,
    /// The management account, whose principals no SCP binds and whose resources no RCP does.
    pub management_account: Option<&'a str>,
}

impl<'a> Policies<'a> {
    /// Nothing but service control policies, for a caller whose own policies, and those of the resource, allow everything.
    #[must_use]
    pub fn of_administrator(scps: &'a Chain) -> Self {
        Self {
            scps,
            rcps: Chain::none(),
            identity: Identity::Everything,
            boundary: None,
            session: None,
            resource: ResourcePolicy::Everything,
            management_account: None,
        }
    }
}

/// The decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decision {
    /// The request succeeds.
    Allowed,
    /// A statement denies it.
    ExplicitDeny,
    /// Nothing denies it, but an allow is missing.
    ImplicitDeny,
    /// It depends on what is not known.
    Unknown,
}

impl Decision {
    /// The word that `palisade policy eval` answers.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::ExplicitDeny => "explicit_deny",
            Self::ImplicitDeny => "implicit_deny",
            Self::Unknown => "unknown",
        }
    }
}

/// Decides on a request.
#[must_use]
pub fn decide(request: &Request, policies: &Policies<'_>) -> Decision {
    let scope = Scope::new(request, policies);
    let denied = scope.denied();
    if denied == Tri::True {
        return Decision::ExplicitDeny;
    }
    match (scope.allowed(), denied) {
        // No allow can match: whether something denies as well makes no difference to whom it stops.
        (Tri::False, _) => Decision::ImplicitDeny,
        (Tri::True, Tri::False) => Decision::Allowed,
        _ => Decision::Unknown,
    }
}

/// What applies to the request, of all the policies that were given.
pub(super) struct Scope<'a> {
    pub(super) request: &'a Request,
    pub(super) policies: &'a Policies<'a>,
    /// Whether SCPs bind the caller.
    pub(super) scps: Tri,
    /// Whether RCPs bind the resource in this request.
    pub(super) rcps: Tri,
    pub(super) identity: Option<Identity<'a>>,
    pub(super) boundary: Option<&'a PolicySet>,
    pub(super) session: Option<&'a PolicySet>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(request: &'a Request, policies: &'a Policies<'a>) -> Self {
        let kind = request.caller.kind();
        let linked = request.linked;
        let managed = |account: &str| policies.management_account == Some(account);
        let member = !matches!(kind, CallerKind::Service | CallerKind::Provider) && !managed(request.caller.account());
        let bound = request.takes_rcps && !managed(&request.resource_account);
        // The root user has neither identity policies nor a boundary; services and providers have none of the three.
        let (identity, boundary, session) = match kind {
            CallerKind::Service | CallerKind::Provider => (None, None, None),
            CallerKind::Root => (Some(Identity::Everything), None, policies.session),
            _ => (Some(policies.identity), policies.boundary, policies.session),
        };
        Self {
            request,
            policies,
            scps: Tri::from(member).and(linked.negated()),
            rcps: Tri::from(bound).and(linked.negated()),
            identity,
            boundary,
            session,
        }
    }

    fn says(&self, set: &PolicySet, effect: Effect) -> Tri {
        set.says(effect, self.request, self.boundary.is_some())
    }

    /// Whether a statement anywhere denies the request.
    fn denied(&self) -> Tri {
        let organization = |chain: &Chain, bind: Tri| match bind {
            Tri::False => Tri::False,
            _ => self.says(&chain.denies, Effect::Deny).and(bind),
        };
        let identity = match self.identity {
            Some(Identity::Policies(set)) => Some(set),
            Some(Identity::Everything) | None => None,
        };
        let own = [self.policies.resource.given(), identity, self.boundary, self.session];
        organization(self.policies.scps, self.scps)
            .or(organization(self.policies.rcps, self.rcps))
            .or(Tri::any(own.into_iter().flatten().map(|set| self.says(set, Effect::Deny))))
    }

    /// Whether every level of the SCPs allows the request, or they do not bind.
    pub(super) fn level_allows(&self, level: &Level) -> Tri {
        if level.allows_all {
            return Tri::True;
        }
        self.scps.negated().or(self.says(&level.policies, Effect::Allow))
    }

    /// Whether everything that has to allow the request does.
    fn allowed(&self) -> Tri {
        let scps = match self.scps {
            Tri::False => Tri::True,
            _ => Tri::all(self.policies.scps.levels().iter().map(|level| self.level_allows(level))),
        };
        if scps == Tri::False {
            return Tri::False;
        }
        scps.and(self.sides().allowed())
    }

    /// What the resource's side and the caller's side say.
    pub(super) fn sides(&self) -> Sides {
        let bounded = self.boundary.is_some();
        let limit = |set: Option<&PolicySet>| set.map_or(Tri::True, |set| self.says(set, Effect::Allow));
        let own = match self.identity {
            None => Tri::False,
            Some(Identity::Everything) => Tri::True,
            Some(Identity::Policies(set)) => self.says(set, Effect::Allow),
        };
        Sides {
            resource: match self.policies.resource {
                ResourcePolicy::None => Grants::NONE,
                ResourcePolicy::Given(set) => set.grants(self.request, bounded),
                // By the account rather than by name, where there is one: what limits the caller still does.
                ResourcePolicy::Everything if self.identity.is_none() => Grants { direct: Tri::True, ..Grants::NONE },
                ResourcePolicy::Everything => Grants { account: Tri::True, ..Grants::NONE },
            },
            identity: own,
            boundary: limit(self.boundary),
            session: limit(self.session),
            rule: self.rule(),
            unsure: self.request.needs_resource_policy() == Tri::Unknown,
        }
    }

    fn rule(&self) -> Rule {
        if self.identity.is_none() {
            Rule::ResourceAlone
        } else if self.request.crosses_accounts() {
            Rule::Both
        } else if self.request.needs_resource_policy() == Tri::True {
            Rule::ResourceFirst
        } else {
            Rule::Either
        }
    }
}

/// Which sides have to allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// In one account: either side.
    Either,
    /// In one account, but the resource's policy has to name the caller or its account.
    ResourceFirst,
    /// Across accounts: both sides.
    Both,
    /// The caller has no policies: the resource's side alone.
    ResourceAlone,
}

/// What both sides say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sides {
    pub(super) resource: Grants,
    pub(super) identity: Tri,
    pub(super) boundary: Tri,
    pub(super) session: Tri,
    pub(super) rule: Rule,
    /// Of a class of resources: some of them need their own policy first, others do not.
    unsure: bool,
}

impl Sides {
    /// What limits the caller's own rights.
    fn limits(&self) -> Tri {
        self.boundary.and(self.session)
    }

    /// The resource policy names the caller and that is enough.
    pub(super) fn by_name(&self) -> Tri {
        match self.rule {
            Rule::Both => Tri::False,
            Rule::ResourceAlone | Rule::Either | Rule::ResourceFirst => self.resource.direct,
        }
    }

    /// The resource policy names the caller's role, and nothing limits it.
    pub(super) fn by_role(&self) -> Tri {
        match self.rule {
            Rule::Both | Rule::ResourceAlone => Tri::False,
            Rule::Either | Rule::ResourceFirst => self.resource.role.and(self.limits()),
        }
    }

    /// The caller's own policies, with the resource's where it is needed.
    pub(super) fn by_identity(&self) -> Tri {
        let own = self.identity.and(self.limits());
        match self.rule {
            Rule::Either => own,
            Rule::ResourceFirst | Rule::Both => own.and(self.resource.any()),
            Rule::ResourceAlone => Tri::False,
        }
    }

    fn ways(&self) -> Tri {
        self.by_name().or(self.by_role()).or(self.by_identity())
    }

    pub(super) fn allowed(&self) -> Tri {
        let allowed = self.ways();
        let first = Self { rule: Rule::ResourceFirst, ..*self };
        if self.unsure && self.rule == Rule::Either && first.ways() != allowed { Tri::Unknown } else { allowed }
    }
}
