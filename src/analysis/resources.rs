//! The stateful resources, their snapshots and their keys.

use super::Context;
use crate::model::facts::{Fact, Facts, ResourceFact};

/// Every stateful resource with its protection; `copies`, `backup`, `restore`, `claims` are filled by the later steps.
pub(super) fn list(_cx: &Context<'_>) -> Vec<Fact<ResourceFact>> {
    Vec::new()
}

/// Fills `global_clusters`, `snapshots`, `keys`, and `unlisted` of the resource kinds.
pub(super) fn surroundings(_cx: &Context<'_>, _facts: &mut Facts) {}
