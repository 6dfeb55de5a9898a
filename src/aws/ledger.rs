//! The ledger while it is written: calls counted by (account, region, operation), failures kept one by one.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::meter::Reading;
use crate::model::ids::{AccountId, Region};
use crate::model::ledger::{CallFailure, LedgerEntry};
use crate::model::operation::Operation;

/// The calls made so far.
#[derive(Debug, Default)]
pub(super) struct Ledger(Mutex<BTreeMap<(AccountId, Region, Operation), LedgerEntry>>);

impl Ledger {
    /// Counts one call; `reading` is what it cost, `failure` what became of it where it failed.
    pub(super) fn record(
        &self,
        place: (&AccountId, &Region, Operation),
        at: Timestamp,
        reading: &Reading,
        failure: Option<CallFailure>,
    ) {
        let (account, region, operation) = place;
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.entry((account.clone(), region.clone(), operation)).or_insert_with(|| LedgerEntry {
            account: account.clone(),
            region: region.clone(),
            operation,
            calls: 0,
            attempts: 0,
            first_at: at,
            last_at: at,
            last_request_id: None,
            failures: Vec::new(),
        });
        entry.calls += 1;
        entry.attempts += u64::from(reading.attempts);
        entry.first_at = entry.first_at.min(at);
        // Of calls answered in the same millisecond the greatest id counts: the order of arrival must not show.
        let later = at > entry.last_at || at == entry.last_at && reading.request_id > entry.last_request_id;
        if later && reading.request_id.is_some() {
            entry.last_request_id.clone_from(&reading.request_id);
        }
        entry.last_at = entry.last_at.max(at);
        entry.failures.extend(failure);
    }

    /// Notes a failure found after its call was counted: a repeated page token, a body that broke off.
    pub(super) fn add_failure(&self, place: (&AccountId, &Region, Operation), failure: CallFailure) {
        let (account, region, operation) = place;
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = entries.get_mut(&(account.clone(), region.clone(), operation)) {
            entry.failures.push(failure);
        }
    }

    /// Takes over what another ledger noted, under the account that by now is known.
    pub(super) fn adopt(&self, other: &Self, account: &AccountId) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for mut entry in other.entries() {
            entry.account = account.clone();
            entries.insert((account.clone(), entry.region.clone(), entry.operation), entry);
        }
    }

    /// Everything, sorted; failures by what they are about, so that the order of arrival does not show.
    pub(super) fn entries(&self) -> Vec<LedgerEntry> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut entries: Vec<LedgerEntry> = entries.values().cloned().collect();
        for entry in &mut entries {
            entry.failures.sort_by(|a, b| (&a.subject, a.kind, &a.code, a).cmp(&(&b.subject, b.kind, &b.code, b)));
        }
        entries
    }
}
