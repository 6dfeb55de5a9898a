//! The guards as facts of accounts, and of services in them.

use std::collections::{BTreeMap, BTreeSet};

use super::words::{Names, SHOWN, opening_in_words, some_of};
use super::{Exemption, Guards, MayPass, Ruling, Who};
use crate::analysis::Context;
use crate::analysis::accounts::LISTS;
use crate::analysis::authority::Authority;
use crate::analysis::context::{item_gap, merge};
use crate::analysis::environment::organizational;
use crate::analysis::header;
use crate::analysis::resources::is_data;
use crate::model::catalogue::{CallableFrom, Category};
use crate::model::facts::{
    AccountFact, AccountServiceFact, Bound, Class, Fact, Facts, GuardExemption, GuardFacts, Source, Subject,
    SubjectKind, Unlisted, Unread,
};
use crate::model::gap::Collected;
use crate::model::ids::{AccountId, Arn};
use crate::model::operation::Collection;
use crate::model::organization::AccountState;

/// What an account without data is asked about.
const USUAL: [&str; 5] = ["backup", "dynamodb", "kms", "rds", "s3"];

/// What data rests on everywhere: the keys that encrypt it, and its recovery points.
const EVERYWHERE: [&str; 2] = ["backup", "kms"];

/// What decides of policies on an account.
const POLICIES: [Collection; 6] = [
    Collection::OrganizationDescription,
    Collection::OrganizationRoots,
    Collection::OrganizationUnits,
    Collection::OrganizationAccounts,
    Collection::OrganizationScps,
    Collection::OrganizationRcps,
];

/// Fills `account_services` and the guards of `accounts`; reads `accounts` and `resources`.
pub(in crate::analysis) fn surroundings(
    cx: &Context<'_>,
    authority: &Authority<'_>,
    guards: &Guards,
    facts: &mut Facts,
) {
    let held = held(facts);
    let teller = Teller { cx, authority, guards, names: Names::new(cx), rests_on: rests_on(cx) };
    let mut services = Vec::new();
    for fact in &mut facts.accounts {
        let Some(id) = fact.subject.account.clone() else { continue };
        let closed = matches!(
            fact.detail.state,
            Some(AccountState::Suspended | AccountState::PendingClosure | AccountState::Closed)
        );
        if closed {
            continue;
        }
        let none = BTreeMap::new();
        let held = held.get(&id).unwrap_or(&none);
        let asked: BTreeSet<&str> = match held.is_empty() {
            true => USUAL.into(),
            false => held.keys().copied().chain(EVERYWHERE).collect(),
        };
        let bound = bound(&fact.detail);
        services.extend(
            asked
                .iter()
                .map(|service| teller.service(fact, &id, bound, service, held.get(service).copied().unwrap_or(0))),
        );
        facts.unlisted.extend(hidden(cx, &fact.subject, fact.detail.backup_account, &asked, &fact.unread));
        let unread;
        // Of the account as a whole, services whose data may be hidden are asked about as well.
        let may_hold = TELL.iter().filter(|(_, tell)| fact.unread.iter().any(|gap| tell.contains(&gap.collection)));
        let asked = asked.into_iter().chain(may_hold.map(|(service, _)| *service)).collect();
        (fact.detail.guards, unread) = teller.account(&id, bound, &asked);
        fact.rests_on.extend(teller.rests_on.iter().cloned());
        fact.unread = merge(fact.unread.drain(..).chain(unread));
    }
    facts.account_services = services;
}

/// What tells whether an account holds data of a service.
const TELL: [(&str, &[Collection]); 3] = [
    ("rds", &[Collection::RdsDbInstances, Collection::RdsDbClusters]),
    ("dynamodb", &[Collection::DynamoDbTables, Collection::DynamoDbTags]),
    ("s3", &[Collection::S3Buckets, Collection::S3BucketTags, Collection::S3BucketPolicy]),
];

/// Services that nobody is asked about because no data of theirs was seen, where what could not be read may be such data.
/// An account of another environment is judged by none of their checks.
fn hidden(
    cx: &Context<'_>,
    account: &Subject,
    backup_account: bool,
    asked: &BTreeSet<&str>,
    unread: &[Unread],
) -> Option<Unlisted> {
    if !account.production && !backup_account {
        return None;
    }
    let unseen = TELL.iter().filter(|(service, _)| !asked.contains(service)).flat_map(|(_, tell)| tell.iter());
    let tell: BTreeSet<Collection> = unseen.copied().collect();
    let gaps = unread.iter().filter(|gap| tell.contains(&gap.collection)).cloned().collect();
    header::unlisted(cx, SubjectKind::AccountService, account.account.as_ref()?, gaps)
}

