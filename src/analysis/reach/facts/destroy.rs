//! The destructive rights of each account: catalogue actions that production can live without, on its data, the keys and the
//! copies of that. Imports the rights.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Target;
use crate::analysis::Context;
use crate::analysis::environment::organizational;
use crate::analysis::resources::is_data;
use crate::model::catalogue::{self, Category, DestructiveAction};
use crate::model::facts::{CopyKind, Fact, Facts, ResourceFact, SubjectKind, Unread, VaultFact};
use crate::model::ids::{AccountId, Arn};
use crate::model::operation::Collection;

/// Whether a row is one that destroys and that a guard could deny without harm.
fn counts(row: &DestructiveAction) -> bool {
    matches!(row.category, Category::DestroysData | Category::DestroysBackup) && row.blanket_deny
}

/// The actions of a service on resources of a type.
fn on(service: &str, resource_type: &str) -> Vec<&'static str> {
    catalogue::all()
        .iter()
        .filter(|row| counts(row) && row.service == service && row.resource_types.iter().any(|t| t == resource_type))
        .map(|row| row.action.as_str())
        .collect()
}

/// The destructive rights of every account that holds data, by account; sorted, each once.
pub(super) fn destructive(cx: &Context<'_>, facts: &Facts) -> BTreeMap<AccountId, Vec<Target>> {
    let mut all: BTreeMap<AccountId, BTreeSet<Target>> = BTreeMap::new();
    for fact in facts.resources.iter().filter(|fact| is_data(fact)) {
        let Some(account) = &fact.subject.account else { continue };
        let here = all.entry(account.clone()).or_default();
        here.extend(of_resource(account, fact));
        here.extend(of_copies(account, fact));
    }
    let places: BTreeMap<&str, &AccountId> = facts
        .resources
        .iter()
        .filter_map(|fact| Some((fact.subject.arn.as_str(), fact.subject.account.as_ref()?)))
        .collect();
    for key in &facts.keys {
        // What AWS manages nobody deletes.
        if !key.detail.encrypts_data || key.detail.manager.as_deref() == Some("AWS") {
            continue;
        }
        let Some(owner) = &key.subject.account else { continue };
        let region = key.subject.region.as_ref().map(AsRef::as_ref);
        let users = key.detail.encrypts.iter().filter_map(|arn| places.get(arn.as_str()).copied());
        for account in users.chain([owner]).collect::<BTreeSet<_>>() {
            if let Some(here) = all.get_mut(account) {
                here.extend(on("kms", "key").into_iter().map(|a| Target::new(a, &key.subject.arn, owner, region)));
            }
        }
    }
    // The account as a whole comes last: what is told of somebody is a call on data, where they may make one.
    let with_account = all.into_iter().map(|(account, targets)| {
        let whole = of_account(cx, &account);
        (account, targets.into_iter().chain(whole).collect())
    });
    with_account.collect()
}

