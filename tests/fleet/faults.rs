//! One operation goes wrong, and exactly what rests on it is missing: the table of every operation and every kind of gap.
//!
//! For each, what is collected is compared with what is collected when nothing goes wrong. Where something became a gap, it
//! is of the right kind and of a collection that the operation fills; whatever else differs is named in [`CONSEQUENCES`]
//! with its reason; and no verdict is greener than before.

use std::collections::BTreeSet;
use std::sync::Mutex;

use palisade::audit::assess;
use palisade::checks::{Library, Selection};
use palisade::demo::{self, build};
use palisade::fleet::{Fault, Options, Order};
use palisade::model::backup::{LegalHold, LegalHoldSelection};
use palisade::model::finding::Finding;
use palisade::model::gap::{Answer, Gap, GapKind};
use palisade::model::iam::{OidcDetail, OidcProvider};
use palisade::model::inventory::{Inventory, PlacedGap};
use palisade::model::operation::{Collection, Operation};
use palisade::model::organization::Account;
use palisade::model::s3::Bucket;
use palisade::model::settings::Settings;
use serde_json::Value;

use super::world::{collect, plain};
use crate::support::verdicts::greener;

/// What else changes where an operation goes wrong, by the shape of its place, and why.
const CONSEQUENCES: &[(Operation, &str, &str)] = &[
    (Operation::AccountListRegions, "/regional", "the partition's default regions are tried instead"),
    (Operation::BackupListBackupVaults, "/kms/keys", "keys that only a vault or its points refer to"),
    (Operation::RdsDescribeDBInstances, "/kms/keys", "keys that only an instance refers to"),
    (Operation::RdsDescribeDBClusters, "/kms/keys", "keys that only a cluster refers to"),
    (Operation::DynamoDbListTables, "/state/lock_tables", "lock tables are tables"),
    (Operation::DynamoDbListTables, "/reasons", "no lock table names the bucket"),
    (Operation::DynamoDbDescribeTable, "/state/lock_tables", "only its keys tell a lock table"),
    (Operation::DynamoDbDescribeTable, "/reasons", "no lock table names the bucket"),
    (Operation::DynamoDbScan, "/reasons", "no lock table names the bucket"),
    (Operation::S3GetBucketTagging, "/reasons", "tags suggest states"),
    (Operation::S3ListBuckets, "/state/buckets", "states lie in buckets"),
    (Operation::S3GetObject, "/body/value", "of bytes that are no state their MD5 is told all the same"),
    (Operation::S3GetObject, "/size", "as many bytes as came"),
];

/// Gaps in other collections than the operation's own that follow from its failure, and why.
const FURTHER_GAPS: &[(Operation, Collection, &str)] = &[
    (Operation::KmsDescribeKey, Collection::KmsKeyPolicies, "whose key is nobody knows"),
    (Operation::OrganizationsListRoots, Collection::OrganizationUnits, "nothing says where the tree begins"),
    (Operation::OrganizationsListRoots, Collection::OrganizationAccounts, "no tree to look for accounts in"),
    (
        Operation::OrganizationsListOrganizationalUnitsForParent,
        Collection::OrganizationAccounts,
        "no tree to look for accounts in",
    ),
    (Operation::S3GetBucketLocation, Collection::S3BucketTags, "a bucket is asked in its region alone"),
    (Operation::S3GetBucketLocation, Collection::S3BucketVersioning, "a bucket is asked in its region alone"),
    (Operation::S3GetBucketLocation, Collection::S3BucketObjectLock, "a bucket is asked in its region alone"),
    (Operation::S3GetBucketLocation, Collection::S3BucketLifecycle, "a bucket is asked in its region alone"),
    (Operation::S3GetBucketLocation, Collection::S3BucketPolicy, "a bucket is asked in its region alone"),
    (Operation::S3GetBucketLocation, Collection::S3BucketPublicAccessBlock, "a bucket is asked in its region alone"),
    (Operation::S3GetBucketLocation, Collection::S3BucketEncryption, "a bucket is asked in its region alone"),
    (Operation::S3GetBucketLocation, Collection::S3BucketReplication, "a bucket is asked in its region alone"),
    (Operation::S3GetBucketLocation, Collection::S3BucketContents, "a bucket is asked in its region alone"),
];

