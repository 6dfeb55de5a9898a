//! What a state holds, and who else holds it.

use super::*;

#[test]
fn owners_contend_by_resource_and_by_lineage() {
    let other = |resources: Vec<StateResource>, lineage: &str| {
        let mut world =
            world(vec![orders(), managed("aws_secretsmanager_secret", "s", "arn:aws:secretsmanager:x:1:secret:s")]);
        let mut second = state("second.tfstate", resources);
        if let Answer::Value(content) = &mut second.content {
            content.lineage = lineage.to_owned();
        }
        objects(&mut world).push(second);
        let facts = facts(&world);
        let state = facts.state_objects.iter().find(|state| state.subject.arn == STATE).unwrap();
        (state.detail.contested.len(), state.detail.lineage_twins.len())
    };
    let mut renamed = orders();
    renamed.id = Some("orders".to_owned());
    let version = managed("aws_secretsmanager_secret_version", "s", "arn:aws:secretsmanager:x:1:secret:s");
    assert_eq!(other(vec![], "l"), (0, 0));
    assert_eq!(other(vec![orders()], "l"), (1, 0));
    assert_eq!(other(vec![renamed], "l"), (1, 0));
    assert_eq!(other(vec![version], "l"), (0, 0), "a secret's version carries the secret's ARN");
    assert_eq!(other(vec![], "lineage-of-prod.tfstate"), (0, 1));
    assert_eq!(other(vec![orders()], "lineage-of-prod.tfstate"), (1, 1));
}

#[test]
fn a_key_names_an_environment_by_a_folder_or_a_workspace() {
    for (key, want) in [
        ("env:/staging/app.tfstate", Some("staging")),
        ("prod/db/terraform.tfstate", Some("production")),
        ("teams/shop/PRD/terraform.tfstate", Some("production")),
        ("prod.tfstate", None),
        ("prod/staging/terraform.tfstate", None),
        ("prod/production/terraform.tfstate", Some("production")),
        ("shop/terraform.tfstate", None),
        ("devops/terraform.tfstate", None),
        ("terraform.tfstate", None),
    ] {
        let mut world = world(vec![orders()]);
        object(&mut world).key = key.to_owned();
        let facts = facts(&world);
        assert_eq!(facts.state_objects[0].detail.key_environment.as_deref(), want, "{key}");
    }
}

#[test]
fn a_states_environments_are_its_resources() {
    let mut world = world(vec![orders()]);
    let mut elsewhere = managed("aws_dynamodb_table", "t", &format!("arn:aws:dynamodb:{HERE}:333333333333:table/t"));
    elsewhere.attributes.environment_tags.insert("Environment".to_owned(), "dev".to_owned());
    let untagged = managed("aws_dynamodb_table", "u", &format!("arn:aws:dynamodb:{HERE}:333333333333:table/u"));
    let role = managed("aws_iam_role", "r", "arn:aws:iam::111111111111:role/r");
    content(&mut world).resources.extend([elsewhere, untagged, role]);
    let facts = facts(&world);
    let detail = &facts.state_objects[0].detail;
    let told: Vec<_> = detail.environments.iter().map(|(word, count)| (word.as_str(), *count)).collect();
    assert_eq!(told, [("development", 1), ("production", 1)]);
    assert_eq!(detail.environment_unknown, 1, "a role has none to tell");
    assert_eq!(detail.environment_examples["development"], "aws_dynamodb_table.t");
    assert_eq!(detail.managed, 4);
}

fn copy(account: &str, vault: &str) -> CopyFact {
    CopyFact {
        kind: CopyKind::RecoveryPoint,
        arn: arn(&snapshot_arn(account, HERE, "awsbackup:1")),
        account: Some(id(account)),
        region: Some(at(HERE)),
        vault: Some(arn(vault)),
        lock: Some(LockState::None),
        status: "COMPLETED".to_owned(),
        usable: true,
        age_hours: Some(5.0),
        expires_in_hours: None,
        other_account: account != PROD,
        other_region: false,
        outlives_delete: true,
        continuous: false,
        kms_key: None,
    }
}

