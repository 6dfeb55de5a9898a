//! Where a command takes its inventory from: a file, or AWS itself.

use std::path::PathBuf;

use clap::Args;

use super::error::CliError;
use super::files;
#[cfg(feature = "aws")]
use super::progress::Progress;
#[cfg(feature = "aws")]
use super::scope::AccessArgs;
use super::terminal::Terminal;
#[cfg(feature = "aws")]
use crate::aws;
use crate::config::Config;
use crate::model::inventory::Inventory;

/// The inventory to answer from.
#[derive(Debug, Clone, Args)]
pub(super) struct SourceArgs {
    /// An inventory that `palisade collect` wrote, compressed or not; '-' reads stdin. Without it AWS is read now
    #[arg(long, value_name = "FILE")]
    inventory: Option<PathBuf>,
    #[cfg(feature = "aws")]
    #[command(flatten)]
    access: AccessArgs,
}

impl SourceArgs {
    /// Whether it is read from stdin.
    pub(super) fn is_pipe(&self) -> bool {
        self.inventory.as_deref().is_some_and(files::is_pipe)
    }

    /// Reads the file, or AWS.
    ///
    /// # Errors
    /// The file is no inventory, or AWS cannot be read.
    #[cfg_attr(not(feature = "aws"), expect(unused_variables, reason = "they are for reading AWS"))]
    pub(super) fn inventory(&self, config: &Config, terminal: Terminal) -> Result<Inventory, CliError> {
        if let Some(file) = &self.inventory {
            return files::read_inventory(file);
        }
        #[cfg(feature = "aws")]
        {
            let options = self.access.options(config)?;
            let progress = Progress::start(terminal);
            let collected = aws::collect_blocking(&options, progress.clone());
            progress.finish();
            Ok(collected?)
        }
        #[cfg(not(feature = "aws"))]
        Err(CliError::Usage("this palisade was built without `aws`: give it --inventory FILE".to_owned()))
    }
}
