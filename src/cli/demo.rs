//! `palisade demo`

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use super::arguments::{Everywhere, Format, OutputArgs, SelectArgs};
use super::drill::no_drill;
use super::error::CliError;
use super::exit::Exit;
use super::files::{self, Privacy};
#[cfg(feature = "fleet")]
use super::fleet::ServeArgs;
use super::judging::{self, Judging};
use super::keeping::Keeping;
use super::terminal::Terminal;
use crate::analysis::{Asked, What, drill};
use crate::config::{self, Config, ConfigError};
use crate::demo::{CONFIG, Organization, Rehearsal, Rehearsed, rehearsals};
use crate::model::drill::{Drill, DrilledKind, REHEARSALS_SCHEMA, Rehearsals, Titled};
use crate::model::inventory::Inventory;
use crate::reports::{self, html};

/// Scan and judge a bundled organization, without AWS and without credentials
///
/// The organization is served within this process in AWS's own protocols, and scanned as AWS would be. It is modelled on an
/// incident: one account held production and a second site, its database had no deletion protection and automated snapshots
/// alone, no policy denied anything, and the Terraform state lay on a laptop. Beside it stands an account set up well.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 whatever the posture shows, 1 could not run, 2 wrong usage")]
pub(super) struct Demo {
    /// The organization
    #[arg(long, value_name = "NAME", default_value = "incident", value_parser = organizations())]
    organization: Organization,
    /// Also write the inventory that was collected, to look inside; .zst compresses
    #[arg(long, value_name = "FILE")]
    write_inventory: Option<PathBuf>,
    /// Also write the palisade.toml that the organization is judged by; --config gives another
    #[arg(long, value_name = "FILE")]
    write_config: Option<PathBuf>,
    /// Rehearse the destroy of the incident instead of judging: what goes, what stops it, what is left
    #[arg(long, conflicts_with_all = ["write_config", "layer", "check", "severity", "checks", "status"])]
    drill: bool,
    /// Keep the organization up on this machine, for other tools to look at, and judge nothing
    #[cfg(feature = "fleet")]
    #[arg(long, conflicts_with_all = ["drill", "write_inventory", "write_config", "layer", "check", "severity", "checks", "format", "output", "status"])]
    serve: bool,
    #[cfg(feature = "fleet")]
    #[command(flatten)]
    how: ServeArgs,
    #[command(flatten)]
    select: SelectArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// The names of the organizations, each with what it shows.
fn organizations() -> impl TypedValueParser<Value = Organization> {
    let names = Organization::ALL.iter().map(|one| PossibleValue::new(one.as_str()).help(one.description()));
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Organization>())
}

/// The owner's configuration of the organizations, unless another is given: whatever lies in the working directory is
/// about the user's own.
fn config(everywhere: &Everywhere) -> Result<Config, CliError> {
    if everywhere.config.is_some() {
        return judging::config(everywhere);
    }
    config::parse(CONFIG).map_err(|faults| ConfigError::Wrong { path: PathBuf::from(config::FILE_NAME), faults }.into())
}

impl Demo {
    pub(super) fn run(&self, everywhere: &Everywhere, terminal: Terminal) -> Result<Exit, CliError> {
        #[cfg(feature = "fleet")]
        if self.serve {
            return self.how.serve(self.organization.inventory(), terminal);
        }
        #[cfg(feature = "fleet")]
        if let Some(flag) = self.how.given() {
            return Err(CliError::Usage(format!(
                "{flag} is about how the organization is served: give --serve with it"
            )));
        }
        let config = config(everywhere)?;
        if self.drill {
            return self.rehearse(&config, terminal);
        }
        let judging = Judging::with(config, &self.select, &self.output, None)?;
        self.apart(&judging)?;
        let inventory = self.collected(terminal)?;
        if let Some(path) = &self.write_inventory {
            files::write_inventory(path, &inventory)?;
            terminal.note(&format!("wrote {}", path.display()));
        }
        if let Some(path) = &self.write_config {
            files::write(path, Privacy::Usual, |out| out.write_all(CONFIG.as_bytes()))?;
            terminal.note(&format!("wrote {}", path.display()));
        }
        let rehearsed = if judging.has_html() { self.rehearsed(&judging.config, &inventory)? } else { Vec::new() };
        let drills: Vec<_> = rehearsed.iter().map(|(title, drill)| html::Rehearsed { title, drill }).collect();
        judging.report_and(&inventory, &Keeping::default(), &drills, terminal, &|_, _| {})?;
        Ok(Exit::Holds)
    }