#[test]
fn a_states_own_backups_need_a_copy_out_of_its_reach() {
    let near = format!("arn:aws:backup:{HERE}:{PROD}:backup-vault:near");
    let far = format!("arn:aws:backup:{HERE}:{VAULT}:backup-vault:far");
    let vault_of = |arn: &str| managed("aws_backup_vault", "v", arn);
    let judge = |resources: Vec<StateResource>, copies: Vec<CopyFact>| {
        let mut seed = seed(&db("orders"));
        seed.detail.copies = copies;
        let world = world(resources);
        let facts = judged(&world, &Settings::default(), vec![seed]);
        let detail = &facts.state_objects[0].detail;
        (detail.databases.len(), detail.own_backups.len(), detail.databases_without_outside_copy.len())
    };
    let mut locked = copy(PROD, &format!("{near}-locked"));
    locked.lock = Some(LockState::Compliance);
    let mut broken = copy(VAULT, &far);
    broken.usable = false;
    let mut stale = copy(VAULT, &far);
    stale.age_hours = Some(36.0);
    let mut spent = copy(VAULT, &far);
    spent.expires_in_hours = Some(0.0);
    for (name, resources, copies, want) in [
        ("no vault of its own", vec![orders()], vec![copy(PROD, &near)], (1, 0, 1)),
        ("its own vault alone", vec![orders(), vault_of(&near)], vec![copy(PROD, &near)], (1, 1, 1)),
        (
            "a copy in another account too",
            vec![orders(), vault_of(&near)],
            vec![copy(PROD, &near), copy(VAULT, &far)],
            (1, 1, 0),
        ),
        (
            "the other account's vault is its own too",
            vec![orders(), vault_of(&near), vault_of(&far)],
            vec![copy(VAULT, &far)],
            (1, 1, 1),
        ),
        ("a locked vault beside", vec![orders(), vault_of(&near)], vec![copy(PROD, &near), locked], (1, 1, 0)),
        ("a copy that cannot be restored", vec![orders(), vault_of(&near)], vec![copy(PROD, &near), broken], (1, 1, 1)),
        ("a copy of old data", vec![orders(), vault_of(&near)], vec![copy(PROD, &near), stale], (1, 1, 1)),
        ("a copy past its time", vec![orders(), vault_of(&near)], vec![copy(PROD, &near), spent], (1, 1, 1)),
        ("another database's vault", vec![orders(), vault_of(&far)], vec![copy(PROD, &near)], (1, 0, 1)),
        ("no database", vec![vault_of(&near)], vec![copy(PROD, &near)], (0, 0, 0)),
    ] {
        assert_eq!(judge(resources, copies), want, "{name}");
    }
    // Copies that could not be looked for are neither there nor not.
    let mut hidden = seed(&db("orders"));
    let gap = denied(Operation::BackupListBackupVaults);
    hidden.unread.push(crate::analysis::context::item_gap(&id(PROD), None, Collection::BackupVaults, &gap));
    let facts = judged(&world(vec![orders(), vault_of(&near)]), &Settings::default(), vec![hidden]);
    assert!(facts.state_objects[0].detail.databases_without_outside_copy.is_empty());
    assert!(facts.state_objects[0].unread.iter().any(|gap| gap.collection == Collection::BackupVaults));
    // A database that AWS was not asked about: whatever the state keeps may be all there is.
    let users = managed("aws_db_instance", "users", "arn:aws:rds:eu-west-1:333333333333:db:users");
    assert_eq!(judge(vec![users, vault_of(&near)], vec![]), (1, 1, 1));
}

