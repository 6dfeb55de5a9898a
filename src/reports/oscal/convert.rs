//! From verdicts to observations, risks and findings.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::controls;
use super::document::{
    Actor, AssessmentAssets, BackMatter, Characterization, Component, Facet, InventoryItem, Link, NAMESPACE,
    Observation, ObservationReference, Origin, OscalFinding, Platform, Property, RelevantEvidence, Resource, Response,
    Risk, RiskLog, RiskLogEntry, RiskReference, State, SubjectReference, Target, TargetStatus, UsesComponent,
};
use super::frame::{named, paragraphs, property};
use crate::model::finding::{Evidence, Finding, Status};
use crate::model::posture::{CheckSummary, Posture};
use crate::model::waiver::Waived;
use crate::reports::evidence::sentence;
use crate::reports::markup::{block, code, inline, prose};
use crate::reports::words::count;
use crate::reports::{identity, text::visible};

/// The most columns of a name in a title.
const NAME: usize = 120;

/// The verdicts on distinct subjects, the first of each.
pub(super) fn subjects(posture: &Posture) -> Vec<&Finding> {
    let mut seen = BTreeSet::new();
    posture.findings.iter().filter(|finding| seen.insert(identity::of_subject(finding))).collect()
}

/// Makes what refers to each other.
pub(super) struct Maker<'a> {
    posture: &'a Posture,
    checks: BTreeMap<&'a str, &'a CheckSummary>,
    /// Of what is palisade's in every scan.
    own: Uuid,
    /// Of this assessment alone.
    assessment: Uuid,
}

impl<'a> Maker<'a> {
    pub(super) fn new(posture: &'a Posture) -> io::Result<Self> {
        let own = Uuid::new_v5(&Uuid::NAMESPACE_URL, NAMESPACE.as_bytes());
        // Whatever is written differs where this differs: the calls alone are not written.
        let mut hash = Hashing(Sha256::new());
        let head = (&posture.tool, posture.taken_at, &posture.caller, &posture.scope, &posture.organization);
        let body = (&posture.accounts, &posture.checks, &posture.findings, &posture.waivers, &posture.gaps);
        serde_json::to_writer(&mut hash, &(head, body)).map_err(io::Error::from)?;
        let checks = posture.checks.iter().map(|check| (check.id.as_str(), check)).collect();
        Ok(Self { posture, checks, own, assessment: Uuid::new_v5(&own, &hash.0.finalize()) })
    }

    /// The id of something in this assessment alone.
    pub(super) fn id(&self, kind: &str, what: &[u8]) -> Uuid {
        Uuid::new_v5(&Uuid::new_v5(&self.assessment, kind.as_bytes()), what)
    }

    /// The id of something that is the same in every assessment.
    fn lasting(&self, kind: &str, what: &[u8]) -> Uuid {
        Uuid::new_v5(&Uuid::new_v5(&self.own, kind.as_bytes()), what)
    }

    fn observation_id(&self, finding: &Finding) -> Uuid {
        self.id("observation", &identity::of(finding))
    }

    fn risk_id(&self, finding: &Finding) -> Uuid {
        self.lasting("risk", &identity::of(finding))
    }

    fn subject_id(&self, finding: &Finding) -> Uuid {
        self.lasting("subject", &identity::of_subject(finding))
    }

    fn tool_id(&self) -> Uuid {
        self.lasting("tool", self.posture.tool.as_bytes())
    }

    fn remediation_id(&self, check: &str) -> Uuid {
        self.lasting("remediation", check.as_bytes())
    }

    fn plan_id(&self) -> Uuid {
        self.lasting("plan", self.posture.tool.as_bytes())
    }

    fn origin(&self) -> Origin {
        Origin { actors: [Actor { kind: "tool", actor_uuid: self.tool_id() }] }
    }

    fn title(&self, finding: &Finding) -> String {
        self.checks.get(finding.check.as_str()).map_or_else(|| code(&finding.check), |check| prose(&check.title))
    }

    /// There is no plan document: what is assessed is what the checks say, and the document holds that itself.
    pub(super) fn plan_link(&self) -> Link {
        Link { href: format!("#{}", self.plan_id()), rel: None }
    }

    pub(super) fn assets(&self) -> AssessmentAssets {
        let title = visible(&self.posture.tool, NAME);
        AssessmentAssets {
            components: [Component {
                uuid: self.tool_id(),
                kind: "software",
                title: title.clone(),
                description: "Reads an AWS organization through its APIs and judges whether production data can be destroyed. \
                              It changes nothing.",
                status: State { state: "operational" },
            }],
            assessment_platforms: [Platform {
                uuid: self.lasting("platform", self.posture.tool.as_bytes()),
                title,
                uses_components: [UsesComponent { component_uuid: self.tool_id() }],
            }],
        }
    }

