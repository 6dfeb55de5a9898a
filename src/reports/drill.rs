//! A rehearsed destroy, as text: what goes, what stays and why, then the toll. Imports `model` and the room's safe text.
//!
//! Names come from AWS and from states: everything is shown through [`visible`]. Colour says nothing that a sign and a word do not.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anstyle::Style;

use super::no_backup;
use super::paint::Paint;
use super::text::{visible, wrap};
use crate::model::drill::{
    By, CallAnswer, Drill, DrilledKind, Leverage, Ranking, Run, Step, StepResult, StoreLost, Toll, TollVerdict,
};
use crate::model::facts::CopyKind;

/// The most steps that are shown of a run; JSON has them all.
const STEPS: usize = 200;

/// The most of a list that is shown.
const SHOWN: usize = 10;

/// How the page is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The width, in terminal columns; less than 60 is taken as 60.
    pub width: usize,
    /// Whether colour is used.
    pub colour: bool,
}

/// Writes the drill for a person.
///
/// # Errors
/// The writer's.
pub fn write(drill: &Drill, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { width: options.width.max(60), colour: options.colour, out };
    page.head(drill)?;
    if let Some(ranking) = &drill.ranking {
        page.ranking(ranking)?;
    }
    drill.runs.iter().try_for_each(|run| page.run(run))
}

struct Page<'w> {
    width: usize,
    colour: bool,
    out: &'w mut dyn Write,
}

fn sign(result: &StepResult) -> (&'static str, &'static str, Paint) {
    match result {
        StepResult::Destroyed => ("✗", "destroyed", Paint::Bad),
        StepResult::Stopped { .. } => ("✓", "stopped", Paint::Good),
        StepResult::Unknown { .. } => ("?", "unknown", Paint::Warn),
        StepResult::Nothing { .. } => ("·", "untouched", Paint::Dim),
    }
}

fn count(number: usize, noun: &str) -> String {
    match (number, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (number, Some(stem)) => format!("{number} {stem}ies"),
        (number, None) => format!("{number} {noun}s"),
    }
}

fn environment(word: Option<&str>) -> &str {
    word.unwrap_or("unknown environment")
}

/// Hours as a person says them.
fn ago(hours: f64) -> String {
    if hours < 48.0 { format!("{hours} h") } else { format!("{:.1} days", hours / 24.0) }
}

