//! Who palisade is, and how it enters accounts.
//!
//! The caller's own account is used as it is; the others are entered by AssumeRole through the home region's STS endpoint.
//! One session per account serves all its regions and services, and is renewed before it ends. The first AssumeRole of an
//! account is made openly, so that an account that cannot be entered is one gap and not hundreds.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_config::identity::IdentityCache;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_smithy_http_client::tls;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::service_config::ServiceConfigKey;
use jiff::Timestamp;

use super::clock::Clock;
use super::error::CollectError;
use super::failure::Failure;
use super::meter;
use super::options::CollectOptions;
use super::shared::{Observer, Shared, Unobserved};
use super::site::Site;
use crate::model::gap::{Gap, GapKind};
use crate::model::ids::{AccountId, Arn, Partition, Region};
use crate::model::inventory::Caller;
use crate::model::operation::Operation;

/// The account that calls are noted under before it is known.
const NOBODY: &str = "000000000000";

/// Where palisade starts from.
#[derive(Clone, Debug)]
pub(super) struct Home {
    /// The caller's own account in the home region.
    pub(super) site: Site,
    /// Who the caller is.
    pub(super) caller: Caller,
    role: String,
    external_id: Option<String>,
    session_name: String,
}

/// The way into an account.
#[derive(Clone, Debug)]
pub(super) struct Entered {
    /// The account, in the home region.
    pub(super) site: Site,
    /// Who palisade is there.
    pub(super) session: Arn,
}

/// Loads the credentials and asks AWS whose they are.
///
/// # Errors
/// Without credentials, region or network, and where AWS does not accept the credentials.
pub(super) async fn home(
    options: &CollectOptions,
    observer: Arc<dyn Observer>,
    began: Timestamp,
) -> Result<Home, CollectError> {
    let sdk = load(options).await?;
    home_with(options, observer, began, sdk, Clock::Wall).await
}

/// As [`home`], with a configuration already loaded.
pub(super) async fn home_with(
    options: &CollectOptions,
    observer: Arc<dyn Observer>,
    began: Timestamp,
    sdk: SdkConfig,
    clock: Clock,
) -> Result<Home, CollectError> {
    let region = sdk.region().map(AsRef::as_ref).filter(|region: &&str| !region.is_empty());
    let region = region.ok_or(CollectError::NoRegion)?;
    // It may come from the environment or from a profile, which nobody has checked.
    let region: Region = region.parse().map_err(|_| CollectError::WrongRegion { region: region.to_owned() })?;
    let custom_endpoint = sdk.endpoint_url().is_some();
    let nobody = Site {
        account: NOBODY.parse()?,
        region: region.clone(),
        partition: "aws".parse()?,
        sdk,
        // The credentials are judged here by what this one call answers; nobody waits on these limits.
        shared: Arc::new(Shared::new(1, custom_endpoint, Arc::new(Unobserved), clock)),
    };
    // Who waits for the very first answer is not to wait through six tries.
    let mut first = nobody.clone();
    if let Some(retry) = nobody.sdk.retry_config().filter(|retry| retry.max_attempts() > 3) {
        first.sdk = nobody.sdk.to_builder().retry_config(retry.clone().with_max_attempts(3)).build();
    }
    let client = first.sts();
    let operation = Operation::StsGetCallerIdentity;
    let answer = nobody.call(operation, None, || client.get_caller_identity().send()).await;
    let answer = answer.map_err(|failure| fatal(options, &nobody, failure))?;
    let account: AccountId = answer.account.unwrap_or_default().parse()?;
    let arn: Arn = answer.arn.unwrap_or_default().parse()?;
    let partition: Partition = arn.partition().parse()?;
    let shared = Shared::new(options.concurrency, custom_endpoint, observer, clock);
    shared.ledger.adopt(&nobody.shared.ledger, &account);
    let caller = Caller { account: account.clone(), arn, partition: partition.clone(), home_region: region };
    Ok(Home {
        site: Site { account, partition, shared: Arc::new(shared), ..nobody },
        caller,
        role: options.role_name.clone(),
        external_id: options.external_id.clone(),
        session_name: session_name(began),
    })
}

/// `palisade-<scan id>`, the id being the second in which the scan began.
fn session_name(began: Timestamp) -> String {
    let id: String = began.to_string().chars().filter(char::is_ascii_alphanumeric).collect();
    format!("palisade-{id}")
}

