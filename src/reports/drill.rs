//! A rehearsed destroy, as text: what goes, what stays and why, then the toll. Imports `model` and the room's safe text.
//!
//! Names come from AWS and from states: everything is shown through [`visible`]. Colour says nothing that a sign and a word do not.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

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

#[derive(Clone, Copy)]
enum Paint {
    Plain,
    Strong,
    Dim,
    Bad,
    Warn,
    Good,
}

impl Paint {
    fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Strong => Style::new().bold(),
            Self::Dim => Style::new().dimmed(),
            Self::Bad => Style::new().bold().fg_color(Some(AnsiColor::Red.into())),
            Self::Warn => Style::new().fg_color(Some(AnsiColor::Yellow.into())),
            Self::Good => Style::new().fg_color(Some(AnsiColor::Green.into())),
        }
    }
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
mod tests {
    use super::*;
    use crate::model::drill::{
        CallVerdict, CopyGone, DRILL_SCHEMA, Drilled, EnvironmentTouched, GuardLayer, Left, Ranked, Stop, StopLayer,
    };
    use crate::model::facts::{Class, LayerStanding, LayersStanding, Standing, Tier};

    fn step(address: &str, result: StepResult) -> Step {
        Step {
            address: address.to_owned(),
            deposed: None,
            resource_type: "aws_db_instance".to_owned(),
            arn: None,
            id: None,
            account: None,
            region: None,
            environment: Some("production".to_owned()),
            production: true,
            class: Some(Class::Data),
            data: true,
            calls: vec![CallVerdict {
                action: "rds:DeleteDBInstance".to_owned(),
                on: "*".to_owned(),
                verdict: CallAnswer::Allowed,
                decided_by: Some("identity policy p, statement 1".to_owned()),
                acts_as: Some("arn:aws:iam::111122223333:role/ops".to_owned()),
                path: Vec::new(),
            }],
            result,
            held_by: Vec::new(),
            loses_data: None,
            layers: None,
            notes: Vec::new(),
        }
    }

    fn store(address: &str, certain: bool) -> StoreLost {
        StoreLost {
            address: address.to_owned(),
            arn: None,
            environment: None,
            production: true,
            class: Some(Class::Data),
            certain,
            left: Vec::new(),
            tier: None,
            data_lost_hours: None,
            immutable_left: None,
            unread: Vec::new(),
        }
    }

