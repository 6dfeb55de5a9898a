//! `palisade.toml`: raw to valid, every fault reported at once.
//!
//! Knows `model` alone. The file is read as a tree with places, and every key of every section has one row in [`keys`]
//! that says what it takes; whatever has no row is a fault. Flags win over the file.

mod entries;
mod fault;
mod keys;
mod notify;
mod overrides;
mod scope;
mod value;
mod waivers;

use std::path::{Path, PathBuf};

use toml::de::DeTable;

pub use fault::{ConfigError, Fault, hint, nearest};
pub use notify::{Channel, NotifyConfig, WebhookUrl};
pub use overrides::{OVERRIDES_FILE, load as load_overrides};
pub use scope::{endpoint_url, role_name};
pub use waivers::load as load_waivers;

use crate::model::finding::Severity;
use crate::model::ids::{AccountId, Region};
use crate::model::settings::Settings;
use fault::Collector;

/// The name looked for in the working directory.
pub const FILE_NAME: &str = "palisade.toml";

/// Everything that `palisade.toml` says, valid.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Config {
    /// How facts are judged.
    pub settings: Settings,
    /// What is scanned, and as whom.
    pub scope: ScopeConfig,
    /// Directories of further checks.
    pub checks: Vec<PathBuf>,
    /// A file of further waivers.
    pub waivers_file: Option<PathBuf>,
    /// Where the message after a scan goes.
    pub notify: NotifyConfig,
    /// From which severity on a failure ends with exit code 3.
    pub fail_on: Option<FailOn>,
}

/// What is scanned, and as whom: what the flags of the same names say, where they are not given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScopeConfig {
    /// `--profile`
    pub profile: Option<String>,
    /// `--region`: the home region.
    pub region: Option<Region>,
    /// `--regions`
    pub regions: Vec<Region>,
    /// `--endpoint-url`
    pub endpoint_url: Option<String>,
    /// `--account`
    pub accounts: Vec<AccountId>,
    /// `--ou`
    pub organizational_units: Vec<String>,
    /// `--exclude-account`
    pub exclude_accounts: Vec<AccountId>,
    /// `--role-name`
    pub role_name: Option<String>,
    /// `--external-id`
    pub external_id: Option<String>,
    /// `--concurrency`: calls in flight.
    pub concurrency: Option<u16>,
    /// `false` is `--no-organization`.
    pub organization: Option<bool>,
    /// `false` is `--no-state-content`.
    pub state_content: Option<bool>,
}

/// From which severity on a failure, or an unknown verdict, changes the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailOn {
    /// At this severity and above.
    At(Severity),
    /// At none.
    Never,
}

impl FailOn {
    /// The words that it is written with.
    pub const WORDS: &'static [&'static str] = &["critical", "high", "medium", "low", "never"];

    /// Whether a verdict of this severity counts.
    #[must_use]
    pub fn counts(self, severity: Severity) -> bool {
        match self {
            // Severities are ordered worst first.
            Self::At(least) => severity <= least,
            Self::Never => false,
        }
    }
}

impl Default for FailOn {
    fn default() -> Self {
        Self::At(Severity::High)
    }
}

impl std::str::FromStr for FailOn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "never" {
            return Ok(Self::Never);
        }
        text.parse().map(Self::At).map_err(|_| {
            format!("{text:?} is none of {}{}", Self::WORDS.join(", "), hint(text, Self::WORDS.iter().copied()))
        })
    }
}

/// Reads the configuration: `given`, or `palisade.toml` of the folder, or the defaults where there is none.
///
/// # Errors
/// [`ConfigError::Unreadable`] where the file is given but cannot be read, or is there but cannot be read;
/// [`ConfigError::Wrong`] with every fault.
pub fn load(given: Option<&Path>, folder: &Path) -> Result<Config, ConfigError> {
    let path = given.map_or_else(|| folder.join(FILE_NAME), Path::to_owned);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if given.is_none() && error.kind() == std::io::ErrorKind::NotFound => return Ok(Config::default()),
        Err(source) => return Err(ConfigError::Unreadable { path, source }),
    };
    // Relative paths in the file are meant from where the file lies.
    let base = path.parent().unwrap_or(Path::new("")).to_owned();
    let shown = if given.is_none() { PathBuf::from(FILE_NAME) } else { path };
    let mut config = parse(&text).map_err(|faults| ConfigError::Wrong { path: shown, faults })?;
    for checks in &mut config.checks {
        *checks = base.join(&*checks);
    }
    if let Some(file) = &mut config.waivers_file {
        *file = base.join(&*file);
        config.settings.waivers.extend(load_waivers(file)?);
    }
    Ok(config)
}

/// Reads the text of a configuration.
///
/// # Errors
/// Every fault, in order of place.
pub fn parse(text: &str) -> Result<Config, Vec<Fault>> {
    let mut faults = Collector::new(text);
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        faults.add(&error.span().unwrap_or(0..0), error.message().replace('\n', ": "));
    }
    let mut config = Config::default();
    keys::read(document.get_ref(), &mut config, &mut faults);
    let faults = faults.into_faults();
    if faults.is_empty() { Ok(config) } else { Err(faults) }
}

#[cfg(test)]
mod tests;
