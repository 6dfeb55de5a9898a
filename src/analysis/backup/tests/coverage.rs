//! Which plans take a resource in, and whether their jobs run.

use super::*;

#[test]
fn coverage_follows_plans_opt_in_and_region() {
    let rds = "arn:aws:rds:*:*:db:*";
    for (name, place, resources, opted_in, want, opted_out) in [
        ("selected", HERE, rds, Some(true), true, false),
        ("everything", HERE, "*", Some(true), true, false),
        ("another region's plan", THERE, "*", Some(true), false, false),
        ("opted out", HERE, "*", Some(false), false, true),
        ("opted out, named by type", HERE, rds, Some(false), true, false),
        ("opt-in unread", HERE, "*", None, false, false),
    ] {
        let mut world = world();
        put(&mut region(&mut world, PROD, place).backup.plans, plan("p", &[resources], None));
        let settings = &mut region(&mut world, PROD, HERE).backup.region_settings;
        match opted_in {
            Some(flag) => _ = settings.value_mut().unwrap().opt_in.insert("RDS".to_owned(), flag),
            None => *settings = Collected::Gap(denied(Operation::BackupDescribeRegionSettings)),
        }
        let facts = facts(&world);
        let fact = &facts.resources[0];
        let backup = &fact.detail.backup;
        assert_eq!((backup.supported, backup.opted_in), (true, opted_in), "{name}");
        assert_eq!(!backup.plans.is_empty(), want, "{name}");
        assert_eq!(backup.period_hours, want.then_some(24.0), "{name}");
        let here = facts.account_regions.iter().find(|fact| fact.subject.arn == format!("{PROD}/{HERE}")).unwrap();
        assert_eq!(!here.detail.opted_out.is_empty(), opted_out, "{name}");
        assert_eq!(!here.detail.selected_types.is_empty(), want || opted_out, "{name}");
        let unread = fact.unread.iter().any(|gap| gap.collection == Collection::BackupRegionSettings);
        assert_eq!(unread, opted_in.is_none(), "{name}");
    }
}

#[test]
fn the_organizations_policy_is_a_plan_too() {
    let policy = |text: &str| {
        let mut world = world();
        parts(&mut world, PROD).backup_effective_policy = read(Some(text.to_owned()));
        one(&world)
    };
    let text = format!(
        r#"{{"plans": {{"org": {{"regions": ["{HERE}"], "rules": {{"r": {{"schedule_expression": "cron(0 0/2 ? * * *)",
        "copy_actions": {{"x": {{"target_backup_vault_arn": "{FAR}"}}}}}}}},
        "selections": {{"resources": {{"s": {{"resource_types": ["arn:aws:rds:*:*:db:*"]}}}}}}}}}}}}"#
    );
    let fact = policy(&text);
    assert_eq!(fact.detail.backup.plans[0].arn, None);
    assert_eq!(fact.detail.backup.period_hours, Some(2.0));
    assert!(gaps(&fact).contains(&("333333333333".to_owned(), Collection::BackupRecoveryPoints, GapKind::OutOfScope)));
    // What cannot be read is no policy without plans.
    let fact = policy("{not json");
    assert_eq!(gaps(&fact), [(PROD.to_owned(), Collection::BackupEffectivePolicy, GapKind::Malformed)]);
}

#[test]
fn unread_plans_selections_and_tags_fall_neither_way() {
    let mut hidden = plan("p", &["*"], None);
    hidden.selections = Answer::Gap(denied(Operation::BackupListBackupSelections));
    let mut no_rules = plan("q", &["*"], None);
    no_rules.rules = Answer::Gap(denied(Operation::BackupGetBackupPlan));
    for (plan, want, plans) in [(hidden, Collection::BackupSelections, 0), (no_rules, Collection::BackupPlans, 1)] {
        let mut world = world();
        put(&mut region(&mut world, PROD, HERE).backup.plans, plan);
        let fact = one(&world);
        assert_eq!(gaps(&fact), [(PROD.to_owned(), want, GapKind::Denied)]);
        assert_eq!(fact.detail.backup.plans.len(), plans);
        assert_eq!(fact.detail.backup.period_hours, None);
    }
    let mut by_tag = plan("p", &[], None);
    if let Answer::Value(selections) = &mut by_tag.selections
        && let Answer::Value(detail) = &mut selections[0].detail
    {
        detail.list_of_tags.push(TagCondition { key: "backup".to_owned(), value: "yes".to_owned() });
    }
    let mut world = world();
    let mut shelf = bucket("b");
    shelf.tags = Answer::Gap(denied(Operation::S3GetBucketTagging));
    put(&mut parts(&mut world, PROD).s3.buckets, shelf.clone());
    put(&mut region(&mut world, PROD, HERE).backup.plans, by_tag);
    let seed = || vec![seed_of(SubjectKind::S3Bucket, "arn:aws:s3:::b", Some(HERE))];
    let judge = |world: &Inventory| judged(world, &Settings::default(), seed()).resources.remove(0);
    assert_eq!(gaps(&judge(&world)), [(PROD.to_owned(), Collection::S3BucketTags, GapKind::Denied)]);
    shelf.tags = Answer::Value(BTreeMap::from([("backup".to_owned(), "yes".to_owned())]));
    *parts(&mut world, PROD).s3.buckets.value_mut().unwrap() = vec![shelf];
    let fact = judge(&world);
    assert_eq!((gaps(&fact), fact.detail.backup.plans.len()), (Vec::new(), 1));
}

