//! The organization: its tree, five units deep, its accounts, and who governs.

use std::collections::BTreeMap;

use crate::demo::build::{days_ago, id, none, read, value};
use crate::model::gap::Answer;
use crate::model::organization::{
    Account, AccountState, DelegatedAdministrator, Organization, OrganizationInventory, OrganizationalUnit, Root,
};

use super::Shape;
use super::policies;
use super::random::Chance;
use super::world::{Member, Purpose, World};

pub(super) const ROOT: &str = "r-f1ee";
pub(super) const ORGANIZATION: &str = "o-f1ee7a1b2c";

/// The first accounts have a purpose of their own; workloads follow.
pub(super) const FURNITURE: usize = 16;

/// Accounts that one backup account serves.
const SERVED: usize = 600;

/// A unit before its ARN.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) parent: String,
    /// Whether a region guard without an exemption for palisade stands at it or above it.
    pub(super) guarded: bool,
}

/// The units, and which of them take workloads.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    pub(super) units: Vec<Unit>,
    /// Where workloads sit, each with the environment that the unit's name tells.
    homes: Vec<(usize, Option<&'static str>)>,
}

/// How units name environments; the second word is what an account in them would say.
const STAGES: [&[(&str, &str)]; 5] = [
    &[("Production", "prod"), ("NonProduction", "nonprod")],
    &[("Prod", "prd"), ("Staging", "stg"), ("Dev", "dev")],
    &[("live", "live"), ("test", "test")],
    &[("PRD", "prod"), ("UAT", "uat"), ("SDLC", "dev")],
    &[("prod-eu", "prod"), ("pre-prod", "preprod"), ("sandbox", "sbx")],
];

const BUSINESSES: [&str; 8] =
    ["Retail", "Payments", "Logistics", "Corporate", "Data & Analytics", "Gaming", "Médias", "Health"];
const DOMAINS: [&str; 6] = ["Core", "Web", "Mobile", "Platform", "Partner", "Legacy"];
const TEAMS: [&str; 6] = ["Team A", "Team B", "Red", "Blue", "Falcon", "Otter"];

impl Tree {
    /// A tree for so many accounts: a landing zone, and below `Workloads` business, domain, environment and team.
    pub(super) fn new(seed: u64, accounts: usize) -> Self {
        let mut tree = Self { units: Vec::new(), homes: Vec::new() };
        let mut chance = Chance::of(seed, "tree", 0);
        for name in ["Security", "Infrastructure", "Sandbox", "Suspended", "Policy Staging"] {
            let at = tree.grow(ROOT, name, false);
            if name == "Sandbox" {
                tree.homes.push((at, Some("sandbox")));
            }
        }
        let workloads = tree.grow(ROOT, "Workloads", false);
        let businesses = (accounts / 120).clamp(1, BUSINESSES.len());
        for business in BUSINESSES.iter().take(businesses) {
            // One business in three closes the regions that it does not use.
            let guarded = chance.percent(33);
            let business = tree.grow_below(workloads, business, guarded);
            for domain in DOMAINS.iter().take(1 + chance.below(3)) {
                let domain = tree.grow_below(business, domain, false);
                let stages = chance.pick(&STAGES);
                for (name, word) in stages {
                    let stage = tree.grow_below(domain, name, false);
                    tree.homes.push((stage, Some(word)));
                    let team = chance.pick(&TEAMS);
                    let team = tree.grow_below(stage, team, false);
                    tree.homes.push((team, Some(word)));
                }
                // Many accounts lie where nothing tells their environment.
                tree.homes.push((domain, None));
            }
        }
        tree
    }

    fn grow(&mut self, parent: &str, name: &str, guarded: bool) -> usize {
        let number = self.units.len();
        let id = format!("ou-f1ee-{number:08}");
        self.units.push(Unit { id, name: name.to_owned(), parent: parent.to_owned(), guarded });
        number
    }

