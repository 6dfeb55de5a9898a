//! The policies of the organization on the way to every account; equal ways are compiled once.
//!
//! Follows <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html>.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::documents::{Documents, Held, Named, Place};
use crate::analysis::Context;
use crate::analysis::environment::organizational;
use crate::model::facts::Unread;
use crate::model::gap::{Collected, Gap, GapKind};
use crate::model::ids::AccountId;
use crate::model::operation::{Collection, Operation};
use crate::model::organization::{Account, OrganizationInventory, Policy};
use crate::policy::{Chain, Kind};

/// What applies to one account.
#[derive(Debug, Clone)]
pub(crate) struct AccountChain {
    /// The compiled levels; shared by accounts of equal ways.
    pub(crate) scps: Arc<Chain>,
    /// Likewise, of resource control policies.
    pub(crate) rcps: Arc<Chain>,
    /// The ids on the way from the root down to the account itself, as the levels of the chains are named; the account's own
    /// level has its id.
    pub(crate) path: Vec<String>,
    /// What of the way is unread.
    pub(crate) unread: Vec<Unread>,
    /// Whether it is the management account: SCPs do not bind its principals, nor RCPs its resources.
    pub(crate) management: bool,
}

/// The chains of every account.
#[derive(Debug, Clone, Default)]
pub(crate) struct Chains {
    accounts: BTreeMap<AccountId, AccountChain>,
    /// What applies to accounts that the organization does not list.
    otherwise: Option<AccountChain>,
    /// The management account, where it is known.
    pub(crate) management: Option<AccountId>,
    /// The organization's id, where it is known.
    pub(crate) organization: Option<String>,
}

impl Chains {
    /// What applies to an account.
    pub(crate) fn of(&self, account: &AccountId) -> Option<&AccountChain> {
        self.accounts.get(account).or(self.otherwise.as_ref())
    }

    /// Every account of the organization with what applies to it.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = (&AccountId, &AccountChain)> {
        self.accounts.iter()
    }

    pub(super) fn new(cx: &Context<'_>, documents: &mut Documents) -> Self {
        let Some(organization) = &cx.inventory.organization else {
            let gap = Gap::not_made(
                GapKind::OutOfScope,
                Operation::OrganizationsDescribeOrganization,
                "the organization was left out with --no-organization",
            );
            return Self::unknown(documents, organizational(Collection::OrganizationDescription, &gap));
        };
        let described = match &organization.description {
            Collected::Read(read) => read.value.as_ref(),
            Collected::NotOffered { .. } => None,
            Collected::Gap(gap) => {
                return Self::unknown(documents, organizational(Collection::OrganizationDescription, gap));
            }
        };
        let Some(described) = described else {
            return Self { otherwise: Some(AccountChain::free()), ..Self::default() };
        };
        let mut chains = Self {
            management: Some(described.management_account.clone()),
            organization: Some(described.id.clone()),
            ..Self::default()
        };
        let mut builder = Builder { organization, documents, known: BTreeMap::new() };
        chains.accounts = organization
            .accounts
            .items()
            .iter()
            .map(|account| (account.id.clone(), builder.chain(account, account.id == described.management_account)))
            .collect();
        // An account that palisade entered and that the organization does not list: outside it, unless the list is unread.
        chains.otherwise = Some(match organization.accounts.gap() {
            Some(gap) => {
                let unread = organizational(Collection::OrganizationAccounts, gap);
                AccountChain::unknown(builder.documents, unread)
            }
            None => AccountChain::free(),
        });
        chains
    }

    fn unknown(documents: &mut Documents, unread: Unread) -> Self {
        Self { otherwise: Some(AccountChain::unknown(documents, unread)), ..Self::default() }
    }
}

impl AccountChain {
    /// No policies of an organization apply.
    fn free() -> Self {
        Self {
            scps: Arc::new(Chain::default()),
            rcps: Arc::new(Chain::default()),
            path: Vec::new(),
            unread: Vec::new(),
            management: false,
        }
    }

    /// Nothing is known of what applies.
    fn unknown(documents: &mut Documents, unread: Unread) -> Self {
        let mut level = |kind, collection| {
            let held = documents.set(kind, vec![unread_policy("organization", &unread)], place(collection));
            Arc::new(Chain::new([("organization", (*held.policies).clone())]))
        };
        Self {
            scps: level(Kind::Scp, Collection::OrganizationScps),
            rcps: level(Kind::Rcp, Collection::OrganizationRcps),
            path: Vec::new(),
            unread: vec![unread],
            management: false,
        }
    }
}

fn unread_policy(name: &str, unread: &Unread) -> Named<'static> {
    Named { name: name.to_owned(), text: Err(unread.clone()) }
}

fn place(collection: Collection) -> Place<'static> {
    Place { account: None, region: None, collection, operation: Operation::OrganizationsDescribePolicy }
}

/// A level's policies: their places in the organization's list, and what of them is unread.
type Key = (Kind, Vec<String>);

struct Builder<'a, 'd> {
    organization: &'a OrganizationInventory,
    documents: &'d mut Documents,
    known: BTreeMap<Key, (Arc<Chain>, Vec<Unread>)>,
}

impl Builder<'_, '_> {
    fn chain(&mut self, account: &Account, management: bool) -> AccountChain {
        let (path, gaps) = self.path(account);
        let (scps, unread_scps) = self.levels(Kind::Scp, &path, &gaps);
        let (rcps, unread_rcps) = self.levels(Kind::Rcp, &path, &gaps);
        let mut unread: Vec<Unread> = gaps.into_iter().chain(unread_scps).chain(unread_rcps).collect();
        unread.sort();
        unread.dedup();
        AccountChain { scps, rcps, path, unread, management }
    }

