use super::*;
use crate::fleet::image::faults;
use crate::model::gap::GapKind;
use crate::model::inventory::AccountInventory;

fn of(accounts: usize) -> Shape {
    Shape { accounts, ..Shape::default() }
}

/// The stateful resources of an account.
fn resources(account: &AccountInventory) -> usize {
    let buckets = account.parts().map_or(0, |parts| parts.s3.buckets.items().len());
    let regional = account.regions().map(|(_, parts)| {
        parts.rds.db_instances.items().len() + parts.rds.db_clusters.items().len() + parts.dynamodb.tables.items().len()
    });
    buckets + regional.sum::<usize>()
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let text = |seed| serde_json::to_vec(&generate(seed, &of(60))).unwrap();
    assert_eq!(text(7), text(7));
    assert_ne!(text(7), text(8));
}

#[test]
fn every_organization_is_in_the_image() {
    for (seed, accounts, partition) in
        [(1, 150, "aws"), (2, 150, "aws"), (3, 40, "aws-cn"), (4, 1, "aws"), (5, 7, "aws-eusc"), (6, 3, "aws-us-gov")]
    {
        let shape = Shape {
            partition: crate::demo::build::id(partition),
            denied_calls: 200,
            denied_accounts: 30,
            ..of(accounts)
        };
        let found = faults(&generate(seed, &shape));
        assert!(
            found.is_empty(),
            "seed {seed}: {} faults, such as\n{}",
            found.len(),
            found[..found.len().min(12)].join("\n")
        );
    }
}

#[test]
fn accounts_are_skewed_as_real_ones_are() {
    let inventory = generate(42, &of(2_000));
    let mut sizes: Vec<usize> =
        inventory.accounts.iter().filter(|account| account.parts().is_some()).map(resources).collect();
    sizes.sort_unstable();
    let (median, sum) = (sizes[sizes.len() / 2], sizes.iter().sum::<usize>());
    let mean = sum as f64 / sizes.len() as f64;
    println!("median {median}, mean {mean:.1}, largest {:?}", sizes.last());
    assert!((10..=14).contains(&median), "median {median}");
    assert!((36.0..=44.0).contains(&mean), "mean {mean}");
    let top: usize = sizes.iter().rev().take(sizes.len() / 100).sum();
    assert!(top * 100 / sum > 15, "the largest hundredth holds {}%", top * 100 / sum);
}

/// Everything that the endpoint and the checks are to meet stands somewhere in a middling organization.
#[test]
fn a_middling_organization_holds_every_situation() {
    let inventory = generate(11, &Shape { denied_calls: 100, denied_accounts: 20, ..of(600) });
    let text = serde_json::to_string(&inventory).unwrap();
    for word in [
        r#""region_denied""#,
        r#""denied""#,
        r#""malformed""#,
        r#""out_of_scope""#,
        r#""SUSPENDED""#,
        r#""CLOSED""#,
        r#""PENDING_ACTIVATION""#,
        "LOGICALLY_AIR_GAPPED",
        "PendingDeletion",
        "KEY_MATERIAL_EXPIRES",
        "mrk-",
        "alias/storage",
        "099999999990",
        r#"["all"]"#,
        "global-cluster",
        "replica_source\":\"arn",
        "legal-hold",
        "not_resources\":[\"",
        "string_not_equals",
        ".tflock",
        "\"kind\":\"held\"",
        ".tfstate.backup",
        "env:/",
        "oidc-provider",
        "coding-agent",
        "vendor-monitoring",
        "BreakGlass",
        "AWSControlTowerExecution",
        "stacksets-exec-",
        "AWSReservedSSO_",
        "cdk-hnb",
        "COMPLIANCE",
        "GOVERNANCE",
        "aws:PrincipalARN",
        "dp:exclude",
        "IfExists",
        "allowlist-sandbox",
        "lock_table",
    ] {
        assert!(text.contains(word), "{word} stands nowhere");
    }
    let depth = |start: &str| {
        let units = inventory.organization.as_ref().unwrap().units.items();
        let above = |id: &String| units.iter().find(|unit| unit.id == *id).map(|unit| unit.parent.clone());
        std::iter::successors(Some(start.to_owned()), above).count() - 1
    };
    let deepest = inventory.organization.as_ref().unwrap().units.items().iter().map(|unit| depth(&unit.id)).max();
    assert_eq!(deepest, Some(5));
    let denied = inventory.gaps().iter().filter(|placed| placed.gap.kind == GapKind::RegionDenied).count();
    assert!(denied > 10, "{denied} closed regions");
}

/// Many small ones: what happens in one of a thousand accounts happens here.
#[test]
#[ignore = "takes its time"]
fn many_organizations_are_in_the_image() {
    for seed in 100..160 {
        let found = faults(&generate(seed, &Shape { denied_calls: 150, ..of(90) }));
        assert!(found.is_empty(), "seed {seed}: {found:#?}");
    }
}

/// The figures for ten thousand accounts; run it by hand with `--ignored --nocapture`.
#[test]
#[ignore = "takes its time and memory"]
fn ten_thousand_accounts() {
    let inventory = generate(1, &of(10_000));
    let resources: usize = inventory.accounts.iter().map(resources).sum();
    let memory = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = memory.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default().to_owned();
    println!("{} accounts, {resources} resources, {peak}", inventory.accounts.len());
}
