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

/// Line coverage sees the conditions of a rule and not what it gives; so each verdict is changed in turn, and a test has to
/// notice.
#[test]
fn the_tests_notice_every_changed_verdict() {
    const HEAD: &str = "\"status\": \"";
    let (sources, _) = Sources::read(&[]);
    let data = judge::config(&Settings::default()).unwrap();
    let mut unnoticed = Vec::new();
    let mut changed = 0;
    for source in &sources.checks {
        let test = sources.tests.iter().find(|test| test.tests(source)).unwrap();
        for (at, _) in source.module.text.match_indices(HEAD) {
            let (before, after) = source.module.text.split_at(at + HEAD.len());
            let mutant = rego::Module { file: source.module.file.clone(), text: format!("{before}no_{after}") };
            let modules: Vec<&rego::Module> =
                sources.shared.iter().map(|shared| &shared.module).chain([&mutant, &test.module]).collect();
            let outcomes = rego::run_tests(&modules, &test.package, &data).unwrap();
            changed += 1;
            if outcomes.iter().all(|(_, outcome)| *outcome == rego::Outcome::Value(true.into())) {
                unnoticed.push(format!("{}:{}", source.module.file, before.lines().count()));
            }
        }
    }
    assert!(changed > 150, "only {changed} verdicts were found");
    assert!(unnoticed.is_empty(), "no test notices another status at\n{}", unnoticed.join("\n"));
}
