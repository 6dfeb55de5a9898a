use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::model::finding::{Finding, Layer, Severity, Status, SubjectSummary};
use crate::model::gap::{Gap, GapKind};
use crate::model::history::ScanScope;
use crate::model::inventory::{Caller, PlacedGap, Scope};
use crate::model::operation::{Collection, Operation};
use crate::model::posture::{OrganizationSummary, Posture};
use crate::model::waiver::Waived;

const INVENTORY: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

fn finding(number: usize, status: Status) -> Finding {
    let region = "eu-central-1";
    Finding {
        check: "deletion-rds-instance-protected".to_owned(),
        layer: Layer::Deletion,
        severity: Severity::Critical,
        status,
        account: Some("111122223333".parse().unwrap()),
        region: Some(region.parse().unwrap()),
        subject: SubjectSummary {
            kind: "db_instance".to_owned(),
            arn: format!("arn:aws:rds:{region}:111122223333:db:orders-{number}"),
            name: format!("orders-{number} \u{202e}\"'; DROP TABLE scans;"),
            environment: Some("production".to_owned()),
            class: None,
        },
        message: format!("Deletion protection of orders-{number} is what it is.\nNo more."),
        evidence: Vec::new(),
        waived: None,
    }
}

fn posture(taken_at: &str, findings: usize) -> Posture {
    let of = |n: usize| if n.is_multiple_of(7) { Status::Fail } else { Status::Pass };
    let mut findings: Vec<Finding> = (0..findings).map(|n| finding(n, of(n))).collect();
    if let Some(first) = findings.first_mut() {
        first.waived = Some(Waived {
            reason: "moves out in May".to_owned(),
            owner: "data@example.com".to_owned(),
            ticket: None,
            expires: "2026-05-31".parse().unwrap(),
            approved_by: None,
        });
    }
    Posture {
        tool: "palisade 0.1.0".to_owned(),
        taken_at: taken_at.parse().unwrap(),
        caller: Caller {
            account: "111122223333".parse().unwrap(),
            arn: "arn:aws:sts::111122223333:assumed-role/Auditor/a".parse().unwrap(),
            partition: "aws".parse().unwrap(),
            home_region: "eu-central-1".parse().unwrap(),
        },
        scope: Scope { state_content: true, ..Scope::default() },
        organization: Some(OrganizationSummary {
            id: "o-exampleorg1".to_owned(),
            management_account: "111122223333".parse().unwrap(),
        }),
        accounts: Vec::new(),
        score: Some(crate::model::posture::Score { low: 41.3, high: 58.0 }),
        layers: Vec::new(),
        movers: Vec::new(),
        checks: Vec::new(),
        not_judged: Vec::new(),
        resources: Vec::new(),
        findings,
        waivers: Vec::new(),
        gaps: Vec::new(),
        ledger: Vec::new(),
    }
}

fn with_gap(mut posture: Posture, kind: GapKind) -> Posture {
    posture.gaps.push(PlacedGap {
        account: None,
        region: None,
        collection: Collection::BackupVaults,
        item: None,
        gap: Gap::not_made(kind, Operation::BackupListBackupVaults, "no"),
    });
    posture
}

fn packed(posture: &Posture) -> Packed {
    Packed::new(posture, &ScanScope::of(posture, &[], &[], &[]), INVENTORY).unwrap()
}

fn add(store: &mut Store, posture: &Posture) -> Scan {
    store.add(&packed(posture)).unwrap().scan
}

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    (folder, path)
}

/// A store with two scans in it, closed.
fn filled() -> (TempDir, PathBuf) {
    let (folder, path) = place();
    let mut store = Store::open(&path).unwrap();
    add(&mut store, &posture("2026-03-13T05:00:00Z", 400));
    add(&mut store, &posture("2026-03-14T05:00:00Z", 400));
    drop(store);
    (folder, path)
}

#[test]
fn what_is_kept_is_read_back() {
    let (_folder, path) = place();
    let posture = posture("2026-03-14T05:00:00.25Z", 50);
    let mut store = Store::open(&path).unwrap();
    let added = store.add(&packed(&posture)).unwrap();
    assert!(added.new);
    let kept = Store::open_to_read(&path).unwrap().find("latest", None).unwrap();
    assert_eq!((&kept.scan, &kept.findings), (&added.scan, &posture.findings));
    assert_eq!((kept.scan.score, kept.scan.taken_at), (posture.score, posture.taken_at));
    assert_eq!(kept.scan.inventory_sha256, INVENTORY);
    assert!(kept.scan.id.starts_with("20260314-050000-") && kept.scan.id.len() == 22, "{}", kept.scan.id);
}

