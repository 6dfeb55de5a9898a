//! Running the `_test.rego` beside each check: by `cargo test`, and for anybody by `palisade checks test`.

use std::path::PathBuf;

use super::error::CheckErrors;
use super::judge;
use super::load::{self, Source, Sources};
use super::rego::{self, Module, Outcome};
use crate::model::settings::Settings;

/// What came of one test rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestResult {
    /// The file of the test, or of the check that has none.
    pub file: String,
    /// The rule's name.
    pub rule: String,
    /// `None` where it passed, or why it did not.
    pub failure: Option<String>,
}

/// Runs every test of palisade's own checks and of those under the given directories, with the default settings as
/// `data.config`. A file without tests is a failure.
///
/// # Errors
///
/// [`CheckErrors`] where a check itself is broken.
pub fn test_all(directories: &[PathBuf]) -> Result<Vec<TestResult>, CheckErrors> {
    load::load(directories)?;
    let (sources, _) = Sources::read(directories);
    let mut results = Vec::new();
    for source in sources.shared.iter().chain(&sources.checks) {
        let tests: Vec<&Source> = sources.tests.iter().filter(|test| test.tests(source)).collect();
        if tests.is_empty() {
            results.push(TestResult {
                file: source.module.file.clone(),
                rule: String::new(),
                failure: Some("has no _test.rego beside it".to_owned()),
            });
        }
        for test in tests {
            results.extend(run(&sources, source, test));
        }
    }
    results.sort_by(|a, b| (&a.file, &a.rule).cmp(&(&b.file, &b.rule)));
    Ok(results)
}

/// The modules that a test runs with, itself last.
pub(super) fn modules<'a>(sources: &'a Sources, source: &'a Source, test: &'a Source) -> Vec<&'a Module> {
    let mut modules: Vec<&Module> = sources.shared.iter().map(|shared| &shared.module).collect();
    if !modules.contains(&&source.module) {
        modules.push(&source.module);
    }
    modules.push(&test.module);
    modules
}

fn run(sources: &Sources, source: &Source, test: &Source) -> Vec<TestResult> {
    let file = test.module.file.clone();
    let whole = |failure: String| vec![TestResult { file: file.clone(), rule: String::new(), failure: Some(failure) }];
    let Some(data) = judge::config(&Settings::default()) else {
        return whole("the default settings cannot be put before it".to_owned());
    };
    match rego::run_tests(&modules(sources, source, test), &test.package, &data) {
        Ok(outcomes) if outcomes.is_empty() => whole("has no rule whose name starts with test_".to_owned()),
        Ok(outcomes) => outcomes
            .into_iter()
            .map(|(rule, outcome)| TestResult { file: file.clone(), rule, failure: failure(outcome) })
            .collect(),
        Err((line, problem)) => {
            whole(line.map_or_else(|| problem.to_string(), |line| format!("line {line}: {problem}")))
        }
    }
}

fn failure(outcome: Outcome) -> Option<String> {
    match outcome {
        Outcome::Value(serde_json::Value::Bool(true)) => None,
        Outcome::Value(value) => Some(format!("gave {value}, not true")),
        Outcome::Undefined => Some("is undefined: one of its lines does not hold".to_owned()),
        Outcome::Error(error) => Some(error),
    }
}
