//! KMS keys: those that something refers to, each once, in the place that the collector chooses.

use std::collections::{BTreeMap, BTreeSet};

use super::Faults;
use crate::demo::build::ReadPlace;
use crate::model::gap::{Answer, GapKind};
use crate::model::ids::{AccountId, Arn};
use crate::model::inventory::Inventory;
use crate::model::kms::Key;

pub(super) fn look(inventory: &Inventory, placed: &BTreeMap<ReadPlace, BTreeSet<Arn>>, faults: &mut Faults) {
    let none = BTreeSet::new();
    for account in &inventory.accounts {
        for (region, parts) in account.regions() {
            let Some(keys) = parts.kms.keys.value() else { continue };
            let mut at = faults.at(format_args!("{} {region} kms", account.id));
            let want = placed.get(&(account.id.clone(), region.clone())).unwrap_or(&none);
            let have: BTreeSet<Arn> = keys.iter().map(|key| key.reference.clone()).collect();
            for key in want.difference(&have) {
                at.need(false, format_args!("{key} is referred to and missing"));
            }
            for key in have.difference(want) {
                at.need(false, format_args!("{key} belongs elsewhere, or nothing refers to it"));
            }
            for key in keys {
                at.need(policy_fits(key, &account.id), format_args!("{}: its policy", key.reference));
            }
        }
    }
}

/// An AWS-managed key's policy is not asked for; another account's is not told; an undescribed key's is not asked.
fn policy_fits(key: &Key, asking: &AccountId) -> bool {
    match (&key.detail, &key.policy) {
        (Answer::Value(detail), policy) if detail.manager != "CUSTOMER" => policy.is_none(),
        (Answer::Value(detail), Some(Answer::Gap(gap))) if detail.account != *asking => gap.kind == GapKind::OutOfScope,
        (Answer::Value(detail), Some(_)) => detail.account == *asking,
        (Answer::Gap(detail), Some(Answer::Gap(policy))) => detail.kind == policy.kind && policy.attempts == 0,
        _ => false,
    }
}
