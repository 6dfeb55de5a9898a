//! Who could run it, by damage. Imports the room.
//!
//! Principals that no policy tells apart, and that may assume the same roles, do the same damage: each such group is rehearsed
//! once, without words.

use std::collections::{BTreeMap, BTreeSet};

use super::ask::{Caller, target};
use super::run::Stage;
use crate::analysis::reach::{Hand, NodeId, Reach, Strength, Target, Teller};
use crate::model::drill::{Ranked, Ranking, Step, StepResult};

/// The most that are shown.
const SHOWN: usize = 20;

/// The most calls that are judged in all; what is beyond is counted and said.
const MOST_CALLS: usize = 400_000;

/// The ranking, and the node of the worst.
pub(super) struct Ranks {
    pub(super) ranking: Ranking,
    pub(super) worst: Option<NodeId>,
}

/// All that the hands of a principal are told apart by.
type Key = Vec<(Option<usize>, Vec<u8>, Strength)>;

/// Principals that do the same damage, by the same hands.
struct Group {
    hands: Vec<Hand>,
    members: Vec<(NodeId, String)>,
}

/// Whoever could run it, by damage.
pub(super) fn all(stage: &Stage<'_, '_, '_, '_>, teller: &Teller<'_, '_, '_>) -> Ranks {
    let reach = stage.asker.reach;
    let targets: Vec<Target> = targets(stage).into_iter().collect();
    let seeds = reach.seeds(&targets);
    let telling: Vec<_> = targets
        .iter()
        .filter_map(|target| target.policy_of.as_ref())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .filter_map(|arn| reach.authority.resource(arn))
        .filter(|held| Reach::tells_apart(held))
        .collect();
    let mut groups: BTreeMap<Key, Group> = BTreeMap::new();
    let mut unread: BTreeSet<String> = BTreeSet::new();
    let mut principals = 0;
    let outsiders = reach.outsiders().map(|(node, party)| (node, party.label()));
    for (node, label) in reach.people().chain(outsiders) {
        let mut hands = reach.hands(node);
        let holds = |hand: &Hand| {
            let nodes = [Some(hand.node), reach.class_node(hand.node)];
            nodes.into_iter().flatten().filter_map(|node| seeds.0.get(&node)).map(|(strength, _)| *strength).max()
        };
        let best = hands.iter().filter_map(|hand| Some(holds(hand)?.min(hand.strength))).max();
        if !teller.acts(node) {
            // Of an account whose principals were not read nobody knows who may; providers and services act as the roles they take.
            let hidden = teller.account_of(node).filter(|_| best.is_some() && teller.hides(node));
            unread.extend(
                hidden.map(|id| format!("the principals of account {id}, which something lets in, were not read")),
            );
            continue;
        }
        if best == Some(Strength::Unread) {
            unread.insert(format!("a policy of {label} was not read"));
        }
        if best.is_none_or(|best| best < Strength::Conditional) {
            continue;
        }
        principals += 1;
        // Those that hold nothing here change nothing.
        hands.retain(|hand| hand.node == node || holds(hand).is_some());
        let mut key: Key = hands
            .iter()
            .map(|hand| {
                let (class, look) = reach.alike(hand.node, &telling);
                (class, look, hand.strength)
            })
            .collect();
        key.sort();
        key.dedup();
        groups.entry(key).or_insert_with(|| Group { hands, members: Vec::new() }).members.push((node, label));
    }
    let most = (MOST_CALLS / targets.len().max(1)).max(8);
    let not_drilled = groups.values().skip(most).map(|group| group.members.len()).sum();
    let mut ranked: Vec<(NodeId, Ranked)> = Vec::new();
    for Group { hands, members } in groups.into_values().take(most) {
        let steps = stage.run(&Caller::Principal(hands), false);
        let (data_stores, destroyed, unknown) = damage(&steps);
        ranked.extend(members.into_iter().map(|(node, who)| {
            let account = teller.account_of(node);
            let environment = account.as_ref().and_then(|account| teller.environment(account));
            (node, Ranked { who, account, environment, data_stores, destroyed, unknown })
        }));
    }
    let agents = &reach.cx.settings.agents.principals;
    ranked.sort_by_key(|(_, one)| {
        let damage = std::cmp::Reverse((one.data_stores, one.destroyed, one.unknown));
        (damage, !Teller::declared(agents, &one.who), one.who.clone())
    });
    let accounts: BTreeSet<_> = stage.placed.iter().filter_map(|placed| placed.account.as_ref()).collect();
    for account in accounts {
        unread.extend(teller.unread_account(account).into_iter().map(|gap| gap.gap.message));
    }
    let worst = ranked.first().map(|(node, _)| *node);
    let shown = ranked.into_iter().map(|(_, one)| one).take(SHOWN).collect();
    let unread = unread.into_iter().take(SHOWN).collect();
    Ranks { ranking: Ranking { principals, worst: shown, not_drilled, unread }, worst }
}

/// The rights that the destroy takes, each once.
fn targets(stage: &Stage<'_, '_, '_, '_>) -> BTreeSet<Target> {
    let mut all = BTreeSet::new();
    for placed in stage.placed {
        let rows = placed.rows.iter().filter(|row| stage.guards.made(placed, row.when));
        all.extend(rows.filter_map(|row| target(stage.asker.cx, placed, row).ok()));
    }
    all
}

/// Data stores that are lost, resources that are destroyed, and those of which it cannot be told.
fn damage(steps: &[Step]) -> (usize, usize, usize) {
    let destroyed = steps.iter().filter(|step| step.result == StepResult::Destroyed);
    let unknown = steps.iter().filter(|step| matches!(step.result, StepResult::Unknown { .. })).count();
    (destroyed.clone().filter(|step| step.loses_data == Some(true)).count(), destroyed.count(), unknown)
}
