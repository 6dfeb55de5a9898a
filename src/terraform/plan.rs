//! A plan as `terraform show -json PLANFILE` writes it: what it deletes, and nothing else of it.
//!
//! The format is that of <https://developer.hashicorp.com/terraform/internals/json-format>. A plan holds every secret of
//! its state: of `change.before` the allow-list of states alone is kept, everything else is passed over while it is read, and
//! an error names a place and never what stands there. Dependencies are not in the changes; `prior_state` tells them.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read};

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{ENVIRONMENT_KEYS, Limits};
use crate::model::terraform::{RecordedAttributes, ResourceMode, StateResource};

/// The deletions of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanDocument {
    /// The Terraform or OpenTofu version that wrote it; empty where it does not say.
    pub terraform_version: String,
    /// Everything that it deletes or replaces, deposed objects included, by address.
    pub deletions: Vec<StateResource>,
    /// How many of those are deleted to be made anew.
    pub replaced: usize,
    /// Whether planning ended in an error: the plan may be a part only.
    pub errored: bool,
    /// Whether it tells dependencies at all.
    pub ordered: bool,
}

/// Why a document is no plan that can be read.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// It is no JSON, or not that of a plan.
    #[error(
        "it is no plan in JSON (line {line}, column {column}): `terraform show -json PLANFILE` writes one from a saved plan"
    )]
    Malformed {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
    /// It is JSON, but without changes to resources.
    #[error(
        "it has no resource_changes, so that it is no plan: give `terraform show -json PLANFILE` the file that `terraform plan -out` wrote"
    )]
    NoPlan,
    /// Its format is a later one.
    #[error("its format_version is {version}, and palisade reads 0 and 1: a newer palisade may read it")]
    NewFormat {
        /// The version.
        version: String,
    },
    /// It is too long.
    #[error("it has more than {limit} bytes, or more than can be kept of one")]
    OverLimit {
        /// The limit.
        limit: u64,
    },
    /// The file could not be read.
    #[error("{0}")]
    Read(io::Error),
}

#[derive(Deserialize)]
struct Plan {
    format_version: Option<Loose>,
    terraform_version: Option<Loose>,
    #[serde(default)]
    errored: Option<Loose>,
    resource_changes: Option<Vec<Changed>>,
    prior_state: Option<Prior>,
}

#[derive(Deserialize)]
struct Changed {
    address: String,
    mode: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    provider_name: String,
    deposed: Option<String>,
    change: Change,
}

#[derive(Deserialize)]
struct Change {
    actions: Vec<String>,
    before: Option<Before>,
}

#[derive(Deserialize)]
struct Prior {
    values: Option<Values>,
}

#[derive(Deserialize)]
struct Values {
    root_module: Option<Module>,
}

#[derive(Deserialize)]
struct Module {
    #[serde(default)]
    resources: Vec<Known>,
    #[serde(default)]
    child_modules: Vec<Module>,
}

#[derive(Deserialize)]
struct Known {
    address: String,
    #[serde(default)]
    depends_on: Vec<String>,
}

/// The allow-list; whatever else `before` holds is passed over.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Before {
    id: Loose,
    arn: Loose,
    db_snapshot_arn: Loose,
    db_cluster_snapshot_arn: Loose,
    deletion_protection: Loose,
    deletion_protection_enabled: Loose,
    skip_final_snapshot: Loose,
    final_snapshot_identifier: Loose,
    delete_automated_backups: Loose,
    backup_retention_period: Loose,
    point_in_time_recovery: Loose,
    apply_immediately: Loose,
    force_destroy: Loose,
    recovery_window_in_days: Loose,
    deletion_window_in_days: Loose,
    enable_deletion_protection: Loose,
    disable_api_termination: Loose,
    skip_destroy: Loose,
    tags: Loose,
    tags_all: Loose,
}

/// A value of whatever kind, as much of it as the allow-list may need.
#[derive(Debug, Clone, Default, PartialEq)]
enum Loose {
    Flag(bool),
    Whole(i64),
    Text(String),
    /// Of a map the tags that name an environment, and `enabled`.
    Map(BTreeMap<String, String>, Option<bool>),
    /// Of a list of blocks the first one's `enabled`.
    List(Option<bool>),
    #[default]
    Other,
}

