//! AWS, served from an inventory: the demo, tests and benchmarks, and palisade tried without AWS.
//!
//! Every operation that palisade calls, in AWS's own wire protocols. One file per service, beside its twins in `model` and
//! `aws`; it imports the nouns, Terraform's state format and the bundled organizations, and never `aws`, nor `aws` it: what
//! the two agree on is AWS. The law between them is `collect(serve(inventory)) == inventory`. The decision worth knowing: the
//! endpoint itself is a pure function from request to reply; sockets ([`server`]) and the SDK's in-process client stand
//! around it.

mod account;
mod backup;
mod call;
mod dynamodb;
mod fault;
pub mod generate;
mod iam;
pub mod image;
mod json;
mod kms;
mod organizations;
mod rds;
mod refusal;
mod reply;
mod rest;
mod route;
mod s3;
pub mod server;
mod signature;
mod states;
mod sts;
mod trust;
mod xml;

use std::collections::BTreeMap;

use bytes::Bytes;
use http::Request;
use jiff::SignedDuration;

pub use fault::{Fault, Order};
pub use reply::Reply;
pub use signature::{Credentials, SECRET_ACCESS_KEY};
pub use states::sealed;

use crate::model::ids::AccountId;
use crate::model::inventory::{AccountInventory, Inventory};
use crate::model::operation::Operation;
use call::Call;
use refusal::Refusal;
use reply::Answer;
use route::{Asked, Protocol, Route};
use signature::Signature;
use states::States;

/// How an inventory is served.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The most items in a page; `None`: as many as AWS gives.
    pub page_size: Option<usize>,
    /// By how much every time is moved: so that an old inventory is served as if it had been read today.
    pub shift: SignedDuration,
    /// Failures to order.
    pub faults: Vec<Order>,
}

/// An endpoint that serves an inventory.
#[derive(Debug)]
pub struct Fleet {
    inventory: Inventory,
    options: Options,
    accounts: BTreeMap<AccountId, usize>,
    /// Bucket names are one namespace: name → (account, bucket), by position.
    buckets: BTreeMap<String, (usize, usize)>,
    states: States,
}

impl Fleet {
    /// An endpoint for an inventory, which it serves [`sealed`].
    #[must_use]
    pub fn new(inventory: Inventory, options: Options) -> Self {
        let inventory = sealed(inventory);
        let accounts = inventory.accounts.iter().enumerate().map(|(at, account)| (account.id.clone(), at)).collect();
        let buckets = inventory.accounts.iter().enumerate().flat_map(|(at, account)| {
            let buckets = account.parts().into_iter().flat_map(|parts| parts.s3.buckets.items());
            buckets.enumerate().map(move |(place, bucket)| (bucket.name.clone(), (at, place)))
        });
        let buckets = buckets.collect();
        let states = States::of(&inventory, options.shift);
        Self { inventory, options, accounts, buckets, states }
    }

    /// What is served.
    #[must_use]
    pub fn inventory(&self) -> &Inventory {
        &self.inventory
    }

    /// How it is served.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Credentials of whoever collected the inventory.
    #[must_use]
    pub fn credentials(&self) -> Credentials {
        Credentials::of(&self.inventory.caller.account, &self.inventory.caller.arn)
    }

    /// One account.
    fn account(&self, id: &AccountId) -> Option<&AccountInventory> {
        self.accounts.get(id).and_then(|at| self.inventory.accounts.get(*at))
    }

    /// Answers a request.
    #[must_use]
    pub fn answer(&self, request: &Request<Bytes>) -> Reply {
        let signature = match signature::read(request) {
            Ok(signature) => signature,
            Err(refusal) => {
                let protocol = guessed(request);
                return reply::refused(&refusal, protocol, &reply::request_id(request, "", ""));
            }
        };
        let id = reply::request_id(request, signature.account.as_str(), signature.region.as_str());
        let Some(protocol) = route::protocol(&signature.service, request) else {
            let message = format!("this endpoint serves no service that signs as {:.40}", signature.service);
            return reply::refused(
                &Refusal::new(404, "UnknownOperationException", message),
                Protocol::RestJson("message"),
                &id,
            );
        };
        let route = match route::route(&signature.service, protocol, request) {
            Ok(route) => route,
            Err(refusal) => return reply::refused(&refusal, protocol, &id),
        };
        self.serve(&signature, protocol, route, &id)
    }

