//! The integration tests: one binary, so that everything links once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test that cannot go on fails"
)]

mod architecture;
#[cfg(feature = "aws")]
mod browser;
mod checks;
mod cli;
mod demo;
#[cfg(feature = "aws")]
mod deploy;
mod drill;
mod evidence;
mod examples;
#[cfg(all(feature = "aws", feature = "fleet"))]
mod fleet;
#[cfg(feature = "fleet")]
mod fleet_terraform;
mod gaps;
#[cfg(feature = "aws")]
mod moto;
mod nightly;
#[cfg(feature = "fleet")]
mod ordered;
mod organizations;
mod policy;
mod properties;
mod ready;
mod support;
#[cfg(feature = "aws")]
mod terraform;