#[test]
fn the_same_scan_is_kept_once_and_has_the_same_id_everywhere() {
    let posture = posture("2026-03-14T05:00:00Z", 5);
    let ids: Vec<String> = (0..2)
        .map(|_| {
            let (_folder, path) = place();
            let mut store = Store::open(&path).unwrap();
            let first = store.add(&packed(&posture)).unwrap();
            let again = store.add(&packed(&posture)).unwrap();
            assert_eq!((first.new, again.new, &first.scan), (true, false, &again.scan));
            assert_eq!(store.scans().unwrap().scans.len(), 1);
            first.scan.id
        })
        .collect();
    assert_eq!(ids[0], ids[1]);
}

#[test]
fn ids_of_one_second_that_begin_alike_get_more_digits() {
    let (_folder, path) = place();
    let mut store = Store::open(&path).unwrap();
    let first = packed(&posture("2026-03-14T05:00:00Z", 1));
    store.add(&first).unwrap();
    let other = packed(&posture("2026-03-14T05:00:00Z", 2));
    store.connection.execute("UPDATE scans SET id = ?1", [&other.scan.id]).unwrap();
    let added = store.add(&other).unwrap();
    assert_eq!(added.scan.id.len(), 23);
    assert!(added.scan.id.starts_with(&other.scan.id));
    assert_eq!(store.find(&added.scan.id, None).unwrap().findings.len(), 2);
    // The shorter is a beginning of the longer, and still names one scan.
    assert_eq!(store.find(&other.scan.id, None).unwrap().findings.len(), 1);
}

#[test]
fn a_scope_is_what_was_asked_for_in_any_order() {
    let posture = posture("2026-03-14T05:00:00Z", 1);
    let id = |layers: &[Layer], change: &dyn Fn(&mut Posture)| {
        let mut posture = posture.clone();
        change(&mut posture);
        content::scope_id(&ScanScope::of(&posture, layers, &[], &[])).unwrap()
    };
    let usual = id(&[], &|_| {});
    assert_eq!(usual, id(&[], &|posture| posture.scope.role_name = Some("Other".to_owned())));
    assert_eq!(
        usual,
        id(&[], &|posture| posture.scope.treat_as_empty = vec!["ap-south-1".parse().unwrap()]),
        "what is judged of an answer is another matter than what is asked"
    );
    let accounts = |ids: &'static [&str]| {
        id(&[], &move |posture| posture.scope.accounts = ids.iter().map(|id| id.parse().unwrap()).collect())
    };
    assert_eq!(
        accounts(&["111122223333", "444455556666"]),
        accounts(&["444455556666", "111122223333", "111122223333"])
    );
    let others = [
        usual.clone(),
        accounts(&["111122223333"]),
        id(&[Layer::Backup], &|_| {}),
        id(&[], &|posture| posture.organization = None),
        id(&[], &|posture| posture.scope.regions = vec!["eu-west-1".parse().unwrap()]),
        id(&[], &|posture| posture.scope.state_content = false),
    ];
    let different: std::collections::BTreeSet<&String> = others.iter().collect();
    assert_eq!(different.len(), others.len());
}

