//! Rehearsed destroys: who, what goes, what stops it, what is left, and the first guard that would have held.

use super::Rehearsed;
use super::markup::{Accounts, count, esc, hours};
use super::paths;
use crate::model::drill::{By, Drill, DrilledKind, Run, Step, StepResult, StoreLost, TollVerdict};

/// The most steps shown of a run; `palisade drill --format json` has them all.
const STEPS: usize = 200;

pub(super) fn section(drills: &[Rehearsed<'_>], accounts: &Accounts<'_>) -> String {
    if drills.is_empty() {
        return String::new();
    }
    let each: String = drills.iter().enumerate().map(|(number, one)| rehearsal(one, accounts, number)).collect();
    format!(
        "<section id=\"drill\" aria-labelledby=\"drill-title\"><h2 id=\"drill-title\">The drill</h2><p class=\"quiet\">A destroy rehearsed step by step against what was read; nothing is touched.</p>{each}</section>"
    )
}

fn rehearsal(one: &Rehearsed<'_>, accounts: &Accounts<'_>, number: usize) -> String {
    let Drill { drilled, environments, crosses_environments, notes, runs, .. } = one.drill;
    let what = match drilled.kind {
        DrilledKind::State => format!("terraform destroy of {}", drilled.name),
        DrilledKind::Plan => format!("terraform apply of the plan {}", drilled.name),
        DrilledKind::Resources => format!("deleting {}", drilled.name),
    };
    let each: Vec<String> = environments
        .iter()
        .map(|one| format!("{} {}", one.environment.as_deref().unwrap_or("unknown environment"), one.resources))
        .collect();
    let crosses = if *crosses_environments {
        "<p class=\"banner bad\"><b>Crosses environments.</b> One destroy reaches more than one.</p>"
    } else {
        ""
    };
    let notes: String = notes.iter().map(|note| format!("<p class=\"quiet\">{}</p>", esc(note))).collect();
    let runs: String =
        runs.iter().enumerate().map(|(at, one)| run(one, accounts, format!("drill-{number}-{at}"))).collect();
    format!(
        "<article class=\"drill\"><h3>{}</h3><p class=\"lead\">{}: {} ({}).</p>{crosses}{notes}{runs}</article>",
        esc(one.title),
        esc(&what),
        count(drilled.resources, "resource"),
        esc(&each.join(", "))
    )
}

fn run(run: &Run, accounts: &Accounts<'_>, id: String) -> String {
    let who = match &run.by {
        By::Account => "By whoever administers the accounts, root user included: the worst case".to_owned(),
        By::Principal { arn, account, environment, agent } => {
            let agent = if *agent { "an agent, " } else { "" };
            let account = account.as_ref().map_or_else(String::new, |id| format!("account {}", accounts.text(id)));
            let place = environment.as_ref().map_or_else(String::new, |word| format!(", {word}"));
            format!("By {arn} ({agent}{account}{place})")
        }
    };
    let toll = &run.toll;
    let (tone, verdict) = match toll.verdict {
        TollVerdict::Lost => ("bad", "A production data store is lost, and no immutable copy of it is left."),
        TollVerdict::Unknown => {
            ("warn", "Whether a production data store is lost without an immutable copy cannot be told.")
        }
        TollVerdict::Holds => ("good", "No production data store is lost without an immutable copy."),
    };
    let open: String = toll.open.iter().map(|why| format!("<li>{}</li>", esc(why))).collect();
    let open = if open.is_empty() { open } else { format!("<ul>{open}</ul>") };
    let stores: String = toll
        .data_stores
        .iter()
        .map(|one| store(one, true, accounts))
        .chain(toll.kept.iter().map(|one| store(one, false, accounts)))
        .collect();
    let stores = if stores.is_empty() { stores } else { format!("<ul class=\"stores\">{stores}</ul>") };
    let guards: String = run
        .guards
        .iter()
        .map(|one| {
            format!(
                "<li><b>{}</b> <span class=\"quiet\">would have kept {}, {}</span><br>{}</li>",
                one.layer.words(),
                count(one.resources, "resource"),
                count(one.data_stores, "data store"),
                esc(&one.what)
            )
        })
        .collect();
    let guards = if guards.is_empty() {
        guards
    } else {
        format!("<h4>The first guard that would have held</h4><ol class=\"guards\">{guards}</ol>")
    };
    let steps: String = run.steps.iter().take(STEPS).map(step).collect();
    let more = run.steps.len().saturating_sub(STEPS);
    let more = if more == 0 {
        String::new()
    } else {
        format!("<p class=\"quiet\">and {} more: palisade drill --format json has them all</p>", count(more, "step"))
    };
    format!(
        "<p class=\"who\">{}</p><p class=\"banner {tone}\"><b>{verdict}</b> <span>destroyed {}, stopped {}, unknown {}</span></p>{open}{}{stores}{guards}<details class=\"steps\"><summary>{}, in Terraform's order</summary><ol>{steps}</ol>{more}</details>",
        esc(&who),
        toll.destroyed,
        toll.stopped,
        toll.unknown,
        paths::of_run(run, accounts, id),
        count(run.steps.len(), "step")
    )
}

fn store(store: &StoreLost, lost: bool, accounts: &Accounts<'_>) -> String {
    let (mark, tone, word) = match (lost, store.certain) {
        (true, true) => ("✗", "failed", "lost"),
        (true, false) => ("?", "unknown", "may be lost"),
        (false, _) => ("✓", "held", "stays; were it gone"),
    };
    let left = match store.left.first() {
        None if store.class.is_none() => "what is left of it is not known".to_owned(),
        None if !store.unread.is_empty() => "nothing that was read is left".to_owned(),
        None => "nothing is left".to_owned(),
        Some(best) => {
            let place = best.account.as_ref().map_or_else(String::new, |id| format!(" in {}", accounts.text(id)));
            let age = best.age_hours.map_or_else(String::new, |age| format!(", {} old", hours(age)));
            let tier = best.tier.map_or("tier not judged", |tier| tier.words());
            format!("{} left, the best {tier}{age}{place}", count(store.left.len(), "copy"))
        }
    };
    let unread: String = store.unread.iter().map(|gap| format!("; not known: {gap}")).collect();
    format!(
        "<li><span class=\"mark {tone}\" aria-hidden=\"true\"><b>{mark}</b></span> <bdi class=\"name\">{}</bdi> <span class=\"quiet\">{}</span> {word}: {}</li>",
        esc(&store.address),
        esc(store.environment.as_deref().unwrap_or("unknown environment")),
        esc(&format!("{left}{unread}"))
    )
}

fn step(step: &Step) -> String {
    let (mark, tone, word) = match &step.result {
        StepResult::Destroyed => ("✗", "failed", "destroyed"),
        StepResult::Stopped { .. } => ("✓", "held", "stopped"),
        StepResult::Unknown { .. } => ("?", "unknown", "unknown"),
        StepResult::Nothing { .. } => ("·", "plain", "untouched"),
    };
    let mut why: Vec<String> = match &step.result {
        StepResult::Destroyed => step
            .calls
            .iter()
            .map(|call| match &call.decided_by {
                Some(by) if step.data => format!("{} allowed by {by}", call.action),
                _ => call.action.clone(),
            })
            .collect(),
        StepResult::Stopped { .. } => {
            step.held_by.iter().map(|stop| format!("by {}: {}", stop.layer.words(), stop.by)).collect()
        }
        StepResult::Unknown { missing } => missing.iter().map(|why| format!("not known: {why}")).collect(),
        StepResult::Nothing { why } => vec![why.clone()],
    };
    why.extend(step.notes.iter().cloned());
    let data = if step.data { " · data" } else { "" };
    let place = step.environment.as_deref().map_or_else(String::new, |word| format!(" · {word}"));
    format!(
        "<li><span class=\"mark {tone}\" aria-hidden=\"true\"><b>{mark}</b></span> <bdi class=\"name\">{}</bdi> {word}<span class=\"quiet\">{data}{}</span><br><span class=\"quiet\">{}</span></li>",
        esc(&step.address),
        esc(&place),
        esc(&why.join("; "))
    )
}
