//! Every key that `palisade.toml` may hold, and what each takes. The defaults stand in [`crate::model::settings`].

use toml::de::{DeTable, DeValue};

use super::Config;
use super::fault::{Collector, hint};
use super::scope::{endpoint_url, role_name};
use super::value::Value;
use super::waivers;
use crate::model::ids::{AccountId, Region};

/// A key of a section and how it is read into the configuration.
pub(super) struct Key {
    pub(super) name: &'static str,
    read: fn(&mut Config, &mut Value<'_, '_, '_>),
}

/// A section; the first has no name and holds the keys above all sections.
pub(super) struct Section {
    pub(super) name: &'static str,
    pub(super) keys: &'static [Key],
}

/// A year has this many hours; nothing judged here is meant to be older.
const HOURS: std::ops::RangeInclusive<u32> = 1..=8_784;

/// AWS keeps nothing palisade asks for longer than 100 years.
const DAYS: std::ops::RangeInclusive<u32> = 1..=36_500;

/// Nobody who allows more has a limit.
const COUNT: std::ops::RangeInclusive<u32> = 0..=10_000;

macro_rules! number {
    ($name:ident, $range:expr) => {
        Key {
            name: stringify!($name),
            read: |config, value| {
                if let Some(number) = value.whole($range) {
                    config.settings.$name = number;
                }
            },
        }
    };
}

macro_rules! key {
    ($name:literal, |$config:ident, $value:ident| $body:expr) => {
        Key { name: $name, read: |$config, $value| $body }
    };
}

/// Every section with every key.
pub(super) const SECTIONS: &[Section] = &[
    Section {
        name: "",
        keys: &[
            number!(rpo_hours, HOURS),
            number!(backup_retention_days, DAYS),
            number!(noncurrent_days, DAYS),
            number!(min_retention_days, DAYS),
            number!(restore_test_days, DAYS),
            number!(job_window_hours, HOURS),
            number!(stale_lock_hours, HOURS),
            number!(key_material_days, DAYS),
            number!(max_policy_administrators, COUNT),
            number!(max_destroyers, COUNT),
            number!(max_state_writers, COUNT),
            key!("fail_on", |config, value| config.fail_on = value.parsed()),
            key!("checks", |config, value| config.checks = value.list()),
            key!("waivers_file", |config, value| config.waivers_file = value.parsed()),
            key!("waivers", |config, value| config.settings.waivers = waivers::read(value.value, value.faults)),
        ],
    },
    Section {
        name: "scope",
        keys: &[
            key!("profile", |config, value| config.scope.profile = value.text()),
            key!("region", |config, value| config.scope.region = value.parsed()),
            key!("regions", |config, value| config.scope.regions = value.list::<Region>()),
            key!("endpoint_url", |config, value| config.scope.endpoint_url = value.checked(endpoint_url)),
            key!("accounts", |config, value| config.scope.accounts = value.list::<AccountId>()),
            key!("organizational_units", |config, value| config.scope.organizational_units = value.list()),
            key!("exclude_accounts", |config, value| config.scope.exclude_accounts = value.list::<AccountId>()),
            key!("role_name", |config, value| config.scope.role_name = value.checked(role_name)),
            key!("external_id", |config, value| config.scope.external_id = value.text()),
            key!("concurrency", |config, value| {
                config.scope.concurrency = value.whole(1..=1_024).and_then(|number| u16::try_from(number).ok());
            }),
            key!("organization", |config, value| config.scope.organization = value.boolean()),
            key!("state_content", |config, value| config.scope.state_content = value.boolean()),
            key!("treat_as_empty", |config, value| config.settings.scope.treat_as_empty = value.list::<Region>()),
        ],
    },
    Section {
        name: "resources",
        keys: &[
            key!("critical", |config, value| config.settings.resources.critical = value.globs()),
            key!("data", |config, value| config.settings.resources.data = value.globs()),
            key!("operational", |config, value| config.settings.resources.operational = value.globs()),
            key!("derived", |config, value| config.settings.resources.derived = value.globs()),
            key!("class_tags", |config, value| config.settings.resources.class_tags = value.list()),
        ],
    },
    Section {
        name: "environments",
        keys: &[
            key!("accounts", |config, value| config.settings.environments.accounts = value.words_by()),
            key!("resources", |config, value| config.settings.environments.resources = value.words_by_glob()),
            key!("aliases", |config, value| config.settings.environments.aliases = value.lists_by_word()),
            key!("tags", |config, value| config.settings.environments.tags = value.list()),
            key!("account_tags", |config, value| config.settings.environments.account_tags = value.list()),
        ],
    },
    Section {
        name: "backup",
        keys: &[
            key!("accounts", |config, value| config.settings.backup.accounts = value.list::<AccountId>()),
            key!("cross_region", |config, value| {
                if let Some(wanted) = value.boolean() {
                    config.settings.backup.cross_region = wanted;
                }
            }),
        ],
    },
    Section {
        name: "state",
        keys: &[
            key!("buckets", |config, value| config.settings.state.buckets = value.globs()),
            key!("external", |config, value| config.settings.state.external = value.words_by_glob()),
        ],
    },
    Section {
        name: "break_glass",
        keys: &[key!("principals", |config, value| config.settings.break_glass.principals = value.principals())],
    },
    Section {
        name: "agents",
        keys: &[key!("principals", |config, value| config.settings.agents.principals = value.principals())],
    },
    Section {
        name: "deployment",
        keys: &[
            key!("principals", |config, value| config.settings.deployment.principals = value.principals()),
            key!("accounts", |config, value| config.settings.deployment.accounts = value.list::<AccountId>()),
        ],
    },
    Section {
        name: "notify",
        keys: &[
            key!("to", |config, value| config.notify.to = value.list()),
            key!("slack_url", |config, value| config.notify.slack_url = value.parsed()),
            key!("webhook_url", |config, value| config.notify.webhook_url = value.parsed()),
            key!("sns_topic", |config, value| config.notify.sns_topic = value.parsed()),
        ],
    },
    Section {
        name: "identity_center",
        keys: &[
            key!("mfa_enforced", |config, value| {
                if let Some(enforced) = value.boolean() {
                    config.settings.identity_center.mfa_enforced = enforced;
                }
            }),
            key!("attested_by", |config, value| config.settings.identity_center.attested_by = value.text()),
            key!("attested_on", |config, value| config.settings.identity_center.attested_on = value.parsed()),
        ],
    },
];

/// Reads the whole file.
pub(super) fn read(document: &DeTable<'_>, config: &mut Config, faults: &mut Collector<'_>) {
    let Some((top, sections)) = SECTIONS.split_first() else { return };
    for (key, value) in document {
        let name: &str = key.get_ref();
        match (sections.iter().find(|section| section.name == name), value.get_ref()) {
            (Some(section), DeValue::Table(table)) => read_section(section, table, config, faults),
            (Some(_), _) => {
                faults.add(&value.span(), format!("{name} is a section: write [{name}], and its keys below it"))
            }
            (None, _) => match top.keys.iter().find(|known| known.name == name) {
                Some(known) => (known.read)(config, &mut Value { name, value, faults }),
                None => faults.add(&key.span(), unknown(name, top)),
            },
        }
    }
}

fn read_section(section: &Section, table: &DeTable<'_>, config: &mut Config, faults: &mut Collector<'_>) {
    for (key, value) in table {
        let name: &str = key.get_ref();
        match section.keys.iter().find(|known| known.name == name) {
            Some(known) => {
                let name = format!("[{}] {name}", section.name);
                (known.read)(config, &mut Value { name: &name, value, faults });
            }
            None => faults.add(&key.span(), unknown(name, section)),
        }
    }
}

/// What to say of a key that is in no row: the nearest of the section, or the section that has it.
fn unknown(name: &str, section: &Section) -> String {
    let place =
        if section.name.is_empty() { "above the sections".to_owned() } else { format!("in [{}]", section.name) };
    let known = || section.keys.iter().map(|key| key.name);
    let sections =
        || SECTIONS.iter().map(|section| section.name).filter(|name| !name.is_empty() && section.name.is_empty());
    let elsewhere = SECTIONS.iter().find(|other| other.keys.iter().any(|key| key.name == name));
    let mut near = hint(name, known().chain(sections()));
    if near.is_empty() {
        near = match elsewhere {
            Some(other) if other.name.is_empty() => format!("; {name} stands above the sections"),
            Some(other) => format!("; {name} belongs to [{}]", other.name),
            None => format!("; there are {}", known().chain(sections()).collect::<Vec<_>>().join(", ")),
        };
    }
    format!("there is no key {name} {place}{near}")
}
