//! What people remember of production data, in words that several formats share.

use crate::model::facts::{Standing, Tier};
use crate::model::posture::{Posture, ResourceSummary, SurvivalSummary};

/// The data of production, the worst first.
pub(super) fn worst_first(posture: &Posture) -> Vec<&ResourceSummary> {
    let mut resources: Vec<&ResourceSummary> = posture.resources.iter().collect();
    resources.sort_by(|a, b| worth(a).cmp(&worth(b)).then_with(|| a.arn.cmp(&b.arn)));
    resources
}

/// How many layers stand, then the tier.
fn worth(resource: &ResourceSummary) -> (usize, Tier, Tier) {
    let held = resource.layers.all().iter().filter(|(_, one)| one.standing == Standing::Held).count();
    (held, resource.account_takeover.tier, resource.account_takeover.tier_at_best)
}

/// The tier that is certain, and the one at best where that is another.
pub(super) fn tiers(survival: &SurvivalSummary) -> String {
    let (sure, hoped) = (survival.tier, survival.tier_at_best);
    if sure == hoped { sure.words().to_owned() } else { format!("{} to {}", sure.words(), hoped.words()) }
}

/// What would be lost where something survives: the age of the best survivor's data.
pub(super) fn lost(survival: &SurvivalSummary) -> String {
    match (survival.tier, survival.rpo_hours) {
        (Tier::None | Tier::SharedFate, _) if survival.tier_at_best >= Tier::Isolated => "unknown".to_owned(),
        (Tier::None | Tier::SharedFate, _) => "all of it".to_owned(),
        (_, None) => "unknown".to_owned(),
        (_, Some(hours)) if hours < 48.0 => format!("{hours} h"),
        (_, Some(hours)) => format!("{:.0} d", hours / 24.0),
    }
}
