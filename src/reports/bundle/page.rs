//! The bundle's index. Knows `model` alone.

use jiff::Timestamp;

use crate::model::facts::Tier;
use crate::model::finding::{Finding, Severity, Status};
use crate::model::posture::{LayerPosture, Posture, Score};
use crate::reports::matrix::{Matrix, Standing, file_name};
use crate::reports::paper::{self, Block, Line, Piece};

/// The most findings that the page lists; all of them are in `explanations.ndjson`.
const LISTED: usize = 200;

/// What the bundle says of itself beside its posture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The build of the palisade that wrote it.
    pub build: Option<String>,
    /// The days that it speaks for.
    pub period: Option<String>,
    /// The SHA-256 of the bundle before it.
    pub previous: Option<String>,
    /// Every other file in it, by path.
    pub files: Vec<String>,
}

/// The page as Markdown.
#[must_use]
pub fn markdown(posture: &Posture, matrices: &[Matrix], head: &Head) -> String {
    paper::markdown(&blocks(posture, matrices, head))
}

/// The page as one HTML file.
#[must_use]
pub fn html(posture: &Posture, matrices: &[Matrix], head: &Head) -> String {
    let title = format!("Evidence of {}", day(posture.taken_at));
    paper::html(&title, &blocks(posture, matrices, head))
}

fn blocks(posture: &Posture, matrices: &[Matrix], head: &Head) -> Vec<Block> {
    let mut blocks = top(posture, head);
    blocks.extend(layers(posture));
    blocks.extend(resources(posture));
    blocks.extend(controls(matrices));
    blocks.extend(listed(posture, Status::Fail, "What fails"));
    blocks.extend(listed(posture, Status::Unknown, "What could not be seen"));
    blocks.extend(waivers(posture));
    blocks.extend(contents(head));
    blocks.extend(verification());
    blocks
}

fn day(at: Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}

fn score(score: Option<Score>) -> String {
    match score {
        None => "nothing judged".to_owned(),
        Some(Score { low, high }) if (high - low).abs() < 0.05 => format!("{low:.1}"),
        Some(Score { low, high }) => format!("{low:.1}–{high:.1}"),
    }
}

fn top(posture: &Posture, head: &Head) -> Vec<Block> {
    let scanned = posture.accounts.iter().filter(|account| account.scanned).count();
    let organization = posture.organization.as_ref().map_or("no organization", |organization| organization.id.as_str());
    let row = |name: &'static str, value: Line| vec![vec![Piece::text(name)], value];
    let mut rows = vec![
        row("Organization", vec![Piece::code(organization)]),
        row("Accounts", vec![Piece::text(format!("{scanned} scanned of {}", posture.accounts.len()))]),
        row("Taken at", vec![Piece::code(posture.taken_at.to_string())]),
        row("Taken by", vec![Piece::code(posture.caller.arn.as_str())]),
        row("Judged by", vec![Piece::code(&posture.tool), Piece::text(build(head))]),
        row("Score", vec![Piece::strong(score(posture.score)), Piece::text(" of 100")]),
    ];
    if let Some(period) = &head.period {
        rows.push(row("Speaks for", vec![Piece::code(period)]));
    }
    let previous = head.previous.as_deref().map_or_else(
        || vec![Piece::text("none: this bundle begins a chain")],
        |digest| vec![Piece::text("the bundle with SHA-256 "), Piece::code(digest)],
    );
    rows.push(row("Follows", previous));
    if !posture.scope.treat_as_empty.is_empty() {
        let regions: Vec<&str> = posture.scope.treat_as_empty.iter().map(AsRef::as_ref).collect();
        rows.push(row("Taken as empty on the owner's word", vec![Piece::code(regions.join(", "))]));
    }
    vec![
        Block::Heading(1, "Evidence: can production data be destroyed?".to_owned()),
        Block::Table(vec!["", ""], rows),
        Block::Paragraph(vec![Piece::text(
            "A score is an interval: what could not be seen is counted as failed at its low end and as passed at its high end. \
             A verdict that is unknown is never a pass, and a waived one is counted apart.",
        )]),
    ]
}

fn build(head: &Head) -> String {
    head.build.as_ref().map_or_else(String::new, |build| format!(", build {build}"))
}