/// Account → service → how many `data` resources.
fn held(facts: &Facts) -> BTreeMap<AccountId, BTreeMap<&'static str, usize>> {
    let mut held: BTreeMap<AccountId, BTreeMap<&'static str, usize>> = BTreeMap::new();
    for fact in facts.resources.iter().filter(|fact| is_data(fact) && fact.subject.class == Some(Class::Data)) {
        let service = match fact.subject.kind {
            SubjectKind::DbInstance | SubjectKind::DbCluster => "rds",
            SubjectKind::DynamoDbTable => "dynamodb",
            SubjectKind::S3Bucket => "s3",
            _ => continue,
        };
        if let Some(account) = &fact.subject.account {
            *held.entry(account.clone()).or_default().entry(service).or_default() += 1;
        }
    }
    held
}

fn bound(account: &AccountFact) -> Bound {
    match account.organization_member {
        _ if account.management => Bound::Management,
        Some(true) => Bound::Member,
        Some(false) => Bound::Outside,
        None => Bound::Unknown,
    }
}

fn rests_on(cx: &Context<'_>) -> Vec<Source> {
    let Some(organization) = &cx.inventory.organization else { return Vec::new() };
    let read = [
        organization.description.gap().is_none(),
        organization.roots.gap().is_none(),
        organization.units.gap().is_none(),
        organization.accounts.gap().is_none(),
        organization.scps.gap().is_none(),
        organization.rcps.gap().is_none(),
    ];
    let all = POLICIES.into_iter().zip(read).filter(|(_, read)| *read);
    all.map(|(collection, _)| Source { account: None, region: None, collection }).collect()
}

/// Whether an account administers the organization's policies by delegation.
enum Delegated<'a> {
    Yes,
    No,
    Unread(&'a crate::model::gap::Gap),
}

struct Teller<'a, 'i> {
    cx: &'a Context<'i>,
    authority: &'a Authority<'i>,
    guards: &'a Guards,
    names: Names,
    rests_on: Vec<Source>,
}

impl Teller<'_, '_> {
    fn service(
        &self,
        account: &Fact<AccountFact>,
        id: &AccountId,
        bound: Bound,
        service: &str,
        data_resources: usize,
    ) -> Fact<AccountServiceFact> {
        let rulings: Vec<&Ruling> = self
            .guards
            .rulings(id, Who::Administrator)
            .filter(|ruling| ruling.row.service == service && ruling.row.callable_from != CallableFrom::Management)
            .collect();
        let of = |category: Category| {
            let here = rulings.iter().copied().filter(|ruling| ruling.row.category == category);
            self.names.actions(here, id, |_| false)
        };
        let detail = AccountServiceFact {
            service: service.to_owned(),
            state: account.detail.state,
            bound,
            environment_by: account.detail.environment_by.clone(),
            backup_account: account.detail.backup_account,
            data_resources,
            account_data_resources: account.detail.data_resources,
            destroys_data: of(Category::DestroysData),
            destroys_backup: of(Category::DestroysBackup),
            weakens_protection: of(Category::WeakensProtection),
        };
        let undecided = [&detail.destroys_data, &detail.destroys_backup, &detail.weakens_protection]
            .iter()
            .any(|actions| !actions.undecided.is_empty());
        let mut unread: Vec<Unread> =
            account.unread.iter().filter(|unread| unread.account.is_none()).cloned().collect();
        unread.extend(self.unread(id, undecided));
        if rulings.iter().any(|ruling| ruling.by_resource) {
            // A resource that nobody saw may be called otherwise than those that the denies name.
            unread.extend(account.unread.iter().filter(|unread| LISTS.contains(&unread.collection)).cloned());
        }
        Fact {
            subject: Subject {
                kind: SubjectKind::AccountService,
                arn: format!("{id}/{service}"),
                name: format!("{} {service}", account.subject.name),
                class: None,
                ..account.subject.clone()
            },
            detail,
            rests_on: self.rests_on.clone(),
            unread: merge(unread),
        }
    }

    /// What keeps answers from being told.
    fn unread(&self, id: &AccountId, undecided: bool) -> Vec<Unread> {
        if !undecided {
            return Vec::new();
        }
        let mut unread = self.authority.chains.of(id).map_or_else(Vec::new, |chain| chain.unread.clone());
        let account = self.cx.inventory.account(id);
        let regions = account.and_then(|account| match account.parts() {
            Some(parts) => parts.regions.gap(),
            None => account.parts.gap(),
        });
        unread.extend(regions.map(|gap| item_gap(id, None, Collection::AccountRegions, gap)));
        if account.is_none() {
            unread.push(crate::analysis::context::left_out(id, Collection::AccountRegions));
        }
        unread
    }