    pub(super) fn inventory_item(&self, finding: &Finding) -> InventoryItem {
        let subject = &finding.subject;
        let kind = subject.kind.replace('_', " ");
        let mut props = vec![
            property("subject", &subject.arn),
            property("subject-type", &subject.kind),
            property("subject-name", &subject.name),
        ];
        let optional = [
            ("account", finding.account.as_ref().map(AsRef::as_ref)),
            ("region", finding.region.as_ref().map(AsRef::as_ref)),
            ("environment", subject.environment.as_deref()),
            ("class", subject.class.as_deref()),
        ];
        props.extend(optional.into_iter().filter_map(|(name, value)| Some(property(name, value?))));
        InventoryItem { uuid: self.subject_id(finding), description: format!("{kind} {}", code(name(finding))), props }
    }

    pub(super) fn observation(&self, finding: &Finding) -> Observation {
        let mut props = vec![
            property("check", &finding.check),
            property("status", finding.status.as_str()),
            property("severity", finding.severity.as_str()),
            property("layer", finding.layer.as_str()),
        ];
        props.extend(finding.waived.iter().flat_map(waived));
        let read = finding.evidence.iter().filter_map(|evidence| match evidence {
            Evidence::Read { read_at, .. } => *read_at,
            Evidence::Fact { .. } | Evidence::Gap { .. } => None,
        });
        Observation {
            uuid: self.observation_id(finding),
            title: format!("{}: {}", code(&finding.check), code(&visible(name(finding), NAME))),
            description: inline(&finding.message),
            props,
            methods: ["EXAMINE"],
            types: ["control-objective"],
            origins: [self.origin()],
            subjects: [SubjectReference {
                subject_uuid: self.subject_id(finding),
                kind: "inventory-item",
                title: code(&visible(name(finding), NAME)),
            }],
            relevant_evidence: finding.evidence.iter().map(relevant).collect(),
            collected: read.max().unwrap_or(self.posture.taken_at).to_string(),
            remarks: finding.waived.as_ref().map(accepted),
        }
    }

    pub(super) fn risk(&self, finding: &Finding) -> Risk {
        let check = self.checks.get(finding.check.as_str());
        let note = check.and_then(|check| check.remediation.note.as_deref());
        let uuid = self.risk_id(finding);
        Risk {
            uuid,
            title: format!("Does not hold: {} ({})", self.title(finding), code(&visible(name(finding), NAME))),
            description: inline(&finding.message),
            statement: check.map_or_else(|| self.title(finding), |check| paragraphs(&check.description)),
            props: [property("check", &finding.check)]
                .into_iter()
                .chain(finding.waived.iter().flat_map(waived))
                .collect(),
            status: if finding.waived.is_some() { "deviation-approved" } else { "open" },
            characterizations: [Characterization {
                origin: self.origin(),
                facets: [Facet { name: "severity", system: NAMESPACE, value: finding.severity.as_str() }],
            }],
            deadline: finding.waived.as_ref().and_then(deadline),
            remediations: [Response {
                uuid: Uuid::new_v5(&uuid, b"remediation"),
                lifecycle: "recommendation",
                title: "Mend it".to_owned(),
                description: note.map_or_else(|| "As the check says.".to_owned(), paragraphs),
                links: check.map(|check| self.remediation_link(&check.id)).into_iter().collect(),
            }],
            risk_log: finding.waived.as_ref().map(|waived| RiskLog {
                entries: [RiskLogEntry {
                    uuid: self.id("waived", &identity::of(finding)),
                    title: "Waived",
                    description: accepted(waived),
                    start: self.posture.taken_at.to_string(),
                    status_change: "deviation-approved",
                }],
            }),
            related_observations: [ObservationReference { observation_uuid: self.observation_id(finding) }],
        }
    }

    fn remediation_link(&self, check: &str) -> Link {
        Link { href: format!("#{}", self.remediation_id(check)), rel: Some("reference") }
    }

    /// One finding for each check that judged anything, in order of check.
    pub(super) fn findings(&self) -> Vec<OscalFinding> {
        let mut of_check: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        for finding in &self.posture.findings {
            if finding.status != Status::NotApplicable {
                of_check.entry(&finding.check).or_default().push(finding);
            }
        }
        of_check.into_iter().map(|(check, findings)| self.finding(check, &findings)).collect()
    }

