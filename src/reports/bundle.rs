//! The readable pages of an evidence bundle: what it says, what is in it, and how to check it without trusting who made it.

mod page;

pub use page::{Head, html, markdown};
