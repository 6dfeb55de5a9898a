//! Whom the actions of an edge reach: a whole family, or those of it that policies tell from the others. Imports the
//! builder.

use std::collections::{BTreeMap, BTreeSet};

use super::build::Builder;
use super::class::Class;
use super::edges::{Aim, EdgeKind};
use super::estate::Estate;
use super::judge::{On, Own, Question, Strength};
use super::reading::{covers_all, fits};
use crate::analysis::authority::Authority;

/// Principals that are reached alike.
pub(super) type Targets = Vec<(Vec<usize>, Strength)>;

/// What was already asked for a class.
#[derive(Default)]
pub(super) struct Asking {
    pub(super) some: BTreeMap<(String, String), Strength>,
    targets: BTreeMap<(String, Option<String>), Targets>,
    looks: Option<Vec<String>>,
}

impl Builder<'_, '_> {
    /// The principals that the target action of an edge reaches, those of one strength together.
    pub(super) fn targets(&self, class: &Class, estate: &Estate, edge: &EdgeKind, asking: &mut Asking) -> Targets {
        let family = match (edge.aim, &edge.trusts) {
            (Aim::User, _) => &estate.users,
            (_, None) => &estate.roles,
            (_, Some(service)) => match estate.trusting.get(service) {
                Some(roles) => roles,
                None => return Vec::new(),
            },
        };
        let Some(action) = edge.on_target() else { return vec![(family.clone(), Strength::Sure)] };
        let service = edge.trusts.as_deref().filter(|_| edge.passes());
        let key = (action.to_owned(), edge.trusts.clone());
        if let Some(known) = asking.targets.get(&key) {
            return known.clone();
        }
        let more = service.map(|service| ("iam:PassedToService", service));
        let found = self.reached(class, action, edge.aim, family, more, asking);
        asking.targets.insert(key, found.clone());
        found
    }

    fn reached(
        &self,
        class: &Class,
        action: &str,
        aim: Aim,
        family: &[usize],
        more: Option<(&str, &str)>,
        asking: &mut Asking,
    ) -> Targets {
        let word = if aim == Aim::User { "user" } else { "role" };
        let all = format!("arn:{}:iam::{}:{word}/*", self.judge.partition(), class.account);
        let region = self.judge.global();
        let question = Question { more, ..Question::new(action, On::Each(&all), &class.account, region) };
        match self.judge.strength(&class.who(), &question) {
            Strength::No => return Vec::new(),
            Strength::Sure => return vec![(family.to_vec(), Strength::Sure)],
            Strength::Conditional | Strength::Unread => {}
        }
        let candidates = candidates(self.authority, class, action, &all, family);
        let looks = asking.looks.get_or_insert_with(|| telling(self.authority, class, "iam"));
        let mut alike: BTreeMap<Vec<bool>, Vec<usize>> = BTreeMap::new();
        for at in candidates {
            let Some(principal) = self.authority.principals.get(at) else { continue };
            let look = looks.iter().map(|pattern| fits(pattern, principal.arn.as_str())).collect();
            alike.entry(look).or_default().push(at);
        }
        let mut found: BTreeMap<Strength, Vec<usize>> = BTreeMap::new();
        for members in alike.into_values() {
            let Some(first) = members.first().and_then(|at| self.authority.principals.get(*at)) else { continue };
            let question = Question { on: On::One(first.arn.as_str()), ..question };
            let strength = self.judge.strength(&class.who(), &question);
            if strength > Strength::No {
                found.entry(strength).or_default().extend(members);
            }
        }
        let ordered = found.into_iter().map(|(strength, mut members)| {
            members.sort_unstable();
            (members, strength)
        });
        ordered.collect()
    }
}

/// The members of a family that a class's own policies name for an action. A family is in order of its ARNs.
pub(super) fn candidates(
    authority: &Authority<'_>,
    class: &Class,
    action: &str,
    all: &str,
    family: &[usize],
) -> Vec<usize> {
    let Own::Policies(set) = &class.own else { return family.to_vec() };
    let patterns = set.resources_of(action);
    if patterns.iter().any(|pattern| covers_all(pattern, all)) {
        return family.to_vec();
    }
    let arn = |at: &usize| authority.principals.get(*at).map_or("", |principal| principal.arn.as_str());
    let mut found = BTreeSet::new();
    for pattern in &patterns {
        let head = pattern.split(['*', '?']).next().unwrap_or("");
        let from = family.partition_point(|at| arn(at) < head);
        let near = family.get(from..).unwrap_or_default().iter().take_while(|at| arn(at).starts_with(head));
        found.extend(near.filter(|at| fits(pattern, arn(at))).copied());
    }
    found.into_iter().collect()
}

/// The patterns by which the policies of a class tell resources of a service apart.
pub(super) fn telling(authority: &Authority<'_>, class: &Class, service: &str) -> Vec<String> {
    let mut patterns = BTreeSet::new();
    if let Own::Policies(set) = &class.own {
        patterns.extend(set.telling_resources(service));
    }
    patterns.extend(class.boundary.iter().flat_map(|set| set.telling_resources(service)));
    if let Some(chain) = authority.chains.of(&class.account) {
        patterns.extend(chain.scps.levels().iter().flat_map(|level| level.policies().telling_resources(service)));
    }
    patterns.into_iter().collect()
}
