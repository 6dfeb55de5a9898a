//! Planned changes joined with what is known: the data store that a change is about, and the guards that it touches.
//!
//! Knows `model` and the facts. A store is found by the ARN or id that the plan records, by a bucket's name, or by the one state
//! that claims it at the change's address. Guards are found by what kind of thing changes, and by the names that the plan gives;
//! a name that the plan does not know yet touches nothing, and its check says so.

use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use super::context::merge;
use super::environment::counts_as_production;
use super::reach::fits;
use super::state::{Family, Resources, family};
use crate::model::facts::{
    Class, Fact, Facts, GuardKind, LiveStore, PlannedChangeFact, ResourceFact, Subject, SubjectKind, Touched, Unread,
};
use crate::model::ids::{AccountId, Arn, Region};
use crate::model::inventory::Inventory;
use crate::model::plan::{PlanAction, PlannedChange};
use crate::model::settings::Settings;
use crate::model::terraform::{RecordedAttributes, ResourceMode, StateResource};

/// The facts of the changes of a plan, in order of address.
#[must_use]
pub fn planned(
    inventory: &Inventory,
    settings: &Settings,
    facts: &Facts,
    changes: &[PlannedChange],
) -> Vec<Fact<PlannedChangeFact>> {
    let cx = Context::new(inventory, settings);
    let joiner = Joiner {
        cx: &cx,
        facts,
        stores: Resources::new(&facts.resources, BTreeMap::new()),
        vaults: made(changes, &["aws_backup_vault", "aws_backup_logically_air_gapped_vault"], "name"),
        buckets: changes.iter().any(|one| makes(one, "aws_s3_bucket")),
    };
    changes.iter().map(|change| joiner.fact(change)).collect()
}

struct Joiner<'j, 'a> {
    cx: &'j Context<'a>,
    facts: &'a Facts,
    stores: Resources<'a>,
    /// The names of vaults that the plan makes.
    vaults: BTreeSet<String>,
    /// Whether the plan makes a bucket.
    buckets: bool,
}

fn makes(change: &PlannedChange, kind: &str) -> bool {
    change.resource_type == kind && matches!(change.action, PlanAction::Create | PlanAction::Replace)
}

fn made(changes: &[PlannedChange], kinds: &[&str], key: &str) -> BTreeSet<String> {
    let new = changes.iter().filter(|one| kinds.iter().any(|kind| makes(one, kind)));
    new.filter_map(|one| one.after.get(key)?.as_str().map(str::to_owned)).collect()
}

/// A text that the plan records: as it is, or else as it shall be.
fn text<'c>(change: &'c PlannedChange, key: &str) -> Option<&'c str> {
    let own = change.before.get(key).or_else(|| change.after.get(key));
    own.and_then(serde_json::Value::as_str).filter(|text| !text.is_empty())
}

