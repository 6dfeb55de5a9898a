//! Every list in the order in which collecting leaves it.

use crate::model::backup::{BackupInventory, LegalHold, Plan, RestoreTestingPlan, Rule, Selection};
use crate::model::gap::{Answer, Collected};
use crate::model::iam::IamInventory;
use crate::model::inventory::{AccountParts, Inventory, RegionParts};
use crate::model::organization::OrganizationInventory;
use crate::model::rds::RdsInventory;
use crate::model::s3::Bucket;
use crate::model::terraform::StateInventory;

/// Sorts every list of an inventory as the collectors do.
pub fn in_order(inventory: &mut Inventory) {
    if let Some(organization) = &mut inventory.organization {
        order_organization(organization);
    }
    inventory.accounts.sort_by(|a, b| a.id.cmp(&b.id));
    for account in &mut inventory.accounts {
        if let Answer::Value(parts) = &mut account.parts {
            order_account(parts);
        }
    }
}

/// Sorts every list of an account as the collectors do.
pub fn order_account(parts: &mut AccountParts) {
    each(&mut parts.regions, |list| list.sort());
    order_iam(&mut parts.iam);
    each(&mut parts.s3.buckets, |list| {
        list.sort_by(|a, b| a.name.cmp(&b.name));
        list.iter_mut().for_each(order_bucket);
    });
    order_state(&mut parts.state);
    parts.regional.sort_by(|a, b| a.region.cmp(&b.region));
    for region in &mut parts.regional {
        if let Answer::Value(RegionParts { rds, backup, dynamodb, kms }) = &mut region.parts {
            order_rds(rds);
            order_backup(backup);
            each(&mut dynamodb.tables, |list| list.sort_by(|a, b| a.name.cmp(&b.name)));
            for table in dynamodb.tables.value_mut().into_iter().flatten() {
                told(&mut table.detail, |detail| detail.replicas.sort());
            }
            each(&mut kms.keys, |list| list.sort_by(|a, b| a.reference.cmp(&b.reference)));
        }
    }
}

fn each<T>(collected: &mut Collected<Vec<T>>, order: impl FnOnce(&mut Vec<T>)) {
    if let Some(list) = collected.value_mut() {
        order(list);
    }
}

fn told<T>(answer: &mut Answer<T>, order: impl FnOnce(&mut T)) {
    if let Answer::Value(value) = answer {
        order(value);
    }
}

fn order_organization(organization: &mut OrganizationInventory) {
    each(&mut organization.roots, |list| list.sort());
    each(&mut organization.units, |list| list.sort());
    each(&mut organization.accounts, |list| list.sort_by(|a, b| a.id.cmp(&b.id)));
    for policies in [&mut organization.scps, &mut organization.rcps] {
        each(policies, |list| {
            list.sort_by(|a, b| a.id.cmp(&b.id));
            list.iter_mut().for_each(|policy| told(&mut policy.targets, |targets| targets.sort()));
        });
    }
    each(&mut organization.delegated_administrators, |list| {
        list.sort_by(|a, b| a.id.cmp(&b.id));
        list.iter_mut().for_each(|administrator| told(&mut administrator.services, |services| services.sort()));
    });
    each(&mut organization.trusted_services, |list| list.sort());
    each(&mut organization.central_root_features, |list| list.sort());
}

fn order_iam(iam: &mut IamInventory) {
    if let Some(details) = iam.authorization_details.value_mut() {
        details.users.sort_by(|a, b| a.arn.cmp(&b.arn));
        for user in &mut details.users {
            user.inline_policies.sort();
            user.attached_policies.sort();
            user.groups.sort();
        }
        details.groups.sort_by(|a, b| a.arn.cmp(&b.arn));
        for group in &mut details.groups {
            group.inline_policies.sort();
            group.attached_policies.sort();
        }
        details.roles.sort_by(|a, b| a.arn.cmp(&b.arn));
        for role in &mut details.roles {
            role.inline_policies.sort();
            role.attached_policies.sort();
            role.instance_profiles.sort();
        }
        details.policies.sort_by(|a, b| a.arn.cmp(&b.arn));
    }
    each(&mut iam.credential_report, |list| list.sort_by(|a, b| a.arn.cmp(&b.arn)));
    each(&mut iam.oidc_providers, |list| {
        list.sort_by(|a, b| a.arn.cmp(&b.arn));
        list.iter_mut().for_each(|provider| told(&mut provider.detail, |detail| detail.audiences.sort()));
    });
    each(&mut iam.saml_providers, |list| list.sort());
}

