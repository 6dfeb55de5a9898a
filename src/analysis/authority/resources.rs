//! The policies of resources: buckets, tables, vaults, keys, and the trust of roles through [`super::Principal`].

use std::collections::BTreeMap;
use std::sync::Arc;

use super::documents::{Documents, Held, Named, Place};
use crate::analysis::Context;
use crate::analysis::context::item_gap;
use crate::analysis::environment::organizational;
use crate::model::gap::{Collected, Gap};
use crate::model::ids::{AccountId, Arn, Region};
use crate::model::operation::{Collection, Operation};
use crate::policy::{Kind, PolicySet, ResourcePolicy};

/// The policy of every resource that was seen and that can have one.
#[derive(Debug, Clone, Default)]
pub(crate) struct ResourcePolicies(BTreeMap<Arn, Held>);

impl ResourcePolicies {
    /// The policy of a resource: an empty set where it has none; `None` where the resource was not seen.
    pub(crate) fn get(&self, arn: &Arn) -> Option<&Held> {
        self.0.get(arn)
    }

    /// Every policy.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Held> {
        self.0.values()
    }

    pub(super) fn new(cx: &Context<'_>, documents: &mut Documents) -> Self {
        let mut policies = BTreeMap::new();
        for account in &cx.inventory.accounts {
            let Some(parts) = account.parts() else { continue };
            let mut taker = Taker { account: &account.id, documents: &mut *documents, policies: &mut policies };
            for bucket in parts.s3.buckets.items() {
                let region = bucket.region.value();
                let text = bucket.policy.value().map(Option::as_deref).ok_or(bucket.policy.gap());
                taker.take(&bucket.arn, region, Collection::S3BucketPolicy, Operation::S3GetBucketPolicy, text);
            }
            for (region, parts) in account.regions() {
                let region = Some(region);
                for table in parts.dynamodb.tables.items() {
                    let text = table.resource_policy.value().map(Option::as_deref).ok_or(table.resource_policy.gap());
                    let collection = Collection::DynamoDbResourcePolicies;
                    taker.take(&table.arn, region, collection, Operation::DynamoDbGetResourcePolicy, text);
                }
                for vault in parts.backup.vaults.items() {
                    let text = vault.policy.value().map(Option::as_deref).ok_or(vault.policy.gap());
                    let collection = Collection::BackupVaultPolicies;
                    taker.take(&vault.arn, region, collection, Operation::BackupGetBackupVaultAccessPolicy, text);
                }
                for key in parts.kms.keys.items() {
                    // A key that is another account's, or AWS's own, has no policy that can be read or changed here.
                    let (Some(detail), Some(policy)) = (key.detail.value(), &key.policy) else { continue };
                    let text = policy.value().map(|text| Some(text.as_str())).ok_or(policy.gap());
                    taker.take(&detail.arn, region, Collection::KmsKeyPolicies, Operation::KmsGetKeyPolicy, text);
                }
            }
        }
        if let Some((arn, held)) = delegation(cx, documents) {
            policies.insert(arn, held);
        }
        Self(policies)
    }
}

/// The organization's own resource policy, which delegates policies to members; under the organization's ARN.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html>
fn delegation(cx: &Context<'_>, documents: &mut Documents) -> Option<(Arn, Held)> {
    let organization = cx.inventory.organization.as_ref()?;
    let arn = organization.description.value()?.as_ref()?.arn.clone();
    let collection = Collection::OrganizationResourcePolicy;
    let operation = Operation::OrganizationsDescribeResourcePolicy;
    let text = match &organization.resource_policy {
        Collected::Read(read) => read.value.as_deref().map(Ok),
        Collected::NotOffered { .. } => None,
        Collected::Gap(gap) => Some(Err(organizational(collection, gap))),
    };
    let named = text.map(|text| Named { name: "delegation policy".to_owned(), text });
    let place = Place { account: None, region: None, collection, operation };
    Some((arn, documents.set(Kind::Resource, named.into_iter().collect(), place)))
}

struct Taker<'a, 'd> {
    account: &'a AccountId,
    documents: &'d mut Documents,
    policies: &'d mut BTreeMap<Arn, Held>,
}

impl Taker<'_, '_> {
    fn take(
        &mut self,
        arn: &Arn,
        region: Option<&Region>,
        collection: Collection,
        operation: Operation,
        text: Result<Option<&str>, Option<&Gap>>,
    ) {
        let name = arn.to_string();
        let named = match text {
            Ok(None) => None,
            Ok(Some(text)) => Some(Named { name, text: Ok(text) }),
            Err(None) => return,
            Err(Some(gap)) => Some(Named { name, text: Err(item_gap(self.account, region, collection, gap)) }),
        };
        let place = Place { account: Some(self.account), region, collection, operation };
        let held = self.documents.set(Kind::Resource, named.into_iter().collect(), place);
        self.policies.insert(arn.clone(), held);
    }
}

/// How a resource's policy enters a decision: one that is empty is none.
pub(crate) fn policy_of(held: Option<&Arc<PolicySet>>) -> ResourcePolicy<'_> {
    match held {
        Some(set) if !set.is_empty() => ResourcePolicy::Given(set),
        _ => ResourcePolicy::None,
    }
}