#[test]
fn a_states_database_is_held_against_aws() {
    let judge = |change: fn(&mut StateResource), prepare: fn(&mut Inventory)| {
        let mut resource = orders();
        change(&mut resource);
        let mut world = world(vec![resource]);
        prepare(&mut world);
        let facts = facts(&world);
        let found = &facts.state_databases[0];
        let differences: Vec<_> = found.detail.differences.iter().map(|one| one.setting.clone()).collect();
        (found.detail.found, differences, found.unread.len())
    };
    let gone = |resource: &mut StateResource| resource.arn = Some(db_arn("gone"));
    let none = Vec::<String>::new;
    assert_eq!(judge(|_| {}, |_| {}), (Some(true), none(), 0));
    assert_eq!(judge(|one| one.attributes.deletion_protection = Some(true), |_| {}), (Some(true), none(), 0));
    let off = judge(|one| one.attributes.deletion_protection = Some(false), |_| {});
    assert_eq!(off, (Some(true), vec!["deletion_protection".to_owned()], 0));
    let kept = judge(|one| one.attributes.backup_retention_period = Some(1), |_| {});
    assert_eq!(kept, (Some(true), vec!["backup_retention_period".to_owned()], 0));
    assert_eq!(judge(gone, |_| {}), (Some(false), none(), 0));
    let refuse: fn(&mut Inventory) =
        |world| region(world, PROD, HERE).rds.db_instances = Collected::Gap(denied(Operation::RdsDescribeDBInstances));
    assert_eq!(judge(gone, refuse), (None, none(), 1));
    let elsewhere: fn(&mut Inventory) =
        |world| region(world, PROD, THERE).rds.db_instances = Collected::Gap(denied(Operation::RdsDescribeDBInstances));
    assert_eq!(judge(gone, elsewhere), (Some(false), none(), 0), "another region's list says nothing of this one");
    let outside = |one: &mut StateResource| one.arn = Some("arn:aws:rds:eu-west-1:333333333333:db:orders".to_owned());
    assert_eq!(judge(outside, |_| {}), (None, none(), 1));
    let far = |one: &mut StateResource| one.arn = Some(db_arn("orders").replace(HERE, "ap-south-1"));
    assert_eq!(judge(far, |_| {}), (None, none(), 1));
    assert_eq!(judge(|one| one.arn = None, |_| {}).0, None);
    // A cluster's member records no protection of its own.
    let member = managed("aws_rds_cluster_instance", "m", &db_arn("orders"));
    assert!(facts(&world(vec![member])).state_databases.is_empty());
}

#[test]
fn a_bucket_that_two_accounts_see_is_there_once() {
    let mut world = world(vec![orders()]);
    let mut blind = look("states", vec![state("prod.tfstate", Vec::new())]);
    if let Some(objects) = blind.objects.value_mut() {
        objects[0].content = Answer::Gap(denied(Operation::S3GetObject));
    }
    parts(&mut world, VAULT).state.buckets.push(blind);
    let facts = facts(&world);
    assert_eq!((facts.state_buckets.len(), facts.state_objects.len()), (1, 1));
    assert!(facts.state_objects[0].detail.content_read);
    assert_eq!(facts.state_buckets[0].subject.account, Some(AccountId::try_from(PROD.to_owned()).unwrap()));
    assert_eq!(facts.unlisted, []);
}

#[test]
fn the_order_of_lists_shows_nowhere() {
    let mut world = world(vec![orders()]);
    objects(&mut world).push(state("second.tfstate", vec![orders()]));
    digest(&mut world, "states", "prod.tfstate", "a");
    digest(&mut world, "states", "prod.tfstate", "b");
    digest(&mut world, "nowhere", "x.tfstate", "b");
    lock_file(&mut world, 20, false, false);
    lock_file(&mut world, 19, true, true);
    put(&mut parts(&mut world, VAULT).s3.buckets, bucket("b"));
    parts(&mut world, VAULT).state.buckets.push(look("states", vec![state("third.tfstate", vec![orders()])]));
    assert_eq!(facts(&world), facts(&reversed(world)));
}
