//! Reading AWS: the only room that names its SDK.
//!
//! Imports `model` and `terraform`. One file per service; each collector takes a [`site::Site`] and makes its calls through
//! it. The decision worth knowing: a collector cannot fail. What it could not read is in what it returns, as gaps.

mod account;
mod backup;
mod clients;
mod clock;
mod convert;
mod credential_report;
mod dynamodb;
mod error;
mod failure;
mod governance;
mod iam;
mod kms;
mod ledger;
mod limits;
mod meter;
mod organization;
mod rds;
mod regions;
#[cfg(test)]
mod replay;
mod s3;
mod shape;
mod shared;
mod site;
mod state;

pub use error::CollectError;
pub use shared::{Observer, Unobserved};
