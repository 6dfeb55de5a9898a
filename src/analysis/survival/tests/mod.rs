//! Survival over whole inventories: account, vault, lock, key, policy and age, one situation each.

mod laws;
mod lookalikes;
mod standing;

use serde_json::{Value, json};

use crate::analysis::analyse;
use crate::analysis::fixture::{
    HERE, PROD, VAULT, ago, arn, bucket, db, db_arn, denied, id, parts, point, put, region, snapshot, snapshot_arn,
    vault,
};
use crate::analysis::reach::tests::{allow, deny, nobody, role, role_arn, scp, trust, world};
use crate::analysis::tests::MANAGEMENT;
use crate::model::backup::{LegalHold, LegalHoldSelection, RecoveryPoint, Vault};
use crate::model::facts::{AttackerModel, Fact, Facts, Outcome, RaiseKind, ResourceFact, SurvivalFact, Tier};
use crate::model::gap::{Answer, Collected};
use crate::model::inventory::Inventory;
use crate::model::kms::{Key, KeyDetail};
use crate::model::operation::{Collection, Operation};
use crate::model::organization::AccountState;
use crate::model::settings::Settings;

/// A point of the database `orders` in an account, of data five hours old.
fn copy(account: &str) -> RecoveryPoint {
    point(&snapshot_arn(account, HERE, "awsbackup:copy-1"), &db_arn("orders"), 5)
}

fn facts(inventory: &Inventory) -> Facts {
    analyse(inventory, &Settings::default())
}

fn fact(inventory: &Inventory, name: &str) -> Fact<ResourceFact> {
    facts(inventory).resources.into_iter().find(|fact| fact.subject.name == name).unwrap()
}

fn survival(inventory: &Inventory) -> SurvivalFact {
    fact(inventory, "orders").detail.survival.unwrap()
}

fn outcome(inventory: &Inventory) -> Outcome {
    survival(inventory).account
}

fn tiers(outcome: &Outcome) -> (Tier, Tier) {
    (outcome.tier, outcome.tier_at_best)
}

/// A world with a copy in a vault of an account.
fn with_vault(account: &str, change: impl FnOnce(&mut Vault)) -> Inventory {
    let mut inventory = world();
    let mut vault = vault(account, HERE, "copies", vec![copy(account)]);
    change(&mut vault);
    put(&mut region(&mut inventory, account, HERE).backup.vaults, vault);
    inventory
}

fn compliance(vault: &mut Vault) {
    vault.locked = true;
    vault.lock_date = Some(ago(1));
}

fn governance(vault: &mut Vault) {
    vault.locked = true;
}

/// An answer, to change.
fn given<T>(answer: &mut Answer<T>) -> &mut T {
    match answer {
        Answer::Value(value) => value,
        Answer::Gap(gap) => panic!("{gap:?}"),
    }
}

/// A role of the vault's account that production may assume, with some actions.
fn doorway(inventory: &mut Inventory, actions: &[&str]) {
    role(inventory, VAULT, "door", &trust(json!({"AWS": format!("arn:aws:iam::{PROD}:root")})), &allow(actions));
}

fn key(account: &str, name: &str, state: &str, policy: &Value) -> Key {
    let own = arn(&format!("arn:aws:kms:{HERE}:{account}:key/{name}"));
    Key {
        reference: own.clone(),
        detail: Answer::Value(KeyDetail {
            arn: own,
            account: id(account),
            manager: "CUSTOMER".to_owned(),
            state: state.to_owned(),
            deletion_at: (state == "PendingDeletion").then(|| ago(-48)),
            origin: "AWS_KMS".to_owned(),
            expiration_model: None,
            material_expires_at: None,
            multi_region: false,
            multi_region_type: None,
            primary_region: None,
        }),
        policy: Some(Answer::Value(policy.to_string())),
    }
}

/// The policy that KMS gives a key where nobody says another.
fn default_policy(account: &str) -> Value {
    json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow",
        "Principal": {"AWS": format!("arn:aws:iam::{account}:root")}, "Action": "kms:*", "Resource": "*"}})
}

