//! What a question comes to: the data that is judged, its accounts and states, and what of that is not known. Knows `model` alone.

use std::collections::{BTreeMap, BTreeSet};

use super::item;
use crate::model::facts::{Class, Fact, Facts, ResourceFact, SubjectKind, Unlisted};
use crate::model::ids::{AccountId, Arn};
use crate::model::posture::Posture;
use crate::model::ready::{Clear, Item, ItemStatus, Question, ReadyResource};

/// Something was named that the inventory does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotHeld {
    /// An account.
    #[error("the inventory holds no account {id}{}", near(nearest.as_deref()))]
    Account {
        /// The account.
        id: AccountId,
        /// The nearest that it holds.
        nearest: Option<String>,
    },
    /// A resource, where its account and region were listed.
    #[error("the inventory holds no resource {arn}{}", near(nearest.as_deref()))]
    Resource {
        /// The resource.
        arn: String,
        /// The nearest that it holds.
        nearest: Option<String>,
    },
    /// A state.
    #[error("the inventory holds no state {state}{}", near(nearest.as_deref()))]
    State {
        /// The state.
        state: String,
        /// The nearest that it holds.
        nearest: Option<String>,
    },
}

fn near(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!("; did you mean {nearest}?"))
}

/// What a question comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Scope {
    /// The data that is judged.
    pub resources: Vec<ReadyResource>,
    /// The states that were named.
    pub states: Vec<String>,
    /// The accounts of which all data is meant.
    pub(super) whole: BTreeSet<AccountId>,
    /// What of the scope is not known, and what is.
    pub(super) items: Vec<Item>,
}

/// The kinds of things that hold data.
const STORES: [SubjectKind; 4] =
    [SubjectKind::DbInstance, SubjectKind::DbCluster, SubjectKind::DynamoDbTable, SubjectKind::S3Bucket];

impl Scope {
    /// Finds what the question names.
    ///
    /// # Errors
    /// [`NotHeld`] where it names what the inventory would hold if it were there.
    pub fn of(question: &Question, facts: &Facts, posture: &Posture) -> Result<Self, NotHeld> {
        let mut finder = Finder { facts, posture, chosen: BTreeMap::new(), whole: BTreeSet::new(), items: Vec::new() };
        for account in &question.accounts {
            finder.account(account)?;
        }
        for arn in &question.resources {
            finder.resource(arn)?;
        }
        for state in &question.states {
            finder.state(state)?;
        }
        if question.is_everything() {
            finder.everything();
        }
        let Finder { chosen, whole, mut items, .. } = finder;
        let resources: Vec<ReadyResource> = chosen.into_values().map(summary).collect();
        if resources.is_empty() && question.states.is_empty() && items.is_empty() {
            items.push(Item {
                clear: Some(Clear {
                    change: "read more of the organization, or name the resources that are to be migrated".to_owned(),
                    command: None,
                }),
                ..item(
                    "scope",
                    ItemStatus::CannotVerify,
                    ("production", "production"),
                    "No production data was found: nothing was judged.",
                )
            });
        }
        if items.is_empty() {
            let (data, states) = (counted(resources.len(), "data store"), counted(question.states.len(), "state"));
            let what = if question.states.is_empty() { data } else { format!("{data}, {states}") };
            let said = format!("Everything that was asked about was found and listed: {what}.");
            items.push(item("scope", ItemStatus::Holds, ("scope", "scope"), said));
        }
        Ok(Self { resources, states: question.states.clone(), whole, items })
    }

    /// The facts of the data that is judged.
    pub(super) fn facts<'f>(&self, facts: &'f Facts) -> Vec<&'f Fact<ResourceFact>> {
        let arns: BTreeSet<&str> = self.resources.iter().map(|one| one.arn.as_str()).collect();
        facts.resources.iter().filter(|fact| arns.contains(fact.subject.arn.as_str())).collect()
    }

    /// The ARNs of the data that is judged.
    #[must_use]
    pub fn arns(&self) -> Vec<Arn> {
        self.resources.iter().filter_map(|one| one.arn.parse().ok()).collect()
    }

    /// The accounts of the data.
    pub(super) fn accounts(&self) -> BTreeSet<AccountId> {
        self.resources.iter().filter_map(|one| one.account.clone()).collect()
    }
}

fn plural(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::DbInstance => "DB instances",
        SubjectKind::DbCluster => "DB clusters",
        SubjectKind::DynamoDbTable => "DynamoDB tables",
        _ => "buckets",
    }
}

