//! What a collection is asked to do, valid by its types.

use crate::model::ids::{AccountId, Region};

/// The role that palisade assumes in member accounts unless told otherwise.
pub const DEFAULT_ROLE: &str = "PalisadeAudit";

/// The calls in flight unless told otherwise.
pub const DEFAULT_CONCURRENCY: usize = 64;

/// What to collect, and as whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectOptions {
    /// `--profile`, which wins over keys in the environment, as in the AWS CLI. `None`: the SDK's own chain, which reads
    /// `AWS_PROFILE`, `AWS_ACCESS_KEY_ID` and the rest.
    pub profile: Option<String>,
    /// `AWS_PROFILE`, which the SDK reads by itself; errors name it.
    pub environment_profile: Option<String>,
    /// `--region`, the home region: where STS is called. `None`: `AWS_REGION` or the profile's.
    pub home_region: Option<Region>,
    /// `--regions`; empty is what each account has enabled.
    pub regions: Vec<Region>,
    /// `--endpoint-url`; `None`: `AWS_ENDPOINT_URL` or the profile's, if any.
    pub endpoint_url: Option<String>,
    /// `--account`; empty is all.
    pub accounts: Vec<AccountId>,
    /// `--ou`: ids of organizational units or roots, whose units below are included; empty is all.
    pub organizational_units: Vec<String>,
    /// `--exclude-account`.
    pub excluded_accounts: Vec<AccountId>,
    /// `--role-name`, with its path where it has one.
    pub role_name: String,
    /// `--external-id`.
    pub external_id: Option<String>,
    /// `--concurrency`: the most calls in flight.
    pub concurrency: usize,
    /// `--no-organization`: do not ask Organizations; the caller's own account, or those of `--account`.
    pub no_organization: bool,
    /// Whether states may be read; `--no-state-content` keeps to listing.
    pub state_content: bool,
    /// `[state] buckets`: names or globs of buckets that hold states.
    pub state_buckets: Vec<String>,
    /// `[environments] tags`: further tag keys that name an environment, which states may be read for.
    pub environment_tags: Vec<String>,
    /// `[scope] treat_as_empty`, noted in the inventory.
    pub treat_as_empty: Vec<Region>,
    /// Whether the configuration uses tags of accounts; they cost one call per account.
    pub account_tags: bool,
}

impl Default for CollectOptions {
    fn default() -> Self {
        Self {
            profile: None,
            environment_profile: None,
            home_region: None,
            regions: Vec::new(),
            endpoint_url: None,
            accounts: Vec::new(),
            organizational_units: Vec::new(),
            excluded_accounts: Vec::new(),
            role_name: DEFAULT_ROLE.to_owned(),
            external_id: None,
            concurrency: DEFAULT_CONCURRENCY,
            no_organization: false,
            state_content: true,
            state_buckets: Vec::new(),
            environment_tags: Vec::new(),
            treat_as_empty: Vec::new(),
            account_tags: false,
        }
    }
}
