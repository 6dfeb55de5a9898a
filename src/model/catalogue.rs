//! The catalogue of destructive actions, embedded: what destroys data or its backups, what weakens their protection, what
//! takes guards away, and what leads to more rights.
//!
//! Imports identifiers alone. The rows are data (`destructive-actions.csv`); adding a row is enough for every analysis to
//! heed it. Names follow the service authorization reference:
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/>.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ids::Action;

/// What an action does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Data is gone.
    DestroysData,
    /// Backups are gone, or will be soon.
    DestroysBackup,
    /// Data or backups are protected less than before.
    WeakensProtection,
    /// What stops or records such calls is gone.
    DisablesGuard,
    /// Whoever calls it gains further rights.
    Escalates,
}

impl Category {
    /// The word that every format uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DestroysData => "destroys_data",
            Self::DestroysBackup => "destroys_backup",
            Self::WeakensProtection => "weakens_protection",
            Self::DisablesGuard => "disables_guard",
            Self::Escalates => "escalates",
        }
    }
}

/// From where an action can be called at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallableFrom {
    /// From every account.
    Member,
    /// From the management account alone.
    Management,
    /// From the management account, and from a member that it delegated the service to.
    Both,
}

/// A row of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct DestructiveAction {
    /// The action.
    pub action: Action,
    /// The service prefix.
    pub service: String,
    /// What it does.
    pub category: Category,
    /// The resource types that it acts on, as the service authorization reference names them; `*` alone for actions that
    /// are evaluated against every resource.
    #[serde(rename = "resource_type", deserialize_with = "list")]
    pub resource_types: Vec<String>,
    /// Whether nothing brings back what it destroys.
    #[serde(deserialize_with = "yes_no")]
    pub irreversible: bool,
    /// Whether production can live with an unconditional deny. Where not, daily operation needs the action: other layers
    /// have to hold, and verdicts name it as an open by-pass.
    #[serde(deserialize_with = "yes_no")]
    pub blanket_deny: bool,
    /// From where it can be called.
    pub callable_from: CallableFrom,
    /// The access levels of the service authorization reference.
    pub access_level: String,
    /// What it does, for a person.
    pub why: String,
}

fn list<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(String::deserialize(deserializer)?.split(';').map(str::to_owned).collect())
}

fn yes_no<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "y" => Ok(true),
        "n" => Ok(false),
        other => Err(serde::de::Error::custom(format!("{other:?} is neither y nor n"))),
    }
}

/// Every row, sorted by action.
#[must_use]
pub fn all() -> &'static [DestructiveAction] {
    static ROWS: LazyLock<Vec<DestructiveAction>> = LazyLock::new(|| {
        let mut rows = read(include_str!("destructive-actions.csv"));
        rows.sort();
        rows
    });
    &ROWS
}

/// The row of an action, however its letters are written.
#[must_use]
pub fn find(action: &str) -> Option<&'static DestructiveAction> {
    static BY_NAME: LazyLock<BTreeMap<String, &'static DestructiveAction>> =
        LazyLock::new(|| all().iter().map(|row| (row.action.as_str().to_ascii_lowercase(), row)).collect());
    BY_NAME.get(&action.to_ascii_lowercase()).copied()
}

fn read(text: &str) -> Vec<DestructiveAction> {
    // A row that does not read is a fault of this program: the test below finds it, at run time the others stand.
    csv::Reader::from_reader(text.as_bytes()).deserialize().filter_map(Result::ok).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_reads() {
        let text = include_str!("destructive-actions.csv");
        let rows: Vec<DestructiveAction> =
            csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<_, _>>().unwrap();
        assert_eq!((rows.len(), text.lines().count()), (all().len(), all().len() + 1));
        for row in &rows {
            assert_eq!(row.service, row.action.service(), "{}", row.action);
            assert!(!row.why.is_empty() && !row.access_level.is_empty(), "{}", row.action);
        }
        let mut names: Vec<String> = rows.iter().map(|row| row.action.as_str().to_ascii_lowercase()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), rows.len(), "an action stands twice");
    }

    #[test]
    fn every_stateful_type_can_be_destroyed() {
        for (service, resource_type) in [("rds", "db"), ("rds", "cluster"), ("dynamodb", "table"), ("s3", "bucket")] {
            let destroys = |row: &&DestructiveAction| {
                row.category == Category::DestroysData
                    && row.service == service
                    && row.resource_types.iter().any(|known| known == resource_type)
            };
            assert!(all().iter().any(|row| destroys(&row)), "{service} {resource_type}");
        }
    }

    #[test]
    fn an_action_is_found_however_it_is_written() {
        assert_eq!(find("RDS:deletedbinstance").map(|row| row.category), Some(Category::DestroysData));
        assert_eq!(find("rds:DescribeDBInstances"), None);
    }
}
