//! What is scanned and as whom: flags before environment, environment before `palisade.toml`.

use clap::Args;

use super::error::CliError;
use super::terminal::{endpoints, variable};
use crate::aws::{CollectOptions, DEFAULT_CONCURRENCY, DEFAULT_ROLE};
use crate::config::{self, Config};
use crate::model::ids::{AccountId, Region};

/// As whom and through what AWS is read.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Access")]
pub(super) struct AccessArgs {
    /// The profile of the AWS configuration files (AWS_PROFILE)
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// The home region: where STS is called (AWS_REGION)
    #[arg(long, value_name = "REGION")]
    region: Option<Region>,
    /// Call this URL instead of AWS (AWS_ENDPOINT_URL)
    #[arg(long, value_name = "URL", value_parser = config::endpoint_url)]
    endpoint_url: Option<String>,
    /// The role assumed in each member account [default: PalisadeAudit]
    #[arg(long, value_name = "NAME", value_parser = config::role_name)]
    role_name: Option<String>,
    /// What the role's trust policy asks for
    #[arg(long, value_name = "ID", env = "PALISADE_EXTERNAL_ID", hide_env_values = true)]
    external_id: Option<String>,
    /// The most calls in flight [default: 64]
    #[arg(long, value_name = "CALLS", value_parser = clap::value_parser!(u16).range(1..=1024))]
    concurrency: Option<u16>,
    /// Do not ask AWS Organizations: scan the account of the credentials, or those of --account
    #[arg(long)]
    no_organization: bool,
    /// List Terraform states, but do not read them
    #[arg(long)]
    no_state_content: bool,
}

/// What is scanned, and as whom.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Scope")]
pub(super) struct ScopeArgs {
    /// Scan these regions; otherwise what each account has enabled
    #[arg(long, value_name = "REGIONS", value_delimiter = ',')]
    regions: Vec<Region>,
    /// Scan this account; repeatable; otherwise all
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    account: Vec<AccountId>,
    /// Scan the accounts below this organizational unit; repeatable
    #[arg(long, value_name = "OU", value_delimiter = ',')]
    ou: Vec<String>,
    /// Leave this account out; repeatable
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    exclude_account: Vec<AccountId>,
    #[command(flatten)]
    access: AccessArgs,
}

impl ScopeArgs {
    /// Flags and configuration together.
    ///
    /// # Errors
    /// Where a variable of the environment names an endpoint that is none.
    pub(super) fn options(&self, config: &Config) -> Result<CollectOptions, CliError> {
        let file = &config.scope;
        Ok(CollectOptions {
            regions: given(&self.regions, &file.regions),
            accounts: given(&self.account, &file.accounts),
            organizational_units: given(&self.ou, &file.organizational_units),
            excluded_accounts: given(&self.exclude_account, &file.exclude_accounts),
            ..self.access.options(config)?
        })
    }
}

impl AccessArgs {
    /// Flags and configuration together. What only the environment says is left to the SDK, which reads it as the AWS CLI
    /// does.
    ///
    /// # Errors
    /// Where a variable of the environment names an endpoint that is none.
    pub(super) fn options(&self, config: &Config) -> Result<CollectOptions, CliError> {
        for (name, value) in endpoints() {
            // The flag takes the place of the variable that it is named after.
            if name != "AWS_ENDPOINT_URL" || self.endpoint_url.is_none() {
                config::endpoint_url(&value)
                    .map_err(|why| CliError::Usage(format!("the variable {name}: {why}, or unset it")))?;
            }
        }
        let file = &config.scope;
        let settings = &config.settings;
        let unless = |names: &[&str], value: Option<&String>| {
            value.filter(|_| names.iter().all(|name| variable(name).is_none())).cloned()
        };
        let home_region = file
            .region
            .clone()
            .filter(|_| variable("AWS_REGION").is_none() && variable("AWS_DEFAULT_REGION").is_none());
        Ok(CollectOptions {
            profile: self
                .profile
                .clone()
                .or_else(|| unless(&["AWS_PROFILE", "AWS_ACCESS_KEY_ID"], file.profile.as_ref())),
            environment_profile: variable("AWS_PROFILE"),
            home_region: self.region.clone().or(home_region),
            regions: file.regions.clone(),
            endpoint_url: self
                .endpoint_url
                .clone()
                .or_else(|| unless(&["AWS_ENDPOINT_URL"], file.endpoint_url.as_ref())),
            accounts: file.accounts.clone(),
            organizational_units: file.organizational_units.clone(),
            excluded_accounts: file.exclude_accounts.clone(),
            role_name: self
                .role_name
                .clone()
                .or_else(|| file.role_name.clone())
                .unwrap_or_else(|| DEFAULT_ROLE.to_owned()),
            external_id: self.external_id.clone().or_else(|| file.external_id.clone()),
            concurrency: self.concurrency.or(file.concurrency).map_or(DEFAULT_CONCURRENCY, usize::from),
            no_organization: self.no_organization || file.organization == Some(false),
            state_content: !self.no_state_content && file.state_content != Some(false),
            state_buckets: settings.state.buckets.clone(),
            environment_tags: settings.environments.tags.clone(),
            treat_as_empty: settings.scope.treat_as_empty.clone(),
            account_tags: !settings.environments.account_tags.is_empty(),
        })
    }
}

/// The flags' list, or the file's where the flags give none.
fn given<T: Clone>(flags: &[T], file: &[T]) -> Vec<T> {
    if flags.is_empty() { file.to_vec() } else { flags.to_vec() }
}
