//! `palisade guard suggest`: the policies that would close what is open, with the proof that they do.

use std::collections::BTreeMap;
use std::io::{self, Write};

use clap::{Args, Subcommand, ValueEnum};

use super::arguments::Everywhere;
use super::error::CliError;
use super::exit::Exit;
use super::files;
use super::judging;
use super::source::SourceArgs;
use super::terminal::Terminal;
use crate::analysis::suggest::{Limits, Place, Suggestion, suggest};
use crate::model::ids::AccountId;
use crate::reports::text::wrap;

/// Work with the organization's guards
#[derive(Debug, Args)]
pub(super) struct Guard {
    #[command(subcommand)]
    command: GuardCommand,
}

#[derive(Debug, Subcommand)]
enum GuardCommand {
    Suggest(Suggest),
}

/// Print the service control policies that would close what is open, and prove that they do
///
/// Whatever destroys data or backups, weakens their protection or removes guards, and that production can live without, is
/// denied to everybody but the principals of [break_glass] and the roles of platforms. Nothing is printed that is not
/// proven: the policies are attached to the inventory's organization, and every claim is judged again.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 printed, or nothing is open; 1 no policy can be suggested, or none fits; 2 wrong usage"
)]
struct Suggest {
    /// For this account
    #[arg(long, value_name = "ID", conflicts_with = "ou")]
    account: Option<AccountId>,
    /// For this organizational unit, by id or name; without it and --account: for the root
    #[arg(long, value_name = "ID")]
    ou: Option<String>,
    #[command(flatten)]
    source: SourceArgs,
    /// How many policies may be attached there, and how many characters each may have; 5,5120 unless more is in use
    #[arg(long, value_name = "POLICIES,CHARS", value_parser = limits)]
    limits: Option<Limits>,
    /// The format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: SuggestFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SuggestFormat {
    /// For a person.
    Text,
    /// For a program.
    Json,
}

fn limits(text: &str) -> Result<Limits, String> {
    let wrong = || format!("{text:?} is no pair of limits: two numbers are wanted, such as 10,10240");
    let (policies, characters) = text.split_once(',').ok_or_else(wrong)?;
    let number = |text: &str| text.trim().parse::<usize>().ok().filter(|number| *number > 0).ok_or_else(wrong);
    Ok(Limits { policies: number(policies)?, characters: number(characters)? })
}

impl Guard {
    pub(super) fn run(&self, everywhere: &Everywhere, terminal: Terminal) -> Result<Exit, CliError> {
        match &self.command {
            GuardCommand::Suggest(command) => command.run(everywhere, terminal),
        }
    }
}

impl Suggest {
    fn run(&self, everywhere: &Everywhere, terminal: Terminal) -> Result<Exit, CliError> {
        let config = judging::config(everywhere)?;
        let inventory = self.source.inventory(&config, terminal)?;
        let place = match (&self.account, &self.ou) {
            (Some(id), _) => Place::Account(id.clone()),
            (None, Some(name)) => Place::Unit(name.clone()),
            (None, None) => Place::Root,
        };
        let suggestion = suggest(&inventory, &config.settings, &place, self.limits)
            .map_err(|why| CliError::NoSuggestion(why.to_string()))?;
        match self.format {
            SuggestFormat::Text => files::stdout(|out| text(&suggestion, terminal.width, out))?,
            SuggestFormat::Json => files::stdout(|out| {
                serde_json::to_writer_pretty(&mut *out, &suggestion).map_err(io::Error::from)?;
                out.write_all(b"\n")
            })?,
        }
        Ok(Exit::Holds)
    }
}

fn paragraph(out: &mut dyn Write, width: usize, indent: usize, text: &str) -> io::Result<()> {
    let lines = wrap(text, width.saturating_sub(indent).max(20));
    lines.iter().try_for_each(|line| writeln!(out, "{:indent$}{line}", ""))
}

fn some<T: ToString>(list: &[T]) -> String {
    let shown: Vec<String> = list.iter().take(5).map(ToString::to_string).collect();
    let more = list.len().saturating_sub(shown.len());
    if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
}

fn text(suggestion: &Suggestion, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let Suggestion { target_name, accounts, policies, limits, .. } = suggestion;
    if policies.is_empty() {
        let text = format!("Nothing is open at {target_name} that a blanket deny could close: no policy is needed.");
        paragraph(out, width, 0, &text)?;
        return stays_open(suggestion, width, out);
    }
    let count = policies.len();
    let which = if count == 1 { "this policy".to_owned() } else { format!("these {count} policies") };
    let bound = if accounts.len() == 1 { "One account is bound" } else { "Accounts are bound" };
    paragraph(out, width, 0, &format!("Attach {which} to {target_name}. {bound}: {}.", some(accounts)))?;
    for policy in policies {
        writeln!(out, "\n{} ({} of {} characters)", policy.name, policy.characters, limits.characters)?;
        writeln!(out, "{}", policy.document)?;
    }
    let attached = suggestion.attached.len();
    writeln!(out)?;
    let room = format!(
        "{} of {} policies are then attached there ({attached} now: {}).",
        attached + count,
        limits.policies,
        some(&suggestion.attached)
    );
    paragraph(out, width, 0, &room)?;
    writeln!(out, "\nProven closed with them attached, to every administrator and to the root user:")?;
    by_service(suggestion.closes.iter().map(String::as_str), width, out)?;
    writeln!(out, "\nExempt:")?;
    let declared = match suggestion.break_glass.as_slice() {
        [] => "nobody: [break_glass] principals of palisade.toml declares none".to_owned(),
        list => list.join(", "),
    };
    paragraph(out, width, 2, &format!("declared: {declared}"))?;
    paragraph(out, width, 2, &format!("platform roles: {}", suggestion.platform.join(", ")))?;
    paragraph(out, width, 2, "service-linked roles: no service control policy binds them")?;
    let names = "Whoever may create or change a role of such a name passes: `palisade explain \
        scp-exemptions-not-impersonable` names them, and prints the deny that keeps them out.";
    paragraph(out, width, 0, names)?;
    stays_open(suggestion, width, out)
}

fn stays_open(suggestion: &Suggestion, width: usize, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\nStays open:")?;
    if let Some(management) = &suggestion.management {
        let text = format!("everything in the management account {management}, which no service control policy binds");
        paragraph(out, width, 2, &text)?;
    }
    if !suggestion.stays_open.is_empty() {
        paragraph(out, width, 2, "what daily operation needs, so that other guards have to hold:")?;
        by_service(suggestion.stays_open.iter().map(|open| open.action.as_str()), width, out)?;
    }
    Ok(())
}

fn by_service<'a>(actions: impl Iterator<Item = &'a str>, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut services: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for action in actions {
        let (service, name) = action.split_once(':').unwrap_or((action, ""));
        services.entry(service).or_default().push(name);
    }
    services
        .iter()
        .try_for_each(|(service, names)| paragraph(out, width, 2, &format!("{service}: {}", names.join(", "))))
}
