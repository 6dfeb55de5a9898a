//! Every user and role of the scanned accounts with its own policies, and the accounts' root users.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::documents::{Documents, Held, Named, Place};
use crate::analysis::Context;
use crate::analysis::context::item_gap;
use crate::model::facts::Unread;
use crate::model::gap::{Gap, GapKind};
use crate::model::iam::{AuthorizationDetails, InlinePolicy, Role, User};
use crate::model::ids::{AccountId, Arn};
use crate::model::inventory::AccountInventory;
use crate::model::operation::{Collection, Operation};
use crate::policy::{Caller, Context as Keys, Fact, Kind};

/// What kind of principal it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PrincipalKind {
    /// An IAM role.
    Role,
    /// An IAM user.
    User,
    /// An account's root user.
    Root,
}

/// A principal with its own policies, compiled.
pub(crate) struct Principal<'a> {
    /// Its account.
    pub(crate) account: AccountId,
    /// Its ARN, path included.
    pub(crate) arn: Arn,
    /// What it is.
    pub(crate) kind: PrincipalKind,
    /// What its identity policies and those of its groups say; `None` for root, which none bind.
    pub(crate) identity: Option<Held>,
    /// Its permissions boundary.
    pub(crate) boundary: Option<Held>,
    /// Who may assume it, for a role.
    pub(crate) trust: Option<Held>,
    /// As the inventory has it, for a role.
    pub(crate) role: Option<&'a Role>,
    /// Likewise, for a user.
    pub(crate) user: Option<&'a User>,
    /// How policies see it. A role is meant whatever its session.
    pub(crate) caller: Caller,
    /// What is known of the keys of its requests: its ARN, account and tags. Session tags may come on top of a role's own,
    /// so that tags it does not have are unknown, and so are those of its own that a session may override.
    pub(crate) keys: Arc<Keys>,
}

impl Principal<'_> {
    /// What of its own policies is unread.
    pub(crate) fn unread(&self) -> impl Iterator<Item = &Unread> {
        [&self.identity, &self.boundary].into_iter().flatten().flat_map(|held| &held.unread)
    }

    /// Whether it is a service-linked role: its path tells
    /// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html>).
    pub(crate) fn service_linked(&self) -> bool {
        self.role.is_some_and(|role| role.path.starts_with("/aws-service-role/"))
    }
}

pub(super) fn list<'a>(cx: &Context<'a>, documents: &mut Documents) -> Vec<Principal<'a>> {
    let mut principals: Vec<Principal<'a>> = Vec::new();
    for account in &cx.inventory.accounts {
        principals.extend(root(cx, account));
        let details = account.parts().and_then(|parts| parts.iam.authorization_details.value());
        if let Some(details) = details {
            let mut reader = Reader::new(&account.id, details, documents, cx);
            principals.extend(details.roles.iter().filter_map(|role| reader.role(role)));
            principals.extend(details.users.iter().filter_map(|user| reader.user(user)));
        }
    }
    principals.sort_by(|a, b| (&a.account, &a.arn).cmp(&(&b.account, &b.arn)));
    principals
}

fn root<'a>(cx: &Context<'a>, account: &AccountInventory) -> Option<Principal<'a>> {
    let arn = Arn::account_root(&cx.inventory.caller.partition, &account.id);
    let keys = Arc::new(keys(cx, &account.id, &arn).with("aws:PrincipalType", Fact::values(["Account"])));
    Some(Principal {
        account: account.id.clone(),
        kind: PrincipalKind::Root,
        identity: None,
        boundary: None,
        trust: None,
        role: None,
        user: None,
        caller: Caller::read(arn.as_str(), account.id.as_str(), &keys).ok()?,
        arn,
        keys,
    })
}

/// What every signed request of a principal carries, as far as it is known: its address, MFA, tags of its session and what
/// else AWS adds are unknown.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
fn keys(cx: &Context<'_>, account: &AccountId, arn: &Arn) -> Keys {
    let mut keys = Keys::open()
        .with("aws:PrincipalArn", Fact::values([arn.as_str()]))
        .with("aws:PrincipalAccount", Fact::values([account.as_str()]))
        .with("aws:PrincipalIsAWSService", Fact::values(["false"]))
        .with("aws:PrincipalServiceName", Fact::Absent);
    if let Some(organization) = member_of(cx, account) {
        keys.set("aws:PrincipalOrgID", Fact::values([organization]));
    }
    keys
}

/// The organization that an account surely belongs to.
fn member_of<'a>(cx: &Context<'a>, account: &AccountId) -> Option<&'a str> {
    let organization = cx.inventory.organization.as_ref()?;
    let described = organization.description.value()?.as_ref()?;
    let member = organization.accounts.items().iter().any(|member| member.id == *account);
    member.then_some(described.id.as_str())
}

struct Reader<'a, 'd> {
    account: &'a AccountId,
    details: &'a AuthorizationDetails,
    /// Managed policies by ARN.
    managed: BTreeMap<&'a Arn, Option<&'a str>>,
    documents: &'d mut Documents,
    cx: &'d Context<'a>,
}

