//! `GetAccountAuthorizationDetails`: users, groups, roles and managed policies as one list that is paged through.
//!
//! Follows <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html>. The decision worth
//! knowing: an inventory holds of an instance profile its ARN alone; what AWS says besides is told from the role that it is
//! for, and its id is made up from the ARN.

use std::collections::BTreeMap;

use md5::{Digest, Md5};

use super::super::call::{Call, percent_encoded};
use super::super::refusal::Refusal;
use super::super::xml::Xml;
use super::time;
use crate::model::iam::{AuthorizationDetails, Group, InlinePolicy, ManagedPolicy, Role, User};
use crate::model::ids::Arn;

/// Items in a page, unless asked for more.
const USUAL: usize = 100;
/// The most items in a page.
const MOST: usize = 1_000;

/// What `Filter` may name.
const KINDS: [&str; 5] = ["User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"];

/// One item of the list.
#[derive(Debug, Clone, Copy)]
enum Entity<'d> {
    User(&'d User),
    Group(&'d Group),
    Role(&'d Role),
    Policy(&'d ManagedPolicy),
}

impl Entity<'_> {
    fn kind(self) -> &'static str {
        match self {
            Self::User(_) => "User",
            Self::Group(_) => "Group",
            Self::Role(_) => "Role",
            Self::Policy(policy) if is_aws(policy) => "AWSManagedPolicy",
            Self::Policy(_) => "LocalManagedPolicy",
        }
    }
}

/// AWS's own policies have the account `aws`.
fn is_aws(policy: &ManagedPolicy) -> bool {
    policy.arn.account().is_none()
}

pub(super) fn page(call: &Call<'_>, details: Option<&AuthorizationDetails>) -> Result<Xml, Refusal> {
    let kinds = filter(call)?;
    let nothing = AuthorizationDetails::default();
    let AuthorizationDetails { users, groups, roles, policies } = details.unwrap_or(&nothing);
    let entities = users.iter().map(Entity::User);
    let entities = entities.chain(groups.iter().map(Entity::Group)).chain(roles.iter().map(Entity::Role));
    let entities: Vec<Entity<'_>> = entities
        .chain(policies.iter().map(Entity::Policy))
        .filter(|entity| kinds.is_empty() || kinds.contains(&entity.kind()))
        .collect();
    let size = call.input.number("MaxItems")?.unwrap_or(USUAL);
    if !(1..=MOST).contains(&size) {
        let (bound, limit) = if size == 0 { ("greater", 1) } else { ("less", MOST) };
        let message = format!(
            "1 validation error detected: Value '{size}' at 'maxItems' failed to satisfy constraint: \
             Member must have value {bound} than or equal to {limit}"
        );
        return Err(Refusal::new(400, "ValidationError", message));
    }
    let wrong = || Refusal::new(400, "ValidationError", "Invalid Marker.");
    let page = call.page(&entities, Some(size), MOST, call.input.text("Marker"), wrong)?;
    let of = |entity: &Entity<'_>| match entity {
        Entity::Policy(_) => "Policies",
        Entity::User(_) => "UserDetailList",
        Entity::Group(_) => "GroupDetailList",
        Entity::Role(_) => "RoleDetailList",
    };
    let uses = match page.items.last() {
        Some(Entity::Policy(_)) => Uses::of(users, groups, roles),
        _ => Uses::default(),
    };
    let mut xml = Xml::default();
    xml.put("IsTruncated", page.next.is_some());
    for list in ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"] {
        let items = page.items.iter().filter(|entity| of(entity) == list);
        xml.list(list, "member", items, |xml, entity| match entity {
            Entity::User(item) => user(xml, call, item),
            Entity::Group(item) => group(xml, item),
            Entity::Role(item) => role(xml, call, item),
            Entity::Policy(item) => policy(xml, item, &uses),
        });
    }
    xml.some("Marker", page.next);
    Ok(xml)
}

