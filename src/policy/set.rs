//! Policies that are taken together, indexed by service and action. Imports the room's statements and requests.
//!
//! A union: one allow anywhere in it allows, one deny anywhere in it denies. The statements that can match an action are found
//! by its service, denies and allows apart; within a service each different action pattern is tried once, however many
//! statements share it, so that a question looks at a few statements of many.

use std::collections::BTreeSet;

use super::document::Document;
use super::error::Lint;
use super::hash::{Name, Names};
use super::pattern::Pattern;
use super::principal::Grants;
use super::request::Request;
use super::statement::{Actions, Effect, Statement};
use super::tri::Tri;

/// A statement with the place it came from.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub(super) policy: u32,
    /// Its place among the statements of its policy, from 0.
    pub(super) index: u32,
    pub(super) statement: Statement,
}

/// The statements of one effect that can match actions of one service.
#[derive(Debug, Clone, Default, PartialEq)]
struct Table {
    /// All of them, in the order of the set.
    all: Vec<u32>,
    /// Those whose NotAction names nothing of the service: they match each of its actions.
    always: Vec<u32>,
    /// Those whose NotAction names something of the service.
    negated: Vec<u32>,
    /// By action without wildcards.
    exact: Names<Vec<u32>>,
    /// By action with wildcards: the pattern and the statements that have it.
    wild: Vec<(Pattern, Vec<u32>)>,
    /// The edges of each of them, side by side: most actions fail by these.
    edges: Vec<Edges>,
}

/// The first byte of an action's name and the last, where a pattern says them; zero, which no action holds, where not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Edges(u8, u8);

impl Edges {
    /// Of a name without wildcards.
    fn of(name: &str) -> Self {
        let bytes = name.as_bytes();
        Self(bytes.first().copied().unwrap_or(0), bytes.last().copied().unwrap_or(0))
    }

    fn fit(self, name: Self) -> bool {
        (self.0 == 0 || self.0 == name.0) && (self.1 == 0 || self.1 == name.1)
    }
}

impl Table {
    fn add(&mut self, at: u32, actions: &Actions, service: Option<&str>) {
        self.all.push(at);
        let mut concerned = actions.patterns.iter().filter(|pattern| {
            let own = pattern.service();
            own.is_none() || own == service
        });
        if actions.negated {
            let list = if concerned.next().is_some() { &mut self.negated } else { &mut self.always };
            list.push(at);
            return;
        }
        for pattern in concerned {
            if let Some(action) = pattern.literal().map(Name::new) {
                push(self.exact.entry(action, Vec::new), at);
            } else if let Some((_, list)) = self.wild.iter_mut().find(|(known, _)| known == pattern) {
                push(Some(list), at);
            } else {
                let (first, last) = pattern.edges();
                self.edges.push(Edges(first.unwrap_or(0), last.unwrap_or(0)));
                self.wild.push((pattern.clone(), vec![at]));
            }
        }
    }

    /// The statements whose Action or NotAction matches, some perhaps twice.
    fn matching<'a>(&'a self, statements: &'a [Placed], request: &'a Request) -> impl Iterator<Item = &'a Statement> {
        let (action, name) = (request.action.text(), Edges::of(request.action_name()));
        let exact = self.exact.get(&request.action).map_or(&[][..], Vec::as_slice);
        let fitting = self.edges.iter().zip(&self.wild).filter(move |(edges, _)| edges.fit(name)).map(|(_, wild)| wild);
        let wild = fitting.filter(move |(pattern, _)| pattern.matches(action)).flat_map(|(_, list)| list);
        let of = |at: &u32| statements.get(*at as usize).map(|placed| &placed.statement);
        let negated = self.negated.iter().filter_map(of).filter(move |statement| statement.actions.matches(action));
        exact.iter().chain(&self.always).chain(wild).filter_map(of).chain(negated)
    }
}

/// Adds a statement to a list once.
fn push(list: Option<&mut Vec<u32>>, at: u32) {
    if let Some(list) = list.filter(|list| list.last() != Some(&at)) {
        list.push(at);
    }
}

/// Places of statements in the set.
#[derive(Debug, Clone, Default, PartialEq)]
struct Places {
    denies: Table,
    allows: Table,
}