/// The kinds of gap, each with the faults that leave it; the operations take turns with them.
const KINDS: &[(GapKind, &[Fault])] = &[
    (GapKind::Denied, &[Fault::Denied, Fault::RegionOff]),
    (GapKind::DeniedByScp, &[Fault::DeniedByScp]),
    (GapKind::Throttled, &[Fault::Throttled]),
    (GapKind::Timeout, &[Fault::ServerError, Fault::Broken, Fault::Silence]),
    (GapKind::Malformed, &[Fault::Strange, Fault::Garbage]),
];

/// A part of the incident's organization in one region in which every operation is called.
pub fn organization() -> Inventory {
    let mut inventory = demo::incident();
    let home = inventory.caller.home_region.clone();
    let kept = ["111111111111", "666666666666", "777777777777", "888888888888", "999999999999"];
    inventory.accounts.retain(|account| kept.contains(&account.id.as_str()));
    inventory.scope.accounts = inventory.accounts.iter().map(|account| account.id.clone()).collect();
    for account in &mut inventory.accounts {
        let Answer::Value(parts) = &mut account.parts else { continue };
        parts.regional.retain(|region| region.region == home);
        if let Some(regions) = parts.regions.value_mut() {
            regions.retain(|region| *region == home);
        }
    }
    let organization = inventory.organization.as_mut().unwrap();
    let accounts = organization.accounts.value_mut().unwrap();
    for account in accounts.iter_mut() {
        account.tags = Some(Answer::Value([("team".to_owned(), account.name.clone())].into()));
    }
    // Its path is not given, so the tree is walked for it, in vain.
    let lost = accounts.last_mut().unwrap();
    let nowhere = Account::unlisted(&lost.id);
    let operation = Operation::OrganizationsListAccountsForParent;
    lost.parent = Answer::Gap(Gap::not_made(GapKind::Malformed, operation, nowhere));
    add_rarities(&mut inventory);
    collect(&inventory, Options::default()).unwrap()
}

/// What the incident has none of: a provider of identities, a legal hold, a bucket of which nobody says where it is.
fn add_rarities(inventory: &mut Inventory) {
    let ledger = inventory.accounts.iter_mut().find(|account| account.id.as_str() == "666666666666").unwrap();
    let Answer::Value(parts) = &mut ledger.parts else { unreachable!("the account was entered") };
    parts.iam.oidc_providers.value_mut().unwrap().push(OidcProvider {
        arn: build::id("arn:aws:iam::666666666666:oidc-provider/token.actions.githubusercontent.com"),
        detail: build::value(OidcDetail {
            url: "token.actions.githubusercontent.com".into(),
            audiences: vec!["sts.amazonaws.com".into()],
        }),
    });
    let Answer::Value(region) = &mut parts.regional[0].parts else { unreachable!("the region was read") };
    region.backup.legal_holds.value_mut().unwrap().push(LegalHold {
        arn: build::id("arn:aws:backup:eu-central-1:666666666666:legal-hold:one"),
        id: "one".into(),
        title: "Audit".into(),
        status: "ACTIVE".into(),
        detail: build::value(LegalHoldSelection { vaults: Vec::new(), resources: Vec::new(), from: None, to: None }),
    });
    // In the management account: elsewhere it would leave a verdict unknown that is about that account alone.
    let management = &mut inventory.accounts[0];
    let Answer::Value(parts) = &mut management.parts else { unreachable!("the account was entered") };
    let gap = build::denied(Operation::S3GetBucketLocation, &parts.session);
    let mut bucket = build::bucket("nobody-knows-where", "eu-central-1");
    let Bucket {
        region,
        tags,
        versioning,
        object_lock,
        lifecycle,
        policy,
        public_access_block,
        encryption,
        replication,
        holds,
        ..
    } = &mut bucket;
    *region = Answer::Gap(gap.clone());
    *tags = Answer::Gap(gap.clone());
    *versioning = Answer::Gap(gap.clone());
    *object_lock = Answer::Gap(gap.clone());
    *lifecycle = Answer::Gap(gap.clone());
    *policy = Answer::Gap(gap.clone());
    *public_access_block = Answer::Gap(gap.clone());
    *encryption = Answer::Gap(gap.clone());
    *replication = Answer::Gap(gap.clone());
    *holds = Answer::Gap(gap);
    parts.s3.buckets.value_mut().unwrap().push(bucket);
}

