//! An audit, as its two sides run it: who exports evidence and chains it, and who checks it, on bundles that were left alone
//! and on bundles that were not.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::support::program::{Ran, palisade, run};

/// RFC 8410, 10.3 and 10.1: a key that everybody knows.
const PRIVATE: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";

/// A file of a bundle.
type Entry = (String, Vec<u8>);

/// A directory with keys, three inventories of three days, and their bundles in a chain.
struct Audit {
    directory: TempDir,
}

impl Audit {
    /// Made once; tests copy what they change.
    fn shared() -> &'static Self {
        static SHARED: OnceLock<Audit> = OnceLock::new();
        SHARED.get_or_init(Self::new)
    }

    fn new() -> Self {
        let audit = Self { directory: tempfile::tempdir().unwrap() };
        audit.put("signer.pem", PRIVATE.as_bytes());
        audit.put("signer.pub.pem", PUBLIC.as_bytes());
        audit.run(&["demo", "--organization", "single-account", "--write-inventory", "day1.json", "-q"]).exits(0);
        let first = audit.text("day1.json");
        let taken = "\"taken_at\": \"2026-03-02T07:00:00Z\"";
        assert_eq!(first.matches(taken).count(), 1);
        for (name, day) in [("day2.json", "03"), ("day3.json", "04")] {
            audit.put(name, first.replace(taken, &taken.replace("-02T", &format!("-{day}T"))).as_bytes());
        }
        audit.export("day1", &[]);
        audit.export("day2", &["--previous", "day1.tar.zst"]);
        let digest = audit.digest("day2.tar.zst");
        audit.export("day3", &["--previous", &digest]);
        audit
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn put(&self, name: &str, content: &[u8]) {
        std::fs::write(self.path(name), content).unwrap();
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    fn digest(&self, name: &str) -> String {
        Sha256::digest(self.bytes(name)).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        run(palisade(self.directory.path()).args(arguments))
    }

    #[track_caller]
    fn export(&self, day: &str, more: &[&str]) -> Ran {
        let (inventory, bundle) = (format!("{day}.json"), format!("{day}.tar.zst"));
        let arguments = ["evidence", "export", &inventory, "-o", &bundle, "--key", "signer.pem"];
        self.run(&[&arguments, more].concat()).exits(0)
    }

    fn verify(&self, bundle: &str) -> Ran {
        self.run(&["evidence", "verify", bundle, "--key", "signer.pub.pem"])
    }

    /// The files of a bundle.
    fn files(&self, bundle: &str) -> Vec<Entry> {
        let tar = zstd::decode_all(self.bytes(bundle).as_slice()).unwrap();
        let mut archive = tar::Archive::new(tar.as_slice());
        let entries = archive.entries().unwrap().map(|entry| {
            let mut entry = entry.unwrap();
            let path = entry.path().unwrap().to_str().unwrap().to_owned();
            let mut content = Vec::new();
            std::io::Read::read_to_end(&mut entry, &mut content).unwrap();
            (path, content)
        });
        entries.collect()
    }

    /// Packs files into a bundle as palisade packs them.
    fn pack(&self, bundle: &str, files: &[Entry]) {
        let mut builder = tar::Builder::new(Vec::new());
        for (path, content) in files {
            let mut header = tar::Header::new_ustar();
            header.set_path(path).unwrap();
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            header.set_uid(0);
            header.set_gid(0);
            header.set_mtime(1_772_434_800);
            header.set_entry_type(tar::EntryType::Regular);
            header.set_cksum();
            builder.append(&header, content.as_slice()).unwrap();
        }
        self.put(bundle, &zstd::encode_all(builder.into_inner().unwrap().as_slice(), 3).unwrap());
    }
}

fn file<'a>(files: &'a mut [Entry], path: &str) -> &'a mut Vec<u8> {
    &mut files.iter_mut().find(|(name, _)| name == path).unwrap_or_else(|| panic!("there is no {path}")).1
}

