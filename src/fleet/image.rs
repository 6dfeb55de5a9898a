//! The collectors' image: what an inventory must be for collecting to be able to give it.
//!
//! Imports the nouns and the demo's rules of placing. The decision worth knowing: this names every place at fault and
//! mends none, so that a generator or a fixture that leaves the image is told where, before the law
//! `collect(serve(inventory)) == inventory` fails somewhere else.

mod backup;
mod databases;
mod identities;
mod keys;
mod organization;
mod storage;

use std::collections::BTreeMap;
use std::fmt::Display;

use jiff::Timestamp;

use crate::demo::build::keys_by_place;
use crate::model::gap::{Answer, Collected, GapKind, MESSAGE_LIMIT};
use crate::model::ids::Region;
use crate::model::inventory::{AccountInventory, AccountParts, INVENTORY_SCHEMA, Inventory, RegionParts};

/// Every place at which this inventory is none that collecting gives; empty where there is none that palisade knows.
#[must_use]
pub fn faults(inventory: &Inventory) -> Vec<String> {
    let mut faults = Faults::default();
    head(inventory, &mut faults);
    if let Some(organization) = &inventory.organization {
        organization::look(organization, inventory, &mut faults.at("organization"));
    }
    for account in &inventory.accounts {
        look_at_account(account, inventory, &mut faults.at(&account.id));
    }
    storage::look_at_states(inventory, &mut faults);
    keys::look(inventory, &keys_by_place(inventory), &mut faults);
    gaps(inventory, &mut faults);
    faults.found
}

/// The faults found so far, and where the looking is.
#[derive(Default)]
struct Faults {
    found: Vec<String>,
    place: String,
}

/// A place within the inventory, to find faults at.
struct At<'a> {
    faults: &'a mut Faults,
    before: usize,
}

impl Faults {
    fn at(&mut self, place: impl Display) -> At<'_> {
        let before = self.place.len();
        self.place.push_str(&format!("{place} "));
        At { faults: self, before }
    }
}

impl Drop for At<'_> {
    fn drop(&mut self) {
        self.faults.place.truncate(self.before);
    }
}

impl At<'_> {
    fn at(&mut self, place: impl Display) -> At<'_> {
        self.faults.at(place)
    }

    /// Notes a fault where `holds` is false.
    fn need(&mut self, holds: bool, what: impl Display) {
        if !holds {
            self.faults.found.push(format!("{}{what}", self.faults.place));
        }
    }

    /// Notes a list that is not in the order of its keys, or (`unique`) holds one twice.
    fn ordered<T, K: Ord>(&mut self, what: &str, list: &[T], unique: bool, key: impl Fn(&T) -> K) {
        let keys: Vec<K> = list.iter().map(key).collect();
        self.need(keys.is_sorted(), format_args!("{what}: not in the collectors' order"));
        let twice = keys.windows(2).any(|pair| matches!(pair, [a, b] if a == b));
        self.need(!unique || !twice, format_args!("{what}: one stands twice"));
    }

    /// An empty text is an absent one to the collectors.
    fn text(&mut self, what: &str, text: &str) {
        self.need(!text.is_empty(), format_args!("{what}: an empty text"));
    }

    fn some_text(&mut self, what: &str, text: Option<&String>) {
        self.need(text.is_none_or(|text| !text.is_empty()), format_args!("{what}: an empty text"));
    }

    /// AWS gives no time more exact than the millisecond.
    fn millis(&mut self, what: &str, time: Option<Timestamp>) {
        let exact = time.is_none_or(|time| time.subsec_nanosecond() % 1_000_000 == 0);
        self.need(exact, format_args!("{what}: finer than the millisecond"));
    }

    fn seconds(&mut self, what: &str, time: Option<Timestamp>) {
        self.need(time.is_none_or(|time| time.subsec_nanosecond() == 0), format_args!("{what}: no whole second"));
    }

    fn tags(&mut self, tags: &BTreeMap<String, String>) {
        self.need(!tags.contains_key(""), "tags: an empty key");
    }
}

fn items<T>(collected: &Collected<Vec<T>>) -> &[T] {
    collected.items()
}

