//! The five layers of a database, one turn of each.

use super::*;
use crate::analysis::fixture::{look, managed, now, read, state};
use crate::model::facts::{LayersStanding, Standing};
use crate::model::terraform::LockFileVersion;

fn layers(inventory: &Inventory) -> LayersStanding {
    fact(inventory, "orders").detail.layers.unwrap()
}

#[test]
fn each_layer_is_told_apart() {
    let layers = layers(&world());
    let standing = layers.all().map(|(name, layer)| (name, layer.standing));
    let want = [
        ("scp", Standing::Failed),
        ("separation", Standing::Held),
        ("deletion", Standing::Held),
        ("backup", Standing::Failed),
        ("state", Standing::Failed),
    ];
    assert_eq!(standing, want, "{layers:?}");
}

#[test]
fn the_deny_layer_stands_where_every_destroying_call_is_closed() {
    let mut inventory = world();
    deny(&mut inventory, PROD, &["rds:*"]);
    assert_eq!(layers(&inventory).scp.standing, Standing::Held);
    let mut partly = world();
    deny(&mut partly, PROD, &["rds:DeleteDBInstance"]);
    assert_eq!(layers(&partly).scp.standing, Standing::Failed);
    let mut unread = world();
    unread.organization.as_mut().unwrap().scps = Collected::Gap(denied(Operation::OrganizationsListPolicies));
    assert_eq!(layers(&unread).scp.standing, Standing::Unknown);
    // Where the regions could not be listed, a deny of every region stands, and one of some does not.
    let mut regions = world();
    parts(&mut regions, PROD).regions = Collected::Gap(denied(Operation::AccountListRegions));
    let mut everywhere = regions.clone();
    deny(&mut everywhere, PROD, &["rds:*"]);
    assert_eq!(layers(&everywhere).scp.standing, Standing::Held);
    let some = json!({"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "rds:*", "Resource": "*",
        "Condition": {"StringEquals": {"aws:RequestedRegion": HERE}}}});
    scp(&mut regions, "some", PROD, &some);
    assert_ne!(layers(&regions).scp.standing, Standing::Held);
}

/// An agent counts in every account that it reaches, also where it closes the account from another one.
#[test]
fn an_agent_that_closes_accounts_fails_the_separation_of_each() {
    let mut inventory = world();
    role(&mut inventory, MANAGEMENT, "agent", &nobody(), &allow(&["organizations:CloseAccount"]));
    let mut settings = Settings::default();
    settings.agents.principals = vec!["arn:aws:iam::*:role/agent".to_owned()];
    let facts = analyse(&inventory, &settings);
    assert_eq!(facts.agents[0].detail.in_accounts, [id(PROD)]);
    let separation = facts.resources[0].detail.layers.clone().unwrap().separation;
    assert_eq!(separation.standing, Standing::Failed, "{}", separation.why);
}

#[test]
fn separation_falls_to_another_environment_and_to_agents() {
    let mut inventory = world();
    role(&mut inventory, PROD, "admin", &trust(json!({"AWS": format!("arn:aws:iam::{VAULT}:root")})), &allow(&["*"]));
    assert_eq!(layers(&inventory).separation.standing, Standing::Failed);

    let mut agents = world();
    role(&mut agents, PROD, "agent", &nobody(), &allow(&["rds:*"]));
    let mut settings = Settings::default();
    settings.agents.principals = vec!["arn:aws:iam::*:role/agent".to_owned()];
    let judged = |inventory: &Inventory| {
        let facts = analyse(inventory, &settings);
        facts.resources[0].detail.layers.clone().unwrap().separation.standing
    };
    assert_eq!(judged(&agents), Standing::Failed);
    assert_eq!(judged(&world()), Standing::Unknown, "no principal matches what is declared");

    let mut unread = world();
    parts(&mut unread, PROD).iam.authorization_details =
        Collected::Gap(denied(Operation::IamGetAccountAuthorizationDetails));
    assert_eq!(layers(&unread).separation.standing, Standing::Unknown);
}

