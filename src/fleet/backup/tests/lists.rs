//! Lists: their pages and their filters.

use jiff::SignedDuration;

use super::*;
use crate::demo::build::{
    by_tag, daily_plan, failed_job, hours_ago, point, protected_resource, restore_testing_plan, vault,
};
use crate::model::backup::{BackupJob, CopyJob, LegalHold, LegalHoldSelection, RecoveryPoint, RestoreJob, Vault};
use crate::model::gap::Answer;
use crate::model::ids::Arn;

fn job(id: &str, state: &str) -> BackupJob {
    let resource = crate::demo::build::id("arn:aws:s3:::b");
    BackupJob { id: id.into(), state: state.into(), ..failed_job(&HERE.vault("aws/efs/v"), &resource, "S3", 5) }
}

fn bare_copy(id: &str, state: &str) -> CopyJob {
    CopyJob {
        id: id.into(),
        state: state.into(),
        status_message: None,
        resource: None,
        resource_type: None,
        source_vault: None,
        destination_vault: None,
        destination_recovery_point: None,
        account: None,
        created_at: hours_ago(3),
        completed_at: None,
    }
}

fn bare_restore(id: &str, status: &str) -> RestoreJob {
    RestoreJob {
        id: id.into(),
        status: status.into(),
        status_message: None,
        recovery_point: None,
        source_resource: None,
        resource_type: None,
        restore_testing_plan: None,
        validation_status: None,
        created_at: hours_ago(3),
        completed_at: None,
    }
}

fn two_of_each(all: &mut BackupInventory) {
    let resources: [Arn; 2] = ["a", "b"].map(|name| id(&format!("arn:aws:s3:::{name}")));
    let points = resources.each_ref().map(|resource| point(HERE.arn("backup", resource.name()), resource, "S3", 1));
    let mut plans = ["a", "b"].map(|name| daily_plan(HERE, name, "v", Vec::new(), by_tag("k", "v")));
    for (plan, name) in plans.iter_mut().zip(["a", "b"]) {
        plan.id = name.into();
        if let Answer::Value(selections) = &mut plan.selections {
            let mut second = selections[0].clone();
            (selections[0].id, second.id) = ("a".into(), "b".into());
            selections.push(second);
        }
    }
    let hold = |name: &str| LegalHold {
        arn: HERE.arn("backup", name),
        id: name.into(),
        title: "T".into(),
        status: "ACTIVE".into(),
        detail: Answer::Value(LegalHoldSelection { vaults: Vec::new(), resources: Vec::new(), from: None, to: None }),
    };
    all.vaults = read(vec![vault(HERE, "a", points.into()), vault(HERE, "b", Vec::new())]);
    all.plans = read(plans.into());
    all.protected_resources = read(resources.iter().map(|resource| protected_resource(resource, "S3")).collect());
    all.backup_jobs = read(vec![job("a", "FAILED"), job("b", "FAILED")]);
    all.copy_jobs = read(vec![bare_copy("a", "COMPLETED"), bare_copy("b", "COMPLETED")]);
    all.restore_jobs = read(vec![bare_restore("a", "COMPLETED"), bare_restore("b", "COMPLETED")]);
    all.legal_holds = read(vec![hold("a"), hold("b")]);
    all.restore_testing_plans =
        read(vec![restore_testing_plan(HERE, "a", &["a", "b"]), restore_testing_plan(HERE, "b", &[])]);
}

