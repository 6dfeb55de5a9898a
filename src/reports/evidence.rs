//! What a verdict rests on, as a sentence for formats that take text.

use crate::model::finding::Evidence;
use crate::model::ids::{AccountId, Region};

/// One thing that a verdict rests on, in words. Facts keep their values as JSON.
pub(super) fn sentence(evidence: &Evidence) -> String {
    match evidence {
        Evidence::Fact { path, value } => format!("{path} is {value}"),
        Evidence::Read { account, region, collection, operations, read_at } => {
            let operations: Vec<&str> = operations.iter().map(|operation| operation.as_str()).collect();
            let when = read_at.map_or_else(|| "not called".to_owned(), |at| format!("read at {at}"));
            let place = place(account.as_ref(), region.as_slice());
            format!("{} of {place} by {}, {when}", collection.as_str(), operations.join(", "))
        }
        Evidence::Gap { account, regions, collection, gap } => {
            let code = gap.code.as_deref().map(|code| format!(" {code}")).unwrap_or_default();
            let id = gap.request_id.as_deref().map(|id| format!(" (request {id})")).unwrap_or_default();
            format!(
                "{} of {} could not be read: {} answered {}{code}{id}: {}",
                collection.as_str(),
                place(account.as_ref(), regions),
                gap.operation,
                gap.kind.as_str(),
                gap.message
            )
        }
    }
}

fn place(account: Option<&AccountId>, regions: &[Region]) -> String {
    let account = account.map_or_else(|| "the organization".to_owned(), |id| format!("account {id}"));
    let regions: Vec<&str> = regions.iter().map(AsRef::as_ref).collect();
    if regions.is_empty() { account } else { format!("{account} in {}", regions.join(", ")) }
}
