//! Who can call an action on a resource, by which path, and what stops the others. Imports the room.

use std::collections::BTreeMap;

use super::facts::Teller;
use super::paths::cite;
use super::{Node, NodeId, Reach, Strength, Target};
use crate::analysis::Context;
use crate::analysis::authority::Authority;
use crate::analysis::guards::Names;
use crate::model::catalogue;
use crate::model::facts::{Reacher, Unread};
use crate::model::ids::{AccountId, Arn};
use crate::model::inventory::Inventory;
use crate::model::settings::Settings;
use crate::model::who_can::{Stop, WHO_CAN_SCHEMA, WhoCan};

/// The most principals that are named behind one guard.
const SHOWN: usize = 20;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// A bucket's ARN does not tell its account, and no list has it.
    #[error("the inventory holds no bucket {name:?}, and its ARN does not tell its account{}", near(nearest.as_deref()))]
    NoBucket {
        /// The bucket.
        name: String,
        /// The nearest that it holds.
        nearest: Option<String>,
    },
    /// The account of the resource cannot be told.
    #[error("{0} has no account in it: give the whole ARN, with the account of the resource")]
    NoAccount(String),
}

fn near(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!("; did you mean {name:?}?"))
}

/// Who can call an action on a resource of an inventory. `None` for a resource is an action that has none: it is asked of
/// every account.
///
/// # Errors
/// The account of the resource cannot be told.
pub fn who_can(
    inventory: &Inventory,
    settings: &Settings,
    action: &str,
    resource: Option<&Arn>,
) -> Result<WhoCan, NoAnswer> {
    let cx = Context::new(inventory, settings);
    let authority = Authority::new(&cx);
    let targets = targets(&cx, action, resource)?;
    let reach = Reach::new(&cx, &authority);
    let teller = Teller::new(&reach);
    let seeds = reach.seeds(&targets);
    let search = reach.graph.leading_to(&seeds.strengths());
    let mut can: Vec<(NodeId, Reacher)> = Vec::new();
    let mut others: Vec<NodeId> = Vec::new();
    let mut asked = 0;
    for node in everybody(&reach) {
        asked += 1;
        let strength = search.of(node).map_or(Strength::No, |found| found.strength);
        if strength >= Strength::Conditional {
            can.extend(teller.reacher(node, &search, &seeds, &targets).map(|reacher| (node, reacher)));
        } else if strength == Strength::No {
            others.push(node);
        }
    }
    can.sort_by(|(_, a), (_, b)| {
        (a.strength != "sure", &a.account, &a.who).cmp(&(b.strength != "sure", &b.account, &b.who))
    });
    let resource_seen = resource.is_none_or(|arn| seen(inventory, arn));
    let unread = gaps(&teller, &search, &targets);
    Ok(WhoCan {
        schema: WHO_CAN_SCHEMA.to_owned(),
        action: action.to_owned(),
        resource: resource.map_or_else(|| "*".to_owned(), ToString::to_string),
        account: resource.and_then(|_| targets.first()).map(|target| target.owner.clone()),
        resource_seen,
        nearest: resource.filter(|_| !resource_seen).and_then(|arn| nearest(inventory, arn)),
        action_known: catalogue::find(action).is_some(),
        can: can.into_iter().map(|(_, reacher)| reacher).collect(),
        asked,
        stopped: stops(&reach, &Names::new(&cx), &others, &targets),
        unread,
    })
}

fn everybody<'r>(reach: &'r Reach<'_, '_>) -> impl Iterator<Item = NodeId> + 'r {
    (0..reach.graph.len())
        .filter_map(|at| NodeId::try_from(at).ok())
        .filter(|node| matches!(reach.graph.get(*node), Some(Node::Principal(_) | Node::Party(_))))
}

fn targets(cx: &Context<'_>, action: &str, resource: Option<&Arn>) -> Result<Vec<Target>, NoAnswer> {
    let global = cx.inventory.caller.partition.global_region();
    let Some(arn) = resource else {
        let accounts = cx.inventory.accounts.iter().map(|account| &account.id);
        let region = global.as_ref().map(AsRef::as_ref);
        let of = |account: &AccountId| Target {
            policy_of: None,
            callers: Some(account.clone()),
            ..Target::new(action, "*", account, region)
        };
        return Ok(accounts.map(of).collect());
    };
    let (owner, region) = match arn.service() {
        "s3" => {
            let (owner, region) = bucket(cx.inventory, arn)?;
            (owner, region)
        }
        _ => (arn.account().ok_or_else(|| NoAnswer::NoAccount(arn.to_string()))?, arn.region()),
    };
    let region = region.or(global);
    Ok(vec![Target::new(action, arn.as_str(), &owner, region.as_ref().map(AsRef::as_ref))])
}

