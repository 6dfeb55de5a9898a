//! The matrix for a terminal.

use std::io::{self, Write};

use super::Matrix;
use crate::reports::text::{visible, wrap};

/// Writes the matrix, `width` columns wide.
///
/// # Errors
/// What the writer says.
pub fn write(matrix: &Matrix, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let width = width.max(60);
    let longest = matrix.controls.iter().map(|control| control.id.len()).max().unwrap_or(0).min(24);
    let lacking = matrix.lacking().count();
    let shown = visible(&matrix.title, width);
    writeln!(out, "{shown} ({})", visible(&matrix.id, 80))?;
    writeln!(out, "  checks speak to {} controls; {lacking} relevant ones have none", matrix.controls.len() - lacking)?;
    for control in matrix.controls.iter().filter(|control| !control.checks.is_empty()) {
        let lead = format!("  {:<longest$}  ", visible(&control.id, 40));
        let title = control.relevant.map(|relevant| relevant.title.as_str());
        let checks = control.checks.join(", ");
        labelled(&lead, title.unwrap_or(&checks), width, out)?;
        if title.is_some() {
            labelled(&" ".repeat(lead.len()), &checks, width, out)?;
        }
    }
    if lacking > 0 {
        writeln!(out, "  relevant to the destruction of production data, and no check speaks to them:")?;
        for control in matrix.lacking() {
            let lead = format!("  {:<longest$}  ", visible(&control.id, 40));
            let text = control.relevant.map(|relevant| format!("{} ({})", relevant.title, relevant.theme));
            labelled(&lead, &text.unwrap_or_default(), width, out)?;
        }
    }
    Ok(())
}

fn labelled(lead: &str, text: &str, width: usize, out: &mut dyn Write) -> io::Result<()> {
    for (at, line) in wrap(text, width.saturating_sub(lead.len()).max(20)).iter().enumerate() {
        let lead = if at == 0 { lead.to_owned() } else { " ".repeat(lead.len()) };
        writeln!(out, "{lead}{line}")?;
    }
    Ok(())
}
