//! Who may do what, compiled once: the policies of the organization on the way to every account, and every principal with
//! its own.
//!
//! Knows `model` and `policy`. The decision worth knowing: a document that could not be read, or that is no policy, is a
//! policy that may say anything. It stands in its place as an allow and a deny that depend on a key that nobody knows
//! ([`UNREAD_KEY`]), so that neither "no deny" nor "denied" ever follows from it.

mod chains;
mod documents;
mod principals;
mod resources;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub(crate) use chains::{AccountChain, Chains};
use documents::Documents;
pub(crate) use documents::{Held, UNREAD_KEY};
pub(crate) use principals::{Principal, PrincipalKind};
pub(crate) use resources::{ResourcePolicies, policy_of};

use super::Context;
use crate::model::ids::{AccountId, Arn};

/// Everything that decides on calls in the scanned accounts.
pub(crate) struct Authority<'a> {
    /// The organization's policies, by account.
    pub(crate) chains: Chains,
    /// Every user and role of the scanned accounts, and each account's root user; sorted by account and ARN.
    pub(crate) principals: Vec<Principal<'a>>,
    /// The policies of resources that have some.
    pub(crate) resources: ResourcePolicies,
    /// Place in `principals` by ARN.
    by_arn: BTreeMap<String, usize>,
}

impl<'a> Authority<'a> {
    /// Compiles every policy of the inventory.
    pub(crate) fn new(cx: &Context<'a>) -> Self {
        let mut documents = Documents::default();
        let chains = Chains::new(cx, &mut documents);
        let principals = principals::list(cx, &mut documents);
        let resources = ResourcePolicies::new(cx, &mut documents);
        let by_arn = principals.iter().enumerate().map(|(at, one)| (one.arn.to_string(), at)).collect();
        Self { chains, principals, resources, by_arn }
    }

    /// The principal with this ARN.
    pub(crate) fn principal(&self, arn: &str) -> Option<&Principal<'a>> {
        self.by_arn.get(arn).and_then(|at| self.principals.get(*at))
    }

    /// The place of the principal with this ARN in the list.
    pub(crate) fn place(&self, arn: &str) -> Option<usize> {
        self.by_arn.get(arn).copied()
    }

    /// The principals of an account.
    pub(crate) fn of_account(&self, account: &AccountId) -> impl Iterator<Item = &Principal<'a>> {
        let from = self.principals.partition_point(|one| one.account < *account);
        let rest = self.principals.get(from..).unwrap_or_default();
        let account = account.clone();
        rest.iter().take_while(move |one| one.account == account)
    }

    /// The policy of a resource and what of it is unread; `None` where no such resource was seen.
    pub(crate) fn resource(&self, arn: &Arn) -> Option<&Held> {
        self.resources.get(arn)
    }
}
