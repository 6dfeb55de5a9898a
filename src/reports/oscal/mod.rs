//! The posture as assessment results of NIST's Open Security Controls Assessment Language (OSCAL). Knows `model` alone.
//!
//! Every verdict is an observation of one inventory item, with what it rests on. Every check is an objective of this
//! assessment and gets one finding, because a check speaks to a part of a control: no control is said to be satisfied as a
//! whole. An objective is satisfied only where something passes and nothing fails or is unknown; a waiver makes nothing
//! satisfied, it makes a failure's risk an approved deviation. Every failure is a risk, whose id is the same from scan to scan.
//!
//! Nothing is random: ids are UUIDs of version 5, and every time is one of the collection.

mod controls;
mod convert;
mod document;
mod frame;

use std::io::{self, Write};

use serde::Serialize;

use crate::model::finding::{Finding, Status};
use crate::model::posture::Posture;
use crate::reports::lines::Lines;
use crate::reports::stream::Stream;
use convert::Maker;
use document::{AssessmentResult, AssessmentResults, Document, LocalDefinitions};

/// The version of OSCAL that is written.
pub const OSCAL_VERSION: &str = "1.2.1";

/// How deep members and items get lines of their own: the members of the result, and the items of its lists.
const MEMBERS: usize = 4;
const ITEMS: usize = 5;

/// Writes the posture as assessment results.
///
/// # Errors
/// What the writer says.
pub fn write(posture: &Posture, out: &mut dyn Write) -> io::Result<()> {
    let maker = Maker::new(posture)?;
    let subjects = convert::subjects(posture);
    let fails = |finding: &&Finding| finding.status == Status::Fail;
    let any = |some: bool| some.then_some(());
    let result = AssessmentResult {
        uuid: maker.id("result", &[]),
        title: frame::title(posture),
        description: frame::description(posture),
        start: posture.taken_at.to_string(),
        end: posture.ledger.iter().map(|entry| entry.last_at).max().map(|at| at.to_string()),
        props: frame::scores(posture),
        local_definitions: LocalDefinitions {
            inventory_items: any(!subjects.is_empty())
                .map(|()| Stream(subjects.iter().map(|finding| maker.inventory_item(finding)))),
            assessment_assets: maker.assets(),
        },
        reviewed_controls: frame::reviewed_controls(posture),
        attestations: frame::waivers(posture),
        observations: any(!posture.findings.is_empty())
            .map(|()| Stream(posture.findings.iter().map(|finding| maker.observation(finding)))),
        risks: any(posture.findings.iter().any(|finding| fails(&finding)))
            .map(|()| Stream(posture.findings.iter().filter(fails).map(|finding| maker.risk(finding)))),
        findings: maker.findings(),
        remarks: frame::remarks(posture),
    };
    let document = Document {
        assessment_results: AssessmentResults {
            uuid: maker.id("document", &[]),
            metadata: frame::metadata(posture),
            import_ap: maker.plan_link(),
            local_definitions: frame::objectives(posture),
            results: [result],
            back_matter: maker.back_matter(),
        },
    };
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, Lines::down_to(MEMBERS, ITEMS));
    document.serialize(&mut serializer).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests;
