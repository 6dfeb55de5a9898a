//! What of some policies speaks of a request at all. Imports the room's evaluation.
//!
//! Two requests of one caller in one context that the same statements speak of are decided and proved alike, whatever their
//! actions and resources are: so that a catalogue of actions is proved once for each way in which policies tell them apart.

use super::evaluate::{Policies, Scope};
use super::prove::sets;
use super::request::Request;
use super::statement::Effect;
use super::tri::Tri;

/// The statements that speak of a request. Equal ones, of one caller in one context under the same policies, get equal
/// answers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Concern {
    /// Whether SCPs and RCPs bind.
    binds: [Option<bool>; 2],
    /// Which set, policy and statement, and whether its resource surely matches.
    statements: Vec<(u32, u32, u32, bool)>,
    /// The request itself, where a statement's resource depends on the context.
    own: Option<String>,
}

/// Tells what speaks of a request.
#[must_use]
pub fn concern(request: &Request, policies: &Policies<'_>) -> Concern {
    let request = request.strictly();
    let scope = Scope::new(&request, policies);
    let mut concern = Concern { binds: [known(scope.scps), known(scope.rcps)], statements: Vec::new(), own: None };
    for (at, set) in sets(&scope).into_iter().enumerate() {
        for effect in [Effect::Allow, Effect::Deny] {
            for placed in set.of(&request, effect) {
                let statement = &placed.statement;
                let resource = match statement.actions.matches(request.action.text()) {
                    true => statement.resources.matches(&request),
                    false => Tri::False,
                };
                if resource == Tri::False {
                    continue;
                }
                let at = u32::try_from(at).unwrap_or(u32::MAX);
                concern.statements.push((at, placed.policy, placed.index, resource == Tri::True));
                if statement.resource_variables().next().is_some() {
                    concern.own = Some(format!("{} {:?}", request.action.text(), request.target));
                }
            }
        }
    }
    concern.statements.sort_unstable();
    concern
}

fn known(tri: Tri) -> Option<bool> {
    match tri {
        Tri::True => Some(true),
        Tri::False => Some(false),
        Tri::Unknown => None,
    }
}
