//! The scores of one scope over time, as a store keeps them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::finding::Layer;
use super::posture::Score;

/// The scores of one scan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScorePoint {
    /// The scan's id.
    pub scan: String,
    /// When its collection began.
    pub taken_at: Timestamp,
    /// Its overall score; `None` where nothing was judged.
    pub score: Option<Score>,
    /// The score of each layer, in order.
    pub layers: Vec<(Layer, Option<Score>)>,
}
