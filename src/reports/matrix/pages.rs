//! The matrix as Markdown.

use super::{Control, Matrix, Standing};
use crate::model::posture::Counts;
use crate::reports::paper::{self, Block, Line, Piece};

/// The matrix of one framework as a page; its links lead to a bundle's files.
#[must_use]
pub fn markdown(matrix: &Matrix) -> String {
    paper::markdown(&blocks(matrix))
}

/// Its blocks.
pub(in crate::reports) fn blocks(matrix: &Matrix) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(1, matrix.title.clone()), Block::Paragraph(vec![Piece::text(lead(matrix))])];
    let spoken: Vec<&Control> = matrix.controls.iter().filter(|one| one.standing != Standing::NoCheck).collect();
    if !spoken.is_empty() {
        blocks.push(Block::Heading(2, "Controls that checks speak to".to_owned()));
        let rows = spoken.into_iter().map(|control| row(matrix, control)).collect();
        blocks.push(if matrix.judged {
            Block::Table(vec!["control", "asks for", "stands", "verdicts", "checks"], rows)
        } else {
            Block::Table(vec!["control", "asks for", "checks"], rows)
        });
    }
    let lacking: Vec<&Control> = matrix.lacking().collect();
    if !lacking.is_empty() {
        blocks.push(Block::Heading(2, "Relevant controls that no check speaks to".to_owned()));
        blocks.push(Block::Paragraph(vec![Piece::text(
            "These bear on whether production data can be destroyed, and palisade says nothing of them: evidence has to come from elsewhere.",
        )]));
        let row = |control: &Control| vec![vec![Piece::code(&control.id)], title(control), theme(control)];
        blocks.push(Block::Table(vec!["control", "asks for", "theme"], lacking.into_iter().map(row).collect()));
    }
    if matrix.judged {
        blocks.push(Block::Heading(2, "Checks".to_owned()));
        let rows = matrix.checks.iter().map(|(id, check)| {
            let evidence = match check.open.as_slice() {
                [] => "–".to_owned(),
                [one] => format!("posture.json /findings/{one}"),
                [first, ..] => format!("posture.json /findings/{first} and {} more", check.open.len() - 1),
            };
            vec![
                vec![Piece::code(id)],
                vec![Piece::text(check.severity)],
                vec![Piece::text(&check.title)],
                vec![Piece::text(counted(&check.counts))],
                vec![Piece::text(evidence)],
            ]
        });
        blocks
            .push(Block::Table(vec!["check", "severity", "passes when", "verdicts", "open findings"], rows.collect()));
    }
    blocks
}

fn lead(matrix: &Matrix) -> String {
    let lacking = matrix.lacking().count();
    let spoken = matrix.controls.len() - lacking;
    let standing = if matrix.judged {
        let count = |standing| matrix.count(standing);
        format!(
            " Of these, {} with a failing verdict, {} with an unknown one, {} waived, {} where all that concerns them passes, {} where nothing does.",
            count(Standing::Fails),
            count(Standing::Unknown),
            count(Standing::Waived),
            count(Standing::Holds),
            count(Standing::NotApplicable)
        )
    } else {
        String::new()
    };
    format!(
        "Checks speak to {spoken} controls; {lacking} relevant ones have none.{standing} \
         Palisade sees the part of a control that AWS settings show: that it holds here does not say that the control is met."
    )
}

fn row(matrix: &Matrix, control: &Control) -> Vec<Line> {
    let mut row = vec![vec![Piece::code(&control.id)], title(control)];
    if matrix.judged {
        let standing = control.standing.as_str().replace('_', " ");
        row.push(vec![if control.standing == Standing::Fails {
            Piece::strong(standing)
        } else {
            Piece::text(standing)
        }]);
        row.push(vec![Piece::text(counted(&control.counts))]);
    }
    let mut checks = Line::new();
    for (at, check) in control.checks.iter().enumerate() {
        if at > 0 {
            checks.push(Piece::text(", "));
        }
        checks.push(Piece::code(check));
    }
    row.push(checks);
    row
}

fn title(control: &Control) -> Line {
    vec![Piece::text(control.relevant.map_or("", |relevant| relevant.title.as_str()))]
}

fn theme(control: &Control) -> Line {
    vec![Piece::text(control.relevant.map_or("", |relevant| relevant.theme.as_str()))]
}

/// The verdicts in words, without those that there are none of.
fn counted(counts: &Counts) -> String {
    let Counts { passed, failed, unknown, not_applicable, waived } = *counts;
    let all = [
        (failed, "failed"),
        (unknown, "unknown"),
        (waived, "waived"),
        (passed, "passed"),
        (not_applicable, "not applicable"),
    ];
    let said: Vec<String> =
        all.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    if said.is_empty() { "none".to_owned() } else { said.join(", ") }
}
