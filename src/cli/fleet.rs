//! `palisade fleet`: an AWS endpoint that is served from an inventory.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, Subcommand};
use jiff::{SignedDuration, Timestamp};

use super::error::CliError;
use super::exit::Exit;
use super::files;
use super::terminal::Terminal;
use crate::fleet::generate::{Shape, generate};
use crate::fleet::server::Listening;
use crate::fleet::{Fleet as Endpoint, Options};
use crate::model::ids::{Partition, Region};
use crate::model::inventory::Inventory;

/// AWS to try things on: serve an inventory as AWS would
#[derive(Debug, Args)]
pub(super) struct Fleet {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Generate(Generate),
    Serve(Serve),
}

impl Fleet {
    pub(super) fn run(&self, terminal: Terminal) -> Result<Exit, CliError> {
        match &self.command {
            Command::Generate(command) => command.run(terminal),
            Command::Serve(command) => command.run(terminal),
        }
    }
}

/// Make up an organization of any size, as real ones are
///
/// A few huge accounts and many small ones, with the furniture of Control Tower and Identity Center, environments named in
/// all the ways people name them, plans, copies, locks, Terraform states in every condition, and policies as they are found
/// in the wild. The same seed and size give the same organization.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 written, 1 could not run, 2 wrong usage")]
struct Generate {
    /// What the dice begin with
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The number of accounts
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    accounts: u32,
    /// The regions that every account has enabled, the home region first [default: three of the partition's]
    #[arg(long, value_name = "REGIONS", value_delimiter = ',')]
    regions: Vec<Region>,
    /// The partition
    #[arg(long, value_name = "PARTITION", default_value = "aws")]
    partition: Partition,
    /// The inventory; compressed where the name ends in .zst; '-' is stdout
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

impl Generate {
    fn run(&self, terminal: Terminal) -> Result<Exit, CliError> {
        files::writable(&self.output)?;
        let shape = Shape {
            accounts: usize::try_from(self.accounts).unwrap_or(usize::MAX),
            regions: self.regions.clone(),
            partition: self.partition.clone(),
            ..Shape::default()
        };
        let inventory = generate(self.seed, &shape);
        files::write_inventory(&self.output, &inventory)?;
        if !files::is_pipe(&self.output) {
            let (accounts, gaps) = (inventory.accounts.len(), inventory.gaps().len());
            terminal.note(&format!("wrote {}: accounts {accounts}, gaps {gaps}", self.output.display()));
        }
        Ok(Exit::Holds)
    }
}

/// Serve an inventory on this machine, as AWS's APIs would
///
/// Everything that palisade reads is served in AWS's own protocols, gaps as the failures that would cause them; whoever
/// scans it is given the same inventory. It prints the environment variables to export. Nothing but this machine can reach
/// it, and nothing that is written to it is kept.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 ended by Ctrl-C, 1 could not run, 2 wrong usage")]
struct Serve {
    /// The inventory, as collect wrote it; '-' is stdin
    #[arg(value_name = "INVENTORY")]
    inventory: PathBuf,
    #[command(flatten)]
    how: ServeArgs,
}

/// How an inventory is served.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Serving")]
pub(super) struct ServeArgs {
    /// The port [default: any that is free]
    #[arg(long, value_name = "PORT", default_value_t = 0, hide_default_value = true)]
    port: u16,
    /// The most items in a page of any list [default: as many as AWS gives]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    page_size: Option<u32>,
    /// How long each answer is kept back, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0, hide_default_value = true)]
    latency: u64,
    /// Tell times as they were recorded; otherwise as if the inventory had been read just now
    #[arg(long)]
    as_recorded: bool,
}

impl Serve {
    fn run(&self, terminal: Terminal) -> Result<Exit, CliError> {
        let inventory = files::read_inventory(&self.inventory)?;
        self.how.serve(inventory, terminal)
    }
}

impl ServeArgs {
    /// The flag that was given of these, where one was.
    pub(super) fn given(&self) -> Option<&'static str> {
        let Self { port, page_size, latency, as_recorded } = self;
        [
            (*port != 0, "--port"),
            (page_size.is_some(), "--page-size"),
            (*latency != 0, "--latency"),
            (*as_recorded, "--as-recorded"),
        ]
        .into_iter()
        .find_map(|(given, flag)| given.then_some(flag))
    }

    /// Serves until Ctrl-C.
    pub(super) fn serve(&self, inventory: Inventory, terminal: Terminal) -> Result<Exit, CliError> {
        let shift = if self.as_recorded { SignedDuration::ZERO } else { now().duration_since(inventory.taken_at) };
        let page_size = self.page_size.and_then(|size| usize::try_from(size).ok());
        let region = inventory.caller.home_region.clone();
        let endpoint = Arc::new(Endpoint::new(inventory, Options { page_size, shift, ..Options::default() }));
        let latency = Duration::from_millis(self.latency);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.map_err(|source| CliError::Serve { port: self.port, source })?;
        let served = runtime.block_on(async {
            let listening =
                Listening::on(self.port).await.map_err(|source| CliError::Serve { port: self.port, source })?;
            let keys = endpoint.credentials();
            let address = listening.address;
            files::stdout(|out| {
                writeln!(out, "export AWS_ENDPOINT_URL=http://{address}")?;
                writeln!(out, "export AWS_REGION={region}")?;
                writeln!(out, "export AWS_DEFAULT_REGION={region}")?;
                writeln!(out, "export AWS_ACCESS_KEY_ID={}", keys.access_key_id)?;
                writeln!(out, "export AWS_SECRET_ACCESS_KEY={}", keys.secret_access_key)?;
                writeln!(out, "export AWS_SESSION_TOKEN={}", keys.session_token)
            })?;
            terminal
                .note("serving; Ctrl-C ends it. `eval` these lines in another terminal, then `palisade scan` there");
            tokio::select! {
                () = listening.serve(endpoint, latency) => Ok(()),
                signal = tokio::signal::ctrl_c() => {
                    signal.map_err(|source| CliError::Serve { port: address.port(), source })
                }
            }
        });
        // A connection that is being answered belongs to a client that is left alone with it.
        runtime.shutdown_background();
        served.map(|()| Exit::Holds)
    }
}

/// The moment that an inventory is served as read at.
#[expect(
    clippy::disallowed_methods,
    reason = "an old inventory is served as if it had been read now; nothing is judged by it"
)]
fn now() -> Timestamp {
    Timestamp::from_second(Timestamp::now().as_second()).unwrap_or_default()
}
