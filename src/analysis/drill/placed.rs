//! Where each resource lies, and what the inventory knows of it. Imports the table.

use std::collections::{BTreeMap, BTreeSet};

use super::table::{self, Holds, Row};
use crate::analysis::context::Context;
use crate::analysis::environment::counts_as_production;
use crate::analysis::header;
use crate::analysis::state::{Family, Resources, family};
use crate::model::facts::{Class, Fact, Facts, ResourceFact, SubjectKind};
use crate::model::ids::{AccountId, Arn, Region};
use crate::model::terraform::StateResource;

/// Providers whose resources live in the state alone.
const LOCAL: [&str; 6] = ["random", "null", "time", "tls", "local", "terraform"];

/// A resource in its place.
#[derive(Debug)]
pub(super) struct Placed<'a> {
    pub(super) resource: &'a StateResource,
    pub(super) rows: &'static [Row],
    pub(super) arn: Option<Arn>,
    pub(super) account: Option<AccountId>,
    pub(super) region: Option<Region>,
    pub(super) fact: Option<&'a Fact<ResourceFact>>,
    pub(super) environment: Option<String>,
    /// Whether it holds data of its own.
    pub(super) data: bool,
    pub(super) standing: Place,
}

/// Whether anything can be said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// It lies where the inventory looked.
    Known,
    /// It does not, or it is not known where it lies: why.
    Unknown(String),
    /// Nothing in AWS is touched: why.
    Nothing(String),
}

impl Placed<'_> {
    pub(super) fn production(&self) -> bool {
        counts_as_production(self.environment.as_deref())
    }

    pub(super) fn class(&self) -> Option<Class> {
        self.fact.and_then(|fact| fact.subject.class)
    }

    /// Its ARN as text.
    pub(super) fn text(&self) -> Option<&str> {
        self.arn.as_ref().map(Arn::as_str)
    }
}

/// The account and region in which the resources of one provider block lie, where all that tell agree.
#[derive(Debug, Default)]
struct Home {
    accounts: BTreeSet<AccountId>,
    regions: BTreeSet<Region>,
}

/// Puts every resource in its place.
pub(super) fn all<'a>(cx: &Context<'_>, facts: &'a Facts, resources: &[&'a StateResource]) -> Vec<Placed<'a>> {
    let claims = Resources::new(&facts.resources, BTreeMap::new());
    let mut homes: BTreeMap<&str, Home> = BTreeMap::new();
    for resource in resources {
        let home = homes.entry(resource.provider.as_str()).or_default();
        let Some(arn) = recorded(resource) else { continue };
        home.accounts.extend(arn.account());
        home.regions.extend(arn.region());
    }
    let mut placed: Vec<Placed<'a>> = resources
        .iter()
        .map(|resource| place(cx, facts, &claims, homes.get(resource.provider.as_str()), resource))
        .collect();
    by_account(cx, &mut placed);
    placed
}

/// The ARN that a state records; the id of some types is one.
fn recorded(resource: &StateResource) -> Option<Arn> {
    let texts = [resource.arn.as_deref(), resource.id.as_deref()];
    texts.into_iter().flatten().find_map(|text| text.parse().ok())
}

fn place<'a>(
    cx: &Context<'_>,
    facts: &'a Facts,
    claims: &Resources<'a>,
    home: Option<&Home>,
    resource: &'a StateResource,
) -> Placed<'a> {
    let rows = table::calls(&resource.resource_type);
    let fact = claims.of(resource).and_then(|at| claims.fact(at));
    let only = |set: &BTreeSet<AccountId>| set.first().filter(|_| set.len() == 1).cloned();
    let own = recorded(resource);
    let mut account =
        fact.and_then(|fact| fact.subject.account.clone()).or_else(|| own.as_ref().and_then(Arn::account));
    account = account.or_else(|| home.and_then(|home| only(&home.accounts)));
    let region = fact.and_then(|fact| fact.subject.region.clone()).or_else(|| own.as_ref().and_then(Arn::region));
    let region =
        region.or_else(|| home.and_then(|home| home.regions.first().filter(|_| home.regions.len() == 1).cloned()));
    let template = rows.first().and_then(|row| row.arn.as_deref());
    let arn = own.or_else(|| filled(cx, template?, resource.id.as_deref(), account.as_ref()?, region.as_ref()));
    let environment = match fact {
        Some(fact) => fact.subject.environment.clone(),
        None => header::named(cx, &resource.attributes.environment_tags),
    };
    let data = match fact {
        Some(fact) => {
            fact.detail.cluster.is_none()
                && matches!(fact.subject.class, Some(Class::Data | Class::Unclassified) | None)
        }
        None => table::holds(&resource.resource_type) == Some(Holds::Data),
    };
    let mut placed = Placed { resource, rows, arn, account, region, fact, environment, data, standing: Place::Known };
    placed.standing = standing(cx, facts, &placed);
    placed
}

