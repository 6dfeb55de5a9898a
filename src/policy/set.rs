//! Policies that are taken together, indexed by service. Imports the room's statements and requests.
//!
//! The statements that can match an action are found by its service, denies and allows apart, so that a question looks at a
//! few statements of many. A union: one allow anywhere in it allows, one deny anywhere in it denies.

use super::document::Document;
use super::error::Lint;
use super::principal::Grants;
use super::request::Request;
use super::statement::{Effect, Statement};
use super::tri::Tri;

/// A statement with the place it came from.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    policy: u32,
    /// Its place among the statements of its policy, from 0.
    pub(super) index: u32,
    pub(super) statement: Statement,
}

/// Places of statements in the set.
#[derive(Debug, Clone, Default, PartialEq)]
struct Places {
    denies: Vec<u32>,
    allows: Vec<u32>,
}

/// Policies of one level or one kind, which are a union.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PolicySet {
    names: Vec<Box<str>>,
    lints: Vec<(u32, Lint)>,
    statements: Vec<Placed>,
    /// Sorted by service; each entry holds the statements that can match any service too.
    services: Vec<(Box<str>, Places)>,
    /// What can match actions of services that are not listed.
    others: Places,
}

impl PolicySet {
    /// Indexes policies, each with the name that verdicts cite it by.
    pub fn new<N: Into<Box<str>>>(policies: impl IntoIterator<Item = (N, Document)>) -> Self {
        let mut set = Self::default();
        for (name, document) in policies {
            let policy = narrow(set.names.len());
            set.names.push(name.into());
            set.lints.extend(document.lints.into_iter().map(|lint| (policy, lint)));
            for (index, statement) in document.statements.into_iter().enumerate() {
                set.statements.push(Placed { policy, index: narrow(index), statement });
            }
        }
        set.index();
        set
    }

    fn index(&mut self) {
        let mut services: Vec<&str> = self
            .statements
            .iter()
            .flat_map(|placed| placed.statement.actions.services.iter().flatten())
            .map(|s| &**s)
            .collect();
        services.sort_unstable();
        services.dedup();
        let places = |service: Option<&str>| {
            let mut places = Places::default();
            for (at, Placed { statement, .. }) in self.statements.iter().enumerate() {
                let takes = match (&statement.actions.services, service) {
                    (None, _) => true,
                    (Some(_), None) => false,
                    (Some(own), Some(service)) => own.iter().any(|own| **own == *service),
                };
                if takes {
                    match statement.effect {
                        Effect::Allow => places.allows.push(narrow(at)),
                        Effect::Deny => places.denies.push(narrow(at)),
                    }
                }
            }
            places
        };
        let index = services.into_iter().map(|service| (service.into(), places(Some(service)))).collect();
        let others = places(None);
        self.services = index;
        self.others = others;
    }

    /// Whether there are no policies in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The names of its policies, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| &**name)
    }

    /// What is odd about its policies: the name of the policy, and the lint.
    pub fn lints(&self) -> impl Iterator<Item = (&str, &Lint)> {
        self.lints.iter().map(|(policy, lint)| (self.name(*policy), lint))
    }

    fn name(&self, policy: u32) -> &str {
        self.names.get(policy as usize).map_or("", |name| name)
    }

    /// The name of the policy that a statement is of.
    pub(super) fn policy_of(&self, placed: &Placed) -> &str {
        self.name(placed.policy)
    }

    /// The statements of an effect that can match actions of a service.
    pub(super) fn of(&self, service: &str, effect: Effect) -> impl Iterator<Item = &Placed> {
        let places = match self.services.binary_search_by(|(name, _)| (**name).cmp(service)) {
            Ok(at) => self.services.get(at).map_or(&self.others, |(_, places)| places),
            Err(_) => &self.others,
        };
        let list = match effect {
            Effect::Allow => &places.allows,
            Effect::Deny => &places.denies,
        };
        list.iter().filter_map(|at| self.statements.get(*at as usize))
    }

    /// Whether a statement of an effect matches the request.
    pub(super) fn says(&self, effect: Effect, request: &Request, bounded: bool) -> Tri {
        Tri::any(self.of(request.service(), effect).map(|placed| placed.statement.grants(request, bounded).any()))
    }

    /// How the policies allow the request to the caller.
    pub(super) fn grants(&self, request: &Request, bounded: bool) -> Grants {
        let all = self.of(request.service(), Effect::Allow).map(|placed| placed.statement.grants(request, bounded));
        all.fold(Grants::NONE, Grants::or)
    }
}

fn narrow(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