impl<'a> Joiner<'_, 'a> {
    fn fact(&self, change: &PlannedChange) -> Fact<PlannedChangeFact> {
        let store = self.store(change);
        let (touches, target_is_new) = self.touches(change);
        let arn: Option<Arn> = ["arn", "id"].iter().find_map(|key| text(change, key)?.parse().ok());
        let account: Option<AccountId> =
            store.and_then(|fact| fact.subject.account.clone()).or_else(|| arn.as_ref().and_then(Arn::account));
        let region: Option<Region> =
            store.and_then(|fact| fact.subject.region.clone()).or_else(|| arn.as_ref().and_then(Arn::region));
        let environment = match store {
            Some(fact) => fact.subject.environment.clone(),
            None => account.as_ref().and_then(|id| self.cx.environments.of_account(id).environment),
        };
        let deposed = change.deposed.as_ref().map_or_else(String::new, |key| format!(" (deposed {key})"));
        let address = format!("{}{deposed}", change.address);
        Fact {
            subject: Subject {
                kind: SubjectKind::PlannedChange,
                arn: address.clone(),
                name: address,
                production: counts_as_production(environment.as_deref()),
                environment,
                account: account.clone(),
                region,
                class: store.and_then(|fact| fact.subject.class),
            },
            detail: PlannedChangeFact { change: change.clone(), live: store.map(live), touches, target_is_new },
            rests_on: store.map_or_else(Vec::new, |fact| fact.rests_on.clone()),
            unread: self.unread(change, store, account.as_ref()),
        }
    }

    /// The data store that a change is about.
    fn store(&self, change: &PlannedChange) -> Option<&'a Fact<ResourceFact>> {
        let bucket = is_bucket_setting(&change.resource_type);
        let id = text(change, if bucket { "bucket" } else { "id" }).or_else(|| text(change, "bucket"));
        let kind = if bucket { "aws_s3_bucket" } else { change.resource_type.as_str() };
        family(kind)?;
        let resource = StateResource {
            address: change.address.clone(),
            mode: ResourceMode::Managed,
            resource_type: kind.into(),
            provider: "".into(),
            arn: text(change, "arn").filter(|_| !bucket).map(str::to_owned),
            id: id.map(str::to_owned),
            deposed: None,
            dependencies: Vec::new(),
            attributes: RecordedAttributes::default().into(),
        };
        if let Some(found) = self.stores.of(&resource).and_then(|at| self.stores.fact(at)) {
            return Some(found);
        }
        // Without what tells it apart: the one that a state claims at this address. A new one is none of those.
        if change.action == PlanAction::Create || resource.arn.is_some() || bucket {
            return None;
        }
        let at = |address: &str| address == change.address || Some(address) == change.previous_address.as_deref();
        let mut claimed = self.facts.resources.iter().filter(|fact| {
            of_family(fact.subject.kind, kind) && fact.detail.claims.iter().any(|claim| at(&claim.address))
        });
        match (claimed.next(), claimed.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        }
    }

    /// The guards that a change touches, and whether what it sets something on is made by the same plan.
    fn touches(&self, change: &PlannedChange) -> (Vec<Touched>, bool) {
        let kind = change.resource_type.as_str();
        let mut touched = Vec::new();
        let mut new = false;
        if is_organization_policy(kind) {
            let which = text(change, "policy_id").or_else(|| text(change, "id")).or_else(|| text(change, "name"));
            touched.push(Touched { kind: GuardKind::OrganizationPolicy, which: which.map(str::to_owned), said: None });
        }
        if is_vault(kind) {
            let name =
                text(change, "backup_vault_name").or_else(|| text(change, "name")).or_else(|| text(change, "id"));
            new = match name {
                Some(name) => self.vaults.contains(name),
                // Its name follows from a vault that is not there yet.
                None => change.unknown.iter().any(|key| key == "backup_vault_name") && !self.vaults.is_empty(),
            };
            touched.push(Touched {
                kind: GuardKind::Vault,
                which: name.map(str::to_owned),
                said: name.and_then(|name| self.vault(name)),
            });
        }
        if is_bucket(kind) {
            match text(change, "bucket").or_else(|| text(change, "id")) {
                Some(name) => {
                    let held = self.facts.state_buckets.iter().find(|fact| fact.subject.name == name);
                    touched.extend(held.map(|fact| Touched {
                        kind: GuardKind::StateBucket,
                        which: Some(name.to_owned()),
                        said: Some(format!("it holds {} of Terraform", counted(fact.detail.states, "state"))),
                    }));
                }
                None => new = self.buckets,
            }
        }
        if kind.contains("dynamodb_table") {
            let name = ["table_name", "arn", "name", "id"].iter().find_map(|key| text(change, key));
            let is = |fact: &&Fact<_>| name.is_some_and(|name| fact.subject.arn == name || fact.subject.name == name);
            touched.extend(self.facts.lock_tables.iter().find(is).map(|fact| Touched {
                kind: GuardKind::LockTable,
                which: Some(fact.subject.arn.clone()),
                said: Some(format!("it locks {} of Terraform", counted(fact.detail.states, "state"))),
            }));
        }
        touched.extend(self.break_glass(change));
        (touched, new)
    }

    /// How many copies a vault of this name holds, where it receives any.
    fn vault(&self, name: &str) -> Option<String> {
        let is = |fact: &&Fact<crate::model::facts::VaultFact>| fact.subject.name == name || fact.subject.arn == name;
        let found: Vec<_> = self.facts.vaults.iter().filter(is).collect();
        let first = found.first()?;
        let more = if found.len() > 1 { ", and there are others of that name" } else { "" };
        Some(format!("{} receives copies{more}", first.subject.arn))
    }

    /// A principal that passes the guards, or what gives it rights.
    fn break_glass(&self, change: &PlannedChange) -> Option<Touched> {
        let kind = change.resource_type.as_str();
        if !kind.starts_with("aws_iam_") && !kind.starts_with("awscc_iam_") {
            return None;
        }
        let patterns = &self.cx.settings.break_glass.principals;
        let arn = text(change, "arn").filter(|arn| arn.contains(":role/") || arn.contains(":user/"));
        if let Some(arn) = arn {
            let hit = patterns.iter().any(|pattern| fits(pattern, arn));
            return hit.then(|| Touched { kind: GuardKind::BreakGlass, which: Some(arn.to_owned()), said: None });
        }
        let mut names: Vec<&str> = match kind {
            "aws_iam_role" | "aws_iam_user" => vec![text(change, "name").or_else(|| text(change, "id"))?],
            _ => [text(change, "role"), text(change, "user")].into_iter().flatten().collect(),
        };
        // A managed policy may be attached to several at once.
        let lists =
            ["roles", "users"].iter().flat_map(|key| [change.before.get(*key), change.after.get(*key)]).flatten();
        names.extend(lists.filter_map(serde_json::Value::as_array).flatten().filter_map(serde_json::Value::as_str));
        // A pattern of another account may be meant: the name alone is compared, which errs on the safe side.
        let fitting = |name: &&str| {
            patterns.iter().any(|pattern| pattern.rsplit('/').next().is_some_and(|last| fits(last, name)))
        };
        let hit = names.into_iter().find(fitting)?;
        Some(Touched { kind: GuardKind::BreakGlass, which: Some(hit.to_owned()), said: None })
    }

    /// What could not be read of the store, and of the guards that it might be.
    fn unread(
        &self,
        change: &PlannedChange,
        store: Option<&Fact<ResourceFact>>,
        account: Option<&AccountId>,
    ) -> Vec<Unread> {
        let mut unread: Vec<Unread> = store.map_or_else(Vec::new, |fact| fact.unread.clone());
        let guard = match change.resource_type.as_str() {
            kind if is_bucket(kind) => Some(SubjectKind::StateBucket),
            kind if kind.contains("dynamodb_table") => Some(SubjectKind::LockTable),
            _ => None,
        };
        let here = |id: Option<&AccountId>| account.is_none() || id.is_none() || id == account;
        let hidden = self.facts.unlisted.iter().filter(|one| Some(one.kind) == guard && here(one.account.as_ref()));
        unread.extend(hidden.flat_map(|one| one.gaps.iter().cloned()));
        merge(unread)
    }
}

