mod items;
mod lists;

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use crate::demo::build::{Place, account, empty_parts, empty_region, id, read, read_at, region, session, tags};
use crate::fleet::{Credentials, Fleet, Options, Reply};
use crate::model::backup::BackupInventory;
use crate::model::gap::{Collected, Gap, GapKind};
use crate::model::inventory::{AccountParts, Caller, INVENTORY_SCHEMA, Inventory, Scope};
use crate::model::operation::Operation;

const OWN: &str = "111122223333";
const HERE: Place = Place::new(OWN, "eu-central-1");
/// The role that is told where AWS tells one.
const ROLE: &str = "arn:aws:iam::111122223333:role/service-role/AWSBackupDefaultServiceRole";

/// An answer: status, error code by the header, body.
type Told = (u16, String, Value);

/// One account with one region.
fn parts(fill: impl FnOnce(&mut BackupInventory)) -> AccountParts {
    let mut here = empty_region();
    fill(&mut here.backup);
    AccountParts { regional: vec![region(HERE.region, here)], ..empty_parts(OWN) }
}

fn fleet_of(parts: AccountParts, options: Options) -> Fleet {
    let inventory = Inventory {
        schema: INVENTORY_SCHEMA.into(),
        collector: "test".into(),
        taken_at: read_at(),
        caller: Caller { account: id(OWN), arn: session(OWN), partition: id("aws"), home_region: id(HERE.region) },
        scope: Scope::default(),
        organization: None,
        accounts: vec![account(OWN, parts)],
        ledger: Vec::new(),
    };
    Fleet::new(inventory, options)
}

fn fleet(fill: impl FnOnce(&mut BackupInventory)) -> Fleet {
    fleet_of(parts(fill), Options::default())
}

fn get(fleet: &Fleet, path: &str) -> Told {
    let keys = Credentials::of(&id(OWN), &session(OWN));
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={}/20260302/{}/backup/aws4_request, SignedHeaders=host;x-amz-date, Signature={}",
        keys.access_key_id,
        HERE.region,
        "0".repeat(64)
    );
    let request = Request::get(path)
        .header("host", "127.0.0.1")
        .header("x-amz-date", "20260302T070000Z")
        .header("x-amz-security-token", keys.session_token)
        .header("authorization", authorization)
        .body(Bytes::new());
    match fleet.answer(&request.unwrap()) {
        Reply::Answer(answer) => {
            let code = answer.headers().get("x-amzn-errortype").map(|code| code.to_str().unwrap().to_owned());
            let status = answer.status().as_u16();
            (status, code.unwrap_or_default(), serde_json::from_slice(answer.body()).unwrap())
        }
        other => panic!("no answer but {other:?}"),
    }
}

/// The body of an answer that is one.
fn good(fleet: &Fleet, path: &str) -> Value {
    let (status, code, body) = get(fleet, path);
    assert_eq!(status, 200, "{path}: {code} {body}");
    body
}

/// Status and code of a refusal, and its words.
fn refused(fleet: &Fleet, path: &str) -> (u16, String, String) {
    let (status, code, body) = get(fleet, path);
    assert!(status >= 400, "{path}: {body}");
    (status, code, body["Message"].as_str().unwrap().to_owned())
}

fn assert_refused(fleet: &Fleet, path: &str, status: u16, code: &str) {
    let (told, name, words) = refused(fleet, path);
    assert_eq!((told, name.as_str()), (status, code), "{path}: {words}");
}

/// Follows a list by its tokens: the pages' values of one member of the items.
fn pages(fleet: &Fleet, path: &str, list: &str, member: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut next = path.to_owned();
    loop {
        let body = good(fleet, &next);
        let items = body[list].as_array().unwrap().iter();
        pages.push(items.map(|item| item[member].as_str().unwrap().to_owned()).collect());
        let Some(token) = body["NextToken"].as_str() else { return pages };
        // Restore testing's parameters are the ones that begin with a capital.
        let parameter = if path.starts_with("/restore-testing") { "NextToken" } else { "nextToken" };
        let between = if path.contains('?') { '&' } else { '?' };
        next = format!("{path}{between}{parameter}={token}");
    }
}

fn gap(operation: Operation) -> Gap {
    Gap {
        kind: GapKind::Denied,
        operation,
        code: Some("AccessDeniedException".into()),
        message: format!("no {}", operation.name()),
        attempts: 1,
        request_id: None,
    }
}

