//! AWS answered from within the process: the whole collection over the SDK, without a socket.
//!
//! What answers is given as an [`Endpoint`]: a function over HTTP's own types. The decision worth knowing: the clock stands
//! still meanwhile, at the moment that is asked for, so that what is collected is dated as what it was served from.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use aws_config::identity::IdentityCache;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
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
use bytes::Bytes;
use jiff::Timestamp;

use super::meter;
use crate::model::ids::Region;

/// An answer that is on its way; an error breaks the connection.
pub type Answering = Pin<Box<dyn Future<Output = Result<http::Response<Bytes>, Disconnected>> + Send>>;

/// The connection broke before it answered.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the connection broke")]
pub struct Disconnected;

/// What answers requests in place of AWS.
pub trait Endpoint: Send + Sync {
    /// Answers one request.
    fn answer(&self, request: http::Request<Bytes>) -> Answering;
}

/// A collection from within the process.
#[derive(Clone)]
pub struct InProcess {
    /// What answers.
    pub endpoint: Arc<dyn Endpoint>,
    /// The access key's id.
    pub access_key_id: String,
    /// Its secret.
    pub secret_access_key: String,
    /// The session's token.
    pub session_token: Option<String>,
    /// The home region.
    pub region: Region,
    /// The moment at which everything is read.
    pub now: Timestamp,
    /// How often a call is tried.
    pub attempts: u32,
    /// How long one try may take.
    pub patience: Duration,
}

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InProcess").field("region", &self.region).field("now", &self.now).finish_non_exhaustive()
    }
}

impl InProcess {
    /// The SDK's configuration for it.
    pub(super) fn sdk(&self) -> SdkConfig {
        let keys = Credentials::new(
            self.access_key_id.as_str(),
            self.secret_access_key.as_str(),
            self.session_token.clone(),
            None,
            "in-process",
        );
        let retries = RetryConfig::standard()
            .with_max_attempts(self.attempts.max(1))
            .with_initial_backoff(Duration::from_millis(1))
            .with_max_backoff(Duration::from_millis(2));
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(aws_types::region::Region::new(self.region.as_str().to_owned()))
            .credentials_provider(SharedCredentialsProvider::new(keys))
            .identity_cache(IdentityCache::lazy().max_partitions(100_000).build())
            .http_client(meter::metered(SharedHttpClient::new(Client(Arc::clone(&self.endpoint)))))
            .sleep_impl(TokioSleep::new())
            .retry_config(retries)
            .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(self.patience).build())
            .build()
    }
}

#[derive(Clone)]
struct Client(Arc<dyn Endpoint>);

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InProcess")
    }
}

impl HttpClient for Client {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Client {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let bytes = request.body().bytes().map(Bytes::copy_from_slice);
        let request = bytes.zip(request.try_into_http1x().ok()).map(|(bytes, request)| request.map(|_| bytes));
        // Palisade sends no streams, and the SDK no request that is none.
        let Some(request) = request else {
            return HttpConnectorFuture::ready(Err(ConnectorError::user("the request cannot be passed on".into())));
        };
        let answering = self.0.answer(request);
        HttpConnectorFuture::new(async move {
            let response = answering.await.map_err(|broken| ConnectorError::io(Box::new(broken)))?;
            HttpResponse::try_from(response.map(SdkBody::from))
                .map_err(|error| ConnectorError::other(Box::new(error), None))
        })
    }
}
