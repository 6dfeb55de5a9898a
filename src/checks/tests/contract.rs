//! Each of palisade's own checks.

use super::super::load::Sources;
use super::super::{judge, rego, testing};
use super::*;

#[test]
fn every_test_of_every_check_passes() {
    let results = test_all(&[]).unwrap();
    let failed: Vec<String> = results
        .iter()
        .filter_map(|result| Some(format!("{} {}: {}", result.file, result.rule, result.failure.as_ref()?)))
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(!results.is_empty());
}

#[test]
fn the_tests_reach_every_line() {
    let (sources, errors) = Sources::read(&[]);
    assert_eq!(errors, []);
    let data = judge::config(&Settings::default()).unwrap();
    let mut missed = Vec::new();
    for source in sources.shared.iter().chain(&sources.checks) {
        let test = sources.tests.iter().find(|test| test.tests(source)).unwrap();
        let modules = testing::modules(&sources, source, test);
        for (file, lines) in rego::testing::uncovered(&modules, &test.package, &data) {
            if file == source.module.file && !lines.is_empty() {
                missed.push(format!("{file}: lines {lines:?}"));
            }
        }
    }
    assert!(missed.is_empty(), "no test reaches\n{}", missed.join("\n"));
}
