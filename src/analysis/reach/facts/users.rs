//! IAM users with what they reach, and declared agents.

use std::collections::BTreeMap;

use super::telling::SHOWN;
use super::{Destruction, Hidden, Teller};
use crate::analysis::Context;
use crate::analysis::authority::{Principal, PrincipalKind};
use crate::analysis::context::{merge, source};
use crate::analysis::header;
use crate::analysis::reach::reading::fits;
use crate::analysis::reach::{NodeId, Strength};
use crate::model::facts::{AgentFact, Fact, IamUserFact, Reacher, SubjectKind, Unlisted, Unread};
use crate::model::ids::AccountId;
use crate::model::inventory::AccountInventory;
use crate::model::operation::Collection;

/// Accounts whose users and roles could not be listed.
pub(super) fn unlisted(cx: &Context<'_>) -> Vec<Unlisted> {
    let kinds = [SubjectKind::IamRole, SubjectKind::IamUser, SubjectKind::Agent];
    let gaps = cx.inventory.accounts.iter().flat_map(|account| {
        let unread = cx.global(account, Collection::IamAuthorizationDetails, |p| &p.iam.authorization_details).unread;
        // Where no declared agent can be, none is hidden.
        let here = |kind: &SubjectKind| *kind != SubjectKind::Agent || may_hold_agents(cx, account.id.as_str());
        kinds.into_iter().filter(here).map(move |kind| header::unlisted(cx, kind, &account.id, unread.clone()))
    });
    gaps.flatten().collect()
}

/// Whether a pattern of `[agents]` can mean a principal of an account.
fn may_hold_agents(cx: &Context<'_>, account: &str) -> bool {
    cx.settings.agents.principals.iter().any(|pattern| {
        let part = pattern.split(':').nth(4).unwrap_or("*");
        part == account || part.contains(['*', '?'])
    })
}

/// What a principal reaches, over all accounts.
struct Reached {
    accounts: Vec<AccountId>,
    shown: Vec<Reacher>,
    unread: Vec<Unread>,
}

fn reached(
    teller: &Teller<'_, '_, '_>,
    (destructions, hidden): (&BTreeMap<AccountId, Destruction>, &[Hidden]),
    node: NodeId,
    most: usize,
) -> Reached {
    let mut all = Reached { accounts: Vec::new(), shown: Vec::new(), unread: Vec::new() };
    for (account, destruction, strength) in Teller::by_node(destructions, node) {
        if strength == Strength::Unread {
            all.unread.extend(teller.on_the_way(node, &destruction.search));
            continue;
        }
        all.accounts.push(account.clone());
        if all.shown.len() < most {
            all.shown.extend(teller.of(node, destruction));
        }
    }
    // What could not be listed may be data that it reaches, and so may be an account that it could enter.
    let unseen = hidden.iter().filter(|one| one.destruction.search.of(node).is_some());
    all.unread.extend(unseen.flat_map(|one| one.unread.iter().cloned()));
    if teller.reach.leads_on(node) {
        let accounts = teller.reach.cx.inventory.accounts.iter().map(|account| &account.id);
        all.unread.extend(accounts.flat_map(|id| teller.unread_account(id)));
    }
    all
}

/// Every IAM user.
pub(super) fn all(
    teller: &Teller<'_, '_, '_>,
    destructions: &BTreeMap<AccountId, Destruction>,
    hidden: &[Hidden],
) -> Vec<Fact<IamUserFact>> {
    let reach = teller.reach;
    let users = reach.authority.principals.iter().filter(|one| one.kind == PrincipalKind::User);
    users
        .filter_map(|user| {
            let node = reach.graph.principal(reach.authority.place(user.arn.as_str())?)?;
            let account = reach.cx.inventory.account(&user.account)?;
            let Reached { accounts, shown, mut unread } = reached(teller, (destructions, hidden), node, 1);
            let (access_key, password, gaps) = credentials(reach.cx, account, user);
            unread.extend(gaps);
            unread.extend(reach.unread.iter().cloned());
            let name = user.user.map_or_else(String::new, |user| user.name.clone());
            let detail =
                IamUserFact { access_key, password, accounts: accounts.len(), reaches: shown.into_iter().next() };
            let rests_on = [Collection::IamAuthorizationDetails, Collection::IamCredentialReport]
                .map(|collection| source(&user.account, None, collection));
            Some(Fact {
                subject: header::in_account(
                    reach.cx,
                    SubjectKind::IamUser,
                    user.arn.as_str(),
                    &name,
                    Some(user.account.clone()),
                    None,
                ),
                detail,
                rests_on: rests_on.into(),
                unread: merge(unread),
            })
        })
        .collect()
}

