//! Destroy paths drawn: of a piece of production data, and of a rehearsed destroy.

use std::collections::BTreeMap;

use super::markup::{Accounts, copy_words, count, hours, sign, tier_words};
use super::picture::{Edge, Node, Picture, Tone};
use crate::model::drill::{By, Run, Step, StepResult, StopLayer, StoreLost};
use crate::model::facts::{Fate, Standing, Tier};
use crate::model::finding::Layer;
use crate::model::posture::ResourceSummary;

/// The most data stores drawn of one run.
const STORES: usize = 6;

const fn tone(standing: Standing) -> Tone {
    match standing {
        Standing::Held => Tone::Good,
        Standing::Failed => Tone::Bad,
        Standing::Unknown => Tone::Unknown,
    }
}

fn node(tone: Tone, title: impl Into<String>, detail: impl Into<String>) -> Node {
    Node { tone, title: title.into(), detail: detail.into() }
}

/// A piece of production data: the accident on its way through the five layers, then the attacker on theirs to the copies.
pub(super) fn of_resource(resource: &ResourceSummary, accounts: &Accounts<'_>, number: usize) -> String {
    let name = if resource.name.is_empty() { &resource.arn } else { &resource.name };
    let account = resource.account.as_ref().map_or_else(|| "its account".to_owned(), |id| accounts.text(id));
    let guards: Vec<Node> = resource
        .layers
        .all()
        .into_iter()
        .zip(Layer::ALL)
        .map(|((_, layer), id)| {
            let title = format!("{} {}", sign(layer.standing), id.title());
            node(tone(layer.standing), title, "")
        })
        .collect();
    let mut edges: Vec<Edge> = (0..guards.len()).map(|to| Edge { from: (0, 0), to, tone: Tone::Plain }).collect();
    edges.extend(resource.layers.all().into_iter().enumerate().map(|(at, (_, layer))| Edge {
        from: (1, at),
        to: 0,
        tone: tone(layer.standing),
    }));
    let survival = &resource.account_takeover;
    let mut copies: Vec<Node> = survival.copies.iter().map(|fate| copy(fate, accounts)).collect();
    edges.extend(survival.copies.iter().enumerate().map(|(to, fate)| Edge { from: (2, 0), to, tone: fall(fate) }));
    if copies.is_empty() {
        copies.push(node(Tone::Bad, "✗ No copy", "there is nothing to restore from"));
        edges.push(Edge { from: (2, 0), to: 0, tone: Tone::Bad });
    }
    let more = survival.copy_count.saturating_sub(survival.copies.len());
    if more > 0 {
        copies.push(node(Tone::Plain, format!("and {more} more"), "none of them better"));
    }
    let stands = resource.layers.all().map(|(layer, one)| format!("{layer} {}", one.standing.as_str())).join(", ");
    let description = format!(
        "One principal meets five layers on the way to {name}: {stands}. Against everybody of {account}, what is left is {}.",
        tier_words(survival)
    );
    let picture = Picture {
        id: format!("path-{number}"),
        title: format!("Destroy path of {name}"),
        description,
        columns: [
            (
                "Who",
                vec![node(
                    Tone::Plain,
                    "One principal, one destroy",
                    format!("and, against the copies, everybody of {account}"),
                )],
            ),
            ("Guards", guards),
            ("Data", vec![node(Tone::Plain, name, resource.kind.replace('_', " "))]),
            ("Copies", copies),
        ],
        edges,
    };
    picture.svg()
}

const fn fall(fate: &Fate) -> Tone {
    match fate.falls {
        Some(true) => Tone::Bad,
        Some(false) => Tone::Good,
        None => Tone::Unknown,
    }
}

fn copy(fate: &Fate, accounts: &Accounts<'_>) -> Node {
    let tone = fall(fate);
    let mark = match tone {
        Tone::Bad => "✗",
        Tone::Good => "✓",
        Tone::Unknown | Tone::Plain => "?",
    };
    let place = fate.account.as_ref().map_or_else(String::new, |id| format!(" in {}", accounts.name(id)));
    let age = fate.age_hours.map_or_else(String::new, |age| format!(", {} old", hours(age)));
    node(tone, format!("{mark} {}", copy_words(fate.kind)), format!("{}{age}{place}", fate.tier.words()))
}

/// A run: who, what stopped them or did not, the data stores, and what is left of each.
pub(super) fn of_run(run: &Run, accounts: &Accounts<'_>, id: String) -> String {
    let who = match &run.by {
        By::Account => node(Tone::Plain, "Every administrator", "root user included: the worst case"),
        By::Principal { arn, agent, .. } => {
            let agent = if *agent { "an agent" } else { "a principal" };
            node(Tone::Plain, arn.rsplit_once(':').map_or(arn.as_str(), |(_, name)| name), agent)
        }
    };
    let mut drawing = Drawing::default();
    let stores: Vec<(&StoreLost, bool)> = run
        .toll
        .data_stores
        .iter()
        .map(|store| (store, true))
        .chain(run.toll.kept.iter().map(|store| (store, false)))
        .take(STORES)
        .collect();
    for (store, lost) in &stores {
        drawing.store(store, *lost, run, accounts);
    }
    drawing.rest(run, &stores);
    let toll = &run.toll;
    let description = format!(
        "Of {}, {} destroyed, {} stopped, {} not known. {}",
        count(run.steps.len(), "resource"),
        toll.destroyed,
        toll.stopped,
        toll.unknown,
        stores.iter().map(|(store, lost)| told(store, *lost)).collect::<Vec<_>>().join(" ")
    );
    let guards: Vec<Node> = drawing.guards.iter().map(|(guard, number)| guard_node(*guard, *number)).collect();
    let mut edges: Vec<Edge> = (0..guards.len()).map(|to| Edge { from: (0, 0), to, tone: Tone::Plain }).collect();
    let order: BTreeMap<Guard, usize> = drawing.guards.keys().enumerate().map(|(at, guard)| (*guard, at)).collect();
    edges.extend(drawing.passes.iter().map(|(guard, store)| Edge {
        from: (1, order.get(guard).copied().unwrap_or(0)),
        to: *store,
        tone: guard.tone(),
    }));
    edges.extend(drawing.fates.iter().map(|(store, copy, tone)| Edge { from: (2, *store), to: *copy, tone: *tone }));
    Picture {
        id,
        title: "The destroy, from whoever runs it to what is left".to_owned(),
        description,
        columns: [("Who", vec![who]), ("Guards", guards), ("Data", drawing.stores), ("Copies", drawing.copies)],
        edges,
    }
    .svg()
}