    fn finding(&self, id: &str, findings: &[&Finding]) -> OscalFinding {
        let check = self.checks.get(id);
        let title = check.map_or_else(|| code(id), |check| prose(&check.title));
        let status = status(findings);
        let observations = findings.iter().map(|finding| self.observation_id(finding));
        let risks =
            findings.iter().filter(|finding| finding.status == Status::Fail).map(|finding| self.risk_id(finding));
        let mut props = vec![property("check", id)];
        props.extend(
            findings.iter().map(|finding| finding.severity).min().map(|worst| property("severity", worst.as_str())),
        );
        props.extend(check.map(|check| named(check)).into_iter().flatten());
        OscalFinding {
            uuid: self.id("finding", id.as_bytes()),
            title: title.clone(),
            description: check.map_or_else(|| title.clone(), |check| paragraphs(&check.description)),
            props,
            origins: [self.origin()],
            target: Target { kind: "objective-id", target_id: controls::token(id), title, status },
            related_observations: observations
                .map(|observation_uuid| ObservationReference { observation_uuid })
                .collect(),
            related_risks: risks.map(|risk_uuid| RiskReference { risk_uuid }).collect(),
        }
    }

    /// What the document points to: the plan, and how to mend what each check finds.
    pub(super) fn back_matter(&self) -> BackMatter {
        let plan = Resource {
            uuid: self.plan_id(),
            title: "What is assessed".to_owned(),
            description: format!(
                "The checks of {}, each an objective of this document; `palisade checks show` prints one.",
                code(&self.posture.tool)
            ),
        };
        let mending = self.posture.checks.iter().map(|check| Resource {
            uuid: self.remediation_id(&check.id),
            title: format!("How to mend it: {}", prose(&check.title)),
            description: mending(check),
        });
        BackMatter { resources: std::iter::once(plan).chain(mending).collect() }
    }
}

/// Satisfied only where something passes and nothing fails or is unknown; waivers change nothing of that.
fn status(findings: &[&Finding]) -> TargetStatus {
    let number = |status: Status| findings.iter().filter(|finding| finding.status == status).count();
    let (passed, failed, unknown) = (number(Status::Pass), number(Status::Fail), number(Status::Unknown));
    let waived = findings.iter().filter(|finding| finding.waived.is_some()).count();
    let (state, reason) = match (failed, unknown, passed) {
        (0, 0, 1..) => ("satisfied", "pass"),
        (1.., _, _) => ("not-satisfied", "fail"),
        _ => ("not-satisfied", "other"),
    };
    let mut remarks = format!("{passed} pass, {failed} fail, {unknown} unknown");
    if waived > 0 {
        remarks.push_str(&format!("; an owner accepts {} of these for a time", count(waived, "verdict")));
    }
    if unknown > 0 && failed == 0 {
        remarks.push_str(". What is unknown could not be seen: it is not satisfied until it is.");
    }
    TargetStatus { state, reason, remarks }
}

/// The name of what is judged, or its exact id where it has none.
fn name(finding: &Finding) -> &str {
    if finding.subject.name.is_empty() { &finding.subject.arn } else { &finding.subject.name }
}

fn relevant(evidence: &Evidence) -> RelevantEvidence {
    let kind = match evidence {
        Evidence::Fact { .. } => "fact",
        Evidence::Read { .. } => "read",
        Evidence::Gap { .. } => "gap",
    };
    RelevantEvidence { description: inline(&sentence(evidence)), props: [property("kind", kind)] }
}

fn waived(waived: &Waived) -> Vec<Property> {
    let mut props = vec![
        property("waived-until", &waived.expires.to_string()),
        property("waived-by", &waived.owner),
        property("waived-because", &waived.reason),
    ];
    props.extend(waived.ticket.iter().map(|ticket| property("waiver-ticket", ticket)));
    props.extend(waived.approved_by.iter().map(|by| property("waiver-approved-by", by)));
    props
}

fn accepted(waived: &Waived) -> String {
    let approved = waived.approved_by.as_deref().map(|by| format!(", approved by {}", inline(by))).unwrap_or_default();
    let ticket = waived.ticket.as_deref().map(|ticket| format!(" ({})", inline(ticket))).unwrap_or_default();
    format!(
        "Waived to the end of {} by {}{approved}{ticket}: {}",
        waived.expires,
        inline(&waived.owner),
        inline(&waived.reason)
    )
}

/// The end of the waiver's last day, where OSCAL can write that year.
fn deadline(waived: &Waived) -> Option<String> {
    (1900..=2999).contains(&waived.expires.year()).then(|| format!("{}T23:59:59Z", waived.expires))
}

fn mending(check: &CheckSummary) -> String {
    let remediation = &check.remediation;
    let mut text = remediation.note.as_deref().map(|note| paragraphs(note) + "\n\n").unwrap_or_default();
    for (language, code) in [("hcl", &remediation.terraform), ("sh", &remediation.cli)] {
        if !code.trim().is_empty() {
            text.push_str(&block(language, code));
            text.push('\n');
        }
    }
    if text.is_empty() { "The check says nothing of how to mend it.".to_owned() } else { text.trim_end().to_owned() }
}

/// Hashes what is written to it.
struct Hashing(Sha256);

impl io::Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
