use unicode_width::UnicodeWidthStr;

use super::*;
use crate::reports::fixture;

fn rendered(width: usize, colour: bool) -> String {
    let mut out = Vec::new();
    write(&fixture::posture(), &Options { width, colour, subjects: 3 }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn it_fits_80_columns() {
    insta::assert_snapshot!("table_80", rendered(80, false));
}

#[test]
fn it_fits_200_columns() {
    insta::assert_snapshot!("table_200", rendered(200, false));
}

fn waived(width: usize) -> String {
    let mut out = Vec::new();
    write(&fixture::waived(), &Options { width, colour: false, subjects: 3 }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn what_is_waived_stands_apart() {
    insta::assert_snapshot!("table_waived", waived(120));
    for width in [60, 80, 200] {
        for line in waived(width).lines() {
            assert!(line.width() <= width, "{width}: {line:?}");
        }
    }
    assert!(!rendered(100, false).contains("aived"), "nothing is said where nothing is waived");
}

#[test]
fn no_line_is_wider_than_the_page() {
    for width in [60, 80, 99, 100, 119, 120, 200] {
        for line in rendered(width, false).lines() {
            assert!(line.width() <= width, "{width}: {line:?}");
        }
    }
}

#[test]
fn hostile_names_reach_no_terminal() {
    for width in [80, 200] {
        let text = rendered(width, false);
        let bad =
            |c: &char| (c.is_control() && *c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert_eq!(text.chars().find(bad), None);
        assert!(text.contains("\\u{1b}[2J"), "what was hidden is shown");
    }
}

#[test]
fn colour_changes_no_word() {
    let coloured = rendered(80, true);
    assert!(coloured.contains("\u{1b}["));
    let mut plain = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        plain.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    plain.push_str(rest);
    assert_eq!(plain, rendered(80, false));
}

fn explained(width: usize) -> String {
    let posture = fixture::posture();
    let mut text = String::new();
    for check in &posture.checks {
        let findings: Vec<_> = posture.findings.iter().filter(|finding| finding.check == check.id).collect();
        let mut out = Vec::new();
        let options = Options { width, colour: false, subjects: 2 };
        explanation::write(&posture, check, &findings, &options, &mut out).unwrap();
        text.push_str(&String::from_utf8(out).unwrap());
        text.push('\n');
    }
    text
}

#[test]
fn an_explanation_lays_a_verdict_open() {
    insta::assert_snapshot!("explanation_100", explained(100));
}

#[test]
fn an_explanation_obeys_no_hostile_name() {
    let text = explained(80);
    let bad =
        |c: &char| (c.is_control() && *c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    assert_eq!(text.chars().find(bad), None);
    assert!(text.contains("\\u{1b}[2J"), "what was hidden is shown");
}
