//! The policy language of IAM: documents read and compiled, requests decided. Ground floor: imports nothing of ours but
//! `model`.
//!
//! Two questions are answered. [`decide`] and [`explain`]: is this request allowed, and by which statements? [`prove`]: over
//! every context that somebody could present, is it closed, conditional or open? Both run the same lines, for every answer
//! has three values: what is not known is never read as "no". The rules are AWS's, cited where they are followed.

mod cells;
mod chain;
mod concern;
mod condition;
mod context;
mod document;
mod error;
mod evaluate;
mod explain;
pub mod fuzz;
mod hash;
mod json;
mod lint;
mod matcher;
mod operator;
mod pattern;
mod principal;
mod prove;
mod read;
mod request;
mod samples;
mod services;
mod set;
mod statement;
mod survey;
mod symbols;
#[cfg(test)]
mod tests;
mod tri;
mod value;

pub use cells::Memo;
pub use chain::{Chain, Level};
pub use concern::{Concern, concern};
pub use context::{Context, Fact};
pub use document::{Document, Kind};
pub use error::{Lint, LintKind, PolicyError, Reason};
pub use evaluate::{Decision, Identity, Policies, ResourcePolicy, decide};
pub use explain::{Cited, Explanation, Missing, Source, explain};
pub use principal::{Caller, CallerError, CallerKind};
pub use prove::{Opening, Proof, Verdict, prove, prove_with};
pub use request::{NoAction, Request};
pub use services::{RCP_SERVICES, RCP_SERVICES_AS_OF, takes_rcps};
pub use set::PolicySet;
pub use statement::{Effect, Statement};
pub use survey::Party;
pub use tri::Tri;
