use proptest::prelude::*;

use super::*;
use crate::reports::fixture;

fn rendered(posture: &Posture) -> String {
    let mut out = Vec::new();
    write(posture, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The number of cells of a row, as GitHub splits it: a bar behind a backslash ends none.
fn cells(line: &str) -> usize {
    let mut number = 0;
    let mut escaped = false;
    for character in line.chars() {
        if character == '|' && !escaped {
            number += 1;
        }
        escaped = character == '\\' && !escaped;
    }
    number - 1
}

/// The text without its blocks of code and without what is set as code.
fn prose_of(text: &str) -> String {
    let mut out = String::new();
    let mut block = false;
    for line in text.lines() {
        if line.starts_with("```") {
            block = !block;
            continue;
        }
        if !block {
            // Every second piece stands between backticks.
            let pieces: Vec<&str> = line.split('`').collect();
            assert!(pieces.len() % 2 == 1, "{line}");
            out.push_str(&pieces.into_iter().step_by(2).collect::<String>());
            out.push('\n');
        }
    }
    assert!(!block, "a block of code is not closed");
    out
}

/// Every table is whole and nothing from elsewhere is obeyed.
fn sound(text: &str) {
    let mut width = None;
    for line in text.lines() {
        if line.starts_with("| ") {
            assert!(line.ends_with(" |"), "{line}");
            assert_eq!(*width.get_or_insert(cells(line)), cells(line), "{line}");
        } else {
            width = None;
        }
    }
    let prose = prose_of(text);
    assert!(!prose.contains('@'), "{prose}");
    for line in prose.lines().filter(|line| !line.starts_with('#')) {
        assert!(!line.contains('#') && !line.contains("://") && !line.contains("www."), "{line}");
        let html = line.replace("<details><summary>How to mend it</summary>", "").replace("</details>", "");
        assert!(!html.contains('<'), "{line}");
    }
    let bad =
        |c: &char| (c.is_control() && *c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    assert_eq!(text.chars().find(bad), None);
}

#[test]
fn page_of_markdown() {
    let text = rendered(&fixture::waived());
    sound(&text);
    insta::assert_snapshot!("markdown", text);
}

#[test]
fn without_waivers_nothing_is_said_of_them() {
    let text = rendered(&fixture::posture());
    sound(&text);
    assert!(!text.contains("aived"));
}

#[test]
fn a_long_page_is_cut_between_rows_and_says_so() {
    let mut posture = fixture::waived();
    let fail = posture.findings.iter().find(|finding| finding.fails()).unwrap().clone();
    let unknown = posture.findings.iter().find(|finding| finding.is_unknown()).unwrap().clone();
    let waived = posture.findings.iter().find(|finding| finding.waived.is_some()).unwrap().clone();
    for number in 0..8_000 {
        let few = number < 1_000;
        for mut finding in std::iter::once(&fail).chain([&unknown, &waived].into_iter().filter(|_| few)).cloned() {
            finding.check = format!("{}-{}", finding.check, number % 400);
            finding.subject.name = format!("{number} {}", "|@x `".repeat(30));
            finding.message = format!("{number} {}", "https://evil.example @team ".repeat(40));
            if let Some(waived) = &mut finding.waived {
                waived.ticket = Some(format!("OPS-{number}"));
            }
            posture.findings.push(finding);
        }
    }
    let text = rendered(&posture);
    assert!(text.len() <= LIMIT && text.len() > LIMIT / 2, "{}", text.len());
    assert!(text.contains("> Cut here: ") && text.contains("\nCut here: "), "it says that it is cut");
    assert!(text.contains("## Unknown") && text.contains("## Waived") && text.contains("## Not yet judged"));
    sound(&text);
}

proptest! {
    #[test]
    fn no_name_breaks_the_page(name in ".{0,30}|[|`\\\\<>@#*_\\[\\]()!~$:/ w.-]{0,16}") {
        let mut posture = fixture::waived();
        posture.findings.iter_mut().for_each(|finding| {
            finding.subject.name.clone_from(&name);
            finding.message = format!("the thing {name} is off");
        });
        posture.resources[0].name.clone_from(&name);
        posture.accounts[0].name = Some(name.clone());
        sound(&rendered(&posture));
    }
}
