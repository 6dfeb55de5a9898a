//! Kept scans and comparisons as JSON, one scan or change a line.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::{ITEMS, MEMBERS};
use crate::model::diff::Diff;
use crate::model::history::ScopeHistory;
use crate::reports::lines::Lines;

/// The version of the history format.
pub const HISTORY_SCHEMA: &str = "palisade.history/1";

/// The kept scans of each scope.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "palisade.history/1")]
pub(in crate::reports) struct HistoryV1<'a> {
    /// The format's version: `palisade.history/1`.
    schema: &'a str,
    /// The scopes, the one with the latest scan last.
    scopes: &'a [ScopeHistory],
    /// What is wrong with scans that are damaged.
    damaged: &'a [String],
}

/// Writes kept scans.
///
/// # Errors
/// What the writer says.
pub fn write(scopes: &[ScopeHistory], damaged: &[String], out: &mut dyn Write) -> io::Result<()> {
    lined(&HistoryV1 { schema: HISTORY_SCHEMA, scopes, damaged }, out)
}

/// Writes a comparison, version [`palisade.diff/1`](crate::model::diff::DIFF_SCHEMA).
///
/// # Errors
/// What the writer says.
pub fn write_diff(diff: &Diff, out: &mut dyn Write) -> io::Result<()> {
    lined(diff, out)
}

fn lined(document: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, Lines::down_to(MEMBERS, ITEMS));
    document.serialize(&mut serializer).map_err(io::Error::from)?;
    out.write_all(b"\n")
}
