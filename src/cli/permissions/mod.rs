//! `palisade permissions`: the three roles, generated from the operations that palisade may call.

mod policy;
mod template;

use clap::{Args, ValueEnum};

use super::arguments::Everywhere;
use super::error::CliError;
use super::exit::Exit;
use super::files;
use super::judging;
use super::terminal::Terminal;
use policy::{Policy, StatePrefix};

/// The role assumed where nothing else is said.
pub(super) const DEFAULT_ROLE: &str = "PalisadeAudit";

/// Print the permissions that palisade needs, as a policy or a template
///
/// Three roles, so that none can do more than its task: audit reads settings and lists in every account; state-content
/// reads the Terraform states that --state names, and nothing else; runner assumes the audit role.
#[derive(Debug, Args)]
pub(super) struct Permissions {
    /// Whose permissions
    #[arg(long, value_name = "ROLE", default_value = "audit")]
    role: RoleArg,
    /// An IAM policy, or a template that makes the role
    #[arg(long, value_name = "FORMAT", default_value = "iam")]
    format: TemplateFormat,
    /// The name of the audit role, its path before it where it has one [default: PalisadeAudit]
    #[arg(long, value_name = "NAME", value_parser = crate::config::role_name)]
    role_name: Option<String>,
    /// The partition
    #[arg(long, value_name = "PARTITION", default_value = "aws")]
    partition: crate::model::ids::Partition,
    /// A DynamoDB table that locks states, by name or ARN: audit may Scan it, and no other
    #[arg(long, value_name = "TABLE")]
    lock_table: Vec<String>,
    /// Where states lie, as s3://bucket/prefix: state-content may read there, and nowhere else
    #[arg(long, value_name = "S3-URL")]
    state: Vec<String>,
    /// The ARN of a KMS key that encrypts states: state-content may decrypt with it, through S3
    #[arg(long, value_name = "ARN")]
    key: Vec<crate::model::ids::Arn>,
    /// The ARN of an asymmetric KMS key that signs evidence: runner may sign with it and read its public half
    #[arg(long, value_name = "ARN")]
    signing_key: Vec<crate::model::ids::Arn>,
}

/// Whose permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RoleArg {
    /// Assumed in every account: Get, List and Describe.
    Audit,
    /// Beside audit where states lie: s3:GetObject there.
    StateContent,
    /// What palisade is started with: sts:AssumeRole, and kms:Sign with the keys of --signing-key.
    Runner,
}

/// As what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TemplateFormat {
    /// A policy document.
    Iam,
    /// Terraform, with the trust policy.
    Terraform,
    /// A CloudFormation template, with the trust policy.
    Cloudformation,
}

impl Permissions {
    pub(super) fn run(&self, everywhere: &Everywhere, terminal: Terminal) -> Result<Exit, CliError> {
        let config = judging::config(everywhere)?;
        let role_name = self.role_name.clone().or(config.scope.role_name).unwrap_or_else(|| DEFAULT_ROLE.to_owned());
        let policy = self.policy(&role_name, &config.settings.state.buckets)?;
        let hints = self.hints(&role_name, &policy);
        let text = match (self.format, self.role) {
            (TemplateFormat::Iam, _) => {
                hints.iter().for_each(|hint| terminal.note(hint));
                format!("{}\n", policy.to_json())
            }
            (TemplateFormat::Terraform, RoleArg::Audit) => template::terraform_role(&role_name, &policy, &hints),
            (TemplateFormat::Terraform, RoleArg::StateContent) => {
                template::terraform_attached(&role_name, &policy, &hints)
            }
            (TemplateFormat::Terraform, RoleArg::Runner) => template::terraform_policy(&policy, &hints),
            (TemplateFormat::Cloudformation, RoleArg::Audit) => {
                template::cloudformation_role(&role_name, &policy, &hints)
            }
            (TemplateFormat::Cloudformation, RoleArg::StateContent) => {
                template::cloudformation_attached(&role_name, &policy, &hints)
            }
            (TemplateFormat::Cloudformation, RoleArg::Runner) => template::cloudformation_policy(&policy, &hints),
        };
        files::stdout(|out| out.write_all(text.as_bytes()))?;
        Ok(Exit::Holds)
    }

    fn policy(&self, role_name: &str, configured: &[String]) -> Result<Policy, CliError> {
        match self.role {
            RoleArg::Audit => policy::audit(&self.partition, &self.lock_table).map_err(CliError::Usage),
            RoleArg::Runner => policy::runner(&self.partition, role_name, &self.signing_key).map_err(CliError::Usage),
            RoleArg::StateContent => {
                let mut prefixes = Vec::new();
                for url in &self.state {
                    prefixes.push(url.parse::<StatePrefix>().map_err(CliError::Usage)?);
                }
                if prefixes.is_empty() {
                    // Globs of the configuration say where to look, not what may be read.
                    let named = configured.iter().filter_map(|bucket| format!("s3://{bucket}/").parse().ok());
                    prefixes.extend(named);
                }
                if prefixes.is_empty() {
                    return Err(CliError::Usage(
                        "name where the states lie with --state s3://bucket/prefix: a role that reads every object could read every secret"
                            .to_owned(),
                    ));
                }
                policy::state_content(&self.partition, &prefixes, &self.key).map_err(CliError::Usage)
            }
        }
    }

    /// What to know beside the policy.
    fn hints(&self, role_name: &str, policy: &Policy) -> Vec<String> {
        let partition = &self.partition;
        match self.role {
            RoleArg::Audit => {
                let mut hints = vec![
                    "Where a region-deny SCP hides regions, exempt the role: add to the Condition of its statement"
                        .to_owned(),
                    format!(
                        "  \"ArnNotLike\": {{ \"aws:PrincipalARN\": [\"arn:{partition}:iam::*:role/{role_name}\"] }}"
                    ),
                ];
                if !policy.allows("dynamodb:Scan") {
                    hints.push("States locked through DynamoDB are unknown without --lock-table TABLE.".to_owned());
                }
                hints
            }
            RoleArg::StateContent if self.key.is_empty() => {
                vec!["States encrypted with a KMS key of yours need --key ARN as well.".to_owned()]
            }
            RoleArg::StateContent => Vec::new(),
            RoleArg::Runner => {
                let mut hints = vec![
                    "In the account it runs from, palisade also needs the audit permissions themselves.".to_owned(),
                ];
                if self.signing_key.is_empty() {
                    hints.push("Signing evidence with a key in KMS needs --signing-key ARN.".to_owned());
                }
                hints
            }
        }
    }
}

/// `/audit/` and `PalisadeAudit` of `audit/PalisadeAudit`; a name alone has the path `/`.
fn split(role: &str) -> (String, &str) {
    match role.rsplit_once('/') {
        Some((path, name)) => (format!("/{path}/"), name),
        None => ("/".to_owned(), role),
    }
}

#[cfg(test)]
mod tests;
