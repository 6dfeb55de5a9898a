//! The posture as CSV for a spreadsheet: one row per verdict. Knows `model` alone.
//!
//! A spreadsheet runs what begins as a formula, and names come from whoever may name a bucket. Every cell is quoted, and one
//! that begins as a formula gets an apostrophe before it (<https://owasp.org/www-community/attacks/CSV_Injection>). What a
//! terminal would obey is shown as an escape; the exact text is in JSON. The header is a contract: columns are added at the
//! end alone.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use csv::{QuoteStyle, Terminator, WriterBuilder};

use crate::model::finding::{Finding, Status};
use crate::model::framework::framework_title;
use crate::model::ids::AccountId;
use crate::model::posture::{CheckSummary, Posture};
use crate::reports::identity;
use crate::reports::text::visible;

/// The names of the columns, in order.
pub const HEADER: [&str; 23] = [
    "finding",
    "check",
    "title",
    "layer",
    "severity",
    "status",
    "account",
    "account_name",
    "region",
    "environment",
    "subject_type",
    "subject_class",
    "subject",
    "subject_name",
    "message",
    "waived",
    "waived_until",
    "waived_by",
    "waiver_ticket",
    "waiver_approved_by",
    "waiver_reason",
    "controls",
    "taken_at",
];

/// The most columns of a terminal that a cell keeps: Excel holds 32,767 characters.
const CELL: usize = 32_000;

/// Writes the findings of the given statuses; none given is all of them.
///
/// # Errors
/// What the writer says.
pub fn write(posture: &Posture, statuses: &[Status], out: &mut dyn Write) -> io::Result<()> {
    let mut writer = WriterBuilder::new().quote_style(QuoteStyle::Always).terminator(Terminator::CRLF).from_writer(out);
    writer.write_record(HEADER).map_err(unwrapped)?;
    let checks: BTreeMap<&str, (&CheckSummary, String)> =
        posture.checks.iter().map(|check| (check.id.as_str(), (check, controls(check)))).collect();
    let named = posture.accounts.iter().filter_map(|account| Some((&account.id, account.name.as_deref()?)));
    let accounts: BTreeMap<&AccountId, &str> = named.collect();
    let taken_at = posture.taken_at.to_string();
    let taken = |finding: &&Finding| statuses.is_empty() || statuses.contains(&finding.status);
    for finding in posture.findings.iter().filter(taken) {
        let check = checks.get(finding.check.as_str());
        let waived = finding.waived.as_ref();
        let (subject, id) = (&finding.subject, identity::short(&identity::of(finding)));
        let until = waived.map(|waived| waived.expires.to_string()).unwrap_or_default();
        let account = finding.account.as_ref();
        let row: [&str; HEADER.len()] = [
            &id,
            &finding.check,
            check.map_or("", |(check, _)| &check.title),
            finding.layer.as_str(),
            finding.severity.as_str(),
            finding.status.as_str(),
            account.map_or("", AsRef::as_ref),
            account.and_then(|id| accounts.get(id).copied()).unwrap_or_default(),
            finding.region.as_ref().map_or("", AsRef::as_ref),
            subject.environment.as_deref().unwrap_or_default(),
            &subject.kind,
            subject.class.as_deref().unwrap_or_default(),
            &subject.arn,
            &subject.name,
            &finding.message,
            if waived.is_some() { "yes" } else { "no" },
            &until,
            waived.map_or("", |waived| &waived.owner),
            waived.and_then(|waived| waived.ticket.as_deref()).unwrap_or_default(),
            waived.and_then(|waived| waived.approved_by.as_deref()).unwrap_or_default(),
            waived.map_or("", |waived| &waived.reason),
            check.map_or("", |(_, controls)| controls),
            &taken_at,
        ];
        writer.write_record(row.map(|text| cell(text).into_owned())).map_err(unwrapped)?;
    }
    writer.flush()
}

