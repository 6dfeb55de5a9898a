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
pub fn hold(path: &Path, text: &str) {
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

pub fn example(name: &str) -> PathBuf {
    root().join("reports/examples").join(name)
}

#[test]
fn the_demos_reports() {
    hold(&example("demo-80.txt"), &demo("80", "table"));
    hold(&example("demo-200.txt"), &demo("200", "table"));
    hold(&example("demo.md"), &demo("80", "markdown"));
    hold(&example("demo.csv"), &demo("80", "csv"));
    // These tell the calls that were made, and without the SDK none is.
    if cfg!(all(feature = "aws", feature = "fleet")) {
        hold(&example("demo.json"), &demo("80", "json"));
        hold(&example("demo.html"), &demo("80", "html"));
        hold(&example("demo.sarif"), &demo("80", "sarif"));
        hold(&example("demo.junit.xml"), &demo("80", "junit"));
        hold(&example("demo.ocsf.json"), &demo("80", "ocsf"));
        hold(&example("demo.oscal.json"), &demo("80", "oscal"));
    }
}

/// The published schemas (tests/schemas/README.md).
#[test]
fn the_demos_reports_are_what_the_published_schemas_say() {
    let errors = |schema: &str, documents: &[serde_json::Value]| -> Vec<String> {
        let schema = fs::read_to_string(root().join("tests/schemas").join(schema)).unwrap();
        // One pattern of SARIF's schema has a bracket that only lenient readers of patterns take as it is meant.
        let schema = serde_json::from_str(&schema.replace("{2}]?$", "{2}\\\\]?$")).unwrap();
        let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        let found = documents.iter().flat_map(|document| validator.iter_errors(document));
        found.map(|error| format!("{}: {error}", error.instance_path())).take(10).collect()
    };
    let parsed = |format: &str| serde_json::from_str::<serde_json::Value>(&demo("80", format)).unwrap();
    assert_eq!(errors("sarif-2.1.0-rtm.5.json", &[parsed("sarif")]), Vec::<String>::new());
    assert_eq!(errors("oscal-assessment-results-1.2.3.json", &[parsed("oscal")]), Vec::<String>::new());
    let events = parsed("ocsf");
    let events = events.as_array().unwrap();
    assert!(events.len() > 100);
    assert_eq!(errors("ocsf-compliance-finding-1.5.0.json", events), Vec::<String>::new());
}

/// The XSD of Jenkins's xUnit plugin.
#[cfg(feature = "aws")]
#[test]
fn the_demos_junit_is_what_the_xsd_says() {
    const VALIDATE: &str = "import sys, xmlschema\n\
        schema = xmlschema.XMLSchema(sys.argv[1])\n\
        print('\\n'.join(f'{e.path}: {e.reason}' for e in schema.iter_errors(sys.argv[2])))";
    let folder = tempfile::tempdir().unwrap();
    let (right, wrong) = (folder.path().join("right.xml"), folder.path().join("wrong.xml"));
    let report = demo("80", "junit");
    fs::write(&right, &report).unwrap();
    fs::write(&wrong, report.replacen("<testcase classname", "<testcase class", 1)).unwrap();
    let errors = |file: &Path| {
        let mut command = std::process::Command::new(crate::support::python::python());
        let output = command.args(["-c", VALIDATE]).arg(root().join("tests/schemas/junit-10.xsd")).arg(file).output();
        let output = output.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    assert_eq!(errors(&right), "");
    assert!(errors(&wrong).contains("class"), "the XSD refuses an attribute that does not exist");
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
