//! The policies that would close what is open, with the proof that they do.
//!
//! Actions are listed one by one: what a wildcard closes besides, nobody can tell from a catalogue of what is destructive,
//! and a deny that somebody misses is a deny that is taken off again.

use std::collections::{BTreeMap, BTreeSet};

use super::{Declared, Guards, Resources, Who};
use crate::analysis::Context;
use crate::analysis::authority::Authority;
use crate::model::catalogue::{CallableFrom, Category, DestructiveAction};
use crate::model::gap::{Answer, Collected};
use crate::model::ids::AccountId;
use crate::model::inventory::Inventory;
use crate::model::organization::{OrganizationInventory, Policy, PolicyTarget};
use crate::model::settings::Settings;

/// Where policies are to be attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// The root.
    Root,
    /// A unit, by its id or name.
    Unit(String),
    /// An account.
    Account(AccountId),
}

/// How much may be attached to one place.
///
/// AWS raised the limits in May 2026 (10 policies of 10,240 characters); not every organization's guide says so yet.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Limits {
    /// How many policies, what is attached already among them.
    pub(crate) policies: usize,
    /// How many characters each may have.
    pub(crate) characters: usize,
}

impl Limits {
    /// What every organization has.
    pub(crate) const SAFE: Self = Self { policies: 5, characters: 5_120 };
    /// What AWS gives since May 2026.
    const WIDE: Self = Self { policies: 10, characters: 10_240 };

    /// The safe limits, unless more is in use.
    fn seen(organization: &OrganizationInventory) -> Self {
        let mut attached: BTreeMap<&str, usize> = BTreeMap::new();
        let mut longest = 0;
        for policy in organization.scps.items() {
            let length = policy.document.value().map_or(0, |text| text.chars().filter(|c| !c.is_whitespace()).count());
            longest = longest.max(length);
            for target in policy.targets.value().into_iter().flatten() {
                *attached.entry(&target.id).or_default() += 1;
            }
        }
        let most = attached.into_values().max().unwrap_or(0);
        if most > Self::SAFE.policies || longest > Self::SAFE.characters { Self::WIDE } else { Self::SAFE }
    }
}

/// Why nothing is suggested.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SuggestError {
    /// There is no organization in the inventory.
    #[error(
        "the inventory holds no organization: collect it from the management account, or without --no-organization"
    )]
    NoOrganization,
    /// SCPs would be without effect.
    #[error(
        "service control policies are not enabled at the root (their status is {0}): enable the type first, for whatever is \
         attached is without effect"
    )]
    Off(String),
    /// The place does not exist.
    #[error("the organization of the inventory has no {0}")]
    NoSuchPlace(String),
    /// SCPs do not bind the account.
    #[error("account {0} manages the organization: service control policies do not bind it")]
    Management(AccountId),
    /// What is attached could not be read.
    #[error("what is attached at {0} could not be read, so that nobody knows how much room is left: {1}")]
    Unread(String, String),
    /// It does not fit.
    #[error(
        "{needed} policies of {characters} characters are needed, and {attached} of {policies} are attached at {place}: detach \
         some, attach to the units above or below it, or give the limits of your organization with --limits"
    )]
    DoesNotFit {
        /// Where.
        place: String,
        /// How many policies are needed.
        needed: usize,
        /// How many are attached.
        attached: usize,
        /// How many may be.
        policies: usize,
        /// How long each may be.
        characters: usize,
    },
    /// The policies do not do what they are to do.
    #[error("with these policies attached it is not proven that every account closes {0}: they are not printed")]
    NotProven(String),
}

/// A policy to attach.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Suggested {
    /// A name for it.
    pub(crate) name: String,
    /// How long it is.
    pub(crate) characters: usize,
    /// The policy, without white space.
    pub(crate) document: String,
}

/// An action that the policies leave open.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct StaysOpen {
    /// The action.
    pub(crate) action: String,
    /// What it does.
    pub(crate) does: String,
}

/// Policies with what they close.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Suggestion {
    /// The id of the root, unit or account to attach them to.
    pub(crate) target: String,
    /// Its name for a person.
    pub(crate) target_name: String,
    /// The accounts that they bind there.
    pub(crate) accounts: Vec<AccountId>,
    /// The policies; none where nothing is open.
    pub(crate) policies: Vec<Suggested>,
    /// The actions that are open now and proven closed with the policies attached, to administrators and the root user alike.
    pub(crate) closes: Vec<String>,
    /// Whom they exempt, as the configuration declares.
    pub(crate) break_glass: Vec<String>,
    /// Which platform roles they exempt.
    pub(crate) platform: Vec<String>,
    /// What stays open because daily operation needs it.
    pub(crate) stays_open: Vec<StaysOpen>,
    /// The management account, which they do not bind.
    pub(crate) management: Option<AccountId>,
    /// What is attached there already.
    pub(crate) attached: Vec<String>,
    /// The limits that they keep.
    pub(crate) limits: Limits,
}

