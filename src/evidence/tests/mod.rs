mod attacks;
mod chains;
mod signatures;

use super::*;

fn manifest() -> Manifest {
    Manifest {
        schema: MANIFEST_SCHEMA.to_owned(),
        tool: "palisade 0.1.0".to_owned(),
        build: None,
        taken_at: "2026-03-02T07:00:00Z".parse().unwrap(),
        organization: Some("o-meridian01".to_owned()),
        period: Some("2026-01-01..2026-03-31".parse().unwrap()),
        frameworks: vec!["dora".to_owned()],
        previous: Some(Digest::of(b"before")),
        files: Vec::new(),
    }
}

fn entry(path: &str, content: &[u8]) -> Entry {
    Entry { path: path.to_owned(), content: content.to_vec() }
}

/// A small bundle: an empty file, one that fills its blocks, one that does not.
fn bundle() -> Bundle {
    let files = vec![
        entry("index.md", b""),
        entry("posture.json", &[b'x'; 1024]),
        entry("checks/custom/lib/own.rego", b"package"),
    ];
    Bundle::new(manifest(), files)
}

fn bytes(bundle: &Bundle) -> Vec<u8> {
    let mut bytes = Vec::new();
    bundle.write(&mut bytes).unwrap();
    bytes
}

fn read_back(bytes: &[u8]) -> Result<Bundle, BundleError> {
    Bundle::read(bytes, &Limits::default())
}

#[test]
fn what_is_written_is_read_and_the_same_bytes_come_out_again() {
    let written = bytes(&bundle());
    assert_eq!(written, bytes(&bundle()));
    let read = read_back(&written).unwrap();
    assert_eq!(read.faults(), []);
    assert_eq!(read.files, bundle().files);
    assert_eq!(read.digest, Some(Digest::of(&written)));
    assert_eq!(read.size, written.len() as u64);
    assert_eq!(bytes(&read), written);
    assert_eq!(read.signer(None), Ok(Signed::Unsigned));
}

#[test]
fn periods_are_days_and_hold_their_last_one() {
    let period: Period = "2026-01-01..2026-03-31".parse().unwrap();
    assert!(period.holds("2026-01-01T00:00:00Z".parse().unwrap()));
    assert!(period.holds("2026-03-31T23:59:59Z".parse().unwrap()));
    assert!(!period.holds("2026-04-01T00:00:00Z".parse().unwrap()));
    assert!(!period.holds("2025-12-31T23:59:59Z".parse().unwrap()));
    for wrong in [
        "2026-01-01",
        "2026-02-01..2026-01-01",
        "2026-01-01..",
        "a..b",
        "2026-01-01T00:00..2026-03-31",
        "2026-13-01..2026-13-02",
    ] {
        assert!(wrong.parse::<Period>().is_err(), "{wrong}");
    }
}

#[test]
fn a_manifest_has_one_form() {
    let right = bundle().manifest.to_bytes();
    assert_eq!(Manifest::from_bytes(&right).unwrap(), bundle().manifest);
    let text = String::from_utf8(right).unwrap();
    for (wrong, why) in [
        (text.replace("evidence/1", "evidence/2"), "schema"),
        (text.replace("\"tool\"", " \"tool\""), "altered"),
        (text.replace("\"build\": null,", "\"build\": null,\n  \"build\": null,"), "duplicate"),
        (text.replace("\"build\"", "\"other\""), "unknown field"),
        (format!("{text} "), "altered"),
        ("{}".to_owned(), "missing field"),
        (String::new(), "EOF"),
    ] {
        let error = Manifest::from_bytes(wrong.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
    for wrong in ["", "sha256:00", &"0".repeat(63), &"0".repeat(65), &"A".repeat(64), &"é".repeat(32)] {
        assert!(wrong.parse::<Digest>().is_err(), "{wrong}");
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "PALISADE_BLESS refreshes what the test compares with")]
fn the_schema_in_reports_is_that_of_the_manifest() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/evidence.schema.json");
    let schema = serde_json::to_value(schemars::schema_for!(Manifest)).unwrap();
    let text = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
    if std::env::var_os("PALISADE_BLESS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert!(std::fs::read_to_string(&path).unwrap_or_default() == text, "run PALISADE_BLESS=1 cargo test");
    let validator = jsonschema::validator_for(&schema).unwrap();
    let written = serde_json::from_slice(&bundle().manifest.to_bytes()).unwrap();
    assert!(validator.is_valid(&written));
}