    fn delegated(&self, id: &AccountId) -> Delegated<'_> {
        match self.cx.inventory.organization.as_ref().map(|organization| &organization.resource_policy) {
            // https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html
            Some(Collected::Read(read)) => match &read.value {
                Some(text) if text.contains(id.as_str()) || text.contains("\"*\"") => Delegated::Yes,
                _ => Delegated::No,
            },
            Some(Collected::Gap(gap)) => Delegated::Unread(gap),
            Some(Collected::NotOffered { .. }) | None => Delegated::No,
        }
    }

    fn account(&self, id: &AccountId, bound: Bound, services: &BTreeSet<&str>) -> (GuardFacts, Vec<Unread>) {
        let delegated = self.delegated(id);
        let callable = |ruling: &&Ruling| match ruling.row.callable_from {
            CallableFrom::Member => true,
            CallableFrom::Management => false,
            CallableFrom::Both => ruling.row.service != "organizations" || !matches!(delegated, Delegated::No),
        };
        let unsure = |ruling: &Ruling| {
            ruling.row.callable_from == CallableFrom::Both && matches!(delegated, Delegated::Unread(_))
        };
        // Whoever closes the account loses its locked vaults too, after ninety days.
        let removes = |ruling: &&Ruling| {
            ruling.row.category == Category::DisablesGuard || ruling.row.action.as_str() == "account:CloseAccount"
        };
        let destroys = |ruling: &&Ruling| {
            let asked = matches!(
                ruling.row.category,
                Category::DestroysData | Category::DestroysBackup | Category::WeakensProtection
            );
            asked && services.contains(ruling.row.service.as_str())
        };
        let administrator: Vec<&Ruling> = self.guards.rulings(id, Who::Administrator).filter(callable).collect();
        let removal = administrator.iter().copied().filter(|ruling| removes(ruling));
        let removal = self.names.actions(removal, id, unsure);
        let root = self.guards.rulings(id, Who::Root).filter(callable).filter(|r| removes(r) || destroys(r));
        let root = self.names.actions(root, id, unsure);
        let outsiders = self.names.actions(self.guards.rulings(id, Who::Outsider), id, |_| false);
        let mut facts = GuardFacts {
            bound,
            removal,
            root,
            outsiders,
            exemptions: self.guards.exemptions(id).iter().map(|one| self.exemption(one)).collect(),
            ..GuardFacts::default()
        };
        facts.exemption_count = facts.exemptions.len();
        self.attached(&administrator, id, &mut facts);
        let lists = [&facts.removal, &facts.root, &facts.outsiders];
        let undecided = facts.undecided > 0 || lists.iter().any(|actions| !actions.undecided.is_empty());
        let mut unread = self.unread(id, undecided);
        if let (true, Delegated::Unread(gap)) = (undecided, &delegated) {
            unread.push(organizational(Collection::OrganizationResourcePolicy, gap));
        }
        (facts, unread)
    }

    /// Where what closes is attached.
    fn attached(&self, rulings: &[&Ruling], id: &AccountId, facts: &mut GuardFacts) {
        let asked =
            rulings.iter().filter(|ruling| ruling.row.blanket_deny && ruling.row.category != Category::Escalates);
        let mut at_account = BTreeSet::new();
        for ruling in asked {
            if !ruling.closed() {
                facts.undecided += usize::from(ruling.worst().is_some_and(|(_, worst)| worst.undecided));
                continue;
            }
            facts.closed += 1;
            if ruling.answers.iter().all(|(_, answer)| answer.above) {
                continue;
            }
            facts.closed_at_account += 1;
            if facts.closed_at_account_actions.len() < SHOWN {
                facts.closed_at_account_actions.push(ruling.row.action.to_string());
            }
            let own = ruling.answers.iter().flat_map(|(_, answer)| &answer.closing);
            at_account.extend(own.filter(|closing| closing.level.is_none()));
        }
        facts.at_account = self.names.statements(at_account, id);
    }

    fn exemption(&self, exemption: &Exemption) -> GuardExemption {
        let words = |list: &[crate::policy::Opening]| list.iter().map(opening_in_words).take(SHOWN).collect::<Vec<_>>();
        let kinds = |arn: &&Arn| self.guards.declared.may_pass(arn);
        let count = |kind: MayPass| exemption.principals.iter().filter(|arn| kinds(arn) == Some(kind)).count();
        let others: Vec<&Arn> = exemption.principals.iter().filter(|arn| kinds(arn).is_none()).collect();
        let statements = self.names.statements(&exemption.closing, &exemption.account);
        let (exempt, undeclared) = (words(&exemption.openings), words(&exemption.undeclared));
        let shown: Vec<&str> =
            if undeclared.is_empty() { &exempt } else { &undeclared }.iter().map(String::as_str).collect();
        let by: Vec<&str> = statements.iter().map(|statement| statement.said.as_str()).collect();
        let mut said = format!("{} exempts whoever calls where {}", some_of(&by), shown.join(", or where "));
        let today: Vec<&str> = others.iter().map(|arn| arn.as_str()).collect();
        if !today.is_empty() {
            said.push_str(&format!("; today {}", some_of(&today)));
        }
        GuardExemption {
            statements,
            exempt,
            undeclared,
            actions: exemption.actions.len(),
            example: exemption.actions.first().map_or_else(String::new, |row| row.action.to_string()),
            break_glass: count(MayPass::BreakGlass),
            platform: count(MayPass::Platform),
            others: others.len(),
            principals: others.iter().take(SHOWN).map(ToString::to_string).collect(),
            said,
        }
    }
}
