//! What ends a collection: faults of the caller's own credentials, network or scope. Everything else is a gap.

use crate::model::ids::IdError;

/// Why a collection could not be made, and what to do.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CollectError {
    /// The credentials have expired.
    #[error("AWS says that the credentials have expired ({message}). Log in again (for Identity Center: aws sso login{}), then run palisade again", profile_flag(profile.as_deref()))]
    Expired {
        /// The profile in use.
        profile: Option<String>,
        /// What AWS or the SDK said.
        message: String,
    },
    /// There are none, or they could not be loaded.
    #[error("no usable AWS credentials: {message}. Set AWS_PROFILE or --profile, log in (aws sso login{}), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", profile_flag(profile.as_deref()))]
    NoCredentials {
        /// The profile in use.
        profile: Option<String>,
        /// What the SDK said.
        message: String,
    },
    /// AWS does not accept them.
    #[error(
        "AWS does not accept the credentials ({code}: {message}). Check the access key, its secret, and that this machine's clock is right"
    )]
    Refused {
        /// AWS's error code.
        code: String,
        /// AWS's message.
        message: String,
    },
    /// The profile is in no file.
    #[error(
        "there is no profile {profile:?} in the AWS configuration files. `aws configure list-profiles` shows those that there are"
    )]
    UnknownProfile {
        /// The profile asked for.
        profile: String,
    },
    /// No region to call from.
    #[error("no home region: set --region, AWS_REGION, or `region` in the profile, for example to eu-central-1")]
    NoRegion,
    /// The region to call from is none.
    #[error(
        "the home region is {region:?}, which is no AWS region: check --region, AWS_REGION, and `region` in the profile"
    )]
    WrongRegion {
        /// What was found.
        region: String,
    },
    /// The endpoint to call is none.
    #[error(
        "the endpoint URL is {url:?}, which does not begin with http:// or https://: check `endpoint_url` in the profile"
    )]
    WrongEndpoint {
        /// What was found.
        url: String,
    },
    /// AWS cannot be reached.
    #[error(
        "AWS cannot be reached at {endpoint}: {message}. Check the network, HTTPS_PROXY, --region and --endpoint-url"
    )]
    NoNetwork {
        /// The endpoint or region tried.
        endpoint: String,
        /// What went wrong.
        message: String,
    },
    /// The first call failed for another reason.
    #[error("AWS did not say who the caller is: {message}")]
    NoCaller {
        /// What went wrong.
        message: String,
    },
    /// A region was asked for that does not exist.
    #[error("--regions names {region:?}, which is no region of the partition {partition}{}", near.as_deref().map(|near| format!("; did you mean {near}?")).unwrap_or_default())]
    UnknownRegion {
        /// The region asked for.
        region: String,
        /// The caller's partition.
        partition: String,
        /// The nearest region that there is.
        near: Option<String>,
    },
    /// The scope names an organizational unit, but the organization could not be read.
    #[error(
        "--ou needs the organization's tree, which could not be read: {message}. Run palisade from the management account or a delegated administrator"
    )]
    NoTree {
        /// What went wrong.
        message: String,
    },
    /// The scope names an organizational unit that does not exist.
    #[error("the organization has no organizational unit or root {id:?} (want an id such as ou-abcd-12345678)")]
    UnknownUnit {
        /// The id asked for.
        id: String,
    },
    /// The scope names an account that is not in the organization.
    #[error(
        "the account {account} is not among the organization's accounts; palisade can only enter those, or its own"
    )]
    UnknownAccount {
        /// The account asked for.
        account: String,
    },
    /// Nothing is left to scan.
    #[error("no account is left to scan: {message}")]
    EmptyScope {
        /// Why.
        message: String,
    },
    /// AWS sent an identifier that is none.
    #[error("AWS sent an identifier that palisade does not understand: {0}")]
    Id(#[from] IdError),
    /// The user interrupted it.
    #[error("interrupted before the collection was complete; nothing was written. Run the same command again")]
    Interrupted,
    /// The runtime could not be started.
    #[error("the asynchronous runtime could not be started: {message}")]
    Runtime {
        /// What the system said.
        message: String,
    },
}

fn profile_flag(profile: Option<&str>) -> String {
    profile.map(|profile| format!(" --profile {profile}")).unwrap_or_default()
}
