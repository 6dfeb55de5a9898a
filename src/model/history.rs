//! The scores of one scope over time, as a store keeps them.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::posture::{LayerPosture, Score};

/// A point of the curve of scores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScorePoint {
    /// The scan's id.
    pub scan: String,
    /// When the collection began.
    pub taken_at: Timestamp,
    /// Whether the scan is complete.
    pub complete: bool,
    /// The overall score; absent where nothing was judged.
    pub score: Option<Score>,
    /// The five layers.
    pub layers: Vec<LayerPosture>,
}
