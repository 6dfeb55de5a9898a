//! Clients that are not palisade's: what crosses is held to AWS's own published models, boto3 and the AWS CLI read a served
//! organization through every operation, and the scan over a socket is the scan within the process.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use palisade::demo;
use palisade::fleet::{Fault, Fleet, Options, Order};
use palisade::model::inventory::Inventory;
use palisade::model::operation::Operation;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::arbitrary;
use super::world::{Exchange, collect_and_listen, differences, plain};
use crate::support::moto::{Credentials, Moto};
use crate::support::program::{palisade, run};
use crate::support::python::python;

const SUPPORT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support");

/// `palisade fleet serve`, as a user starts it; it ends when this is dropped.
pub struct Served {
    child: Child,
    /// What it says to export.
    pub variables: Vec<(String, String)>,
    directory: TempDir,
}

impl Served {
    /// Serves an inventory with these further arguments.
    pub fn start(inventory: &Inventory, arguments: &[&str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("inventory.json");
        serde_json::to_writer(File::create(&path).unwrap(), inventory).unwrap();
        let mut child = palisade(directory.path())
            .args(["fleet", "serve", "inventory.json"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().take(6);
        let variables = lines
            .map(|line| {
                let line = line.unwrap();
                let (name, value) = line.strip_prefix("export ").unwrap().split_once('=').unwrap();
                (name.to_owned(), value.to_owned())
            })
            .collect();
        Self { child, variables, directory }
    }

    /// The inventory's file.
    pub fn inventory(&self) -> PathBuf {
        self.directory.path().join("inventory.json")
    }

    /// A folder that lives as long as this.
    pub fn folder(&self) -> &Path {
        self.directory.path()
    }

    /// Its address.
    pub fn endpoint(&self) -> &str {
        let found = self.variables.iter().find(|(name, _)| name == "AWS_ENDPOINT_URL");
        found.map(|(_, value)| value.as_str()).unwrap()
    }

    /// The program, pointed at it.
    pub fn palisade(&self) -> Command {
        let mut command = palisade(self.folder());
        command.envs(self.variables.iter().cloned());
        command
    }

    /// Runs a script of `tests/support/` against it and gives back the JSON that it prints.
    #[track_caller]
    fn script(&self, name: &str) -> Value {
        let inventory = self.inventory();
        script(name, &[self.endpoint(), inventory.to_str().unwrap()], &self.variables)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[track_caller]
fn script(name: &str, arguments: &[&str], variables: &[(String, String)]) -> Value {
    let output = Command::new(python())
        .arg(format!("{SUPPORT}/{name}"))
        .args(arguments)
        .env_clear()
        .envs(variables.iter().cloned())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .output()
        .expect("the venv's Python starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name} failed: {errors}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{name} printed no JSON ({e}): {errors}"))
}

#[track_caller]
fn no_faults(name: &str, said: &Value) {
    let faults: Vec<&str> = said["faults"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let first = &faults[..faults.len().min(60)];
    assert!(faults.is_empty(), "{name} finds {} faults:\n{}", faults.len(), first.join("\n"));
}

/// The demo's organization, with the account tags that one operation is for.
fn organization() -> Inventory {
    super::faults::organization()
}

/// What crossed, as the referee reads it.
fn exchange(crossed: &Exchange) -> Value {
    let headers = |map: &http::HeaderMap| -> Value {
        map.iter().map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap_or_default()))).collect()
    };
    let operation = Fleet::operation(&crossed.request).expect("palisade calls what is in its table");
    json!({
        "service": operation.service(),
        "operation": operation.name(),
        "request": {
            "method": crossed.request.method().as_str(),
            "uri": crossed.request.uri().to_string(),
            "headers": headers(crossed.request.headers()),
            "body": STANDARD.encode(crossed.request.body()),
        },
        "response": {
            "status": crossed.response.status().as_u16(),
            "headers": headers(crossed.response.headers()),
            "body": STANDARD.encode(crossed.response.body()),
        },
    })
}

/// Holds what crossed to AWS's published models. `codes`: error codes that an inventory made up.
#[track_caller]
fn referee(exchanges: &[Exchange], codes: &BTreeSet<String>) -> BTreeSet<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("exchanges.jsonl");
    let mut file = std::io::BufWriter::new(File::create(&path).unwrap());
    let mut written = BTreeSet::new();
    for crossed in exchanges {
        let line = exchange(crossed).to_string();
        // The same again proves nothing more.
        if written.insert(line.clone()) {
            writeln!(file, "{line}").unwrap();
        }
    }
    file.flush().unwrap();
    let mut arguments = vec![path.to_str().unwrap()];
    codes.iter().for_each(|code| arguments.extend(["--code", code.as_str()]));
    let said = script("fleet_referee.py", &arguments, &[]);
    no_faults("the referee", &said);
    assert_eq!(said["checked"].as_u64(), Some(written.len() as u64), "some exchanges were passed over");
    said["operations"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_operation_speaks_as_the_published_models_say() {
    let (_, exchanges) = collect_and_listen(&organization(), Options::default());
    let held = referee(&exchanges, &BTreeSet::new());
    let missing: Vec<_> = Operation::ALL.iter().filter(|operation| !held.contains(operation.as_str())).collect();
    assert!(missing.is_empty(), "nothing crossed for {missing:?}");
}

#[test]
fn hostile_inventories_speak_as_the_published_models_say() {
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let (mut exchanges, mut codes) = (Vec::new(), BTreeSet::new());
    for _ in 0..12 {
        let bytes: Vec<u8> = (0..2_500)
            .map(|_| {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                u8::try_from(seed >> 56).unwrap()
            })
            .collect();
        let inventory = palisade::fleet::sealed(arbitrary::inventory(&bytes));
        codes.extend(inventory.gaps().into_iter().filter_map(|placed| placed.gap.code));
        exchanges.extend(collect_and_listen(&inventory, Options { page_size: Some(2), ..Options::default() }).1);
    }
    referee(&exchanges, &codes);
}

#[test]
fn ordered_faults_speak_as_the_published_models_say() {
    let base = organization();
    let mut exchanges = Vec::new();
    for fault in [Fault::Denied, Fault::DeniedByScp, Fault::Throttled, Fault::ServerError, Fault::RegionOff] {
        let every = Operation::ALL.iter().filter(|operation| operation.service() != "sts");
        let faults = every.map(|operation| Order::everywhere(*operation, fault)).collect();
        exchanges.extend(collect_and_listen(&base, Options { faults, ..Options::default() }).1);
    }
    referee(&exchanges, &BTreeSet::new());
}

#[test]
fn boto3_reads_every_operation() {
    let served = Served::start(&organization(), &["--as-recorded", "--page-size", "3"]);
    let said = served.script("fleet_boto3.py");
    no_faults("boto3", &said);
    every_operation("boto3", &said);
}

#[test]
fn the_aws_cli_reads_every_operation() {
    let served = Served::start(&organization(), &["--as-recorded"]);
    let said = served.script("fleet_cli.py");
    no_faults("the AWS CLI", &said);
    every_operation("the AWS CLI", &said);
}

#[track_caller]
fn every_operation(name: &str, said: &Value) {
    let called = said["operations"].as_object().unwrap();
    let missing: Vec<_> = Operation::ALL.iter().filter(|operation| !called.contains_key(operation.as_str())).collect();
    assert!(missing.is_empty(), "{name} did not call {missing:?}");
}

/// The law over a socket, with the real program on both sides: what `collect` writes is what `fleet serve` was given.
#[test]
fn the_program_collects_what_the_program_serves() {
    let inventory = demo::incident();
    let served = Served::start(&inventory, &["--as-recorded", "--page-size", "7"]);
    run(served.palisade().args(["collect", "--output", "again.json"])).exits(0);
    let again: Inventory = serde_json::from_slice(&fs::read(served.folder().join("again.json")).unwrap()).unwrap();
    let (mut want, mut got) = (plain(&inventory), plain(&again));
    // The machine's clock goes on meanwhile, and each scan's sessions are named after the second it began in.
    for value in [&mut want, &mut got] {
        value.as_object_mut().unwrap().remove("taken_at");
        for account in value["accounts"].as_array_mut().unwrap() {
            if let Some(parts) = account["parts"].get_mut("value") {
                parts.as_object_mut().unwrap().remove("session");
            }
        }
    }
    let found = differences(&want, &got);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// An old inventory is served as if it had been read just now: the verdicts on its ages are the same.
#[test]
fn ages_stay_what_they_were() {
    let served = Served::start(&demo::incident(), &[]);
    let scan = run(served.palisade().args(["scan", "--format", "json"])).exits(3).json();
    let assessed =
        run(palisade(served.folder()).args(["assess", "inventory.json", "--format", "json"])).exits(3).json();
    let verdicts = |report: &Value| -> BTreeSet<(String, String, String)> {
        let findings = report["findings"].as_array().unwrap().iter();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        findings.map(|f| (text(&f["check"]), text(&f["subject"]["arn"]), text(&f["status"]))).collect()
    };
    assert_eq!(verdicts(&scan), verdicts(&assessed));
}

/// Whoever has no credentials of the endpoint's is refused, and a port that is taken is a clear sentence.
#[test]
fn wrong_ways_in_are_said() {
    let served = Served::start(&demo::incident(), &[]);
    let refused = run(served.palisade().env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE").args(["scan"])).exits(1);
    assert!(refused.stderr.contains("does not accept the credentials"), "{}", refused.stderr);
    let port = served.endpoint().rsplit(':').next().unwrap().to_owned();
    let taken = run(palisade(served.folder()).args(["fleet", "serve", "inventory.json", "--port", &port])).exits(1);
    assert!(taken.stderr.contains("cannot serve on port") && taken.stderr.contains(&port), "{}", taken.stderr);
}

/// Where moto serves the same operation, its answers and ours to the same content have the same shape, but for what
/// `fleet_moto_differences.json` lists with its reason.
#[test]
fn the_shapes_are_motos_but_for_what_is_listed() {
    let moto = Moto::shared();
    let management = "100000000055";
    let setup = moto.script("organization.py", &[management]);
    moto.script("fleet_moto_setup.py", &[management, setup["accounts"]["shop-production"].as_str().unwrap()]);
    let credentials: Credentials = serde_json::from_value(setup["credentials"].clone()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut collect = moto.palisade(folder.path(), &credentials);
    run(collect.args(["collect", "--regions=eu-central-1,eu-west-1", "--output", "moto.json"])).exits(0);
    let inventory: Inventory = serde_json::from_slice(&fs::read(folder.path().join("moto.json")).unwrap()).unwrap();
    let served = Served::start(&inventory, &["--as-recorded"]);
    let mut variables = vec![
        ("MOTO_ACCESS_KEY_ID".to_owned(), credentials.access_key_id.clone()),
        ("MOTO_SECRET_ACCESS_KEY".to_owned(), credentials.secret_access_key.clone()),
    ];
    variables.extend(credentials.session_token.clone().map(|token| ("MOTO_SESSION_TOKEN".to_owned(), token)));
    let own = served.variables.iter().filter_map(|(name, value)| {
        let name = name.strip_prefix("AWS_")?;
        ["ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN"]
            .contains(&name)
            .then(|| (format!("FLEET_{name}"), value.clone()))
    });
    variables.extend(own);
    let path = served.inventory();
    let listed = format!("{SUPPORT}/fleet_moto_differences.json");
    let arguments = [moto.endpoint.as_str(), served.endpoint(), path.to_str().unwrap(), "--differences", &listed];
    let said = script("fleet_moto.py", &arguments, &variables);
    no_faults("the comparison with moto", &said);
    let compared = said["calls"].as_object().unwrap().len();
    assert!(compared >= 50, "only {compared} operations were compared");
}
