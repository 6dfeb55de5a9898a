//! What an account holds that edges aim at: roles by the services that they trust, users, groups and managed policies with
//! whoever has them. Imports the authority.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::analysis::Context;
use crate::analysis::authority::{Authority, PrincipalKind};
use crate::model::iam::{AuthorizationDetails, Group};
use crate::model::ids::{AccountId, Arn};
use crate::policy::{Document, Kind, Party, PolicySet};

/// The word under which roles that trust a SAML provider stand among services.
const SAML: &str = "saml";

/// A group or a managed policy, and the principals that it concerns, by place in the authority.
#[derive(Debug, Clone)]
pub(crate) struct Shared {
    pub(crate) arn: String,
    pub(crate) holders: Vec<usize>,
}

/// A group with what its own policies allow.
#[derive(Debug, Clone)]
pub(crate) struct Grouped {
    pub(crate) shared: Shared,
    pub(crate) policies: Arc<PolicySet>,
}

/// What an account holds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Estate {
    /// Every principal of it, by place.
    pub(crate) all: Vec<usize>,
    /// Roles that are not service-linked.
    pub(crate) roles: Vec<usize>,
    /// Users.
    pub(crate) users: Vec<usize>,
    /// Roles by the service that they trust.
    pub(crate) trusting: BTreeMap<String, Vec<usize>>,
    /// Groups.
    pub(crate) groups: Vec<Grouped>,
    /// Customer-managed policies that are attached to somebody.
    pub(crate) policies: Vec<Shared>,
    /// Those that bound somebody.
    pub(crate) boundaries: Vec<Shared>,
    /// Whether users and roles were read.
    pub(crate) read: bool,
}

/// Every scanned account's.
pub(crate) fn all(cx: &Context<'_>, authority: &Authority<'_>) -> BTreeMap<AccountId, Arc<Estate>> {
    let mut estates: BTreeMap<AccountId, Estate> = BTreeMap::new();
    for (at, principal) in authority.principals.iter().enumerate() {
        let estate = estates.entry(principal.account.clone()).or_default();
        if principal.service_linked() {
            continue;
        }
        estate.all.push(at);
        match principal.kind {
            PrincipalKind::Root => {}
            PrincipalKind::User => estate.users.push(at),
            PrincipalKind::Role => {
                estate.roles.push(at);
                let parties = principal.trust.iter().flat_map(|trust| trust.policies.parties());
                let services: BTreeSet<String> = parties.filter_map(service).collect();
                for service in services {
                    estate.trusting.entry(service).or_default().push(at);
                }
            }
        }
    }
    for account in &cx.inventory.accounts {
        let details = account.parts().and_then(|parts| parts.iam.authorization_details.value());
        let Some(details) = details else { continue };
        let estate = estates.entry(account.id.clone()).or_default();
        estate.read = true;
        share(authority, &account.id, details, estate);
    }
    estates.into_iter().map(|(account, estate)| (account, Arc::new(estate))).collect()
}

/// The service that a trust names, whatever the partition.
fn service(party: Party<'_>) -> Option<String> {
    match party {
        Party::Service(name) => Some(name.trim_end_matches(".cn").to_owned()),
        Party::Provider(arn) if arn.contains(":saml-provider/") => Some(SAML.to_owned()),
        _ => None,
    }
}

fn share(authority: &Authority<'_>, account: &AccountId, details: &AuthorizationDetails, estate: &mut Estate) {
    let mut groups: Vec<&Group> = details.groups.iter().collect();
    groups.sort_by(|a, b| a.arn.cmp(&b.arn));
    let mut attached: BTreeMap<&Arn, Vec<usize>> = BTreeMap::new();
    let mut bounds: BTreeMap<&Arn, Vec<usize>> = BTreeMap::new();
    let mut members: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for at in &estate.all {
        let Some(principal) = authority.principals.get(*at) else { continue };
        let (own, boundary): (&[Arn], _) = match (principal.role, principal.user) {
            (Some(role), _) => (&role.attached_policies, &role.permissions_boundary),
            (_, Some(user)) => (&user.attached_policies, &user.permissions_boundary),
            _ => (&[], &None),
        };
        let mut policies: BTreeSet<&Arn> = own.iter().collect();
        for name in principal.user.iter().flat_map(|user| &user.groups) {
            members.entry(name).or_default().push(*at);
            let group = groups.iter().find(|group| group.name == *name);
            policies.extend(group.iter().flat_map(|group| &group.attached_policies));
        }
        policies.into_iter().for_each(|arn| attached.entry(arn).or_default().push(*at));
        boundary.iter().for_each(|arn| bounds.entry(arn).or_default().push(*at));
    }
    // AWS's own policies nobody rewrites.
    let own = |map: BTreeMap<&Arn, Vec<usize>>| {
        let customers = map.into_iter().filter(|(arn, _)| arn.account().as_ref() == Some(account));
        customers.map(|(arn, holders)| Shared { arn: arn.to_string(), holders }).collect()
    };
    estate.policies = own(attached);
    estate.boundaries = own(bounds);
    estate.groups = groups
        .into_iter()
        .map(|group| Grouped {
            shared: Shared {
                arn: group.arn.to_string(),
                holders: members.remove(group.name.as_str()).unwrap_or_default(),
            },
            policies: Arc::new(policies_of(group, details)),
        })
        .collect();
}

/// What a group's own policies allow. One that is no policy adds nothing here; its members carry the gap.
fn policies_of(group: &Group, details: &AuthorizationDetails) -> PolicySet {
    let inline = group.inline_policies.iter().map(|policy| (format!("inline:{}", policy.name), Some(&policy.document)));
    let managed = group.attached_policies.iter().map(|arn| {
        let policy = details.policies.iter().find(|policy| policy.arn == *arn);
        (arn.to_string(), policy.and_then(|policy| policy.document.as_ref()))
    });
    let mut all: Vec<_> = inline.chain(managed).collect();
    all.sort();
    PolicySet::new(all.into_iter().filter_map(|(name, text)| {
        let document = Document::read(Kind::Identity, text?).ok()?;
        Some((format!("group/{}/{name}", group.name), document))
    }))
}