fn layers(posture: &Posture) -> Vec<Block> {
    let row = |layer: &LayerPosture| {
        let counts = &layer.counts;
        let numbers = [counts.failed, counts.unknown, counts.waived, counts.passed, counts.not_applicable];
        let mut row = vec![vec![Piece::text(&layer.title)], vec![Piece::strong(score(layer.score))]];
        row.extend(numbers.iter().map(|number| vec![Piece::text(number.to_string())]));
        row
    };
    vec![
        Block::Heading(2, "The five layers".to_owned()),
        Block::Table(
            vec!["layer", "score", "failed", "unknown", "waived", "passed", "not applicable"],
            posture.layers.iter().map(row).collect(),
        ),
    ]
}

fn resources(posture: &Posture) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(2, "What would survive".to_owned())];
    if posture.resources.is_empty() {
        blocks.push(Block::Paragraph(vec![Piece::text("No data of production was found.")]));
        return blocks;
    }
    let meanings = [
        (Tier::Immutable, "nobody can delete it before its time"),
        (Tier::Isolated, "nobody whom the account's attacker reaches can delete it"),
        (Tier::SharedFate, "the attacker can delete the copies too"),
        (Tier::None, "there is no copy"),
    ];
    let rows = meanings.iter().map(|(tier, meaning)| {
        let count = posture.resources.iter().filter(|resource| resource.account_takeover.tier == *tier).count();
        vec![
            vec![Piece::text(tier.as_str().replace('_', " "))],
            vec![Piece::text(*meaning)],
            vec![Piece::text(count.to_string())],
        ]
    });
    blocks.push(Block::Paragraph(vec![Piece::text(format!(
        "Of {} pieces of production data, by the best copy that is certain to survive their whole account turning against them:",
        posture.resources.len()
    ))]));
    blocks.push(Block::Table(vec!["tier", "which means", "resources"], rows.collect()));
    blocks
}

fn controls(matrices: &[Matrix]) -> Vec<Block> {
    let row = |matrix: &Matrix| {
        let numbers = [
            Standing::Fails,
            Standing::Unknown,
            Standing::Waived,
            Standing::Holds,
            Standing::NotApplicable,
            Standing::NoCheck,
        ];
        let name = file_name(&matrix.id);
        let mut row = vec![vec![
            Piece::link(&matrix.title, format!("frameworks/{name}.md")),
            Piece::text(" ("),
            Piece::link("JSON", format!("frameworks/{name}.json")),
            Piece::text(")"),
        ]];
        row.extend(numbers.iter().map(|standing| vec![Piece::text(matrix.count(*standing).to_string())]));
        row
    };
    vec![
        Block::Heading(2, "Frameworks".to_owned()),
        Block::Paragraph(vec![Piece::text(
            "Controls by how the verdicts of their checks stand. Palisade sees the part of a control that AWS settings show; that it \
             holds here does not say that the control is met. The last column counts relevant controls that no check speaks to.",
        )]),
        Block::Table(
            vec!["framework", "fail", "unknown", "waived", "hold", "not applicable", "no check"],
            matrices.iter().map(row).collect(),
        ),
    ]
}

fn listed(posture: &Posture, status: Status, heading: &str) -> Vec<Block> {
    let mut found: Vec<(usize, &Finding)> = posture
        .findings
        .iter()
        .enumerate()
        .filter(|(_, finding)| finding.status == status && finding.waived.is_none())
        .collect();
    let all = found.len();
    // Within a severity the posture's own order stays.
    found.sort_by_key(|(_, finding)| finding.severity);
    let row = |(at, finding): &(usize, &Finding)| {
        let account = finding.account.as_ref().map_or("–", |id| id.as_str());
        let severity = finding.severity.as_str();
        vec![
            vec![if finding.severity == Severity::Critical { Piece::strong(severity) } else { Piece::text(severity) }],
            vec![Piece::code(&finding.check)],
            vec![Piece::code(&finding.subject.name)],
            vec![Piece::code(account)],
            vec![Piece::text(&finding.message)],
            vec![Piece::code(format!("/findings/{at}"))],
        ]
    };
    let mut blocks = vec![Block::Heading(2, format!("{heading} ({all})"))];
    if all == 0 {
        blocks.push(Block::Paragraph(vec![Piece::text("Nothing.")]));
        return blocks;
    }
    blocks.push(Block::Table(
        vec!["severity", "check", "subject", "account", "why", "in posture.json"],
        found.iter().take(LISTED).map(row).collect(),
    ));
    if all > LISTED {
        blocks.push(Block::Paragraph(vec![
            Piece::text(format!("{} more are in ", all - LISTED)),
            Piece::link("explanations.ndjson", "explanations.ndjson"),
            Piece::text("."),
        ]));
    }
    blocks
}

