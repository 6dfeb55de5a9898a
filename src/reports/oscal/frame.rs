//! What stands around the verdicts: the document's head, the objectives, the controls, the scores and the waivers.

use std::collections::BTreeSet;

use super::OSCAL_VERSION;
use super::controls;
use super::document::{
    Attestation, ControlId, ControlSelection, Metadata, NAMESPACE, Objective, ObjectiveId, ObjectiveSelection,
    Objectives, Part, Property, ReviewedControls,
};
use crate::model::framework::framework_title;
use crate::model::posture::{CheckSummary, Posture};
use crate::model::waiver::WaiverUse;
use crate::reports::markup::{code, inline, prose};
use crate::reports::text::visible;
use crate::reports::words::{count, interval};

/// The most columns of a property's value.
const VALUE: usize = 4_000;

/// A property of palisade's own.
pub(super) fn property(name: &'static str, value: &str) -> Property {
    Property { name, ns: NAMESPACE, value: line(value), class: None }
}

/// The text as a value of OSCAL: one line, with neither blanks around it nor nothing in it.
pub(super) fn line(text: &str) -> String {
    let shown = visible(text, VALUE);
    if shown.trim().is_empty() { "(empty)".to_owned() } else { shown.trim().to_owned() }
}

pub(super) fn title(posture: &Posture) -> String {
    match &posture.organization {
        Some(organization) => format!("Posture of the organization {}", code(&organization.id)),
        None => format!("Posture of {}", count(posture.accounts.len(), "account")),
    }
}

pub(super) fn metadata(posture: &Posture) -> Metadata {
    Metadata {
        title: format!("Assessment results: {}", title(posture)),
        last_modified: posture.taken_at.to_string(),
        version: posture.taken_at.to_string(),
        oscal_version: OSCAL_VERSION,
        props: vec![
            property("tool", &posture.tool),
            property("caller", posture.caller.arn.as_str()),
            property("partition", posture.caller.partition.as_str()),
        ],
    }
}

pub(super) fn description(posture: &Posture) -> String {
    let scanned = posture.accounts.iter().filter(|account| account.scanned).count();
    let score = posture
        .score
        .map_or_else(|| "nothing was judged".to_owned(), |score| format!("the score is {} of 100", interval(score)));
    let accounts = count(posture.accounts.len(), "account");
    format!(
        "{}: {scanned} of {accounts} read, {} judged; {score}.",
        title(posture),
        count(posture.findings.len(), "verdict")
    )
}

/// The scores and counts: unknown counted as failed for the low end, as passed for the high end.
pub(super) fn scores(posture: &Posture) -> Vec<Property> {
    let mut props = Vec::new();
    if let Some(score) = posture.score {
        props.push(property("score-low", &format!("{:.1}", score.low)));
        props.push(property("score-high", &format!("{:.1}", score.high)));
    }
    for layer in &posture.layers {
        let class = Some(controls::token(layer.id.as_str()));
        let mut add = |name, value: String| {
            props.push(Property { class: class.clone(), ..property(name, &value) });
        };
        if let Some(score) = layer.score {
            add("layer-score-low", format!("{:.1}", score.low));
            add("layer-score-high", format!("{:.1}", score.high));
        }
        let counts = layer.counts;
        let numbers = [
            ("passed", counts.passed),
            ("failed", counts.failed),
            ("unknown", counts.unknown),
            ("not-applicable", counts.not_applicable),
            ("waived", counts.waived),
        ];
        for (name, number) in numbers {
            add(name, number.to_string());
        }
    }
    props
}

/// What else a reader has to know of this result.
pub(super) fn remarks(posture: &Posture) -> String {
    let mut lines = vec![
        "Unknown is never satisfied: what could not be read is listed with its observations.".to_owned(),
        format!("What could not be read: {}.", count(posture.gaps.len(), "gap")),
    ];
    let empty: Vec<String> = posture.scope.treat_as_empty.iter().map(ToString::to_string).collect();
    if !empty.is_empty() {
        lines.push(format!("On the owner's word nothing lies in {}.", empty.join(", ")));
    }
    if !posture.not_judged.is_empty() {
        lines.push(format!("This version does not judge yet: {}.", posture.not_judged.join(", ")));
    }
    lines.join("\n\n")
}

/// What each check asks, under the first control that it speaks to.
pub(super) fn objectives(posture: &Posture) -> Objectives {
    Objectives {
        objectives_and_methods: posture.checks.iter().map(objective).collect(),
        remarks: "Each objective is one of palisade's checks. It speaks to a part of the controls that its properties name, \
                  and is put under the first of them.",
    }
}