#[test]
fn the_flag_does_not_stand_where_the_destroy_turns_it_off() {
    let mut off = world();
    region(&mut off, PROD, HERE).rds.db_instances.value_mut().unwrap()[0].deletion_protection = false;
    assert_eq!(layers(&off).deletion.standing, Standing::Failed);
    let with = |recorded: Option<(bool, bool)>| {
        let mut inventory = world();
        if let Some((protected, immediately)) = recorded {
            let mut resource = managed("aws_db_instance", "orders", &db_arn("orders"));
            resource.attributes.deletion_protection = Some(protected);
            resource.attributes.apply_immediately = Some(immediately);
            put(&mut parts(&mut inventory, PROD).s3.buckets, bucket("tf"));
            parts(&mut inventory, PROD).state.buckets.push(look("tf", vec![state("prod.tfstate", vec![resource])]));
        }
        layers(&inventory).deletion.standing
    };
    assert_eq!(with(None), Standing::Held);
    assert_eq!(with(Some((true, true))), Standing::Held);
    assert_eq!(with(Some((false, false))), Standing::Held, "the provider turns it off only with apply_immediately");
    assert_eq!(with(Some((false, true))), Standing::Failed);
    // A state that nobody read may record it off.
    let mut hidden = world();
    put(&mut parts(&mut hidden, PROD).s3.buckets, bucket("tf"));
    let mut unread = look("tf", Vec::new());
    unread.objects = Collected::Gap(denied(Operation::S3ListObjectsV2));
    parts(&mut hidden, PROD).state.buckets.push(unread);
    assert_eq!(layers(&hidden).deletion.standing, Standing::Unknown);
}

#[test]
fn backups_stand_by_tier_and_age() {
    let aged = |hours| {
        let mut inventory = with_vault(VAULT, compliance);
        let vaults = region(&mut inventory, VAULT, HERE).backup.vaults.value_mut().unwrap();
        given(&mut vaults[0].recovery_points)[0].created_at = ago(hours);
        layers(&inventory).backup
    };
    assert_eq!(aged(5).standing, Standing::Held);
    assert_eq!(aged(36).standing, Standing::Failed, "the RPO is 36 hours");
    assert!(aged(40).why.contains("40 hours old"), "{}", aged(40).why);
    assert_eq!(layers(&with_vault(PROD, |_| {})).backup.standing, Standing::Failed);
    let mut hidden = with_vault(VAULT, |_| {});
    parts(&mut hidden, VAULT).iam.authorization_details =
        Collected::Gap(denied(Operation::IamGetAccountAuthorizationDetails));
    assert_eq!(layers(&hidden).backup.standing, Standing::Unknown);
}

#[test]
fn one_claim_that_is_locked_and_versioned_stands() {
    let make = |versioning: &str, states: &[&str]| {
        let mut inventory = world();
        let mut tf = bucket("tf");
        tf.versioning =
            Answer::Value(crate::model::s3::Versioning { status: Some(versioning.to_owned()), mfa_delete: None });
        put(&mut parts(&mut inventory, PROD).s3.buckets, tf);
        let objects = states
            .iter()
            .map(|key| state(key, vec![managed("aws_db_instance", "orders", &db_arn("orders"))]))
            .collect();
        let mut look = look("tf", objects);
        let version = |id: &str, at, delete_marker, latest| LockFileVersion {
            key: "prod.tfstate.tflock".to_owned(),
            version_id: Some(id.to_owned()),
            last_modified: at,
            delete_marker,
            latest,
        };
        look.lock_versions = read(vec![version("v2", ago(9), true, true), version("v1", ago(11), false, false)]);
        parts(&mut inventory, PROD).state.buckets.push(look);
        inventory
    };
    assert!(now() > ago(1));
    let held = layers(&make("Enabled", &["prod.tfstate"])).state;
    assert_eq!(held.standing, Standing::Held, "{}", held.why);
    assert_eq!(layers(&make("Suspended", &["prod.tfstate"])).state.standing, Standing::Failed);
    assert_eq!(layers(&make("Enabled", &["prod.tfstate", "old.tfstate"])).state.standing, Standing::Failed);
    assert_eq!(layers(&make("Enabled", &[])).state.standing, Standing::Failed);
    // Two things of which nobody knows the environment may be of two.
    let mut untold = make("Enabled", &["prod.tfstate"]);
    if let Answer::Value(content) =
        &mut parts(&mut untold, PROD).state.buckets[0].objects.value_mut().unwrap()[0].content
    {
        let far = |name: &str| format!("arn:aws:dynamodb:{HERE}:333333333333:table/{name}");
        content.resources.extend(["a", "b"].map(|name| managed("aws_dynamodb_table", name, &far(name))));
    }
    assert_eq!(layers(&untold).state.standing, Standing::Unknown);
    let mut unread = make("Enabled", &["prod.tfstate"]);
    parts(&mut unread, PROD).state.buckets[0].objects = Collected::Gap(denied(Operation::S3ListObjectsV2));
    assert_eq!(layers(&unread).state.standing, Standing::Unknown);
}
