//! Verdicts of one check as JSON, version `palisade.explanation/1`: the check, and its findings as the posture has them.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::convert::{check, finding};
use super::document::{CheckV1, FindingV1};
use crate::model::finding::Finding;
use crate::model::posture::CheckSummary;

/// The version of the format.
pub const EXPLANATION_SCHEMA: &str = "palisade.explanation/1";

/// A check and its verdicts, each with what it rests on.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "palisade.explanation/1")]
pub(in crate::reports) struct ExplanationV1<'a> {
    /// The format's version: `palisade.explanation/1`.
    schema: &'a str,
    /// The check.
    check: CheckV1<'a>,
    /// Its verdicts, in order of account, region, subject.
    findings: Vec<FindingV1<'a>>,
}

/// Writes the explanation.
///
/// # Errors
/// What the writer says.
pub fn write(summary: &CheckSummary, findings: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
    let document = ExplanationV1 {
        schema: EXPLANATION_SCHEMA,
        check: check(summary),
        findings: findings.iter().map(|one| finding(one)).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::fixture;

    #[test]
    fn it_is_what_the_schema_says() {
        let posture = fixture::posture();
        let schema = serde_json::to_value(crate::reports::schema::explanation()).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        for summary in &posture.checks {
            let findings: Vec<&Finding> = posture.findings.iter().filter(|f| f.check == summary.id).collect();
            let mut out = Vec::new();
            write(summary, &findings, &mut out).unwrap();
            let json: serde_json::Value = serde_json::from_slice(&out).unwrap();
            let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{errors:#?}");
            assert_eq!(json["findings"].as_array().unwrap().len(), findings.len());
        }
    }
}
