//! stub

use super::call::Call;
use super::refusal::Refusal;
use super::reply::Answer;
use crate::model::operation::Operation;

pub(super) fn answer(_operation: Operation, _call: &Call<'_>) -> Result<Answer, Refusal> {
    Err(Refusal::new(501, "NotImplemented", "not yet"))
}
