//! A small organization in which every guardrail stands: the account of the incident's organization that is set up well,
//! and what it needs around it.

use crate::model::inventory::Inventory;

use super::accounts::{self, AUDIT, BACKUP, DELIVERY, LEDGER, LOG_ARCHIVE, MANAGEMENT, backup, ledger, platform};
use super::build::organization;
use super::collected;

pub(super) fn inventory() -> Inventory {
    let kept = [MANAGEMENT, LOG_ARCHIVE, AUDIT, LEDGER, BACKUP, DELIVERY];
    let members = accounts::members().into_iter().filter(|member| kept.contains(&member.id.as_str())).collect();
    let mut organization = accounts::governed(organization(MANAGEMENT, accounts::units(), members), &accounts::GUARDED);
    // The security team's account is none of these: the audit account is the administrator.
    for administrator in organization.delegated_administrators.value_mut().into_iter().flatten() {
        administrator.id = super::build::id(AUDIT);
    }
    collected(
        &super::runner(),
        organization,
        vec![
            platform::management(),
            platform::log_archive(),
            platform::audit(),
            platform::delivery(),
            ledger::account(),
            backup::well_kept(),
        ],
    )
}
