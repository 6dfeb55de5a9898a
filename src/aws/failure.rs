//! From the SDK's errors to gaps: the one place where an AWS error is given its meaning.
//!
//! The decision worth knowing: what is not understood is `malformed`, a gap like the others. Only an answer in which the
//! service itself says "I have no such operation" means "not offered", and never through a custom endpoint, whose gaps say
//! nothing about AWS. A name that does not resolve is a gap: it may as well be the resolver, or a mistyped region.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::ErrorMetadata;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::model::gap::{Answer, Gap, GapKind, MESSAGE_LIMIT};
use crate::model::operation::Operation;

/// A call that gave no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}: {}", gap.operation, gap.message)]
pub(super) struct Failure {
    /// The gap that it leaves.
    pub(super) gap: Gap,
    /// AWS's error code; the same as the gap's.
    pub(super) code: Option<String>,
    /// Whether the service said that it has no such operation here: a fact rather than a gap.
    pub(super) not_offered: bool,
}

impl Failure {
    /// A failure that is no answer of AWS's.
    pub(super) fn of(gap: Gap) -> Self {
        Self { code: gap.code.clone(), gap, not_offered: false }
    }
}

impl From<Failure> for Gap {
    fn from(failure: Failure) -> Self {
        failure.gap
    }
}

impl<T> From<Result<T, Failure>> for Answer<T> {
    fn from(result: Result<T, Failure>) -> Self {
        result.map_err(Gap::from).into()
    }
}

/// What an SDK error means, before it is tied to a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) kind: GapKind,
    pub(super) code: Option<String>,
    pub(super) message: String,
    pub(super) not_offered: bool,
    /// Whether what answered has no such path or operation (HTTP 404 or 501) and is none of AWS's: an emulator that does not
    /// serve it. Only for an operation that AWS itself does not offer everywhere does it mean anything.
    pub(super) not_served: bool,
    /// Whether the credentials that palisade runs on no longer hold: nothing further can be read.
    pub(super) expired: bool,
}

/// Codes by which services refuse for lack of permission.
const DENIED: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "AccessDeniedError",
    "AccessDeniedFault",
    "AccountNotManagementOrDelegatedAdministratorException",
    "AllAccessDisabled",
    "AuthFailure",
    "AuthorizationError",
    "AuthorizationErrorException",
    "Forbidden",
    "InsufficientPrivilegesException",
    "KMSAccessDeniedException",
    "NotAuthorized",
    "UnauthorizedAccess",
    "UnauthorizedOperation",
    // A region that is switched off does not know the account's credentials; nor does a service not signed up for.
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "InvalidToken",
    "OptInRequired",
    "SubscriptionRequiredException",
    "NotSignedUp",
];

/// Codes by which services ask to slow down.
const THROTTLED: &[&str] = &[
    "BandwidthLimitExceeded",
    "LimitExceeded",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
    "EC2ThrottledException",
];

/// Codes by which services say that they failed or took too long.
const TIMEOUT: &[&str] = &[
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "InternalServiceError",
    "InternalServiceErrorException",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServiceException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "ServiceFailureException",
    "DependencyTimeoutException",
    "KMSInternalException",
];

/// Codes that say the session is over.
const EXPIRED: &[&str] = &["ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"];

/// Codes by which a service says that it knows no such operation.
const NO_SUCH_OPERATION: &[&str] = &["InvalidAction", "UnknownOperationException"];

/// The kind of gap that an answer of AWS's leaves.
///
/// `status` is HTTP's. Codes come before the status, because the query protocols answer nearly everything with 400 and
/// throttles with 400 or 503.
pub(super) fn classify(code: Option<&str>, message: &str, status: u16) -> GapKind {
    let code = code.map(plain_code);
    let among = |codes: &[&str]| code.is_some_and(|code| codes.contains(&code));
    if among(DENIED) || among(EXPIRED) {
        return denied(message);
    }
    if among(THROTTLED) {
        return GapKind::Throttled;
    }
    if among(TIMEOUT) {
        return GapKind::Timeout;
    }
    match status {
        401 | 403 => denied(message),
        429 => GapKind::Throttled,
        // 501 is "not implemented": trying again cannot help, and it is no slow answer.
        501 => GapKind::Malformed,
        408 | 500..=599 => GapKind::Timeout,
        _ => GapKind::Malformed,
    }
}

/// The words follow <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>.
fn denied(message: &str) -> GapKind {
    let message = message.to_ascii_lowercase();
    let by_scp = message.contains("in a service control policy")
        && (message.contains("explicit deny") || message.contains("no service control policy allows"))
        || message.contains("because no service control policy allows");
    if by_scp { GapKind::DeniedByScp } else { GapKind::Denied }
}

/// Some protocols write the code as `com.amazon.coral.service#AccessDeniedException` or with a trailing `:http://…`.
fn plain_code(code: &str) -> &str {
    let code = code.rsplit('#').next().unwrap_or(code);
    code.split(':').next().unwrap_or(code)
}