/// The kind of list, the gap's operation, a path of it.
type Listed = (fn(&mut BackupInventory, Kind), Operation, &'static str);

/// What a collection is instead of a list.
#[derive(Clone)]
enum Kind {
    Gap(Gap),
    NotOffered,
}

fn collection<T>(kind: Kind) -> Collected<T> {
    match kind {
        Kind::Gap(gap) => Collected::Gap(gap),
        Kind::NotOffered => Collected::NotOffered { read_at: read_at() },
    }
}

const LISTS: &[Listed] = &[
    (|all, kind| all.vaults = collection(kind), Operation::BackupListBackupVaults, "/backup-vaults/"),
    (|all, kind| all.plans = collection(kind), Operation::BackupListBackupPlans, "/backup/plans/"),
    (|all, kind| all.protected_resources = collection(kind), Operation::BackupListProtectedResources, "/resources/"),
    (|all, kind| all.backup_jobs = collection(kind), Operation::BackupListBackupJobs, "/backup-jobs/?state=FAILED"),
    (|all, kind| all.copy_jobs = collection(kind), Operation::BackupListCopyJobs, "/copy-jobs/"),
    (|all, kind| all.restore_jobs = collection(kind), Operation::BackupListRestoreJobs, "/restore-jobs/"),
    (|all, kind| all.legal_holds = collection(kind), Operation::BackupListLegalHolds, "/legal-holds/"),
    (
        |all, kind| all.restore_testing_plans = collection(kind),
        Operation::BackupListRestoreTestingPlans,
        "/restore-testing/plans",
    ),
    (|all, kind| all.region_settings = collection(kind), Operation::BackupDescribeRegionSettings, "/account-settings"),
];

#[test]
fn what_could_not_be_listed_is_refused_as_it_was_and_nothing_else_is() {
    for (set, operation, path) in LISTS {
        let fleet = fleet(|all| set(all, Kind::Gap(gap(*operation))));
        let told = refused(&fleet, path);
        assert_eq!(told, (403, "AccessDeniedException".into(), format!("no {}", operation.name())));
        for (_, other, path) in LISTS.iter().filter(|(_, other, _)| other != operation) {
            assert_eq!(get(&fleet, path).0, 200, "{other:?} beside {operation:?}");
        }
        let nowhere = self::fleet(|all| set(all, Kind::NotOffered));
        assert_refused(&nowhere, path, 404, "UnknownOperationException");
    }
}

#[test]
fn settings_are_told_and_an_account_outside_any_organization_has_none() {
    let fleet = fleet(|_| ());
    let settings = good(&fleet, "/account-settings");
    assert_eq!(settings["ResourceTypeOptInPreference"]["S3"], json!(true));
    assert_eq!(settings["ResourceTypeManagementPreference"], json!({ "DynamoDB": true, "EFS": true }));
    let settings = good(&fleet, "/global-settings");
    assert_eq!(settings, json!({ "GlobalSettings": { "isCrossAccountBackupEnabled": "true" } }));

    let alone = AccountParts { backup_global_settings: read(tags([])), ..parts(|_| ()) };
    let (status, code, body) = get(&fleet_of(alone, Options::default()), "/global-settings");
    assert_eq!((status, code.as_str()), (400, "InvalidRequestException"));
    assert_eq!(body, json!({ "Code": "ERROR_9601", "Message": "Your account is not a member of an organization." }));
    let denied = Collected::Gap(gap(Operation::BackupDescribeGlobalSettings));
    let denied = AccountParts { backup_global_settings: denied, ..parts(|_| ()) };
    assert_refused(&fleet_of(denied, Options::default()), "/global-settings", 403, "AccessDeniedException");
}

#[test]
fn what_is_no_parameter_of_an_operation_is_refused() {
    let fleet = fleet(|_| ());
    for path in [
        "/backup-vaults/?state=FAILED",
        "/backup-vaults/?MaxResults=1",
        "/backup-vaults/?shared=true",
        "/backup-jobs/?messageCategory=SUCCESS",
        "/copy-jobs/?sourceRecoveryPointArn=a",
        "/restore-jobs/?parentJobId=a",
        "/account-settings?maxResults=1",
        "/global-settings?nextToken=a",
    ] {
        assert_refused(&fleet, path, 400, "ValidationException");
    }
    assert_refused(&fleet, "/backup-vaults/v", 404, "UnknownOperationException");
    assert_refused(&fleet, "/backup/plans/p/versions/", 404, "UnknownOperationException");
    for path in ["/backup-jobs?maxResults=0", "/backup-jobs?maxResults=1001", "/backup-jobs?nextToken=AAAA"] {
        assert_refused(&fleet, path, 400, "InvalidParameterValueException");
    }
}
