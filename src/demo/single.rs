//! One account in no organization, as a small company has it: its owner scans it with an IAM user's keys.

use crate::model::dynamodb::Table;
use crate::model::gap::Collected;
use crate::model::iam::IamInventory;
use crate::model::inventory::{AccountParts, Inventory, RegionParts};
use crate::model::organization::OrganizationInventory;
use crate::model::rds::{DbInstance, RdsInventory};
use crate::model::s3::Bucket;
use crate::model::terraform::StateInventory;

use super::accounts::{GLOBAL, HOME, SECOND};
use super::build::{
    Place, account as account_of, automated_backup, automated_snapshot, aws_rds_key, bucket, db_instance, dynamodb,
    empty_parts, empty_rds, empty_region, iam, iam_arn, kms, managed, none, protected, read, recorded, region, role,
    root_row, s3, state_bucket, state_object, table, tags, user, value, versioned,
};

const ACCOUNT: &str = "123456789012";
const HERE: Place = Place::new(ACCOUNT, HOME);
pub(super) const STATES: &str = "smallshop-terraform-state";

pub(super) fn inventory() -> Inventory {
    let service = r#"{"Service":"ec2.amazonaws.com"}"#;
    let account = account_of(
        ACCOUNT,
        AccountParts {
            iam: IamInventory {
                saml_providers: none(),
                ..iam(
                    ACCOUNT,
                    vec![role(ACCOUNT, "/", "web-server", service, "AmazonS3FullAccess")],
                    vec![user(ACCOUNT, "auditor", "SecurityAudit"), user(ACCOUNT, "owner", "AdministratorAccess")],
                    root_row(ACCOUNT, true, true, false),
                )
            },
            s3: s3([
                Bucket {
                    tags: value(tags([("env", "prod")])),
                    versioning: versioned(),
                    ..bucket("smallshop-images", HOME)
                },
                bucket(STATES, HOME),
            ]),
            state: states(),
            // There is no organization to share anything with.
            backup_global_settings: read(std::collections::BTreeMap::new()),
            regional: vec![region(HOME, home()), region(SECOND, empty_region()), region(GLOBAL, empty_region())],
            ..empty_parts(ACCOUNT)
        },
    );
    super::collected(&iam_arn(ACCOUNT, "user/auditor"), no_organization(), vec![account])
}

/// What an account in no organization is told of one.
fn no_organization() -> OrganizationInventory {
    OrganizationInventory {
        description: read(None),
        roots: none(),
        units: none(),
        accounts: none(),
        scps: none(),
        rcps: none(),
        delegated_administrators: none(),
        trusted_services: none(),
        resource_policy: Collected::read(super::build::read_at(), None),
        central_root_features: none(),
    }
}

fn database() -> DbInstance {
    DbInstance { deletion_protection: true, tags: tags([("env", "prod")]), ..db_instance(HERE, "shop") }
}

fn orders() -> Table {
    Table { tags: value(tags([("env", "prod")])), ..protected(table(HERE, "orders", "order")) }
}

fn home() -> RegionParts {
    let database = database();
    RegionParts {
        rds: RdsInventory {
            db_snapshots: read(vec![automated_snapshot(HERE, &database, 5)]),
            db_instance_automated_backups: read(vec![automated_backup(HERE, &database)]),
            db_instances: read(vec![database]),
            ..empty_rds()
        },
        dynamodb: dynamodb([orders()]),
        kms: kms([aws_rds_key(HERE)]),
        ..empty_region()
    }
}

/// A state in a bucket without versions, beside the data that it manages.
fn states() -> StateInventory {
    let resources = vec![
        managed("aws_db_instance.shop", &database().arn, recorded("prod")),
        managed("aws_dynamodb_table.orders", &orders().arn, recorded("prod")),
    ];
    let state = super::build::unversioned(state_object("terraform.tfstate", 200, resources));
    StateInventory { lock_tables: Vec::new(), buckets: vec![state_bucket(STATES, vec![state])] }
}