pub(super) async fn load(options: &CollectOptions) -> Result<SdkConfig, CollectError> {
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
        .build_https();
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(5))
        .read_timeout(Duration::from_secs(30))
        .operation_attempt_timeout(Duration::from_secs(60))
        .operation_timeout(Duration::from_secs(240))
        .build();
    let identities = IdentityCache::lazy()
        .load_timeout(Duration::from_secs(60))
        .buffer_time(Duration::from_secs(300))
        .max_partitions(100_000)
        .build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http.clone())
        .timeout_config(timeouts)
        .identity_cache(identities);
    if let Some(profile) = &options.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = &options.home_region {
        loader = loader.region(aws_config::Region::new(region.as_str().to_owned()));
    }
    if let Some(url) = &options.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    let sdk = loader.load().await;
    if sdk.region().is_none() {
        return Err(CollectError::NoRegion);
    }
    // A flag and the environment are checked before; in a profile an empty one would make the SDK panic.
    if let Some(url) = wrong_endpoint(&sdk).filter(|_| options.endpoint_url.is_none()) {
        return Err(CollectError::WrongEndpoint { url });
    }
    let mut builder = sdk.to_builder().http_client(meter::metered(http.clone()));
    // Who sets AWS_MAX_ATTEMPTS or AWS_RETRY_MODE, there or in the profile, is asked for nothing else.
    if sdk.retry_config().is_none_or(|retry| *retry == RetryConfig::standard()) {
        builder = builder.retry_config(RetryConfig::adaptive().with_max_attempts(6));
    }
    if let Some(profile) = &options.profile {
        builder = builder.credentials_provider(named_profile(profile, http, &sdk));
    }
    Ok(builder.build())
}

/// An endpoint of the profile's, for all services or for one, that is no URL. The configuration itself leaves such a one out;
/// the clients of the services do not.
fn wrong_endpoint(sdk: &SdkConfig) -> Option<String> {
    let services = ["STS", "Organizations", "Account", "IAM", "RDS", "Backup", "S3", "S3 Control", "DynamoDB", "KMS"];
    let configured = sdk.service_config()?;
    let mut urls = services.iter().filter_map(|service| {
        let key = ServiceConfigKey::builder().service_id(service).env("AWS_ENDPOINT_URL").profile("endpoint_url");
        configured.load_config(key.build().ok()?)
    });
    urls.find(|url| !url.starts_with("http://") && !url.starts_with("https://"))
}

/// The SDK takes keys in the environment before any profile; who names a profile on the command line means the profile.
fn named_profile(profile: &str, http: SharedHttpClient, sdk: &SdkConfig) -> SharedCredentialsProvider {
    let config = ProviderConfig::without_region().with_http_client(http).with_region(sdk.region().cloned());
    let provider = ProfileFileCredentialsProvider::builder().configure(&config).profile_name(profile).build();
    SharedCredentialsProvider::new(provider)
}

/// One line of an error's words, without the SDK's layers and the full stop.
fn plain(message: &str) -> String {
    let words: Vec<&str> = message.split_whitespace().collect();
    let line = words.join(" ");
    // What each provider of the chain says of itself is the SDK's log, not the user's concern.
    let line = line.split_once(" Attempted:").map_or(line.as_str(), |(line, _)| line);
    let layers = ["dispatch failure: ", "other: ", "the credential provider was not enabled: "];
    let line = layers.iter().fold(line, |line, layer| line.trim_start_matches(layer));
    // An endpoint of the profile's that is none: the SDK quotes the whole request, and then says why.
    let line = match line.strip_prefix("failed to apply endpoint ") {
        Some(rest) => rest.rsplit("`: ").next().unwrap_or(rest),
        None => line,
    };
    line.trim_end_matches('.').to_owned()
}

