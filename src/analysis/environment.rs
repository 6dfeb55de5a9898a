//! Which environment an account or a resource belongs to, and by what that was told.
//!
//! In this order: configuration, the resource's tags, then the account (its configured tags, its name, the names of the
//! units above it). What names two environments, or names one in words that palisade does not know, is unknown; unknown
//! counts as production. A name that is further away never turns production into something else: an account `shop-dev`
//! in a unit `Production` is unknown.

use std::collections::BTreeMap;

use super::glob::Glob;
use super::words::{Heard, PRODUCTION, Words};
use crate::model::facts::{Reason, Unread};
use crate::model::gap::{Answer, Gap, GapKind};
use crate::model::ids::{AccountId, Arn};
use crate::model::inventory::Inventory;
use crate::model::operation::{Collection, Operation};
use crate::model::organization::{Account, OrganizationInventory};
use crate::model::settings::EnvironmentSettings;

/// The tag keys, in lower case, that name an environment without configuration.
const TAG_KEYS: [&str; 3] = ["env", "environment", "stage"];

/// An environment, by what it was told, and what could change it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    /// The canonical word; `None` is unknown.
    pub(crate) environment: Option<String>,
    /// By what it was told, or why it is unknown.
    pub(crate) by: Reason,
    /// The gaps that could change it.
    pub(crate) unread: Vec<Unread>,
}

impl Told {
    fn new(environment: Option<String>, by: &str, what: impl Into<String>) -> Self {
        Self { environment, by: Reason { by: by.to_owned(), what: what.into() }, unread: Vec::new() }
    }

    /// What could say otherwise was not read: of what is told, production alone stands.
    fn doubt(&mut self, by: &str, unread: &str) {
        if !self.production() {
            self.environment = None;
            self.by.what = format!("{unread} were not read, and {} does not settle it", self.by.what);
            self.by.by = by.to_owned();
        }
    }

    /// Whether it counts as production.
    pub(crate) fn production(&self) -> bool {
        counts_as_production(self.environment.as_deref())
    }
}

/// Unknown counts as production.
pub(crate) fn counts_as_production(environment: Option<&str>) -> bool {
    environment.is_none_or(|environment| environment == PRODUCTION)
}

/// The tags of a resource, or why they are unread.
#[derive(Debug, Clone)]
pub(crate) enum Tags<'a> {
    /// As AWS answered.
    Read(&'a BTreeMap<String, String>),
    /// Not answered.
    Unread(Unread),
}

impl<'a> Tags<'a> {
    /// From an answer about one resource.
    pub(crate) fn of(answer: &'a Answer<BTreeMap<String, String>>, unread: impl FnOnce(&Gap) -> Unread) -> Self {
        match answer {
            Answer::Value(tags) => Self::Read(tags),
            Answer::Gap(gap) => Self::Unread(unread(gap)),
        }
    }
}

/// Tells environments.
pub(crate) struct Environments<'a> {
    inventory: &'a Inventory,
    settings: &'a EnvironmentSettings,
    words: Words,
    globs: Vec<(Glob, String)>,
    tag_keys: Vec<String>,
    accounts: BTreeMap<AccountId, Told>,
}

impl<'a> Environments<'a> {
    /// Reads the configuration and the organization once.
    pub(crate) fn new(inventory: &'a Inventory, settings: &'a EnvironmentSettings) -> Self {
        let words = Words::new(&settings.aliases);
        let globs = settings.resources.iter().map(|(glob, word)| (Glob::new(glob), words.canonical(word))).collect();
        let configured = settings.tags.iter().map(|key| key.to_lowercase());
        let tag_keys = TAG_KEYS.iter().map(|key| (*key).to_owned()).chain(configured).collect();
        let mut environments = Self { inventory, settings, words, globs, tag_keys, accounts: BTreeMap::new() };
        let organization = inventory.organization.as_ref();
        let members = organization.map_or(&[][..], |organization| organization.accounts.items());
        let ids = members.iter().map(|account| &account.id).chain(inventory.accounts.iter().map(|a| &a.id));
        environments.accounts = ids.map(|id| (id.clone(), environments.tell_account(id))).collect();
        environments
    }

    /// The environment of an account.
    pub(crate) fn of_account(&self, id: &AccountId) -> Told {
        self.accounts.get(id).cloned().unwrap_or_else(|| self.tell_account(id))
    }

    /// The environment of a resource.
    pub(crate) fn of_resource(&self, account: &AccountId, arn: &Arn, tags: &Tags<'_>) -> Told {
        if let Some((glob, word)) = self.globs.iter().find(|(glob, _)| glob.matches(arn)) {
            return Told::new(Some(word.clone()), "config", format!("[environments.resources] {}", glob.text));
        }
        let told = self.of_account(account);
        if told.by.by == "config" {
            return told;
        }
        match tags {
            // What its tags may say, the account's name must not settle: production alone is taken from it.
            Tags::Unread(unread) => {
                let mut told = told;
                told.doubt("tag", "its tags");
                told.unread.push(unread.clone());
                told
            }
            Tags::Read(tags) => {
                match self.of_tags(tags) {
                    None => told,
                    // A word that nobody understands must not let the account's name make this other than production.
                    Some(unknown) if unknown.environment.is_none() => {
                        if told.environment.as_deref() == Some(PRODUCTION) { told } else { unknown }
                    }
                    Some(known) => known,
                }
            }
        }
    }

    /// What tags say: `None` where none of them is about the environment. Also for the tags that a state records.
    pub(crate) fn of_tags(&self, tags: &BTreeMap<String, String>) -> Option<Told> {
        self.of_tags_named(tags, &self.tag_keys)
    }

