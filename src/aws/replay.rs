//! Wire answers for tests: an HTTP client that gives prepared answers and keeps the requests.
//!
//! The SDK has one of its own, behind features (`test-util`) that would rebuild every SDK crate between `cargo run` and
//! `cargo test`. This one is smaller, and it matches answers to requests instead of counting on their order.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::RetryConfig;
use aws_types::SdkConfig;

use super::clock::Clock;
use super::meter;
use super::shared::{Shared, Unobserved};
use super::site::Site;

/// A request as it went out.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    /// `https://host/path?query`
    pub(super) uri: String,
    /// The value of `x-amz-target`, where there is one: `AmazonDynamoDB_20120810.ListTables`.
    pub(super) target: String,
    pub(super) body: String,
    /// The `authorization` header: it holds the access key id, which tells the accounts apart.
    pub(super) signature: String,
}

impl Sent {
    /// Whether `needle` stands anywhere in it: host, path, query, target, body (`Action=DescribeDBInstances`) or
    /// signature (`Credential=AKIDTEST`).
    pub(super) fn has(&self, needle: &str) -> bool {
        [&self.uri, &self.target, &self.body, &self.signature].iter().any(|text| text.contains(needle))
    }
}

#[derive(Debug, Clone)]
enum Reply {
    Answer {
        status: u16,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    },
    /// The connection breaks.
    Broken,
}

#[derive(Debug)]
struct Rule {
    needles: Vec<String>,
    reply: Reply,
    once: bool,
    used: usize,
}

/// Prepared answers. The first rule whose needles all stand in a request answers it; a rule made with [`Replay::once`]
/// answers one request. A request that no rule answers gets HTTP 404 with the code `NoRuleInReplay`.
#[derive(Clone, Default)]
pub(super) struct Replay(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    rules: Vec<Rule>,
    sent: Vec<Sent>,
    /// Answers come after up to so many milliseconds, in an order of their own; 0: at once.
    jitter: u64,
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Replay")
    }
}

impl Replay {
    pub(super) fn new() -> Self {
        Self::default()
    }

    fn rule(self, needles: &[&str], reply: Reply, once: bool) -> Self {
        let needles = needles.iter().map(|n| (*n).to_owned()).collect();
        self.0.lock().unwrap().rules.push(Rule { needles, reply, once, used: 0 });
        self
    }

    fn reply(status: u16, body: impl AsRef<[u8]>) -> Reply {
        let headers = vec![("x-amzn-requestid".to_owned(), "req-1".to_owned())];
        Reply::Answer { status, headers, body: body.as_ref().to_vec() }
    }

    /// Answers every request that has all the needles.
    pub(super) fn on(self, needles: &[&str], status: u16, body: impl AsRef<[u8]>) -> Self {
        self.rule(needles, Self::reply(status, body), false)
    }

    /// Answers one request that has all the needles; rules are tried in order, so a queue is several of these.
    pub(super) fn once(self, needles: &[&str], status: u16, body: impl AsRef<[u8]>) -> Self {
        self.rule(needles, Self::reply(status, body), true)
    }

    /// As [`Replay::on`], with headers.
    pub(super) fn with_headers(
        self,
        needles: &[&str],
        status: u16,
        headers: &[(&str, &str)],
        body: impl AsRef<[u8]>,
    ) -> Self {
        let headers = headers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        self.rule(needles, Reply::Answer { status, headers, body: body.as_ref().to_vec() }, false)
    }

    /// Breaks the connection of every request that has all the needles.
    pub(super) fn broken(self, needles: &[&str]) -> Self {
        self.rule(needles, Reply::Broken, false)
    }

    /// An error of the JSON protocols (DynamoDB, KMS, Organizations; with status 400 or 403), Backup and Account.
    pub(super) fn json_error(self, needles: &[&str], status: u16, code: &str, message: &str) -> Self {
        let body = serde_json::json!({ "__type": code, "message": message, "Message": message }).to_string();
        let headers = [("x-amzn-errortype", code), ("x-amzn-requestid", "req-1")];
        self.with_headers(needles, status, &headers, body)
    }