/// Policies of one level or one kind, which are a union.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PolicySet {
    names: Vec<Box<str>>,
    lints: Vec<(u32, Lint)>,
    statements: Vec<Placed>,
    /// By service; each entry holds the statements that can match any service too.
    services: Names<Places>,
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

    /// The statements of one effect of several sets, to be looked through at once. It names no policies.
    pub(super) fn merged<'a>(sets: impl IntoIterator<Item = &'a Self>, effect: Effect) -> Self {
        let all = sets.into_iter().flat_map(|set| &set.statements);
        let statements = all.filter(|placed| placed.statement.effect == effect).cloned().collect();
        let mut set = Self { statements, ..Self::default() };
        set.index();
        set
    }

    /// Whether a statement allows everything without a condition, as `FullAWSAccess` does.
    pub(super) fn has_full_access(&self) -> bool {
        self.statements.iter().any(|placed| placed.statement.is_full_access())
    }

    fn index(&mut self) {
        let lists = self.statements.iter().flat_map(|placed| &placed.statement.actions.services);
        let mut names: Vec<&str> = lists.map(|service| &**service).collect();
        names.sort_unstable();
        names.dedup();
        let mut services = Names::default();
        for name in names {
            services.entry(Name::new(name), || self.places(Some(name)));
        }
        self.others = self.places(None);
        self.services = services;
    }

    fn places(&self, service: Option<&str>) -> Places {
        let mut places = Places::default();
        for (at, Placed { statement, .. }) in self.statements.iter().enumerate() {
            let actions = &statement.actions;
            let takes = actions.any_service || actions.services.iter().any(|own| Some(&**own) == service);
            if takes {
                match statement.effect {
                    Effect::Allow => places.allows.add(narrow(at), actions, service),
                    Effect::Deny => places.denies.add(narrow(at), actions, service),
                }
            }
        }
        places
    }

    /// What is left when policies that deny something are taken off, of those whose names are told; none where none of them
    /// denies. First the least: without those policies, allows and all. Then the most, where that is more: without their
    /// denies alone, as if each allow stood in another policy too.
    #[must_use]
    pub fn loosened(&self, takes: impl Fn(&str) -> bool) -> Option<(Self, Option<Self>)> {
        let denies = |placed: &&Placed| placed.statement.effect == Effect::Deny;
        let off: BTreeSet<u32> = self
            .statements
            .iter()
            .filter(denies)
            .map(|placed| placed.policy)
            .filter(|at| takes(self.name(*at)))
            .collect();
        if off.is_empty() {
            return None;
        }
        let keep = |kept: &dyn Fn(&Placed) -> bool| {
            let statements = self.statements.iter().filter(|placed| kept(placed)).cloned().collect();
            let mut set = Self { names: self.names.clone(), lints: self.lints.clone(), statements, ..Self::default() };
            set.index();
            set
        };
        let least = keep(&|placed| !off.contains(&placed.policy));
        let most = keep(&|placed| !off.contains(&placed.policy) || placed.statement.effect == Effect::Allow);
        let more = most.statements.len() > least.statements.len();
        Some((least, more.then_some(most)))
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

    /// Every statement, in the order of the policies.
    pub(super) fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.statements.iter().map(|placed| &placed.statement)
    }

    fn name(&self, policy: u32) -> &str {
        self.names.get(policy as usize).map_or("", |name| name)
    }

    /// The name of the policy that a statement is of.
    pub(super) fn policy_of(&self, placed: &Placed) -> &str {
        self.name(placed.policy)
    }

    fn table(&self, request: &Request, effect: Effect) -> &Table {
        let places = self.services.get(request.service_name()).unwrap_or(&self.others);
        match effect {
            Effect::Allow => &places.allows,
            Effect::Deny => &places.denies,
        }
    }

    /// The statements of an effect that can match actions of the request's service, in their order.
    pub(super) fn of(&self, request: &Request, effect: Effect) -> impl Iterator<Item = &Placed> {
        self.table(request, effect).all.iter().filter_map(|at| self.statements.get(*at as usize))
    }

    fn each<'a>(&'a self, effect: Effect, request: &'a Request, bounded: bool) -> impl Iterator<Item = Grants> {
        let table = self.table(request, effect);
        table.matching(&self.statements, request).map(move |statement| statement.grants_beyond_action(request, bounded))
    }

    /// Whether a statement of an effect matches the request.
    pub(super) fn says(&self, effect: Effect, request: &Request, bounded: bool) -> Tri {
        Tri::any(self.each(effect, request, bounded).map(Grants::any))
    }

    /// How the policies allow the request to the caller.
    pub(super) fn grants(&self, request: &Request, bounded: bool) -> Grants {
        self.each(Effect::Allow, request, bounded).fold(Grants::NONE, Grants::or)
    }
}

fn narrow(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