impl Page<'_> {
    fn blank(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    fn line(&mut self, indent: usize, text: &str, paint: Paint) -> io::Result<()> {
        let safe = visible(text, 2_000);
        let style = if self.colour { paint.style() } else { Style::new() };
        for (at, line) in wrap(&safe, self.width.saturating_sub(indent + 2)).iter().enumerate() {
            let more = if at == 0 { 0 } else { 2 };
            writeln!(self.out, "{:indent$}{style}{line}{style:#}", "", indent = indent + more)?;
        }
        Ok(())
    }

    fn heading(&mut self, text: &str) -> io::Result<()> {
        self.blank()?;
        self.line(0, text, Paint::Strong)
    }

    fn head(&mut self, drill: &Drill) -> io::Result<()> {
        let what = match drill.drilled.kind {
            DrilledKind::State => format!("terraform destroy of {}", drill.drilled.name),
            DrilledKind::Plan => format!("terraform apply of the plan {}", drill.drilled.name),
            DrilledKind::Resources => format!("deleting {}", drill.drilled.name),
        };
        let each: Vec<String> = drill
            .environments
            .iter()
            .map(|one| format!("{} {}", environment(one.environment.as_deref()), one.resources))
            .collect();
        if drill.crosses_environments {
            let known = drill.environments.iter().filter(|one| one.environment.is_some());
            let names: Vec<&str> = known.filter_map(|one| one.environment.as_deref()).collect();
            self.line(0, &format!("CROSSES ENVIRONMENTS: one destroy reaches {}", names.join(" and ")), Paint::Bad)?;
        }
        let resources = count(drill.drilled.resources, "resource");
        self.line(0, &format!("Drill: {what}, {resources} ({}); nothing is touched", each.join(", ")), Paint::Strong)?;
        drill.notes.iter().try_for_each(|note| self.line(0, &format!("Note: {note}"), Paint::Warn))
    }

    fn ranking(&mut self, ranking: &Ranking) -> io::Result<()> {
        let who = count(ranking.principals, "principal");
        self.heading(&format!("Who could run it, by damage: {who} can delete some of it"))?;
        for (at, one) in ranking.worst.iter().take(SHOWN).enumerate() {
            let unknown = if one.unknown == 0 { String::new() } else { format!(", {} unknown", one.unknown) };
            let stores = count(one.data_stores, "data store");
            self.line(
                2,
                &format!("{:>2}. {}: {stores}, {} destroyed{unknown}", at + 1, one.who, one.destroyed),
                Paint::Plain,
            )?;
        }
        let more = ranking.principals.saturating_sub(SHOWN.min(ranking.worst.len()));
        if more > 0 {
            self.line(2, &format!("and {more} more"), Paint::Dim)?;
        }
        if ranking.not_drilled > 0 {
            let text = format!("not rehearsed, because there are too many different ones: {}", ranking.not_drilled);
            self.line(2, &text, Paint::Warn)?;
        }
        let mut gaps = ranking.unread.iter().take(SHOWN);
        gaps.try_for_each(|gap| self.line(2, &format!("not known: {gap}"), Paint::Warn))
    }

    fn run(&mut self, run: &Run) -> io::Result<()> {
        let who = match &run.by {
            By::Account => "By whoever administers the accounts, root user included: the worst case".to_owned(),
            By::Principal { arn, account, environment, agent } => {
                let agent = if *agent { "an agent, " } else { "" };
                let account = account.as_ref().map_or_else(String::new, |id| format!("account {id}"));
                let place = environment.as_ref().map_or_else(String::new, |word| format!(", {word}"));
                format!("By {arn} ({agent}{account}{place})")
            }
        };
        self.heading(&who)?;
        for step in run.steps.iter().take(STEPS) {
            self.step(step)?;
        }
        let more = run.steps.len().saturating_sub(STEPS);
        if more > 0 {
            self.line(2, &format!("and {more} more: --format json has them all"), Paint::Dim)?;
        }
        self.toll(&run.toll)?;
        self.guards(&run.guards)
    }

    fn step(&mut self, step: &Step) -> io::Result<()> {
        let (sign, word, paint) = sign(&step.result);
        let deposed = step.deposed.as_ref().map_or_else(String::new, |key| format!(" (deposed {key})"));
        let data = if step.data { ", data" } else { "" };
        let place = step.environment.as_deref().map_or_else(String::new, |word| format!(", {word}"));
        self.line(2, &format!("{sign} {}{deposed}  {word}{data}{place}", step.address), paint)?;
        match &step.result {
            StepResult::Destroyed if !step.data => {
                // One line for what is only infrastructure: the calls alone, and as whom.
                let calls: Vec<&str> = step.calls.iter().map(|call| call.action.as_str()).collect();
                self.line(6, &calls.join(", "), Paint::Dim)?;
            }
            StepResult::Destroyed => self.calls(step)?,
            StepResult::Stopped { .. } => {
                for (at, stop) in step.held_by.iter().enumerate() {
                    let lead = if at == 0 { "by" } else { "and by" };
                    self.line(6, &format!("{lead} {}: {}", stop.layer.words(), stop.by), Paint::Plain)?;
                }
            }
            StepResult::Unknown { missing } => {
                missing.iter().try_for_each(|why| self.line(6, &format!("not known: {why}"), Paint::Warn))?;
                if step.data && step.loses_data == Some(false) {
                    self.line(6, "no data is lost either way: it goes only when it is empty", Paint::Plain)?;
                }
            }
            StepResult::Nothing { why } => self.line(6, why, Paint::Dim)?,
        }
        if let Some(layers) = &step.layers {
            let each = layers.all().map(|(layer, one)| {
                let word = one.standing.as_str();
                format!("{layer} {word}")
            });
            self.line(6, &format!("layers: {}", each.join(", ")), Paint::Dim)?;
        }
        let mut notes = step.notes.iter();
        notes.try_for_each(|note| self.line(6, note, Paint::Dim))
    }

    fn calls(&mut self, step: &Step) -> io::Result<()> {
        for call in &step.calls {
            let word = match call.verdict {
                CallAnswer::Allowed => "allowed by",
                CallAnswer::Denied => "denied:",
                CallAnswer::Conditional | CallAnswer::Unknown => "not known:",
            };
            let by = call.decided_by.as_deref().unwrap_or("");
            let acts = call.acts_as.as_ref().map_or_else(String::new, |who| format!(", as {who}"));
            self.line(6, &format!("{} {word} {by}{acts}", call.action), Paint::Plain)?;
        }
        Ok(())
    }

    fn toll(&mut self, toll: &Toll) -> io::Result<()> {
        self.heading("The toll")?;
        let nothing = if toll.nothing == 0 { String::new() } else { format!(", untouched {}", toll.nothing) };
        let Toll { destroyed, stopped, unknown, .. } = toll;
        self.line(2, &format!("destroyed {destroyed}, stopped {stopped}, unknown {unknown}{nothing}"), Paint::Plain)?;
        if destroyed + unknown > 0 {
            let words: Vec<&str> = toll.environments.iter().map(|one| environment(one.as_deref())).collect();
            let ids: Vec<&str> = toll.accounts.iter().map(AsRef::as_ref).collect();
            self.line(2, &format!("environments {}; accounts {}", words.join(", "), ids.join(", ")), Paint::Plain)?;
        }
        for store in toll.data_stores.iter().take(STEPS) {
            self.store(store)?;
        }
        for store in toll.kept.iter().take(STEPS) {
            let class = store.class.map_or("not read by palisade", |class| class.as_str());
            let place = environment(store.environment.as_deref());
            self.line(2, &format!("✓ {} ({class}, {place}) stays; were it gone:", store.address), Paint::Good)?;
            self.left(store)?;
        }
        self.copies(toll)?;
        let (text, paint) = match toll.verdict {
            TollVerdict::Lost => ("A production data store is lost, and no immutable copy of it is left.", Paint::Bad),
            TollVerdict::Unknown => {
                ("Whether a production data store is lost without an immutable copy cannot be told:", Paint::Warn)
            }
            TollVerdict::Holds => ("No production data store is lost without an immutable copy.", Paint::Good),
        };
        self.line(2, text, paint)?;
        let mut open = toll.open.iter().take(SHOWN);
        open.try_for_each(|why| self.line(4, why, Paint::Warn))
    }

    fn store(&mut self, store: &StoreLost) -> io::Result<()> {
        let (sign, word, paint) =
            if store.certain { ("✗", "lost", Paint::Bad) } else { ("?", "may be lost", Paint::Warn) };
        let class = store.class.map_or("not read by palisade", |class| class.as_str());
        let place = environment(store.environment.as_deref());
        self.line(2, &format!("{sign} {} ({class}, {place}) {word}", store.address), paint)?;
        self.left(store)
    }

    /// What is left of a store, or would be.
    fn left(&mut self, store: &StoreLost) -> io::Result<()> {
        let left = match (store.left.len(), store.data_lost_hours) {
            (0, _) if store.class.is_none() => "what is left of it is not known".to_owned(),
            (0, _) if !store.unread.is_empty() => "nothing that was read is left".to_owned(),
            (0, _) => "nothing is left".to_owned(),
            (copies, hours) => {
                let age = hours.map_or_else(
                    || "their age is not known".to_owned(),
                    |hours| format!("the youngest {} old: that much is lost", ago(hours)),
                );
                format!("{} left, {age}", count(copies, "copy"))
            }
        };
        self.line(6, &left, Paint::Plain)?;
        if let Some(best) = store.left.first() {
            let account = best.account.as_ref().map_or_else(String::new, |id| format!(" in account {id}"));
            let age = best.age_hours.map_or_else(String::new, |hours| format!(", {} old", ago(hours)));
            let tier = best.tier.map_or("tier not judged", |tier| tier.words());
            self.line(6, &format!("the best: {tier}{age}: {}{account}", best.arn), Paint::Plain)?;
        }
        for line in no_backup::lines(None, &store.not_backups) {
            self.line(6, &line, Paint::Plain)?;
        }
        let mut unread = store.unread.iter().take(SHOWN);
        unread.try_for_each(|gap| self.line(6, &format!("not known: {gap}"), Paint::Warn))
    }

    fn copies(&mut self, toll: &Toll) -> io::Result<()> {
        let mut groups: BTreeMap<(&str, CopyKind, &str), usize> = BTreeMap::new();
        for copy in &toll.copies_gone {
            *groups.entry((&copy.of, copy.kind, &copy.why)).or_default() += 1;
        }
        for ((of, kind, why), number) in groups {
            let kind = match kind {
                CopyKind::RecoveryPoint => "recovery point",
                CopyKind::ManualSnapshot => "manual snapshot",
                CopyKind::AutomatedSnapshot => "automated snapshot",
                CopyKind::AutomatedBackup => "automated backup",
                CopyKind::ReplicatedAutomatedBackup => "replicated automated backup",
                CopyKind::PointInTimeRecovery => "point-in-time recovery",
            };
            self.line(2, &format!("✗ {} of {of} gone too: {why}", count(number, kind)), Paint::Bad)?;
        }
        Ok(())
    }

    fn guards(&mut self, guards: &[Leverage]) -> io::Result<()> {
        if guards.is_empty() {
            return Ok(());
        }
        self.heading("The first guard that would have held")?;
        for one in guards {
            let kept = format!("{}, {}", count(one.resources, "resource"), count(one.data_stores, "data store"));
            self.line(2, &format!("{} ({kept}): {}", one.layer.words(), one.what), Paint::Plain)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
