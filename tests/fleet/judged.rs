//! Organizations served, scanned over the SDK and judged: what stands in their policies, roles and trusts comes out as the
//! verdict that it has to be, and turns when it is changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use palisade::analysis::who_can;
use palisade::audit::assess;
use palisade::checks::{Library, Selection};
use palisade::demo::Organization;
use palisade::demo::build::{id, role};
use palisade::fleet::generate::{Shape, generate};
use palisade::fleet::{Options, image, sealed};
use palisade::model::finding::{Finding, Status};
use palisade::model::gap::Answer;
use palisade::model::iam::InlinePolicy;
use palisade::model::ids::{AccountId, Arn};
use palisade::model::inventory::Inventory;
use palisade::model::settings::Settings;
use palisade::model::who_can::WhoCan;

use super::world::collect;
use crate::support::owners;

/// Serves an inventory, scans what is served, and judges what was scanned.
fn scanned(inventory: &Inventory, settings: &Settings, checks: &[&str]) -> (Inventory, Vec<Finding>) {
    let faults = image::faults(inventory);
    assert!(faults.is_empty(), "no organization is like this: {}", faults.join("\n"));
    let collected = collect(&sealed(inventory.clone()), Options::default()).unwrap();
    let library = Library::load(&[]).unwrap();
    let selection =
        Selection { checks: checks.iter().map(|check| (*check).to_owned()).collect(), ..Selection::default() };
    let findings = assess(&collected, settings, &library, &selection).findings;
    (collected, findings)
}

#[track_caller]
fn of<'f>(findings: &'f [Finding], check: &str, account: &str, name: &str) -> &'f Finding {
    let here = |f: &&Finding| {
        f.check == check && f.subject.name == name && f.account.as_ref().is_some_and(|id| id.as_str() == account)
    };
    let found: Vec<&Finding> = findings.iter().filter(here).collect();
    assert_eq!(found.len(), 1, "{check} gives {} verdicts on {name} of {account}", found.len());
    found[0]
}

