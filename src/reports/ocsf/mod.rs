//! The posture as Compliance Findings (class 2003) of the Open Cybersecurity Schema Framework 1.5. Knows `model` alone.
//!
//! One verdict is one event on one line: as an array, which JSON readers and Prowler's consumers take, or as NDJSON, which
//! log pipelines take. An unknown verdict has the compliance status Unknown, a waived one the status Suppressed; neither is
//! ever Pass. Texts are exactly as AWS gives them: whoever shows them escapes them.

mod document;

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::model::finding::{Evidence, Finding, Severity, Status};
use crate::model::framework::framework_title;
use crate::model::ids::AccountId;
use crate::model::posture::{CheckSummary, Posture};
use crate::model::waiver::Waived;
use crate::reports::identity;
use document::{
    Account, Analytic, Check, Cloud, Compliance, ComplianceFinding, Data, Evidences, FindingInfo, Metadata,
    Organization, Product, Remediation, Resource, Unmapped, Waiver,
};

/// The version of OCSF that is written.
pub const OCSF_VERSION: &str = "1.5.0";

/// The statuses written where none is asked for: what does not concern its subject is no finding about it.
pub const STATUSES: &[Status] = &[Status::Fail, Status::Unknown, Status::Pass];

/// How the events stand beside each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// One JSON array.
    Array,
    /// One JSON document per line.
    Lines,
}

/// Writes the findings of the given statuses; none given is [`STATUSES`].
///
/// # Errors
/// What the writer says.
pub fn write(posture: &Posture, statuses: &[Status], layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let statuses = if statuses.is_empty() { STATUSES } else { statuses };
    let maker = Maker::new(posture);
    let between: &[u8] = if layout == Layout::Array { b",\n" } else { b"\n" };
    if layout == Layout::Array {
        out.write_all(b"[\n")?;
    }
    let mut first = true;
    for finding in posture.findings.iter().filter(|finding| statuses.contains(&finding.status)) {
        if !first {
            out.write_all(between)?;
        }
        first = false;
        serde_json::to_writer(&mut *out, &maker.event(finding)).map_err(io::Error::from)?;
    }
    if !first {
        out.write_all(b"\n")?;
    }
    if layout == Layout::Array { out.write_all(b"]\n") } else { Ok(()) }
}

struct Maker<'a> {
    posture: &'a Posture,
    checks: BTreeMap<&'a str, &'a CheckSummary>,
    accounts: BTreeMap<&'a AccountId, &'a str>,
}

impl<'a> Maker<'a> {
    fn new(posture: &'a Posture) -> Self {
        let checks = posture.checks.iter().map(|check| (check.id.as_str(), check)).collect();
        let named = posture.accounts.iter().filter_map(|account| Some((&account.id, account.name.as_deref()?)));
        Self { posture, checks, accounts: named.collect() }
    }

