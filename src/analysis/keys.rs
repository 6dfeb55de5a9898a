//! KMS keys by the references that lead to them.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Context;
use super::context::item_gap;
use crate::model::facts::Unread;
use crate::model::gap::{Answer, Collected, Gap, GapKind};
use crate::model::ids::{AccountId, Arn, Region};
use crate::model::kms::KeyDetail;
use crate::model::operation::{Collection, Operation};

/// What is known of a reference to a key.
pub(crate) enum Found<'a> {
    /// What AWS says of the key, and when it said so.
    Key(&'a KeyDetail, Timestamp),
    /// Why it is not known.
    Unread(Unread),
}

/// Every key that was read.
pub(crate) struct Keys<'a> {
    known: BTreeMap<&'a Arn, (&'a KeyDetail, Timestamp)>,
    gaps: BTreeMap<(&'a AccountId, &'a Region, &'a Arn), &'a Gap>,
    lists: BTreeMap<(&'a AccountId, &'a Region), &'a Gap>,
}

impl<'a> Keys<'a> {
    /// Reads the inventory once.
    pub(crate) fn new(cx: &Context<'a>) -> Self {
        let mut keys = Self { known: BTreeMap::new(), gaps: BTreeMap::new(), lists: BTreeMap::new() };
        for account in &cx.inventory.accounts {
            for (region, parts) in account.regions() {
                match &parts.kms.keys {
                    Collected::Read(read) => {
                        for key in &read.value {
                            match &key.detail {
                                Answer::Value(detail) => {
                                    keys.know(&key.reference, detail, read.read_at);
                                    keys.know(&detail.arn, detail, read.read_at);
                                }
                                Answer::Gap(gap) => {
                                    keys.gaps.insert((&account.id, region, &key.reference), gap);
                                }
                            }
                        }
                    }
                    Collected::Gap(gap) => {
                        keys.lists.insert((&account.id, region), gap);
                    }
                    Collected::NotOffered { .. } => {}
                }
            }
        }
        keys
    }

    /// The same key may be described from several accounts; the latest answer holds.
    fn know(&mut self, arn: &'a Arn, detail: &'a KeyDetail, read_at: Timestamp) {
        let later =
            |(known, at): &(&KeyDetail, Timestamp)| (*at, known.state.as_str()) < (read_at, detail.state.as_str());
        if self.known.get(arn).is_none_or(later) {
            self.known.insert(arn, (detail, read_at));
        }
    }

    /// What is known of a key that something in this account and region refers to.
    pub(crate) fn find(&self, account: &AccountId, region: &Region, reference: &Arn) -> Found<'a> {
        if let Some((detail, read_at)) = self.known.get(reference) {
            return Found::Key(detail, *read_at);
        }
        let gap = self.gaps.get(&(account, region, reference)).or_else(|| self.lists.get(&(account, region)));
        let unread = |gap: &Gap| item_gap(account, Some(region), Collection::KmsKeys, gap);
        Found::Unread(match gap {
            Some(gap) => unread(gap),
            None => unread(&Gap::not_made(
                GapKind::Malformed,
                Operation::KmsDescribeKey,
                format!(
                    "the inventory holds no answer about the key {reference}, which something in {region} refers to"
                ),
            )),
        })
    }
}

/// A key as a bucket names it (key id, alias or ARN), as an ARN of the bucket's account and region.
pub(crate) fn reference(text: &str, partition: &str, account: &AccountId, region: &Region) -> Option<Arn> {
    if text.starts_with("arn:") {
        return text.parse().ok();
    }
    let resource = if text.starts_with("alias/") { text.to_owned() } else { format!("key/{text}") };
    format!("arn:{partition}:kms:{region}:{account}:{resource}").parse().ok()
}