    /// The operation that a request asks for, where it is one of palisade's.
    #[must_use]
    pub fn operation(request: &Request<Bytes>) -> Option<Operation> {
        let signature = signature::read(request).ok()?;
        let protocol = route::protocol(&signature.service, request)?;
        match route::route(&signature.service, protocol, request).ok()?.asked {
            Asked::Operation(operation) => Some(operation),
            Asked::Backend(_) => None,
        }
    }

    fn serve(&self, signature: &Signature, protocol: Protocol, route: Route, id: &str) -> Reply {
        let Route { asked, input } = route;
        let Some(account) = self.account(&signature.account) else {
            let message = "The security token included in the request is invalid.";
            let code = signature::unknown_key_code(&signature.service);
            return reply::refused(&Refusal::new(403, code, message), protocol, id);
        };
        let fault = match asked {
            Asked::Operation(operation) => self.fault(operation, signature),
            Asked::Backend(_) => None,
        };
        let call = Call {
            fleet: self,
            signature,
            account,
            region: &signature.region,
            name: asked.name(),
            input,
            same_token: fault == Some(Fault::SameToken),
        };
        let service = signature.service.as_str();
        let refusal = match fault {
            Some(Fault::Silence) => return Reply::Silence,
            Some(Fault::Broken) => return Reply::Broken,
            Some(Fault::Garbage) => return reply::garbage(id),
            Some(Fault::Denied) => call.denied(service),
            Some(Fault::DeniedByScp) => call.denied_by_scp(service),
            Some(Fault::RegionOff) => call.region_off(),
            Some(Fault::Throttled) if matches!(protocol, Protocol::S3 | Protocol::S3Control) => {
                Refusal::new(503, "SlowDown", "Please reduce your request rate.")
            }
            Some(Fault::Throttled) => Refusal::new(400, reply::throttled_code(protocol), "Rate exceeded"),
            Some(Fault::ServerError) => {
                Refusal::new(500, reply::internal_code(protocol), "We encountered an internal error. Please try again.")
            }
            Some(Fault::Strange) => Refusal::new(400, "SomethingNewException", "What nobody has seen before"),
            Some(Fault::SameToken | Fault::Cut) | None => {
                let answered = dispatch(asked, &call);
                return match answered {
                    Ok(answer) if fault == Some(Fault::Cut) => {
                        reply::cut(reply::answered(answer, protocol, call.name, id))
                    }
                    Ok(answer) => reply::answered(answer, protocol, call.name, id),
                    Err(refusal) => reply::refused(&refusal, protocol, id),
                };
            }
        };
        reply::refused(&refusal, protocol, id)
    }

    fn fault(&self, operation: Operation, signature: &Signature) -> Option<Fault> {
        let orders = &self.options.faults;
        let order = orders.iter().find(|order| order.strikes(operation, &signature.account, &signature.region));
        order.map(|order| order.fault)
    }
}

/// The protocol of a request whose signature does not tell its service.
fn guessed(request: &Request<Bytes>) -> Protocol {
    if let Some(protocol) = signature::service(request).and_then(|service| route::protocol(service, request)) {
        return protocol;
    }
    if request.headers().contains_key("x-amz-target") {
        Protocol::Json("application/x-amz-json-1.1", "", "message")
    } else if request.body().starts_with(b"Action=") {
        Protocol::Query("https://sts.amazonaws.com/doc/2011-06-15/")
    } else {
        Protocol::S3
    }
}

fn dispatch(asked: Asked, call: &Call<'_>) -> Result<Answer, Refusal> {
    let operation = match asked {
        Asked::Operation(operation) => operation,
        Asked::Backend(backend) => return states::backend(backend, call),
    };
    match operation.service() {
        "sts" => sts::answer(operation, call),
        "organizations" => organizations::answer(operation, call),
        "account" => account::answer(operation, call),
        "iam" => iam::answer(operation, call),
        "rds" => rds::answer(operation, call),
        "backup" => backup::answer(operation, call),
        "s3" | "s3control" => s3::answer(operation, call),
        "dynamodb" => dynamodb::answer(operation, call),
        "kms" => kms::answer(operation, call),
        _ => Err(Refusal::new(501, "NotImplemented", "this endpoint serves no such operation")),
    }
}
