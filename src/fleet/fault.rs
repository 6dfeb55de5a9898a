//! Failures to order: for tests of whoever reads AWS, what happens when one operation goes wrong.

use crate::model::ids::{AccountId, Region};
use crate::model::operation::Operation;

/// How an operation goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// No policy allows it.
    Denied,
    /// A service control policy denies it.
    DeniedByScp,
    /// It is throttled at every try.
    Throttled,
    /// The service fails at every try.
    ServerError,
    /// Nothing ever comes back.
    Silence,
    /// The connection breaks.
    Broken,
    /// What comes back is no document of the protocol's.
    Garbage,
    /// The answer breaks off in the middle.
    Cut,
    /// Each page of a list names the same next one.
    SameToken,
    /// The service answers with a code that nobody knows.
    Strange,
    /// The account has not switched the region on.
    RegionOff,
}

impl Fault {
    /// Every fault.
    pub const ALL: &'static [Self] = &[
        Self::Denied,
        Self::DeniedByScp,
        Self::Throttled,
        Self::ServerError,
        Self::Silence,
        Self::Broken,
        Self::Garbage,
        Self::Cut,
        Self::SameToken,
        Self::Strange,
        Self::RegionOff,
    ];
}

/// A fault and where it strikes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The operation.
    pub operation: Operation,
    /// How it goes wrong.
    pub fault: Fault,
    /// The account; `None`: every one.
    pub account: Option<AccountId>,
    /// The region; `None`: every one.
    pub region: Option<Region>,
}

impl Order {
    /// A fault of an operation wherever it is called.
    #[must_use]
    pub fn everywhere(operation: Operation, fault: Fault) -> Self {
        Self { operation, fault, account: None, region: None }
    }

    pub(super) fn strikes(&self, operation: Operation, account: &AccountId, region: &Region) -> bool {
        self.operation == operation
            && self.account.as_ref().is_none_or(|wanted| wanted == account)
            && self.region.as_ref().is_none_or(|wanted| wanted == region)
    }
}