/// Suggests policies for a place.
pub(crate) fn suggest(
    inventory: &Inventory,
    settings: &Settings,
    place: &Place,
    limits: Option<Limits>,
) -> Result<Suggestion, SuggestError> {
    let organization = inventory.organization.as_ref().ok_or(SuggestError::NoOrganization)?;
    let description = organization.description.value().and_then(Option::as_ref).ok_or(SuggestError::NoOrganization)?;
    enabled(organization)?;
    let (target, target_name) = find(organization, place)?;
    if target == description.management_account.as_str() {
        return Err(SuggestError::Management(description.management_account.clone()));
    }
    let limits = limits.unwrap_or_else(|| Limits::seen(organization));
    let attached = attached(organization, &target, &target_name)?;
    let cx = Context::new(inventory, settings);
    let authority = Authority::new(&cx);
    let guards = Guards::new(&cx, &authority, &Resources::new());
    let under = |(id, chain): (&AccountId, &crate::analysis::authority::AccountChain)| {
        (!chain.management && chain.path.contains(&target)).then(|| id.clone())
    };
    let accounts: Vec<AccountId> = authority.chains.accounts().filter_map(under).collect();
    let wanted: BTreeSet<&'static DestructiveAction> = accounts.iter().flat_map(|id| open(&guards, id)).collect();
    let (wanted, stays): (Vec<_>, Vec<_>) = wanted.into_iter().partition(|row| row.blanket_deny);
    let policies = documents(&wanted, &guards.declared, limits);
    if attached.len() + policies.len() > limits.policies {
        return Err(SuggestError::DoesNotFit {
            place: target_name,
            needed: policies.len(),
            attached: attached.len(),
            policies: limits.policies,
            characters: limits.characters,
        });
    }
    proven(inventory, settings, &target, &policies, &accounts, &wanted)?;
    Ok(Suggestion {
        target,
        target_name,
        accounts,
        policies,
        closes: wanted.iter().map(|row| row.action.to_string()).collect(),
        break_glass: guards.declared.break_glass.clone(),
        platform: guards.declared.platform.clone(),
        stays_open: stays
            .iter()
            .map(|row| StaysOpen { action: row.action.to_string(), does: row.why.clone() })
            .collect(),
        management: Some(description.management_account.clone()),
        attached,
        limits,
    })
}

fn enabled(organization: &OrganizationInventory) -> Result<(), SuggestError> {
    let root = organization.roots.items().first();
    let status = root.and_then(|root| root.policy_types.get("SERVICE_CONTROL_POLICY")).map(String::as_str);
    match status {
        Some("ENABLED") => Ok(()),
        other => Err(SuggestError::Off(other.unwrap_or("DISABLED").to_owned())),
    }
}

/// The id and the name of a place.
fn find(organization: &OrganizationInventory, place: &Place) -> Result<(String, String), SuggestError> {
    let found = match place {
        Place::Root => {
            organization.roots.items().first().map(|root| (root.id.clone(), format!("the root {}", root.id)))
        }
        Place::Unit(name) => {
            let mut units = organization.units.items().iter().filter(|unit| unit.id == *name || unit.name == *name);
            let first = units.next().map(|unit| (unit.id.clone(), format!("the unit {} ({})", unit.name, unit.id)));
            if units.next().is_some() {
                return Err(SuggestError::NoSuchPlace(format!(
                    "single unit {name:?}: several are called so, give an id"
                )));
            }
            first
        }
        Place::Account(id) => {
            let mut accounts = organization.accounts.items().iter();
            let found = accounts.find(|account| account.id == *id);
            found.map(|account| (id.to_string(), format!("the account {} ({id})", account.name)))
        }
    };
    found.ok_or_else(|| {
        SuggestError::NoSuchPlace(match place {
            Place::Root => "root".to_owned(),
            Place::Unit(name) => {
                let units = organization.units.items().iter();
                let likeness = units.map(|unit| (strsim::jaro_winkler(name, &unit.name), unit.name.as_str()));
                let best = likeness.filter(|(likeness, _)| *likeness > 0.8).max_by(|a, b| a.0.total_cmp(&b.0));
                let near = best.map_or_else(String::new, |(_, near)| format!("; did you mean {near}?"));
                format!("unit {name:?}{near}")
            }
            Place::Account(id) => format!("account {id}"),
        })
    })
}

