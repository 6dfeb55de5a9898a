//! Nightly scans of a served organization: kept without being asked, in the platform's data directory.

use std::process::Command;

use palisade::demo;
use palisade::model::inventory::Inventory;

use super::clients::Served;
use crate::support::program::{Ran, palisade, run};

/// A scan of a served organization, whose home is `home`.
fn scan(served: &Served, home: &std::path::Path, arguments: &[&str]) -> Ran {
    let mut command: Command = served.palisade();
    run(command.env("HOME", home).args(["scan", "--output", "page.txt"]).args(arguments))
}

/// The organization with one production database less protected.
fn weakened(mut inventory: Inventory) -> Inventory {
    let parts = inventory.accounts.iter_mut().filter_map(|account| match &mut account.parts {
        palisade::model::gap::Answer::Value(parts) => Some(parts),
        palisade::model::gap::Answer::Gap(_) => None,
    });
    let regions = parts.flat_map(|parts| &mut parts.regional).filter_map(|region| match &mut region.parts {
        palisade::model::gap::Answer::Value(parts) => Some(parts),
        palisade::model::gap::Answer::Gap(_) => None,
    });
    let instances = regions.filter_map(|region| region.rds.db_instances.value_mut()).flatten();
    let mut found = instances.filter(|instance| instance.identifier == "ledger-reporting");
    found.next().unwrap().deletion_protection = false;
    inventory
}

#[test]
fn a_scan_is_kept_and_the_next_is_measured_by_it() {
    let home = tempfile::tempdir().unwrap();
    let at = home.path();
    let served = Served::start(&demo::incident(), &[]);
    assert!(scan(&served, at, &["--no-store"]).exits(3).stderr.ends_with("wrote page.txt\n"));
    assert!(!at.join(".local").exists());
    let first = scan(&served, at, &[]).exits(3);
    assert!(
        first.stderr.contains("kept as 20") && first.stderr.contains("/.local/share/palisade/store.db\n"),
        "{}",
        first.stderr
    );
    scan(&served, at, &["--fail-on-new"]).exits(0);
    let worse = Served::start(&weakened(demo::incident()), &[]);
    let third = scan(&worse, at, &["--fail-on-new"]).exits(3);
    assert!(third.stderr.contains(": 2 new, 0 now unknown, 0 fixed; "), "{}", third.stderr);
    let told = run(palisade(at).args(["diff", "--format", "json"])).exits(0).json();
    assert_eq!(
        (&told["counts"]["regressions"], &told["regressions"][0]["subject"]["name"]),
        (&2.into(), &"ledger-reporting".into())
    );
    let history = run(palisade(at).args(["history", "--format", "json"])).exits(0).json();
    assert_eq!(history["scopes"][0]["scans"].as_array().unwrap().len(), 3);
    let both = scan(&served, at, &["--no-store", "--fail-on-new"]).exits(2);
    assert!(both.stderr.contains("cannot be used with"), "{}", both.stderr);
}