impl Loose {
    fn flag(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            Self::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    fn whole(&self) -> Option<i64> {
        match self {
            Self::Whole(number) => Some(*number),
            Self::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    fn text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    fn tags(self) -> BTreeMap<String, String> {
        match self {
            Self::Map(tags, _) => tags,
            _ => BTreeMap::new(),
        }
    }

    fn first_enabled(&self) -> Option<bool> {
        match self {
            Self::List(enabled) => *enabled,
            _ => None,
        }
    }
}

/// The longest text that is kept: an ARN has 2048 characters at most, a tag's value 256.
const LONGEST: usize = 4_096;

struct LooseVisitor;

impl<'de> Visitor<'de> for LooseVisitor {
    type Value = Loose;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Loose, E> {
        Ok(Loose::Flag(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Loose, E> {
        Ok(Loose::Whole(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Loose, E> {
        Ok(i64::try_from(number).map_or(Loose::Other, Loose::Whole))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Loose, E> {
        Ok(Loose::Other)
    }

    fn visit_str<E>(self, text: &str) -> Result<Loose, E> {
        Ok(if text.len() <= LONGEST { Loose::Text(text.to_owned()) } else { Loose::Other })
    }

    fn visit_unit<E>(self) -> Result<Loose, E> {
        Ok(Loose::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Loose, A::Error> {
        let (mut tags, mut enabled) = (BTreeMap::new(), None);
        while let Some(key) = map.next_key::<String>()? {
            if key == "enabled" {
                enabled = map.next_value::<Loose>()?.flag();
            } else if ENVIRONMENT_KEYS.iter().any(|word| word.eq_ignore_ascii_case(&key)) {
                if let Loose::Text(value) = map.next_value()? {
                    tags.insert(key, value);
                }
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Loose::Map(tags, enabled))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Loose, A::Error> {
        let first = list.next_element::<Loose>()?;
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Loose::List(match first {
            Some(Loose::Map(_, enabled)) => enabled,
            _ => None,
        }))
    }
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LooseVisitor)
    }
}

/// Reads one JSON document within the limits.
pub(super) fn parse<T: DeserializeOwned>(reader: impl Read, limits: &Limits) -> Result<T, PlanError> {
    let limit = limits.max_bytes;
    let mut counted = io::BufReader::new(reader.take(limit.saturating_add(1)));
    let read: Result<T, serde_json::Error> = serde_json::from_reader(&mut counted);
    if counted.into_inner().limit() == 0 {
        return Err(PlanError::OverLimit { limit });
    }
    // What serde says may quote what stands there: the place alone is told.
    read.map_err(|error| match error.classify() {
        serde_json::error::Category::Io => PlanError::Read(io::Error::from(error)),
        _ => PlanError::Malformed { line: error.line(), column: error.column() },
    })
}

/// Whether the format is one that this version reads.
pub(super) fn known(version: &str) -> Result<(), PlanError> {
    if matches!(version.split('.').next(), Some("0" | "1")) {
        return Ok(());
    }
    Err(PlanError::NewFormat { version: version.chars().take(16).collect() })
}

/// Reads a plan.
///
/// # Errors
/// Whatever is not one whole plan within `limits` is a [`PlanError`].
pub fn read_plan(reader: impl Read, limits: &Limits) -> Result<PlanDocument, PlanError> {
    let plan: Plan = parse(reader, limits)?;
    let changes = plan.resource_changes.ok_or(PlanError::NoPlan)?;
    known(&plan.format_version.and_then(Loose::text).ok_or(PlanError::NoPlan)?)?;
    let mut dependencies = BTreeMap::new();
    if let Some(module) = plan.prior_state.and_then(|prior| prior.values).and_then(|values| values.root_module) {
        gather(module, &mut dependencies);
    }
    let deletes = |changed: &Changed| changed.change.actions.iter().any(|action| action == "delete");
    let replaced = changes.iter().filter(|one| deletes(one) && one.change.actions.len() > 1).count();
    let mut deletions: Vec<StateResource> =
        changes.into_iter().filter(deletes).map(|changed| deletion(changed, &mut dependencies)).collect();
    deletions.sort_by(|a, b| (&a.address, &a.deposed).cmp(&(&b.address, &b.deposed)));
    Ok(PlanDocument {
        terraform_version: plan.terraform_version.and_then(Loose::text).unwrap_or_default(),
        deletions,
        replaced,
        errored: plan.errored.and_then(|errored| errored.flag()) == Some(true),
        ordered: !dependencies.is_empty(),
    })
}

/// Dependencies by address; the modules are as deep as the reader lets a document be.
fn gather(module: Module, to: &mut BTreeMap<String, Vec<String>>) {
    to.extend(module.resources.into_iter().map(|known| (known.address, known.depends_on)));
    module.child_modules.into_iter().for_each(|child| gather(child, to));
}

fn deletion(changed: Changed, dependencies: &mut BTreeMap<String, Vec<String>>) -> StateResource {
    let before = changed.change.before.unwrap_or_default();
    // As in a state: the id of another provider's resource can be the secret itself.
    let identified = changed.kind.starts_with("aws_") || changed.kind.starts_with("awscc_");
    let arn = before.arn.text().or(before.db_snapshot_arn.text()).or(before.db_cluster_snapshot_arn.text());
    let mut environment_tags = before.tags_all.tags();
    environment_tags.extend(before.tags.tags());
    StateResource {
        dependencies: dependencies.get(&changed.address).into_iter().flatten().map(|one| one.as_str().into()).collect(),
        mode: if changed.mode == "data" { ResourceMode::Data } else { ResourceMode::Managed },
        resource_type: changed.kind.into(),
        provider: format!("provider[{:?}]", changed.provider_name).into(),
        arn: arn.filter(|_| identified),
        id: before.id.text().filter(|_| identified),
        deposed: changed.deposed,
        attributes: RecordedAttributes {
            deletion_protection: before.deletion_protection.flag(),
            deletion_protection_enabled: before.deletion_protection_enabled.flag(),
            skip_final_snapshot: before.skip_final_snapshot.flag(),
            final_snapshot_identifier: before.final_snapshot_identifier.text(),
            delete_automated_backups: before.delete_automated_backups.flag(),
            backup_retention_period: before.backup_retention_period.whole(),
            point_in_time_recovery: before.point_in_time_recovery.first_enabled(),
            apply_immediately: before.apply_immediately.flag(),
            force_destroy: before.force_destroy.flag(),
            recovery_window_in_days: before.recovery_window_in_days.whole(),
            deletion_window_in_days: before.deletion_window_in_days.whole(),
            enable_deletion_protection: before.enable_deletion_protection.flag(),
            disable_api_termination: before.disable_api_termination.flag(),
            skip_destroy: before.skip_destroy.flag(),
            environment_tags,
        }
        .into(),
        address: changed.address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str = r#"{
      "format_version": "1.2", "terraform_version": "1.11.4",
      "variables": {"password": {"value": "hunter2"}},
      "resource_changes": [
        {"address": "aws_db_instance.main", "mode": "managed", "type": "aws_db_instance", "name": "main",
         "provider_name": "registry.terraform.io/hashicorp/aws",
         "change": {"actions": ["delete"], "before": {"arn": "arn:aws:rds:eu-west-1:111122223333:db:orders", "id": "db-A",
           "password": "hunter2", "deletion_protection": "false", "apply_immediately": true, "backup_retention_period": 7,
           "tags": {"environment": "production", "secret": "hunter2"}, "tags_all": null,
           "point_in_time_recovery": [{"enabled": true, "why": "hunter2"}]},
           "after": null, "before_sensitive": {"password": true}}},
        {"address": "random_password.main", "mode": "managed", "type": "random_password", "name": "main",
         "change": {"actions": ["delete", "create"], "before": {"id": "hunter2", "result": "hunter2"}}},
        {"address": "aws_vpc.main", "mode": "managed", "type": "aws_vpc", "name": "main",
         "change": {"actions": ["update"], "before": {"id": "vpc-1"}}}
      ],
      "prior_state": {"format_version": "1.0", "values": {"root_module": {"child_modules": [{"address": "module.a", "resources": [
        {"address": "aws_db_instance.main", "values": {"password": "hunter2"}, "depends_on": ["aws_vpc.main"]}]}]}}}
    }"#;

    #[test]
    fn what_it_deletes_is_read_and_no_secret_is() {
        let plan = read_plan(PLAN.as_bytes(), &Limits::default()).unwrap();
        assert!(!format!("{plan:?}").contains("hunter2"), "{plan:?}");
        let addresses: Vec<&str> = plan.deletions.iter().map(|one| one.address.as_str()).collect();
        assert_eq!((addresses.as_slice(), plan.replaced), (&["aws_db_instance.main", "random_password.main"][..], 1));
        let database = &plan.deletions[0];
        assert_eq!(database.dependencies, ["aws_vpc.main"]);
        assert_eq!(database.attributes.deletion_protection, Some(false));
        assert_eq!(database.attributes.backup_retention_period, Some(7));
        assert_eq!(database.attributes.point_in_time_recovery, Some(true));
        assert_eq!(database.attributes.environment_tags.len(), 1);
        assert!(plan.ordered && !plan.errored);
    }

    #[test]
    fn an_error_names_a_place_and_never_what_stands_there() {
        let broken = PLAN.replace(r#""actions": ["delete"]"#, r#""actions": "hunter2""#);
        let error = read_plan(broken.as_bytes(), &Limits::default()).unwrap_err().to_string();
        assert!(error.contains("line 7") && !error.contains("hunter2"), "{error}");
        let cut = &PLAN[..PLAN.len() - 20];
        assert!(matches!(read_plan(cut.as_bytes(), &Limits::default()), Err(PlanError::Malformed { .. })));
        let state = r#"{"format_version":"1.0","values":{}}"#;
        assert!(matches!(read_plan(state.as_bytes(), &Limits::default()), Err(PlanError::NoPlan)));
        let newer = r#"{"format_version":"2.0","resource_changes":[]}"#;
        assert!(matches!(read_plan(newer.as_bytes(), &Limits::default()), Err(PlanError::NewFormat { .. })));
        let small = Limits { max_bytes: 100, ..Limits::default() };
        assert!(matches!(read_plan(PLAN.as_bytes(), &small), Err(PlanError::OverLimit { limit: 100 })));
    }
}
