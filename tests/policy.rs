//! The policy engine from outside: tables of named situations through `palisade policy eval`, proofs, the fuzzer's corpus,
//! and another evaluator's opinion.

mod differential;

use std::fs;
use std::path::{Path, PathBuf};

use palisade::policy::{
    Caller, Chain, Context, Document, Fact, Kind, Policies, PolicySet, Request, Verdict, fuzz, prove,
};
use serde_json::{Value, json};

use crate::support::program::{Ran, palisade, run};

fn cases(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(folder);
    let mut files: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{}", folder.display());
    files
}

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Runs `palisade policy eval` on a file of these lines.
fn eval(lines: &str) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("requests.jsonl"), lines).unwrap();
    run(palisade(folder.path()).args(["policy", "eval", "requests.jsonl"]))
}

fn answers(ran: &Ran) -> Vec<Value> {
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A request of a table: the file's, with what the case says in its place.
fn request(base: &Value, case: &Value) -> Value {
    let mut request = base.as_object().unwrap().clone();
    request.extend(case["request"].as_object().unwrap().clone());
    request.insert("id".to_owned(), case["name"].clone());
    Value::Object(request)
}

#[test]
fn every_situation_is_decided_as_aws_documents_it() {
    let (mut count, mut wrong) = (0, Vec::new());
    for path in cases("policy") {
        let table = read(&path);
        let list = table["cases"].as_array().unwrap();
        let lines: String = list.iter().map(|case| format!("{}\n", request(&table["base"], case))).collect();
        let answers = answers(&eval(&lines));
        assert_eq!(answers.len(), list.len(), "{}", path.display());
        for (case, answer) in list.iter().zip(&answers) {
            count += 1;
            assert_eq!(answer["id"], case["name"]);
            let right = case["want"].as_object().unwrap().iter().all(|(key, want)| match key.as_str() {
                "error" => answer["error"].as_str().is_some_and(|error| error.contains(want.as_str().unwrap())),
                _ => answer[key] == *want,
            });
            if !right {
                wrong.push(format!("{} {}: wanted {}, got {answer}", path.display(), case["name"], case["want"]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 500, "{count} situations");
}

#[test]
fn an_answer_has_exactly_its_fields() {
    let full = json!({ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "*", "Resource": "*" } });
    let line = json!({
        "id": 7, "principal_arn": "arn:aws:iam::111122223333:root", "principal_account": "111122223333", "action": "s3:GetObject",
        "resource_arn": "arn:aws:s3:::b/k", "resource_account": "111122223333", "context": {}, "identity_policies": [],
        "scps": [{ "level": "r-1", "policies": [{ "name": "Full", "document": full }] }], "rcps": [],
        "permission_boundary": null, "resource_policy": null,
    });
    let ran = eval(&format!("{line}\n\nno json\n{{\"id\": \"x\"}}"));
    assert_eq!(
        ran.stdout.lines().next().unwrap(),
        r#"{"id":7,"decision":"allowed","by":[{"kind":"scp","policy":"Full","sid":null,"index":0,"effect":"Allow"}],"missing_allow_at":null}"#
    );
    let answers = answers(&ran);
    assert_eq!(answers.len(), 3, "an empty line asks nothing");
    assert!(answers[1]["id"].is_null() && answers[1]["error"].is_string());
    assert!(answers[2]["id"] == "x" && answers[2]["error"].as_str().unwrap().contains("principal_arn"));
}

#[test]
fn a_file_that_cannot_be_read_is_1() {
    let folder = tempfile::tempdir().unwrap();
    let ran = run(palisade(folder.path()).args(["policy", "eval", "none.jsonl"]));
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
    assert!(ran.stderr.contains("none.jsonl"), "{}", ran.stderr);
}

#[test]
fn the_corpus_of_the_fuzzer_breaks_nothing() {
    for path in cases("fuzz") {
        let bytes = fs::read(&path).unwrap();
        fuzz::document(&bytes);
        fuzz::pattern(&bytes);
    }
}

/// A question over all contexts: service control policies on an administrator of whom some keys are known.
#[test]
fn every_proof_says_what_it_should() {
    for path in cases("prove") {
        for case in read(&path)["cases"].as_array().unwrap() {
            let level = |(at, statements): (usize, &Value)| {
                let text = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
                let document = Document::read(Kind::Scp, &text).unwrap();
                let full = case["full"] != false;
                let all = r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
                let all = full.then(|| ("FullAWSAccess", Document::read(Kind::Scp, all).unwrap()));
                (at.to_string(), PolicySet::new(all.into_iter().chain([("Guard", document)])))
            };
            let levels = Chain::new(case["levels"].as_array().unwrap().iter().enumerate().map(level));
            let mut context = Context::open();
            for (key, fact) in case["known"].as_object().into_iter().flatten() {
                context.set(
                    key,
                    match fact.as_str() {
                        Some("absent") => Fact::Absent,
                        Some("present") => Fact::Present,
                        _ => Fact::values(fact.as_array().unwrap().iter().map(|value| value.as_str().unwrap())),
                    },
                );
            }
            let account = "111122223333";
            let action = case["action"].as_str().unwrap_or("rds:DeleteDBInstance");
            let resource = case["resource"].as_str().unwrap_or("arn:aws:rds:*:111122223333:db:*");
            let request = Request::for_any(Caller::some_role(account), action, resource, account, context)
                .unwrap()
                .with_plain_names();
            let proof = prove(&request, &Policies::of_administrator(&levels));
            let verdict = match proof.verdict {
                Verdict::Closed => "closed",
                Verdict::Conditional => "conditional",
                Verdict::Open => "open",
            };
            assert_eq!(verdict, case["want"], "{}: {proof:#?}", case["name"]);
            assert_eq!(verdict != "open", !(proof.closing.is_empty() && proof.missing.is_empty()), "{}", case["name"]);
            if let Some(keys) = case["keys"].as_array() {
                let told = proof.openings.iter().flat_map(|opening| &opening.keys).map(|(key, _)| &**key);
                for key in keys {
                    assert!(told.clone().any(|told| told == key.as_str().unwrap()), "{}: {proof:#?}", case["name"]);
                }
            }
        }
    }
}