/// The destructive rights on what could not be listed in an account, with why not: data may lie there.
pub(super) fn hidden(cx: &Context<'_>) -> BTreeMap<AccountId, (Vec<Target>, Vec<Unread>)> {
    let partition = &cx.inventory.caller.partition;
    let mut all = BTreeMap::new();
    for account in &cx.inventory.accounts {
        let id = &account.id;
        let lists = [
            ("rds", "db", "db:", cx.regional(account, Collection::RdsDbInstances, |p| &p.rds.db_instances).unread),
            (
                "rds",
                "cluster",
                "cluster:",
                cx.regional(account, Collection::RdsDbClusters, |p| &p.rds.db_clusters).unread,
            ),
            (
                "dynamodb",
                "table",
                "table/",
                cx.regional(account, Collection::DynamoDbTables, |p| &p.dynamodb.tables).unread,
            ),
            ("s3", "bucket", "", cx.global(account, Collection::S3Buckets, |p| &p.s3.buckets).unread),
        ];
        let (mut targets, mut unread) = (Vec::new(), Vec::new());
        for (service, resource_type, head, gaps) in lists {
            if gaps.is_empty() {
                continue;
            }
            let place = if service == "s3" { "::".to_owned() } else { format!("*:{id}:") };
            let resource = format!("arn:{partition}:{service}:{place}{head}*");
            let any = on(service, resource_type).into_iter().map(|action| Target::new(action, &resource, id, None));
            targets.extend(any.map(|target| Target { policy_of: None, ..target }));
            unread.extend(gaps);
        }
        if !targets.is_empty() {
            targets.extend(of_account(cx, id));
            all.insert(id.clone(), (targets, unread));
        }
    }
    // Who manages the organization may close accounts: unread, that may be any.
    let described = cx.inventory.organization.as_ref().map(|one| &one.description);
    if let Some(gap) = described.and_then(|described| described.gap()) {
        for account in &cx.inventory.accounts {
            let entry: &mut (Vec<Target>, Vec<Unread>) = all.entry(account.id.clone()).or_default();
            let any = format!("arn:{partition}:organizations::{}:account/*", account.id);
            let close = Target::new("organizations:CloseAccount", &any, &account.id, None);
            entry.0.push(Target { policy_of: None, ..close });
            entry.1.push(organizational(Collection::OrganizationDescription, gap));
        }
    }
    all
}

fn of_resource(account: &AccountId, fact: &Fact<ResourceFact>) -> Vec<Target> {
    let arn = fact.subject.arn.as_str();
    let region = fact.subject.region.as_ref().map(AsRef::as_ref);
    let make = |actions: Vec<&'static str>, resource: &str| -> Vec<Target> {
        actions.into_iter().map(|action| Target::new(action, resource, account, region)).collect()
    };
    match fact.subject.kind {
        SubjectKind::DbInstance => make(on("rds", "db"), arn),
        SubjectKind::DbCluster => make(on("rds", "cluster"), arn),
        SubjectKind::DynamoDbTable => make(on("dynamodb", "table"), arn),
        SubjectKind::S3Bucket => {
            let mut all = make(on("s3", "bucket"), arn);
            all.extend(make(on("s3", "object"), &format!("{arn}/*")));
            all
        }
        _ => Vec::new(),
    }
}

/// Copies that lie in the resource's own account.
fn of_copies(account: &AccountId, fact: &Fact<ResourceFact>) -> Vec<Target> {
    let mut targets = Vec::new();
    for copy in fact.detail.copies.iter().filter(|copy| copy.account.as_ref() == Some(account)) {
        // What is locked nobody deletes.
        if copy.lock.is_some_and(crate::model::facts::LockState::immutable) {
            continue;
        }
        let region = copy.region.as_ref().map(AsRef::as_ref);
        let actions = match copy.kind {
            CopyKind::RecoveryPoint => on("backup", "recoveryPoint"),
            CopyKind::ManualSnapshot if copy.arn.resource().starts_with("cluster-snapshot:") => {
                on("rds", "cluster-snapshot").into_iter().filter(|action| action.contains("Snapshot")).collect()
            }
            CopyKind::ManualSnapshot => on("rds", "snapshot"),
            _ => Vec::new(),
        };
        targets.extend(actions.into_iter().map(|action| Target {
            policy_of: copy.vault.clone(),
            ..Target::new(action, copy.arn.as_str(), account, region)
        }));
    }
    targets
}

/// The account as a whole: closed, it takes everything with it.
pub(crate) fn of_account(cx: &Context<'_>, account: &AccountId) -> Vec<Target> {
    let partition = &cx.inventory.caller.partition;
    let global = partition.global_region();
    let region = global.as_ref().map(AsRef::as_ref);
    let plain = |target: Target| Target { policy_of: None, ..target };
    let own = format!("arn:{partition}:account::{account}:account");
    let mut targets = vec![plain(Target::new("account:CloseAccount", &own, account, region))];
    let described = cx.inventory.organization.as_ref().and_then(|one| one.description.value()?.as_ref());
    if let Some(described) = described.filter(|described| described.management_account != *account) {
        let management = &described.management_account;
        let arn = format!("arn:{partition}:organizations::{management}:account/{}/{account}", described.id);
        targets.push(Target {
            callers: Some(management.clone()),
            ..plain(Target::new("organizations:CloseAccount", &arn, management, region))
        });
    }
    targets
}

