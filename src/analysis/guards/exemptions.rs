//! Whom the closing denies exempt: the pattern, and who matches it today.
//!
//! Who could become such a principal is another question, which `reach` answers with what stands here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Ruling;
use super::answer::{Answer, Closing, Who, principal_tags};
use super::declared::like;
use super::prove::{Passing, Prover};
use crate::analysis::authority::{Authority, Principal, PrincipalKind};
use crate::model::catalogue::{Category, DestructiveAction};
use crate::model::ids::{AccountId, Arn};
use crate::policy::Opening;

/// What some denies of an account leave to some principals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exemption {
    /// The account whose principals they are.
    pub(crate) account: AccountId,
    /// The denies, together.
    pub(crate) closing: Vec<Closing>,
    /// By being whom one is exempt: keys with values that open.
    pub(crate) openings: Vec<Opening>,
    /// Of those, what exempts somebody who may not pass.
    pub(crate) undeclared: Vec<Opening>,
    /// The actions that are left to them.
    pub(crate) actions: Vec<&'static DestructiveAction>,
    /// The users and roles that are exempt today, sorted; service-linked roles are bound by no SCP and not listed.
    pub(crate) principals: Vec<Arn>,
    /// ARNs of users and roles that would be exempt, whether or not somebody has them: examples of what the denies' own
    /// patterns take, since an opening shows but one.
    pub(crate) makeable: Vec<String>,
}

/// An exemption before it is known whom it concerns.
struct Pattern {
    answer: Arc<Answer>,
    actions: BTreeSet<&'static DestructiveAction>,
    /// What an ARN ends in of whoever would pass: `role/BreakGlass-x`.
    makeable: Vec<String>,
    /// By class of principals: whether they pass.
    known: Vec<Option<bool>>,
}

impl Pattern {
    /// Whether the principals of a class pass, of whom this is one.
    fn passes(&mut self, prover: &Prover<'_>, class: usize, principal: &Principal<'_>) -> bool {
        if self.known.len() <= class {
            self.known.resize(class + 1, None);
        }
        let known = self.known.get(class).copied().flatten();
        known.unwrap_or_else(|| {
            let passing = Passing {
                account: &principal.account,
                caller: &principal.caller,
                keys: &principal.keys,
                tags: own_tags(principal),
            };
            let passes = prover.passes(&self.answer, &passing);
            if let Some(known) = self.known.get_mut(class) {
                *known = Some(passes);
            }
            passes
        })
    }
}

/// The principals of one way before its guards.
pub(super) struct Principals<'p, 'w> {
    prover: &'p Prover<'w>,
    authority: &'p Authority<'p>,
    patterns: Vec<Pattern>,
    tags: BTreeSet<String>,
    /// By what guards tell principals apart: the number of the class.
    classes: BTreeMap<String, usize>,
}

impl<'p, 'w> Principals<'p, 'w> {
    pub(super) fn new(
        prover: &'p Prover<'w>,
        authority: &'p Authority<'p>,
        rulings: &BTreeMap<Who, Vec<Ruling>>,
    ) -> Self {
        let mut patterns: Vec<Pattern> = Vec::new();
        let mut at: BTreeMap<Vec<Closing>, Vec<usize>> = BTreeMap::new();
        let asked = rulings.get(&Who::Administrator).into_iter().flatten();
        let asked = asked.filter(|ruling| ruling.row.blanket_deny && ruling.row.category != Category::Escalates);
        for ruling in asked {
            for (_, answer) in ruling.answers.iter().filter(|(_, answer)| !answer.exempting.is_empty()) {
                let alike = at.entry(answer.closing.clone()).or_default();
                let same = |known: &&usize| {
                    patterns.get(**known).is_some_and(|pattern| {
                        pattern.answer.exempting == answer.exempting && pattern.answer.undeclared == answer.undeclared
                    })
                };
                let known = alike.iter().find(same).copied();
                match known.and_then(|known| patterns.get_mut(known)) {
                    Some(pattern) => drop(pattern.actions.insert(ruling.row)),
                    None => {
                        alike.push(patterns.len());
                        patterns.push(Pattern {
                            answer: Arc::clone(answer),
                            actions: BTreeSet::from([ruling.row]),
                            makeable: Vec::new(),
                            known: Vec::new(),
                        });
                    }
                }
            }
        }
        let resources = prover.resources_named();
        for pattern in &mut patterns {
            let passes = |resource: &&String| prover.lets_pass(&pattern.answer, resource);
            pattern.makeable = resources.iter().filter(passes).cloned().collect();
        }
        let tags = patterns.iter().flat_map(|pattern| principal_tags(&pattern.answer)).map(str::to_owned).collect();
        Self { prover, authority, patterns, tags, classes: BTreeMap::new() }
    }