fn of_family(kind: SubjectKind, resource_type: &str) -> bool {
    let own = match kind {
        SubjectKind::DbInstance => Family::Instance,
        SubjectKind::DbCluster => Family::Cluster,
        SubjectKind::DynamoDbTable => Family::Table,
        SubjectKind::S3Bucket => Family::Bucket,
        _ => return false,
    };
    family(resource_type) == Some(own)
}

/// Whether it is a bucket, or sets something on one.
fn is_bucket(kind: &str) -> bool {
    kind.starts_with("aws_s3_bucket") || kind.starts_with("awscc_s3_bucket") || kind == "aws_s3_object"
}

fn is_bucket_setting(kind: &str) -> bool {
    is_bucket(kind) && kind != "aws_s3_bucket" && kind != "awscc_s3_bucket"
}

fn is_vault(kind: &str) -> bool {
    let kinds = [
        "aws_backup_vault",
        "aws_backup_logically_air_gapped_vault",
        "awscc_backup_backup_vault",
        "awscc_backup_logically",
    ];
    kinds.iter().any(|one| kind.starts_with(one)) && kind != "aws_backup_vault_notifications"
}

fn is_organization_policy(kind: &str) -> bool {
    let kinds = [
        "aws_organizations_policy",
        "aws_organizations_resource_policy",
        "aws_organizations_organization",
        "aws_organizations_delegated_administrator",
        "awscc_organizations_policy",
        "awscc_organizations_resource_policy",
    ];
    kinds.iter().any(|one| kind.starts_with(one)) && kind != "aws_organizations_organizational_unit"
}

fn counted(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

fn live(fact: &Fact<ResourceFact>) -> LiveStore {
    let outcome = fact.detail.survival.as_ref().map(|survival| &survival.account);
    LiveStore {
        arn: fact.subject.arn.clone(),
        name: fact.subject.name.clone(),
        database: fact.detail.database,
        holds: fact.detail.protection.holds.filter(|_| fact.subject.kind == SubjectKind::S3Bucket),
        // What belongs to a cluster has no data of its own.
        tier: outcome.map(|outcome| outcome.tier).filter(|_| fact.subject.class != Some(Class::Operational)),
        tier_at_best: outcome.map(|outcome| outcome.tier_at_best),
        survivor: outcome.and_then(|outcome| outcome.best.as_ref()).map(ToString::to_string),
        survivor_age_hours: outcome.and_then(|outcome| outcome.rpo_hours),
        outliving: fact.detail.copies.iter().filter(|copy| copy.usable && copy.outlives_delete).count(),
        claims: fact.detail.claims.clone(),
    }
}