/// A template `service:resource` or `service:::resource` filled in.
pub(super) fn filled(
    cx: &Context<'_>,
    template: &str,
    id: Option<&str>,
    account: &AccountId,
    region: Option<&Region>,
) -> Option<Arn> {
    let partition = &cx.inventory.caller.partition;
    let (service, rest) = template.split_once(':')?;
    if rest.contains("{id}") && id.is_none() {
        return None;
    }
    let rest = rest.replace("{id}", id.unwrap_or_default());
    let text = match (service, rest.strip_prefix("::")) {
        // Buckets and zones have no account in their ARN.
        ("s3" | "route53", Some(rest)) => format!("arn:{partition}:{service}:::{rest}"),
        (_, Some(rest)) => format!("arn:{partition}:{service}::{account}:{rest}"),
        _ => format!("arn:{partition}:{service}:{}:{account}:{rest}", region?),
    };
    text.parse().ok()
}

/// The provider's name: `aws` of `provider["registry.terraform.io/hashicorp/aws"].west`.
fn provider(resource: &StateResource) -> &str {
    let quoted = resource.provider.split('"').nth(1).unwrap_or("");
    let name = quoted.rsplit('/').next().unwrap_or("");
    if name.is_empty() { resource.resource_type.split('_').next().unwrap_or("") } else { name }
}

fn standing(cx: &Context<'_>, facts: &Facts, placed: &Placed<'_>) -> Place {
    let resource = placed.resource;
    let kind = &resource.resource_type;
    if LOCAL.contains(&provider(resource)) {
        return Place::Nothing("it lives in the state alone, and no call to AWS is made".to_owned());
    }
    if placed.rows.is_empty() {
        return Place::Unknown(match kind.as_str() {
            "" => "palisade does not know what deletes a resource of this kind".to_owned(),
            kind => format!("palisade does not know what the provider calls to delete {kind}"),
        });
    }
    if resource.attributes.skip_destroy == Some(true)
        && placed.rows.iter().any(|row| row.when == table::When::SkipDestroy)
    {
        return Place::Nothing(
            "the state says skip_destroy = true: Terraform forgets it and leaves it in AWS".to_owned(),
        );
    }
    let ours = &cx.inventory.caller.partition;
    if let Some(arn) = placed.arn.as_ref().filter(|arn| arn.partition() != ours.as_str()) {
        return Place::Unknown(format!("it lies in the partition {}, and {ours} was scanned", arn.partition()));
    }
    let Some(account) = &placed.account else {
        return Place::Unknown("in which account it lies does not follow from the state".to_owned());
    };
    let Some(parts) = cx.inventory.account(account).and_then(|account| account.parts()) else {
        return Place::Unknown(format!("account {account} was not scanned"));
    };
    gone(facts, placed, account, parts.regional.iter().map(|one| &one.region))
}

/// A database, table or bucket that AWS does not report: the refresh before the destroy drops it, where all was listed.
fn gone<'r>(
    facts: &Facts,
    placed: &Placed<'_>,
    account: &AccountId,
    mut regions: impl Iterator<Item = &'r Region>,
) -> Place {
    let kind = match family(&placed.resource.resource_type) {
        _ if placed.fact.is_some() => return Place::Known,
        None => return Place::Known,
        Some(Family::Instance) => SubjectKind::DbInstance,
        Some(Family::Cluster) => SubjectKind::DbCluster,
        Some(Family::Table) => SubjectKind::DynamoDbTable,
        Some(Family::Bucket) => SubjectKind::S3Bucket,
    };
    let unlisted =
        facts.unlisted.iter().any(|one| one.kind == kind && one.account.as_ref().is_none_or(|id| id == account));
    let elsewhere = placed.region.as_ref().is_some_and(|region| !regions.any(|one| one == region));
    match placed.region.as_ref() {
        _ if unlisted => {
            Place::Unknown("whether AWS still has it, and how it is protected, could not be listed".to_owned())
        }
        Some(region) if elsewhere && kind != SubjectKind::S3Bucket => {
            Place::Unknown(format!("region {region} of account {account} was not scanned"))
        }
        None if kind != SubjectKind::S3Bucket => {
            Place::Unknown("in which region it lies does not follow from the state".to_owned())
        }
        _ if kind == SubjectKind::S3Bucket => Place::Unknown(
            "none of the scanned accounts reports this bucket: it is gone, or another account's".to_owned(),
        ),
        _ => Place::Nothing(
            "AWS reports no such resource: the refresh before the destroy drops it from the state".to_owned(),
        ),
    }
}

/// What says nothing of its environment has that of its account, unless others of that account in the same list say their own.
fn by_account(cx: &Context<'_>, placed: &mut [Placed<'_>]) {
    let telling: BTreeSet<AccountId> =
        placed.iter().filter(|one| one.environment.is_some()).filter_map(|one| one.account.clone()).collect();
    for one in placed.iter_mut().filter(|one| one.environment.is_none() && one.fact.is_none()) {
        if let Some(account) = one.account.as_ref().filter(|account| !telling.contains(*account)) {
            one.environment = cx.environments.of_account(account).environment;
        }
    }
}
