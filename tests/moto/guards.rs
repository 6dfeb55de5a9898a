//! Guards, reach and the questions about them, proved over the whole way: policies, units, roles and trusts are set up
//! through AWS's APIs by `guards.py`, which then changes one cause after another; every verdict here turns with its cause.

use std::collections::BTreeMap;
use std::fs;
use std::sync::OnceLock;

use palisade::model::operation::Operation;
use serde_json::Value;

use super::{Organization, REGIONS, assess};
use crate::support::moto::Moto;
use crate::support::program::{Ran, palisade, run};

/// What the organization's owner says of it.
const OWNER: &str = r#"
[break_glass]
principals = ["arn:aws:iam::*:role/BreakGlass*"]

[agents]
principals = ["arn:aws:iam::*:role/agents/*"]

[resources]
data = ["shop-invoices-*"]
"#;

/// The organization as it was made, mended, and with a policy moved.
const PHASES: [&str; 3] = ["made", "mended", "moved"];

/// An organization at three moments, each collected and judged; the server is asked for nothing more.
struct Proof {
    organization: Organization,
    postures: BTreeMap<&'static str, Value>,
}

fn proof() -> &'static Proof {
    static PROOF: OnceLock<Proof> = OnceLock::new();
    PROOF.get_or_init(|| {
        let moto = Moto::start_with(&["guards"]);
        let management = "100000000007";
        let setup = moto.script("guards.py", &[management, "made"]);
        let credentials = serde_json::from_value(setup["credentials"].clone()).unwrap();
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("palisade.toml"), OWNER).unwrap();
        let mut postures = BTreeMap::new();
        for phase in PHASES {
            if phase != "made" {
                moto.script("guards.py", &[management, phase]);
            }
            let inventory = format!("{phase}.json");
            let collect = ["collect", REGIONS, "--quiet", "-o", &inventory];
            run(moto.palisade(directory.path(), &credentials).args(collect)).exits(0);
            postures.insert(phase, assess(directory.path(), &inventory).json());
        }
        let moto = Box::leak(Box::new(moto));
        Proof { organization: Organization { moto, directory, credentials, setup }, postures }
    })
}

impl Proof {
    /// A text with the names of accounts and without the ids of policies, units and the organization, which differ from
    /// run to run.
    fn named(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, id) in self.organization.setup["accounts"].as_object().unwrap() {
            text = text.replace(id.as_str().unwrap(), name);
        }
        text.split_inclusive([' ', ')', ';', ','])
            .filter(|word| !(word.starts_with("(p-") && word.ends_with(')')))
            .collect::<String>()
            .replace(" ,", ",")
    }

    /// What a check says of a subject.
    #[track_caller]
    fn verdict(&self, phase: &str, check: &str, name: &str) -> (String, String) {
        let findings = self.postures[phase]["findings"].as_array().unwrap().iter();
        let found: Vec<&Value> = findings.filter(|f| f["check"] == check && f["subject"]["name"] == name).collect();
        assert_eq!(found.len(), 1, "{check} gives {} verdicts on {name} when {phase}", found.len());
        let text = |key: &str| found[0][key].as_str().unwrap_or_default();
        (text("status").to_owned(), self.named(text("message")))
    }

    /// Asks a question of an inventory, without any credentials.
    fn ask(&self, arguments: &[&str], phase: &str) -> Ran {
        let inventory = format!("{phase}.json");
        run(palisade(self.organization.directory.path()).args(arguments).args(["--inventory", &inventory]))
    }
}

/// Check, subject, and what is said of it when made, mended and moved: the verdict, and parts of its message, between which
/// stands `…`: moto's account ids are random, and what is sorted by them stands in any order.
type Want = (&'static str, &'static str, [(&'static str, &'static str); 3]);

const BY_THE_UNIT: &str =
    "are closed to every administrator, by SCP protect-data, statement ProtectData, at the unit Production.";
const NOT_CLOSED: &str = "not closed to an administrator";