/// An immutable copy under a key of an account.
fn under_key(account: &str, state: &str, policy: &Value) -> Inventory {
    let key = key(account, "k1", state, policy);
    let mut inventory = with_vault(VAULT, |vault| {
        compliance(vault);
        given(&mut vault.recovery_points)[0].kms_key = Some(key.reference.clone());
    });
    put(&mut region(&mut inventory, VAULT, HERE).kms.keys, key.clone());
    if account != VAULT {
        put(&mut region(&mut inventory, account, HERE).kms.keys, key);
    }
    inventory
}

#[test]
fn a_locked_vault_of_another_account_is_immutable_and_others_depend_on_who_reaches_them() {
    use Tier::{Immutable, Isolated, SharedFate};
    type Change = fn(&mut Inventory);
    let nothing: Change = |_| {};
    let deletes: Change = |inventory| doorway(inventory, &["backup:DeleteRecoveryPoint"]);
    let retimes: Change = |inventory| doorway(inventory, &["backup:UpdateRecoveryPointLifecycle"]);
    let reads: Change = |inventory| doorway(inventory, &["backup:List*"]);
    let unlocks: Change = |inventory| {
        doorway(inventory, &["backup:DeleteRecoveryPoint", "backup:DeleteBackupVaultLockConfiguration"]);
    };
    let guarded: Change = |inventory| {
        doorway(inventory, &["backup:*"]);
        deny(inventory, VAULT, &["backup:Delete*", "backup:Update*", "backup:Disassociate*"]);
    };
    let open = |_: &mut Vault| {};
    let air_gapped = |vault: &mut Vault| vault.vault_type = Some("LOGICALLY_AIR_GAPPED_BACKUP_VAULT".to_owned());
    let grace = |vault: &mut Vault| {
        vault.locked = true;
        vault.lock_date = Some(ago(-1));
    };
    let now = |vault: &mut Vault| {
        vault.locked = true;
        vault.lock_date = Some(ago(0));
    };
    type Locks<'a> = &'a dyn Fn(&mut Vault);
    let table: [(&str, Locks<'_>, Change, Tier); 14] = [
        ("compliance", &compliance, unlocks, Immutable),
        ("compliance from this moment on", &now, unlocks, Immutable),
        ("air-gapped", &air_gapped, unlocks, Immutable),
        ("no lock, nobody comes", &open, nothing, Isolated),
        ("no lock, somebody reads", &open, reads, Isolated),
        ("no lock, somebody deletes", &open, deletes, SharedFate),
        ("no lock, somebody re-times", &open, retimes, SharedFate),
        ("no lock, an SCP stands before it", &open, guarded, Isolated),
        ("governance, somebody deletes", &governance, deletes, Isolated),
        ("governance, somebody unlocks and deletes", &governance, unlocks, SharedFate),
        ("grace, somebody deletes", &grace, deletes, Isolated),
        ("grace, somebody unlocks and deletes", &grace, unlocks, SharedFate),
        ("grace, nobody comes", &grace, nothing, Isolated),
        ("governance, nobody comes", &governance, nothing, Isolated),
    ];
    for (name, lock, change, want) in table {
        let mut inventory = with_vault(VAULT, |vault| lock(vault));
        change(&mut inventory);
        let outcome = outcome(&inventory);
        assert_eq!(tiers(&outcome), (want, want), "{name}: {:?}", outcome.copies);
        assert_eq!((outcome.model, outcome.rpo_hours), (AttackerModel::Account, Some(5.0)), "{name}");
    }
}

#[test]
fn the_path_that_breaks_a_copy_is_told() {
    let mut inventory = with_vault(VAULT, |_| {});
    doorway(&mut inventory, &["backup:DeleteRecoveryPoint"]);
    let fate = &outcome(&inventory).copies[0];
    // The root user assumes no role: it makes somebody who does.
    assert_eq!((fate.falls, fate.path.len()), (Some(true), 2), "{fate:?}");
    assert_eq!(fate.path[1].to, role_arn(VAULT, "door"));
    assert!(fate.why.iter().any(|why| why.contains("assumes role/door")), "{:?}", fate.why);
}

#[test]
fn nothing_in_its_own_account_is_more_than_isolated() {
    let own = with_vault(PROD, |_| {});
    assert_eq!(tiers(&outcome(&own)), (Tier::SharedFate, Tier::SharedFate));
    let locked = outcome(&with_vault(PROD, compliance));
    assert_eq!(tiers(&locked), (Tier::Isolated, Tier::Isolated));
    // The point expires in 35 days less five hours, before a closed account is emptied.
    assert_eq!(locked.survives_hours, Some(35.0 * 24.0 - 5.0));
    let kept = outcome(&with_vault(PROD, |vault| {
        compliance(vault);
        given(&mut vault.recovery_points)[0].delete_after_days = None;
    }));
    assert_eq!(kept.survives_hours, Some(90.0 * 24.0), "closing the account ends its vaults too");
    // A guard that closes the deletion makes it fall no more, and does not move it out of the account.
    let mut guarded = own;
    deny(&mut guarded, PROD, &["backup:*"]);
    let fate = outcome(&guarded).copies.remove(0);
    assert_eq!((fate.tier, fate.falls), (Tier::SharedFate, Some(false)));
}

#[test]
fn a_copy_is_worth_what_its_key_is() {
    let of = |account, state| tiers(&outcome(&under_key(account, state, &default_policy(account))));
    assert_eq!(of(VAULT, "Enabled"), (Tier::Immutable, Tier::Immutable));
    assert_eq!(of(PROD, "Enabled"), (Tier::SharedFate, Tier::SharedFate), "its own account deletes the key");
    for state in ["PendingDeletion", "Disabled", "PendingImport", "Unavailable"] {
        assert_eq!(of(VAULT, state), (Tier::SharedFate, Tier::SharedFate), "{state}");
    }
    // A key policy that lets production administer the key.
    let both = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": [
        format!("arn:aws:iam::{VAULT}:root"), format!("arn:aws:iam::{PROD}:root")]}, "Action": "kms:*", "Resource": "*"}});
    let shared = under_key(VAULT, "Enabled", &both);
    assert_eq!(tiers(&outcome(&shared)), (Tier::SharedFate, Tier::SharedFate));
    let facts = facts(&shared);
    let key = facts.keys.iter().find(|key| key.subject.arn.ends_with("key/k1")).unwrap();
    assert_eq!(key.detail.copies_of, [id(PROD)]);
    assert!(key.detail.taken_by.as_ref().unwrap().count > 0);
    // To use it is not to take it away.
    let uses = json!({"Version": "2012-10-17", "Statement": [default_policy(VAULT)["Statement"], {"Effect": "Allow",
        "Principal": {"AWS": format!("arn:aws:iam::{PROD}:root")}, "Action": ["kms:Decrypt", "kms:CreateGrant"], "Resource": "*"}]});
    assert_eq!(tiers(&outcome(&under_key(VAULT, "Enabled", &uses))), (Tier::Immutable, Tier::Immutable));
    let raise = outcome(&under_key(PROD, "Enabled", &default_policy(PROD))).raise.unwrap();
    assert_eq!((raise.kind, raise.to), (RaiseKind::OwnKey, Tier::Immutable));
    let raise = outcome(&under_key(VAULT, "Disabled", &default_policy(VAULT))).raise.unwrap();
    assert_eq!(raise.kind, RaiseKind::KeepKey);
}