#[test]
fn a_failed_job_is_healed_by_a_later_success() {
    let here = |world: &Inventory| {
        let facts = facts(world);
        facts.account_regions.into_iter().find(|fact| fact.subject.arn == format!("{PROD}/{HERE}")).unwrap()
    };
    for (point_hours, want) in [(None, false), (Some(30), false), (Some(10), true)] {
        let mut world = world();
        put(&mut region(&mut world, PROD, HERE).backup.backup_jobs, failed_backup(20));
        let points = point_hours.map(own_point).into_iter().collect();
        put(&mut region(&mut world, PROD, HERE).backup.vaults, vault(PROD, HERE, "v", points));
        let fact = here(&world);
        let [job] = fact.detail.failed_jobs.as_slice() else { panic!("{fact:?}") };
        assert_eq!((job.age_hours, job.later_success), (20.0, want), "{point_hours:?}");
    }
    let other = format!("arn:aws:backup:{HERE}:{VAULT}:backup-vault:other");
    for (to, state, hours, want) in [
        (FAR, "COMPLETED", 10, true),
        (FAR, "COMPLETED", 30, false),
        (&other, "COMPLETED", 10, false),
        (FAR, "RUNNING", 10, false),
    ] {
        let mut world = world();
        let jobs = &mut region(&mut world, PROD, HERE).backup.copy_jobs;
        put(jobs, copy_job("c1", "FAILED", FAR, 20));
        put(jobs, copy_job("c2", state, to, hours));
        assert_eq!(here(&world).detail.failed_jobs[0].later_success, want, "{to} {state} {hours}");
    }
    // Unread points matter only where a success is looked for.
    let mut world = world();
    region(&mut world, PROD, HERE).backup.vaults = Collected::Gap(denied(Operation::BackupListBackupVaults));
    let unread = |world: &Inventory| here(world).unread.iter().any(|gap| gap.collection == Collection::BackupVaults);
    assert!(!unread(&world));
    put(&mut region(&mut world, PROD, HERE).backup.backup_jobs, failed_backup(20));
    assert!(unread(&world));
}

#[test]
fn a_point_past_its_time_covers_nothing() {
    for (delete_at, want) in [(ago(1), None), (ago(0), None), (ago(-1), Some(5.0))] {
        let mut own = own_point(5);
        own.delete_at = Some(delete_at);
        let fact = one(&with_points(PROD, HERE, vec![own]));
        assert_eq!(fact.detail.backup.newest_point_hours, want, "{delete_at}");
    }
}

#[test]
fn a_job_is_as_old_as_its_end() {
    let mut job = failed_backup(20);
    job.state = "ABORTED".to_owned();
    job.created_at = ago(24 * 8);
    let mut slow = copy_job("c1", "FAILED", FAR, 24 * 8);
    slow.completed_at = Some(ago(21));
    let mut world = world();
    put(&mut region(&mut world, PROD, HERE).backup.backup_jobs, job);
    put(&mut region(&mut world, PROD, HERE).backup.copy_jobs, slow);
    let facts = facts(&world);
    let here = facts.account_regions.iter().find(|fact| fact.subject.arn == format!("{PROD}/{HERE}")).unwrap();
    let ages: Vec<f64> = here.detail.failed_jobs.iter().map(|job| job.age_hours).collect();
    assert_eq!(ages, [20.0, 21.0]);
}

#[test]
fn what_plans_select_hangs_on_the_lists_of_resources() {
    let unread = |plans: bool, hide: &dyn Fn(&mut Inventory)| {
        let mut world = inventory(&[PROD, VAULT]);
        if plans {
            put(&mut region(&mut world, PROD, HERE).backup.plans, plan("p", &["*"], None));
        }
        hide(&mut world);
        let facts = judged(&world, &Settings::default(), Vec::new());
        let of = |place: &str| {
            let arn = format!("{PROD}/{place}");
            facts.account_regions.iter().find(|fact| fact.subject.arn == arn).unwrap().unread.len()
        };
        (of(HERE), of(THERE))
    };
    let instances = |world: &mut Inventory| {
        region(world, PROD, HERE).rds.db_instances = Collected::Gap(denied(Operation::RdsDescribeDBInstances));
    };
    let buckets = |world: &mut Inventory| {
        parts(world, PROD).s3.buckets = Collected::Gap(denied(Operation::S3ListBuckets));
    };
    let nowhere = |world: &mut Inventory| {
        let mut hidden = bucket("b");
        hidden.region = Answer::Gap(denied(Operation::S3ListBuckets));
        put(&mut parts(world, PROD).s3.buckets, hidden);
    };
    assert_eq!(unread(true, &|_| {}), (0, 0));
    for hide in [&instances as &dyn Fn(&mut Inventory), &buckets, &nowhere] {
        assert_eq!(unread(true, hide), (1, 0));
        assert_eq!(unread(false, hide), (0, 0), "without a plan nothing is selected, whatever is there");
    }
}