const WANT: &[Want] = &[
    // The policy lies on the unit, and then no more.
    (
        "scp-data-destruction-denied",
        "shop-production rds",
        [
            ("pass", BY_THE_UNIT),
            ("pass", BY_THE_UNIT),
            (
                "fail",
                "5 of 5 actions of rds that destroy data are not closed to an administrator: rds:BacktrackDBCluster (nothing denies it); rds:DeleteDBCluster (nothing denies it); rds:DeleteDBInstance (nothing denies it)",
            ),
        ],
    ),
    (
        "scp-data-destruction-denied",
        "shop-production dynamodb",
        [("pass", BY_THE_UNIT), ("pass", BY_THE_UNIT), ("fail", NOT_CLOSED)],
    ),
    (
        "scp-data-destruction-denied",
        "shop-production s3",
        [("pass", BY_THE_UNIT), ("pass", BY_THE_UNIT), ("fail", NOT_CLOSED)],
    ),
    // The account beside the unit has it only once it hangs on the account itself.
    (
        "scp-data-destruction-denied",
        "courses-production dynamodb",
        [
            ("fail", "dynamodb:DeleteTable (nothing denies it)"),
            ("fail", "dynamodb:DeleteTable (nothing denies it)"),
            ("pass", "by SCP protect-data, statement ProtectData, at the account itself."),
        ],
    ),
    // A deny in one region closes in that region.
    (
        "scp-data-destruction-denied",
        "shop-production kms",
        [
            (
                "fail",
                "kms:ScheduleKeyDeletion in eu-west-1 (nothing denies it there); elsewhere SCP protect-keys, statement ProtectKeys, at the unit Production denies it",
            ),
            (
                "pass",
                "2 of 2 actions of kms that destroy data are closed to every administrator, by SCP protect-keys, statement ProtectKeys, at the unit Production.",
            ),
            ("pass", "by SCP protect-keys"),
        ],
    ),
    // A policy on another unit closes nothing here.
    (
        "scp-backup-destruction-denied",
        "shop-production rds",
        [
            ("fail", "4 of 4 actions of rds that destroy backups are not closed to an administrator"),
            (
                "pass",
                "4 of 4 actions of rds that destroy backups are closed to every administrator, by SCP protect-backups, statement ProtectBackups, at the unit Production.",
            ),
            ("pass", "by SCP protect-backups"),
        ],
    ),
    (
        "scp-attached-above-account",
        "shop-production",
        [
            ("pass", "comes from above the account"),
            ("pass", "comes from above the account"),
            ("pass", "What closes 6 actions here comes from above the account."),
        ],
    ),
    (
        "scp-attached-above-account",
        "courses-production",
        [
            ("not_applicable", "Nothing is closed here"),
            ("not_applicable", "Nothing is closed here"),
            (
                "fail",
                "closed only by what is attached to the account itself, which no new account inherits: dynamodb:DeleteTable, dynamodb:DeleteTableReplica",
            ),
        ],
    ),
    // Whoever may rewrite the trust of an exempt role is exempt, until that is denied too.
    (
        "scp-exemptions-not-impersonable",
        "shop-production",
        [
            (
                "fail",
                "2 principals whom the denies bind can become exempt from them: role/operator of account shop-production rewrites the trust policy of role/BreakGlass of account shop-production, root of account shop-production",
            ),
            (
                "pass",
                "Nobody whom the denies bind can become one of the 1 principal that they exempt, nor make another.",
            ),
            ("pass", "The denies that close actions here exempt nobody."),
        ],
    ),
    (
        "scp-exemptions-declared",
        "shop-production",
        [
            ("pass", "Today these are 1 declared principal and 0 platform roles."),
            ("pass", "Today these are 1 declared principal and 0 platform roles."),
            ("pass", "The denies that close actions here exempt nobody."),
        ],
    ),
    // The pipeline of development is let into production all along; what stops it is the policy on the unit.
    (
        "separation-no-cross-environment-destroyers",
        "shop-production",
        [
            ("pass", "No principal of another environment reaches any of the"),
            ("pass", "No principal of another environment reaches any of the"),
            (
                "fail",
                "role/ci of account shop-development assumes role/deploy of account shop-production, which may call dynamodb:DeleteTable on arn:aws:dynamodb:eu-central-1:shop-production:table/carts",
            ),
        ],
    ),
    // Here it is the trust at first, and then, with the trust opened again, the policy on the account.
    (
        "separation-no-cross-environment-destroyers",
        "courses-production",
        [
            (
                "fail",
                "role/ci of account shop-development assumes role/deploy of account courses-production, which may call dynamodb:DeleteTable on arn:aws:dynamodb:eu-central-1:courses-production:table/lessons",
            ),
            ("pass", "No principal of another environment reaches any of the"),
            ("pass", "No principal of another environment reaches any of the"),
        ],
    ),
    (
        "separation-agents-read-only",
        "assistant",
        [
            (
                "fail",
                "The agent can destroy data in 1 account: role/agents/assistant of account courses-production may call dynamodb:DeleteTable on arn:aws:dynamodb:eu-central-1:courses-production:table/lessons.",
            ),
            ("pass", "The agent reaches no destructive right."),
            ("pass", "The agent reaches no destructive right."),
        ],
    ),
    (
        "state-writers-limited",
        "meridian-tfstate-000007",
        [
            ("fail", "8 principals can write or delete its 1 state, more than 5: …arn:aws:iam::Delivery:role/team-0"),
            (
                "pass",
                "3 principals can write or delete its 1 state, no more than 5: …arn:aws:iam::master:root…arn:aws:iam::Delivery:role/team-0, arn:aws:iam::Delivery:root",
            ),
            ("pass", "3 principals"),
        ],
    ),
];

