//! What all sites share: limits, ledger, observer, and the one way to end a collection early.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, Semaphore};

use super::clock::Clock;
use super::ledger::Ledger;
use super::limits::Limits;
use crate::model::ids::AccountId;
use crate::model::operation::Operation;

/// State objects read at once, over all accounts: each takes a thread and what its state keeps.
const BODIES_AT_ONCE: usize = 16;

/// Told how a collection goes, for a progress line. It never changes what is collected.
pub trait Observer: Send + Sync {
    /// The number of accounts to scan is known.
    fn accounts(&self, total: usize) {
        let _ = total;
    }
    /// An account is done; `entered` is false where the role could not be assumed.
    fn account_done(&self, account: &AccountId, entered: bool) {
        let _ = (account, entered);
    }
    /// A call ended after `attempts` tries, of which `throttles` were asked to slow down.
    fn called(&self, operation: Operation, attempts: u32, throttles: u32) {
        let _ = (operation, attempts, throttles);
    }
}

/// An observer that looks away.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unobserved;

impl Observer for Unobserved {}

/// What all sites of one collection share.
pub(super) struct Shared {
    pub(super) limits: Limits,
    /// Places for state objects whose bytes are passing through: such a call ends long after its answer began.
    pub(super) bodies: Semaphore,
    pub(super) ledger: Ledger,
    pub(super) observer: Arc<dyn Observer>,
    /// Whether an endpoint URL is set: what answers need not be AWS.
    pub(super) custom_endpoint: bool,
    /// What time it is.
    pub(super) clock: Clock,
    expired: Mutex<Option<String>>,
    ended: Notify,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl Shared {
    pub(super) fn new(concurrency: usize, custom_endpoint: bool, observer: Arc<dyn Observer>, clock: Clock) -> Self {
        Self {
            limits: Limits::new(concurrency),
            bodies: Semaphore::new(concurrency.clamp(1, BODIES_AT_ONCE)),
            ledger: Ledger::default(),
            observer,
            custom_endpoint,
            clock,
            expired: Mutex::new(None),
            ended: Notify::new(),
        }
    }

    /// The credentials that palisade runs on no longer hold.
    pub(super) fn expire(&self, message: &str) {
        self.expired.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| message.to_owned());
        self.ended.notify_one();
    }

    /// What AWS said, where the credentials no longer hold.
    pub(super) fn has_expired(&self) -> Option<String> {
        self.expired.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until the credentials no longer hold, and gives what AWS said.
    pub(super) async fn expired(&self) -> String {
        loop {
            if let Some(message) = self.has_expired() {
                return message;
            }
            self.ended.notified().await;
        }
    }
}
