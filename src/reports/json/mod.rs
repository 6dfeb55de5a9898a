//! The posture as JSON, version `palisade.posture/1`. Knows `model` alone; its structs are the format.
//!
//! The document is written as a stream: a finding is turned into its JSON form when its turn comes and forgotten after, so
//! that a million verdicts need no second copy in memory. One finding is one line, so that `diff` and `grep` are of use.

mod convert;
mod document;
pub mod explanation;
pub mod explanations;
pub mod history;
pub mod read;

use std::io::{self, Write};

use serde::Serialize;

use crate::model::finding::Status;
use crate::model::posture::Posture;
use crate::reports::lines::Lines;
use crate::reports::stream::Stream;
use convert::{account, check, finding, layer, ledger_entry, placed_gap, resource, scope, score, waiver};
pub(super) use document::Document;
use document::{CallerV1, OrganizationV1, PostureV1};

/// The version of the posture format.
pub const POSTURE_SCHEMA: &str = "palisade.posture/1";

/// The members of the document and the items of their lists get lines of their own.
const MEMBERS: usize = 1;
const ITEMS: usize = 2;

/// Writes the posture, with the findings of the given statuses; none given is all of them.
///
/// # Errors
/// What the writer says.
pub fn write(posture: &Posture, statuses: &[Status], out: &mut dyn Write) -> io::Result<()> {
    let findings = posture.findings.iter().filter(|finding| statuses.is_empty() || statuses.contains(&finding.status));
    let document = PostureV1 {
        schema: POSTURE_SCHEMA,
        tool: &posture.tool,
        taken_at: posture.taken_at,
        caller: CallerV1 {
            account: posture.caller.account.as_str(),
            arn: posture.caller.arn.as_str(),
            partition: posture.caller.partition.as_str(),
            home_region: posture.caller.home_region.as_str(),
        },
        scope: scope(&posture.scope),
        organization: posture.organization.as_ref().map(|organization| OrganizationV1 {
            id: &organization.id,
            management_account: organization.management_account.as_str(),
        }),
        accounts: posture.accounts.iter().map(account).collect(),
        score: posture.score.map(score),
        layers: posture.layers.iter().map(layer).collect(),
        checks: posture.checks.iter().map(check).collect(),
        not_judged: posture.not_judged.iter().map(String::as_str).collect(),
        resources: posture.resources.iter().map(resource).collect(),
        statuses: if statuses.is_empty() { Status::ALL } else { statuses }.iter().map(|s| s.as_str()).collect(),
        findings: Stream(findings.map(finding)),
        waivers: posture.waivers.iter().map(waiver).collect(),
        gaps: posture.gaps.iter().map(placed_gap).collect(),
        ledger: posture.ledger.iter().map(ledger_entry).collect(),
    };
    write_lines(&document, out)
}

/// Writes any value with one member of it, and one item of its lists, per line.
///
/// # Errors
/// What the writer says.
pub fn write_lines(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, Lines::down_to(MEMBERS, ITEMS));
    value.serialize(&mut serializer).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::fixture;

    fn rendered(posture: &Posture, statuses: &[Status]) -> String {
        let mut out = Vec::new();
        write(posture, statuses, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn it_holds_every_finding_with_names_exact() {
        let posture = fixture::posture();
        let json: serde_json::Value = serde_json::from_str(&rendered(&posture, &[])).unwrap();
        assert_eq!(json["schema"], POSTURE_SCHEMA);
        let findings = json["findings"].as_array().unwrap();
        assert_eq!(findings.len(), posture.findings.len());
        for (written, meant) in findings.iter().zip(&posture.findings) {
            assert_eq!(written["subject"]["name"], meant.subject.name.as_str());
            assert_eq!(written["status"], meant.status.as_str());
        }
        assert!(findings.iter().any(|f| f["subject"]["name"] == fixture::HOSTILE), "the hostile name is exact");
    }

    #[test]
    fn statuses_filter_findings_and_leave_the_counts() {
        let posture = fixture::posture();
        let json: serde_json::Value = serde_json::from_str(&rendered(&posture, &[Status::Fail])).unwrap();
        let findings = json["findings"].as_array().unwrap();
        assert!(!findings.is_empty() && findings.len() < posture.findings.len());
        assert!(findings.iter().all(|finding| finding["status"] == "fail"));
        assert_eq!(json["statuses"], serde_json::json!(["fail"]));
        let passed: u64 = json["layers"].as_array().unwrap().iter().map(|l| l["passed"].as_u64().unwrap()).sum();
        assert!(passed > 0);
    }

    #[test]
    fn one_finding_is_one_line() {
        let posture = fixture::posture();
        let text = rendered(&posture, &[]);
        let lines = text.lines().filter(|line| line.starts_with("  {\"check\":")).count();
        assert_eq!(lines, posture.findings.len());
        assert!(text.starts_with("{\n \"schema\":\"palisade.posture/1\",\n") && text.ends_with("\n}\n"));
    }

    #[test]
    fn it_is_what_the_schema_says() {
        let schema = serde_json::to_value(crate::reports::schema::posture()).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let json: serde_json::Value = serde_json::from_str(&rendered(&fixture::posture(), &[])).unwrap();
        let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        let mut wrong = json;
        wrong["findings"][0]["status"] = "ok".into();
        assert!(!validator.is_valid(&wrong), "the schema refuses a status that does not exist");
    }
}
