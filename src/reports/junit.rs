//! The posture as JUnit's XML, for CI servers that show tests. Knows `model` alone.
//!
//! The flavour is that of Jenkins (`junit-10.xsd` of its xUnit plugin), which others read too. One check is one suite, one
//! verdict one test: a failure fails, an unknown is an error (the test could not be made), what is waived or does not concern
//! its subject is skipped. XML cannot hold every character: what it cannot, and what a terminal would obey, is shown as an
//! escape.

use std::collections::BTreeMap;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use crate::model::finding::{Finding, Status};
use crate::model::posture::{CheckSummary, Posture};
use crate::reports::evidence::sentence;
use crate::reports::text::visible;

/// The statuses written where none is asked for.
pub const STATUSES: &[Status] = &[Status::Fail, Status::Unknown, Status::Pass];

/// The most columns of one text.
const TEXT: usize = 4_000;

/// Writes the findings of the given statuses; none given is [`STATUSES`].
///
/// # Errors
/// What the writer says.
pub fn write(posture: &Posture, statuses: &[Status], out: &mut dyn Write) -> io::Result<()> {
    let statuses = if statuses.is_empty() { STATUSES } else { statuses };
    let checks: BTreeMap<&str, &CheckSummary> = posture.checks.iter().map(|check| (check.id.as_str(), check)).collect();
    let mut suites: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in posture.findings.iter().filter(|finding| statuses.contains(&finding.status)) {
        suites.entry(&finding.check).or_default().push(finding);
    }
    let mut writer = Writer::new_with_indent(&mut *out, b' ', 1);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all = Numbers::of(suites.values().flatten().copied());
    let root = element(
        "testsuites",
        &[
            ("name", &posture.tool),
            ("tests", &all.tests.to_string()),
            ("failures", &all.failures.to_string()),
            ("errors", &all.errors.to_string()),
        ],
    );
    writer.write_event(Event::Start(root))?;
    // Jenkins wants the time without an offset.
    let timestamp = posture.taken_at.strftime("%Y-%m-%dT%H:%M:%S").to_string();
    for (check, findings) in &suites {
        suite(&mut writer, check, checks.get(check).copied(), findings, &timestamp)?;
    }
    writer.write_event(Event::End(BytesEnd::new("testsuites")))?;
    out.write_all(b"\n")
}

fn suite<W: Write>(
    writer: &mut Writer<W>,
    id: &str,
    check: Option<&CheckSummary>,
    findings: &[&Finding],
    timestamp: &str,
) -> io::Result<()> {
    let numbers = Numbers::of(findings.iter().copied());
    let start = element(
        "testsuite",
        &[
            ("name", id),
            ("tests", &numbers.tests.to_string()),
            ("failures", &numbers.failures.to_string()),
            ("errors", &numbers.errors.to_string()),
            ("skipped", &numbers.skipped.to_string()),
            ("timestamp", timestamp),
        ],
    );
    writer.write_event(Event::Start(start))?;
    if let Some(check) = check {
        writer.write_event(Event::Start(BytesStart::new("properties")))?;
        let properties =
            [("title", check.title.as_str()), ("layer", check.layer.as_str()), ("severity", check.severity.as_str())];
        for (name, value) in properties {
            writer.write_event(Event::Empty(element("property", &[("name", name), ("value", value)])))?;
        }
        writer.write_event(Event::End(BytesEnd::new("properties")))?;
    }
    for finding in findings {
        case(writer, finding)?;
    }
    writer.write_event(Event::End(BytesEnd::new("testsuite")))
}

/// What becomes of a verdict in a list of tests.
#[derive(PartialEq, Eq)]
enum Outcome {
    Passed,
    Failure,
    Error,
    Skipped,
}

impl Outcome {
    fn of(finding: &Finding) -> Self {
        match finding.status {
            _ if finding.waived.is_some() => Self::Skipped,
            Status::Fail => Self::Failure,
            Status::Unknown => Self::Error,
            Status::Pass => Self::Passed,
            Status::NotApplicable => Self::Skipped,
        }
    }
}