fn head(inventory: &Inventory, faults: &mut Faults) {
    let mut at = faults.at("inventory");
    at.need(inventory.schema == INVENTORY_SCHEMA, "another schema");
    at.need(
        inventory.collector == concat!("palisade ", env!("CARGO_PKG_VERSION")),
        format_args!("collector is {:?}", inventory.collector),
    );
    at.ordered("accounts", &inventory.accounts, true, |account| account.id.clone());
    at.need(!inventory.accounts.is_empty(), "no account");
    at.need(inventory.caller.arn.account().as_ref() == Some(&inventory.caller.account), "the caller's ARN");
    let scope = &inventory.scope;
    at.need(scope.role_name.is_some(), "scope: no role");
    at.ordered("scope.accounts", &scope.accounts, true, Clone::clone);
    at.ordered("scope.organizational_units", &scope.organizational_units, true, Clone::clone);
    at.ordered("scope.regions", &scope.regions, true, Clone::clone);
}

fn look_at_account(account: &AccountInventory, inventory: &Inventory, at: &mut At<'_>) {
    let own = account.id == inventory.caller.account;
    let Answer::Value(parts) = &account.parts else {
        at.need(!own, "the caller's own account is always entered");
        return;
    };
    let partition = &inventory.caller.partition;
    let role = inventory.scope.role_name.as_deref().unwrap_or_default();
    let began: String = inventory.taken_at.to_string().chars().filter(char::is_ascii_alphanumeric).collect();
    let name = role.rsplit('/').next().unwrap_or(role);
    let session = format!("arn:{partition}:sts::{}:assumed-role/{name}/palisade-{began}", account.id);
    let session = if own { inventory.caller.arn.as_str() } else { session.as_str() };
    at.need(parts.session.as_str() == session, format_args!("session is {}", parts.session));
    if !own {
        identities::may_be_entered(parts, role, inventory, at);
    }
    regions(parts, inventory, at);
    identities::look(parts, &account.id, partition, &mut at.at("iam"));
    storage::look(parts, partition, &mut at.at("s3"));
    for region in &parts.regional {
        let mut at = at.at(&region.region);
        match &region.parts {
            Answer::Value(parts) => look_at_region(parts, account, &region.region, &mut at),
            Answer::Gap(gap) => at.need(
                [GapKind::RegionDenied, GapKind::OutOfScope].contains(&gap.kind),
                format_args!("a whole region with a gap of the kind {}", gap.kind.as_str()),
            ),
        }
    }
}

fn regions(parts: &AccountParts, inventory: &Inventory, at: &mut At<'_>) {
    at.ordered("regional", &parts.regional, true, |region| region.region.clone());
    if let Some(enabled) = parts.regions.value() {
        at.ordered("regions", enabled, true, Clone::clone);
        at.need(!enabled.is_empty(), "regions: none is enabled");
        let regional: Vec<&Region> = parts.regional.iter().map(|region| &region.region).collect();
        at.need(enabled.iter().eq(regional), "regional: not the enabled regions");
    } else {
        let home = &inventory.caller.home_region;
        at.need(parts.regional.iter().any(|region| region.region == *home), "regional: without the home region");
    }
}

fn look_at_region(parts: &RegionParts, account: &AccountInventory, region: &Region, at: &mut At<'_>) {
    let RegionParts { rds, backup, dynamodb, kms } = parts;
    databases::look_at_rds(rds, &mut at.at("rds"));
    backup::look(backup, &mut at.at("backup"));
    databases::look_at_tables(dynamodb, (&account.id, region), &mut at.at("dynamodb"));
    at.ordered("kms.keys", items(&kms.keys), true, |key| key.reference.clone());
}

/// What holds of every gap.
fn gaps(inventory: &Inventory, faults: &mut Faults) {
    for placed in inventory.gaps() {
        let mut at = faults.at(format_args!("gap of {}", placed.collection));
        let gap = &placed.gap;
        at.need(gap.message.chars().count() <= MESSAGE_LIMIT, "its message is over the limit");
        let made = !matches!(gap.kind, GapKind::RegionDenied | GapKind::OutOfScope | GapKind::Budget);
        let unasked = gap.message.starts_with("not asked") || gap.message.starts_with("the region of bucket");
        at.need(made == (gap.attempts > 0) || unasked, "its attempts");
    }
}

#[cfg(test)]
mod tests;