/// The account and region of a bucket or of an object in it.
fn bucket(inventory: &Inventory, arn: &Arn) -> Result<(AccountId, Option<crate::model::ids::Region>), NoAnswer> {
    let name = arn.resource().split('/').next().unwrap_or("");
    let buckets = || {
        let parts = inventory.accounts.iter().filter_map(|account| Some((&account.id, account.parts()?)));
        parts.flat_map(|(id, parts)| parts.s3.buckets.items().iter().map(move |bucket| (id, bucket)))
    };
    let found = buckets().find(|(_, bucket)| bucket.name == name);
    found.map(|(id, bucket)| (id.clone(), bucket.region.value().cloned())).ok_or_else(|| {
        let likeness = buckets().map(|(_, bucket)| (strsim::jaro_winkler(name, &bucket.name), bucket.name.clone()));
        let best =
            likeness.filter(|(likeness, _)| *likeness > 0.8).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        NoAnswer::NoBucket { name: name.chars().take(80).collect(), nearest: best.map(|(_, name)| name) }
    })
}

/// Whether the inventory holds a resource.
fn seen(inventory: &Inventory, arn: &Arn) -> bool {
    let text = arn.as_str();
    listed(inventory).into_iter().any(|one| {
        one == arn
            || (one.service() == "s3" && text.strip_prefix(one.as_str()).is_some_and(|rest| rest.starts_with('/')))
    })
}

/// What the inventory holds of nearly this name, of the same service and account.
fn nearest(inventory: &Inventory, arn: &Arn) -> Option<String> {
    let alike = |one: &&Arn| one.service() == arn.service() && one.account() == arn.account();
    let likeness = |one: &Arn| (strsim::jaro_winkler(arn.resource(), one.resource()), one.to_string());
    let all = listed(inventory).into_iter().filter(alike).map(likeness).filter(|(likeness, _)| *likeness > 0.9);
    all.max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(&a.1))).map(|(_, near)| near)
}

/// Every resource of the inventory.
fn listed(inventory: &Inventory) -> Vec<&Arn> {
    let mut all = Vec::new();
    for account in &inventory.accounts {
        let Some(parts) = account.parts() else { continue };
        all.extend(parts.s3.buckets.items().iter().map(|one| &one.arn));
        for (_, parts) in account.regions() {
            let vaults = parts.backup.vaults.items();
            let points = vaults.iter().flat_map(|vault| vault.recovery_points.value().into_iter().flatten());
            all.extend(parts.rds.db_instances.items().iter().map(|one| &one.arn));
            all.extend(parts.rds.db_clusters.items().iter().map(|one| &one.arn));
            all.extend(parts.rds.db_snapshots.items().iter().map(|one| &one.arn));
            all.extend(parts.rds.db_cluster_snapshots.items().iter().map(|one| &one.arn));
            all.extend(parts.dynamodb.tables.items().iter().map(|one| &one.arn));
            all.extend(parts.kms.keys.items().iter().map(|one| &one.reference));
            all.extend(vaults.iter().map(|one| &one.arn));
            all.extend(points.map(|one| &one.arn));
        }
        if let Some(details) = parts.iam.authorization_details.value() {
            all.extend(details.roles.iter().map(|one| &one.arn));
            all.extend(details.users.iter().map(|one| &one.arn));
        }
    }
    all
}

/// The first thing that stops each of the others, most first.
fn stops(reach: &Reach<'_, '_>, names: &Names, others: &[NodeId], targets: &[Target]) -> Vec<Stop> {
    let mut found: BTreeMap<(bool, String), Vec<String>> = BTreeMap::new();
    for node in others {
        let Some(who) = reach.who_of(*node) else { continue };
        // An action without resources is called in one's own account.
        let own = targets.iter().find(|target| target.owner.as_str() == who.caller.account());
        let Some(target) = own.or(targets.first()) else { continue };
        let named = match who.own {
            super::judge::Own::Everything => true,
            super::judge::Own::Policies(set) => set.names_action(&target.action),
        };
        let why = reach.judge.why(&who, &target.question(reach.held(target)));
        let key = match (why.against.first(), why.missing.first()) {
            _ if !named => (false, "no policy of their own names the action".to_owned()),
            (Some(cited), _) => (true, names.cited(cited).unwrap_or_else(|| cite(cited))),
            (None, Some(missing)) => (false, missing_words(missing, names)),
            (None, None) => (false, "nothing that leads there".to_owned()),
        };
        found.entry(key).or_default().push(reach.label(*node));
    }
    let mut stops: Vec<Stop> = found
        .into_iter()
        .map(|((denies, guard), mut principals)| {
            principals.sort();
            let count = principals.len();
            principals.truncate(SHOWN);
            Stop { guard, denies, count, principals }
        })
        .collect();
    stops.sort_by(|a, b| (b.count, b.denies, &a.guard).cmp(&(a.count, a.denies, &b.guard)));
    stops
}

