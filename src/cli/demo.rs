//! `palisade demo`

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use super::arguments::{Everywhere, OutputArgs, SelectArgs};
use super::error::CliError;
use super::exit::Exit;
use super::files;
#[cfg(feature = "fleet")]
use super::fleet::ServeArgs;
use super::judging::Judging;
use super::terminal::Terminal;
use crate::demo::Organization;
use crate::model::inventory::Inventory;

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
    /// Keep the organization up on this machine, for other tools to look at, and judge nothing
    #[cfg(feature = "fleet")]
    #[arg(long, conflicts_with_all = ["write_inventory", "layer", "check", "severity", "checks", "format", "output", "status"])]
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
        let judging = Judging::prepare(everywhere, &self.select, &self.output, None)?;
        if let Some(path) = self.write_inventory.as_deref().filter(|path| judging.writes_to(path)) {
            let place = if files::is_pipe(path) { "standard output".to_owned() } else { path.display().to_string() };
            return Err(CliError::Usage(format!(
                "the inventory and the report would both go to {place}: give each its own file"
            )));
        }
        let inventory = self.collected(terminal)?;
        if let Some(path) = &self.write_inventory {
            files::write_inventory(path, &inventory)?;
            terminal.note(&format!("wrote {}", path.display()));
        }
        judging.report(&inventory, terminal)?;
        Ok(Exit::Holds)
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