fn told(store: &StoreLost, lost: bool) -> String {
    let fate = match (lost, store.certain) {
        (true, true) => "is lost",
        (true, false) => "may be lost",
        (false, _) => "stays",
    };
    format!("{} {fate}; copies left: {}.", store.address, store.left.len())
}

/// What stands between whoever runs it and a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Guard {
    Stops(StopLayer),
    Unknown,
    Open,
}

impl Guard {
    fn of(result: &StepResult) -> Option<Self> {
        match result {
            StepResult::Destroyed => Some(Self::Open),
            StepResult::Stopped { by } => Some(Self::Stops(by.layer)),
            StepResult::Unknown { .. } => Some(Self::Unknown),
            StepResult::Nothing { .. } => None,
        }
    }

    const fn tone(self) -> Tone {
        match self {
            Self::Stops(_) => Tone::Good,
            Self::Unknown => Tone::Unknown,
            Self::Open => Tone::Bad,
        }
    }
}

fn guard_node(guard: Guard, number: usize) -> Node {
    let resources = count(number, "resource");
    match guard {
        Guard::Stops(layer) => {
            let words = layer.words();
            let first: String =
                words.chars().take(1).flat_map(char::to_uppercase).chain(words.chars().skip(1)).collect();
            node(Tone::Good, format!("✓ {first}"), format!("stops {resources}"))
        }
        Guard::Unknown => node(Tone::Unknown, "? Not known", format!("whether {resources} can be reached")),
        Guard::Open => node(Tone::Bad, "✗ Nothing stops it", format!("{resources} destroyed")),
    }
}

#[derive(Default)]
struct Drawing {
    guards: BTreeMap<Guard, usize>,
    passes: Vec<(Guard, usize)>,
    stores: Vec<Node>,
    copies: Vec<Node>,
    fates: Vec<(usize, usize, Tone)>,
}

impl Drawing {
    fn store(&mut self, store: &StoreLost, lost: bool, run: &Run, accounts: &Accounts<'_>) {
        let at = self.stores.len();
        let (tone, mark, word) = match (lost, store.certain) {
            (true, true) => (Tone::Bad, "✗", "lost"),
            (true, false) => (Tone::Unknown, "?", "may be lost"),
            (false, _) => (Tone::Good, "✓", "stays"),
        };
        let place = store.environment.as_deref().unwrap_or("unknown environment");
        self.stores.push(node(tone, format!("{mark} {}", store.address), format!("{word}, {place}")));
        let step = run.steps.iter().find(|step: &&Step| step.address == store.address && step.deposed.is_none());
        if let Some(guard) = step.and_then(|step| Guard::of(&step.result)) {
            self.passes.push((guard, at));
        }
        let gone = run.toll.copies_gone.iter().filter(|copy| copy.of == store.address).count();
        if gone > 0 {
            self.fates.push((at, self.copies.len(), Tone::Bad));
            self.copies.push(node(Tone::Bad, format!("✗ {} gone too", count(gone, "copy")), "they share its fate"));
        }
        match store.left.first() {
            Some(best) => {
                let tier = best.tier.map_or("tier not judged", Tier::words);
                let tone = match best.tier {
                    Some(Tier::Isolated | Tier::Immutable) => Tone::Good,
                    Some(Tier::None | Tier::SharedFate) => Tone::Bad,
                    None => Tone::Unknown,
                };
                let age = best.age_hours.map_or_else(String::new, |age| format!(", {} old", hours(age)));
                let place = best.account.as_ref().map_or_else(String::new, |id| format!(" in {}", accounts.name(id)));
                self.fates.push((at, self.copies.len(), tone));
                let left = format!("{} left", count(store.left.len(), "copy"));
                let mark = if tone == Tone::Good { "✓" } else { "?" };
                self.copies.push(node(tone, format!("{mark} {left}"), format!("the best: {tier}{age}{place}")));
            }
            None if gone == 0 && !store.unread.is_empty() => {
                self.fates.push((at, self.copies.len(), Tone::Unknown));
                self.copies.push(node(Tone::Unknown, "? Copies not read", "what is left is not known"));
            }
            None => {}
        }
    }

    /// What is no data store, and the data stores beyond the drawn ones.
    fn rest(&mut self, run: &Run, drawn: &[(&StoreLost, bool)]) {
        let at = self.stores.len();
        let mut others = 0;
        let mut guards: BTreeMap<Guard, usize> = BTreeMap::new();
        for step in &run.steps {
            let Some(guard) = Guard::of(&step.result) else { continue };
            *self.guards.entry(guard).or_default() += 1;
            if !drawn.iter().any(|(store, _)| store.address == step.address) {
                others += 1;
                *guards.entry(guard).or_default() += 1;
            }
        }
        if others > 0 {
            self.stores.push(node(Tone::Plain, format!("and {others} more"), "of what is destroyed beside the data"));
            self.passes.extend(guards.into_keys().map(|guard| (guard, at)));
        }
    }
}
