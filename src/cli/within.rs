//! An inventory served and collected again within this process: the whole scan over the SDK, without AWS and without a
//! socket.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::error::CliError;
use crate::aws::{self, Answering, CollectOptions, DEFAULT_ROLE, Disconnected, Endpoint, InProcess, Unobserved};
use crate::fleet::{Fleet, Options, Reply};
use crate::model::inventory::Inventory;

/// How long a try may take: nothing here waits for a network.
const PATIENCE: Duration = Duration::from_secs(60);

/// The endpoint as what answers the SDK.
struct Within(Fleet);

impl Endpoint for Within {
    fn answer(&self, request: http::Request<Bytes>) -> Answering {
        let reply = self.0.answer(&request);
        Box::pin(async move {
            match reply {
                Reply::Answer(response) => Ok(response),
                Reply::Broken => Err(Disconnected),
                Reply::Silence => std::future::pending().await,
            }
        })
    }
}

/// Serves the inventory and collects it, as of the moment at which it was read.
pub(super) fn collect(inventory: Inventory) -> Result<Inventory, CliError> {
    let options = CollectOptions {
        role_name: inventory.scope.role_name.clone().unwrap_or_else(|| DEFAULT_ROLE.to_owned()),
        state_content: inventory.scope.state_content,
        no_organization: inventory.organization.is_none(),
        ..CollectOptions::default()
    };
    let (region, now) = (inventory.caller.home_region.clone(), inventory.taken_at);
    let fleet = Fleet::new(inventory, Options::default());
    let keys = fleet.credentials();
    let source = InProcess {
        endpoint: Arc::new(Within(fleet)),
        access_key_id: keys.access_key_id,
        secret_access_key: keys.secret_access_key,
        session_token: Some(keys.session_token),
        region,
        now,
        attempts: 2,
        patience: PATIENCE,
    };
    Ok(aws::collect_from_blocking(&source, &options, Arc::new(Unobserved))?)
}
