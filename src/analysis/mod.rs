//! The facts: what follows from an inventory, in types that checks can judge without knowing AWS.
//!
//! Knows `model` and `policy`. One way through: resources are listed, then what could bring them back is joined to them, then
//! the states that claim them; accounts, keys, vaults and states are told from the result. Then the policies are compiled once
//! ([`authority`]), and tell what they close ([`guards`]) and who becomes whom ([`reach`]); from both
//! follows what of each resource survives ([`survival`]).

mod accounts;
mod around;
mod authority;
mod backup;
mod class;
mod context;
mod drill;
mod environment;
#[cfg(test)]
mod fixture;
mod glob;
mod guards;
mod header;
mod keys;
mod pattern;
mod planned;
mod reach;
mod resources;
mod state;
mod survival;
#[cfg(test)]
mod tests;
mod words;

use crate::model::facts::Facts;
use crate::model::inventory::Inventory;
use crate::model::settings::Settings;

pub(crate) use context::Context;
pub use drill::{Asked, NoDrill, What, credentials, drill};
pub(crate) use guards::suggest;
pub use guards::{GuardFigures, guard_figures};
pub use planned::planned;
pub use reach::{NoAnswer, who_can};

/// Draws every fact from an inventory. Pure: the same inventory and settings give the same facts, whatever the order of
/// the inventory's lists.
#[must_use]
pub fn analyse(inventory: &Inventory, settings: &Settings) -> Facts {
    let cx = Context::new(inventory, settings);
    let mut facts = Facts { resources: resources::list(&cx), ..Facts::default() };
    backup::attach(&cx, &mut facts.resources);
    state::attach(&cx, &mut facts.resources);
    around::surroundings(&cx, &mut facts);
    backup::surroundings(&cx, &mut facts);
    state::surroundings(&cx, &mut facts);
    accounts::surroundings(&cx, &mut facts);
    let authority = authority::Authority::new(&cx);
    let guards = guards::Guards::new(&cx, &authority, &guards::resources(&facts.resources));
    guards::surroundings(&cx, &authority, &guards, &mut facts);
    let reach = reach::Reach::new(&cx, &authority);
    reach::surroundings(&reach, &guards, &mut facts);
    survival::surroundings(&reach, &mut facts);
    state::outside_copies(&cx, &mut facts);
    context::sort(&mut facts);
    facts
}