    /// The ids from the root down to the account, and what keeps the way from being complete.
    fn path(&self, account: &Account) -> (Vec<String>, Vec<Unread>) {
        let mut path = vec![account.id.to_string()];
        let mut gaps = Vec::new();
        let mut at = account.parent.clone();
        if at.is_none() {
            gaps.push(lost(&format!("the organizational unit of account {} is not known", account.id)));
        }
        // Organizations are five units deep at most; a circle in a broken inventory ends the walk as well.
        while let Some(id) = at.take() {
            if path.len() > 16 {
                gaps.push(lost(&format!("the units above account {} make a circle", account.id)));
                break;
            }
            path.push(id.clone());
            if id.starts_with("r-") {
                break;
            }
            match self.organization.units.items().iter().find(|unit| unit.id == id) {
                Some(unit) => at = Some(unit.parent.clone()),
                None => gaps.push(match self.organization.units.gap() {
                    Some(gap) => organizational(Collection::OrganizationUnits, gap),
                    None => lost(&format!("the unit {id} above account {} is not listed", account.id)),
                }),
            }
        }
        path.reverse();
        (path, gaps)
    }

    fn levels(&mut self, kind: Kind, path: &[String], gaps: &[Unread]) -> (Arc<Chain>, Vec<Unread>) {
        let (policies, collection, word) = match kind {
            Kind::Rcp => (&self.organization.rcps, Collection::OrganizationRcps, "RESOURCE_CONTROL_POLICY"),
            _ => (&self.organization.scps, Collection::OrganizationScps, "SERVICE_CONTROL_POLICY"),
        };
        // Where a level is missing, anything may apply besides what is known to.
        let mut unknown: Vec<Unread> = gaps.to_vec();
        let mut counts = false;
        match self.status(word) {
            Ok(Some("ENABLED")) => counts = true,
            Ok(None | Some("DISABLED")) => return (Arc::new(Chain::default()), Vec::new()),
            Ok(Some(other)) => unknown.push(lost(&format!("{word} is {other} at the root"))),
            Err(unread) => unknown.push(*unread),
        }
        let list = match policies {
            // Where nobody knows whether such policies count at all, none of them surely denies.
            Collected::Read(read) => {
                if counts {
                    read.value.as_slice()
                } else {
                    &[]
                }
            }
            Collected::NotOffered { .. } => return (Arc::new(Chain::default()), Vec::new()),
            Collected::Gap(gap) => {
                unknown.push(organizational(collection, gap));
                &[]
            }
        };
        let first = unknown.first().cloned();
        let levels: Vec<(String, Vec<Named<'_>>)> = path
            .iter()
            .map(|id| {
                let mut attached: Vec<Named<'_>> =
                    list.iter().filter_map(|policy| attached(policy, id, collection)).collect();
                attached.extend(first.as_ref().map(|unread| unread_policy("unread", unread)));
                attached.sort_by(|a, b| a.name.cmp(&b.name));
                (id.clone(), attached)
            })
            .collect();
        let key = (kind, levels.iter().map(|(id, list)| signature(id, list)).collect::<Vec<_>>());
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let mut unread = unknown;
        let mut compiled = Vec::new();
        for (id, list) in levels {
            let Held { policies, unread: more } = self.documents.set(kind, list, place(collection));
            unread.extend(more);
            compiled.push((id, (*policies).clone()));
        }
        let chain = (Arc::new(Chain::new(compiled)), unread);
        self.known.insert(key, chain.clone());
        chain
    }

    /// The status of a policy type at the root; `None` where it is not listed, which AWS writes for "not enabled".
    fn status(&self, word: &str) -> Result<Option<&str>, Box<Unread>> {
        match &self.organization.roots {
            Collected::Read(read) => {
                Ok(read.value.first().and_then(|root| root.policy_types.get(word)).map(String::as_str))
            }
            Collected::NotOffered { .. } => Ok(None),
            Collected::Gap(gap) => Err(Box::new(organizational(Collection::OrganizationRoots, gap))),
        }
    }
}

/// Tells the levels of chains apart.
fn signature(id: &str, list: &[Named<'_>]) -> String {
    let names = list.iter().map(|named| match &named.text {
        Ok(_) => named.name.clone(),
        Err(unread) => format!("{}!{:?}", named.name, unread.gap.kind),
    });
    format!("{id}={}", names.collect::<Vec<_>>().join(","))
}

/// The policy, where it is attached to the place, or may be.
fn attached<'p>(policy: &'p Policy, id: &str, collection: Collection) -> Option<Named<'p>> {
    let name = policy.id.clone();
    match &policy.targets {
        crate::model::gap::Answer::Value(targets) => targets.iter().any(|target| target.id == id).then(|| Named {
            name,
            text: policy.document.value().map(String::as_str).ok_or_else(|| unread_document(policy, collection)),
        }),
        // Nobody knows where it is attached: it may be here.
        crate::model::gap::Answer::Gap(gap) => Some(Named { name, text: Err(organizational(collection, gap)) }),
    }
}

fn unread_document(policy: &Policy, collection: Collection) -> Unread {
    let none = || Gap::not_made(GapKind::Malformed, Operation::OrganizationsDescribePolicy, "no document");
    organizational(collection, &policy.document.gap().cloned().unwrap_or_else(none))
}

fn lost(message: &str) -> Unread {
    let gap = Gap::not_made(GapKind::Malformed, Operation::OrganizationsListAccountsForParent, message);
    organizational(Collection::OrganizationUnits, &gap)
}
