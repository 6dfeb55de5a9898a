//! Posting a message. A URL of a webhook is a secret: whoever has it can write into the channel. No error names it.

use std::time::Duration;

use serde::Serialize;
use ureq::tls::{RootCerts, TlsConfig};

/// How long one try may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The pauses before further tries, where the other side is busy or away.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(3)];

/// Why a message was not delivered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// The other side answered otherwise than with success.
    #[error("it answered with HTTP status {status}{}", if *status == 404 || *status == 410 { ": is the webhook still there?" } else { "" })]
    Status {
        /// HTTP's status.
        status: u16,
    },
    /// It did not answer in time.
    #[error("it did not answer within {} s", PATIENCE.as_secs())]
    Timeout,
    /// The certificate or the handshake was wrong.
    #[error("no secure connection could be made to it")]
    Tls,
    /// It cannot be reached.
    #[error("it cannot be reached: check the network, the name in the URL and HTTPS_PROXY")]
    Unreachable,
    /// The URL is none.
    #[error("its URL is none that a message can be sent to")]
    Url,
}

/// Posts JSON.
///
/// # Errors
/// After three tries where the other side is busy or away; at once where it refuses.
pub fn post(url: &str, body: &impl Serialize) -> Result<(), DeliveryError> {
    let text = serde_json::to_string(body).map_err(|_| DeliveryError::Url)?;
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        // A redirect would carry the message to whoever the other side names.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        // The machine's own roots: a company's proxy is trusted there.
        .tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build())
        .user_agent(concat!("palisade/", env!("CARGO_PKG_VERSION")))
        .build()
        .into();
    let mut pauses = PAUSES.iter();
    loop {
        let sent = agent.post(url).content_type("application/json").send(text.as_str());
        let failure = match sent {
            Ok(response) if response.status().is_success() => return Ok(()),
            Ok(response) => DeliveryError::Status { status: response.status().as_u16() },
            Err(error) => meaning(&error),
        };
        let again = match failure {
            DeliveryError::Status { status } => status == 429 || status >= 500,
            DeliveryError::Timeout | DeliveryError::Unreachable => true,
            DeliveryError::Tls | DeliveryError::Url => false,
        };
        match pauses.next() {
            Some(pause) if again => std::thread::sleep(*pause),
            _ => return Err(failure),
        }
    }
}

/// What went wrong, without what the library would quote.
fn meaning(error: &ureq::Error) -> DeliveryError {
    match error {
        ureq::Error::StatusCode(status) => DeliveryError::Status { status: *status },
        ureq::Error::Timeout(_) => DeliveryError::Timeout,
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => DeliveryError::Tls,
        ureq::Error::BadUri(_) | ureq::Error::Http(_) | ureq::Error::RequireHttpsOnly(_) => DeliveryError::Url,
        _ => DeliveryError::Unreachable,
    }
}