#[test]
fn every_list_comes_in_pages_as_small_as_told_or_asked() {
    let lists = [
        ("/backup-vaults/", "BackupVaultList", "BackupVaultName"),
        ("/backup-vaults/a/recovery-points/", "RecoveryPoints", "ResourceArn"),
        ("/backup/plans/", "BackupPlansList", "BackupPlanId"),
        ("/backup/plans/a/selections/", "BackupSelectionsList", "SelectionId"),
        ("/resources/", "Results", "ResourceArn"),
        ("/backup-jobs/", "BackupJobs", "BackupJobId"),
        ("/backup-jobs/?state=FAILED", "BackupJobs", "BackupJobId"),
        ("/copy-jobs/", "CopyJobs", "CopyJobId"),
        ("/restore-jobs/", "RestoreJobs", "RestoreJobId"),
        ("/legal-holds/", "LegalHolds", "LegalHoldId"),
        ("/restore-testing/plans", "RestoreTestingPlans", "RestoreTestingPlanName"),
        ("/restore-testing/plans/a/selections", "RestoreTestingSelections", "ProtectedResourceType"),
    ];
    let whole = fleet(two_of_each);
    let small = fleet_of(parts(two_of_each), Options { page_size: Some(1), ..Options::default() });
    for (path, list, member) in lists {
        let one = pages(&whole, path, list, member);
        let two = pages(&small, path, list, member);
        assert_eq!((one.len(), one[0].len(), two.len()), (1, 2, 2), "{path}");
        assert_eq!(one.concat(), two.concat(), "{path}");
        let parameter = if path.starts_with("/restore-testing") { "MaxResults" } else { "maxResults" };
        let between = if path.contains('?') { '&' } else { '?' };
        assert_eq!(pages(&whole, &format!("{path}{between}{parameter}=1"), list, member), two, "{path}");
    }
}

/// The ids that a filtered list gives, one after the other.
fn ids(fleet: &Fleet, path: &str, list: &str, member: &str) -> String {
    pages(fleet, path, list, member).concat().join(" ")
}

#[test]
fn points_are_filtered_by_what_was_asked() {
    let make = |name: &str, hours, change: fn(&mut RecoveryPoint)| {
        let mut made = point(id(&format!("arn:aws:x:::{name}")), &id("arn:aws:s3:::b"), "S3", hours);
        made.plan_id = None;
        change(&mut made);
        made
    };
    let points = vec![
        make("a", 1, |point| point.plan_id = Some("p".into())),
        make("b", 2, |point| point.resource_type = "RDS".into()),
        make("c", 3, |point| point.resource = id("arn:aws:s3:::other")),
        make("d", 4, |point| point.parent_recovery_point = Some(id("arn:aws:x:::a"))),
    ];
    let fleet = fleet(|all| all.vaults = read(vec![vault(HERE, "v", points)]));
    let table = [
        ("backupPlanId=p", "a"),
        ("resourceType=RDS", "b"),
        ("resourceArn=arn%3Aaws%3As3%3A%3A%3Aother", "c"),
        ("parentRecoveryPointArn=arn:aws:x:::a", "d"),
        ("createdAfter=2026-03-02T05%3A00%3A00Z", "a"),
        ("createdBefore=2026-03-02T05:00:00Z", "c d"),
        ("createdBefore=2026-03-02T05:00:00Z&createdAfter=2026-03-02T03:00:00.000Z", "c"),
        ("backupVaultAccountId=111122223333", "a b c d"),
        ("resourceType=EBS", ""),
    ];
    for (query, want) in table {
        let told =
            ids(&fleet, &format!("/backup-vaults/v/recovery-points/?{query}"), "RecoveryPoints", "RecoveryPointArn");
        assert_eq!(told.replace("arn:aws:x:::", ""), want, "{query}");
    }
    let path = |query: &str| format!("/backup-vaults/v/recovery-points/?{query}");
    assert_refused(&fleet, &path("backupVaultAccountId=444455556666"), 403, "AccessDeniedException");
    assert_refused(&fleet, &path("createdAfter=yesterday"), 400, "InvalidParameterValueException");
    assert_refused(&fleet, &path("BackupVaultName=w"), 400, "ValidationException");
}

#[test]
fn times_are_filtered_as_they_are_told() {
    let points = vec![point(id("arn:aws:x:::a"), &id("arn:aws:s3:::b"), "S3", 0)];
    let parts = parts(|all| all.vaults = read(vec![vault(HERE, "v", points)]));
    let shift = SignedDuration::from_hours(24);
    let fleet = fleet_of(parts, Options { shift, ..Options::default() });
    let path = |query: &str| format!("/backup-vaults/v/recovery-points?{query}");
    let told = |query: &str| ids(&fleet, &path(query), "RecoveryPoints", "RecoveryPointArn");
    assert_eq!(told("createdAfter=2026-03-03T06:00:00Z"), "arn:aws:x:::a");
    assert_eq!(told("createdBefore=2026-03-03T06:00:00Z"), "");
}