fn waivers(posture: &Posture) -> Vec<Block> {
    if posture.waivers.is_empty() {
        return Vec::new();
    }
    let rows = posture.waivers.iter().map(|used| {
        let waiver = &used.waiver;
        vec![
            vec![Piece::code(&waiver.check)],
            vec![Piece::text(&waiver.owner)],
            vec![Piece::text(&waiver.reason)],
            vec![Piece::text(waiver.expires.to_string())],
            vec![Piece::text(used.standing.as_str().replace('_', " "))],
            vec![Piece::text(used.findings.to_string())],
        ]
    });
    vec![
        Block::Heading(2, "Waivers".to_owned()),
        Block::Table(vec!["check", "owner", "reason", "last day", "standing", "findings"], rows.collect()),
    ]
}

/// What each file is, by the beginning of its path.
const WHAT: &[(&str, &str)] = &[
    ("posture.json", "every verdict with what it rests on, the scores, the gaps, the calls"),
    (
        "explanations.ndjson",
        "one line for each verdict that fails or is unknown: why, the facts, the API calls with request ids",
    ),
    ("facts.json", "what follows from the inventory; the policy statements that close or allow are in it"),
    (
        "inventory.json",
        "what AWS said, as it was assessed: everything else follows from this, the checks and the settings",
    ),
    ("ledger.json", "the API calls that were made, with AWS's request ids, to compare with CloudTrail"),
    ("waivers.json", "what owners accepted for a time, and what became of it"),
    ("config/", "the settings that the checks judged by"),
    ("frameworks/", "the control matrix of a framework: control, checks, results, evidence"),
    ("oscal/", "the same as OSCAL assessment results"),
    ("checks/palisade/", "the source of palisade's own checks"),
    ("checks/custom/", "the source of the checks of one's own"),
];

fn contents(head: &Head) -> Vec<Block> {
    let mut rows = Vec::new();
    for (start, what) in WHAT {
        let here: Vec<&String> = head.files.iter().filter(|path| path.starts_with(start)).collect();
        let name = match here.as_slice() {
            [] => continue,
            [one] => vec![Piece::link(one.as_str(), one.as_str())],
            many => vec![Piece::code(*start), Piece::text(format!(" ({} files)", many.len()))],
        };
        rows.push(vec![name, vec![Piece::text(*what)]]);
    }
    vec![Block::Heading(2, "What is in here".to_owned()), Block::Table(vec!["file", "what it is"], rows)]
}

fn verification() -> Vec<Block> {
    vec![
        Block::Heading(2, "How to check it".to_owned()),
        Block::Paragraph(vec![Piece::text(
            "With palisade, and the signer's public key from somewhere else than this bundle:",
        )]),
        Block::Commands(
            "palisade evidence verify bundle.tar.zst --key signer.pub.pem\n\
             palisade evidence verify bundle.tar.zst --key signer.pub.pem --chain bundles/"
                .to_owned(),
        ),
        Block::Paragraph(vec![Piece::text(
            "It holds every file to the manifest's SHA-256, checks the signature and the chain, then judges the inventory in here \
             anew by the checks and settings in here, and wants every file again, byte for byte.",
        )]),
        Block::Paragraph(vec![
            Piece::text("Without palisade: "),
            Piece::code("manifest.json"),
            Piece::text(" lists the SHA-256 of every file, and "),
            Piece::code("manifest.dsse.json"),
            Piece::text(
                " is a DSSE envelope with an in-toto statement about the same files. What is signed is the text \
                 \"DSSEv1 28 application/vnd.in-toto+json LENGTH PAYLOAD\", LENGTH being the payload's in bytes:",
            ),
        ]),
        Block::Commands(
            "tar --zstd -xf bundle.tar.zst -C out/ && cd out\n\
             jq -r '.files[] | \"\\(.sha256)  \\(.path)\"' manifest.json | sha256sum -c\n\
             jq -r .payload manifest.dsse.json | base64 -d > payload\n\
             { printf 'DSSEv1 28 application/vnd.in-toto+json %d ' \"$(wc -c < payload)\"; cat payload; } > signed\n\
             jq -r '.signatures[0].sig' manifest.dsse.json | base64 -d > signature\n\
             openssl pkeyutl -verify -pubin -inkey signer.pub.pem -rawin -in signed -sigfile signature"
                .to_owned(),
        ),
    ]
}
