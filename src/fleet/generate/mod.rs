//! Organizations to order: of any size, skewed as real ones are, the same for the same seed and shape.
//!
//! Imports the nouns and the demo's rules of placing. The decision worth knowing: an account's content depends on the seed,
//! its number and a few shared facts ([`World`]) alone, so that one account can be looked at without the ten thousand
//! others; what it leaves in other accounts (copies, states in a central bucket) travels beside it and is put there at the
//! end. Nothing rests on a clock, an address or a hash map's order.

mod account;
mod backup;
mod copies;
mod databases;
mod estate;
mod gaps;
mod iam;
mod keys;
mod policies;
mod random;
mod states;
mod storage;
#[cfg(test)]
mod tests;
mod tree;
mod world;

use crate::demo::build::{place_keys, read_at, settle_all_but_keys};
use crate::model::ids::{Partition, Region};
use crate::model::inventory::{Caller, INVENTORY_SCHEMA, Inventory, Scope};

use self::world::World;

/// How an organization is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// The number of accounts, the management account and suspended ones among them; at least one.
    pub accounts: usize,
    /// The regions that every account has enabled; the first is the home region. Empty is the partition's usual ones.
    pub regions: Vec<Region>,
    /// The partition.
    pub partition: Partition,
    /// Of a thousand accounts, how many palisade's role cannot enter.
    pub denied_accounts: u32,
    /// Of a thousand accounts, how many refuse a single call.
    pub denied_calls: u32,
    /// Of a thousand accounts, how many are suspended, closed or not yet active.
    pub suspended_accounts: u32,
}

impl Default for Shape {
    /// A hundred accounts in three regions of AWS's commercial partition.
    fn default() -> Self {
        Self {
            accounts: 100,
            regions: Vec::new(),
            partition: crate::demo::build::id("aws"),
            denied_accounts: 5,
            denied_calls: 30,
            suspended_accounts: 20,
        }
    }
}

/// An organization as collecting would have read it: the same for the same seed and shape. Its ledger is empty, since no
/// call was made.
#[must_use]
pub fn generate(seed: u64, shape: &Shape) -> Inventory {
    let world = World::new(seed, shape);
    let (accounts, left) = account::all(&world);
    let mut inventory = Inventory {
        schema: INVENTORY_SCHEMA.into(),
        collector: concat!("palisade ", env!("CARGO_PKG_VERSION")).into(),
        taken_at: read_at(),
        caller: Caller {
            account: world.management().id.clone(),
            arn: world.caller(),
            partition: world.partition.clone(),
            home_region: world.home().clone(),
        },
        scope: Scope { role_name: Some(world::AUDIT_ROLE.into()), state_content: true, ..Scope::default() },
        organization: Some(tree::organization(&world)),
        accounts,
        ledger: Vec::new(),
    };
    // Central buckets and vaults are filled once all who use them are known.
    account::deliver(&world, &mut inventory.accounts, left);
    settle_all_but_keys(&mut inventory);
    // A refused call hides what was there; keys that only it told of are referred to no more.
    gaps::refuse(&world, &mut inventory);
    place_keys(&mut inventory, keys::describe);
    inventory
}
