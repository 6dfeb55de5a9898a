//! Findings one by one, each with its facts' place and the API calls that it rests on: version `palisade.explained/1`, one
//! line each.

use std::collections::BTreeMap;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::convert::{finding, ledger_entry};
use super::document::{FindingV1, LedgerEntryV1};
use crate::model::finding::{Evidence, Finding, Status};
use crate::model::ids::AccountId;
use crate::model::ledger::LedgerEntry;
use crate::model::operation::Operation;
use crate::model::posture::Posture;

/// The version of the format.
const EXPLAINED_SCHEMA: &str = "palisade.explained/1";

/// A verdict that fails or is unknown, with all that it rests on.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "palisade.explained/1")]
pub(in crate::reports) struct ExplainedV1<'a> {
    /// The format's version: `palisade.explained/1`.
    schema: &'a str,
    /// Its place in posture.json: a JSON pointer.
    posture: String,
    /// The place of its subject's facts in facts.json, the policy statements among them: a JSON pointer; null where the
    /// subject itself could not be listed.
    facts: Option<String>,
    /// The finding.
    #[serde(flatten)]
    finding: FindingV1<'a>,
    /// The calls that its lists came from, with AWS's request ids.
    calls: Vec<LedgerEntryV1<'a>>,
}

/// Writes every finding that fails or is unknown, waived ones too, one a line. `facts` tells where the facts of a finding's
/// subject stand.
///
/// # Errors
/// What the writer says.
pub fn write(posture: &Posture, facts: &dyn Fn(&Finding) -> Option<String>, out: &mut dyn Write) -> io::Result<()> {
    let mut calls: BTreeMap<(&AccountId, Operation), Vec<&LedgerEntry>> = BTreeMap::new();
    for entry in &posture.ledger {
        calls.entry((&entry.account, entry.operation)).or_default().push(entry);
    }
    for (at, one) in posture.findings.iter().enumerate() {
        if !matches!(one.status, Status::Fail | Status::Unknown) {
            continue;
        }
        let mut made: Vec<&LedgerEntry> = Vec::new();
        for evidence in &one.evidence {
            let Evidence::Read { account, region, operations, .. } = evidence else { continue };
            // The organization is read with the caller's own credentials.
            let account = account.as_ref().unwrap_or(&posture.caller.account);
            let entries = operations.iter().filter_map(|operation| calls.get(&(account, *operation))).flatten();
            made.extend(entries.filter(|entry| region.as_ref().is_none_or(|region| entry.region == *region)));
        }
        made.sort();
        made.dedup();
        let line = ExplainedV1 {
            schema: EXPLAINED_SCHEMA,
            posture: format!("/findings/{at}"),
            facts: facts(one),
            finding: finding(one),
            calls: made.into_iter().map(ledger_entry).collect(),
        };
        serde_json::to_writer(&mut *out, &line).map_err(io::Error::from)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