    fn of_tags_named(&self, tags: &BTreeMap<String, String>, keys: &[String]) -> Option<Told> {
        let mut known: BTreeMap<String, String> = BTreeMap::new();
        let mut unclear = Vec::new();
        for (key, value) in tags {
            if value.trim().is_empty() || !keys.contains(&key.to_lowercase()) {
                continue;
            }
            let shown = format!("{key}={value}");
            match self.words.in_value(value) {
                Heard::One(word) => {
                    known.entry(word).or_insert(shown);
                }
                Heard::Nothing => unclear.push(format!("{shown} is no environment that palisade knows")),
                Heard::Several(words) => unclear.push(format!("{shown} names {}", join(words.iter()))),
            }
        }
        // Two environments in one tag are as unclear as two tags that disagree; an unknown word beside a known one is not.
        let contradiction = unclear.iter().find(|text| text.contains(" names "));
        match (known.len(), contradiction) {
            (0, None) => unclear.into_iter().next().map(|text| Told::new(None, "tag", text)),
            (_, Some(text)) => Some(Told::new(None, "tag", text.clone())),
            (1, None) => known.pop_first().map(|(word, shown)| Told::new(Some(word), "tag", shown)),
            (_, None) => Some(Told::new(None, "tag", format!("{} contradict each other", join(known.values())))),
        }
    }

    fn tell_account(&self, id: &AccountId) -> Told {
        if let Some(word) = self.settings.accounts.get(id) {
            return Told::new(Some(self.words.canonical(word)), "config", format!("[environments.accounts] {id}"));
        }
        let Some(organization) = &self.inventory.organization else {
            return Told::new(None, "none", "nothing names it");
        };
        let Some(account) = organization.accounts.items().iter().find(|account| account.id == *id) else {
            let mut told = Told::new(None, "none", "nothing names it");
            told.unread
                .extend(organization.accounts.gap().map(|gap| organizational(Collection::OrganizationAccounts, gap)));
            return told;
        };
        self.by_account_tags(account).unwrap_or_else(|unread| {
            let mut told = self.by_names(organization, account);
            if !unread.is_empty() {
                told.doubt("tag", "the account's tags");
            }
            told.unread.extend(unread);
            told
        })
    }

    /// What the configured tags of an account say, or the gaps that kept them from saying it.
    fn by_account_tags(&self, account: &Account) -> Result<Told, Vec<Unread>> {
        let keys: Vec<String> = self.settings.account_tags.iter().map(|key| key.to_lowercase()).collect();
        if keys.is_empty() {
            return Err(Vec::new());
        }
        let gap = match &account.tags {
            Some(Answer::Value(tags)) => return self.of_tags_named(tags, &keys).ok_or_else(Vec::new),
            Some(Answer::Gap(gap)) => gap.clone(),
            None => Gap::not_made(
                GapKind::OutOfScope,
                Operation::OrganizationsListTagsForResource,
                format!("the tags of account {} were not asked for when this inventory was collected", account.id),
            ),
        };
        Err(vec![organizational(Collection::OrganizationAccountTags, &gap)])
    }

    fn by_names(&self, organization: &OrganizationInventory, account: &Account) -> Told {
        let (units, unread) = units_above(organization, account);
        let mut names = vec![("account", account.name.as_str())];
        names.extend(units.iter().rev().map(|unit| ("organizational_unit", *unit)));
        let mut told: Option<Told> = None;
        for (by, name) in names {
            let heard = self.words.in_name(name);
            match (&told, heard) {
                (None, Heard::One(word)) => told = Some(Told::new(Some(word), by, name)),
                (None, Heard::Several(words)) => {
                    told = Some(Told::new(None, by, format!("{name} names {}", join(words.iter()))));
                }
                (Some(nearer), Heard::One(word)) if word == PRODUCTION && !nearer.production() => {
                    let what = format!("{} and {name} contradict each other", nearer.by.what);
                    told = Some(Told::new(None, by, what));
                }
                _ => {}
            }
        }
        let mut told = told.unwrap_or_else(|| Told::new(None, "none", "nothing names it"));
        if !unread.is_empty() {
            told.doubt("organizational_unit", "the units above it");
        }
        told.unread.extend(unread);
        told
    }
}

/// The names of the units above an account, from below the root down, and the gaps that hide some.
pub(crate) fn units_above<'a>(
    organization: &'a OrganizationInventory,
    account: &Account,
) -> (Vec<&'a str>, Vec<Unread>) {
    let mut names = Vec::new();
    let mut unread = Vec::new();
    let mut at = account.parent.value().map(String::as_str);
    unread.extend(account.parent.gap().map(|gap| organizational(Collection::OrganizationAccounts, gap)));
    // A tree has five levels at most; a circle in a broken inventory ends the walk as well.
    while let Some(id) = at.filter(|id| !id.starts_with("r-") && names.len() < 16) {
        let Some(unit) = organization.units.items().iter().find(|unit| unit.id == id) else {
            unread.extend(organization.units.gap().map(|gap| organizational(Collection::OrganizationUnits, gap)));
            break;
        };
        names.push(unit.name.as_str());
        at = Some(unit.parent.as_str());
    }
    names.reverse();
    (names, unread)
}

/// A gap of the organization's own.
pub(crate) fn organizational(collection: Collection, gap: &Gap) -> Unread {
    Unread { account: None, regions: Vec::new(), collection, gap: gap.clone() }
}

fn join<'a>(words: impl Iterator<Item = &'a String>) -> String {
    words.map(String::as_str).collect::<Vec<_>>().join(" and ")
}
