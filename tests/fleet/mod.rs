//! The endpoint that is served from an inventory, and the law that collecting from it gives the inventory back.

mod arbitrary;
mod clients;
mod faults;
mod judged;
mod law;
mod nights;
pub mod world;
