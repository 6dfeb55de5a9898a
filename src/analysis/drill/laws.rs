//! The law of the toll, over drawn inventories: a guard more never enlarges it, and so a guard less never shrinks it.

use proptest::prelude::*;

use super::{Asked, What, drill};
use crate::analysis::fixture::{HERE, PROD, bucket, db_arn, managed, parts, put, region};
use crate::analysis::reach::tests::{deny, world};
use crate::model::drill::{DrilledKind, Toll};
use crate::model::gap::Answer;
use crate::model::inventory::Inventory;
use crate::model::s3::ObjectLock;
use crate::model::settings::Settings;
use crate::model::terraform::{RecordedAttributes, StateResource};

/// What stands between a destroy and what it takes.
#[derive(Debug, Clone)]
struct World {
    /// What is denied in the account, as a set of bits over [`DENIES`].
    denied: u8,
    /// Whether deletion protection is on in AWS.
    protected: bool,
    /// What the state records of the database: its flag, whether changes apply at once, whether a final snapshot is skipped.
    recorded: (bool, bool, bool),
    /// Whether the bucket's state says force_destroy, and whether something lies in it.
    forced: bool,
    holds: bool,
    /// Whether the bucket keeps every version in COMPLIANCE mode.
    locked: bool,
}

const DENIES: [&str; 6] =
    ["rds:DeleteDBInstance", "rds:ModifyDBInstance", "s3:DeleteBucket", "s3:DeleteObjectVersion", "ec2:*", "rds:*"];

impl World {
    fn inventory(&self) -> Inventory {
        let mut inventory = world();
        region(&mut inventory, PROD, HERE).rds.db_instances.value_mut().unwrap()[0].deletion_protection =
            self.protected;
        let mut ledger = bucket("ledger");
        ledger.holds = Answer::Value(self.holds);
        if self.locked {
            ledger.object_lock = Answer::Value(Some(ObjectLock {
                enabled: true,
                default_mode: Some("COMPLIANCE".to_owned()),
                default_days: Some(30),
                default_years: None,
            }));
        }
        put(&mut parts(&mut inventory, PROD).s3.buckets, ledger);
        let actions: Vec<&str> =
            DENIES.iter().enumerate().filter(|(at, _)| self.denied & (1 << at) != 0).map(|(_, one)| *one).collect();
        if !actions.is_empty() {
            deny(&mut inventory, PROD, &actions);
        }
        inventory
    }

    fn resources(&self) -> Vec<StateResource> {
        let (flag, immediately, skipped) = self.recorded;
        let mut database = managed("aws_db_instance", "orders", &db_arn("orders"));
        database.id = None;
        database.dependencies = vec!["aws_vpc.main".into()];
        database.attributes = RecordedAttributes {
            deletion_protection: Some(flag),
            apply_immediately: Some(immediately),
            skip_final_snapshot: Some(skipped),
            final_snapshot_identifier: Some("last".to_owned()),
            ..RecordedAttributes::default()
        }
        .into();
        let mut ledger = managed("aws_s3_bucket", "ledger", "arn:aws:s3:::ledger");
        ledger.attributes.force_destroy = Some(self.forced);
        let vpc = managed("aws_vpc", "main", &format!("arn:aws:ec2:{HERE}:{PROD}:vpc/vpc-1"));
        vec![database, ledger, vpc]
    }

    fn toll(&self) -> Toll {
        let what = What::Listed {
            kind: DrilledKind::State,
            name: "x.tfstate".to_owned(),
            resources: self.resources(),
            notes: Vec::new(),
        };
        let drilled = drill(&self.inventory(), &Settings::default(), &what, &Asked::Account).unwrap();
        drilled.runs.into_iter().next().unwrap().toll
    }

    /// The same with one guard more.
    fn guarded(&self) -> Vec<Self> {
        let with = |change: &dyn Fn(&mut Self)| {
            let mut world = self.clone();
            change(&mut world);
            world
        };
        let mut better = vec![
            with(&|world| world.protected = true),
            with(&|world| world.recorded.0 = true),
            with(&|world| world.recorded.1 = false),
            with(&|world| world.recorded.2 = false),
            with(&|world| world.forced = false),
            with(&|world| world.locked = true),
        ];
        // What lies in a bucket keeps it, but where the destroy empties it first: then there is more to lose.
        if !self.forced {
            better.push(with(&|world| world.holds = true));
        }
        better.extend((0..DENIES.len()).map(|at| with(&|world| world.denied |= 1 << at)));
        better
    }
}

fn world_of() -> impl Strategy<Value = World> {
    (0_u8..64, any::<[bool; 7]>()).prop_map(
        |(denied, [protected, flag, immediately, skipped, forced, holds, locked])| World {
            // Mostly few denies, so that something is left to guard.
            denied: denied & (denied >> 1),
            protected,
            recorded: (flag, immediately, skipped),
            forced,
            holds,
            locked,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_guard_more_never_enlarges_the_toll(world in world_of(), pick in any::<prop::sample::Index>()) {
        let better = pick.get(&world.guarded()).clone();
        let (now, then) = (world.toll(), better.toll());
        prop_assert!(then.destroyed <= now.destroyed, "{world:?} to {better:?}: {now:?} to {then:?}");
        prop_assert!(then.destroyed + then.unknown <= now.destroyed + now.unknown, "{world:?} to {better:?}");
        prop_assert!(then.data_stores.len() <= now.data_stores.len(), "{world:?} to {better:?}");
        prop_assert!(then.verdict <= now.verdict || then.data_stores.len() < now.data_stores.len(), "{world:?} to {better:?}");
    }
}
