//! The demo: the incident of March 2026 as an inventory, beside an account set up well.
//!
//! Knows the nouns alone, and Terraform's format. The organization is invented; what happened in `courses` is not: one account for production and
//! for a second site, a PostgreSQL instance without deletion protection, automated snapshots alone, no SCP but
//! `FullAWSAccess`, and the Terraform state on a laptop. `ledger-production` is the same kind of business with all five
//! layers up. Around them stands what every organization has (a landing zone, asset buckets, a development account), so
//! that the noise it raises can be counted.

mod accounts;
mod after;
pub mod build;
mod control_tower;
mod drill;
mod kept;
mod organizations;
mod single;
mod well_kept;

pub use drill::{Rehearsal, Rehearsed, rehearsals};
pub use organizations::{Organization, UnknownOrganization};

use crate::model::ids::Arn;
use crate::model::inventory::{AccountInventory, Caller, INVENTORY_SCHEMA, Inventory, Scope};
use crate::model::organization::OrganizationInventory;

/// What the owner of these organizations says of them, as `palisade.toml`: who may pass the guards, which principals are
/// agents, who deploys.
pub const CONFIG: &str = include_str!("palisade.toml");

/// The bundled inventory: the same value at every call.
#[must_use]
pub fn incident() -> Inventory {
    collected(&runner(), accounts::organization(), accounts::all())
}

/// Who scans the organizations that there are: a role of the management account.
fn runner() -> Arn {
    build::id(&format!("arn:aws:sts::{}:assumed-role/PalisadeRunner/demo", accounts::MANAGEMENT))
}

/// The inventory as collecting would have given it, with the calls that collecting would have made.
fn collected(caller: &Arn, organization: OrganizationInventory, accounts: Vec<AccountInventory>) -> Inventory {
    let account = caller.account().unwrap_or_else(|| build::id(accounts::MANAGEMENT));
    let mut inventory = build::settled(Inventory {
        schema: INVENTORY_SCHEMA.into(),
        collector: concat!("palisade ", env!("CARGO_PKG_VERSION")).into(),
        taken_at: build::read_at(),
        caller: Caller {
            account: account.clone(),
            arn: caller.clone(),
            partition: build::id("aws"),
            home_region: build::id(accounts::HOME),
        },
        scope: Scope { role_name: Some("PalisadeAudit".into()), state_content: true, ..Scope::default() },
        organization: None,
        accounts,
        ledger: Vec::new(),
    });
    inventory.ledger = build::ledger(&account, &organization, &inventory.accounts);
    inventory.organization = Some(organization);
    build::in_order(&mut inventory);
    inventory
}

#[cfg(test)]
mod tests;