#[test]
fn a_key_may_encrypt_copies_that_nobody_saw() {
    let mut inventory = under_key(VAULT, "Enabled", &default_policy(VAULT));
    let key = |inventory: &Inventory| facts(inventory).keys.into_iter().find(|key| key.subject.arn.ends_with("key/k1"));
    assert_eq!(key(&inventory).unwrap().unread, []);
    let mut closed = vault(VAULT, HERE, "closed", Vec::new());
    closed.recovery_point_count = 3;
    closed.recovery_points = Answer::Gap(denied(Operation::BackupListRecoveryPointsByBackupVault));
    put(&mut region(&mut inventory, VAULT, HERE).backup.vaults, closed);
    let key = key(&inventory).unwrap();
    assert_eq!(key.detail.copies_of, [id(PROD)], "those of another account may be among the others");
    assert!(key.unread.iter().any(|gap| gap.collection == Collection::BackupRecoveryPoints), "{:?}", key.unread);
}

#[test]
fn material_that_expires_ends_what_it_encrypts() {
    let mut inventory = under_key(VAULT, "Enabled", &default_policy(VAULT));
    let expiring = |inventory: &mut Inventory, hours| {
        let keys = region(inventory, VAULT, HERE).kms.keys.value_mut().unwrap();
        given(&mut keys[0].detail).material_expires_at = Some(ago(hours));
    };
    expiring(&mut inventory, -10);
    assert_eq!(outcome(&inventory).survives_hours, Some(10.0));
    expiring(&mut inventory, 1);
    assert_eq!(outcome(&inventory).tier, Tier::SharedFate);
}