    fn grow_below(&mut self, parent: usize, name: &str, guarded: bool) -> usize {
        let (parent, above) = self.units.get(parent).map_or((ROOT.to_owned(), false), |u| (u.id.clone(), u.guarded));
        self.grow(&parent, name, guarded || above)
    }

    /// The unit of this name.
    pub(super) fn named(&self, name: &str) -> Option<&Unit> {
        self.units.iter().find(|unit| unit.name == name)
    }
}

/// The purpose of an account by its number.
fn purpose(number: usize, accounts: usize) -> Purpose {
    let backups = accounts.div_ceil(SERVED).clamp(1, FURNITURE - 4);
    match number {
        0 => Purpose::Management,
        1 => Purpose::LogArchive,
        2 => Purpose::Audit,
        3 => Purpose::Delivery,
        number if number - 4 < backups => Purpose::Backup,
        _ => Purpose::Workload,
    }
}

/// The account of this number.
pub(super) fn member(seed: u64, number: usize, shape: &Shape, tree: &Tree) -> Member {
    // Numbers are spread over all twelve digits, and no two meet: the step has no factor in common with the span.
    let span = 900_000_000_000_u64;
    let mut start = Chance::of(seed, "ids", 0);
    let at = (start.next() % span + (number as u64 % span) * 618_033_988_747 % span) % span;
    let id = id(&format!("{}", 100_000_000_000 + at));
    let mut chance = Chance::of(seed, "member", number);
    let purpose = purpose(number, shape.accounts);
    let unit = |name: &str| tree.named(name).map_or(ROOT.to_owned(), |unit| unit.id.clone());
    let plain = |name: &str, parent: String| Member {
        number,
        id,
        name: name.to_owned(),
        parent,
        purpose,
        environment: None,
        guarded: false,
        inactive: false,
    };
    match purpose {
        Purpose::Management => plain("Management", ROOT.to_owned()),
        Purpose::LogArchive => plain("Log Archive", unit("Security")),
        Purpose::Audit => plain("Audit", unit("Security")),
        Purpose::Delivery => plain("Shared Services", unit("Infrastructure")),
        Purpose::Backup => plain(&format!("Backup {}", number - 3), unit("Infrastructure")),
        Purpose::Workload if chance.permille(shape.suspended_accounts) => {
            Member { inactive: true, ..plain(&format!("retired-{number}"), unit("Suspended")) }
        }
        Purpose::Workload => {
            let at = chance.below(tree.homes.len());
            let (home, told) = tree.homes.get(at).copied().unwrap_or_default();
            let home = tree.units.get(home);
            let environment = told.or_else(|| chance.percent(40).then(|| chance.pick(&["prod", "dev", "qa", "stage"])));
            let parent = home.map_or(ROOT.to_owned(), |unit| unit.id.clone());
            let name = account_name(number, environment, &mut chance);
            let guarded = home.is_some_and(|unit| unit.guarded);
            Member { environment, guarded, ..plain(&name, parent) }
        }
    }
}

/// An account's name in one of the ways in which people name accounts.
fn account_name(number: usize, environment: Option<&str>, chance: &mut Chance) -> String {
    let product = chance.pick(&["shop", "billing", "search", "crm", "ledger", "media", "iot", "hr", "fraud", "façade"]);
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    };
    match environment {
        Some(stage) => match chance.below(6) {
            0 => format!("{product}-{number}-{stage}"),
            1 => format!("{stage}-{product}-{number}"),
            2 => format!("{}{}{number}", capital(product), capital(stage)),
            3 => format!("{} {number} ({})", capital(product), stage.to_uppercase()),
            // The unit alone tells it.
            _ => format!("{product} {number}"),
        },
        None => format!("{product}_{number}"),
    }
}

