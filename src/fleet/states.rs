//! stub

use super::call::Call;
use super::refusal::Refusal;
use super::reply::Answer;
use super::route::Backend;
use crate::model::inventory::Inventory;

#[derive(Debug)]
pub(super) struct States;

impl States {
    pub(super) fn of(_inventory: &Inventory) -> Self {
        Self
    }
}

pub(super) fn backend(_backend: Backend, _call: &Call<'_>) -> Result<Answer, Refusal> {
    Err(Refusal::new(501, "NotImplemented", "not yet"))
}
