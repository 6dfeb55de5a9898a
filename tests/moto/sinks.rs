//! Two nights of a runner whose reports, store and notices lie in AWS.

use std::fs;

use serde_json::Value;

use super::{Credentials, Moto};
use crate::support::program::{Ran, run};

const ACCOUNT: &str = "100000000088";

#[test]
fn reports_and_the_store_go_to_a_bucket_and_the_notice_to_a_topic() {
    let moto = Moto::shared();
    let setup = moto.script("sinks.py", &["setup", ACCOUNT]);
    let credentials: Credentials = serde_json::from_value(setup["credentials"].clone()).unwrap();
    let (bucket, topic) = (setup["bucket"].as_str().unwrap(), setup["topic"].as_str().unwrap());
    let directory = tempfile::tempdir().unwrap();
    let (place, store) = (format!("s3://{bucket}/nightly/"), format!("s3://{bucket}/store/palisade.sqlite"));
    let palisade = |arguments: &[&str]| -> Ran {
        run(moto.palisade(directory.path(), &credentials).env("PALISADE_SNS_TOPIC", topic).args(arguments))
    };
    let night = || {
        palisade(&[
            "scan",
            "--no-organization",
            "--regions",
            "eu-central-1",
            "--fail-on",
            "never",
            "--format",
            "json,markdown",
            "--output",
            &place,
            "--store",
            &store,
            "--notify",
            "sns",
        ])
    };
    let first = night();
    assert_eq!(first.code, 0, "{}", first.stderr);
    assert!(first.stdout.is_empty());
    for said in [format!("wrote {place}palisade-"), format!("in {store}"), "told sns".to_owned()] {
        assert!(first.stderr.contains(&said), "{said}: {}", first.stderr);
    }
    // A topic is nobody's but its owner's.
    assert!(!first.stderr.contains(topic), "{}", first.stderr);
    // The second of the clock tells reports apart.
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    let second = night();
    assert_eq!(second.code, 0, "{}", second.stderr);

    let came = moto.script("sinks.py", &["read", ACCOUNT]);
    let objects = came["objects"].as_object().unwrap();
    let of = |ending: &str| -> Vec<&Value> {
        objects.iter().filter(|(key, _)| key.ends_with(ending)).map(|(_, object)| object).collect()
    };
    assert_eq!((of(".json").len(), of(".md").len(), of(".sqlite").len()), (2, 2, 1), "{objects:?}");
    assert!(of(".json")[0]["start"].as_str().unwrap().contains("palisade.posture/1"));
    assert_eq!(of(".md")[0]["type"], "text/markdown; charset=utf-8");
    assert!(of(".sqlite")[0]["start"].as_str().unwrap().starts_with("SQLite format 3"));

    let messages: Vec<&str> =
        came["messages"].as_array().unwrap().iter().map(|m| m["Message"].as_str().unwrap()).collect();
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(messages.iter().any(|text| text.contains("this one is the measure for the next")), "{messages:?}");
    assert!(messages.iter().any(|text| text.contains("nothing is worse than before")), "{messages:?}");

    let history = palisade(&["history", "--store", &store, "--format", "json"]).exits(0).json();
    assert_eq!(history["scopes"][0]["scans"].as_array().unwrap().len(), 2, "{history}");
    palisade(&["diff", "--store", &store]).exits(0);
}

#[test]
fn what_cannot_be_put_is_kept_here_and_what_cannot_be_told_is_said() {
    let moto = Moto::shared();
    let directory = tempfile::tempdir().unwrap();
    let credentials = Credentials {
        access_key_id: "testing".to_owned(),
        secret_access_key: "testing".to_owned(),
        session_token: None,
    };
    let ran = run(moto
        .palisade(directory.path(), &credentials)
        .env("PALISADE_SLACK_URL", "http://127.0.0.1:1/services/SECRET")
        .args(["scan", "--no-organization", "--regions", "eu-central-1", "--fail-on", "never", "--no-store"])
        .args(["--format", "json,table", "--output", "s3://palisade-no-such-bucket/a/posture.json", "--output", "-"])
        .args(["--notify", "slack"]));
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("s3:PutObject was refused for s3://palisade-no-such-bucket/a/posture.json"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("The report is kept here, in posture.json"), "{}", ran.stderr);
    // The other format is written all the same.
    assert!(ran.stdout.contains("Posture of account"), "{}", ran.stdout);
    let kept: Value =
        serde_json::from_str(&fs::read_to_string(directory.path().join("posture.json")).unwrap()).unwrap();
    assert_eq!(kept["schema"], "palisade.posture/1");
    assert!(
        ran.stderr.contains("slack was not told: it cannot be reached") && !ran.stderr.contains("SECRET"),
        "{}",
        ran.stderr
    );
}

#[test]
fn who_is_to_be_told_is_known_before_anything_is_read() {
    let moto = Moto::shared();
    let directory = tempfile::tempdir().unwrap();
    let credentials = Credentials {
        access_key_id: "testing".to_owned(),
        secret_access_key: "testing".to_owned(),
        session_token: None,
    };
    let scan = |variable: Option<&str>, arguments: &[&str]| {
        let mut command = moto.palisade(directory.path(), &credentials);
        if let Some(url) = variable {
            command.env("PALISADE_SLACK_URL", url);
        }
        run(command.arg("scan").args(arguments))
    };
    let none = scan(None, &["--notify", "slack"]).exits(2);
    assert!(none.stderr.contains("set PALISADE_SLACK_URL, or slack_url in [notify]"), "{}", none.stderr);
    let plain = scan(Some("http://hooks.example.com/SECRET"), &["--notify", "slack"]).exits(2);
    assert!(plain.stderr.contains("https://") && !plain.stderr.contains("SECRET"), "{}", plain.stderr);
    let wrong = scan(None, &["--notify", "slak"]).exits(2);
    assert!(wrong.stderr.contains("did you mean slack?"), "{}", wrong.stderr);
    let prefix = scan(None, &["--store", "s3://acme-reports/store/"]).exits(2);
    assert!(prefix.stderr.contains("is a prefix"), "{}", prefix.stderr);
}
