//! The ground floor: the nouns. Imports nothing of ours; holds no judgement and no SDK type.

pub mod backup;
pub mod catalogue;
pub mod drill;
pub mod dynamodb;
pub mod facts;
pub mod finding;
pub mod framework;
pub mod gap;
mod gaps;
pub mod iam;
pub mod ids;
pub mod inventory;
pub mod kms;
pub mod ledger;
pub mod operation;
pub mod organization;
pub mod plan;
pub mod platform;
pub mod posture;
pub mod rds;
pub mod ready;
pub mod s3;
pub mod settings;
pub mod terraform;
pub mod waiver;
pub mod who_can;