/// Says which verdicts are not what they have to be.
#[track_caller]
fn hold(findings: &[Finding], wants: &[(&str, &str, &str, Status, &str)]) {
    let mut wrong = Vec::new();
    for (check, account, name, status, part) in wants {
        let got = of(findings, check, account, name);
        if got.status != *status || !got.message.contains(part) {
            wrong.push(format!(
                "{check} of {name}\n  wanted {status}: {part}\n  got    {}: {}",
                got.status, got.message
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn ask(inventory: &Inventory, settings: &Settings, action: &str, resource: &str) -> WhoCan {
    who_can(inventory, settings, action, Some(&id::<Arn>(resource))).unwrap()
}

/// Who surely can, by account and name.
fn sure(answer: &WhoCan) -> BTreeSet<&str> {
    answer.can.iter().filter(|one| one.strength == "sure").map(|one| one.who.as_str()).collect()
}

const GUARDS: [&str; 7] = [
    "scp-data-destruction-denied",
    "scp-exemptions-declared",
    "scp-exemptions-not-impersonable",
    "scp-attached-above-account",
    "separation-no-cross-environment-destroyers",
    "separation-agents-read-only",
    "state-writers-limited",
];

const COURSES: &str = "555555555555";
const LEDGER: &str = "666666666666";

#[test]
fn the_incident_fails_by_its_counter_examples_and_the_ledger_beside_it_holds() {
    use Status::{Fail, NotApplicable, Pass};
    let (inventory, findings) = scanned(&Organization::Incident.inventory(), &owners(), &GUARDS);
    hold(
        &findings,
        &[
            ("scp-data-destruction-denied", COURSES, "courses rds", Fail, "rds:DeleteDBInstance (nothing denies it)"),
            (
                "scp-data-destruction-denied",
                LEDGER,
                "ledger-production rds",
                Pass,
                "SCP protect-data (p-protect000), statement ProtectData, at the unit Production",
            ),
            ("scp-attached-above-account", COURSES, "courses", NotApplicable, "Nothing is closed here"),
            (
                "scp-attached-above-account",
                "777777777777",
                "ledger-development",
                Fail,
                "SCP keep-trail (p-keeptrail0), statement KeepTrail, at the account itself",
            ),
            ("scp-exemptions-declared", "777777777777", "ledger-development", Fail, "role/ledger-"),
            (
                "scp-exemptions-not-impersonable",
                "777777777777",
                "ledger-development",
                Fail,
                "creates role/BreakGlass of account 777777777777",
            ),
            (
                "scp-exemptions-not-impersonable",
                LEDGER,
                "ledger-production",
                Pass,
                "Nobody whom the denies bind can become one of the 3 principals that they exempt, nor make another.",
            ),
            (
                "separation-no-cross-environment-destroyers",
                COURSES,
                "courses",
                Fail,
                "role/developer of account 777777777777 assumes role/ops of account 555555555555",
            ),
            (
                "separation-no-cross-environment-destroyers",
                LEDGER,
                "ledger-production",
                Pass,
                "No principal of another environment reaches any of the",
            ),
            (
                "separation-agents-read-only",
                COURSES,
                "coding-agent",
                Fail,
                "role/agents/coding-agent of account 555555555555 may call",
            ),
            ("separation-agents-read-only", LEDGER, "coding-agent", Pass, "The agent reaches no destructive right."),
            ("state-writers-limited", "777777777777", "ledger-development-tfstate", Fail, "more than 8"),
            (
                "state-writers-limited",
                "999999999999",
                "meridian-terraform-state",
                Pass,
                "8 principals can write or delete its 2 states",
            ),
        ],
    );
    // The laptop of the incident can; what holds the ledger is the deny, and the role that it exempts.
    let lost =
        ask(&inventory, &owners(), "rds:DeleteDBInstance", "arn:aws:rds:eu-central-1:555555555555:db:courses-prod");
    assert!(sure(&lost).contains("arn:aws:iam::555555555555:user/terraform-laptop"), "{lost:#?}");
    let kept =
        ask(&inventory, &owners(), "rds:DeleteDBInstance", "arn:aws:rds:eu-central-1:666666666666:db:ledger-reporting");
    let glass = format!("arn:aws:iam::{LEDGER}:role/BreakGlass");
    let own: Vec<&str> = sure(&kept).into_iter().filter(|who| who.contains(LEDGER)).collect();
    assert!(own.contains(&glass.as_str()) && own.iter().all(|who| !who.ends_with(":root")), "{own:?}");
    let stop =
        kept.stopped.iter().find(|stop| stop.principals.iter().any(|who| who.ends_with("role/terraform-deploy")));
    assert!(stop.unwrap().guard.contains("SCP protect-data"), "{:#?}", kept.stopped);
}

#[test]
fn after_the_fixes_nothing_of_it_is_left() {
    let (inventory, findings) = scanned(&Organization::IncidentAfter.inventory(), &owners(), &GUARDS);
    let raised: Vec<String> = findings
        .iter()
        .filter(|f| f.account.as_ref().is_some_and(|id| id.as_str() == COURSES))
        .filter(|f| matches!(f.status, Status::Fail | Status::Unknown))
        .map(|f| format!("{} {}: {}", f.status, f.check, f.message))
        .collect();
    assert!(raised.is_empty(), "{}", raised.join("\n"));
    let passes = |check: &str| findings.iter().any(|f| f.check == check && f.status == Status::Pass);
    assert!(GUARDS.iter().all(|check| passes(check)));
    let answer =
        ask(&inventory, &owners(), "rds:DeleteDBInstance", "arn:aws:rds:eu-central-1:555555555555:db:courses-prod");
    assert!(sure(&answer).iter().all(|who| !who.contains("laptop") && !who.contains("777777777777")), "{answer:#?}");
}

/// Its guards are taken off one after the other, and each is missed at once.
#[test]
fn the_well_kept_one_passes_for_its_guards_and_not_without_them() {
    let whole = Organization::WellKept.inventory();
    let (_, findings) = scanned(&whole, &owners(), &GUARDS);
    let wrong: Vec<&Finding> = findings.iter().filter(|f| matches!(f.status, Status::Fail | Status::Unknown)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(of(&findings, "scp-data-destruction-denied", LEDGER, "ledger-production rds").status == Status::Pass);

    let without = |name: &str| {
        let mut inventory = whole.clone();
        let scps = inventory.organization.as_mut().unwrap().scps.value_mut().unwrap();
        let policy = scps.iter_mut().find(|policy| policy.name == name).unwrap();
        policy.targets = Answer::Value(Vec::new());
        scanned(&inventory, &owners(), &GUARDS).1
    };
    hold(
        &without("protect-data"),
        &[
            (
                "scp-data-destruction-denied",
                LEDGER,
                "ledger-production rds",
                Status::Fail,
                "rds:DeleteDBInstance (nothing denies it)",
            ),
            (
                "scp-exemptions-not-impersonable",
                LEDGER,
                "ledger-production",
                Status::Pass,
                "Nobody whom the denies bind",
            ),
        ],
    );
    // The one that keeps the names of exempt roles is part of the other.
    hold(
        &without("protect-guards"),
        &[
            ("scp-data-destruction-denied", LEDGER, "ledger-production rds", Status::Pass, "SCP protect-data"),
            (
                "scp-exemptions-not-impersonable",
                LEDGER,
                "ledger-production",
                Status::Fail,
                "can become exempt from them",
            ),
        ],
    );
}

/// A generated organization without refusals, so that every verdict is one.
fn generated() -> &'static Inventory {
    static GENERATED: OnceLock<Inventory> = OnceLock::new();
    GENERATED.get_or_init(|| {
        let regions = vec![id("eu-central-1"), id("eu-west-1")];
        let shape = Shape { accounts: 24, regions, denied_accounts: 0, denied_calls: 0, ..Shape::default() };
        generate(37, &shape)
    })
}

/// What is said of it as it is.
fn generated_findings() -> &'static [Finding] {
    static FINDINGS: OnceLock<Vec<Finding>> = OnceLock::new();
    FINDINGS.get_or_init(|| scanned(generated(), &settings(), &GUARDS).1)
}

/// The settings of a generated organization's owner, who takes every bucket for one of data.
fn settings() -> Settings {
    let text = "[break_glass]\nprincipals = [\"arn:aws:iam::*:role/BreakGlass\"]\n[resources]\ndata = [\"*\"]\n";
    palisade::config::parse(text).unwrap().settings
}

/// The accounts of which anything runs, each with the names of the units above it, nearest first.
fn places(inventory: &Inventory) -> BTreeMap<AccountId, Vec<String>> {
    let organization = inventory.organization.as_ref().unwrap();
    let units: BTreeMap<&str, (&str, &str)> = organization
        .units
        .items()
        .iter()
        .map(|unit| (unit.id.as_str(), (unit.name.as_str(), unit.parent.as_str())))
        .collect();
    let running = organization.accounts.items().iter().filter(|account| inventory.account(&account.id).is_some());
    running
        .map(|account| {
            let (mut above, mut at) = (Vec::new(), account.parent.value().unwrap().as_str());
            while let Some((name, parent)) = units.get(at) {
                above.push((*name).to_owned());
                at = parent;
            }
            (account.id.clone(), above)
        })
        .collect()
}

/// What the generator attached to Workloads closes there what it names, and leaves open what it does not name.
#[test]
fn the_policies_of_a_generated_organization_close_where_they_are_attached() {
    let whole = generated();
    let places = places(whole);
    let findings = generated_findings();
    let said = |findings: &[Finding], account: &AccountId, service: &str| -> Option<(Status, String)> {
        let mut here = findings.iter().filter(|f| f.check == GUARDS[0] && f.account.as_ref() == Some(account));
        let found = here.find(|f| f.subject.arn.ends_with(&format!("/{service}")))?;
        (found.status != Status::NotApplicable).then(|| (found.status, found.message.clone()))
    };
    let by = "SCP data-protection (p-dataprot00), statement ProtectData, at the unit Workloads";
    let (mut inside, mut outside) = (0, 0);
    for (account, above) in &places {
        let workloads = above.iter().any(|name| name == "Workloads");
        if let Some((status, message)) = said(findings, account, "s3") {
            let closed = status == Status::Pass && message.contains(by);
            let open = status == Status::Fail && message.contains("s3:DeleteBucket (nothing denies it)");
            assert!(if workloads { closed } else { open }, "{account} in {above:?}: {status}: {message}");
            if workloads { inside += 1 } else { outside += 1 }
        }
        // It names what deletes a table and not what deletes a replica, and of keys the slow way alone.
        for (service, named, left) in [
            (
                "dynamodb",
                "dynamodb:DeleteTable ",
                "1 of 2 actions of dynamodb that destroy data is not closed to an administrator: dynamodb:DeleteTableReplica",
            ),
            (
                "kms",
                "kms:ScheduleKeyDeletion ",
                "1 of 2 actions of kms that destroy data is not closed to an administrator: kms:DeleteImportedKeyMaterial",
            ),
            (
                "rds",
                "rds:DeleteDBInstance ",
                "2 of 5 actions of rds that destroy data are not closed to an administrator: rds:BacktrackDBCluster",
            ),
        ] {
            if let Some((status, message)) = said(findings, account, service).filter(|_| workloads) {
                let right = status == Status::Fail && message.contains(left) && !message.contains(named);
                assert!(right, "{account} {service}: {status}: {message}");
            }
        }
    }
    assert!(inside >= 8 && outside >= 2, "{inside} production accounts in Workloads, {outside} elsewhere");

    // Who can make roles can make the one that is exempt: nothing keeps its name here.
    for (account, above) in places.iter().filter(|(_, above)| above.iter().any(|name| name == "Workloads")) {
        let name = whole.organization.as_ref().unwrap().accounts.items().iter().find(|one| one.id == *account).unwrap();
        let name = name.name.as_str();
        let got = of(findings, "scp-exemptions-not-impersonable", account.as_str(), name);
        let told = ["role/BreakGlass", "role/stacksets-exec-"].iter().any(|role| got.message.contains(role));
        assert!(got.status == Status::Fail && told, "{account} in {above:?}: {}: {}", got.status, got.message);
        let declared = of(findings, "scp-exemptions-declared", account.as_str(), name);
        assert_eq!(declared.status, Status::Pass, "{account}: {}", declared.message);
    }

    // Taken from Workloads and put on the root, it closes everywhere; the management account is bound by nothing.
    let mut moved = whole.clone();
    let organization = moved.organization.as_mut().unwrap();
    let root = organization.roots.items()[0].id.clone();
    let management = organization.description.value().unwrap().as_ref().unwrap().management_account.clone();
    let scps = organization.scps.value_mut().unwrap();
    let policy = scps.iter_mut().find(|policy| policy.name == "data-protection").unwrap();
    let Answer::Value(targets) = &mut policy.targets else { panic!("its targets are generated") };
    targets[0].id.clone_from(&root);
    targets[0].kind = "ROOT".to_owned();
    let (_, after) = scanned(&moved, &settings(), &GUARDS[..1]);
    for account in places.keys().filter(|id| **id != management) {
        if let Some((status, message)) = said(&after, account, "s3") {
            assert!(status == Status::Pass && message.contains("at the root"), "{account}: {status}: {message}");
        }
    }
    if let Some((status, message)) = said(&after, &management, "s3") {
        assert_eq!(status, Status::Fail, "{message}");
    }
}

/// A pipeline of an account that is known not to be production, let into one that is: named where its call is open,
/// stopped by the statement where it is not, and gone with its trust.
#[test]
fn a_planted_way_into_production_is_found_and_nothing_but_it() {
    let crossing = "separation-no-cross-environment-destroyers";
    let whole = generated();
    let before = generated_findings();
    let workloads: BTreeSet<AccountId> = places(whole)
        .into_iter()
        .filter(|(_, above)| above.iter().any(|name| name == "Workloads"))
        .map(|(account, _)| account)
        .collect();
    let table = |id: &AccountId| -> Option<Arn> {
        let mut regions = whole.account(id)?.regions();
        regions.find_map(|(_, parts)| parts.dynamodb.tables.items().first().map(|table| table.arn.clone()))
    };
    let said = |findings: &[Finding], id: &AccountId, status: Status| {
        findings.iter().any(|f| f.check == crossing && f.account.as_ref() == Some(id) && f.status == status)
    };
    let production = workloads.iter().find(|id| said(before, id, Status::Pass) && table(id).is_some());
    let production = production.expect("one production account with a table passes");
    let other = |f: &&Finding| f.check == crossing && f.message.contains("not judged: ");
    let development = before.iter().filter(other).filter_map(|f| f.account.clone()).find(|id| workloads.contains(id));
    let development = development.expect("one account is known not to be production");

    let planted = |trusted: &str| {
        let mut inventory = whole.clone();
        let mut plant = |account: &AccountId, name: &str, principal: &str, action: &str| {
            let trust = format!(r#"{{"AWS":"{principal}"}}"#);
            let mut made = role(account.as_str(), "/", name, &trust, "X");
            made.attached_policies.clear();
            made.inline_policies.push(InlinePolicy {
                name: "own".to_owned(),
                document: format!(
                    r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":{action},"Resource":"*"}}}}"#
                ),
            });
            let found = inventory.accounts.iter_mut().find(|one| one.id == *account).unwrap();
            let Answer::Value(parts) = &mut found.parts else { panic!("{account} is entered") };
            let details = parts.iam.authorization_details.value_mut().unwrap();
            details.roles.push(made);
            details.roles.sort_by(|a, b| a.arn.cmp(&b.arn));
            let roles = i64::try_from(details.roles.len()).unwrap();
            parts.iam.account_summary.value_mut().unwrap().insert("Roles".to_owned(), roles);
        };
        plant(&development, "planted-ci", &format!("arn:aws:iam::{development}:root"), r#""sts:AssumeRole""#);
        plant(production, "planted-deploy", trusted, r#"["dynamodb:DeleteTable","dynamodb:DeleteTableReplica"]"#);
        scanned(&inventory, &settings(), &[crossing])
    };
    let ci = format!("arn:aws:iam::{development}:role/planted-ci");
    let (inventory, after) = planted(&ci);
    let found = after.iter().find(|f| f.check == crossing && f.account.as_ref() == Some(production)).unwrap();
    let told = format!(
        "role/planted-ci of account {development} assumes role/planted-deploy of account {production}, which may call \
         dynamodb:DeleteTableReplica on "
    );
    assert!(found.status == Status::Fail && found.message.contains(&told), "{}: {}", found.status, found.message);
    let changed = |findings: &[Finding]| -> BTreeSet<AccountId> {
        let status = |list: &[Finding], id: &AccountId| {
            list.iter().find(|f| f.check == crossing && f.account.as_ref() == Some(id)).map(|f| f.status)
        };
        workloads.iter().filter(|id| status(before, id) != status(findings, id)).cloned().collect()
    };
    assert_eq!(changed(&after), BTreeSet::from([production.clone()]));

    let table = table(production).unwrap();
    let open = ask(&inventory, &settings(), "dynamodb:DeleteTableReplica", table.as_str());
    let way = open.can.iter().find(|one| one.who == ci).expect("the pipeline can");
    let steps: Vec<(&str, &str)> = way.path.iter().map(|step| (step.kind.as_str(), step.to.as_str())).collect();
    assert_eq!(steps, [("assume-role", format!("arn:aws:iam::{production}:role/planted-deploy").as_str())]);
    let closed = ask(&inventory, &settings(), "dynamodb:DeleteTable", table.as_str());
    assert!(closed.can.iter().all(|one| !one.who.contains("planted")), "{:#?}", closed.can);
    let deploy = format!("arn:aws:iam::{production}:role/planted-deploy");
    let stop = closed.stopped.iter().find(|stop| stop.principals.contains(&deploy)).unwrap();
    assert!(
        stop.denies && stop.guard.contains("SCP data-protection (p-dataprot00), statement ProtectData"),
        "{stop:?}"
    );

    // Trusted by its own account alone, the same role lets nobody in from there.
    let (_, closed) = planted(&format!("arn:aws:iam::{production}:root"));
    assert_eq!(changed(&closed), BTreeSet::new());
}