/// What it means that the very first call failed.
fn fatal(options: &CollectOptions, site: &Site, failure: Failure) -> CollectError {
    let profile = options.profile.clone();
    let Gap { kind, code, message, .. } = failure.gap;
    let message = plain(&message);
    let text = message.to_ascii_lowercase();
    match code {
        Some(code) if code.starts_with("Expired") || code == "RequestExpired" => {
            CollectError::Expired { profile, message }
        }
        Some(code) if kind == GapKind::Denied || code.contains("Signature") || code == "RequestTimeTooSkewed" => {
            CollectError::Refused { code, message }
        }
        Some(_) => CollectError::NoCaller { message },
        None if text.contains("was not defined") || text.contains("could not find source profile") => {
            // The SDK names it between backquotes: it may come from AWS_PROFILE, or from another profile's source_profile.
            let named = message.split('`').nth(1).map(str::to_owned);
            CollectError::UnknownProfile { profile: named.or(profile).unwrap_or_else(|| "default".to_owned()) }
        }
        // What the SDK says of a named profile where no file defines one, or where it holds no credentials.
        None if profile.is_some() && text.contains("the credential provider was not enabled") => {
            let name = profile.as_deref().unwrap_or_default();
            let message =
                format!("profile {name:?} is in none of the AWS configuration files, or has no credentials there");
            CollectError::NoCredentials { profile, message }
        }
        None if kind == GapKind::Denied && text.contains("expired") => CollectError::Expired { profile, message },
        // Where no file defines the profile of AWS_PROFILE, the SDK goes on to what the machine offers, and fails there.
        None if kind == GapKind::Denied && profile.is_none() && options.environment_profile.is_some() => {
            let name = options.environment_profile.as_deref().unwrap_or_default();
            let message = format!(
                "AWS_PROFILE names {name:?}, which is in none of the AWS configuration files, or has no usable credentials there ({message})"
            );
            CollectError::NoCredentials { profile: options.environment_profile.clone(), message }
        }
        None if text.contains("no credentials found in chain") => {
            let message =
                "none were found in the environment, in the AWS configuration files, or for this machine".to_owned();
            CollectError::NoCredentials { profile, message }
        }
        None if kind == GapKind::Denied => CollectError::NoCredentials { profile, message },
        None if kind == GapKind::Timeout => {
            let url = site.sdk.endpoint_url().map(str::to_owned);
            CollectError::NoNetwork { endpoint: url.unwrap_or_else(|| format!("STS in {}", site.region)), message }
        }
        None => CollectError::NoCaller { message },
    }
}

impl Home {
    /// Enters an account. The caller's own needs no role.
    ///
    /// # Errors
    /// Where the role cannot be assumed.
    pub(super) async fn enter(&self, account: &AccountId) -> Result<Entered, Failure> {
        if *account == self.caller.account {
            return Ok(Entered { site: self.site.clone(), session: self.caller.arn.clone() });
        }
        let role = MemberRole {
            home: self.site.clone(),
            arn: format!("arn:{}:iam::{account}:role/{}", self.caller.partition, self.role.trim_start_matches('/')),
            external_id: self.external_id.clone(),
            session_name: self.session_name.clone(),
        };
        let (first, session) = role.assume().await?;
        let provider = MemberCredentials { role, first: Mutex::new(Some(first)) };
        let provider = SharedCredentialsProvider::new(provider);
        let sdk = self.site.sdk.to_builder().credentials_provider(provider).build();
        Ok(Entered { site: Site { account: account.clone(), sdk, ..self.site.clone() }, session })
    }
}

/// The role to assume in one account.
#[derive(Debug)]
struct MemberRole {
    home: Site,
    arn: String,
    external_id: Option<String>,
    session_name: String,
}

impl MemberRole {
    async fn assume(&self) -> Result<(Credentials, Arn), Failure> {
        const OPERATION: Operation = Operation::StsAssumeRole;
        let client = self.home.sts();
        let make = || {
            let request = client.assume_role().role_arn(&self.arn).role_session_name(&self.session_name);
            request.set_external_id(self.external_id.clone()).duration_seconds(3_600).send()
        };
        let answer = self.home.call(OPERATION, Some(&self.arn), make).await?;
        let keys = self.home.required(OPERATION, "Credentials", answer.credentials)?;
        let session = answer.assumed_role_user.map(|user| user.arn);
        let session = self.home.required_arn(OPERATION, "AssumedRoleUser", session.as_deref())?;
        let expiry = SystemTime::try_from(keys.expiration).ok();
        let keys =
            Credentials::new(keys.access_key_id, keys.secret_access_key, Some(keys.session_token), expiry, "palisade");
        Ok((keys, session))
    }
}

/// Credentials of a member account: the session already opened, then new ones as each nears its end.
struct MemberCredentials {
    role: MemberRole,
    first: Mutex<Option<Credentials>>,
}

impl fmt::Debug for MemberCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemberCredentials").field("role", &self.role.arn).finish_non_exhaustive()
    }
}

impl ProvideCredentials for MemberCredentials {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).take();
        future::ProvideCredentials::new(async move {
            match first {
                Some(first) => Ok(first),
                None => self.role.assume().await.map(|(keys, _)| keys).map_err(CredentialsError::provider_error),
            }
        })
    }
}

#[cfg(test)]
mod tests;