#[test]
fn what_was_not_read_widens_the_tier() {
    let mut inventory = with_vault(VAULT, |_| {});
    parts(&mut inventory, VAULT).iam.authorization_details =
        Collected::Gap(denied(Operation::IamGetAccountAuthorizationDetails));
    assert_eq!(tiers(&outcome(&inventory)), (Tier::SharedFate, Tier::Isolated), "who reaches the vault");
    let unread = fact(&inventory, "orders").unread;
    assert!(unread.iter().any(|gap| gap.collection == Collection::IamAuthorizationDetails), "{unread:?}");

    let mut inventory =
        with_vault(VAULT, |vault| vault.policy = Answer::Gap(denied(Operation::BackupGetBackupVaultAccessPolicy)));
    role(&mut inventory, PROD, "ops", &nobody(), &allow(&["backup:*"]));
    assert_eq!(tiers(&outcome(&inventory)), (Tier::SharedFate, Tier::Isolated), "whom the vault's policy lets in");

    let mut inventory = under_key(VAULT, "Enabled", &default_policy(VAULT));
    region(&mut inventory, VAULT, HERE).kms.keys = Collected::Gap(denied(Operation::KmsDescribeKey));
    assert_eq!(tiers(&outcome(&inventory)), (Tier::SharedFate, Tier::Immutable), "the key");

    let mut inventory = under_key(VAULT, "Enabled", &default_policy(VAULT));
    let keys = region(&mut inventory, VAULT, HERE).kms.keys.value_mut().unwrap();
    keys[0].policy = Some(Answer::Gap(denied(Operation::KmsGetKeyPolicy)));
    assert_eq!(tiers(&outcome(&inventory)), (Tier::SharedFate, Tier::Immutable), "the key's policy");

    // A firm lock needs no word about who comes.
    let mut inventory = with_vault(VAULT, compliance);
    parts(&mut inventory, VAULT).iam.authorization_details =
        Collected::Gap(denied(Operation::IamGetAccountAuthorizationDetails));
    assert_eq!(tiers(&outcome(&inventory)), (Tier::Immutable, Tier::Immutable));
}

#[test]
fn a_vault_that_nobody_looked_into_may_hold_anything() {
    let mut inventory = world();
    let away = format!("arn:aws:backup:{HERE}:333333333333:backup-vault:copies");
    let plan = crate::analysis::fixture::plan("daily", &["*"], Some(&away));
    put(&mut region(&mut inventory, PROD, HERE).backup.plans, plan);
    let unread = fact(&inventory, "orders").unread;
    assert_eq!(tiers(&outcome(&inventory)), (Tier::None, Tier::Immutable), "{unread:?}");
    let seen = world();
    assert_eq!(tiers(&outcome(&seen)), (Tier::None, Tier::None));
    assert_eq!(outcome(&seen).raise.unwrap().kind, RaiseKind::BackUp);
}

