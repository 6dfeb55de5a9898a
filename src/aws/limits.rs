//! How many calls are in flight: over all, and per (account, service), whose API rates are counted per account.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::model::ids::AccountId;

/// The places that there are.
#[derive(Debug)]
pub(super) struct Limits {
    all: Arc<Semaphore>,
    services: Mutex<BTreeMap<(AccountId, &'static str), Arc<Semaphore>>>,
}

/// A place in both limits; dropping it frees both.
#[derive(Debug)]
pub(super) struct Place(#[expect(dead_code, reason = "held for its drop")] [Option<OwnedSemaphorePermit>; 2]);

impl Limits {
    /// At most `concurrency` calls in flight.
    pub(super) fn new(concurrency: usize) -> Self {
        Self { all: Arc::new(Semaphore::new(concurrency.max(1))), services: Mutex::default() }
    }

    /// Waits for a place. The service's comes first: whoever waits for that must not hold one of the common places.
    pub(super) async fn place(&self, account: &AccountId, service: &'static str) -> Place {
        let service = {
            let mut services = self.services.lock().unwrap_or_else(PoisonError::into_inner);
            let slots = services
                .entry((account.clone(), service))
                .or_insert_with(|| Arc::new(Semaphore::new(in_flight_per_account(service))));
            Arc::clone(slots)
        };
        // Neither semaphore is ever closed; an error would only mean "no limit".
        let service = service.acquire_owned().await.ok();
        let all = Arc::clone(&self.all).acquire_owned().await.ok();
        Place([service, all])
    }
}

/// The calls that one account's service is asked at once. The slow ones are those whose documented rates are a few per
/// second and account (<https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>, 2026-07);
/// adaptive retries do the rest.
const fn in_flight_per_account(service: &'static str) -> usize {
    match service.as_bytes() {
        b"organizations" | b"account" => 2,
        b"iam" => 4,
        b"backup" => 8,
        b"s3" => 32,
        _ => 16,
    }
}
