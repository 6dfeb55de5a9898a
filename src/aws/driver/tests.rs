//! The whole way over wire answers: an organization of two accounts whose services are empty but for what a test adds.

use std::sync::Mutex;

use super::super::clock::Clock;
use super::super::estimate::{CALLS_PER_ACCOUNT, CALLS_PER_REGION};
use super::super::replay::{Replay, run, sdk};
use super::super::sessions;
use super::super::shared::Observer;
use super::*;
use crate::model::gap::GapKind;
use crate::model::operation::Operation;

const HOME: &str = "111122223333";
const MEMBER: &str = "444455556666";
const SCP: &str = "User: x is not authorized to perform: y with an explicit deny in a service control policy";

fn query(operation: &str, body: &str) -> String {
    format!("<{operation}Response><{operation}Result>{body}</{operation}Result></{operation}Response>")
}

/// Two accounts in two regions, holding nothing.
fn empty() -> Replay {
    let arn = "arn:aws:organizations::111122223333";
    let account = |id: &str| {
        format!(
            r#"{{"Id":"{id}","Arn":"{arn}:account/o-abcdefghij/{id}","Name":"n","State":"ACTIVE","Paths":["o-abcdefghij/r-abcd/{id}/"]}}"#
        )
    };
    let identity = format!("<Arn>arn:aws:iam::{HOME}:user/me</Arn><UserId>AIDA</UserId><Account>{HOME}</Account>");
    let session = "<AssumedRoleUser><AssumedRoleId>AROA:p</AssumedRoleId><Arn>arn:aws:sts::444455556666:assumed-role/PalisadeAudit/p</Arn>\
        </AssumedRoleUser><Credentials><AccessKeyId>AKIDMEMBER</AccessKeyId><SecretAccessKey>s</SecretAccessKey>\
        <SessionToken>t</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials>";
    let report = aws_smithy_types::base64::encode(
        "user,arn,password_enabled,password_last_used,mfa_active,access_key_1_active,access_key_1_last_used_date,\
         access_key_2_active,access_key_2_last_used_date\n\
         <root_account>,arn:aws:iam::111122223333:root,not_supported,N/A,true,false,N/A,false,N/A\n",
    );
    // One body that holds the empty list of every call: each reads its own.
    let lists_of_backup = r#"{"BackupVaultList":[],"BackupPlansList":[],"Results":[],"BackupJobs":[],"CopyJobs":[],
        "RestoreJobs":[],"LegalHolds":[],"RestoreTestingPlans":[]}"#;
    let lists_of_organizations = r#"{"OrganizationalUnits":[],"Policies":[],"Targets":[],"DelegatedAdministrators":[],
        "EnabledServicePrincipals":[]}"#;
    let mut replay = Replay::new()
        .on(&["Action=GetCallerIdentity"], 200, query("GetCallerIdentity", &identity))
        .on(&["Action=AssumeRole"], 200, query("AssumeRole", session))
        .on(
            &["DescribeOrganization"],
            200,
            format!(r#"{{"Organization":{{"Id":"o-abcdefghij","Arn":"{arn}:organization/o-abcdefghij","FeatureSet":"ALL","MasterAccountId":"{HOME}"}}}}"#),
        )
        .on(&["ListRoots"], 200, format!(r#"{{"Roots":[{{"Id":"r-abcd","Arn":"{arn}:root/o-abcdefghij/r-abcd","Name":"Root"}}]}}"#))
        .on(&["ListAccounts"], 200, format!(r#"{{"Accounts":[{},{}]}}"#, account(MEMBER), account(HOME)))
        .json_error(&["DescribeResourcePolicy"], 400, "ResourcePolicyNotFoundException", "none")
        .json_error(&["DescribeEffectivePolicy"], 400, "EffectivePolicyNotFoundException", "none")
        .on(&["AWSOrganizationsV20161128."], 200, lists_of_organizations)
        .on(
            &["/listRegions"],
            200,
            r#"{"Regions":[{"RegionName":"us-east-1","RegionOptStatus":"ENABLED_BY_DEFAULT"},
                {"RegionName":"eu-central-1","RegionOptStatus":"ENABLED_BY_DEFAULT"},
                {"RegionName":"af-south-1","RegionOptStatus":"DISABLED"}]}"#,
        )
        .on(&["Action=GenerateCredentialReport"], 200, query("GenerateCredentialReport", "<State>COMPLETE</State>"))
        .on(&["Action=GetCredentialReport"], 200, query("GetCredentialReport", &format!("<Content>{report}</Content>")))
        .on(&["Action=GetAccountSummary"], 200, query("GetAccountSummary", "<SummaryMap/>"))
        .on(&["ListTables"], 200, r#"{"TableNames":[]}"#)
        .on(&["/global-settings"], 200, r#"{"GlobalSettings":{}}"#)
        .on(&["/account-settings"], 200, r#"{"ResourceTypeOptInPreference":{},"ResourceTypeManagementPreference":{}}"#)
        .query_error(&["/v20180820/configuration/publicAccessBlock"], 404, "NoSuchPublicAccessBlockConfiguration", "none")
        .on(&["//s3.", "max-buckets"], 200, "<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>")
        .on(&["//backup."], 200, lists_of_backup);
    let lists = [
        ("GetAccountAuthorizationDetails", ""),
        ("ListOpenIDConnectProviders", ""),
        ("ListSAMLProviders", ""),
        ("ListOrganizationsFeatures", ""),
        ("DescribeDBInstances", "DBInstances"),
        ("DescribeDBClusters", "DBClusters"),
        ("DescribeGlobalClusters", "GlobalClusters"),
        ("DescribeDBSnapshots", "DBSnapshots"),
        ("DescribeDBClusterSnapshots", "DBClusterSnapshots"),
        ("DescribeDBInstanceAutomatedBackups", "DBInstanceAutomatedBackups"),
        ("DescribeDBClusterAutomatedBackups", "DBClusterAutomatedBackups"),
    ];
    for (operation, list) in lists {
        let body = if list.is_empty() { String::new() } else { format!("<{list}></{list}>") };
        replay = replay.on(&[&format!("Action={operation}&")], 200, query(operation, &body));
    }
    replay
}

/// Notes what it is told.
#[derive(Default)]
struct Notes(Mutex<Noted>);

#[derive(Default)]
struct Noted {
    accounts: usize,
    done: Vec<(String, bool)>,
    attempts: u64,
}

impl Observer for Notes {
    fn accounts(&self, total: usize) {
        self.0.lock().unwrap().accounts = total;
    }
    fn account_done(&self, account: &AccountId, entered: bool) {
        self.0.lock().unwrap().done.push((account.to_string(), entered));
    }
    fn called(&self, _: Operation, attempts: u32, _: u32) {
        self.0.lock().unwrap().attempts += u64::from(attempts);
    }
}

fn scan_as(replay: &Replay, options: CollectOptions, notes: &Arc<Notes>) -> Result<Inventory, CollectError> {
    let (options, began) = (Arc::new(options), Clock::Wall.now());
    run(async {
        let observer = Arc::clone(notes) as Arc<dyn Observer>;
        let home = sessions::home_with(&options, observer, began, sdk(replay), Clock::Wall).await?;
        super::run(&home, &options, began).await
    })
}

fn scan(replay: &Replay) -> Inventory {
    scan_as(replay, CollectOptions::default(), &Arc::default()).unwrap()
}

fn region<'a>(inventory: &'a Inventory, account: &str, name: &str) -> &'a RegionInventory {
    let account = inventory.account(&account.parse().unwrap()).unwrap();
    account.parts().unwrap().regional.iter().find(|region| region.region.as_str() == name).unwrap()
}

#[test]
fn an_empty_organization_is_read_without_a_gap_and_costs_what_the_estimate_says() {
    let replay = empty();
    let notes = Arc::new(Notes::default());
    let inventory = scan_as(&replay, CollectOptions::default(), &notes).unwrap();
    let failures: Vec<_> = inventory.ledger.iter().filter(|entry| !entry.failures.is_empty()).collect();
    assert!(failures.is_empty(), "{failures:#?}");
    let ids: Vec<_> = inventory.accounts.iter().map(|account| account.id.as_str()).collect();
    assert_eq!(ids, [HOME, MEMBER]);
    for account in &inventory.accounts {
        let parts = account.parts().unwrap();
        let regions: Vec<_> = parts.regional.iter().map(|region| region.region.as_str()).collect();
        assert_eq!(regions, ["eu-central-1", "us-east-1"], "the region that is off is not scanned");
    }
    let of_accounts = |entry: &&crate::model::ledger::LedgerEntry| {
        !entry.operation.as_str().starts_with("organizations:")
            || entry.operation == Operation::OrganizationsDescribeEffectivePolicy
    };
    let organization = [Operation::IamListOrganizationsFeatures, Operation::StsGetCallerIdentity];
    let calls: u64 = inventory
        .ledger
        .iter()
        .filter(of_accounts)
        .filter(|entry| !organization.contains(&entry.operation))
        .map(|entry| entry.calls)
        .sum();
    // The caller's own account needs no AssumeRole.
    assert_eq!(calls, 2 * (CALLS_PER_ACCOUNT + 2 * CALLS_PER_REGION) - 1, "{:#?}", inventory.ledger);
    let notes = notes.0.lock().unwrap();
    assert_eq!((notes.accounts, notes.done.len()), (2, 2));
    assert!(notes.done.iter().all(|(_, entered)| *entered));
    let attempts: u64 = inventory.ledger.iter().map(|entry| entry.attempts).sum();
    assert_eq!(notes.attempts + 1, attempts, "all but the first call, which tells who observes");
    assert_eq!(attempts, replay.sent().len() as u64, "every request stands in the ledger");
}

#[test]
fn the_inventory_survives_a_round_trip() {
    let inventory = scan(&empty());
    let text = serde_json::to_string(&inventory).unwrap();
    assert_eq!(serde_json::from_str::<Inventory>(&text).unwrap(), inventory);
}

/// The inventory as text, without the times at which it was read.
fn timeless(inventory: &Inventory) -> String {
    let text = serde_json::to_string(inventory).unwrap();
    let year = format!("\"{}-", inventory.taken_at.to_string().get(..4).unwrap());
    text.split(&year)
        .enumerate()
        .map(|(place, part)| if place == 0 { part } else { &part[part.find('"').unwrap()..] })
        .collect()
}

#[test]
fn neither_the_order_of_answers_nor_the_concurrency_shows() {
    let holding = || {
        Replay::new()
            .on(&["ListTables", "AKIDMEMBER"], 200, r#"{"TableNames":["c","a","b"]}"#)
            .json_error(&["DescribeTable"], 400, "AccessDeniedException", "no")
            .query_error(&["rds.us-east-1"], 403, "AccessDenied", SCP)
    };
    let first = timeless(&scan(&holding().then(&empty())));
    assert!(first.contains("table/c") && !first.contains("2026-"), "{first}");
    for (jitter, concurrency) in [(3, 64), (5, 7), (0, 1)] {
        let options = CollectOptions { concurrency, ..CollectOptions::default() };
        let inventory = scan_as(&holding().then(&empty()).late(jitter), options, &Arc::default()).unwrap();
        let other = timeless(&inventory);
        let same = other.bytes().zip(first.bytes()).take_while(|(a, b)| a == b).count();
        let near = |text: &str| text.get(same.saturating_sub(200)..).map(|t| t.chars().take(400).collect::<String>());
        assert!(other == first, "{jitter} {concurrency}: {:?} and {:?}", near(&other), near(&first));
    }
}

#[test]
fn an_account_that_cannot_be_entered_is_one_gap_and_the_rest_goes_on() {
    let replay = Replay::new().query_error(&["Action=AssumeRole"], 403, "AccessDenied", "no").then(&empty());
    let inventory = scan(&replay);
    let member = inventory.account(&MEMBER.parse().unwrap()).unwrap();
    let gap = member.parts.gap().unwrap();
    assert_eq!((gap.kind, gap.operation), (GapKind::Denied, Operation::StsAssumeRole));
    assert!(inventory.account(&HOME.parse().unwrap()).unwrap().parts().is_some());
}

#[test]
fn after_two_services_that_an_scp_denies_the_rest_of_the_region_is_not_called() {
    let closed = Replay::new()
        .json_error(&["ListTables", "dynamodb.us-east-1", "AKIDMEMBER"], 400, "AccessDeniedException", SCP)
        .query_error(&["rds.us-east-1", "AKIDMEMBER"], 403, "AccessDenied", SCP);
    let replay = closed.then(&empty());
    let inventory = scan(&replay);
    let gap = region(&inventory, MEMBER, "us-east-1").parts.gap().unwrap();
    assert_eq!((gap.kind, gap.attempts), (GapKind::RegionDenied, 0));
    assert!(gap.message.contains("dynamodb and rds in us-east-1"), "{}", gap.message);
    let called = replay.sent().iter().filter(|sent| sent.has("//backup.us-east-1") && sent.has("AKIDMEMBER")).count();
    assert_eq!(called, 0, "backup is not called there");
    assert!(region(&inventory, MEMBER, "eu-central-1").parts.value().is_some());
    assert!(region(&inventory, HOME, "us-east-1").parts.value().is_some());
    let noted = inventory.ledger.iter().flat_map(|entry| &entry.failures);
    assert!(noted.clone().count() > 0 && noted.clone().all(|failure| failure.kind == GapKind::DeniedByScp));
}

#[test]
fn one_service_that_an_scp_denies_is_its_own_gap() {
    let closed = Replay::new().json_error(&["ListTables", "AKIDMEMBER"], 400, "AccessDeniedException", SCP);
    let inventory = scan(&closed.then(&empty()));
    let parts = region(&inventory, MEMBER, "us-east-1").parts.value().unwrap();
    assert_eq!(parts.dynamodb.tables.gap().unwrap().kind, GapKind::DeniedByScp);
    assert!(parts.rds.db_instances.value().is_some() && parts.backup.vaults.value().is_some());
}

#[test]
fn a_region_that_the_account_s_role_is_denied_is_no_region_deny() {
    let denied = Replay::new()
        .json_error(&["ListTables", "AKIDMEMBER"], 400, "AccessDeniedException", "no identity-based policy allows")
        .query_error(&["//rds.", "AKIDMEMBER"], 403, "AccessDenied", "no identity-based policy allows");
    let inventory = scan(&denied.then(&empty()));
    let parts = region(&inventory, MEMBER, "us-east-1").parts.value().unwrap();
    assert_eq!(parts.rds.db_instances.gap().unwrap().kind, GapKind::Denied);
    assert!(parts.backup.vaults.value().is_some(), "what can be read is read");
}

#[test]
fn a_region_left_out_is_a_gap_out_of_scope() {
    let options = CollectOptions { regions: vec!["eu-central-1".parse().unwrap()], ..CollectOptions::default() };
    let replay = empty();
    let inventory = scan_as(&replay, options, &Arc::default()).unwrap();
    assert_eq!(region(&inventory, MEMBER, "us-east-1").parts.gap().unwrap().kind, GapKind::OutOfScope);
    assert_eq!(replay.count("//rds.us-east-1"), 0);
    assert_eq!(inventory.scope.regions.len(), 1);
}

#[test]
fn a_mistyped_region_ends_it_before_anything_is_scanned() {
    let options = CollectOptions { regions: vec!["eu-centrl-1".parse().unwrap()], ..CollectOptions::default() };
    let replay = empty();
    let error = scan_as(&replay, options, &Arc::default()).unwrap_err();
    assert!(error.to_string().contains("did you mean eu-central-1?"), "{error}");
    assert_eq!(replay.count("//rds."), 0);
}

#[test]
fn without_an_organization_only_the_own_account_is_scanned() {
    let options = CollectOptions { no_organization: true, ..CollectOptions::default() };
    let replay = empty();
    let inventory = scan_as(&replay, options, &Arc::default()).unwrap();
    assert!(inventory.organization.is_none());
    assert_eq!(inventory.accounts.len(), 1);
    assert_eq!(replay.count("Action=AssumeRole"), 0);
    assert_eq!(replay.count("ListAccounts"), 0);
}

#[test]
fn a_key_is_asked_for_by_its_own_account_where_that_was_entered() {
    // A table of the member is encrypted with a key of the home account, and one with a key of a stranger.
    let table = |name: &str, key: &str| {
        format!(
            r#"{{"Table":{{"TableName":"{name}","TableArn":"arn:aws:dynamodb:eu-central-1:{MEMBER}:table/{name}","TableStatus":"ACTIVE",
            "TableId":"i","CreationDateTime":1577836800,"DeletionProtectionEnabled":false,"ItemCount":1,
            "KeySchema":[{{"AttributeName":"k","KeyType":"HASH"}}],"SSEDescription":{{"SSEType":"KMS","KMSMasterKeyArn":"{key}"}}}}}}"#
        )
    };
    let own = format!("arn:aws:kms:eu-central-1:{HOME}:key/11111111-1111-1111-1111-111111111111");
    let stranger = "arn:aws:kms:eu-central-1:777788889999:key/22222222-2222-2222-2222-222222222222";
    let tables = Replay::new()
        .on(&["ListTables", "dynamodb.eu-central-1", "AKIDMEMBER"], 200, r#"{"TableNames":["a","b"]}"#)
        .on(&["DescribeTable", r#""a""#], 200, table("a", &own))
        .on(&["DescribeTable", r#""b""#], 200, table("b", stranger))
        .json_error(&["TrentService.DescribeKey"], 400, "AccessDeniedException", "no key policy allows");
    let replay = tables.then(&empty());
    let inventory = scan(&replay);
    let asked: Vec<_> = replay.sent().into_iter().filter(|sent| sent.has("TrentService.DescribeKey")).collect();
    assert_eq!(asked.len(), 2);
    assert!(asked.iter().find(|sent| sent.has(&own)).unwrap().has("AKIDTEST"), "by its owner");
    assert!(asked.iter().find(|sent| sent.has(stranger)).unwrap().has("AKIDMEMBER"), "by who refers to it");
    let keys = |account| region(&inventory, account, "eu-central-1").parts.value().unwrap().kms.keys.items();
    assert_eq!(keys(HOME)[0].reference.as_str(), own);
    assert_eq!(keys(MEMBER)[0].reference.as_str(), stranger);
    assert_eq!(keys(MEMBER)[0].detail.gap().unwrap().kind, GapKind::Denied);
}

#[test]
fn every_operation_of_the_way_is_called() {
    let replay = empty();
    let inventory = scan(&replay);
    let called: BTreeSet<Operation> = inventory.ledger.iter().map(|entry| entry.operation).collect();
    // The others of the table are about items, and their collectors' own tests make them.
    let way = [
        Operation::StsGetCallerIdentity,
        Operation::StsAssumeRole,
        Operation::OrganizationsDescribeOrganization,
        Operation::OrganizationsListRoots,
        Operation::OrganizationsListOrganizationalUnitsForParent,
        Operation::OrganizationsListAccounts,
        Operation::OrganizationsListPolicies,
        Operation::OrganizationsListDelegatedAdministrators,
        Operation::OrganizationsListAWSServiceAccessForOrganization,
        Operation::OrganizationsDescribeResourcePolicy,
        Operation::OrganizationsDescribeEffectivePolicy,
        Operation::AccountListRegions,
        Operation::IamListOrganizationsFeatures,
        Operation::IamGetAccountAuthorizationDetails,
        Operation::IamGenerateCredentialReport,
        Operation::IamGetCredentialReport,
        Operation::IamListOpenIDConnectProviders,
        Operation::IamListSAMLProviders,
        Operation::IamGetAccountSummary,
        Operation::BackupDescribeGlobalSettings,
        Operation::S3ListBuckets,
        Operation::S3ControlGetPublicAccessBlock,
        Operation::DynamoDbListTables,
    ];
    for operation in way {
        assert!(called.contains(&operation), "{operation} was not called");
    }
}
