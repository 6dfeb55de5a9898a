//! The settings that judgements depend on, valid by construction. `config.rs` makes them from `palisade.toml`.
//!
//! The defaults stand here and nowhere else. All of it reaches Rego as `data.config`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ids::{AccountId, Region};
use super::waiver::Waiver;

/// Everything that a user may set about how facts are judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The oldest that the data of a survivor may be, in hours.
    pub rpo_hours: u32,
    /// The least retention of automated backups, in days.
    pub backup_retention_days: u32,
    /// The least life of noncurrent object versions, in days.
    pub noncurrent_days: u32,
    /// The least MinRetentionDays of a vault that receives copies, in days.
    pub min_retention_days: u32,
    /// How long a restore test counts, in days.
    pub restore_test_days: u32,
    /// How far back failed jobs count, in hours.
    pub job_window_hours: u32,
    /// How old a held lock may be, in hours.
    pub stale_lock_hours: u32,
    /// How soon expiring imported key material fails, in days.
    pub key_material_days: u32,
    /// `[scope]`
    pub scope: ScopeSettings,
    /// `[resources]`
    pub resources: ResourceSettings,
    /// `[environments]`
    pub environments: EnvironmentSettings,
    /// `[backup]`
    pub backup: BackupSettings,
    /// `[state]`
    pub state: StateSettings,
    /// The most principals that may detach, change or disable SCPs.
    pub max_policy_administrators: u32,
    /// The most principals that may reach destructive rights in one account; platform roles count as one.
    pub max_destroyers: u32,
    /// The most principals that may write or delete the states of one bucket; platform roles count as one.
    pub max_state_writers: u32,
    /// `[break_glass]`
    pub break_glass: BreakGlassSettings,
    /// `[agents]`
    pub agents: AgentSettings,
    /// `[deployment]`
    pub deployment: DeploymentSettings,
    /// `[identity_center]`
    pub identity_center: IdentityCenterSettings,
    /// `[[waivers]]`: findings that are accepted for a time. No check sees them.
    pub waivers: Vec<Waiver>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rpo_hours: 36,
            backup_retention_days: 7,
            noncurrent_days: 7,
            min_retention_days: 7,
            restore_test_days: 35,
            job_window_hours: 48,
            stale_lock_hours: 24,
            key_material_days: 30,
            scope: ScopeSettings::default(),
            resources: ResourceSettings::default(),
            environments: EnvironmentSettings::default(),
            backup: BackupSettings::default(),
            state: StateSettings::default(),
            max_policy_administrators: 5,
            max_destroyers: 10,
            max_state_writers: 5,
            break_glass: BreakGlassSettings::default(),
            agents: AgentSettings::default(),
            deployment: DeploymentSettings::default(),
            identity_center: IdentityCenterSettings::default(),
            waivers: Vec::new(),
        }
    }
}

/// What the owner says about the scope.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ScopeSettings {
    /// Regions that a region-deny SCP makes unreadable and that hold nothing, on the owner's word.
    pub treat_as_empty: Vec<Region>,
}

/// How resources are classed. Patterns are globs over ARNs (or over bucket names, without `arn:`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ResourceSettings {
    /// Buckets that must be under Object Lock.
    pub critical: Vec<String>,
    /// Production data.
    pub data: Vec<String>,
    /// Logs, build artefacts, caches.
    pub operational: Vec<String>,
    /// Replicas and copies.
    pub derived: Vec<String>,
    /// The tag keys (any case) whose value `data`, `derived` or `operational` classes a resource.
    pub class_tags: Vec<String>,
}

impl Default for ResourceSettings {
    fn default() -> Self {
        Self {
            critical: Vec::new(),
            data: Vec::new(),
            operational: Vec::new(),
            derived: Vec::new(),
            // The tag that `deletion-buckets-classified` advises works without any configuration.
            class_tags: vec!["data-class".to_owned()],
        }
    }
}

/// How environments are told.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct EnvironmentSettings {
    /// Account → environment.
    pub accounts: BTreeMap<AccountId, String>,
    /// Glob over ARNs → environment; the first match in order of the pattern wins.
    pub resources: BTreeMap<String, String>,
    /// Further words for an environment: environment → aliases.
    pub aliases: BTreeMap<String, Vec<String>>,
    /// Further tag keys (any case) that name an environment, besides env, environment, stage.
    pub tags: Vec<String>,
    /// Tag keys of accounts that name an environment; account tags are read only where this names one.
    pub account_tags: Vec<String>,
}

/// Where copies belong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BackupSettings {
    /// The accounts that receive copies; empty: those that hold points of other accounts' resources.
    pub accounts: Vec<AccountId>,
    /// Whether a copy in another region is wanted (false: residency).
    pub cross_region: bool,
}

impl Default for BackupSettings {
    fn default() -> Self {
        Self { accounts: Vec::new(), cross_region: true }
    }
}

/// Where Terraform state lies.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct StateSettings {
    /// Buckets that hold states, by name or glob.
    pub buckets: Vec<String>,
    /// Resources managed elsewhere: glob over ARNs → by what (HCP Terraform, GitLab, Pulumi).
    pub external: BTreeMap<String, String>,
}

/// Who may pass the guards in an emergency.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BreakGlassSettings {
    /// ARNs of roles and users, with `*` and `?` as in a policy's ArnLike.
    pub principals: Vec<String>,
}

/// Principals that programs act as on their own judgement.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AgentSettings {
    /// ARNs of roles and users, with `*` and `?` as in a policy's ArnLike.
    pub principals: Vec<String>,
}

/// Who deploys.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DeploymentSettings {
    /// ARNs of the roles and users that deploy, with `*` and `?` as in a policy's ArnLike.
    pub principals: Vec<String>,
    /// The accounts that deployments run in, whose principals may enter others.
    pub accounts: Vec<AccountId>,
}

/// What the owner attests of IAM Identity Center, which no API shows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct IdentityCenterSettings {
    /// Whether MFA is required at every sign-in. It counts only beside both of the following.
    pub mfa_enforced: bool,
    /// Who says so.
    pub attested_by: Option<String>,
    /// When that was said, as `YYYY-MM-DD`.
    pub attested_on: Option<jiff::civil::Date>,
}