#[test]
fn a_legal_hold_keeps_a_copy_until_somebody_cancels_it() {
    let hold = |vaults: &[&str]| LegalHold {
        arn: arn(&format!("arn:aws:backup:{HERE}:{VAULT}:legal-hold:1")),
        id: "1".to_owned(),
        title: "case".to_owned(),
        status: "ACTIVE".to_owned(),
        detail: Answer::Value(LegalHoldSelection {
            vaults: vaults.iter().map(|name| (*name).to_owned()).collect(),
            resources: Vec::new(),
            from: None,
            to: None,
        }),
    };
    let held = |actions: &[&str], hold: LegalHold| {
        let mut inventory = with_vault(VAULT, |_| {});
        doorway(&mut inventory, actions);
        put(&mut region(&mut inventory, VAULT, HERE).backup.legal_holds, hold);
        outcome(&inventory).tier
    };
    let deletes = ["backup:DeleteRecoveryPoint"];
    assert_eq!(held(&deletes, hold(&["copies"])), Tier::Isolated);
    assert_eq!(held(&deletes, hold(&[])), Tier::Isolated, "a hold that names nothing holds everything");
    assert_eq!(held(&deletes, hold(&["other"])), Tier::SharedFate);
    assert_eq!(held(&deletes, LegalHold { status: "CANCELED".to_owned(), ..hold(&["copies"]) }), Tier::SharedFate);
    assert_eq!(held(&["backup:DeleteRecoveryPoint", "backup:CancelLegalHold"], hold(&["copies"])), Tier::SharedFate);
}

#[test]
fn a_legal_hold_of_some_days_keeps_the_points_of_those_days() {
    let held = |actions: &[&str], from, to| {
        let mut inventory = with_vault(VAULT, |_| {});
        doorway(&mut inventory, actions);
        let hold = LegalHold {
            arn: arn(&format!("arn:aws:backup:{HERE}:{VAULT}:legal-hold:1")),
            id: "1".to_owned(),
            title: "case".to_owned(),
            status: "ACTIVE".to_owned(),
            detail: Answer::Value(LegalHoldSelection {
                vaults: vec!["copies".to_owned()],
                resources: Vec::new(),
                from: Some(ago(from)),
                to: Some(ago(to)),
            }),
        };
        put(&mut region(&mut inventory, VAULT, HERE).backup.legal_holds, hold);
        outcome(&inventory)
    };
    let (deletes, cancels) = (["backup:DeleteRecoveryPoint"], ["backup:DeleteRecoveryPoint", "backup:CancelLegalHold"]);
    // The point is five hours old.
    assert_eq!(tiers(&held(&deletes, 48, 0)), (Tier::Isolated, Tier::Isolated));
    assert_eq!(tiers(&held(&deletes, 300, 200)), (Tier::SharedFate, Tier::SharedFate), "before its day");
    let edge = held(&deletes, 48, 10);
    assert_eq!(tiers(&edge), (Tier::SharedFate, Tier::Isolated), "on its last day, by whose clock nobody says");
    assert!(edge.copies[0].why.iter().any(|why| why.contains("whether a legal hold")), "{:?}", edge.copies[0].why);
    assert_eq!(tiers(&held(&cancels, 48, 0)), (Tier::SharedFate, Tier::SharedFate));
    assert_eq!(tiers(&held(&cancels, 48, 10)), (Tier::SharedFate, Tier::SharedFate), "cancelled, it matters no more");
}

#[test]
fn snapshots_copied_without_aws_backup_count_and_are_never_immutable() {
    let with = |account: &str| {
        let mut inventory = world();
        let of = db("orders");
        let mut copied = snapshot(&snapshot_arn(account, HERE, "by-hand"), "manual", &of, 7);
        copied.original_created_at = Some(ago(7));
        copied.source_snapshot = Some(arn(&snapshot_arn(PROD, HERE, "source")));
        put(&mut region(&mut inventory, account, HERE).rds.db_snapshots, copied);
        inventory
    };
    assert_eq!(tiers(&outcome(&with(VAULT))), (Tier::Isolated, Tier::Isolated));
    assert_eq!(tiers(&outcome(&with(PROD))), (Tier::SharedFate, Tier::SharedFate));
    let mut reached = with(VAULT);
    doorway(&mut reached, &["rds:DeleteDBSnapshot"]);
    assert_eq!(outcome(&reached).tier, Tier::SharedFate);
    let raise = outcome(&with(VAULT)).raise.unwrap();
    assert_eq!((raise.kind, raise.to), (RaiseKind::BackUp, Tier::Immutable));
}

