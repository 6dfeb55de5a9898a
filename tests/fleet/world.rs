//! A served inventory, collected over the SDK within this process.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use palisade::aws::{self, Answering, CollectError, CollectOptions, Disconnected, Endpoint, InProcess, Unobserved};
use palisade::fleet::{Fault, Fleet, Options, Reply};
use palisade::model::inventory::Inventory;
use palisade::model::terraform::StateBucketReason;
use serde_json::Value;

/// A request and its response, as they crossed.
#[derive(Debug, Clone)]
pub struct Exchange {
    pub request: http::Request<Bytes>,
    pub response: http::Response<Bytes>,
}

/// The endpoint as the SDK's, with what crossed kept where that is wanted.
struct Served {
    fleet: Fleet,
    exchanges: Option<Mutex<Vec<Exchange>>>,
}

impl Endpoint for Served {
    fn answer(&self, request: http::Request<Bytes>) -> Answering {
        let reply = self.fleet.answer(&request);
        if let (Some(exchanges), Reply::Answer(response)) = (&self.exchanges, &reply) {
            exchanges.lock().unwrap().push(Exchange { request, response: response.clone() });
        }
        Box::pin(async move {
            match reply {
                Reply::Answer(response) => Ok(response),
                Reply::Broken => Err(Disconnected),
                Reply::Silence => std::future::pending().await,
            }
        })
    }
}

/// What collects an inventory again: what it was collected with, as far as it tells.
pub fn options(inventory: &Inventory) -> CollectOptions {
    let scope = &inventory.scope;
    let states = inventory.accounts.iter().filter_map(|account| account.parts()).flat_map(|parts| &parts.state.buckets);
    let configured = states.filter(|bucket| bucket.reasons.contains(&StateBucketReason::Configured));
    let members = inventory.organization.iter().flat_map(|organization| organization.accounts.items());
    CollectOptions {
        accounts: scope.accounts.clone(),
        organizational_units: scope.organizational_units.clone(),
        excluded_accounts: scope.excluded_accounts.clone(),
        regions: scope.regions.clone(),
        role_name: scope.role_name.clone().unwrap_or_else(|| "PalisadeAudit".to_owned()),
        state_content: scope.state_content,
        treat_as_empty: scope.treat_as_empty.clone(),
        no_organization: inventory.organization.is_none(),
        account_tags: members.into_iter().any(|account| account.tags.is_some()),
        state_buckets: configured.map(|bucket| bucket.bucket.clone()).collect(),
        ..CollectOptions::default()
    }
}

/// How long an answer is waited for: only where one is ordered not to come is it worth little, and a machine that has other
/// things to do must not look like one that is silent.
fn patience(how: &Options) -> Duration {
    let silent = how.faults.iter().any(|order| order.fault == Fault::Silence);
    if silent { Duration::from_millis(400) } else { Duration::from_secs(60) }
}

fn source(served: Served) -> InProcess {
    let inventory = served.fleet.inventory();
    let (region, now) = (inventory.caller.home_region.clone(), inventory.taken_at);
    let keys = served.fleet.credentials();
    let patience = patience(served.fleet.options());
    InProcess {
        endpoint: Arc::new(served),
        access_key_id: keys.access_key_id,
        secret_access_key: keys.secret_access_key,
        session_token: Some(keys.session_token),
        region,
        now,
        attempts: 2,
        patience,
    }
}

/// Collects what is served.
pub fn collect(inventory: &Inventory, how: Options) -> Result<Inventory, CollectError> {
    let source = source(Served { fleet: Fleet::new(inventory.clone(), how), exchanges: None });
    aws::collect_from_blocking(&source, &options(inventory), Arc::new(Unobserved))
}

/// As [`collect`], with what crossed.
pub fn collect_and_listen(inventory: &Inventory, how: Options) -> (Inventory, Vec<Exchange>) {
    let served = Arc::new(Served { fleet: Fleet::new(inventory.clone(), how), exchanges: Some(Mutex::default()) });
    let (region, now) = (inventory.caller.home_region.clone(), inventory.taken_at);
    let keys = served.fleet.credentials();
    let patience = patience(served.fleet.options());
    let source = InProcess {
        endpoint: Arc::clone(&served) as Arc<dyn Endpoint>,
        access_key_id: keys.access_key_id,
        secret_access_key: keys.secret_access_key,
        session_token: Some(keys.session_token),
        region,
        now,
        attempts: 2,
        patience,
    };
    let collected = aws::collect_from_blocking(&source, &options(inventory), Arc::new(Unobserved)).unwrap();
    let exchanges = served.exchanges.as_ref().unwrap().lock().unwrap().clone();
    (collected, exchanges)
}

/// An inventory as JSON without what the law leaves out: the ledger, when things were read, and of gaps the attempts and
/// request ids.
pub fn plain(inventory: &Inventory) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                fields.remove("read_at");
                if fields.contains_key("kind") && fields.contains_key("operation") && fields.contains_key("attempts") {
                    fields.remove("attempts");
                    fields.remove("request_id");
                }
                fields.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(inventory).unwrap();
    value.as_object_mut().unwrap().remove("ledger");
    strip(&mut value);
    value
}

/// The first places where two values differ, with both sides.
pub fn differences(want: &Value, got: &Value) -> Vec<String> {
    fn walk(path: &str, want: &Value, got: &Value, found: &mut Vec<String>) {
        if want == got || found.len() >= 40 {
            return;
        }
        match (want, got) {
            (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => {
                for (key, value) in a {
                    walk(&format!("{path}/{key}"), value, &b[key], found);
                }
            }
            (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
                for (at, (x, y)) in a.iter().zip(b).enumerate() {
                    walk(&format!("{path}/{at}"), x, y, found);
                }
            }
            _ => found.push(format!("{path}\n    served    {want:.600}\n    collected {got:.600}")),
        }
    }
    let mut found = Vec::new();
    walk("", want, got, &mut found);
    found
}

/// The law, of one inventory.
#[track_caller]
pub fn holds(inventory: &Inventory, how: Options) {
    let served = palisade::fleet::sealed(inventory.clone());
    let collected = collect(&served, how).unwrap();
    let found = differences(&plain(&served), &plain(&collected));
    assert!(found.is_empty(), "collecting what is served gives something else:\n{}", found.join("\n"));
}