/// What the credential report says of a user.
fn credentials<'a>(
    cx: &Context<'a>,
    account: &'a AccountInventory,
    user: &Principal<'_>,
) -> (Option<bool>, Option<bool>, Vec<Unread>) {
    let report = cx.global(account, Collection::IamCredentialReport, |parts| &parts.iam.credential_report);
    let rows = report.reads.first().map(|(_, read)| &read.value);
    let row = rows.and_then(|rows| rows.iter().find(|row| row.arn == user.arn));
    let keys = row.map(|row| [row.access_key_1_active, row.access_key_2_active]);
    let key = keys.map(|keys| keys.contains(&Some(true)));
    // A report is up to four hours old: a user that it does not know is new.
    (key, row.and_then(|row| row.password_enabled), report.unread)
}

/// The declared agents; without any, one subject that says so.
pub(super) fn agents(
    teller: &Teller<'_, '_, '_>,
    destructions: &BTreeMap<AccountId, Destruction>,
    hidden: &[Hidden],
) -> Vec<Fact<AgentFact>> {
    let reach = teller.reach;
    let patterns = &reach.cx.settings.agents.principals;
    if patterns.is_empty() {
        let none = AgentFact {
            declared: false,
            pattern: None,
            found: false,
            accounts: 0,
            in_accounts: Vec::new(),
            reaches: Vec::new(),
        };
        return vec![agent(teller, "agents", "agents", None, none, Vec::new())];
    }
    let mut facts: BTreeMap<String, Fact<AgentFact>> = BTreeMap::new();
    for pattern in patterns {
        let matching = reach.authority.principals.iter().filter(|one| fits(pattern, one.arn.as_str()));
        let mut any = false;
        for principal in matching.filter(|one| one.kind != PrincipalKind::Root && !one.service_linked()) {
            any = true;
            let place = reach.authority.place(principal.arn.as_str());
            let Some(node) = place.and_then(|at| reach.graph.principal(at)) else { continue };
            let Reached { accounts, shown, mut unread } = reached(teller, (destructions, hidden), node, SHOWN);
            unread.extend(reach.unread.iter().cloned());
            unread.extend(policies(teller, destructions));
            let detail = AgentFact {
                declared: true,
                pattern: Some(pattern.clone()),
                found: true,
                accounts: accounts.len(),
                in_accounts: accounts,
                reaches: shown,
            };
            let arn = principal.arn.as_str();
            let fact = agent(teller, arn, principal.arn.name(), Some(principal.account.clone()), detail, unread);
            facts.entry(arn.to_owned()).or_insert(fact);
        }
        if !any {
            let detail = AgentFact {
                declared: true,
                pattern: Some(pattern.clone()),
                found: false,
                accounts: 0,
                in_accounts: Vec::new(),
                reaches: Vec::new(),
            };
            facts.insert(pattern.clone(), agent(teller, pattern, pattern, None, detail, Vec::new()));
        }
    }
    facts.into_values().collect()
}

/// The policies of resources that could not be read: they may let an agent in.
fn policies(teller: &Teller<'_, '_, '_>, destructions: &BTreeMap<AccountId, Destruction>) -> Vec<Unread> {
    let targets = destructions.values().flat_map(|one| &one.targets);
    targets.filter_map(|target| teller.reach.held(target)).flat_map(|held| held.unread.iter().cloned()).collect()
}

fn agent(
    teller: &Teller<'_, '_, '_>,
    arn: &str,
    name: &str,
    account: Option<AccountId>,
    detail: AgentFact,
    unread: Vec<Unread>,
) -> Fact<AgentFact> {
    let rests_on = account.iter().map(|id| source(id, None, Collection::IamAuthorizationDetails)).collect();
    let subject = header::in_account(teller.reach.cx, SubjectKind::Agent, arn, name, account, None);
    Fact { subject, detail, rests_on, unread: merge(unread) }
}