/// The manifest's digests as the files now are: what a forger without the key can do.
fn fit(files: &mut [Entry]) {
    let mut manifest: Value = serde_json::from_slice(&files[0].1).unwrap();
    for entry in manifest["files"].as_array_mut().unwrap() {
        let content = &files.iter().find(|(path, _)| entry["path"] == path.as_str()).unwrap().1;
        entry["size"] = content.len().into();
        let digest: String = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
        let old = entry["sha256"].as_str().unwrap().to_owned();
        let text = String::from_utf8(files[0].1.clone()).unwrap().replace(&old, &digest);
        files[0].1 = text.into_bytes();
    }
}

#[test]
fn a_bundle_that_was_left_alone_is_verified() {
    let audit = Audit::shared();
    let ran = audit.verify("day1.tar.zst").exits(0);
    assert!(ran.stdout.ends_with("\nVERIFIED\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains(&audit.digest("day1.tar.zst")), "{}", ran.stdout);
    let json = audit
        .run(&["evidence", "verify", "day1.tar.zst", "--key", "signer.pub.pem", "--format", "json"])
        .exits(0)
        .json();
    assert_eq!(json["verdict"], "verified");
    let names: Vec<&str> =
        json["points"].as_array().unwrap().iter().map(|point| point["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["archive", "digests", "signature", "reproduction"]);
    // Nothing was unpacked.
    assert!(!audit.path("manifest.json").exists() && !audit.path("posture.json").exists());
    // The same scan, the same key: the same bytes.
    audit.run(&["evidence", "export", "day1.json", "-o", "again.tar.zst", "--key", "signer.pem"]).exits(0);
    assert_eq!(audit.bytes("again.tar.zst"), audit.bytes("day1.tar.zst"));
}

#[test]
fn what_is_in_a_bundle_is_what_assess_and_collect_write() {
    let audit = Audit::shared();
    let mut files = audit.files("day1.tar.zst");
    let assessed = audit.run(&["assess", "day1.json", "--format", "json", "--fail-on", "never"]).exits(0);
    assert_eq!(String::from_utf8(file(&mut files, "posture.json").clone()).unwrap(), assessed.stdout);
    assert_eq!(*file(&mut files, "inventory.json"), audit.bytes("day1.json"));
    assert_eq!(files[0].0, "manifest.json");
    assert_eq!(files[1].0, "manifest.dsse.json");
}

#[test]
fn an_altered_file_is_named_whichever_it_is() {
    let audit = Audit::shared();
    let files = audit.files("day1.tar.zst");
    for at in [2, 3, 4, 7, files.len() - 1] {
        let mut altered = files.clone();
        let middle = altered[at].1.len() / 2;
        altered[at].1[middle] ^= 1;
        let name = format!("altered-{at}.tar.zst");
        audit.pack(&name, &altered);
        let ran = audit.verify(&name).exits(3);
        assert!(ran.stdout.contains(&format!("{} was altered", altered[at].0)), "{}", ran.stdout);
        assert!(ran.stdout.ends_with("\nDOES NOT VERIFY\n"), "{}", ran.stdout);
    }
}

#[test]
fn a_forged_verdict_is_caught_by_the_signature_and_without_it_by_the_inventory() {
    let audit = Audit::shared();
    let mut files = audit.files("day1.tar.zst");
    let posture = file(&mut files, "posture.json");
    let text = String::from_utf8(posture.clone()).unwrap();
    *posture = text.replacen("\"status\":\"fail\"", "\"status\":\"pass\"", 1).into_bytes();
    fit(&mut files);
    audit.pack("forged.tar.zst", &files);
    let ran = audit.verify("forged.tar.zst").exits(3);
    assert!(ran.stdout.contains("holds    digests"), "{}", ran.stdout);
    assert!(ran.stdout.contains("its statement is not about this bundle's manifest.json"), "{}", ran.stdout);
    // Whoever strips the signature is told by the key that was given, and by the inventory.
    files.remove(1);
    audit.pack("stripped.tar.zst", &files);
    let ran = audit.verify("stripped.tar.zst").exits(3);
    assert!(ran.stdout.contains("a key was given, but the bundle is not signed"), "{}", ran.stdout);
    let ran = audit.run(&["evidence", "verify", "stripped.tar.zst"]).exits(3);
    assert!(ran.stdout.contains("does not follow from its own inventory"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("pass in the bundle, ") && ran.stdout.contains("posture.json comes out otherwise"),
        "{}",
        ran.stdout
    );
}

#[test]
fn hostile_archives_are_refused_and_nothing_reaches_the_disk() {
    let audit = Audit::shared();
    let files = audit.files("day1.tar.zst");
    let whole = audit.bytes("day1.tar.zst");
    let tar = zstd::decode_all(whole.as_slice()).unwrap();
    let entries = &tar[..tar.len() - 1024];
    let with = |more: &[u8]| zstd::encode_all([entries, more, &[0; 1024]].concat().as_slice(), 3).unwrap();
    let header = |path: &[u8], kind: tar::EntryType, target: &str| {
        let mut header = tar::Header::new_ustar();
        header.as_old_mut().name[..path.len()].copy_from_slice(path);
        header.set_size(0);
        header.set_mode(0o644);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(1_772_434_800);
        header.set_entry_type(kind);
        if !target.is_empty() {
            header.set_link_name(target).unwrap();
        }
        header.set_cksum();
        header.as_bytes().to_vec()
    };
    let mut twice = files.clone();
    twice.push(files[4].clone());
    audit.pack("twice.tar.zst", &twice);
    let plain = tar::EntryType::Regular;
    let zeros = zstd::encode_all(vec![0_u8; 300 << 20].as_slice(), 3).unwrap();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("slip", with(&header(b"../palisade-slip", plain, "")), "climbs out of the bundle"),
        ("absolute", with(&header(b"/palisade-slip", plain, "")), "its path is absolute"),
        ("symlink", with(&header(b"link", tar::EntryType::Symlink, "/etc/passwd")), "it is a link"),
        ("hardlink", with(&header(b"link", tar::EntryType::Link, "posture.json")), "it is a link"),
        ("device", with(&header(b"null", tar::EntryType::Char, "")), "it is a device"),
        ("twice", audit.bytes("twice.tar.zst"), "it is there twice"),
        ("extra", with(&header(b"extra", plain, "")), "extra was added"),
        ("cut", whole[..whole.len() / 2].to_vec(), "cut short"),
        ("padded", [whole.as_slice(), &[0; 7]].concat(), "bytes were appended"),
        ("doubled", [whole.as_slice(), whole.as_slice()].concat(), "bytes were appended"),
        ("bomb", zeros, "padded"),
        ("zip", b"PK\x03\x04rest".to_vec(), "no evidence bundle"),
        ("empty", Vec::new(), "no evidence bundle"),
    ];
    for (name, bytes, why) in cases {
        let bundle = format!("{name}.tar.zst");
        audit.put(&bundle, &bytes);
        let ran = audit.verify(&bundle).exits(3);
        assert!(ran.stdout.contains(why), "{name}: {}", ran.stdout);
    }
    let above = audit.directory.path().parent().unwrap().join("palisade-slip");
    assert!(!above.exists() && !Path::new("/palisade-slip").exists());
    // A byte of the compressed data: told as damage, or by the file that it changed.
    for at in (0..whole.len()).step_by(whole.len() / 12) {
        let mut altered = whole.clone();
        altered[at] ^= 0x40;
        audit.put("flipped.tar.zst", &altered);
        let ran = audit.verify("flipped.tar.zst");
        assert_eq!(ran.code, 3, "byte {at}: {}", ran.stdout);
    }
}

#[test]
fn a_chain_is_whole_or_says_where_it_is_not() {
    let audit = Audit::shared();
    let chain = |name: &str, bundles: &[(&str, Vec<u8>)]| {
        std::fs::create_dir_all(audit.path(name)).unwrap();
        for (bundle, bytes) in bundles {
            audit.put(&format!("{name}/{bundle}"), bytes);
        }
        audit.run(&["evidence", "verify", "day3.tar.zst", "--key", "signer.pub.pem", "--chain", name])
    };
    let [one, two, three] = ["day1.tar.zst", "day2.tar.zst", "day3.tar.zst"].map(|name| audit.bytes(name));
    let whole = [("1.tar.zst", one.clone()), ("2.tar.zst", two.clone()), ("3.tar.zst", three.clone())];
    let ran = chain("whole", &whole).exits(0);
    assert!(ran.stdout.contains("3 of 3 bundles lead up to this one"), "{}", ran.stdout);
    // The bundle itself need not be among them.
    chain("before", &whole[..2]).exits(0);

    let ran = chain("missing", &[whole[0].clone(), whole[2].clone()]).exits(3);
    assert!(
        ran.stdout.contains("a link is missing") && ran.stdout.contains(&audit.digest("day2.tar.zst")),
        "{}",
        ran.stdout
    );

    // The middle one is replaced by one that the same signer made of the same day, without its place in the chain.
    audit.run(&["evidence", "export", "day2.json", "-o", "loose.tar.zst", "--key", "signer.pem"]).exits(0);
    let ran =
        chain("replaced", &[whole[0].clone(), ("2.tar.zst", audit.bytes("loose.tar.zst")), whole[2].clone()]).exits(3);
    assert!(ran.stdout.contains("a link is missing"), "{}", ran.stdout);

    let mut altered = audit.files("day2.tar.zst");
    file(&mut altered, "ledger.json")[100] ^= 1;
    audit.pack("altered-link.tar.zst", &altered);
    let ran =
        chain("altered", &[whole[0].clone(), ("2.tar.zst", audit.bytes("altered-link.tar.zst")), whole[2].clone()])
            .exits(3);
    assert!(ran.stdout.contains("2.tar.zst: ledger.json was altered"), "{}", ran.stdout);

    // A later scan cannot come before an earlier one.
    let refused = audit
        .run(&[
            "evidence",
            "export",
            "day1.json",
            "-o",
            "x.tar.zst",
            "--key",
            "signer.pem",
            "--previous",
            "day2.tar.zst",
        ])
        .exits(2);
    assert!(refused.stderr.contains("a chain goes forward in time"), "{}", refused.stderr);
    let digest = audit.digest("day3.tar.zst");
    audit
        .run(&["evidence", "export", "day2.json", "-o", "back.tar.zst", "--key", "signer.pem", "--previous", &digest])
        .exits(0);
    let ran = chain(
        "reordered",
        &[whole[0].clone(), whole[1].clone(), whole[2].clone(), ("4.tar.zst", audit.bytes("back.tar.zst"))],
    )
    .exits(3);
    assert!(ran.stdout.contains("the order is wrong: 4.tar.zst"), "{}", ran.stdout);
}

#[test]
fn without_a_key_nobody_is_told_that_it_is_verified() {
    let audit = Audit::shared();
    let ran = audit.run(&["evidence", "verify", "day1.tar.zst"]).exits(4);
    assert!(ran.stdout.contains("not checked") && ran.stdout.contains("holds    reproduction"), "{}", ran.stdout);
    let ran = audit.run(&["evidence", "export", "day1.json", "-o", "unsigned.tar.zst", "--unsigned"]).exits(0);
    assert!(ran.stderr.contains("not signed"), "{}", ran.stderr);
    let ran = audit.run(&["evidence", "verify", "unsigned.tar.zst"]).exits(4);
    assert!(ran.stdout.contains("the bundle is unsigned") && ran.stdout.contains("CANNOT TELL"), "{}", ran.stdout);
    let signed: Vec<Entry> =
        audit.files("day1.tar.zst").into_iter().filter(|(path, _)| path != "manifest.dsse.json").collect();
    assert_eq!(signed, audit.files("unsigned.tar.zst"), "the signature apart, the bytes are the same");
    audit.run(&["evidence", "export", "day1.json", "-o", "x.tar.zst"]).exits(2);
    audit.run(&["evidence", "export", "day1.json", "-o", "x.tar.zst", "--unsigned", "--key", "signer.pem"]).exits(2);
}

#[test]
fn what_a_user_gets_wrong_is_told() {
    let audit = Audit::shared();
    let export = |more: &[&str]| audit.run(&[&["evidence", "export", "day1.json", "-o", "x.tar.zst"], more].concat());
    for (more, code, why) in [
        (&["--key", "missing.pem"][..], 1, "cannot read missing.pem"),
        (&["--key", "signer.pub.pem"], 1, "It is a public key"),
        (&["--unsigned", "--period", "2026-03"], 2, "FROM..TO is wanted"),
        (&["--unsigned", "--period", "2026-04-01..2026-06-30"], 2, "is not within 2026-04-01..2026-06-30"),
        (&["--unsigned", "--framework", "nist_800_53"], 2, "there is no framework"),
        (&["--unsigned", "--previous", "day1.json"], 1, "no evidence bundle"),
        (&["--unsigned", "--checks", "nowhere"], 1, "nowhere"),
    ] {
        let ran = export(more).exits(code);
        assert!(ran.stderr.contains(why), "{more:?}: {}", ran.stderr);
    }
    assert!(!audit.path("x.tar.zst").exists());
    let ran = audit.run(&["evidence", "verify", "missing.tar.zst"]).exits(1);
    assert!(ran.stderr.contains("cannot read missing.tar.zst"), "{}", ran.stderr);
    audit.run(&["evidence", "verify", "day1.tar.zst", "--chain", "nowhere"]).exits(1);
    let ran = audit.run(&["evidence", "verify", "day1.tar.zst", "--key", "signer.pem"]).exits(1);
    assert!(ran.stderr.contains("-pubout"), "{}", ran.stderr);
}

#[test]
fn the_matrix_says_what_no_check_speaks_to() {
    let audit = Audit::shared();
    let all = audit.run(&["checks", "frameworks", "--format", "json"]).exits(0).json();
    let all = all.as_array().unwrap();
    assert_eq!(all.len(), palisade::checks::FRAMEWORKS.len());
    for framework in all {
        let lacking = framework["lacking"].as_array().unwrap();
        let controls = framework["controls"].as_array().unwrap();
        assert!(controls.len() > lacking.len(), "{}: some check speaks to it", framework["id"]);
        for control in controls {
            let none = control["checks"].as_array().unwrap().is_empty();
            assert_eq!(none, lacking.contains(&control["id"]), "{control}");
        }
    }
    let one = audit.run(&["checks", "frameworks", "dora"]).exits(0).stdout;
    assert!(one.starts_with("DORA (Regulation (EU) 2022/2554) (dora)\n"), "{one}");
    assert!(one.contains("Art. 12(6)") && one.contains("no check speaks to them"), "{one}");
    let markdown = audit.run(&["checks", "frameworks", "hipaa_security_rule", "--format", "markdown"]).exits(0).stdout;
    assert!(markdown.starts_with("# HIPAA Security Rule (45 CFR 164)\n"), "{markdown}");
    let wrong = audit.run(&["checks", "frameworks", "dorra"]).exits(2);
    assert!(wrong.stderr.contains("did you mean dora?"), "{}", wrong.stderr);
}

/// OpenSSL knows nothing of palisade. Where it is not installed, the Python test beside this one stands for it.
#[test]
fn openssl_verifies_the_signature() {
    let audit = Audit::shared();
    let envelope: Value = serde_json::from_slice(&audit.files("day1.tar.zst")[1].1).unwrap();
    let decode = |text: &Value| {
        base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text.as_str().unwrap()).unwrap()
    };
    let payload = decode(&envelope["payload"]);
    let head = format!("DSSEv1 28 application/vnd.in-toto+json {} ", payload.len());
    audit.put("signed", &[head.as_bytes(), &payload].concat());
    audit.put("signature", &decode(&envelope["signatures"][0]["sig"]));
    let verify = [
        "pkeyutl",
        "-verify",
        "-pubin",
        "-inkey",
        "signer.pub.pem",
        "-rawin",
        "-in",
        "signed",
        "-sigfile",
        "signature",
    ];
    match Command::new("openssl").args(verify).current_dir(audit.directory.path()).output() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            eprintln!("openssl is not installed: not checked")
        }
        Err(error) => panic!("{error}"),
        Ok(output) => assert!(output.status.success(), "{output:?}"),
    }
}