    /// Rehearses what the organization has to show.
    fn rehearse(&self, config: &Config, terminal: Terminal) -> Result<Exit, CliError> {
        let (json, to) = self.drilled_to()?;
        if rehearsals(self.organization).is_empty() {
            return Err(CliError::Usage(format!("the organization {} holds no state to destroy", self.organization)));
        }
        let inventory = self.collected(terminal)?;
        if let Some(path) = &self.write_inventory {
            files::write_inventory(path, &inventory)?;
            terminal.note(&format!("wrote {}", path.display()));
        }
        let runs = self.rehearsed(config, &inventory)?;
        let runs = runs.into_iter().map(|(title, drill)| Titled { title: title.to_owned(), drill }).collect();
        let runs = Rehearsals { schema: REHEARSALS_SCHEMA.to_owned(), rehearsals: runs };
        let colour = terminal.colour && files::is_pipe(&to);
        let options = reports::drill::Options { width: terminal.width, colour };
        files::write(&to, Privacy::Usual, |out| {
            if json {
                serde_json::to_writer_pretty(&mut *out, &runs)?;
                return out.write_all(b"\n");
            }
            for (at, Titled { title, drill }) in runs.rehearsals.iter().enumerate() {
                let gap = if at == 0 { "" } else { "\n\n" };
                writeln!(out, "{gap}{title}\n")?;
                reports::drill::write(drill, &options, out)?;
            }
            Ok(())
        })?;
        Ok(Exit::Holds)
    }

    /// What the organization has to show, rehearsed; each with what it shows.
    fn rehearsed(&self, config: &Config, inventory: &Inventory) -> Result<Vec<(&'static str, Drill)>, CliError> {
        let mut runs = Vec::new();
        for Rehearsal { title, of, by } in rehearsals(self.organization) {
            let what = match of {
                Rehearsed::Object(bucket, key) => What::State { bucket: bucket.to_owned(), key: key.to_owned() },
                Rehearsed::Laptop(name, resources) => What::Listed {
                    kind: DrilledKind::State,
                    name: name.to_owned(),
                    resources,
                    notes: vec!["this state lay on a laptop: no inventory holds it".to_owned()],
                },
            };
            let asked = by.and_then(|arn| arn.parse().ok()).map_or(Asked::Account, Asked::Principal);
            let drilled = drill(inventory, &config.settings, &what, &asked).map_err(no_drill)?;
            runs.push((title, drilled));
        }
        Ok(runs)
    }

    /// Whether the rehearsals are written as JSON, and where to.
    fn drilled_to(&self) -> Result<(bool, PathBuf), CliError> {
        let OutputArgs { format, output, .. } = &self.output;
        let to = output.first().cloned().unwrap_or_else(|| PathBuf::from("-"));
        let json = match format.as_slice() {
            [] => to.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")),
            [one] if [Format::Table, Format::Json].contains(one) => *one == Format::Json,
            _ => return Err(CliError::Usage("a drill is written as one table or as one JSON document".to_owned())),
        };
        if output.len() > 1 {
            return Err(CliError::Usage("a drill is written once: give one --output".to_owned()));
        }
        if self.write_inventory.as_deref() == Some(to.as_path()) {
            let why = format!("the inventory and the drill would both go to {}: give each its own file", to.display());
            return Err(CliError::Usage(why));
        }
        Ok((json, to))
    }

    /// Whether everything that is written goes to a place of its own.
    fn apart(&self, judging: &Judging) -> Result<(), CliError> {
        let (inventory, config) = (self.write_inventory.as_deref(), self.write_config.as_deref());
        let twice = [("inventory", inventory), ("configuration", config)]
            .into_iter()
            .find_map(|(what, path)| path.filter(|path| judging.writes_to(path)).map(|path| (what, "report", path)))
            .or_else(|| inventory.filter(|_| inventory == config).map(|path| ("inventory", "configuration", path)));
        let Some((one, other, path)) = twice else { return Ok(()) };
        let place = if files::is_pipe(path) { "standard output".to_owned() } else { path.display().to_string() };
        Err(CliError::Usage(format!("the {one} and the {other} would both go to {place}: give each its own file")))
    }

    /// The organization, served and scanned.
    #[cfg(all(feature = "aws", feature = "fleet"))]
    fn collected(&self, terminal: Terminal) -> Result<Inventory, CliError> {
        let inventory = super::within::collect(self.organization.inventory())?;
        let calls: u64 = inventory.ledger.iter().map(|entry| entry.calls).sum();
        let accounts = inventory.accounts.len();
        terminal.note(&format!(
            "scanned the bundled organization {}: accounts {accounts}, calls {calls}",
            self.organization
        ));
        Ok(inventory)
    }

    /// The organization as it is: without the SDK, or without the endpoint, there is nothing to scan it with.
    #[cfg(not(all(feature = "aws", feature = "fleet")))]
    #[expect(clippy::unnecessary_wraps, reason = "with the SDK it may fail")]
    fn collected(&self, _: Terminal) -> Result<Inventory, CliError> {
        Ok(self.organization.inventory())
    }
}
