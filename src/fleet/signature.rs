//! AWS Signature Version 4, its shape: who asks, in which region, of which service, and when. The signature itself is not
//! computed: whoever reaches a loopback port may read what it serves.
//!
//! Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html>. The decision worth knowing: an
//! access key id names its account by its last twelve digits, and a session token names its session's ARN, so that the
//! endpoint keeps no list of the credentials that it gave.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::Request;
use jiff::Timestamp;

use super::refusal::Refusal;
use crate::model::ids::{AccountId, Arn, Partition, Region};

/// What every access key's secret is; nothing here is a secret.
pub const SECRET_ACCESS_KEY: &str = "palisade+serves+this+from+an+inventory00";

/// The letters between a key id's kind (`AKIA`, `ASIA`) and its account.
const MARK: &str = "PLSD";

/// Credentials that the endpoint understands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// AWS_ACCESS_KEY_ID
    pub access_key_id: String,
    /// AWS_SECRET_ACCESS_KEY
    pub secret_access_key: String,
    /// AWS_SESSION_TOKEN
    pub session_token: String,
}

impl Credentials {
    /// Credentials of a session or user of an account.
    #[must_use]
    pub fn of(account: &AccountId, arn: &Arn) -> Self {
        Self {
            access_key_id: format!("ASIA{MARK}{account}"),
            secret_access_key: SECRET_ACCESS_KEY.to_owned(),
            session_token: URL_SAFE_NO_PAD.encode(arn.as_str()),
        }
    }
}

/// What a request's signature says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signature {
    /// The account that the access key belongs to.
    pub(super) account: AccountId,
    /// The session, where a token names one.
    pub(super) session: Option<Arn>,
    /// The region of the credential scope.
    pub(super) region: Region,
    /// The service of the credential scope, such as `rds`; S3 Control signs as `s3`.
    pub(super) service: String,
    /// When the request was signed, by the client's clock.
    pub(super) at: Timestamp,
}

impl Signature {
    /// Who calls, where the session does not say: the account's root user, whom a bare access key stands for here.
    pub(super) fn arn(&self, partition: &Partition) -> Arn {
        self.session.clone().unwrap_or_else(|| Arn::account_root(partition, &self.account))
    }
}

/// The service that a request is signed for, whatever else is wrong with its signature.
pub(super) fn service(request: &Request<Bytes>) -> Option<&str> {
    let authorization = request.headers().get("authorization")?.to_str().ok()?;
    let scope = authorization.split_once("Credential=")?.1.split(',').next()?;
    scope.split('/').nth(3).filter(|service| !service.is_empty())
}

/// Reads a request's signature.
///
/// # Errors
/// As AWS refuses: no signature, one that lacks a part, a key that belongs to nobody.
pub(super) fn read(request: &Request<Bytes>) -> Result<Signature, Refusal> {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let Some(authorization) = header("authorization") else {
        return Err(Refusal::new(403, "MissingAuthenticationToken", "Missing Authentication Token"));
    };
    let incomplete = |what: &str| {
        let message = format!("Authorization header requires {what}. Authorization={authorization:.120}");
        Refusal::new(400, "IncompleteSignature", message)
    };
    let rest =
        authorization.strip_prefix("AWS4-HMAC-SHA256").ok_or_else(|| incomplete("the algorithm 'AWS4-HMAC-SHA256'"))?;
    let part = |name: &str| {
        rest.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('=')).filter(|v| !v.is_empty())
    };
    let credential = part("Credential").ok_or_else(|| incomplete("'Credential' parameter"))?;
    let signed = part("SignedHeaders").ok_or_else(|| incomplete("'SignedHeaders' parameter"))?;
    let signature = part("Signature").ok_or_else(|| incomplete("'Signature' parameter"))?;
    if signature.len() != 64 || !signature.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(incomplete("'Signature' parameter in hex"));
    }
    if !signed.split(';').any(|name| name == "host") {
        return Err(incomplete("'host' among its SignedHeaders"));
    }
    let at = header("x-amz-date")
        .and_then(date)
        .ok_or_else(|| incomplete("existence of either a 'X-Amz-Date' or a 'Date' header"))?;
    let mut scope = credential.split('/');
    let mut next = || scope.next().unwrap_or_default();
    let (key, day, region, service, end) = (next(), next(), next(), next(), next());
    let scoped = "a Credential of access key, date, region, service and aws4_request";
    if end != "aws4_request" || day.len() != 8 || service.is_empty() || scope.next().is_some() {
        return Err(incomplete(scoped));
    }
    let region = region.parse().map_err(|_| incomplete(scoped))?;
    let unknown = || {
        let message = "The security token included in the request is invalid.";
        Refusal::new(403, unknown_key_code(service), message)
    };
    let account = account_of(key).ok_or_else(unknown)?;
    let session = match header("x-amz-security-token") {
        Some(token) => Some(session_of(token).ok_or_else(unknown)?),
        None => None,
    };
    if session.as_ref().and_then(Arn::account).is_some_and(|owner| owner != account) {
        return Err(unknown());
    }
    Ok(Signature { account, session, region, service: service.to_owned(), at })
}

