//! Which Terraform state claims which resource, and how the states themselves are kept.

use super::Context;
use crate::model::facts::{Fact, Facts, ResourceFact};

/// Fills `claims` and `managed_by` of every resource.
pub(super) fn attach(_cx: &Context<'_>, _resources: &mut [Fact<ResourceFact>]) {}

/// Fills `state_buckets`, `state_objects`, `lock_tables`, `state_databases`, `held_locks`, and `unlisted` of their kinds.
pub(super) fn surroundings(_cx: &Context<'_>, _facts: &mut Facts) {}