/// What deletes a vault's copies, re-times them or takes its lock off.
const ON_VAULTS: [&str; 3] =
    ["backup:DeleteBackupVaultLockConfiguration", "backup:PutBackupVaultLockConfiguration", "backup:DeleteBackupVault"];
const ON_POINTS: [&str; 2] = ["backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"];
/// What takes the key of copies away, or takes it over.
const ON_KEYS: [&str; 4] =
    ["kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:DeleteImportedKeyMaterial", "kms:PutKeyPolicy"];

/// How many points stand for all of a vault: policies tell their services apart, hardly ever single points.
const MOST_POINTS: usize = 6;

/// Rights to delete or re-time the points of a vault.
pub(super) fn on_points(cx: &Context<'_>, vault: &Fact<VaultFact>) -> Vec<Target> {
    let (Some(account), Ok(arn)) = (&vault.subject.account, vault.subject.arn.parse::<Arn>()) else {
        return Vec::new();
    };
    let region = vault.subject.region.as_ref().map(AsRef::as_ref);
    let points = points(cx, account, &arn);
    let pairs = points.iter().flat_map(|point| ON_POINTS.map(|action| (action, point.as_str())));
    pairs
        .map(|(action, point)| Target { policy_of: Some(arn.clone()), ..Target::new(action, point, account, region) })
        .collect()
}

/// Points of a vault, one of each kind of ARN; one that nobody knows where none was seen.
fn points(cx: &Context<'_>, account: &AccountId, vault: &Arn) -> Vec<String> {
    let inventory = cx.inventory.account(account);
    let vaults =
        inventory.into_iter().flat_map(|account| account.regions()).flat_map(|(_, parts)| parts.backup.vaults.items());
    let mut kinds: BTreeMap<String, String> = BTreeMap::new();
    for point in vaults.filter(|one| one.arn == *vault).filter_map(|one| one.recovery_points.value()).flatten() {
        let arn = point.arn.as_str();
        let kind = arn.rsplit_once([':', '/']).map_or(arn, |(kind, _)| kind).to_owned();
        let first = kinds.entry(kind).or_insert_with(|| arn.to_owned());
        if arn < first.as_str() {
            arn.clone_into(first);
        }
    }
    if kinds.is_empty() {
        let region = vault.region().map_or_else(String::new, |region| region.to_string());
        return vec![format!("arn:{}:backup:{region}:{account}:recovery-point:palisade", vault.partition())];
    }
    kinds.into_values().take(MOST_POINTS).collect()
}

/// Rights over the copies that an account holds, and over their keys.
pub(super) fn on_copies(cx: &Context<'_>, facts: &Facts, account: &AccountId) -> Vec<Target> {
    let mut targets = BTreeSet::new();
    let own = |subject: &Option<AccountId>| subject.as_ref() == Some(account);
    for vault in facts.vaults.iter().filter(|vault| own(&vault.subject.account) && !vault.detail.copies_of.is_empty()) {
        let locked = vault.detail.lock.is_some_and(crate::model::facts::LockState::immutable);
        if !locked {
            targets.extend(on_points(cx, vault));
            let region = vault.subject.region.as_ref().map(AsRef::as_ref);
            targets.extend(ON_VAULTS.map(|action| Target::new(action, &vault.subject.arn, account, region)));
        }
    }
    for key in
        facts.keys.iter().filter(|key| key.detail.encrypts_copies && key.detail.manager.as_deref() != Some("AWS"))
    {
        let held = key.detail.encrypts.iter().any(|arn| arn.split(':').nth(4) == Some(account.as_str()));
        let Some(owner) = key.subject.account.as_ref().filter(|owner| held || *owner == account) else { continue };
        let region = key.subject.region.as_ref().map(AsRef::as_ref);
        targets.extend(ON_KEYS.map(|action| Target::new(action, &key.subject.arn, owner, region)));
    }
    targets.into_iter().collect()
}