    /// An error of the query protocols (IAM, RDS, STS).
    pub(super) fn query_error(self, needles: &[&str], status: u16, code: &str, message: &str) -> Self {
        let body = format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
             <RequestId>req-1</RequestId></ErrorResponse>"
        );
        self.on(needles, status, body)
    }

    /// An error of S3.
    pub(super) fn s3_error(self, needles: &[&str], status: u16, code: &str, message: &str) -> Self {
        let body =
            format!("<Error><Code>{code}</Code><Message>{message}</Message><RequestId>req-1</RequestId></Error>");
        self.on(needles, status, body)
    }

    /// Has the answers come late, by up to `jitter` milliseconds: those asked first need not be answered first.
    pub(super) fn late(self, jitter: u64) -> Self {
        self.0.lock().unwrap().jitter = jitter;
        self
    }

    fn delay(&self) -> Duration {
        let inner = self.0.lock().unwrap();
        let count = inner.sent.len() as u64;
        Duration::from_millis(count.wrapping_mul(7_919).checked_rem(inner.jitter).unwrap_or(0))
    }

    /// The rules of another, after these.
    pub(super) fn then(self, other: &Self) -> Self {
        let rules = std::mem::take(&mut other.0.lock().unwrap().rules);
        self.0.lock().unwrap().rules.extend(rules);
        self
    }

    /// The requests so far.
    pub(super) fn sent(&self) -> Vec<Sent> {
        self.0.lock().unwrap().sent.clone()
    }

    /// How many requests had this.
    pub(super) fn count(&self, needle: &str) -> usize {
        self.sent().iter().filter(|sent| sent.has(needle)).count()
    }

    fn answer(&self, sent: Sent) -> Reply {
        let mut inner = self.0.lock().unwrap();
        let rule = inner
            .rules
            .iter_mut()
            .find(|rule| (!rule.once || rule.used == 0) && rule.needles.iter().all(|needle| sent.has(needle)));
        let reply = rule.map(|rule| {
            rule.used += 1;
            rule.reply.clone()
        });
        inner.sent.push(sent);
        reply.unwrap_or_else(|| Self::reply(404, br#"{"__type":"NoRuleInReplay"}"#))
    }
}

impl HttpConnector for Replay {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let sent = Sent {
            uri: request.uri().to_owned(),
            target: request.headers().get("x-amz-target").unwrap_or_default().to_owned(),
            signature: request.headers().get("authorization").unwrap_or_default().to_owned(),
            body: String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned(),
        };
        let (reply, delay) = (self.answer(sent), self.delay());
        HttpConnectorFuture::new(async move {
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            match reply {
                Reply::Broken => Err(ConnectorError::io("connection reset".into())),
                Reply::Answer { status, headers, body } => {
                    let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
                    for (name, value) in headers {
                        response.headers_mut().append(name, value);
                    }
                    Ok(response)
                }
            }
        })
    }
}

impl HttpClient for Replay {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

/// The account of [`site`].
pub(super) const ACCOUNT: &str = "111122223333";

/// A site of account 111122223333 in eu-central-1 whose calls are answered by `replay`. Nothing is tried twice.
pub(super) fn site(replay: &Replay) -> Site {
    Site {
        account: ACCOUNT.parse().unwrap(),
        region: "eu-central-1".parse().unwrap(),
        partition: "aws".parse().unwrap(),
        sdk: sdk(replay),
        shared: Arc::new(Shared::new(64, false, Arc::new(Unobserved), Clock::Wall)),
    }
}

/// The configuration of [`site`].
pub(super) fn sdk(replay: &Replay) -> SdkConfig {
    let keys = Credentials::new("AKIDTEST", "secret", None, None, "replay");
    SdkConfig::builder()
        .behavior_version(aws_config::BehaviorVersion::latest())
        .region(aws_types::region::Region::from_static("eu-central-1"))
        .credentials_provider(SharedCredentialsProvider::new(keys))
        .identity_cache(aws_config::identity::IdentityCache::lazy().build())
        .http_client(meter::metered(SharedHttpClient::new(replay.clone())))
        .sleep_impl(TokioSleep::new())
        .retry_config(RetryConfig::disabled())
        .build()
}

/// Runs a test's future.
pub(super) fn run<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}
