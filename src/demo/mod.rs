//! The demo: the incident of March 2026 as an inventory, beside an account set up well.
//!
//! Knows the nouns alone, and Terraform's format. The organization is invented; what happened in `courses` is not: one account for production and
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
    finished(Inventory {
        schema: INVENTORY_SCHEMA.into(),
        collector: concat!("palisade ", env!("CARGO_PKG_VERSION")).into(),
        taken_at: build::read_at(),
        caller: Caller {
            account: build::id(accounts::MANAGEMENT),
            arn: build::id(&format!("arn:aws:sts::{}:assumed-role/PalisadeRunner/demo", accounts::MANAGEMENT)),
            partition: build::id("aws"),
            home_region: build::id(accounts::HOME),
        },
        scope: Scope { role_name: Some("PalisadeAudit".into()), state_content: true, ..Scope::default() },
        organization: Some(accounts::organization()),
        accounts: accounts::all(),
        ledger: Vec::new(),
    })
}

/// The inventory as collecting would have given it, with the calls that collecting would have made.
fn finished(inventory: Inventory) -> Inventory {
    let mut inventory = build::settled(inventory);
    if let Some(organization) = &inventory.organization {
        inventory.ledger = build::ledger(&inventory.caller.account, organization, &inventory.accounts);
    }
    inventory
}

#[cfg(test)]
mod tests;
