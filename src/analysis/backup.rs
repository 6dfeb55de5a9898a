//! Copies, plans, vaults, restores: what could bring a resource back.

use super::Context;
use crate::model::facts::{Fact, Facts, ResourceFact};

/// Fills `copies`, `backup` and `restore` of every resource, with what they rest on and what could change them.
pub(super) fn attach(_cx: &Context<'_>, _resources: &mut [Fact<ResourceFact>]) {}

/// Fills `vaults`, `account_regions`, and `unlisted` of their kinds.
pub(super) fn surroundings(_cx: &Context<'_>, _facts: &mut Facts) {}