/// Where an allow is missing, in words.
pub(crate) fn missing_words(missing: &str, names: &Names) -> String {
    match missing {
        "identity" => "their own policies do not allow it on this resource".to_owned(),
        "boundary" => "their permissions boundary does not allow it".to_owned(),
        "resource" => "they are of another account, and no policy of the resource lets them in".to_owned(),
        "session" => "the session's policy does not allow it".to_owned(),
        level => format!("no service control policy allows it at {}", names.at(level)),
    }
}

fn gaps(teller: &Teller<'_, '_, '_>, search: &super::Search, targets: &[Target]) -> Vec<Unread> {
    let mut all: Vec<Unread> =
        targets.iter().flat_map(|target| teller.gaps(search, targets, &target.owner, |_| true)).collect();
    all = crate::analysis::context::merge(all);
    all.sort();
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::fixture::{PROD, arn, bucket, db, db_arn, denied, inventory, parts, put, region};
    use crate::demo::build::{role, user};
    use crate::model::gap::Collected;
    use crate::model::operation::Operation;

    fn made() -> Inventory {
        let mut inventory = inventory(&[PROD]);
        let mut none = crate::analysis::tests::organization(&[]);
        none.description = crate::analysis::fixture::read(None);
        inventory.organization = Some(none);
        put(&mut region(&mut inventory, PROD, "eu-west-1").rds.db_instances, db("orders"));
        put(&mut parts(&mut inventory, PROD).s3.buckets, bucket("ledger"));
        let mut operator = role(PROD, "/", "operator", r#"{"Service":"ec2.amazonaws.com"}"#, "X");
        operator.attached_policies.clear();
        operator.inline_policies = vec![crate::model::iam::InlinePolicy {
            name: "own".to_owned(),
            document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"rds:*","Resource":"*"},{"Sid":"Never","Effect":"Deny","Action":"rds:Delete*","Resource":"*"}]}"#.to_owned(),
        }];
        let mut reader = user(PROD, "reader", "X");
        reader.attached_policies.clear();
        let details = parts(&mut inventory, PROD).iam.authorization_details.value_mut().unwrap();
        details.roles.push(operator);
        details.users.push(reader);
        inventory
    }

    #[test]
    fn everybody_is_told_of_once() {
        let settings = Settings::default();
        let answer = who_can(&made(), &settings, "rds:DeleteDBInstance", Some(&arn(&db_arn("orders")))).unwrap();
        let can: Vec<&str> = answer.can.iter().map(|one| one.who.as_str()).collect();
        assert_eq!(can, [format!("arn:aws:iam::{PROD}:root")]);
        let stopped: Vec<(&str, usize)> = answer.stopped.iter().map(|one| (one.guard.as_str(), one.count)).collect();
        let want = [("identity policy inline:own, \"Never\"", 1), ("no policy of their own names the action", 1)];
        assert_eq!(stopped, want);
        assert_eq!((answer.asked, answer.resource_seen, answer.unread.len()), (3, true, 0));
        let other = who_can(&made(), &settings, "rds:DeleteDBInstance", Some(&arn(&db_arn("lost")))).unwrap();
        assert!(!other.resource_seen);
    }

    #[test]
    fn buckets_are_looked_up_and_a_near_miss_is_answered() {
        let settings = Settings::default();
        let ask = |text: &str| who_can(&made(), &settings, "s3:DeleteBucket", Some(&arn(text)));
        assert!(ask("arn:aws:s3:::ledger/a").unwrap().resource_seen);
        let error = ask("arn:aws:s3:::ledgre").unwrap_err().to_string();
        assert!(error.ends_with("did you mean \"ledger\"?"), "{error}");
        assert!(matches!(ask("arn:aws:sns:::x"), Err(NoAnswer::NoAccount(_))));
    }

    #[test]
    fn what_is_unread_is_said() {
        let mut inventory = made();
        parts(&mut inventory, PROD).iam.authorization_details =
            Collected::Gap(denied(Operation::IamGetAccountAuthorizationDetails));
        let answer =
            who_can(&inventory, &Settings::default(), "rds:DeleteDBInstance", Some(&arn(&db_arn("orders")))).unwrap();
        assert_eq!(answer.unread.len(), 1);
    }
}
