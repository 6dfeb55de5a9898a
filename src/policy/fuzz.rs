//! Bodies for a fuzzer, as plain functions: whatever the bytes, nothing panics and nothing hangs. Imports the room.
//!
//! The corpus in `tests/cases/fuzz/` runs under `cargo test`; a fuzzer calls the same functions by hand.

use super::chain::Chain;
use super::context::Context;
use super::document::{Document, Kind};
use super::evaluate::{Identity, Policies, ResourcePolicy, decide};
use super::explain::explain;
use super::pattern::{Pattern, Syntax};
use super::principal::Caller;
use super::prove::prove;
use super::request::Request;
use super::set::PolicySet;

/// Reads the bytes as a policy of every kind, and asks everything of what can be read.
pub fn document(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let kinds = [Kind::Identity, Kind::Resource, Kind::Trust, Kind::Boundary, Kind::Session, Kind::Scp, Kind::Rcp];
    for kind in kinds {
        match Document::read(kind, &text) {
            Ok(document) => ask(&PolicySet::new([("fuzz", document)])),
            Err(error) => drop(error.to_string()),
        }
    }
}

fn ask(set: &PolicySet) {
    let chain = Chain::new([("root", set.clone())]);
    let policies = Policies {
        scps: &chain,
        rcps: &chain,
        identity: Identity::Policies(set),
        boundary: Some(set),
        session: Some(set),
        resource: ResourcePolicy::Given(set),
        management_account: None,
    };
    for context in [Context::complete(), Context::open()] {
        let caller = Caller::some_role("111122223333");
        let Ok(request) = Request::new(caller, "s3:DeleteObject", "arn:aws:s3:::b/k", "111122223333", context) else {
            continue;
        };
        let _ = decide(&request, &policies);
        let _ = explain(&request, &policies);
        let _ = prove(&request, &policies);
    }
}

/// Reads the first line as a pattern and matches it against the rest, in every way there is.
pub fn pattern(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
    for (wildcards, variables) in [(true, true), (true, false), (false, true), (false, false)] {
        let pattern = Pattern::parse(first, Syntax { wildcards, variables });
        let _ = pattern.matches(rest);
        for context in [Context::complete(), Context::open()] {
            let _ = pattern.matches_in(rest, &context);
            let _ = pattern.matches_arn(rest, &context);
            let _ = super::symbols::covers(&pattern, &Pattern::parse(rest, Syntax::WILD), wildcards, &context);
        }
    }
}

/// Whether a pattern with wildcards and without variables matches a text: for comparison with another matcher.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    Pattern::parse(pattern, Syntax::WILD).matches(text)
}
