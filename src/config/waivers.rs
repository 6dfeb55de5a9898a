//! `[[waivers]]`: of `palisade.toml`, or of a file of their own.

use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::entries;
use super::fault::{Collector, ConfigError, hint};
use super::value::Value;
use crate::model::waiver::{Expiry, Waiver};

/// The keys of an entry.
pub(super) const KEYS: &[&str] = &[
    "check",
    "account",
    "organizational_unit",
    "arn",
    "reason",
    "owner",
    "ticket",
    "expires",
    "approved_by",
    "approved_on",
    "long_lived",
];

/// Reads a file that holds nothing but `[[waivers]]`.
///
/// # Errors
/// [`ConfigError::Unreadable`], or [`ConfigError::Wrong`] with every fault.
pub fn load(path: &Path) -> Result<Vec<Waiver>, ConfigError> {
    entries::load(path, "waivers", |value, _, faults| read(value, faults))
}

/// Reads the entries.
pub(super) fn read<'a>(value: &'a Spanned<DeValue<'a>>, faults: &mut Collector<'_>) -> Vec<Waiver> {
    let tables = entries::tables(value, "waivers", faults);
    tables.into_iter().map(|(table, span)| entry(table, &span, faults)).collect()
}

fn entry(table: &DeTable<'_>, span: &std::ops::Range<usize>, faults: &mut Collector<'_>) -> Waiver {
    let mut waiver = Waiver {
        check: String::new(),
        account: None,
        organizational_unit: None,
        arn: None,
        reason: String::new(),
        owner: String::new(),
        ticket: None,
        expires: Expiry::Malformed(String::new()),
        approved_by: None,
        approved_on: None,
        long_lived: false,
    };
    let mut given = Vec::new();
    for (key, value) in table {
        let key_name: &str = key.get_ref();
        given.push(key_name);
        let name = format!("[[waivers]] {key_name}");
        let mut value = Value { name: &name, value, faults: &mut *faults };
        match key_name {
            "check" => waiver.check = value.one_glob().unwrap_or_default(),
            "account" => waiver.account = value.parsed(),
            "organizational_unit" => waiver.organizational_unit = value.text(),
            "arn" => waiver.arn = value.one_glob(),
            "reason" => waiver.reason = value.text().unwrap_or_default(),
            "owner" => waiver.owner = value.text().unwrap_or_default(),
            "ticket" => waiver.ticket = value.text(),
            // What is no date waives nothing, and is told in the report: a scan at night does not end over it.
            "expires" => waiver.expires = Expiry::from(value.shown()),
            "approved_by" => waiver.approved_by = value.text(),
            "approved_on" => waiver.approved_on = value.parsed(),
            "long_lived" => waiver.long_lived = value.boolean().unwrap_or_default(),
            other => {
                let hint = hint(other, KEYS.iter().copied());
                let hint = if hint.is_empty() { format!("; there are {}", KEYS.join(", ")) } else { hint };
                faults.add(&key.span(), format!("there is no key {other} in [[waivers]]{hint}"));
            }
        }
    }
    for wanted in ["check", "reason", "owner", "expires"] {
        if !given.contains(&wanted) {
            faults.add(span, format!("a waiver says its {wanted}: this one does not"));
        }
    }
    if !["account", "organizational_unit", "arn"].iter().any(|scope| given.contains(scope)) {
        let message = "a waiver says what it is about: account, organizational_unit or arn (\"*\" is everything)";
        faults.add(span, message);
    }
    waiver
}
