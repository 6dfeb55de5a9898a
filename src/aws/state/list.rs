//! Reading a list no further than a budget: state buckets may hold anything, and a list that is cut is a gap.

use std::collections::BTreeSet;
use std::error::Error;
use std::future::Future;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::aws::failure::Failure;
use crate::aws::site::Site;
use crate::model::gap::GapKind;
use crate::model::operation::Operation;

/// Reads a list page by page into `fold`, `budget` pages at most. `next` gives a page's next token; none ends the list.
///
/// # Errors
/// The first page that fails, a token seen before, or a list that goes on beyond the budget.
pub(super) async fn pages_within<P, K, E, Fut>(
    site: &Site,
    (operation, subject): (Operation, &str),
    budget: usize,
    mut make: impl FnMut(Option<K>) -> Fut,
    mut fold: impl FnMut(P) -> Option<K>,
) -> Result<(), Failure>
where
    K: Ord + Clone,
    Fut: Future<Output = Result<P, SdkError<E, HttpResponse>>>,
    E: ProvideErrorMetadata + Error + 'static,
{
    let mut token = None;
    let mut seen = BTreeSet::new();
    for _ in 0..budget {
        let page = site.call(operation, Some(subject), || make(token.take())).await?;
        let Some(next) = fold(page) else { return Ok(()) };
        if !seen.insert(next.clone()) {
            let message = "AWS gave the same page token twice; the list was not read to its end";
            return Err(site.failed(operation, Some(subject), GapKind::Malformed, message));
        }
        token = Some(next);
    }
    let message =
        format!("{subject} goes on after {budget} pages, the most that palisade reads when it looks for states");
    Err(site.failed(operation, Some(subject), GapKind::Budget, message))
}
