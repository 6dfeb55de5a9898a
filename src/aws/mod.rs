//! Reading AWS: the only room that names its SDK.
//!
//! Imports `model` and `terraform`. One file per service; each collector takes a [`site::Site`] and makes its calls through
//! it. The decision worth knowing: a collector cannot fail. What it could not read is in what it returns, as gaps; only
//! faults of the caller's own credentials, network or scope end a collection, as [`CollectError`].

mod account;
mod backup;
mod clients;
mod clock;
mod convert;
mod credential_report;
mod driver;
mod dynamodb;
mod error;
mod estimate;
mod failure;
mod governance;
mod iam;
mod in_process;
mod keys;
mod kms;
mod ledger;
mod limits;
mod meter;
mod options;
mod organization;
mod rds;
mod region;
mod regions;
#[cfg(test)]
mod replay;
mod s3;
mod scope;
mod sessions;
mod shape;
mod shared;
mod signing;
mod sinks;
mod site;
mod state;
mod whole;

use std::future::Future;
use std::sync::Arc;

pub use error::CollectError;
pub use estimate::{Estimate, ItemRate};
pub use in_process::{Answering, Disconnected, Endpoint, InProcess};
pub use options::{CollectOptions, DEFAULT_CONCURRENCY, DEFAULT_ROLE};
pub use shared::{Observer, Unobserved};
pub use signing::{KmsKey, KmsKeyError};
pub use sinks::{Condition, Put, SinkError, get_object_blocking, publish_blocking, put_object_blocking};

use crate::model::inventory::Inventory;
use clock::Clock;
use sessions::Home;

/// Collects the inventory of what is in scope.
///
/// # Errors
/// Where the credentials, the network or the scope do not allow a collection at all, and when the user interrupts it.
pub async fn collect(options: &CollectOptions, observer: Arc<dyn Observer>) -> Result<Inventory, CollectError> {
    let options = Arc::new(options.clone());
    let began = Clock::Wall.now();
    let work = async {
        let home = sessions::home(&options, observer, began).await?;
        while_valid(&home, &options, Box::pin(driver::run(&home, &options, began))).await
    };
    interruptible(Box::pin(work)).await
}

/// Collects from what answers within the process, where that is AWS for it: its credentials, region and clock are taken for
/// the options'.
///
/// # Errors
/// As [`collect`].
pub async fn collect_from(
    source: &InProcess,
    options: &CollectOptions,
    observer: Arc<dyn Observer>,
) -> Result<Inventory, CollectError> {
    let options = Arc::new(options.clone());
    let clock = Clock::Standing(source.now);
    let work = async {
        let home = sessions::home_with(&options, observer, source.now, source.sdk(), clock).await?;
        while_valid(&home, &options, Box::pin(driver::run(&home, &options, source.now))).await
    };
    interruptible(Box::pin(work)).await
}

/// As [`collect_from`], in a runtime of its own.
///
/// # Errors
/// As [`collect_from`], and where the runtime cannot be started.
pub fn collect_from_blocking(
    source: &InProcess,
    options: &CollectOptions,
    observer: Arc<dyn Observer>,
) -> Result<Inventory, CollectError> {
    blocking(collect_from(source, options, observer))
}

/// As [`collect`], in a runtime of its own.
///
/// # Errors
/// As [`collect`], and where the runtime cannot be started.
pub fn collect_blocking(options: &CollectOptions, observer: Arc<dyn Observer>) -> Result<Inventory, CollectError> {
    blocking(collect(options, observer))
}

/// What a scan would cost in calls, time and money, without making it: accounts and regions are listed, nothing else.
///
/// # Errors
/// As [`collect`].
pub async fn estimate(options: &CollectOptions) -> Result<Estimate, CollectError> {
    let options = Arc::new(options.clone());
    let work = async {
        let home = sessions::home(&options, Arc::new(Unobserved), Clock::Wall.now()).await?;
        while_valid(&home, &options, Box::pin(estimate::run(&home, &options))).await
    };
    interruptible(Box::pin(work)).await
}

/// As [`estimate`], in a runtime of its own.
///
/// # Errors
/// As [`estimate`], and where the runtime cannot be started.
pub fn estimate_blocking(options: &CollectOptions) -> Result<Estimate, CollectError> {
    blocking(estimate(options))
}

fn blocking<T>(work: impl Future<Output = Result<T, CollectError>>) -> Result<T, CollectError> {
    blocking_in_own(work)
}

/// Runs the work in a runtime of its own.
fn blocking_in_own<T, E: From<CollectError>>(work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| CollectError::Runtime { message: error.to_string() })?;
    let outcome = runtime.block_on(work);
    // After Ctrl-C a thread may still be parsing a state; nobody waits for it.
    runtime.shutdown_background();
    outcome
}

/// Ends the work when the credentials that palisade runs on expire: everything after would be gaps that say nothing of AWS.
async fn while_valid<T>(
    home: &Home,
    options: &CollectOptions,
    work: impl Future<Output = Result<T, CollectError>>,
) -> Result<T, CollectError> {
    let expired = |message| CollectError::Expired { profile: options.profile.clone(), message };
    let done = tokio::select! {
        biased;
        message = home.site.shared.expired() => return Err(expired(message)),
        done = work => done,
    };
    match home.site.shared.has_expired() {
        Some(message) => Err(expired(message)),
        None => done,
    }
}

async fn interruptible<T>(work: impl Future<Output = Result<T, CollectError>>) -> Result<T, CollectError> {
    tokio::select! {
        done = work => done,
        signal = tokio::signal::ctrl_c() => match signal {
            Ok(()) => Err(CollectError::Interrupted),
            Err(error) => Err(CollectError::Runtime { message: error.to_string() }),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::replay::{Replay, run, sdk};

    #[test]
    fn expired_credentials_end_a_collection_that_has_begun() {
        let identity = "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/me</Arn>\
                        <Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";
        let replay = Replay::new()
            .on(&["Action=GetCallerIdentity"], 200, identity)
            .json_error(&["ListTables"], 400, "ExpiredTokenException", "The security token is expired")
            .json_error(&[], 403, "AccessDeniedException", "no");
        let options = Arc::new(CollectOptions { no_organization: true, ..CollectOptions::default() });
        let ended = run(async {
            let began = Clock::Wall.now();
            let home =
                sessions::home_with(&options, Arc::new(Unobserved), began, sdk(&replay), Clock::Wall).await.unwrap();
            while_valid(&home, &options, Box::pin(driver::run(&home, &options, began))).await
        });
        let error = ended.unwrap_err();
        assert!(matches!(error, CollectError::Expired { .. }), "{error}");
        assert!(error.to_string().contains("Log in again"), "{error}");
    }
}