    fn drill() -> Drill {
        let stop = |layer, by: &str| Stop { layer, by: by.to_owned() };
        let mut stopped =
            step("aws_rds_cluster.a", StepResult::Stopped { by: stop(StopLayer::Scp, "SCP p denies it") });
        stopped.held_by = vec![stop(StopLayer::Scp, "SCP p denies it"), stop(StopLayer::Protection, "it is on")];
        let why = LayerStanding { standing: Standing::Failed, why: String::new() };
        stopped.layers = Some(LayersStanding {
            scp: LayerStanding { standing: Standing::Held, ..why.clone() },
            separation: why.clone(),
            deletion: why.clone(),
            backup: why.clone(),
            state: why,
        });
        let left = Left {
            arn: "arn:aws:backup:eu-west-1:444455556666:recovery-point:1".parse().unwrap(),
            kind: CopyKind::RecoveryPoint,
            account: Some("444455556666".parse().unwrap()),
            tier: Some(Tier::Immutable),
            age_hours: Some(60.0),
        };
        let kept = StoreLost {
            left: vec![left],
            tier: Some(Tier::Immutable),
            data_lost_hours: Some(60.0),
            ..store("aws_rds_cluster.a", false)
        };
        Drill {
            schema: DRILL_SCHEMA.to_owned(),
            drilled: Drilled { kind: DrilledKind::Plan, name: "plan\u{1b}[2J.json".to_owned(), resources: 4 },
            environments: ["production", "staging"]
                .map(|word| EnvironmentTouched { environment: Some(word.to_owned()), resources: 2 })
                .into(),
            crosses_environments: true,
            notes: vec!["a cycle".to_owned()],
            ranking: Some(Ranking {
                principals: 2,
                worst: vec![Ranked {
                    who: "arn:aws:iam::111122223333:role/\u{202e}ops".to_owned(),
                    account: None,
                    environment: None,
                    data_stores: 1,
                    destroyed: 1,
                    unknown: 1,
                }],
                not_drilled: 1,
                unread: vec!["a policy".to_owned()],
            }),
            runs: vec![Run {
                by: By::Account,
                steps: vec![
                    step("aws_db_instance.\u{1b}[32mb", StepResult::Destroyed),
                    stopped,
                    step("aws_db_instance.c", StepResult::Unknown { missing: vec!["its lock".to_owned()] }),
                    step("random_id.d", StepResult::Nothing { why: "state alone".to_owned() }),
                ],
                toll: Toll {
                    destroyed: 1,
                    stopped: 1,
                    unknown: 1,
                    nothing: 1,
                    accounts: vec!["111122223333".parse().unwrap()],
                    environments: vec![None, Some("production".to_owned())],
                    data_stores: vec![store("aws_db_instance.b", true), store("aws_db_instance.c", false)],
                    kept: vec![kept],
                    copies_gone: vec![CopyGone {
                        arn: "a".to_owned(),
                        kind: CopyKind::PointInTimeRecovery,
                        of: "aws_db_instance.b".to_owned(),
                        why: "it goes".to_owned(),
                    }],
                    verdict: TollVerdict::Unknown,
                    open: vec!["aws_db_instance.c: not told".to_owned()],
                },
                guards: vec![Leverage {
                    layer: GuardLayer::Scp,
                    resources: 1,
                    data_stores: 1,
                    what: "attach it".to_owned(),
                }],
            }],
        }
    }

    fn page(colour: bool) -> String {
        let mut out = Vec::new();
        write(&drill(), &Options { width: 100, colour }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_first_line_says_that_it_crosses_and_every_sign_has_its_word() {
        let text = page(false);
        assert!(text.starts_with("CROSSES ENVIRONMENTS: one destroy reaches production and staging\n"), "{text}");
        for part in [
            "terraform apply of the plan plan\\u{1b}[2J.json, 4 resources (production 2, staging 2)",
            "1. arn:aws:iam::111122223333:role/\\u{202e}ops: 1 data store, 1 destroyed, 1 unknown",
            "not rehearsed, because there are too many different ones: 1",
            "✗ aws_db_instance.\\u{1b}[32mb destroyed, data, production",
            "rds:DeleteDBInstance allowed by identity policy p, statement 1, as",
            "arn:aws:iam::111122223333:role/ops",
            "✓ aws_rds_cluster.a stopped",
            "by organization policy: SCP p denies it",
            "and by its own protection: it is on",
            "layers: scp held, separation failed",
            "? aws_db_instance.c unknown",
            "· random_id.d untouched",
            "destroyed 1, stopped 1, unknown 1, untouched 1",
            "✓ aws_rds_cluster.a (data, unknown environment) stays; were it gone:",
            "1 copy left, the youngest 2.5 days old: that much is lost",
            "the best: immutable, 2.5 days old: arn:aws:backup:eu-west-1:444455556666:recovery-point:1 in",
            "✗ 1 point-in-time recovery of aws_db_instance.b gone too: it goes",
            "cannot be told:",
            "service control policy (1 resource, 1 data store): attach it",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "what is hostile is shown, not obeyed");
        assert!(page(true).contains("\u{1b}["));
    }

    #[test]
    fn it_is_what_the_schema_says() {
        let schema = serde_json::to_value(crate::reports::schema::drill()).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let json = serde_json::to_value(drill()).unwrap();
        let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        let mut wrong = json;
        wrong["runs"][0]["steps"][0]["result"]["kind"] = "gone".into();
        assert!(!validator.is_valid(&wrong), "the schema refuses a result that does not exist");
    }
}