/// The code by which a service refuses a key that it does not know.
pub(super) fn unknown_key_code(service: &str) -> &'static str {
    match service {
        "s3" => "InvalidAccessKeyId",
        "iam" | "sts" | "rds" => "InvalidClientTokenId",
        _ => "UnrecognizedClientException",
    }
}

fn account_of(key: &str) -> Option<AccountId> {
    let rest = key.strip_prefix("AKIA").or_else(|| key.strip_prefix("ASIA"))?;
    rest.strip_prefix(MARK)?.parse().ok()
}

fn session_of(token: &str) -> Option<Arn> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    String::from_utf8(bytes).ok()?.parse().ok()
}

/// `20260302T070000Z`
fn date(text: &str) -> Option<Timestamp> {
    jiff::fmt::strtime::parse("%Y%m%dT%H%M%SZ", text)
        .ok()?
        .to_datetime()
        .ok()?
        .to_zoned(jiff::tz::TimeZone::UTC)
        .ok()
        .map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(authorization: Option<&str>, token: Option<&str>) -> Result<Signature, Refusal> {
        let mut request = Request::builder().uri("/").header("x-amz-date", "20260302T070001Z");
        if let Some(text) = authorization {
            request = request.header("authorization", text);
        }
        if let Some(token) = token {
            request = request.header("x-amz-security-token", token);
        }
        read(&request.body(Bytes::new()).unwrap())
    }

    fn header(credential: &str) -> String {
        let signature = "ab".repeat(32);
        format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host;x-amz-date, Signature={signature}")
    }

    #[test]
    fn a_signature_says_who_where_what_and_when() {
        let arn: Arn = "arn:aws:sts::111122223333:assumed-role/PalisadeAudit/x".parse().unwrap();
        let keys = Credentials::of(&"111122223333".parse().unwrap(), &arn);
        let text = header(&format!("{}/20260302/eu-central-1/rds/aws4_request", keys.access_key_id));
        let read = signed(Some(&text), Some(&keys.session_token)).unwrap();
        assert_eq!(read.account.as_str(), "111122223333");
        assert_eq!(read.session.as_ref(), Some(&arn));
        assert_eq!((read.region.as_str(), read.service.as_str()), ("eu-central-1", "rds"));
        assert_eq!(read.at.to_string(), "2026-03-02T07:00:01Z");
    }

    #[test]
    fn what_lacks_a_part_is_refused_as_aws_refuses_it() {
        let good = "ASIAPLSD111122223333/20260302/eu-central-1/rds/aws4_request";
        let code = |text: Option<&str>, token: Option<&str>| signed(text, token).unwrap_err().code.unwrap();
        assert_eq!(code(None, None), "MissingAuthenticationToken");
        assert_eq!(code(Some("Bearer x"), None), "IncompleteSignature");
        assert_eq!(
            code(Some(&header("ASIAPLSD111122223333/eu-central-1/rds/aws4_request")), None),
            "IncompleteSignature"
        );
        assert_eq!(code(Some(&header(good).replace("abab", "xx")), None), "IncompleteSignature");
        assert_eq!(code(Some(&header(good).replace("host;", "")), None), "IncompleteSignature");
        assert_eq!(code(Some(&header(&good.replace("PLSD", "ABCD"))), None), "InvalidClientTokenId");
        assert_eq!(code(Some(&header(&good.replace("/rds/", "/kms/"))), Some("!")), "UnrecognizedClientException");
        let foreign =
            Credentials::of(&"444455556666".parse().unwrap(), &"arn:aws:iam::444455556666:user/ann".parse().unwrap());
        assert_eq!(code(Some(&header(good)), Some(&foreign.session_token)), "InvalidClientTokenId");
    }
}
