//! Evidence signed by keys in KMS.

use super::{Credentials, Moto};
use crate::support::program::{Ran, run};

#[test]
fn keys_in_kms_sign_evidence_and_verify_it() {
    let moto = Moto::shared();
    let setup = moto.script("signing_keys.py", &["100000000077"]);
    let credentials: Credentials = serde_json::from_value(setup["credentials"].clone()).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let palisade = |arguments: &[&str]| -> Ran { run(moto.palisade(directory.path(), &credentials).args(arguments)) };
    palisade(&["demo", "--organization", "single-account", "--write-inventory", "inv.json", "-q"]).exits(0);
    let key = |spec: &str| setup["keys"][spec].as_str().unwrap().to_owned();
    for spec in ["ECC_NIST_P256", "ECC_NIST_P384", "RSA_2048"] {
        let arn = key(spec);
        palisade(&["evidence", "export", "inv.json", "-o", "b.tar.zst", "--kms-key", &arn]).exits(0);
        let ran = palisade(&["evidence", "verify", "b.tar.zst", "--kms-key", &arn]).exits(0);
        assert!(ran.stdout.contains("holds    signature"), "{spec}: {}", ran.stdout);
        let other = key(if spec == "RSA_2048" { "ECC_NIST_P256" } else { "RSA_2048" });
        let ran = palisade(&["evidence", "verify", "b.tar.zst", "--kms-key", &other]).exits(3);
        assert!(ran.stdout.contains("no signature in it is by the key"), "{spec}: {}", ran.stdout);
    }
    for (arn, why) in [
        (key("SYMMETRIC_DEFAULT"), "SYMMETRIC_DEFAULT"),
        (key("ECC_SECG_P256K1"), "evidence is signed by a SIGN_VERIFY key"),
        (
            "arn:aws:kms:eu-central-1:100000000077:key/00000000-0000-0000-0000-000000000000".to_owned(),
            "NotFoundException",
        ),
        ("arn:aws:s3:::bucket".to_owned(), "is no KMS key"),
    ] {
        let ran = palisade(&["evidence", "export", "inv.json", "-o", "x.tar.zst", "--kms-key", &arn]).exits(1);
        assert!(ran.stderr.contains(why), "{}", ran.stderr);
    }
    assert!(!directory.path().join("x.tar.zst").exists());
}