impl<'a, 'd> Reader<'a, 'd> {
    fn new(
        account: &'a AccountId,
        details: &'a AuthorizationDetails,
        documents: &'d mut Documents,
        cx: &'d Context<'a>,
    ) -> Self {
        let managed = details.policies.iter().map(|policy| (&policy.arn, policy.document.as_deref())).collect();
        Self { account, details, managed, documents, cx }
    }

    fn set(&mut self, kind: Kind, policies: Vec<Named<'_>>) -> Held {
        let place = Place {
            account: Some(self.account),
            region: None,
            collection: Collection::IamAuthorizationDetails,
            operation: Operation::IamGetAccountAuthorizationDetails,
        };
        self.documents.set(kind, policies, place)
    }

    fn managed(&self, arn: &Arn) -> Named<'a> {
        let missing = || {
            let message = format!("policy {arn} is attached, but its document was not sent");
            let gap = Gap::not_made(GapKind::Malformed, Operation::IamGetAccountAuthorizationDetails, message);
            item_gap(self.account, None, Collection::IamAuthorizationDetails, &gap)
        };
        let text = self.managed.get(arn).copied().flatten();
        Named { name: arn.to_string(), text: text.ok_or_else(missing) }
    }

    fn own(&self, inline: &'a [InlinePolicy], attached: &[Arn]) -> Vec<Named<'a>> {
        let inline = inline
            .iter()
            .map(|policy| Named { name: format!("inline:{}", policy.name), text: Ok(policy.document.as_str()) });
        inline.chain(attached.iter().map(|arn| self.managed(arn))).collect()
    }

    fn role(&mut self, role: &'a Role) -> Option<Principal<'a>> {
        let mut policies = self.own(&role.inline_policies, &role.attached_policies);
        policies.sort_by(|a, b| a.name.cmp(&b.name));
        let identity = self.set(Kind::Identity, policies);
        let boundary = role.permissions_boundary.as_ref().map(|arn| self.managed(arn));
        let boundary = boundary.map(|named| self.set(Kind::Boundary, vec![named]));
        let trust = Named { name: "trust policy".to_owned(), text: Ok(role.trust_policy.as_str()) };
        let trust = self.set(Kind::Trust, vec![trust]);
        let keys =
            Arc::new(keys(self.cx, self.account, &role.arn).with("aws:PrincipalType", Fact::values(["AssumedRole"])));
        Some(Principal {
            account: self.account.clone(),
            arn: role.arn.clone(),
            kind: PrincipalKind::Role,
            identity: Some(identity),
            boundary,
            trust: Some(trust),
            role: Some(role),
            user: None,
            caller: Caller::read(role.arn.as_str(), self.account.as_str(), &keys).ok()?,
            keys,
        })
    }

    fn user(&mut self, user: &'a User) -> Option<Principal<'a>> {
        let mut policies = self.own(&user.inline_policies, &user.attached_policies);
        for name in &user.groups {
            match self.details.groups.iter().find(|group| group.name == *name) {
                Some(group) => {
                    let own = self.own(&group.inline_policies, &group.attached_policies);
                    policies.extend(own.into_iter().map(|named| Named {
                        name: if named.name.starts_with("inline:") {
                            format!("group/{name}/{}", named.name)
                        } else {
                            named.name
                        },
                        text: named.text,
                    }));
                }
                None => {
                    let message = format!("{} is in the group {name}, which was not sent", user.arn);
                    let gap = Gap::not_made(GapKind::Malformed, Operation::IamGetAccountAuthorizationDetails, message);
                    let unread = item_gap(self.account, None, Collection::IamAuthorizationDetails, &gap);
                    policies.push(Named { name: format!("group/{name}"), text: Err(unread) });
                }
            }
        }
        policies.sort_by(|a, b| a.name.cmp(&b.name));
        policies.dedup_by(|a, b| a.name == b.name);
        let identity = self.set(Kind::Identity, policies);
        let boundary = user.permissions_boundary.as_ref().map(|arn| self.managed(arn));
        let boundary = boundary.map(|named| self.set(Kind::Boundary, vec![named]));
        let mut keys = keys(self.cx, self.account, &user.arn)
            .with("aws:PrincipalType", Fact::values(["User"]))
            .with("aws:username", Fact::values([user.name.as_str()]))
            .with("aws:userid", Fact::values([user.id.as_str()]));
        // A user calls without a session of a role: it carries its own tags.
        for (key, value) in &user.tags {
            keys.set(&format!("aws:PrincipalTag/{key}"), Fact::values([value.as_str()]));
        }
        let keys = Arc::new(keys);
        Some(Principal {
            account: self.account.clone(),
            arn: user.arn.clone(),
            kind: PrincipalKind::User,
            identity: Some(identity),
            boundary,
            trust: None,
            role: None,
            user: Some(user),
            caller: Caller::read(user.arn.as_str(), self.account.as_str(), &keys).ok()?,
            keys,
        })
    }
}