/// The organization around the accounts.
pub(super) fn organization(world: &World) -> OrganizationInventory {
    let (partition, management) = (&world.partition, &world.management().id);
    let arn = |resource: &str| id(&format!("arn:{partition}:organizations::{management}:{resource}"));
    let units = world.tree.units.iter().map(|unit| OrganizationalUnit {
        id: unit.id.clone(),
        arn: arn(&format!("ou/{ORGANIZATION}/{}", unit.id)),
        name: unit.name.clone(),
        parent: unit.parent.clone(),
    });
    let accounts = world.members.iter().map(|member| account(world, member)).collect();
    let policy_types = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "BACKUP_POLICY", "TAG_POLICY"];
    OrganizationInventory {
        description: read(Some(Organization {
            id: ORGANIZATION.into(),
            arn: arn(&format!("organization/{ORGANIZATION}")),
            feature_set: "ALL".into(),
            management_account: management.clone(),
        })),
        roots: read(vec![Root {
            id: ROOT.into(),
            arn: arn(&format!("root/{ORGANIZATION}/{ROOT}")),
            name: "Root".into(),
            policy_types: policy_types.map(|kind| (kind.to_owned(), "ENABLED".to_owned())).into(),
        }]),
        units: read(units.collect()),
        accounts: read(accounts),
        scps: read(policies::service_control(world)),
        rcps: read(policies::resource_control(world)),
        delegated_administrators: read(administrators(world)),
        trusted_services: read(trusted()),
        resource_policy: read(policies::delegation(world)),
        central_root_features: match world.seed % 3 {
            0 => none(),
            1 => read(vec!["RootCredentialsManagement".into()]),
            _ => read(vec!["RootCredentialsManagement".into(), "RootSessions".into()]),
        },
    }
}

fn trusted() -> Vec<String> {
    let services = [
        "access-analyzer",
        "account",
        "backup",
        "cloudtrail",
        "config",
        "controltower",
        "guardduty",
        "iam",
        "member.org.stacksets.cloudformation",
        "ram",
        "securityhub",
        "sso",
    ];
    services.map(|service| format!("{service}.amazonaws.com")).into()
}

fn administrators(world: &World) -> Vec<DelegatedAdministrator> {
    let of = |purpose, services: &[&str]| {
        world.of(purpose).next().map(|member| DelegatedAdministrator {
            id: member.id.clone(),
            services: value(services.iter().map(|service| format!("{service}.amazonaws.com")).collect()),
        })
    };
    let audit = of(Purpose::Audit, &["access-analyzer", "config", "guardduty", "securityhub"]);
    let backup = of(Purpose::Backup, &["backup"]);
    audit.into_iter().chain(backup).collect()
}

fn account(world: &World, member: &Member) -> Account {
    let (partition, management) = (&world.partition, &world.management().id);
    let state = match (member.inactive, member.number % 3) {
        (false, _) => AccountState::Active,
        (true, 0) => AccountState::Closed,
        (true, 1) => AccountState::Suspended,
        (true, _) => AccountState::PendingActivation,
    };
    Account {
        id: member.id.clone(),
        arn: id(&format!("arn:{partition}:organizations::{management}:account/{ORGANIZATION}/{}", member.id)),
        name: member.name.clone(),
        state,
        parent: Answer::Value(member.parent.clone()),
        joined_at: Some(days_ago(900 - i64::try_from(member.number % 800).unwrap_or(0))),
        tags: None,
    }
}

/// The tags that tell an environment, in one of the ways in which people write them; empty where none does.
pub(super) fn environment_tags(stage: Option<&str>, chance: &mut Chance) -> BTreeMap<String, String> {
    let Some(stage) = stage.filter(|_| chance.percent(65)) else { return BTreeMap::new() };
    let key = chance.pick(&["env", "Env", "ENV", "environment", "Environment", "stage", "Stage"]);
    let value = match chance.below(4) {
        0 => stage.to_uppercase(),
        1 => format!("{stage}-eu"),
        _ => stage.to_owned(),
    };
    BTreeMap::from([(key.to_owned(), value)])
}
