use super::*;
use crate::reports::fixture;

fn rendered(posture: &Posture) -> String {
    let mut out = Vec::new();
    write(posture, &Extras::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn base64_is_the_standards() {
    let cases = [
        ("", ""),
        ("f", "Zg=="),
        ("fo", "Zm8="),
        ("foo", "Zm9v"),
        ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ];
    for (text, encoded) in cases {
        assert_eq!(base64(text.as_bytes()), encoded);
    }
}

#[test]
fn the_same_posture_gives_the_same_bytes() {
    assert_eq!(rendered(&fixture::posture()), rendered(&fixture::posture()));
}

/// The text between two marks, each of them once in the page.
fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = page.split_once(from).unwrap();
    rest.split_once(to).unwrap().0
}

#[test]
fn the_policy_names_what_stands_in_the_page() {
    let page = rendered(&fixture::posture());
    let policy = between(&page, "http-equiv=\"Content-Security-Policy\" content=\"", "\"");
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    let style = between(&page, "<style>", "</style>");
    assert!(policy.contains(&format!("style-src 'sha256-{}'", digest(style))), "{policy}");
    let scripts: Vec<&str> =
        page.split("<script>").skip(1).map(|rest| rest.split_once("</script>").unwrap().0).collect();
    assert_eq!(scripts.len(), 2);
    for script in scripts {
        assert!(policy.contains(&format!("'sha256-{}'", digest(script))), "{policy}");
    }
}

#[test]
fn no_name_becomes_markup() {
    let mut posture = fixture::posture();
    const NAME: &str = "<img src=x onerror=alert(1)>\"'</script><b>\u{202e}";
    for finding in &mut posture.findings {
        finding.subject.name = NAME.to_owned();
        finding.message = NAME.to_owned();
        finding.subject.environment = Some(NAME.to_owned());
    }
    for account in &mut posture.accounts {
        account.name = Some(NAME.to_owned());
        account.environment = Some(NAME.to_owned());
    }
    for resource in &mut posture.resources {
        resource.name = NAME.to_owned();
        resource.arn = NAME.to_owned();
        resource.kind = NAME.to_owned();
        resource.layers.scp.why = NAME.to_owned();
    }
    for placed in &mut posture.gaps {
        placed.gap.message = NAME.to_owned();
    }
    for check in &mut posture.checks {
        check.title = NAME.to_owned();
        check.remediation.terraform = NAME.to_owned();
        check.related = vec!["javascript:alert(1)".to_owned()];
    }
    let page = rendered(&posture);
    assert!(!page.contains("<img"), "a name became an element");
    assert!(!page.contains('\u{202e}'), "a name reverses what follows");
    assert!(!page.contains("javascript:"), "a page of a check became a link that runs");
    assert_eq!(page.matches("</script>").count(), 3);
    assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&lt;/script&gt;&lt;b&gt;\\u{202e}"));
}

#[test]
fn it_reaches_nothing_and_says_everything_without_its_script() {
    let page = rendered(&fixture::posture());
    for reach in ["src=\"http", "@import", "url(http", "fetch(", "XMLHttpRequest", "innerHTML", "eval("] {
        assert!(!page.contains(reach), "{reach}");
    }
    let plain = between(&page, "<noscript>", "</noscript>");
    assert!(plain.contains("DeleteDBInstance succeeds") && plain.contains("the vaults were not read"));
    for section in ["layers", "map", "resources", "findings", "unread", "source"] {
        assert_eq!(page.matches(&format!(" id=\"{section}\"")).count(), 1, "{section}");
    }
    assert!(page.contains("40.0\u{2013}73.2"));
}

#[test]
fn ids_are_unique() {
    let page = rendered(&fixture::posture());
    let mut ids: Vec<&str> = page.split(" id=\"").skip(1).map(|rest| rest.split_once('"').unwrap().0).collect();
    ids.sort_unstable();
    let all = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

#[test]
fn a_curve_needs_two_points() {
    let point = |day: &str, low: f64| ScorePoint {
        scan: day.to_owned(),
        taken_at: format!("2026-03-{day}T05:00:00Z").parse().unwrap(),
        complete: true,
        score: Some(crate::model::posture::Score { low, high: 80.0 }),
        layers: Vec::new(),
    };
    assert_eq!(history::section(&[point("01", 10.0)]), "");
    let curve = history::section(&[point("01", 10.0), point("02", 20.0), point("04", 0.0)]);
    assert!(curve.contains("3 scans from 2026-03-01 to 2026-03-04: from 10.0 to 80.0 to 0.0 to 80.0."), "{curve}");
    assert!(curve.contains("<path class=\"low\" d=\"M36.0 192.2L338.7 172.4L944.0 212.0\"/>"), "{curve}");
}

/// Fifty thousand verdicts, each on a subject of its own: what a page of them weighs.
#[test]
fn fifty_thousand_verdicts_stay_small() {
    let mut posture = fixture::posture();
    let model = posture.findings.clone();
    posture.findings = (0..50_000)
        .filter_map(|at| {
            let mut finding = model.get(at % model.len())?.clone();
            finding.subject.name = format!("database-{at}");
            finding.subject.arn = format!("arn:aws:rds:eu-central-1:111122223333:db:database-{at}");
            Some(finding)
        })
        .collect();
    let page = rendered(&posture);
    assert!(page.len() < 12_000_000, "{}", page.len());
}
