//! What was found out, as facts: statements with the names of their policies and places, and sentences for a person.

use std::collections::{BTreeMap, BTreeSet};

use super::{Answer, Closing, Ruling, Target};
use crate::analysis::Context;
use crate::analysis::authority::UNREAD_KEY;
use crate::model::facts::{GuardStatement, GuardedActions, OpenAction, OpeningKey};
use crate::model::ids::AccountId;
use crate::policy::{Cited, Fact, Opening, Verdict};

/// The most of anything that a fact shows of many.
pub(super) const SHOWN: usize = 20;

/// The names that a person knows policies and places by.
pub(crate) struct Names {
    policies: BTreeMap<String, String>,
    places: BTreeMap<String, String>,
}

impl Names {
    pub(crate) fn new(cx: &Context<'_>) -> Self {
        let mut names = Self { policies: BTreeMap::new(), places: BTreeMap::new() };
        let Some(organization) = &cx.inventory.organization else { return names };
        for policy in organization.scps.items().iter().chain(organization.rcps.items()) {
            names.policies.insert(policy.id.clone(), policy.name.clone());
        }
        for root in organization.roots.items() {
            names.places.insert(root.id.clone(), "the root".to_owned());
        }
        for unit in organization.units.items() {
            names.places.insert(unit.id.clone(), format!("the unit {}", unit.name));
        }
        names
    }

    /// A place by its id.
    pub(crate) fn at(&self, id: &str) -> String {
        self.places.get(id).cloned().unwrap_or_else(|| format!("account {id}"))
    }

    /// A statement of a policy of the organization; none of any other policy.
    pub(crate) fn cited(&self, cited: &Cited) -> Option<String> {
        let place = self.at(cited.level.as_deref()?);
        let policy = self.policy(&cited.policy);
        let which = which(cited.sid.as_deref(), cited.index);
        Some(format!("{} {policy}, {which}, at {place}", cited.source.word().to_uppercase()))
    }

    fn policy(&self, id: &str) -> String {
        self.policies.get(id).map_or_else(|| id.to_owned(), |name| format!("{name} ({id})"))
    }

    fn place(&self, level: Option<&str>) -> String {
        match level {
            None => "the account itself".to_owned(),
            Some(id) => self.places.get(id).cloned().unwrap_or_else(|| id.to_owned()),
        }
    }

    /// What closes, as a fact of an account.
    pub(super) fn statement(&self, closing: &Closing, account: &AccountId) -> GuardStatement {
        let place = self.place(closing.level.as_deref());
        let level = closing.level.clone().unwrap_or_else(|| account.to_string());
        let above_account = closing.level.is_some();
        let Some(statement) = &closing.statement else {
            return GuardStatement {
                kind: "missing_allow".to_owned(),
                policy: None,
                policy_name: None,
                sid: None,
                statement: None,
                level,
                above_account,
                said: format!("no SCP at {place} allows it"),
            };
        };
        let name = self.policies.get(&statement.policy);
        let policy = self.policy(&statement.policy);
        let which = which(statement.sid.as_deref(), statement.index);
        let kind = if statement.rcp { "rcp" } else { "scp" };
        GuardStatement {
            kind: kind.to_owned(),
            said: format!("{} {policy}, {which}, at {place}", kind.to_uppercase()),
            policy: Some(statement.policy.clone()),
            policy_name: name.cloned(),
            sid: statement.sid.clone(),
            statement: Some(statement.index),
            level,
            above_account,
        }
    }

