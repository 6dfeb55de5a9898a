//! Laws that hold of every drawn inventory: a guard more lowers no tier, a guard less raises none, and what could not be read
//! only ever widens the interval.

use proptest::prelude::*;

use super::*;
use crate::model::facts::LockState;

/// What stands between production and its copy.
#[derive(Debug, Clone)]
struct World {
    home: &'static str,
    lock: LockState,
    /// The account of its key, where it has one.
    key: Option<&'static str>,
    /// What the role may that production can assume, as a set of bits over [`ACTIONS`].
    door: u8,
    /// What is denied to everybody of the copy's account and of the key's, as a set of bits over [`DENIES`].
    denied: u8,
    held: bool,
}

const ACTIONS: [&str; 5] = [
    "backup:DeleteRecoveryPoint",
    "backup:UpdateRecoveryPointLifecycle",
    "backup:DeleteBackupVaultLockConfiguration",
    "backup:CancelLegalHold",
    "kms:*",
];
const DENIES: [&str; 3] = ["backup:*", "kms:*", "sts:AssumeRole"];

fn bits<'a>(of: &'a [&'a str], set: u8) -> Vec<&'a str> {
    of.iter().enumerate().filter(|(at, _)| set & (1 << at) != 0).map(|(_, one)| *one).collect()
}

impl World {
    fn inventory(&self) -> Inventory {
        let key = self.key.map(|account| key(account, "k1", "Enabled", &default_policy(account)));
        let mut inventory = with_vault(self.home, |vault| {
            match self.lock {
                LockState::None => {}
                LockState::Governance => governance(vault),
                LockState::Grace => {
                    vault.locked = true;
                    vault.lock_date = Some(ago(-1));
                }
                LockState::Compliance => compliance(vault),
                LockState::AirGapped => vault.vault_type = Some("LOGICALLY_AIR_GAPPED_BACKUP_VAULT".to_owned()),
            }
            given(&mut vault.recovery_points)[0].kms_key = key.as_ref().map(|key| key.reference.clone());
        });
        for (key, account) in key.iter().zip(self.key) {
            put(&mut region(&mut inventory, account, HERE).kms.keys, key.clone());
        }
        if self.door > 0 {
            doorway(&mut inventory, &bits(&ACTIONS, self.door));
        }
        if self.denied > 0 {
            for account in [VAULT, PROD] {
                deny(&mut inventory, account, &bits(&DENIES, self.denied));
            }
        }
        if self.held {
            let hold = LegalHold {
                arn: arn(&format!("arn:aws:backup:{HERE}:{}:legal-hold:1", self.home)),
                id: "1".to_owned(),
                title: "case".to_owned(),
                status: "ACTIVE".to_owned(),
                detail: Answer::Value(LegalHoldSelection {
                    vaults: vec!["copies".to_owned()],
                    resources: Vec::new(),
                    from: None,
                    to: None,
                }),
            };
            put(&mut region(&mut inventory, self.home, HERE).backup.legal_holds, hold);
        }
        inventory
    }

    /// The same with one guard more.
    fn guarded(&self) -> Vec<Self> {
        let with = |change: &dyn Fn(&mut Self)| {
            let mut world = self.clone();
            change(&mut world);
            world
        };
        let mut better = vec![
            with(&|world| world.held = true),
            with(&|world| world.lock = LockState::Compliance),
            with(&|world| world.key = None),
            with(&|world| world.door = 0),
            with(&|world| world.home = VAULT),
        ];
        better.extend((0..DENIES.len()).map(|at| with(&|world| world.denied |= 1 << at)));
        better.extend((0..ACTIONS.len()).map(|at| with(&|world| world.door &= !(1 << at))));
        if self.lock == LockState::None {
            better.push(with(&|world| world.lock = LockState::Governance));
        }
        better
    }
}

fn world_of() -> impl Strategy<Value = World> {
    let lock = prop_oneof![
        Just(LockState::None),
        Just(LockState::Governance),
        Just(LockState::Grace),
        Just(LockState::Compliance),
        Just(LockState::AirGapped)
    ];
    let key = prop_oneof![Just(None), Just(Some(VAULT)), Just(Some(PROD))];
    (prop_oneof![Just(VAULT), Just(PROD)], lock, key, 0_u8..32, 0_u8..8, any::<bool>())
        .prop_map(|(home, lock, key, door, denied, held)| World { home, lock, key, door, denied, held })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_guard_more_lowers_no_tier(world in world_of(), pick in any::<prop::sample::Index>()) {
        let now = survival(&world.inventory());
        let all = world.guarded();
        let better = pick.get(&all);
        let then = survival(&better.inventory());
        for (now, then) in [(&now.account, &then.account), (now.management.as_ref().unwrap(), then.management.as_ref().unwrap())] {
            prop_assert!(then.tier >= now.tier, "{world:?} to {better:?}: {now:?} to {then:?}");
            prop_assert!(then.tier_at_best >= now.tier_at_best, "{world:?} to {better:?}");
            let falls = |outcome: &Outcome| outcome.copies.iter().filter(|fate| fate.falls != Some(false)).count();
            prop_assert!(falls(then) <= falls(now), "{world:?} to {better:?}: {now:?} to {then:?}");
        }
    }

    #[test]
    fn what_is_unread_only_widens(world in world_of(), which in 0_usize..4) {
        let whole = world.inventory();
        let mut cut = whole.clone();
        match which {
            0 => parts(&mut cut, VAULT).iam.authorization_details =
                Collected::Gap(denied(Operation::IamGetAccountAuthorizationDetails)),
            1 => region(&mut cut, VAULT, HERE).kms.keys = Collected::Gap(denied(Operation::KmsDescribeKey)),
            2 => cut.organization.as_mut().unwrap().scps = Collected::Gap(denied(Operation::OrganizationsListPolicies)),
            _ => region(&mut cut, VAULT, HERE).backup.legal_holds = Collected::Gap(denied(Operation::BackupListLegalHolds)),
        }
        let (before, after) = (outcome(&whole), outcome(&cut));
        prop_assert!(after.tier <= before.tier, "{world:?}, {which}: {before:?} to {after:?}");
        prop_assert!(after.tier_at_best >= before.tier_at_best, "{world:?}, {which}: {before:?} to {after:?}");
    }
}