fn order_bucket(bucket: &mut Bucket) {
    told(&mut bucket.lifecycle, |rules| rules.sort_by(|a, b| (&a.id, &a.prefix).cmp(&(&b.id, &b.prefix))));
    told(&mut bucket.replication, |rules| {
        rules.sort_by(|a, b| (&a.id, &a.destination, &a.prefix).cmp(&(&b.id, &b.destination, &b.prefix)));
    });
}

fn order_state(state: &mut StateInventory) {
    state.lock_tables.sort_by(|a, b| a.table.cmp(&b.table));
    state.lock_tables.iter_mut().for_each(|table| each(&mut table.items, |list| list.sort()));
    state.buckets.sort_by(|a, b| a.bucket.cmp(&b.bucket));
    for bucket in &mut state.buckets {
        bucket.reasons.sort();
        each(&mut bucket.objects, |list| list.sort_by(|a, b| a.key.cmp(&b.key)));
        each(&mut bucket.lock_versions, |list| list.sort());
    }
}

fn order_rds(rds: &mut RdsInventory) {
    each(&mut rds.db_instances, |list| list.sort_by(|a, b| a.arn.cmp(&b.arn)));
    each(&mut rds.db_clusters, |list| {
        list.sort_by(|a, b| a.arn.cmp(&b.arn));
        list.iter_mut().for_each(|cluster| cluster.members.sort());
    });
    each(&mut rds.global_clusters, |list| {
        list.sort_by(|a, b| a.arn.cmp(&b.arn));
        list.iter_mut().for_each(|cluster| cluster.members.sort());
    });
    for snapshots in [&mut rds.db_snapshots, &mut rds.db_cluster_snapshots] {
        each(snapshots, |list| {
            list.sort_by(|a, b| a.arn.cmp(&b.arn));
            let shared = list.iter_mut().filter_map(|snapshot| snapshot.shared_with.as_mut());
            shared.for_each(|shared| told(shared, |accounts| accounts.sort()));
        });
    }
    for backups in [&mut rds.db_instance_automated_backups, &mut rds.db_cluster_automated_backups] {
        each(backups, |list| {
            list.sort_by(|a, b| (&a.arn, &a.resource_id).cmp(&(&b.arn, &b.resource_id)));
            list.iter_mut().for_each(|backup| backup.replications.sort());
        });
    }
}

fn order_backup(backup: &mut BackupInventory) {
    each(&mut backup.vaults, |list| {
        list.sort_by(|a, b| a.arn.cmp(&b.arn));
        let points = list.iter_mut().map(|vault| &mut vault.recovery_points);
        points.for_each(|points| told(points, |points| points.sort_by(|a, b| a.arn.cmp(&b.arn))));
    });
    each(&mut backup.plans, |list| {
        list.sort_by(|a, b| a.arn.cmp(&b.arn));
        list.iter_mut().for_each(order_plan);
    });
    each(&mut backup.protected_resources, |list| list.sort_by(|a, b| a.resource.cmp(&b.resource)));
    each(&mut backup.backup_jobs, |list| list.sort_by(|a, b| a.id.cmp(&b.id)));
    each(&mut backup.copy_jobs, |list| list.sort_by(|a, b| a.id.cmp(&b.id)));
    each(&mut backup.restore_jobs, |list| list.sort_by(|a, b| a.id.cmp(&b.id)));
    each(&mut backup.legal_holds, |list: &mut Vec<LegalHold>| {
        list.sort_by(|a, b| a.arn.cmp(&b.arn));
        for hold in list {
            told(&mut hold.detail, |detail| {
                detail.vaults.sort();
                detail.resources.sort();
            });
        }
    });
    each(&mut backup.restore_testing_plans, |list: &mut Vec<RestoreTestingPlan>| {
        list.sort_by(|a, b| a.arn.cmp(&b.arn));
        for plan in list {
            told(&mut plan.selected_types, |types| {
                types.sort();
                types.dedup();
            });
        }
    });
}

fn order_plan(plan: &mut Plan) {
    told(&mut plan.rules, |rules: &mut Vec<Rule>| {
        rules.iter_mut().for_each(|rule| rule.copy_actions.sort());
        rules.sort_by(|a, b| (&a.name, &a.target_vault, &a.schedule).cmp(&(&b.name, &b.target_vault, &b.schedule)));
    });
    told(&mut plan.selections, |selections: &mut Vec<Selection>| {
        selections.sort_by(|a, b| a.id.cmp(&b.id));
        for selection in selections {
            told(&mut selection.detail, |detail| {
                detail.resources.sort();
                detail.not_resources.sort();
                detail.list_of_tags.sort();
                detail.conditions.sort();
            });
        }
    });
}