fn judge(inventory: &Inventory) -> Vec<Finding> {
    static LIBRARY: std::sync::OnceLock<Library> = std::sync::OnceLock::new();
    let library = LIBRARY.get_or_init(|| Library::load(&[]).unwrap());
    assess(inventory, &Settings::default(), library, &Selection::default()).findings
}

/// The gaps without attempts and request ids.
fn gaps(inventory: &Inventory) -> BTreeSet<PlacedGap> {
    let gaps = inventory.gaps().into_iter().map(|mut placed| {
        placed.gap.attempts = 0;
        placed.gap.request_id = None;
        placed
    });
    gaps.collect()
}

/// Where two collections differ otherwise than by a gap in the second one: the shapes of the places.
fn collateral(want: &Value, got: &Value) -> BTreeSet<String> {
    fn walk(path: &str, want: &Value, got: &Value, found: &mut BTreeSet<String>) {
        if want == got || got.get("gap").is_some() {
            return;
        }
        match (want, got) {
            (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => {
                a.iter().for_each(|(key, value)| walk(&format!("{path}/{key}"), value, &b[key], found));
            }
            (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
                a.iter().zip(b).for_each(|(x, y)| walk(&format!("{path}/*"), x, y, found));
            }
            _ => drop(found.insert(path.to_owned())),
        }
    }
    let mut found = BTreeSet::new();
    walk("", want, got, &mut found);
    found
}

/// What is wrong where one operation goes wrong in one way.
fn wrong(base: &Inventory, before: &[Finding], operation: Operation, kind: GapKind, fault: Fault) -> Vec<String> {
    let how = Options { faults: vec![Order::everywhere(operation, fault)], ..Options::default() };
    let collected = match collect(base, how) {
        Ok(collected) => collected,
        // Nobody can say who calls: there is nothing to collect.
        Err(_) if operation == Operation::StsGetCallerIdentity => return Vec::new(),
        Err(error) => return vec![format!("{operation} {fault:?} ends the collection: {error}")],
    };
    let mut wrong = Vec::new();
    let (had, has) = (gaps(base), gaps(&collected));
    let new: Vec<&PlacedGap> = has.difference(&had).collect();
    if new.is_empty() {
        wrong.push(format!("{operation} {fault:?} leaves no gap"));
    }
    for placed in new {
        let about = format!("{operation} {fault:?}: {} of {:?}", placed.collection, placed.item);
        // Without the list the partition's default regions are tried, and those that are off refuse.
        let elsewhere =
            operation == Operation::AccountListRegions && placed.region.as_ref() != Some(&base.caller.home_region);
        if elsewhere && placed.gap.operation != operation {
            continue;
        }
        if placed.gap.kind != kind {
            wrong.push(format!(
                "{about} is {}, not {}: {}",
                placed.gap.kind.as_str(),
                kind.as_str(),
                placed.gap.message
            ));
        }
        let further = FURTHER_GAPS.iter().any(|(of, into, _)| *of == operation && *into == placed.collection);
        if !further && !placed.collection.operations().contains(&operation) {
            wrong.push(format!("{about} does not rest on it: {}", placed.gap.message));
        }
    }
    for shape in collateral(&plain(base), &plain(&collected)) {
        let known = CONSEQUENCES.iter().any(|(of, place, _)| *of == operation && shape.contains(place));
        if !known {
            wrong.push(format!("{operation} {fault:?} changes {shape}"));
        }
    }
    let made = greener(before, &judge(&collected));
    wrong.extend(made.iter().map(|what| format!("{operation} {fault:?} makes it greener: {what}")));
    wrong
}

#[test]
fn each_fault_of_each_operation_takes_away_what_rests_on_it_and_nothing_else() {
    let base = organization();
    let before = judge(&base);
    let called: BTreeSet<Operation> = base.ledger.iter().map(|entry| entry.operation).collect();
    let never: Vec<_> = Operation::ALL.iter().filter(|operation| !called.contains(operation)).collect();
    assert!(never.is_empty(), "the organization does not bring these calls about: {never:?}");
    let rows = Operation::ALL.iter().enumerate().flat_map(|(turn, operation)| {
        KINDS.iter().map(move |(kind, faults)| (*operation, *kind, faults[turn % faults.len()]))
    });
    let found = in_parallel(rows, |(operation, kind, fault)| wrong(&base, &before, operation, kind, fault));
    assert!(found.is_empty(), "{} faults show wrongly:\n{}", found.len(), found.join("\n"));
}

/// An answer that breaks off in the middle is a gap: never a shorter list, never a setting that is off. What a service
/// answers with an error everywhere is left whole.
#[test]
fn half_an_answer_is_no_answer() {
    let base = organization();
    let before = judge(&base);
    let had = gaps(&base);
    let rows = Operation::ALL.iter().filter(|operation| operation.service() != "sts");
    let found = in_parallel(rows, |operation| {
        let how = Options { faults: vec![Order::everywhere(*operation, Fault::Cut)], ..Options::default() };
        let collected = collect(&base, how).unwrap();
        let has = gaps(&collected);
        let new: Vec<&PlacedGap> = has.difference(&had).collect();
        let mut wrong = Vec::new();
        if new.is_empty() && plain(&base) != plain(&collected) {
            wrong.push(format!("half an answer of {operation} is read as a whole one"));
        }
        wrong.extend(greener(&before, &judge(&collected)).iter().map(|what| format!("{operation}: {what}")));
        wrong
    });
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Does something for each row, on every core; what is found comes back in order.
fn in_parallel<T: Send>(rows: impl Iterator<Item = T> + Send, look: impl Fn(T) -> Vec<String> + Sync) -> Vec<String> {
    let (work, found) = (Mutex::new(rows), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let Some(row) = work.lock().unwrap().next() else { break };
                    let some = look(row);
                    found.lock().unwrap().extend(some);
                }
            });
        }
    });
    let mut found = found.into_inner().unwrap();
    found.sort();
    found
}

/// A page token that comes again and again ends a list in a gap, wherever there are pages.
#[test]
fn the_same_token_twice_is_a_gap() {
    let base = organization();
    for operation in [
        Operation::OrganizationsListAccounts,
        Operation::RdsDescribeDBInstances,
        Operation::BackupListBackupVaults,
        Operation::BackupListRecoveryPointsByBackupVault,
        Operation::S3ListBuckets,
        Operation::S3ListObjectsV2,
        Operation::IamGetAccountAuthorizationDetails,
        Operation::AccountListRegions,
    ] {
        let how = Options { faults: vec![Order::everywhere(operation, Fault::SameToken)], ..Options::default() };
        let collected = collect(&base, how).unwrap();
        let had = gaps(&base);
        let new: Vec<PlacedGap> = gaps(&collected).difference(&had).cloned().collect();
        let own = new.iter().filter(|placed| placed.gap.operation == operation);
        assert!(own.clone().next().is_some(), "{operation} leaves no gap of its own");
        for placed in own {
            assert_eq!(placed.gap.kind, GapKind::Malformed, "{operation}: {}", placed.gap.message);
            assert!(placed.gap.message.contains("same page token"), "{operation}: {}", placed.gap.message);
        }
    }
}