#[test]
fn the_baseline_is_the_last_complete_scan_of_the_same_scope_before() {
    let (_folder, path) = place();
    let mut store = Store::open(&path).unwrap();
    let tonight = posture("2026-03-15T05:00:00Z", 5);
    let look = |store: &Store| store.baseline(&packed(&tonight)).unwrap();
    assert_eq!(look(&store), Baseline::default());
    // Complete: a refusal stands the same every night.
    let denied = with_gap(posture("2026-03-12T05:00:00Z", 3), GapKind::RegionDenied);
    let wanted = add(&mut store, &denied);
    assert!(wanted.complete && wanted.gaps == 1);
    for (findings, kind) in [(4, GapKind::Throttled), (5, GapKind::Timeout), (6, GapKind::Interrupted)] {
        let scan = add(&mut store, &with_gap(posture("2026-03-14T05:00:00Z", findings), kind));
        assert!(!scan.complete && scan.missed == 1);
    }
    // Another scope, and a later scan.
    let mut other = posture("2026-03-14T06:00:00Z", 5);
    other.scope.regions = vec!["eu-west-1".parse().unwrap()];
    add(&mut store, &other);
    add(&mut store, &posture("2026-03-16T05:00:00Z", 6));
    let found = look(&store);
    assert_eq!((found.scan.unwrap().scan.id, found.earlier), (wanted.id.clone(), 4));
    // What is kept of tonight already is no measure for tonight, however often it is judged.
    add(&mut store, &tonight);
    assert_eq!(look(&store).scan.unwrap().scan.id, wanted.id);
    // The same collection judged in another way, kept since, comes after it.
    add(&mut store, &posture("2026-03-15T05:00:00Z", 9));
    assert_eq!(look(&store).scan.unwrap().scan.id, wanted.id);
    // And is what a third way is measured by.
    let third = store.baseline(&packed(&posture("2026-03-15T05:00:00Z", 11))).unwrap();
    assert_eq!(third.scan.unwrap().findings.len(), 9);
}

#[test]
fn scans_are_named_by_id_and_by_how_far_back() {
    let (_folder, path) = filled();
    let mut store = Store::open(&path).unwrap();
    let mut other = posture("2026-03-10T05:00:00Z", 3);
    other.organization = None;
    let other = add(&mut store, &other);
    let id = |wanted: &str, scope: Option<&str>| {
        store.find(wanted, scope).map(|kept| kept.scan.id).map_err(|e| e.to_string())
    };
    let latest = id("latest", None).unwrap();
    assert!(latest.starts_with("20260314-"));
    assert_eq!(id("latest~0", None).unwrap(), latest);
    assert!(id("latest~1", None).unwrap().starts_with("20260313-"));
    assert!(id("latest~2", None).unwrap_err().ends_with("holds no scan \"latest~2\": of that scope it holds 2"));
    assert_eq!(id("latest", Some(&other.scope_id[..4])).unwrap(), other.id);
    assert_eq!(id("20260314", None).unwrap(), latest);
    assert!(id("2026031", None).unwrap_err().ends_with(": 3 begin so"));
    for none in ["latest~x", "latest~-1", "2027", "", "'; DROP TABLE scans"] {
        let said = id(none, None).unwrap_err();
        assert!(said.contains(": its latest are 20260314-"), "{said}");
    }
}

#[test]
fn history_goes_by_scope() {
    let (_folder, path) = filled();
    let mut store = Store::open(&path).unwrap();
    let mut other = posture("2026-03-20T05:00:00Z", 3);
    other.organization = None;
    let other = add(&mut store, &other);
    let (scopes, damaged) = store.history(None, 1).unwrap();
    assert_eq!((scopes.len(), damaged.len()), (2, 0));
    assert_eq!((scopes[0].scans.len(), scopes[0].older), (1, 1));
    assert_eq!((scopes[1].scope_id.as_str(), scopes[1].older), (other.scope_id.as_str(), 0));
    let points = store.scores(&scopes[0].scope_id).unwrap();
    let times: Vec<String> = points.iter().map(|point| point.taken_at.to_string()).collect();
    assert_eq!(times, ["2026-03-13T05:00:00Z", "2026-03-14T05:00:00Z"]);
    assert_eq!(store.history(Some("zz"), 5).unwrap().0.len(), 0);
}

#[cfg(unix)]
#[test]
fn it_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/folder/store.db");
    let mut store = Store::open(&path).unwrap();
    add(&mut store, &posture("2026-03-14T05:00:00Z", 5));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(&open::beside(&path, "-wal")), 0o600, "the log of changes holds the same");
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    drop(store);
    assert!(!open::beside(&path, "-wal").exists(), "what is closed is one file, to copy");
}

#[test]
fn names_that_sqlite_gives_a_meaning_to_are_files() {
    let (folder, _) = place();
    for name in ["a?mode=memory", "file:x", "sp ace%20", ":memory:"] {
        let path = folder.path().join(name);
        add(&mut Store::open(&path).unwrap(), &posture("2026-03-14T05:00:00Z", 1));
        assert!(path.is_file());
        assert_eq!(Store::open_to_read(&path).unwrap().scans().unwrap().scans.len(), 1);
    }
}