/// The names of the SCPs at a place.
fn attached(organization: &OrganizationInventory, target: &str, name: &str) -> Result<Vec<String>, SuggestError> {
    let unread = |message: &str| SuggestError::Unread(name.to_owned(), message.to_owned());
    let policies = match &organization.scps {
        Collected::Read(read) => &read.value,
        Collected::Gap(gap) => return Err(unread(&gap.message)),
        Collected::NotOffered { .. } => return Ok(Vec::new()),
    };
    let mut names = Vec::new();
    for policy in policies {
        match &policy.targets {
            Answer::Value(targets) if targets.iter().any(|one| one.id == target) => names.push(policy.name.clone()),
            Answer::Value(_) => {}
            Answer::Gap(gap) => return Err(unread(&gap.message)),
        }
    }
    names.sort();
    Ok(names)
}

/// The actions that are not closed in an account.
fn open(guards: &Guards, account: &AccountId) -> BTreeSet<&'static DestructiveAction> {
    let callable = |row: &DestructiveAction| match row.callable_from {
        CallableFrom::Member => true,
        CallableFrom::Management => false,
        // A member calls Organizations only where policies are delegated to it, which is then its work.
        CallableFrom::Both => row.service != "organizations",
    };
    [Who::Administrator, Who::Root]
        .into_iter()
        .flat_map(|who| guards.rulings(account, who))
        .filter(|ruling| ruling.row.category != Category::Escalates && callable(ruling.row) && !ruling.closed())
        .map(|ruling| ruling.row)
        .collect()
}

fn document(actions: &[&str], exempt: &[&str]) -> String {
    let mut statement = serde_json::json!({
        "Sid": "PalisadeGuards", "Effect": "Deny", "Action": actions, "Resource": "*",
    });
    if let (false, Some(members)) = (exempt.is_empty(), statement.as_object_mut()) {
        members.insert("Condition".to_owned(), serde_json::json!({"ArnNotLike": {"aws:PrincipalArn": exempt}}));
    }
    serde_json::json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
}

/// As few policies as hold the actions, in their order.
fn documents(rows: &[&'static DestructiveAction], declared: &Declared, limits: Limits) -> Vec<Suggested> {
    let exempt: Vec<&str> = declared.patterns().collect();
    let mut full: Vec<Vec<&str>> = Vec::new();
    let mut current: Vec<&str> = Vec::new();
    let frame = document(&[], &exempt).chars().count();
    let mut length = frame;
    for row in rows {
        // Two quotes and a comma.
        let more = row.action.as_str().len() + 3;
        if !current.is_empty() && length + more > limits.characters {
            full.push(std::mem::take(&mut current));
            length = frame;
        }
        current.push(row.action.as_str());
        length += more;
    }
    if !current.is_empty() {
        full.push(current);
    }
    let suggested = |(at, actions): (usize, Vec<&str>)| {
        let document = document(&actions, &exempt);
        Suggested { name: format!("palisade-guards-{}", at + 1), characters: document.chars().count(), document }
    };
    full.into_iter().enumerate().map(suggested).collect()
}

/// Attaches the policies and asks again.
fn proven(
    inventory: &Inventory,
    settings: &Settings,
    target: &str,
    policies: &[Suggested],
    accounts: &[AccountId],
    wanted: &[&'static DestructiveAction],
) -> Result<(), SuggestError> {
    let mut organization = inventory.organization.clone().ok_or(SuggestError::NoOrganization)?;
    let arn = organization.description.value().and_then(Option::as_ref).map(|described| described.arn.clone());
    if let (Some(scps), Some(arn)) = (organization.scps.value_mut(), arn) {
        scps.extend(policies.iter().map(|policy| Policy {
            id: format!("p-{}", policy.name),
            arn: arn.clone(),
            name: policy.name.clone(),
            aws_managed: false,
            document: Answer::Value(policy.document.clone()),
            targets: Answer::Value(vec![PolicyTarget { id: target.to_owned(), kind: String::new() }]),
        }));
    }
    // Only what the organization says is asked about again: nothing of the accounts can help or hinder.
    let with = Inventory {
        schema: inventory.schema.clone(),
        collector: inventory.collector.clone(),
        taken_at: inventory.taken_at,
        caller: inventory.caller.clone(),
        scope: inventory.scope.clone(),
        organization: Some(organization),
        accounts: Vec::new(),
        ledger: Vec::new(),
    };
    let cx = Context::new(&with, settings);
    let authority = Authority::new(&cx);
    let guards = Guards::new(&cx, &authority, &Resources::new());
    for account in accounts {
        let left: Vec<&DestructiveAction> =
            open(&guards, account).into_iter().filter(|row| wanted.contains(row)).collect();
        if let Some(row) = left.first() {
            return Err(SuggestError::NotProven(format!("{} in account {account}", row.action)));
        }
    }
    Ok(())
}