/// The kinds that are asked for; none: every one.
fn filter(call: &Call<'_>) -> Result<Vec<&'static str>, Refusal> {
    let mut kinds = Vec::new();
    let names: Vec<String> = (1..=KINDS.len()).map(|place| format!("Filter.member.{place}")).collect();
    // An empty list is written as a name without a value.
    let mut known = vec!["MaxItems", "Marker", "Filter"];
    known.extend(names.iter().map(String::as_str));
    call.input.only(&known)?;
    for given in names.iter().filter_map(|name| call.input.text(name)) {
        let kind = KINDS.iter().find(|kind| **kind == given).ok_or_else(|| {
            let message = format!(
                "1 validation error detected: Value '[{given:.60}]' at 'filter' failed to satisfy constraint: \
                 Member must satisfy constraint: [Member must satisfy enum value set: [{}]]",
                KINDS.join(", ")
            );
            Refusal::new(400, "ValidationError", message)
        })?;
        kinds.push(*kind);
    }
    Ok(kinds)
}

fn user(xml: &mut Xml, call: &Call<'_>, user: &User) {
    let User {
        arn,
        name,
        id,
        path,
        created_at,
        inline_policies,
        attached_policies,
        groups,
        permissions_boundary,
        tags,
    } = user;
    xml.text("Path", path);
    xml.text("UserName", name);
    xml.text("UserId", id);
    xml.put("Arn", arn);
    xml.some("CreateDate", created_at.map(|at| time(call, at)));
    inline(xml, "UserPolicyList", inline_policies);
    xml.texts("GroupList", "member", groups);
    attached(xml, attached_policies);
    boundary(xml, permissions_boundary.as_ref());
    tag_list(xml, tags);
}

fn group(xml: &mut Xml, group: &Group) {
    let Group { arn, name, id, path, inline_policies, attached_policies } = group;
    xml.text("Path", path);
    xml.text("GroupName", name);
    xml.text("GroupId", id);
    xml.put("Arn", arn);
    inline(xml, "GroupPolicyList", inline_policies);
    attached(xml, attached_policies);
}

fn role(xml: &mut Xml, call: &Call<'_>, role: &Role) {
    let Role {
        arn: _,
        name: _,
        id: _,
        path: _,
        created_at: _,
        trust_policy: _,
        inline_policies,
        attached_policies,
        permissions_boundary,
        instance_profiles,
        tags,
        last_used_at,
        last_used_region,
    } = role;
    let created = role.created_at.map(|at| time(call, at));
    role_itself(xml, role, created.as_deref());
    xml.list("InstanceProfileList", "member", instance_profiles, |xml, arn| {
        // The members that AWS always sends need a time.
        let created = created.clone().unwrap_or_else(|| time(call, call.fleet.inventory().taken_at));
        instance_profile(xml, arn, role, &created);
    });
    inline(xml, "RolePolicyList", inline_policies);
    attached(xml, attached_policies);
    boundary(xml, permissions_boundary.as_ref());
    tag_list(xml, tags);
    xml.node("RoleLastUsed", |xml| {
        xml.some("LastUsedDate", last_used_at.map(|at| time(call, at)));
        xml.some("Region", last_used_region.as_ref());
    });
}

/// What a role is wherever it is named.
fn role_itself(xml: &mut Xml, role: &Role, created: Option<&str>) {
    xml.text("Path", &role.path);
    xml.text("RoleName", &role.name);
    xml.text("RoleId", &role.id);
    xml.put("Arn", &role.arn);
    xml.some("CreateDate", created);
    xml.text("AssumeRolePolicyDocument", &percent_encoded(&role.trust_policy));
}

fn instance_profile(xml: &mut Xml, arn: &Arn, role: &Role, created: &str) {
    let resource = arn.resource().strip_prefix("instance-profile").unwrap_or_default();
    let path = resource.rsplit_once('/').map(|(path, _)| path).unwrap_or_default();
    xml.text("Path", &format!("{path}/"));
    xml.text("InstanceProfileName", arn.name());
    xml.text("InstanceProfileId", &format!("AIPA{:.17}", hex(arn.as_str())));
    xml.put("Arn", arn);
    xml.text("CreateDate", created);
    xml.list("Roles", "member", [role], |xml, role| role_itself(xml, role, Some(created)));
}

fn hex(text: &str) -> String {
    Md5::digest(text).iter().map(|byte| format!("{byte:02X}")).collect()
}

fn policy(xml: &mut Xml, policy: &ManagedPolicy, uses: &Uses<'_>) {
    let ManagedPolicy { arn, name, id, path, default_version, document } = policy;
    xml.text("PolicyName", name);
    xml.text("PolicyId", id);
    xml.put("Arn", arn);
    xml.text("Path", path);
    xml.text("DefaultVersionId", default_version);
    xml.put("AttachmentCount", uses.attachments.get(arn).unwrap_or(&0));
    xml.put("PermissionsBoundaryUsageCount", uses.boundaries.get(arn).unwrap_or(&0));
    xml.put("IsAttachable", true);
    xml.list("PolicyVersionList", "member", document, |xml, document| {
        xml.text("Document", &percent_encoded(document));
        xml.text("VersionId", default_version);
        xml.put("IsDefaultVersion", true);
    });
}

/// How often each managed policy is attached, and is a boundary.
#[derive(Debug, Default)]
struct Uses<'d> {
    attachments: BTreeMap<&'d Arn, usize>,
    boundaries: BTreeMap<&'d Arn, usize>,
}

impl<'d> Uses<'d> {
    fn of(users: &'d [User], groups: &'d [Group], roles: &'d [Role]) -> Self {
        let mut uses = Self::default();
        let attached = users.iter().flat_map(|user| &user.attached_policies);
        let attached = attached.chain(groups.iter().flat_map(|group| &group.attached_policies));
        for arn in attached.chain(roles.iter().flat_map(|role| &role.attached_policies)) {
            let count = uses.attachments.entry(arn).or_default();
            *count = count.saturating_add(1);
        }
        let bounded = users.iter().filter_map(|user| user.permissions_boundary.as_ref());
        for arn in bounded.chain(roles.iter().filter_map(|role| role.permissions_boundary.as_ref())) {
            let count = uses.boundaries.entry(arn).or_default();
            *count = count.saturating_add(1);
        }
        uses
    }
}

fn inline(xml: &mut Xml, list: &str, policies: &[InlinePolicy]) {
    xml.list(list, "member", policies, |xml, policy| {
        let InlinePolicy { name, document } = policy;
        xml.text("PolicyName", name);
        xml.text("PolicyDocument", &percent_encoded(document));
    });
}

fn attached(xml: &mut Xml, policies: &[Arn]) {
    xml.list("AttachedManagedPolicies", "member", policies, |xml, arn| {
        xml.text("PolicyName", arn.name());
        xml.put("PolicyArn", arn);
    });
}

fn boundary(xml: &mut Xml, boundary: Option<&Arn>) {
    if let Some(arn) = boundary {
        xml.node("PermissionsBoundary", |xml| {
            xml.text("PermissionsBoundaryType", "PermissionsBoundaryPolicy");
            xml.put("PermissionsBoundaryArn", arn);
        });
    }
}

fn tag_list(xml: &mut Xml, tags: &BTreeMap<String, String>) {
    xml.list("Tags", "member", tags, |xml, (key, value)| {
        xml.text("Key", key);
        xml.text("Value", value);
    });
}