/// Opening a damaged store fails either way with these words, and not a byte of it changes.
#[track_caller]
fn refused(path: &Path, words: &str) {
    let before = fs::read(path).unwrap();
    let write = Store::open(path).map(|_| ()).unwrap_err().to_string();
    let read = Store::open_to_read(path).map(|_| ()).unwrap_err().to_string();
    assert!(write.contains(words) && read.contains(words), "{write}\n{read}");
    assert_eq!(fs::read(path).unwrap(), before, "it was changed");
}

#[test]
fn random_bytes_are_no_store() {
    let (_folder, path) = place();
    let bytes: Vec<u8> = (0..20_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    fs::write(&path, bytes).unwrap();
    refused(&path, "is no store of palisade: it is no SQLite database. It is left as it is");
    fs::write(&path, "notes of mine\n").unwrap();
    refused(&path, "is no store of palisade");
}

#[test]
fn what_is_no_file_is_no_store() {
    let (folder, _) = place();
    let said = Store::open(folder.path()).unwrap_err().to_string();
    assert!(said.contains("is no store of palisade: it is no file"), "{said}");
    // Written there, everything would be gone, and nobody told.
    assert!(Store::open(Path::new("/dev/null")).unwrap_err().to_string().contains("it is no file"));
}

#[test]
fn a_store_cut_short_is_damaged() {
    let (_folder, path) = filled();
    let whole = fs::read(&path).unwrap();
    for keep in [whole.len() / 2, whole.len() - 4_096, 4_096, 50] {
        fs::write(&path, &whole[..keep]).unwrap();
        refused(&path, "is damaged");
    }
    // Of an empty one nothing can be lost: it is what a process leaves that dies before the first page.
    fs::write(&path, "").unwrap();
    assert!(matches!(Store::open_to_read(&path), Err(StoreError::Missing { .. })));
    assert_eq!(Store::open(&path).unwrap().scans().unwrap(), Scans::default());
}

#[test]
fn anothers_database_is_left_alone() {
    let (_folder, path) = place();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE notes (text); INSERT INTO notes VALUES ('mine')").unwrap();
    drop(other);
    refused(&path, "is no store of palisade: it is another program's SQLite database");
    Connection::open(&path).unwrap().pragma_update(None, "application_id", 77).unwrap();
    refused(&path, "another program's");
}

#[test]
fn a_newer_store_is_left_alone() {
    let (_folder, path) = filled();
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    refused(&path, "was written by a newer palisade (its schema is 99, this one knows 1)");
}

#[test]
fn there_is_nothing_to_read_before_the_first_scan() {
    let (folder, path) = place();
    let said = Store::open_to_read(&path).unwrap_err().to_string();
    assert!(said.contains("there is no store at ") && said.contains("`palisade scan` makes one"), "{said}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "reading makes nothing");
}

/// One damaged scan is told, and takes nothing from the others.
#[test]
fn a_damaged_scan_is_told_by_its_digest() {
    let (_folder, path) = filled();
    let store = Store::open(&path).unwrap();
    store.connection.execute("UPDATE scans SET head = replace(head, '41.3', '91.3') WHERE seq = 1", []).unwrap();
    store
        .connection
        .execute(
            "UPDATE findings SET content = CAST(substr(content, 1, 400) || x'00' || substr(content, 402) AS BLOB) WHERE scan = 2",
            [],
        )
        .unwrap();
    let Scans { scans, damaged } = store.scans().unwrap();
    assert_eq!((scans.len(), damaged.len()), (1, 1));
    assert!(damaged[0].contains("is damaged: what it says is not what was kept (its head does not have its SHA-256)"));
    assert_eq!(store.scores(&scans[0].scope_id).unwrap().len(), 1);
    let said = store.find("latest", None).unwrap_err().to_string();
    assert!(said.contains("is damaged") && said.contains("its findings"), "{said}");
    // Nothing is measured by what is damaged.
    let baseline = store.baseline(&packed(&posture("2026-03-15T05:00:00Z", 5))).unwrap();
    assert_eq!((baseline.scan, baseline.damaged.len(), baseline.earlier), (None, 2, 2));
    store.connection.execute("DELETE FROM findings", []).unwrap();
    assert!(store.find("latest", None).unwrap_err().to_string().contains("its findings are missing"));
}

#[test]
fn a_full_disk_loses_nothing() {
    let (_folder, path) = filled();
    let mut store = Store::open(&path).unwrap();
    let before = store.scans().unwrap();
    let pages: i64 = store.connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    store.connection.pragma_update(None, "max_page_count", pages).unwrap();
    let error = store.add(&packed(&posture("2026-03-15T05:00:00Z", 3_000))).unwrap_err();
    assert!(matches!(error, StoreError::Full { .. }));
    assert!(error.to_string().contains("there is no room for the store"));
    assert_eq!(store.scans().unwrap(), before);
    drop(store);
    let store = Store::open(&path).unwrap();
    assert_eq!(store.scans().unwrap(), before);
    assert_eq!(store.find("latest", None).unwrap().findings.len(), 400);
}

#[test]
fn who_writes_at_the_same_time_waits_for_the_other() {
    let (_folder, path) = place();
    let write = |night: usize| {
        let path = path.clone();
        move || add(&mut Store::open(&path).unwrap(), &posture(&format!("2026-03-{:02}T05:00:00Z", night + 1), 200))
    };
    // They make the store together, too.
    let threads: Vec<_> = (0..12).map(|night| std::thread::spawn(write(night))).collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let store = Store::open_to_read(&path).unwrap();
    let Scans { scans, damaged } = store.scans().unwrap();
    assert_eq!((scans.len(), damaged.len()), (12, 0));
    for scan in scans {
        assert_eq!(store.find(&scan.id, None).unwrap().findings.len(), 200);
    }
}

#[test]
fn who_waits_too_long_for_another_gives_up_and_loses_nothing() {
    let (_folder, path) = filled();
    let (mut one, mut other) = (Store::open(&path).unwrap(), Store::open(&path).unwrap());
    let held = one.connection.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    other.connection.busy_timeout(std::time::Duration::from_millis(20)).unwrap();
    let packed = packed(&posture("2026-03-15T05:00:00Z", 5));
    let error = other.add(&packed).unwrap_err();
    assert!(error.to_string().contains("is in use by another process for too long"), "{error}");
    drop(held);
    assert!(other.add(&packed).unwrap().new);
    assert_eq!(one.scans().unwrap().scans.len(), 3);
}

#[test]
fn a_reader_sees_whole_scans_while_one_is_written() {
    let (_folder, path) = filled();
    let mut writer = Store::open(&path).unwrap();
    let reader = Store::open_to_read(&path).unwrap();
    let packed = packed(&posture("2026-03-15T05:00:00Z", 500));
    let transaction = writer.connection.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    transaction.execute("DELETE FROM findings", []).unwrap();
    assert_eq!(reader.find("latest", None).unwrap().findings.len(), 400);
    drop(transaction);
    writer.add(&packed).unwrap();
    assert_eq!(reader.find("latest", None).unwrap().findings.len(), 500);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Whatever one byte is changed to, nothing is believed that was not kept: either it is told, or what is read is what was
    /// written.
    #[test]
    fn a_changed_byte_is_never_believed(at in 0.0_f64..1.0, bits in 1_u8..=255) {
        let (_folder, path) = filled();
        let mut file = fs::OpenOptions::new().read(true).write(true).open(&path).unwrap();
        let length = file.metadata().unwrap().len();
        let at = (length as f64 * at) as u64;
        let mut byte = [0];
        file.seek(SeekFrom::Start(at)).unwrap();
        std::io::Read::read_exact(&mut file, &mut byte).unwrap();
        file.seek(SeekFrom::Start(at)).unwrap();
        file.write_all(&[byte[0] ^ bits]).unwrap();
        drop(file);
        let meant = [posture("2026-03-13T05:00:00Z", 400), posture("2026-03-14T05:00:00Z", 400)];
        let Ok(store) = Store::open_to_read(&path) else { return Ok(()) };
        let Ok(Scans { scans, .. }) = store.scans() else { return Ok(()) };
        for scan in scans {
            if let Ok(kept) = store.find(&scan.id, None) {
                let meant = meant.iter().find(|posture| posture.taken_at == scan.taken_at).unwrap();
                prop_assert_eq!(&kept.findings, &meant.findings);
                prop_assert_eq!(kept.scan.score, meant.score);
            }
        }
    }
}
