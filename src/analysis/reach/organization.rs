//! The organization's control planes: whoever governs stack sets, Identity Center or root access from the management
//! account, or from one that they are delegated to, is administrator of every member. Imports the builder.
//!
//! Follows <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services_list.html>.

use std::collections::{BTreeMap, BTreeSet};

use super::build::Builder;
use super::class::Class;
use super::edges::{self, Aim, EdgeKind, Gain, On as ActsOn};
use super::graph::{Edge, IS, Node, NodeId};
use super::judge::Strength;
use crate::analysis::authority::PrincipalKind;
use crate::analysis::environment::organizational;
use crate::model::ids::{AccountId, Arn};
use crate::model::operation::Collection;

/// The accounts that a service is delegated to, and whether it is on at all.
struct Planes {
    management: AccountId,
    delegated: BTreeMap<String, BTreeSet<AccountId>>,
    trusted: Option<Vec<String>>,
    features: Option<Vec<String>>,
}

/// Adds the edges of the control planes.
pub(super) fn link(builder: &mut Builder<'_, '_>) {
    let Some(planes) = planes(builder) else { return };
    let mut hubs: BTreeMap<(Gain, &str), NodeId> = BTreeMap::new();
    for (kind, edge) in (0_u16..).zip(edges::all()) {
        if edge.aim != Aim::Members {
            continue;
        }
        let service = edge.trusts.as_deref().unwrap_or("");
        let mut from: BTreeSet<AccountId> = planes.delegated.get(service).cloned().unwrap_or_default();
        from.insert(planes.management.clone());
        let callers: Vec<(usize, Class)> = builder
            .classes
            .list
            .iter()
            .enumerate()
            .filter(|(_, class)| from.contains(&class.account))
            .map(|(at, class)| (at, class.clone()))
            .collect();
        for (at, class) in callers {
            let strength = strength(builder, &planes, &class, edge);
            if strength == Strength::No {
                continue;
            }
            let to = match hubs.get(&(edge.gain, service)) {
                Some(hub) => *hub,
                None => {
                    let hub = members(builder, &planes, edge);
                    hubs.insert((edge.gain, service), hub);
                    hub
                }
            };
            let from = builder.graph.node(Node::Class(at));
            builder.graph.link(from, Edge { to, kind, strength, witness: None });
        }
    }
}

fn planes(builder: &mut Builder<'_, '_>) -> Option<Planes> {
    let organization = builder.cx.inventory.organization.as_ref()?;
    let management = builder.authority.chains.management.clone()?;
    let mut delegated: BTreeMap<String, BTreeSet<AccountId>> = BTreeMap::new();
    for administrator in organization.delegated_administrators.items() {
        let gap = administrator.services.gap();
        let collection = Collection::OrganizationDelegatedAdministrators;
        builder.unread.extend(gap.map(|gap| organizational(collection, gap)));
        for service in administrator.services.value().into_iter().flatten() {
            // Stack sets are trusted under two names.
            let name = match service.as_str() {
                "stacksets.cloudformation.amazonaws.com" => "member.org.stacksets.cloudformation.amazonaws.com",
                other => other,
            };
            delegated.entry(name.to_owned()).or_default().insert(administrator.id.clone());
        }
    }
    let gaps = [
        (Collection::OrganizationDelegatedAdministrators, organization.delegated_administrators.gap()),
        (Collection::OrganizationTrustedServices, organization.trusted_services.gap()),
        (Collection::OrganizationCentralRoot, organization.central_root_features.gap()),
        (Collection::OrganizationAccounts, organization.accounts.gap()),
    ];
    builder.unread.extend(gaps.iter().filter_map(|(collection, gap)| gap.map(|gap| organizational(*collection, gap))));
    Some(Planes {
        management,
        delegated,
        trusted: organization.trusted_services.value().cloned(),
        features: organization.central_root_features.value().cloned(),
    })
}

/// How surely a class governs members that way.
fn strength(builder: &Builder<'_, '_>, planes: &Planes, class: &Class, edge: &EdgeKind) -> Strength {
    let root_session = edge.kind == "assume-root";
    // AssumeRoot refuses root credentials.
    if (root_session && class.kind == PrincipalKind::Root) || !class.names_all(edge) {
        return Strength::No;
    }
    let mut strength = if edge.when.is_some() { Strength::Conditional } else { Strength::Sure };
    let on_some = |action: &str, on: &str| builder.judge.on_some(&class.who(), action, on, &class.account);
    for (action, on) in &edge.actions {
        if let ActsOn::Some(on) = on {
            strength = strength.min(on_some(action, on));
        }
        if strength == Strength::No {
            return strength;
        }
    }
    // What is off the management account may switch on.
    let off =
        |known: &Option<Vec<String>>, word: &str| known.as_ref().is_some_and(|list| !list.iter().any(|w| w == word));
    let service = edge.trusts.as_deref();
    let older = planes.trusted.iter().flatten().any(|one| one == "stacksets.cloudformation.amazonaws.com");
    let stack_sets = service == Some("member.org.stacksets.cloudformation.amazonaws.com") && older;
    if service.is_some_and(|service| off(&planes.trusted, service)) && !stack_sets && edge.kind != "root-mailbox" {
        strength = strength.min(Strength::Conditional).min(on_some("organizations:EnableAWSServiceAccess", "*"));
    }
    if root_session && off(&planes.features, "RootSessions") {
        strength = strength.min(on_some("iam:EnableOrganizationsRootSessions", "*"));
    }
    strength
}

/// The hub that leads to an administrator of every member, or to its root user.
fn members(builder: &mut Builder<'_, '_>, planes: &Planes, edge: &EdgeKind) -> NodeId {
    let hub = builder.fresh_hub();
    let partition = &builder.cx.inventory.caller.partition;
    let accounts: Vec<AccountId> = builder.authority.chains.accounts().map(|(id, _)| id.clone()).collect();
    for account in accounts.into_iter().filter(|account| *account != planes.management) {
        if edge.gain == Gain::Root {
            let root = Arn::account_root(partition, &account);
            let root = builder.authority.place(root.as_str()).and_then(|at| builder.graph.principal(at));
            if let Some(to) = root {
                builder.graph.link(hub, Edge { to, kind: IS, strength: Strength::Sure, witness: None });
            }
            continue;
        }
        if let Some(class) = builder.administrators.get(&account).copied() {
            builder.link_class(hub, class, IS, Strength::Sure, None);
        }
        // They act through roles that guards may exempt by name.
        let own = match edge.trusts.as_deref() {
            Some("sso.amazonaws.com") => "AWSReservedSSO_",
            Some(_) => "stacksets-exec-",
            None => continue,
        };
        let roles: Vec<NodeId> = builder
            .authority
            .of_account(&account)
            .filter(|one| one.role.is_some_and(|role| role.name.starts_with(own)))
            .filter_map(|one| builder.authority.place(one.arn.as_str()).and_then(|at| builder.graph.principal(at)))
            .collect();
        for to in roles {
            builder.graph.link(hub, Edge { to, kind: IS, strength: Strength::Sure, witness: None });
        }
    }
    hub
}
