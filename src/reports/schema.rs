//! The JSON Schemas of every format written, generated from the types. They lie in `reports/`; a test holds them equal.

use schemars::{Schema, schema_for};

use super::json::Document;
use super::json::explanation::ExplanationV1;
use super::json::explanations::ExplainedV1;
use super::json::history::HistoryV1;
use super::matrix::FrameworkV1;
use crate::model::diff::Diff;
use crate::model::drill::{Drill, Rehearsals};
use crate::model::facts::Facts;
use crate::model::inventory::Inventory;
use crate::model::ready::Readiness;
use crate::model::who_can::WhoCan;

/// The schema of the posture that `--format json` writes.
#[must_use]
pub fn posture() -> Schema {
    schema_for!(Document)
}

/// The schema of what `palisade explain --format json` writes.
#[must_use]
pub fn explanation() -> Schema {
    schema_for!(ExplanationV1<'static>)
}

/// The schema of the inventory that `palisade collect` writes.
#[must_use]
pub fn inventory() -> Schema {
    schema_for!(Inventory)
}

/// The schema of the answer that `palisade who-can --format json` writes.
#[must_use]
pub fn who_can() -> Schema {
    schema_for!(WhoCan)
}

/// The schema of what `palisade drill --format json` writes.
#[must_use]
pub fn drill() -> Schema {
    schema_for!(Drill)
}

/// The schema of what `palisade history --format json` writes.
#[must_use]
pub fn history() -> Schema {
    schema_for!(HistoryV1<'static>)
}

/// The schema of what `palisade diff --format json` writes.
#[must_use]
pub fn diff() -> Schema {
    schema_for!(Diff)
}

/// The schema of a line of an evidence bundle's explanations.
#[must_use]
pub fn explained() -> Schema {
    schema_for!(ExplainedV1<'static>)
}

/// The schema of a framework's control matrix.
#[must_use]
pub fn framework() -> Schema {
    schema_for!(FrameworkV1<'static>)
}

/// The schema of what `palisade demo --drill --format json` writes.
#[must_use]
pub fn rehearsals() -> Schema {
    schema_for!(Rehearsals)
}

/// The schema of what `palisade ready --format json` writes.
#[must_use]
pub fn ready() -> Schema {
    schema_for!(Readiness)
}

/// The schema of the facts that checks are written against.
#[must_use]
pub fn facts() -> Schema {
    schema_for!(Facts)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "PALISADE_BLESS refreshes what the test compares with")]
    fn the_schemas_in_reports_are_those_of_the_types() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports");
        for (name, schema) in [
            ("posture", posture()),
            ("explanation", explanation()),
            ("inventory", inventory()),
            ("facts", facts()),
            ("who-can", who_can()),
            ("drill", drill()),
            ("history", history()),
            ("diff", diff()),
            ("framework", framework()),
            ("explained", explained()),
            ("rehearsals", rehearsals()),
            ("ready", ready()),
        ] {
            let path = folder.join(format!("{name}.schema.json"));
            let text = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
            if std::env::var_os("PALISADE_BLESS").is_some() {
                std::fs::write(&path, &text).unwrap();
            }
            let held = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(
                held == text,
                "reports/{name}.schema.json is not what the types say: run PALISADE_BLESS=1 cargo test"
            );
        }
    }
}