/// What an SDK error means. `custom_endpoint`: whether the answer may come from something else than AWS.
pub(super) fn meaning<E>(error: &SdkError<E, HttpResponse>, custom_endpoint: bool) -> Meaning
where
    E: ProvideErrorMetadata + Error + 'static,
{
    if let Some((status, said)) = told(error) {
        let code = said.code().map(|code| plain_code(code).to_owned());
        let message = match said.message() {
            Some(message) if !message.is_empty() => message.to_owned(),
            _ => match unread(error) {
                Some(why) => format!("AWS answered with HTTP status {status} and no message ({why})"),
                None => format!("AWS answered with HTTP status {status} and no message"),
            },
        };
        let is = |codes: &[&str]| code.as_deref().is_some_and(|code| codes.contains(&code));
        return Meaning {
            kind: classify(code.as_deref(), &message, status),
            not_offered: !custom_endpoint && is(NO_SUCH_OPERATION),
            not_served: custom_endpoint && code.is_none() && [404, 501].contains(&status),
            expired: is(EXPIRED),
            message: cut(&message),
            code,
        };
    }
    if let Some(meaning) = credentials_meaning(error) {
        return meaning;
    }
    let kind = match error {
        SdkError::TimeoutError(_) => GapKind::Timeout,
        SdkError::DispatchFailure(failure) if failure.is_user() => GapKind::Malformed,
        SdkError::DispatchFailure(_) => GapKind::Timeout,
        // What does not parse may be a proxy's or load balancer's own words.
        SdkError::ResponseError(response) => classify(None, "", response.raw().status().as_u16()),
        _ => GapKind::Malformed,
    };
    let message = match error {
        SdkError::ResponseError(response) => {
            cut(&format!("HTTP status {}: {}", response.raw().status().as_u16(), chain(error)))
        }
        _ => chain(error),
    };
    let status = error.raw_response().map(|response| response.status().as_u16());
    let not_served = custom_endpoint && status.is_some_and(|status| [404, 501].contains(&status));
    Meaning { kind, code: None, message, not_offered: false, not_served, expired: false }
}

/// What the service itself said, and under which HTTP status.
///
/// An error without a code has no kind of its own, and the SDK keeps what was said with it one cause deeper: the
/// operation's error is empty, and its source is the [`ErrorMetadata`]. Which of the two ways it comes in depends on the
/// service's generated code: as an error of the service (DynamoDB, IAM, S3, …), or as an answer that could not be read
/// (Organizations).
fn told<E>(error: &SdkError<E, HttpResponse>) -> Option<(u16, &ErrorMetadata)>
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let says = |said: &&ErrorMetadata| said.code().is_some() || said.message().is_some_and(|text| !text.is_empty());
    let status = error.raw_response()?.status().as_u16();
    let mut deeper = causes(error).filter_map(metadata::<E>);
    match error {
        SdkError::ServiceError(service) => Some((status, deeper.find(says).unwrap_or_else(|| service.err().meta()))),
        SdkError::ResponseError(_) => {
            let first = deeper.next()?;
            Some((status, std::iter::once(first).chain(deeper).find(says).unwrap_or(first)))
        }
        _ => None,
    }
}

/// Why nothing was said in an error that the service answered with: its body did not parse. `None` where it parsed and is
/// empty, which the SDK would tell in a debug form.
fn unread<E>(error: &SdkError<E, HttpResponse>) -> Option<String>
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let parsed = causes(error).any(|cause| cause.is::<ErrorMetadata>());
    let operation = causes(error).find(|cause| cause.is::<E>())?;
    let why = operation.source().filter(|_| !parsed)?;
    Some(chain(why))
}

/// The causes of an error, from the nearest on.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(error.source(), |cause: &&'a (dyn Error + 'static)| (*cause).source())
}

/// What a cause says, where it is the operation's error or the words by themselves.
fn metadata<'a, E>(cause: &'a (dyn Error + 'static)) -> Option<&'a ErrorMetadata>
where
    E: ProvideErrorMetadata + Error + 'static,
{
    cause.downcast_ref::<E>().map(ProvideErrorMetadata::meta).or_else(|| cause.downcast_ref())
}

/// Credentials are fetched in the middle of a call; what went wrong there is deep in the chain of causes.
fn credentials_meaning(error: &(dyn Error + 'static)) -> Option<Meaning> {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    let mut credentials: Option<&CredentialsError> = None;
    while let Some(this) = cause {
        if let Some(failure) = this.downcast_ref::<Failure>() {
            return Some(Meaning {
                kind: failure.gap.kind,
                code: failure.code.clone(),
                message: cut(&format!("the account could not be entered again: {failure}")),
                not_offered: false,
                not_served: false,
                expired: failure.code.as_deref().is_some_and(|code| EXPIRED.contains(&code)),
            });
        }
        credentials = credentials.or(this.downcast_ref());
        cause = this.source();
    }
    // Otherwise those that palisade was started with cannot be renewed: an SSO session or a credential process that ended.
    let slow = matches!(credentials?, CredentialsError::ProviderTimedOut(_));
    Some(Meaning {
        kind: if slow { GapKind::Timeout } else { GapKind::Denied },
        code: None,
        message: chain(error),
        not_offered: false,
        not_served: false,
        expired: !slow,
    })
}

/// An error with all its causes in one line: the SDK's own `Display` says only "dispatch failure".
pub(super) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(this) = cause {
        let next = this.to_string();
        if !text.ends_with(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        cause = this.source();
    }
    cut(&text)
}

fn cut(message: &str) -> String {
    message.chars().take(MESSAGE_LIMIT).collect()
}

/// Ties a meaning to a call.
pub(super) fn failure(meaning: Meaning, operation: Operation, attempts: u32, request_id: Option<String>) -> Failure {
    Failure {
        code: meaning.code.clone(),
        not_offered: meaning.not_offered,
        gap: Gap { kind: meaning.kind, operation, code: meaning.code, message: meaning.message, attempts, request_id },
    }
}

#[cfg(test)]
mod tests;