fn objective(check: &CheckSummary) -> Objective {
    let id = controls::token(&check.id);
    let links = check.related.iter().filter(|page| page.starts_with("https://"));
    Objective {
        // A check of one's own may name no control: it stands under itself.
        control_id: controls::first(check).unwrap_or_else(|| id.clone()),
        description: prose(&check.title),
        props: named(check),
        links: links.map(|page| super::document::Link { href: line(page), rel: Some("reference") }).collect(),
        parts: [Part {
            id: Some(id),
            name: "objective",
            ns: None,
            title: prose(&check.title),
            props: Vec::new(),
            prose: paragraphs(&check.description),
        }],
    }
}

/// The controls that a check speaks to, as its frameworks write them.
pub(super) fn named(check: &CheckSummary) -> Vec<Property> {
    let frameworks = check.frameworks.iter();
    let each = frameworks.flat_map(|(framework, controls)| controls.iter().map(move |control| (framework, control)));
    each.map(|(framework, control)| Property {
        class: Some(controls::token(framework)),
        ..property("control", control)
    })
    .collect()
}

/// A check's text of several paragraphs, each made safe.
pub(super) fn paragraphs(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(|paragraph| prose(&paragraph.trim().replace('\n', " ")));
    paragraphs.filter(|paragraph| !paragraph.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// The controls that the checks speak to, by framework.
pub(super) fn reviewed_controls(posture: &Posture) -> ReviewedControls {
    let mut selections: Vec<ControlSelection> =
        controls::all(posture).into_iter().map(|(framework, controls)| selection(framework, &controls)).collect();
    if selections.is_empty() {
        let own = posture.checks.iter().map(|check| controls::token(&check.id));
        selections.push(ControlSelection {
            description: "The checks that were run name no control of a framework: they stand for themselves."
                .to_owned(),
            props: Vec::new(),
            // The list may not be empty, and nothing may be claimed that was not looked at.
            include_controls: own.chain(posture.checks.is_empty().then(|| "none".to_owned())).map(control).collect(),
        });
    }
    let objectives = posture.checks.iter().map(|check| ObjectiveId { objective_id: controls::token(&check.id) });
    let objectives: Vec<ObjectiveId> = objectives.collect();
    let some = (!objectives.is_empty()).then_some(ObjectiveSelection { include_objectives: objectives });
    ReviewedControls { control_selections: selections, control_objective_selections: some.into_iter().collect() }
}

fn control(control_id: String) -> ControlId {
    ControlId { control_id }
}

fn selection(framework: &str, controls: &BTreeSet<&str>) -> ControlSelection {
    let framework_property = property("framework", framework);
    // What an id stands for, where it is not the framework's own.
    let written = controls
        .iter()
        .map(|written| Property { class: Some(controls::id(framework, written)), ..property("control", written) });
    let props = std::iter::once(framework_property).chain(written).collect();
    let ids: BTreeSet<String> = controls.iter().map(|control| controls::id(framework, control)).collect();
    ControlSelection {
        description: format!(
            "Controls of {} that checks of this assessment speak to.",
            inline(framework_title(framework))
        ),
        props,
        include_controls: ids.into_iter().map(control).collect(),
    }
}

/// What owners accept, and what became of each of their waivers.
pub(super) fn waivers(posture: &Posture) -> Vec<Attestation> {
    let parts: Vec<Part> = posture.waivers.iter().map(waiver).collect();
    if parts.is_empty() { Vec::new() } else { vec![Attestation { parts }] }
}

fn waiver(used: &WaiverUse) -> Part {
    let waiver = &used.waiver;
    let mut props = vec![
        property("standing", used.standing.as_str()),
        property("check", &waiver.check),
        property("expires", &waiver.expires.to_string()),
        property("owner", &waiver.owner),
        property("verdicts", &used.findings.to_string()),
    ];
    let optional = [
        ("account", waiver.account.as_ref().map(AsRef::as_ref)),
        ("organizational-unit", waiver.organizational_unit.as_deref()),
        ("arn", waiver.arn.as_deref()),
        ("ticket", waiver.ticket.as_deref()),
        ("approved-by", waiver.approved_by.as_deref()),
    ];
    props.extend(optional.into_iter().filter_map(|(name, value)| Some(property(name, value?))));
    Part {
        id: None,
        name: "waiver",
        ns: Some(NAMESPACE),
        title: format!("Waiver of {}: {}", code(&waiver.check), used.standing.as_str().replace('_', " ")),
        props,
        prose: format!("{}\n\n{}", paragraphs(&waiver.reason), inline(&used.why)),
    }
}