#[test]
fn vaults_are_filtered_by_type_and_one_without_is_a_plain_one() {
    let typed =
        |name: &str, kind: Option<&str>| Vault { vault_type: kind.map(str::to_owned), ..vault(HERE, name, Vec::new()) };
    let fleet = fleet(|all| {
        all.vaults = read(vec![typed("air", Some("LOGICALLY_AIR_GAPPED_BACKUP_VAULT")), typed("old", None)]);
    });
    let told =
        |kind: &str| ids(&fleet, &format!("/backup-vaults?vaultType={kind}"), "BackupVaultList", "BackupVaultName");
    assert_eq!(told("BACKUP_VAULT"), "old");
    assert_eq!(told("LOGICALLY_AIR_GAPPED_BACKUP_VAULT"), "air");
    assert_eq!(told("RESTORE_ACCESS_BACKUP_VAULT"), "");
    assert_refused(&fleet, "/backup-vaults?vaultType=SAFE", 400, "InvalidParameterValueException");
}

#[test]
fn jobs_are_filtered_by_state_and_by_what_they_are_about() {
    let mut nameless = job("d", "EXPIRED");
    (nameless.resource, nameless.resource_type, nameless.vault, nameless.completed_at) = (None, None, None, None);
    let mut copy = bare_copy("b", "FAILED");
    (copy.destination_vault, copy.account) = (Some(HERE.vault("w")), Some(id(OWN)));
    let mut restore = bare_restore("b", "RUNNING");
    restore.restore_testing_plan = Some(id("arn:aws:x:::t"));
    let fleet = fleet(|all| {
        all.backup_jobs = read(vec![job("a", "ABORTED"), job("b", "FAILED"), job("c", "PARTIAL"), nameless]);
        all.copy_jobs = read(vec![bare_copy("a", "CREATED"), copy]);
        all.restore_jobs = read(vec![bare_restore("a", "PENDING"), restore]);
    });
    let table = [
        ("/backup-jobs", "state=FAILED", "b"),
        ("/backup-jobs", "state=COMPLETED", ""),
        ("/backup-jobs", "backupVaultName=aws%2Fefs%2Fv", "a b c"),
        ("/backup-jobs", "resourceType=S3&state=PARTIAL", "c"),
        ("/backup-jobs", "resourceArn=arn:aws:s3:::b", "a b c"),
        ("/backup-jobs", "completeAfter=2026-03-01T00:00:00Z", "a b c"),
        ("/backup-jobs", "accountId=111122223333", "a b c d"),
        ("/copy-jobs", "state=CREATED", "a"),
        ("/copy-jobs", "destinationVaultArn=arn:aws:backup:eu-central-1:111122223333:backup-vault:w", "b"),
        ("/copy-jobs", "accountId=111122223333", "b"),
        ("/restore-jobs", "status=PENDING", "a"),
        ("/restore-jobs", "restoreTestingPlanArn=arn:aws:x:::t", "b"),
    ];
    for (path, query, want) in table {
        let (list, member) = match path {
            "/backup-jobs" => ("BackupJobs", "BackupJobId"),
            "/copy-jobs" => ("CopyJobs", "CopyJobId"),
            _ => ("RestoreJobs", "RestoreJobId"),
        };
        assert_eq!(ids(&fleet, &format!("{path}?{query}"), list, member), want, "{path}?{query}");
    }
    for path in ["/backup-jobs?state=DONE", "/copy-jobs?state=ABORTED", "/restore-jobs?status=EXPIRED"] {
        assert_refused(&fleet, path, 400, "InvalidParameterValueException");
    }
    assert_refused(&fleet, "/backup-jobs?accountId=*", 403, "AccessDeniedException");
    let told = &good(&fleet, "/backup-jobs?state=EXPIRED")["BackupJobs"][0];
    let absent = ["ResourceArn", "ResourceType", "BackupVaultArn", "BackupVaultName", "CompletionDate"];
    assert!(absent.iter().all(|member| told.get(member).is_none()), "{told}");
    assert_eq!((&told["AccountId"], &told["State"]), (&json!(OWN), &json!("EXPIRED")));
    let told = &good(&fleet, "/restore-jobs?status=RUNNING")["RestoreJobs"][0];
    assert_eq!(told["CreatedBy"], json!({ "RestoreTestingPlanArn": "arn:aws:x:::t" }));
}