    /// Many of them, each once, with those that are known by what they say.
    pub(super) fn statements<'c>(
        &self,
        closing: impl IntoIterator<Item = &'c Closing>,
        account: &AccountId,
    ) -> Vec<GuardStatement> {
        let all: BTreeSet<&Closing> = closing.into_iter().filter(|closing| !stands_for_unread(closing)).collect();
        all.into_iter().take(SHOWN).map(|closing| self.statement(closing, account)).collect()
    }

    /// A list of rulings, counted.
    pub(super) fn actions<'r>(
        &self,
        rulings: impl IntoIterator<Item = &'r Ruling>,
        account: &AccountId,
        unsure: impl Fn(&Ruling) -> bool,
    ) -> GuardedActions {
        let mut actions = GuardedActions::default();
        let mut closing: BTreeSet<&Closing> = BTreeSet::new();
        let mut open: Vec<(&Ruling, &Target, &Answer)> = Vec::new();
        for ruling in rulings {
            let Some((target, worst)) = ruling.worst() else { continue };
            if !ruling.row.blanket_deny {
                if worst.rank() > 0 {
                    actions.bypasses.push(ruling.row.action.to_string());
                }
                continue;
            }
            actions.asked += 1;
            if ruling.closed() {
                actions.closed += 1;
                closing.extend(ruling.answers.iter().flat_map(|(_, answer)| &answer.closing));
            } else if worst.rank() == 1 || unsure(ruling) {
                actions.undecided.push(ruling.row.action.to_string());
            } else {
                open.push((ruling, target, worst));
            }
        }
        actions.open_count = open.len();
        // What is irreversible first, then what nothing denies at all.
        open.sort_by_key(|(ruling, _, worst)| {
            (!ruling.row.irreversible, std::cmp::Reverse(worst.rank()), ruling.row.action.clone())
        });
        let shown = open.into_iter().take(SHOWN);
        actions.open = shown.map(|(ruling, target, worst)| self.open(ruling, target, worst, account)).collect();
        actions.closing = self.statements(closing, account);
        actions
    }

    fn open(&self, ruling: &Ruling, target: &Target, answer: &Answer, account: &AccountId) -> OpenAction {
        let denied_by = self.statements(&answer.closing, account);
        let opening = answer.openings.iter().find(|opening| !is_unread(opening)).or(answer.openings.first());
        let action = ruling.row.action.to_string();
        let mut said = action.clone();
        if ruling.by_resource {
            said.push_str(&format!(" on {}", target.pattern));
            let more = ruling.answers.iter().filter(|(_, answer)| answer.rank() > 0).count().saturating_sub(1);
            if more > 0 {
                said.push_str(&format!(" and {more} more"));
            }
        }
        if !answer.regions.is_empty() {
            let regions: Vec<&str> = answer.regions.iter().map(AsRef::as_ref).collect();
            said.push_str(&format!(" in {}", some_of(&regions)));
        }
        match (answer.verdict, opening) {
            (Verdict::Open, _) => said.push_str(" (nothing denies it)"),
            (_, None) if !answer.regions.is_empty() => said.push_str(" (nothing denies it there)"),
            (_, Some(opening)) if !opening.keys.is_empty() => said.push_str(&format!(" ({})", where_(opening))),
            (_, Some(opening)) if opening.sure => said.push_str(" (its denies name only some principals)"),
            _ => said.push_str(" (its denies do not cover every resource and context)"),
        }
        if let Some(first) = denied_by.first() {
            said.push_str(&format!("; elsewhere {} denies it", first.said));
        }
        OpenAction {
            action,
            why: ruling.row.why.clone(),
            verdict: if answer.verdict == Verdict::Open { "open" } else { "conditional" }.to_owned(),
            resource: target.pattern.clone(),
            regions: answer.regions.clone(),
            opened_by: opening.map_or_else(Vec::new, keys),
            denied_by,
            said,
        }
    }
}

/// A statement by its name, or by its place where it has none.
fn which(sid: Option<&str>, index: u32) -> String {
    sid.map_or_else(|| format!("Statement[{index}]"), |sid| format!("statement {sid}"))
}

/// A policy that stands for one that could not be read says nothing itself.
fn stands_for_unread(closing: &Closing) -> bool {
    closing.statement.as_ref().is_some_and(|statement| statement.sid.as_deref() == Some("Unread"))
}

fn is_unread(opening: &Opening) -> bool {
    opening.keys.iter().any(|(key, _)| key.starts_with(UNREAD_KEY))
}

fn keys(opening: &Opening) -> Vec<OpeningKey> {
    let key = |(key, fact): &(Box<str>, Fact)| OpeningKey {
        key: key.to_string(),
        value: match fact {
            Fact::Values(values) => Some(values.join(", ")),
            Fact::Absent | Fact::Present | Fact::Unknown => None,
        },
    };
    opening.keys.iter().map(key).collect()
}

fn where_(opening: &Opening) -> String {
    format!("where {}", opening_in_words(opening))
}

/// What opens, in words.
pub(super) fn opening_in_words(opening: &Opening) -> String {
    let one = |(key, fact): &(Box<str>, Fact)| match fact {
        Fact::Values(values) => format!("{} is {}", written(key), values.join(", ")),
        Fact::Absent => format!("{} is absent", written(key)),
        Fact::Present => format!("{} is present", written(key)),
        Fact::Unknown => format!("{} has some other value", written(key)),
    };
    opening.keys.iter().map(one).collect::<Vec<_>>().join(" and ")
}

/// A key as AWS writes it, where that is known; keys are compared without regard to case.
fn written(key: &str) -> String {
    const KEYS: [&str; 16] = [
        "aws:MultiFactorAuthAge",
        "aws:MultiFactorAuthPresent",
        "aws:PrincipalAccount",
        "aws:PrincipalArn",
        "aws:PrincipalOrgID",
        "aws:PrincipalOrgPaths",
        "aws:PrincipalTag/",
        "aws:PrincipalType",
        "aws:RequestTag/",
        "aws:RequestedRegion",
        "aws:ResourceTag/",
        "aws:SourceIp",
        "aws:SourceVpc",
        "aws:SourceVpce",
        "aws:ViaAWSService",
        "aws:CalledVia",
    ];
    for known in KEYS {
        let lower = known.to_ascii_lowercase();
        match key.strip_prefix(lower.as_str()) {
            Some("") => return known.to_owned(),
            Some(rest) if known.ends_with('/') => return format!("{known}{rest}"),
            _ => {}
        }
    }
    key.to_owned()
}

/// A few of many, and how many more.
pub(super) fn some_of(list: &[&str]) -> String {
    match list {
        [a, b, c, d, rest @ ..] if !rest.is_empty() => format!("{a}, {b}, {c}, {d} and {} more", rest.len()),
        list => list.join(", "),
    }
}
