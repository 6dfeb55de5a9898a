//! The examples in `reports/examples/` and in the README are what the program writes.
//!
//! `PALISADE_BLESS=1 cargo test` renews them; whoever changes what is judged or shown sees in the difference what became of
//! it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::program::{palisade, run};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[expect(clippy::disallowed_methods, reason = "PALISADE_BLESS renews what the tests compare with")]
fn blessing() -> bool {
    std::env::var_os("PALISADE_BLESS").is_some()
}

/// Compares a file with what it should hold, or writes it.
fn hold(path: &Path, text: &str) {
    if blessing() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let held = fs::read_to_string(path).unwrap_or_default();
    if let Some((number, (held, now))) = held.lines().zip(text.lines()).enumerate().find(|(_, (held, now))| held != now)
    {
        panic!(
            "{} line {}:\n  held {held:.300}\n  now  {now:.300}\nPALISADE_BLESS=1 cargo test renews it",
            path.display(),
            number + 1
        );
    }
    assert!(
        held == text,
        "{} has not the right number of lines: PALISADE_BLESS=1 cargo test renews it",
        path.display()
    );
}

fn demo(columns: &str, format: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    run(palisade(folder.path()).env("COLUMNS", columns).args(["demo", "--format", format])).exits(0).stdout
}

fn example(name: &str) -> PathBuf {
    root().join("reports/examples").join(name)
}

#[test]
fn the_demos_reports() {
    hold(&example("demo-80.txt"), &demo("80", "table"));
    hold(&example("demo-200.txt"), &demo("200", "table"));
    // Its ledger holds the calls that were made, and without the SDK none is.
    if cfg!(all(feature = "aws", feature = "fleet")) {
        hold(&example("demo.json"), &demo("80", "json"));
    }
}

#[test]
fn the_demos_rehearsal() {
    let folder = tempfile::tempdir().unwrap();
    let page = run(palisade(folder.path()).env("COLUMNS", "100").args(["demo", "--drill"])).exits(0).stdout;
    hold(&example("drill.txt"), &page);
}

/// The incident's database before a plan that replaces it, with what its owner overrides.
#[test]
fn the_demos_readiness() {
    let folder = tempfile::tempdir().unwrap();
    let write =
        ["demo", "--quiet", "--output", "demo.txt", "--write-inventory", "inv.json", "--write-config", "palisade.toml"];
    run(palisade(folder.path()).args(write)).exits(0);
    for name in ["plan.json", "palisade-overrides.toml"] {
        fs::copy(root().join("tests/cases/ready").join(name), folder.path().join(name)).unwrap();
    }
    for (format, file) in [("text", "ready.txt"), ("markdown", "ready.md")] {
        let page = run(palisade(folder.path())
            .env("COLUMNS", "100")
            .args(["ready", "--inventory", "inv.json", "--format", format])
            .args([
                "--principal",
                "arn:aws:iam::999999999999:role/terraform",
                "--resource",
                "arn:aws:rds:eu-central-1:555555555555:db:courses-prod",
                "--plan",
                "plan.json",
            ]));
        hold(&example(file), &page.exits(3).stdout);
    }
}

#[test]
fn the_demos_json_is_what_the_schema_says() {
    let schema =
        serde_json::from_str(&fs::read_to_string(root().join("reports/posture.schema.json")).unwrap()).unwrap();
    let posture = serde_json::from_str(&demo("80", "json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&posture).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn an_inventory_is_what_its_schema_says() {
    let schema =
        serde_json::from_str(&fs::read_to_string(root().join("reports/inventory.schema.json")).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let inventory = serde_json::to_value(palisade::demo::incident()).unwrap();
    let errors: Vec<String> = validator.iter_errors(&inventory).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// The README shows the head of the page and the first failures, as they are.
#[test]
fn the_readmes_sample_is_real() {
    let page = demo("80", "table");
    let sample: Vec<&str> = page.lines().take(46).collect();
    let path = root().join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once("<!-- demo -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- /demo -->").unwrap();
    hold(
        &path,
        &format!("{before}<!-- demo -->\n```text\n{}\n…\n```\n<!-- /demo -->{after}", sample.join("\n").trim_end()),
    );
}

/// What the README shows of answers about the demo is what its commands answer, but for what `…` stands for.
#[test]
fn the_readmes_answers_are_real() {
    let folder = tempfile::tempdir().unwrap();
    let write =
        ["demo", "--quiet", "--output", "demo.txt", "--write-inventory", "inv.json", "--write-config", "palisade.toml"];
    run(palisade(folder.path()).args(write)).exits(0);
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    for name in ["who-can", "explain"] {
        // The command stands before what it answers.
        let command = readme.lines().find_map(|line| line.strip_prefix(&format!("palisade {name} "))).unwrap();
        let arguments = [name].into_iter().chain(command.split(' '));
        let answer = run(palisade(folder.path()).env("COLUMNS", "80").args(arguments)).exits(0).stdout;
        let (_, rest) = readme.split_once(&format!("<!-- {name} -->\n```text\n")).unwrap();
        let (shown, _) = rest.split_once("```\n").unwrap();
        let mut left = answer.as_str();
        for piece in shown.split("…\n") {
            let (_, after) = left.split_once(piece).unwrap_or_else(|| panic!("{name} does not say\n{piece}in\n{left}"));
            left = after;
        }
    }
}

/// The README says of exit codes what the help says.
#[test]
fn the_readmes_exit_codes_are_the_helps() {
    let folder = tempfile::tempdir().unwrap();
    let help = run(palisade(folder.path()).arg("--help")).exits(0).stdout;
    let codes = &help[help.find("Exit codes:").unwrap()..];
    assert!(fs::read_to_string(root().join("README.md")).unwrap().contains(codes.trim_end()));
}
