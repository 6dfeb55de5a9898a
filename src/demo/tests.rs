use super::*;

#[test]
fn the_demo_is_the_same_at_every_call_and_survives_its_format() {
    let inventory = incident();
    assert_eq!(inventory, incident());
    let text = serde_json::to_string(&inventory).unwrap();
    assert_eq!(serde_json::from_str::<Inventory>(&text).unwrap(), inventory);
}

#[test]
fn every_account_of_the_demo_in_use_is_scanned() {
    let inventory = incident();
    let organization = inventory.organization.as_ref().unwrap();
    let active: Vec<_> = organization
        .accounts
        .items()
        .iter()
        .filter(|account| account.state == crate::model::organization::AccountState::Active)
        .map(|account| account.id.clone())
        .collect();
    let mut scanned: Vec<_> = inventory.accounts.iter().map(|account| account.id.clone()).collect();
    scanned.sort();
    assert_eq!(active.len(), 9);
    assert!(active.iter().all(|id| scanned.contains(id)), "{active:?} {scanned:?}");
    assert_eq!(scanned.len(), active.len());
}

#[test]
fn no_arn_stands_in_the_wrong_account_or_region() {
    for account in &incident().accounts {
        for (region, parts) in account.regions() {
            let here = |arn: &crate::model::ids::Arn| {
                assert_eq!(arn.account().as_ref(), Some(&account.id), "{arn}");
                assert_eq!(arn.region().as_ref(), Some(region), "{arn}");
            };
            parts.rds.db_instances.items().iter().for_each(|i| here(&i.arn));
            parts.rds.db_clusters.items().iter().for_each(|c| here(&c.arn));
            parts.rds.db_snapshots.items().iter().for_each(|s| here(&s.arn));
            parts.rds.db_cluster_snapshots.items().iter().for_each(|s| here(&s.arn));
            parts.dynamodb.tables.items().iter().for_each(|t| here(&t.arn));
            parts.backup.plans.items().iter().for_each(|p| here(&p.arn));
            parts.kms.keys.items().iter().for_each(|k| here(&k.reference));
            for vault in parts.backup.vaults.items() {
                here(&vault.arn);
                let points = vault.recovery_points.value().unwrap();
                assert_eq!(usize::try_from(vault.recovery_point_count).unwrap(), points.len());
                points.iter().for_each(|point| here(&point.arn));
            }
        }
    }
}

/// An identifier that stands twice would make two things one.
#[test]
fn no_arn_of_a_point_stands_twice() {
    let inventory = incident();
    let mut seen = std::collections::BTreeSet::new();
    for account in &inventory.accounts {
        for (_, parts) in account.regions() {
            for vault in parts.backup.vaults.items() {
                for point in vault.recovery_points.value().unwrap() {
                    assert!(seen.insert(point.arn.clone()), "{}", point.arn);
                }
            }
        }
    }
    assert!(seen.len() > 10);
}