    fn event(&self, finding: &'a Finding) -> ComplianceFinding<'a> {
        let check = self.checks.get(finding.check.as_str()).copied();
        let (severity_id, severity) = match finding.status {
            Status::Fail | Status::Unknown => severity(finding.severity),
            Status::Pass | Status::NotApplicable => (1, "Informational"),
        };
        let (status_id, status) = if finding.waived.is_some() { (3, "Suppressed") } else { (1, "New") };
        let time = self.posture.taken_at.as_millisecond();
        let uid = identity::short(&identity::of(finding));
        ComplianceFinding {
            activity_id: 1,
            activity_name: "Create",
            category_uid: 2,
            category_name: "Findings",
            class_uid: 2003,
            class_name: "Compliance Finding",
            type_uid: 200_301,
            type_name: "Compliance Finding: Create",
            time,
            severity_id,
            severity,
            status_id,
            status,
            status_code: finding.status.as_str(),
            status_detail: &finding.message,
            message: &finding.message,
            comment: finding.waived.as_ref().map(comment),
            metadata: self.metadata(finding, format!("{uid}-{time}")),
            finding_info: FindingInfo {
                uid,
                title: check.map_or(finding.check.as_str(), |check| &check.title),
                desc: check.map(|check| check.description.as_str()),
                types: [finding.layer.as_str()],
                created_time: time,
                analytic: Analytic { name: &finding.check, uid: &finding.check, type_id: 1, kind: "Rule" },
            },
            compliance: compliance(finding, check),
            resources: [self.resource(finding)],
            cloud: self.cloud(finding),
            evidences: finding.evidence.iter().map(evidence).collect(),
            remediation: check.filter(|_| matches!(finding.status, Status::Fail | Status::Unknown)).map(remediation),
            unmapped: finding.waived.as_ref().map(|waived| Unmapped { waiver: waiver(waived) }),
        }
    }

    fn metadata(&self, finding: &'a Finding, uid: String) -> Metadata<'a> {
        let tool = &self.posture.tool;
        let (name, version) = tool.split_once(' ').map_or((tool.as_str(), None), |(name, v)| (name, Some(v)));
        Metadata {
            version: OCSF_VERSION,
            uid,
            event_code: &finding.check,
            product: Product { name, vendor_name: "palisade", version },
            profiles: ["cloud"],
            tenant_uid: self.posture.organization.as_ref().map(|organization| organization.id.as_str()),
        }
    }

    fn resource(&self, finding: &'a Finding) -> Resource<'a> {
        let subject = &finding.subject;
        let labels = [("environment", &subject.environment), ("class", &subject.class)];
        let labels = labels.into_iter().filter_map(|(name, value)| Some(format!("{name}:{}", value.as_deref()?)));
        Resource {
            uid: &subject.arn,
            name: &subject.name,
            kind: &subject.kind,
            region: finding.region.as_ref().map(AsRef::as_ref),
            cloud_partition: self.posture.caller.partition.as_str(),
            labels: labels.collect(),
        }
    }

    fn cloud(&self, finding: &'a Finding) -> Cloud<'a> {
        Cloud {
            provider: "AWS",
            cloud_partition: self.posture.caller.partition.as_str(),
            account: finding.account.as_ref().map(|id| Account {
                uid: id.as_str(),
                name: self.accounts.get(id).copied(),
                type_id: 10,
                kind: "AWS Account",
            }),
            org: self.posture.organization.as_ref().map(|organization| Organization { uid: &organization.id }),
            region: finding.region.as_ref().map(AsRef::as_ref),
        }
    }
}

fn compliance<'a>(finding: &'a Finding, check: Option<&'a CheckSummary>) -> Compliance<'a> {
    let (status_id, status) = match finding.status {
        Status::Fail => (3, "Fail"),
        Status::Unknown => (0, "Unknown"),
        Status::Pass => (1, "Pass"),
        Status::NotApplicable => (99, "Not applicable"),
    };
    let (severity_id, severity) = severity(finding.severity);
    let frameworks = check.into_iter().flat_map(|check| &check.frameworks);
    let requirements = frameworks.clone().flat_map(|(framework, controls)| {
        controls.iter().map(move |control| format!("{}: {control}", framework_title(framework)))
    });
    Compliance {
        control: &finding.check,
        status_id,
        status,
        checks: [Check {
            uid: &finding.check,
            name: check.map_or(finding.check.as_str(), |check| &check.title),
            severity_id,
            severity,
            status_id,
            status,
        }],
        requirements: requirements.collect(),
        standards: frameworks.map(|(framework, _)| framework_title(framework)).collect(),
    }
}

fn severity(severity: Severity) -> (u8, &'static str) {
    match severity {
        Severity::Critical => (5, "Critical"),
        Severity::High => (4, "High"),
        Severity::Medium => (3, "Medium"),
        Severity::Low => (2, "Low"),
    }
}

fn evidence(evidence: &Evidence) -> Evidences<'_> {
    match evidence {
        Evidence::Fact { path, value } => Evidences { name: "fact", data: Data::Fact { path, value } },
        Evidence::Read { account, region, collection, operations, read_at } => Evidences {
            name: "read",
            data: Data::Read {
                account: account.as_ref().map(AsRef::as_ref),
                region: region.as_ref().map(AsRef::as_ref),
                collection: collection.as_str(),
                operations: operations.iter().map(|operation| operation.as_str()).collect(),
                read_at: read_at.map(|at| at.to_string()),
            },
        },
        Evidence::Gap { account, regions, collection, gap } => Evidences {
            name: "gap",
            data: Data::Gap {
                account: account.as_ref().map(AsRef::as_ref),
                regions: regions.iter().map(AsRef::as_ref).collect(),
                collection: collection.as_str(),
                kind: gap.kind.as_str(),
                operation: gap.operation.as_str(),
                code: gap.code.as_deref(),
                message: &gap.message,
                request_id: gap.request_id.as_deref(),
            },
        },
    }
}

fn remediation(check: &CheckSummary) -> Remediation<'_> {
    let texts =
        [check.remediation.note.as_deref().unwrap_or_default(), &check.remediation.terraform, &check.remediation.cli];
    let said: Vec<&str> = texts.into_iter().map(str::trim_end).filter(|text| !text.is_empty()).collect();
    Remediation { desc: said.join("\n\n"), references: check.related.iter().map(String::as_str).collect() }
}

fn comment(waived: &Waived) -> String {
    format!("Waived by {} to the end of {}: {}", waived.owner, waived.expires, waived.reason)
}

fn waiver(waived: &Waived) -> Waiver<'_> {
    Waiver {
        reason: &waived.reason,
        owner: &waived.owner,
        expires: waived.expires.to_string(),
        ticket: waived.ticket.as_deref(),
        approved_by: waived.approved_by.as_deref(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::reports::fixture;

    fn rendered(posture: &Posture, statuses: &[Status], layout: Layout) -> String {
        let mut out = Vec::new();
        write(posture, statuses, layout, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn events(posture: &Posture, statuses: &[Status]) -> Vec<Value> {
        serde_json::from_str(&rendered(posture, statuses, Layout::Array)).unwrap()
    }

    #[test]
    fn every_event_is_what_the_published_schema_says() {
        let schema = include_str!("../../../tests/schemas/ocsf-compliance-finding-1.5.0.json");
        let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
        for posture in [fixture::posture(), fixture::waived()] {
            for event in events(&posture, Status::ALL) {
                let errors: Vec<String> =
                    validator.iter_errors(&event).map(|error| format!("{}: {error}", error.instance_path())).collect();
                assert!(errors.is_empty(), "{errors:#?}");
            }
        }
        let mut wrong = events(&fixture::posture(), &[]).remove(0);
        wrong["compliance"]["status_id"] = 7.into();
        assert!(!validator.is_valid(&wrong), "the schema refuses a status that does not exist");
    }

    #[test]
    fn unknown_is_unknown_and_waived_is_suppressed() {
        let posture = fixture::waived();
        let events = events(&posture, Status::ALL);
        assert_eq!(events.len(), posture.findings.len());
        for (event, finding) in events.iter().zip(&posture.findings) {
            let status = &event["compliance"]["status"];
            assert_eq!(status == "Pass", finding.status == Status::Pass);
            assert_eq!(status == "Unknown", finding.status == Status::Unknown);
            assert_eq!(event["status"] == "Suppressed", finding.waived.is_some());
            assert_eq!(event["resources"][0]["name"], finding.subject.name.as_str());
        }
    }

    #[test]
    fn lines_hold_what_the_array_holds() {
        let posture = fixture::posture();
        let lines = rendered(&posture, &[], Layout::Lines);
        let each: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(each, events(&posture, &[]));
        let mut nothing = posture;
        nothing.findings.clear();
        assert_eq!(rendered(&nothing, &[], Layout::Lines), "");
        assert_eq!(rendered(&nothing, &[], Layout::Array), "[\n]\n");
    }

    #[test]
    fn compliance_findings() {
        insta::assert_snapshot!("ocsf", rendered(&fixture::waived(), &[], Layout::Array));
    }
}