#[test]
fn every_verdict_turns_with_its_cause() {
    let proof = proof();
    let mut wrong = Vec::new();
    for (check, name, wants) in WANT {
        for (phase, (status, part)) in PHASES.iter().zip(wants) {
            let (got, message) = proof.verdict(phase, check, name);
            if got != *status || !part.split('…').all(|part| message.contains(part)) {
                wrong.push(format!(
                    "{check} of {name} when {phase}\n  wanted {status}: {part}\n  got    {got}: {message}"
                ));
            }
        }
        // A table in which nothing turns proves nothing.
        let turns = wants.iter().any(|want| want.0 != wants[0].0);
        let declared =
            *check == "scp-exemptions-declared" || (*check, *name) == ("scp-attached-above-account", "shop-production");
        assert!(turns || declared, "{check} of {name}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Nothing that these verdicts rest on went unread: a pass is no luck.
#[test]
fn what_the_guards_rest_on_is_read_whole() {
    let gaps = proof().postures["made"]["gaps"].as_array().unwrap();
    let operations: Vec<&str> = gaps.iter().map(|gap| gap["operation"].as_str().unwrap()).collect();
    assert!(!operations.is_empty(), "moto has no backup jobs: {gaps:?}");
    for operation in [
        Operation::AccountListRegions,
        Operation::IamGetAccountAuthorizationDetails,
        Operation::IamListOrganizationsFeatures,
        Operation::OrganizationsDescribeResourcePolicy,
        Operation::OrganizationsListPolicies,
    ] {
        assert!(!operations.contains(&operation.as_str()), "{operation:?}: {operations:?}");
    }
}

/// Who, and whether surely.
fn who(answer: &Value, proof: &Proof) -> Vec<String> {
    let can = answer["can"].as_array().unwrap().iter();
    can.map(|one| format!("{} {}", proof.named(one["who"].as_str().unwrap()), one["strength"].as_str().unwrap()))
        .collect()
}

#[test]
fn who_can_delete_the_database_changes_with_the_policies() {
    let proof = proof();
    let orders = proof.organization.setup["orders"].as_str().unwrap();
    let ask = |phase: &str| {
        proof.ask(&["who-can", "rds:DeleteDBInstance", orders, "--format", "json"], phase).exits(0).json()
    };
    let stops = |answer: &Value, role: &str| -> Vec<String> {
        let stopped = answer["stopped"].as_array().unwrap().iter();
        let behind = stopped.filter(|stop| {
            stop["principals"].as_array().unwrap().iter().any(|one| one.as_str().is_some_and(|one| one.ends_with(role)))
        });
        behind.map(|stop| stop["guard"].as_str().unwrap().to_owned()).collect()
    };
    let made = ask("made");
    let exempt = ["arn:aws:iam::master:root sure", "arn:aws:iam::shop-production:role/BreakGlass sure"];
    let makers = ["arn:aws:iam::shop-production:role/operator sure", "arn:aws:iam::shop-production:root sure"];
    let both: Vec<&str> = exempt.into_iter().chain(makers).collect();
    let sorted = |mut who: Vec<String>| {
        who.sort();
        who
    };
    assert_eq!(sorted(who(&made, proof)), both);
    // What stops the pipeline is named, with its policy and statement.
    let deploy = format!(":{}:role/deploy", proof.organization.account("shop-production"));
    let stop = stops(&made, &deploy);
    assert!(stop.len() == 1 && stop[0].contains("ProtectData"), "{stop:?}");

    let mended = ask("mended");
    assert_eq!(sorted(who(&mended, proof)), exempt);

    let moved = ask("moved");
    let everybody = sorted(who(&moved, proof));
    for role in ["shop-production:role/deploy sure", "shop-development:role/ci sure", "shop-production:root sure"] {
        assert!(everybody.iter().any(|one| one.ends_with(role)), "{role}: {everybody:?}");
    }
    assert_eq!(stops(&moved, &deploy), Vec::<String>::new());

    // As text: who, by which path, by which statement, and what stops the others.
    let text = proof.named(&proof.ask(&["who-can", "rds:DeleteDBInstance", orders], "made").exits(0).stdout);
    for part in [
        "rds:DeleteDBInstance on arn:aws:rds:eu-central-1:shop-production:db:orders\n",
        "4 can, 0 can under a condition, of 26 that were asked about",
        "  arn:aws:iam::shop-production:role/BreakGlass\n    -> rds:DeleteDBInstance\n       by identity policy inline:own, statement 1",
        "What stops the others",
        "1: denied by SCP protect-data, statement ProtectData, at the unit Production\n      arn:aws:iam::shop-production:role/deploy\n",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn a_failure_is_explained_by_its_path_and_a_pass_by_its_statement() {
    let proof = proof();
    let crossing = "separation-no-cross-environment-destroyers@courses-production";
    let explain = |what: &str, phase: &str| proof.ask(&["explain", what, "--format", "json"], phase).exits(0).json();
    let fails = explain(crossing, "made");
    let finding = &fails["findings"][0];
    assert_eq!((fails["findings"].as_array().unwrap().len(), &finding["status"]), (1, &Value::from("fail")));
    let text = proof.named(&proof.ask(&["explain", crossing], "made").exits(0).stdout);
    for part in [
        "FAIL",
        "kind: assume-role",
        "to: arn:aws:iam::courses-production:role/deploy",
        "verb: assumes",
        "trust policy, statement 1",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let passes = proof.named(&proof.ask(&["explain", crossing], "mended").exits(0).stdout);
    assert!(passes.contains("PASS") && !passes.contains("role/deploy"), "{passes}");

    let closed = proof
        .named(&proof.ask(&["explain", "scp-data-destruction-denied@shop-production rds"], "made").exits(0).stdout);
    for part in ["PASS", "policy_name: protect-data", "sid: ProtectData", "organizations:ListPolicies"] {
        assert!(closed.contains(part), "{part}\n{closed}");
    }
    let open = proof
        .named(&proof.ask(&["explain", "scp-data-destruction-denied@shop-production rds"], "moved").exits(0).stdout);
    assert!(open.contains("FAIL") && !open.contains("policy_name: protect-data"), "{open}");
}

/// What is suggested for the unit closes what the moved policy left open, and says so of the account that it left.
#[test]
fn a_guard_is_suggested_for_what_is_open() {
    let proof = proof();
    let suggest =
        |phase: &str| proof.ask(&["guard", "suggest", "--ou", "Production", "--format", "json"], phase).exits(0).json();
    let closes = |suggestion: &Value| -> Vec<String> {
        suggestion["closes"].as_array().unwrap().iter().map(|action| action.as_str().unwrap().to_owned()).collect()
    };
    let delete = "rds:DeleteDBInstance".to_owned();
    assert!(!closes(&suggest("mended")).contains(&delete), "the policy on the unit closes it already");
    assert!(closes(&suggest("moved")).contains(&delete));
}
