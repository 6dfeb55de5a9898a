//! The account of the incident: production and a second site together, and nothing that would stop one `terraform destroy`.

use crate::demo::build::{
    Place, account as account_of, automated_backup, automated_snapshot, aws_rds_key, bucket, db_instance, dynamodb,
    empty_parts, empty_rds, empty_region, kms, read, region, s3, table, tags, value,
};
use crate::model::dynamodb::Table;
use crate::model::inventory::{AccountInventory, AccountParts, RegionParts};
use crate::model::rds::{DbInstance, RdsInventory};
use crate::model::s3::Bucket;

use super::people;
use super::{COURSES, GLOBAL, HOME, SECOND};

const HERE: Place = Place::new(COURSES, HOME);

pub(super) fn account() -> AccountInventory {
    account_of(
        COURSES,
        AccountParts {
            iam: people::iam_of(COURSES),
            s3: s3([
                Bucket {
                    tags: value(tags([("environment", "production")])),
                    ..bucket("courses-homework-uploads", HOME)
                },
                Bucket { tags: value(tags([("environment", "staging")])), ..bucket("community-site-media", HOME) },
                bucket("cdk-hnb659fds-assets-555555555555-eu-central-1", HOME),
                bucket("aws-athena-query-results-555555555555-eu-central-1", HOME),
            ]),
            regional: vec![region(HOME, home()), region(SECOND, empty_region()), region(GLOBAL, empty_region())],
            ..empty_parts(COURSES)
        },
    )
}

fn home() -> RegionParts {
    let production = DbInstance {
        tags: tags([("Name", "courses"), ("environment", "production")]),
        ..db_instance(HERE, "courses-prod")
    };
    let replica = DbInstance {
        replica_source: Some(production.identifier.clone()),
        backup_retention_days: 0,
        tags: tags([("environment", "production")]),
        ..db_instance(HERE, "courses-prod-reports")
    };
    // The second site shares the account, and the root module, with production.
    let second_site = DbInstance {
        backup_retention_days: 1,
        tags: tags([("environment", "staging")]),
        ..db_instance(HERE, "community-site")
    };
    RegionParts {
        rds: RdsInventory {
            db_snapshots: read(vec![
                automated_snapshot(HERE, &production, 3),
                automated_snapshot(HERE, &production, 27),
                automated_snapshot(HERE, &production, 51),
                automated_snapshot(HERE, &second_site, 4),
            ]),
            db_instance_automated_backups: read(vec![
                automated_backup(HERE, &production),
                automated_backup(HERE, &second_site),
            ]),
            db_instances: read(vec![production, replica, second_site]),
            ..empty_rds()
        },
        dynamodb: dynamodb([
            Table { tags: value(tags([("environment", "production")])), ..table(HERE, "courses-progress", "student") },
            Table { tags: value(tags([("environment", "staging")])), ..table(HERE, "community-site-signups", "mail") },
        ]),
        kms: kms([aws_rds_key(HERE)]),
        ..empty_region()
    }
}
