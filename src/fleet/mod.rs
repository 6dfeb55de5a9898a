//! AWS served from an inventory: what it serves, and the organizations to order.

pub mod generate;
pub mod image;