fn case<W: Write>(writer: &mut Writer<W>, finding: &Finding) -> io::Result<()> {
    let subject = &finding.subject;
    let account = finding.account.as_ref().map_or("organization", AsRef::as_ref);
    let region = finding.region.as_ref().map_or("global", AsRef::as_ref);
    // The exact id: a name may stand twice.
    let name = if subject.arn.is_empty() { &subject.name } else { &subject.arn };
    let place = format!("{}.{account}.{region}", finding.check);
    let start = element("testcase", &[("classname", &place), ("name", name)]);
    let tag = match Outcome::of(finding) {
        Outcome::Passed => return writer.write_event(Event::Empty(start)),
        Outcome::Failure => "failure",
        Outcome::Error => "error",
        Outcome::Skipped => "skipped",
    };
    let message = match &finding.waived {
        Some(waived) => format!(
            "waived by {} to the end of {} ({}); the verdict is {}: {}",
            waived.owner,
            waived.expires,
            waived.reason,
            finding.status.as_str(),
            finding.message
        ),
        None => finding.message.clone(),
    };
    let kind = if tag == "skipped" { finding.status.as_str() } else { finding.severity.as_str() };
    writer.write_event(Event::Start(start))?;
    let outcome = element(tag, &[("type", kind), ("message", &message)]);
    if tag == "skipped" {
        writer.write_event(Event::Empty(outcome))?;
    } else {
        writer.write_event(Event::Start(outcome))?;
        let lines = std::iter::once(safe(&message)).chain(finding.evidence.iter().map(|one| safe(&sentence(one))));
        writer.write_event(Event::Text(BytesText::new(&lines.collect::<Vec<_>>().join("\n"))))?;
        writer.write_event(Event::End(BytesEnd::new(tag)))?;
    }
    writer.write_event(Event::End(BytesEnd::new("testcase")))
}

#[derive(Default)]
struct Numbers {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Numbers {
    fn of<'a>(findings: impl Iterator<Item = &'a Finding>) -> Self {
        let mut numbers = Self::default();
        for finding in findings {
            numbers.tests += 1;
            match Outcome::of(finding) {
                Outcome::Passed => {}
                Outcome::Failure => numbers.failures += 1,
                Outcome::Error => numbers.errors += 1,
                Outcome::Skipped => numbers.skipped += 1,
            }
        }
        numbers
    }
}

fn element<'a>(tag: &'a str, attributes: &[(&str, &str)]) -> BytesStart<'a> {
    let mut start = BytesStart::new(tag);
    for (name, value) in attributes {
        start.push_attribute((*name, safe(value).as_str()));
    }
    start
}

/// The text with what XML 1.0 cannot hold as escapes: <https://www.w3.org/TR/xml/#charsets>.
fn safe(text: &str) -> String {
    visible(text, TEXT).replace('\u{fffe}', "\\u{fffe}").replace('\u{ffff}', "\\u{ffff}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use quick_xml::Reader;

    use super::*;
    use crate::reports::fixture;

    fn rendered(posture: &Posture, statuses: &[Status]) -> String {
        let mut out = Vec::new();
        write(posture, statuses, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// The names of the elements and their attributes, in order; an error where the text is not well-formed.
    fn read(text: &str) -> Vec<(String, BTreeMap<String, String>)> {
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = true;
        let mut found = Vec::new();
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) | Event::Empty(start) => {
                    let attributes = start.attributes().map(|attribute| {
                        let attribute = attribute.unwrap();
                        let value = quick_xml::escape::unescape(&attribute.value).unwrap();
                        (attribute.key.as_ref().to_owned(), value.into_owned())
                    });
                    let name = start.name().as_ref().to_owned();
                    found.push((name, attributes.collect()));
                }
                Event::Eof => return found,
                _ => {}
            }
        }
    }

    #[test]
    fn every_verdict_is_a_test_with_its_outcome() {
        let posture = fixture::waived();
        let elements = read(&rendered(&posture, Status::ALL));
        let number = |tag: &str| elements.iter().filter(|(name, _)| name == tag).count();
        assert_eq!(number("testcase"), posture.findings.len());
        assert_eq!(number("failure"), posture.findings.iter().filter(|finding| finding.fails()).count());
        assert_eq!(number("error"), posture.findings.iter().filter(|finding| finding.is_unknown()).count());
        let skipped = |f: &&Finding| f.waived.is_some() || f.status == Status::NotApplicable;
        assert_eq!(number("skipped"), posture.findings.iter().filter(skipped).count());
        let (_, root) = &elements[0];
        assert_eq!(root["tests"], posture.findings.len().to_string());
        assert_eq!(root["failures"], number("failure").to_string());
        assert_eq!(root["errors"], number("error").to_string());
    }

    proptest! {
        #[test]
        fn whatever_it_is_named_it_is_well_formed(name in ".{0,30}|[<>&'\"\\]\u{0}\u{b}\u{fffe}\u{ffff}\u{1b}-]{0,12}") {
            let mut posture = fixture::posture();
            posture.findings.truncate(1);
            posture.findings[0].subject.arn.clone_from(&name);
            posture.findings[0].message.clone_from(&name);
            let text = rendered(&posture, &[]);
            let legal = |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
            prop_assert!(text.chars().all(legal));
            let elements = read(&text);
            let case = elements.iter().find(|(name, _)| name == "testcase").unwrap();
            let wanted = if name.is_empty() { safe(&posture.findings[0].subject.name) } else { safe(&name) };
            prop_assert_eq!(&case.1["name"], &wanted);
        }
    }

    #[test]
    fn suites() {
        insta::assert_snapshot!("junit", rendered(&fixture::waived(), Status::ALL));
    }
}
