//! Who reaches a database: one situation each.
#![expect(clippy::needless_pass_by_value, reason = "documents are written where they are handed over")]

mod facts;
mod kinds;
mod laws;
mod situations;
mod size;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Path, Reach, Strength, Target};
use crate::analysis::Context;
use crate::analysis::authority::Authority;
use crate::analysis::fixture::{HERE, PROD, VAULT, arn, db, db_arn, id, inventory, parts, put, read, region};
use crate::analysis::tests::{MANAGEMENT, organization};
use crate::model::gap::Answer;
use crate::model::iam::{InlinePolicy, ManagedPolicy, Role, User};
use crate::model::inventory::Inventory;
use crate::model::organization::{Policy, PolicyTarget};
use crate::model::settings::Settings;

/// An organization of three accounts with a database `orders` in production.
pub(in crate::analysis) fn world() -> Inventory {
    let mut inventory = inventory(&[PROD, VAULT, MANAGEMENT]);
    inventory.organization =
        Some(organization(&[(PROD, "shop-production", &["Workloads"]), (VAULT, "shop-development", &[])]));
    let full = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}});
    for place in ["r-1", "ou-r-1-Workloads", PROD, VAULT, MANAGEMENT] {
        scp(&mut inventory, &format!("full-{place}"), place, &full);
    }
    put(&mut region(&mut inventory, PROD, HERE).rds.db_instances, db("orders"));
    inventory
}

pub(in crate::analysis) fn scp(inventory: &mut Inventory, name: &str, place: &str, document: &Value) {
    let policy = Policy {
        id: name.to_owned(),
        arn: arn(&format!("arn:aws:organizations::{MANAGEMENT}:policy/o-1/service_control_policy/{name}")),
        name: name.to_owned(),
        aws_managed: false,
        document: Answer::Value(document.to_string()),
        targets: Answer::Value(vec![PolicyTarget { id: place.to_owned(), kind: "ACCOUNT".to_owned() }]),
    };
    put(&mut inventory.organization.as_mut().unwrap().scps, policy);
}

pub(in crate::analysis) fn deny(inventory: &mut Inventory, place: &str, actions: &[&str]) {
    let name = format!("deny-{place}");
    scp(inventory, &name, place, &policy("Deny", actions, "*", json!({})));
}

fn policy(effect: &str, actions: &[&str], resource: &str, condition: Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": {
        "Effect": effect, "Action": actions, "Resource": resource, "Condition": condition}})
}

pub(in crate::analysis) fn allow(actions: &[&str]) -> Value {
    policy("Allow", actions, "*", json!({}))
}

pub(in crate::analysis) fn trust(principal: Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": principal, "Action": [
        "sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"]}})
}

fn trust_if(principal: Value, condition: Value) -> Value {
    let mut document = trust(principal);
    document["Statement"]["Condition"] = condition;
    document
}

/// Nobody.
pub(in crate::analysis) fn nobody() -> Value {
    trust(json!({"Service": "nobody.amazonaws.com"}))
}

fn inline(document: &Value) -> Vec<InlinePolicy> {
    vec![InlinePolicy { name: "own".to_owned(), document: document.to_string() }]
}

pub(in crate::analysis) fn role_arn(account: &str, name: &str) -> String {
    format!("arn:aws:iam::{account}:role/{name}")
}

pub(in crate::analysis) fn role<'a>(
    inventory: &'a mut Inventory,
    account: &str,
    name: &str,
    trust: &Value,
    own: &Value,
) -> &'a mut Role {
    let role = Role {
        arn: arn(&role_arn(account, name)),
        name: name.to_owned(),
        id: format!("AROA{}", name.to_uppercase()),
        path: "/".to_owned(),
        created_at: None,
        trust_policy: trust.to_string(),
        inline_policies: inline(own),
        attached_policies: Vec::new(),
        permissions_boundary: None,
        instance_profiles: Vec::new(),
        tags: BTreeMap::new(),
        last_used_at: None,
        last_used_region: None,
    };
    let details = parts(inventory, account).iam.authorization_details.value_mut().unwrap();
    details.roles.push(role);
    details.roles.last_mut().unwrap()
}

fn user<'a>(inventory: &'a mut Inventory, account: &str, name: &str, own: &Value) -> &'a mut User {
    let user = User {
        arn: arn(&format!("arn:aws:iam::{account}:user/{name}")),
        name: name.to_owned(),
        id: format!("AIDA{}", name.to_uppercase()),
        path: "/".to_owned(),
        created_at: None,
        inline_policies: inline(own),
        attached_policies: Vec::new(),
        groups: Vec::new(),
        permissions_boundary: None,
        tags: BTreeMap::new(),
    };
    let details = parts(inventory, account).iam.authorization_details.value_mut().unwrap();
    details.users.push(user);
    details.users.last_mut().unwrap()
}

/// A managed policy, by its ARN.
fn managed(inventory: &mut Inventory, account: &str, name: &str, document: &Value) -> crate::model::ids::Arn {
    let own = arn(&format!("arn:aws:iam::{account}:policy/{name}"));
    let details = parts(inventory, account).iam.authorization_details.value_mut().unwrap();
    details.policies.push(ManagedPolicy {
        arn: own.clone(),
        name: name.to_owned(),
        id: format!("ANPA{name}"),
        path: "/".to_owned(),
        default_version: "v1".to_owned(),
        document: Some(document.to_string()),
    });
    own
}

/// Everybody who reaches the deletion of the database: name → how surely.
fn reachers(inventory: &Inventory) -> BTreeMap<String, Strength> {
    paths(inventory).into_iter().map(|(name, path)| (name, path.strength)).collect()
}

fn paths(inventory: &Inventory) -> BTreeMap<String, Path> {
    let settings = Settings::default();
    let cx = Context::new(inventory, &settings);
    let authority = Authority::new(&cx);
    let reach = Reach::new(&cx, &authority);
    let targets = [Target::new("rds:DeleteDBInstance", &db_arn("orders"), &id(PROD), Some(HERE))];
    let seeds = reach.seeds(&targets);
    let search = reach.graph.leading_to(&seeds.strengths());
    let everybody = search
        .all()
        .filter(|(node, _)| matches!(reach.graph.get(*node), Some(super::Node::Principal(_) | super::Node::Party(_))));
    everybody
        .map(|(node, _)| (reach.label(node), reach.path(node, &search, &seeds, &targets).unwrap()))
        .filter(|(label, _)| !label.ends_with(":root"))
        .collect()
}

/// How surely a role of an account reaches it.
fn of(inventory: &Inventory, account: &str, name: &str) -> Strength {
    let found = reachers(inventory);
    found.get(&role_arn(account, name)).copied().unwrap_or(Strength::No)
}
