//! The demo: the incident of March 2026 as an inventory, beside an account set up well.
//!
//! Knows the nouns alone. The organization is invented; what happened in `courses` is not: one account for production and
//! for a second site, a PostgreSQL instance without deletion protection, automated snapshots alone, no SCP but
//! `FullAWSAccess`, and the Terraform state on a laptop. `ledger-production` is the same kind of business with all five
//! layers up. Around them stands what every organization has (a landing zone, asset buckets, a development account), so
//! that the noise it raises can be counted.

mod accounts;
pub mod build;

use crate::model::inventory::{Caller, INVENTORY_SCHEMA, Inventory, Scope};

/// The bundled inventory: the same value at every call.
#[must_use]
pub fn incident() -> Inventory {
    let accounts = accounts::all();
    let organization = accounts::organization();
    let ledger = build::ledger(&build::id(accounts::MANAGEMENT), &organization, &accounts);
    Inventory {
        schema: INVENTORY_SCHEMA.into(),
        collector: concat!("palisade ", env!("CARGO_PKG_VERSION"), " demo").into(),
        taken_at: build::read_at(),
        caller: Caller {
            account: build::id(accounts::MANAGEMENT),
            arn: build::id(&format!("arn:aws:sts::{}:assumed-role/PalisadeRunner/demo", accounts::MANAGEMENT)),
            partition: build::id("aws"),
            home_region: build::id(accounts::HOME),
        },
        scope: Scope { role_name: Some("PalisadeAudit".into()), state_content: true, ..Scope::default() },
        organization: Some(organization),
        accounts,
        ledger,
    }
}

#[cfg(test)]
mod tests;
