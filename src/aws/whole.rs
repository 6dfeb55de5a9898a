//! Answers in XML that break off are no answers.
//!
//! The SDK's parser takes a document that ends in the middle for one that ends there: a list cut in half would be a shorter
//! list, and what stood in the other half would pass for absent. So each XML document is held to its end before it is
//! parsed. JSON needs no such care: half an object does not parse.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// The operations whose bodies are somebody's bytes and no document of the protocol's.
const RAW: [&str; 2] = ["GetObject", "GetBucketPolicy"];

/// Refuses XML documents that break off.
#[derive(Debug)]
pub(super) struct WholeDocuments;

#[dyn_dispatch_hint]
impl Intercept for WholeDocuments {
    fn name(&self) -> &'static str {
        "WholeDocuments"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let raw = config.load::<Metadata>().is_some_and(|operation| RAW.contains(&operation.name()));
        let body = context.response().body().bytes().unwrap_or_default();
        if raw || is_whole(body) { Ok(()) } else { Err("AWS's answer breaks off in the middle".into()) }
    }
}

/// Whether an XML document ends with the element that it begins with: no answer of AWS's holds its root's name once more.
/// What is no XML is left to the parser.
fn is_whole(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    let root = match text.strip_prefix("<?xml") {
        Some(rest) => match rest.split_once("?>") {
            Some((_, rest)) => rest.trim_start(),
            // The declaration itself breaks off.
            None => return false,
        },
        None => text,
    };
    let Some(root) = root.strip_prefix('<') else { return root.is_empty() == text.is_empty() };
    let Some(end) = root.find(['>', ' ', '\t', '\n', '\r', '/']) else { return false };
    let name = root.get(..end).unwrap_or_default();
    text.strip_suffix('>').is_some_and(|before| {
        let before = before.trim_end();
        // `<Root/>` is all of it; else it ends in `</Root>`.
        before.ends_with(&format!("</{name}")) || before.ends_with('/') && before.matches('<').count() <= 2
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_ends_with_what_it_begins_with() {
        for whole in [
            "",
            "not xml",
            "<A/>",
            "<A x=\"1\"/>",
            "<A></A>",
            "<?xml version=\"1.0\"?>\n<A xmlns=\"u\"><B>1</B></A>\n",
            "<?xml version=\"1.0\"?><A/>",
        ] {
            assert!(is_whole(whole.as_bytes()), "{whole}");
        }
        let document = "<?xml version=\"1.0\"?>\n<Alpha xmlns=\"u\"><B><E>1</E></B><C/><D>2</D></Alpha>";
        for end in 1..document.len() {
            let cut = &document[..end];
            // What breaks off before its first element is no XML yet, or only a declaration.
            assert!(!is_whole(cut.as_bytes()) || !cut.contains("<A") && !cut.starts_with("<?xml"), "{cut}");
        }
    }
}