    /// How many classes of principals were told apart.
    pub(super) fn classes(&self) -> usize {
        self.classes.len()
    }

    /// The exemptions of one account of the way.
    pub(super) fn exemptions(&mut self, account: &AccountId) -> Vec<Exemption> {
        let mut exempt: Vec<Vec<Arn>> = vec![Vec::new(); self.patterns.len()];
        if !self.patterns.is_empty() {
            for principal in self.authority.of_account(account) {
                if principal.kind == PrincipalKind::Root || principal.service_linked() {
                    continue;
                }
                let next = self.classes.len();
                let class = *self.classes.entry(class(principal, &self.tags)).or_insert(next);
                for (pattern, exempt) in self.patterns.iter_mut().zip(&mut exempt) {
                    if pattern.passes(self.prover, class, principal) {
                        exempt.push(principal.arn.clone());
                    }
                }
            }
        }
        // What was found out for the first account of the way holds for this one, by its own names.
        let own =
            |openings: &[Opening]| openings.iter().map(|opening| self.prover.opening_in(opening, account)).collect();
        let partition = self.prover.partition;
        let arn = |resource: &String| format!("arn:{partition}:iam::{account}:{resource}");
        let exemption = |(pattern, principals): (&Pattern, Vec<Arn>)| Exemption {
            account: account.clone(),
            closing: pattern.answer.closing.clone(),
            openings: own(&pattern.answer.exempting),
            undeclared: own(&pattern.answer.undeclared),
            actions: pattern.actions.iter().copied().collect(),
            principals,
            makeable: pattern.makeable.iter().map(arn).collect(),
        };
        self.patterns.iter().zip(exempt).map(exemption).collect()
    }
}

/// What guards can tell a principal by, its account aside: accounts that they tell apart are on ways of their own.
fn class(principal: &Principal<'_>, tags: &BTreeSet<String>) -> String {
    let mut class = format!("{:?} {}", principal.kind, principal.arn.resource());
    for (key, value) in own_tags(principal) {
        if tags.contains(&key.to_lowercase()) {
            class.push_str(&format!("\u{0}{}={value}", key.to_lowercase()));
        }
    }
    class
}

/// What the ARNs end in of users and roles that a pattern of a condition may mean in an account: for a run of any characters
/// there is none and there is one. These are examples: whether they match is for the asker to see. A pattern with a variable
/// means nobody who could be told.
pub(crate) fn resources_of(pattern: &str, account: &str) -> Vec<String> {
    if pattern.contains("${") {
        return Vec::new();
    }
    let parts: Vec<&str> = pattern.splitn(6, ':').collect();
    let resource = match parts.as_slice() {
        ["arn", _, _, _, owner, resource] if like(owner.as_bytes(), account.as_bytes()) => resource,
        ["arn", _, _, _, _, _] => return Vec::new(),
        _ => pattern.rsplit(':').next().unwrap_or(pattern),
    };
    let (kinds, name): (&[&str], &str) = match resource.split_once('/') {
        Some(("role", name)) => (&["role"], name),
        Some(("user", name)) => (&["user"], name),
        // It begins with a wildcard: roles and users alike.
        Some((_, name)) => (&["role", "user"], name),
        None => (&["role", "user"], resource),
    };
    let mut found = BTreeSet::new();
    if resource.contains('*') {
        found.extend(["role/x", "user/x"].map(str::to_owned));
    }
    for any in ["", "x"] {
        let name = name.replace('*', any).replace('?', "x");
        // Nobody makes roles under these paths.
        let reserved = name.starts_with("aws-reserved/") || name.starts_with("aws-service-role/");
        if !name.is_empty() && !name.ends_with('/') && !reserved {
            found.extend(kinds.iter().map(|kind| format!("{kind}/{name}")));
        }
    }
    found.into_iter().collect()
}

static NO_TAGS: BTreeMap<String, String> = BTreeMap::new();

fn own_tags<'a>(principal: &'a Principal<'_>) -> &'a BTreeMap<String, String> {
    let role = principal.role.map(|role| &role.tags);
    role.or(principal.user.map(|user| &user.tags)).unwrap_or(&NO_TAGS)
}
