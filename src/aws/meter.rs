//! What one API call cost on the wire: tries, throttles, the last request id.
//!
//! The SDK retries inside and tells only the last outcome, and its shared configuration takes no interceptors. So the shared
//! HTTP client is wrapped: each request that passes is counted in the task that sent it. Credentials are fetched through the
//! bare client, so that an AssumeRole in the middle of a call is not counted as a try of that call.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

tokio::task_local! {
    static METER: Arc<Mutex<Reading>>;
}

/// What was counted during one call.
#[derive(Debug, Clone, Default)]
pub(super) struct Reading {
    /// Requests sent.
    pub(super) attempts: u32,
    /// Answers that made the SDK try again and that were no failure of the server: throttles.
    pub(super) throttles: u32,
    /// AWS's id of the last answered request.
    pub(super) request_id: Option<String>,
    last_status: Option<u16>,
}

impl Reading {
    fn sent(&mut self) {
        self.attempts = self.attempts.saturating_add(1);
        // The SDK repeats a 4xx only when it is a throttle (query and JSON protocols answer those with 400); S3 answers 503.
        if self.last_status.is_some_and(|status| (400..500).contains(&status) || status == 503) {
            self.throttles = self.throttles.saturating_add(1);
        }
        self.last_status = None;
    }

    fn answered(&mut self, response: &HttpResponse) {
        self.last_status = Some(response.status().as_u16());
        let headers = response.headers();
        let id =
            ["x-amzn-requestid", "x-amzn-request-id", "x-amz-request-id"].iter().find_map(|name| headers.get(*name));
        if let Some(id) = id {
            self.request_id = Some(id.chars().take(128).collect());
        }
    }
}

/// Runs one call and says what it cost.
pub(super) async fn measured<F: Future>(call: F) -> (F::Output, Reading) {
    let meter = Arc::new(Mutex::new(Reading::default()));
    let output = METER.scope(Arc::clone(&meter), call).await;
    let reading = meter.lock().unwrap_or_else(PoisonError::into_inner).clone();
    (output, reading)
}

/// Wraps a client so that what it sends is counted.
pub(super) fn metered(client: SharedHttpClient) -> SharedHttpClient {
    SharedHttpClient::new(MeteredClient(client))
}

#[derive(Debug)]
struct MeteredClient(SharedHttpClient);

impl HttpClient for MeteredClient {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(MeteredConnector(self.0.http_connector(settings, components)))
    }
}

struct MeteredConnector(SharedHttpConnector);

impl fmt::Debug for MeteredConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MeteredConnector")
    }
}

impl HttpConnector for MeteredConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let meter = METER.try_with(Arc::clone).ok();
        if let Some(meter) = &meter {
            meter.lock().unwrap_or_else(PoisonError::into_inner).sent();
        }
        let answer = self.0.call(request);
        HttpConnectorFuture::new(async move {
            let response = answer.await?;
            if let Some(meter) = meter {
                meter.lock().unwrap_or_else(PoisonError::into_inner).answered(&response);
            }
            Ok(response)
        })
    }
}