/// The writer's own error, so that a closed pipe is still known as one.
fn unwrapped(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// The controls that a check speaks to, in one cell.
fn controls(check: &CheckSummary) -> String {
    let each = check.frameworks.iter();
    each.map(|(framework, controls)| format!("{}: {}", framework_title(framework), controls.join(", ")))
        .collect::<Vec<_>>()
        .join("; ")
}

/// The text as a cell that no spreadsheet runs.
fn cell(text: &str) -> Cow<'_, str> {
    // Ids and words, nearly all cells, are what they are.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'_' | b'.' | b':' | b'/' | b',');
    if text.bytes().all(plain) {
        return Cow::Borrowed(text);
    }
    let shown = visible(text, CELL);
    if formula(&shown) { Cow::Owned(format!("'{shown}")) } else { Cow::Owned(shown) }
}

/// Whether a spreadsheet could take the text for a formula: by its first sign, after blanks and quotes, which importers
/// strip; the signs of full width too.
fn formula(text: &str) -> bool {
    let begins = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
    begins.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠', '﹢', '﹣', '﹦', '﹫', '−'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::reports::fixture;

    fn rendered(posture: &Posture, statuses: &[Status]) -> String {
        let mut out = Vec::new();
        write(posture, statuses, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn rows(text: &str) -> Vec<Vec<String>> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        assert_eq!(reader.headers().unwrap(), HEADER.as_slice());
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn one_row_is_one_verdict() {
        let posture = fixture::waived();
        let rows = rows(&rendered(&posture, &[]));
        assert_eq!(rows.len(), posture.findings.len());
        let column = |name: &str| HEADER.iter().position(|column| *column == name).unwrap();
        for (row, finding) in rows.iter().zip(&posture.findings) {
            assert_eq!(row[column("check")], finding.check);
            assert_eq!(row[column("status")], finding.status.as_str());
            assert_eq!(row[column("waived")] == "yes", finding.waived.is_some());
            assert_eq!(row[column("subject_name")], visible(&finding.subject.name, CELL));
        }
        let fails = rows_of(&posture, Status::Fail);
        assert!(!fails.is_empty() && fails.iter().all(|row| row[column("status")] == "fail"));
    }

    fn rows_of(posture: &Posture, status: Status) -> Vec<Vec<String>> {
        rows(&rendered(posture, &[status]))
    }

    #[test]
    fn a_closed_pipe_stays_one() {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut posture = fixture::posture();
        let one = posture.findings[0].clone();
        posture.findings.extend(std::iter::repeat_n(one, 1_000));
        assert_eq!(write(&posture, &[], &mut Closed).unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\"=1", "'=1", "＝1", "=HYPERLINK(\"x\")"]
        {
            let cell = cell(text);
            assert!(cell.starts_with('\'') || cell.starts_with("\\u{"), "{text:?} is {cell:?}");
        }
        for text in ["orders", "a-b", "arn:aws:s3:::b", "2026-03-14", "1,5", "(-1)"] {
            assert_eq!(cell(text), text);
        }
        for row in rows(&rendered(&fixture::waived(), &[])) {
            assert!(row.iter().all(|cell| cell.starts_with('\'') || !formula(cell)), "{row:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_it_is_named_it_is_one_cell_and_no_formula(name in ".{0,30}|[=+@\"',;\t\r\n-]{0,8}") {
            let mut posture = fixture::posture();
            posture.findings.truncate(1);
            posture.findings[0].subject.name.clone_from(&name);
            posture.findings[0].message.clone_from(&name);
            let text = rendered(&posture, &[]);
            prop_assert_eq!(text.lines().count(), 2);
            let row = rows(&text).remove(0);
            prop_assert_eq!(row.len(), HEADER.len());
            let shown = visible(&name, CELL);
            prop_assert!(row[13] == shown || row[13] == format!("'{shown}"), "{}", row[13]);
            prop_assert!(row.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])));
        }
    }

    #[test]
    fn sheet() {
        insta::assert_snapshot!("csv", rendered(&fixture::waived(), &[]));
    }
}