#[test]
fn the_management_account_is_an_attacker_of_its_own() {
    let mut inventory = with_vault(VAULT, |_| {});
    let found = survival(&inventory);
    assert_eq!(found.account.tier, Tier::Isolated);
    let management = found.management.unwrap();
    assert_eq!(management.model, AttackerModel::Management);
    role(
        &mut inventory,
        VAULT,
        "OrganizationAccountAccessRole",
        &trust(json!({"AWS": format!("arn:aws:iam::{MANAGEMENT}:root")})),
        &allow(&["*"]),
    );
    let found = survival(&inventory);
    assert_eq!(found.account.tier, Tier::Isolated, "production reaches no administrator of the vault's account");
    assert_eq!(found.management.unwrap().tier, Tier::SharedFate);
    // An immutable vault outlives it, for as long as a closed account lasts.
    let mut locked = with_vault(VAULT, |vault| {
        compliance(vault);
        given(&mut vault.recovery_points)[0].delete_after_days = None;
    });
    scp(&mut locked, "deny-close", VAULT, &json!({"Version": "2012-10-17", "Statement": []}));
    let found = survival(&locked);
    assert_eq!((found.account.tier, found.account.survives_hours), (Tier::Immutable, None));
    let management = found.management.unwrap();
    assert_eq!((management.tier, management.survives_hours), (Tier::Immutable, Some(90.0 * 24.0)));
}

#[test]
fn broken_spent_and_closing_copies_bring_nothing_back() {
    for status in ["PARTIAL", "EXPIRED", "DELETING", "STOPPED", "CREATING"] {
        let inventory = with_vault(VAULT, |vault| {
            compliance(vault);
            given(&mut vault.recovery_points)[0].status = status.to_owned();
        });
        assert_eq!(outcome(&inventory).tier, Tier::None, "{status}");
    }
    let spent = with_vault(VAULT, |vault| {
        compliance(vault);
        given(&mut vault.recovery_points)[0].delete_after_days = Some(0);
    });
    assert_eq!(outcome(&spent).tier, Tier::None);
    let mut closing = with_vault(VAULT, compliance);
    let members = closing.organization.as_mut().unwrap().accounts.value_mut().unwrap();
    members.iter_mut().find(|member| member.id == id(VAULT)).unwrap().state = AccountState::PendingClosure;
    assert_eq!(outcome(&closing).tier, Tier::None, "a compliance vault goes with its account");
}

#[test]
fn a_clock_that_is_ahead_makes_no_copy_older_or_younger_than_now() {
    let inventory = with_vault(VAULT, |vault| {
        compliance(vault);
        given(&mut vault.recovery_points)[0].created_at = ago(-3);
    });
    assert_eq!((outcome(&inventory).tier, outcome(&inventory).rpo_hours), (Tier::Immutable, Some(0.0)));
}

#[test]
fn the_best_change_is_the_least_that_leads_highest() {
    let raise = |inventory: &Inventory| outcome(inventory).raise.map(|raise| (raise.kind, raise.to));
    assert_eq!(raise(&with_vault(VAULT, compliance)), None);
    assert_eq!(raise(&with_vault(VAULT, |_| {})), Some((RaiseKind::LockVault, Tier::Immutable)));
    let grace = with_vault(VAULT, |vault| {
        vault.locked = true;
        vault.lock_date = Some(ago(-1));
    });
    assert_eq!(raise(&grace), Some((RaiseKind::WaitForLock, Tier::Immutable)));
    assert_eq!(raise(&with_vault(PROD, |_| {})), Some((RaiseKind::CopyAcross, Tier::Immutable)));
}

#[test]
fn buckets_and_tables_are_asked_as_databases_are() {
    let mut inventory = world();
    put(&mut parts(&mut inventory, PROD).s3.buckets, bucket("ledger"));
    assert_eq!(fact(&inventory, "ledger").detail.survival.unwrap().account.tier, Tier::None);
}