/// `1 state`, `2 states`.
pub(super) fn counted(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

fn summary(fact: &Fact<ResourceFact>) -> ReadyResource {
    ReadyResource {
        account: fact.subject.account.clone(),
        arn: fact.subject.arn.clone(),
        name: fact.subject.name.clone(),
        kind: fact.subject.kind.as_str().to_owned(),
        environment: fact.subject.environment.clone(),
    }
}

struct Finder<'f> {
    facts: &'f Facts,
    posture: &'f Posture,
    /// By account and ARN.
    chosen: BTreeMap<(Option<AccountId>, &'f str), &'f Fact<ResourceFact>>,
    whole: BTreeSet<AccountId>,
    items: Vec<Item>,
}

impl<'f> Finder<'f> {
    fn choose(&mut self, fact: &'f Fact<ResourceFact>) {
        self.chosen.insert((fact.subject.account.clone(), fact.subject.arn.as_str()), fact);
    }

    fn unsure(&mut self, (subject, name): (&str, &str), account: Option<&AccountId>, said: String, change: &str) {
        let clear = Clear { change: change.to_owned(), command: None };
        let unsure = item("scope", ItemStatus::CannotVerify, (subject, name), said);
        self.items.push(Item { account: account.cloned(), clear: Some(clear), ..unsure });
    }

    fn everything(&mut self) {
        for fact in self.facts.resources.iter().filter(|fact| fact.detail.layers.is_some()) {
            self.choose(fact);
        }
        let production = self.facts.accounts.iter().filter(|fact| fact.subject.production && fact.detail.scanned);
        self.whole.extend(production.filter_map(|fact| fact.subject.account.clone()));
        self.unlisted(|_| true);
    }

    /// What may be there and was not listed.
    fn unlisted(&mut self, concerns: impl Fn(&Unlisted) -> bool) {
        let here = |one: &&Unlisted| STORES.contains(&one.kind) && one.production && concerns(one);
        let mut by_account: BTreeMap<Option<AccountId>, Vec<&Unlisted>> = BTreeMap::new();
        for one in self.facts.unlisted.iter().filter(here) {
            by_account.entry(one.account.clone()).or_default().push(one);
        }
        for (account, list) in by_account {
            let kinds: BTreeSet<&str> = list.iter().map(|one| plural(one.kind)).collect();
            let kinds: Vec<&str> = kinds.into_iter().collect();
            let gap = list.iter().flat_map(|one| &one.gaps).min();
            let why = gap.map_or_else(String::new, |gap| format!(": {} ({})", gap.gap.operation, gap.gap.message));
            let subject = account.as_ref().map_or_else(|| "organization".to_owned(), ToString::to_string);
            let said = format!("There may be {} that palisade has not seen{why}.", kinds.join(", "));
            self.unsure(
                (&subject, &subject),
                account.as_ref(),
                said,
                "let the audit role read it (`palisade permissions` prints its policy), or name the resources that are to be migrated",
            );
        }
    }

    fn account(&mut self, id: &AccountId) -> Result<(), NotHeld> {
        let Some(account) = self.posture.accounts.iter().find(|account| account.id == *id) else {
            let names = self.posture.accounts.iter().map(|account| account.id.as_str());
            return Err(NotHeld::Account { id: id.clone(), nearest: nearest(id.as_str(), names, 0.9) });
        };
        let name = account.name.clone().unwrap_or_else(|| id.to_string());
        if !account.scanned {
            let change = "collect it as well: it was left out, is suspended, or could not be entered";
            self.unsure((id.as_str(), &name), Some(id), "The account was not read.".to_owned(), change);
            return Ok(());
        }
        let here =
            |fact: &&Fact<ResourceFact>| fact.subject.account.as_ref() == Some(id) && fact.detail.layers.is_some();
        let found: Vec<_> = self.facts.resources.iter().filter(here).collect();
        let before = self.items.len();
        self.unlisted(|one| one.account.as_ref().is_none_or(|account| account == id));
        if found.is_empty() && self.items.len() == before {
            let said = "The account holds no production data that palisade reads: nothing was judged.".to_owned();
            self.unsure(
                (id.as_str(), &name),
                Some(id),
                said,
                "name another account, or [environments] and [resources] in palisade.toml",
            );
        }
        found.into_iter().for_each(|fact| self.choose(fact));
        self.whole.insert(id.clone());
        Ok(())
    }

    fn resource(&mut self, arn: &Arn) -> Result<(), NotHeld> {
        let facts = self.facts;
        let Some(fact) = facts.resources.iter().find(|fact| fact.subject.arn == arn.as_str()) else {
            return self.missing(arn);
        };
        // The data of a member is its cluster's.
        let cluster = fact.detail.cluster.as_deref().and_then(|name| {
            facts.resources.iter().find(|one| {
                one.subject.kind == SubjectKind::DbCluster
                    && one.subject.account == fact.subject.account
                    && one.subject.region == fact.subject.region
                    && (one.subject.name == name || one.subject.arn == name)
            })
        });
        let fact = cluster.unwrap_or(fact);
        if fact.detail.layers.is_some() {
            self.choose(fact);
            return Ok(());
        }
        let by = |reason: &crate::model::facts::Reason| format!("told by {}: {}", reason.by, reason.what);
        let (why, change) = match (fact.subject.class, &fact.subject.environment) {
            (Some(Class::Unclassified) | None, _) => (
                "nobody has said yet whether it holds production data".to_owned(),
                "tag it data-class = data (or operational, or derived), or name it in [resources] of palisade.toml",
            ),
            (Some(Class::Data), Some(word)) => (
                format!("its environment is {word} ({})", by(&fact.detail.environment_by)),
                "ask about production data; where this is some, set its environment in [environments] of palisade.toml",
            ),
            (Some(class), _) => (
                format!("its class is {} ({})", class.as_str(), by(&fact.detail.class_by)),
                "ask about what it is a copy of; where it is data of its own, name it in [resources] of palisade.toml",
            ),
        };
        let said = format!("The rules are those of production data, and {why}: nothing was judged.");
        self.unsure((arn.as_str(), &fact.subject.name), fact.subject.account.as_ref(), said, change);
        Ok(())
    }

    /// A resource that the facts do not hold.
    fn missing(&mut self, arn: &Arn) -> Result<(), NotHeld> {
        let account = arn.account();
        let kind = match (arn.service(), arn.resource()) {
            ("rds", rest) if rest.starts_with("db:") => Some(SubjectKind::DbInstance),
            ("rds", rest) if rest.starts_with("cluster:") => Some(SubjectKind::DbCluster),
            ("dynamodb", rest) if rest.starts_with("table/") && rest.matches('/').count() == 1 => {
                Some(SubjectKind::DynamoDbTable)
            }
            ("s3", rest) if !rest.contains('/') => Some(SubjectKind::S3Bucket),
            _ => None,
        };
        let scanned = |id: &AccountId| self.posture.accounts.iter().any(|one| one.id == *id && one.scanned);
        let hidden = |one: &Unlisted| {
            Some(one.kind) == kind && (account.is_none() || one.account.is_none() || one.account == account)
        };
        let (said, change) = if kind.is_none() {
            (
                "Palisade does not read what this is, so that nothing can be said of its survival.",
                "judge it by hand: palisade reads RDS, DynamoDB and S3",
            )
        } else if account.as_ref().is_some_and(|id| !scanned(id)) {
            ("Its account was not read.", "collect its account as well")
        } else if self.facts.unlisted.iter().any(hidden) {
            (
                "It is not among what was listed, and not everything of its kind could be listed.",
                "let the audit role list it: `palisade permissions` prints its policy",
            )
        } else {
            let names = self.facts.resources.iter().map(|fact| fact.subject.arn.as_str());
            let nearest = nearest(arn.as_str(), names, 0.9);
            return Err(NotHeld::Resource { arn: arn.as_str().chars().take(200).collect(), nearest });
        };
        self.unsure((arn.as_str(), arn.name()), account.as_ref(), said.to_owned(), change);
        Ok(())
    }

    fn state(&mut self, state: &str) -> Result<(), NotHeld> {
        let facts = self.facts;
        let Some(object) = facts.state_objects.iter().find(|one| one.subject.arn == state) else {
            let names = facts.state_objects.iter().map(|one| one.subject.arn.as_str());
            return Err(NotHeld::State {
                state: state.chars().take(300).collect(),
                nearest: nearest(state, names, 0.85),
            });
        };
        let account = object.subject.account.clone();
        if !object.detail.content_read {
            let change =
                "let the state-content role read it: `palisade permissions --role state-content` prints its policy";
            let said = "What the state claims was not read, so that nobody can say what is at stake.".to_owned();
            self.unsure((state, &object.subject.name), account.as_ref(), said, change);
        }
        let claimed = |fact: &&Fact<ResourceFact>| fact.detail.claims.iter().any(|claim| claim.state == state);
        for fact in facts.resources.iter().filter(claimed) {
            if fact.detail.layers.is_some() {
                self.choose(fact);
            } else if fact.subject.production && fact.subject.class == Some(Class::Unclassified) {
                self.resource(
                    &fact
                        .subject
                        .arn
                        .parse()
                        .map_err(|_| NotHeld::Resource { arn: fact.subject.arn.clone(), nearest: None })?,
                )?;
            }
        }
        Ok(())
    }
}

fn nearest<'n>(wanted: &str, names: impl Iterator<Item = &'n str>, least: f64) -> Option<String> {
    let likeness = names.map(|name| (strsim::jaro_winkler(wanted, name), name));
    let best = likeness.filter(|(likeness, _)| *likeness > least).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)));
    best.map(|(_, name)| name.to_owned())
}
