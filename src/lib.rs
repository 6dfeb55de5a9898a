//! Palisade: can the production data of this AWS organization be destroyed, by whom, and what would survive?
//!
//! The data's way is one sentence: `aws` collects an inventory, `analysis` draws facts from it, `checks` judges them,
//! `posture` scores the verdicts, `reports` renders them. `audit` holds that way on one screen; `cli` calls it. All rooms
//! stand on `model`, the nouns, and never on each other; beside `model` lie `policy`, IAM's policy language, and `terraform`,
//! Terraform's state format.
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)
)]

pub mod analysis;
pub mod audit;
#[cfg(feature = "aws")]
pub mod aws;
pub mod checks;
pub mod cli;
pub mod config;
pub mod demo;
pub mod diff;
pub mod evidence;
#[cfg(feature = "fleet")]
pub mod fleet;
pub mod model;
pub mod notify;
pub mod policy;
pub mod posture;
pub mod ready;
pub mod reports;
pub mod store;
pub mod terraform;
pub mod waivers;
