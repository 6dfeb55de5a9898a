use super::*;
use crate::demo;
use crate::model::gap::{Gap, GapKind};
use crate::model::ids::AccountId;
use crate::model::inventory::{Caller, PlacedGap, Scope};
use crate::model::operation::{Collection, Operation};
use crate::model::posture::{AccountSummary, OrganizationSummary};

const HOSTILE: &str = "<!channel> *orders* \u{202e}`x`\u{1b}[2J\nall is well";

fn finding(check: &str, severity: Severity, status: Status, environment: Option<&str>) -> Finding {
    use crate::model::finding::{Layer, SubjectSummary};
    Finding {
        check: check.to_owned(),
        layer: Layer::Deletion,
        severity,
        status,
        account: "111122223333".parse().ok(),
        region: None,
        subject: SubjectSummary {
            kind: "db_instance".to_owned(),
            arn: format!("arn:aws:rds:eu-central-1:111122223333:db:{check}"),
            name: HOSTILE.to_owned(),
            environment: environment.map(str::to_owned),
            class: None,
        },
        message: format!("DeleteDBInstance succeeds <https://example.com|here> {}", "x".repeat(4_000)),
        evidence: Vec::new(),
        waived: None,
    }
}

fn posture(findings: Vec<Finding>) -> Posture {
    let inventory = demo::incident();
    let account: AccountId = "111122223333".parse().unwrap();
    let layers = crate::posture::layers(&findings);
    Posture {
        tool: "palisade 0.1.0".to_owned(),
        taken_at: "2026-03-14T05:00:00Z".parse().unwrap(),
        caller: Caller { ..inventory.caller.clone() },
        scope: Scope { ..inventory.scope.clone() },
        organization: Some(OrganizationSummary { id: "o-ab12".to_owned(), management_account: account.clone() }),
        accounts: vec![AccountSummary {
            id: account,
            name: Some("shop <@U123>".to_owned()),
            state: None,
            environment: None,
            scanned: true,
        }],
        score: crate::posture::overall(&layers),
        layers,
        movers: Default::default(),
        checks: Vec::new(),
        not_judged: Vec::new(),
        resources: Vec::new(),
        findings,
        waivers: Vec::new(),
        gaps: vec![PlacedGap {
            account: None,
            region: None,
            collection: Collection::RdsDbInstances,
            item: None,
            gap: Gap::not_made(GapKind::Denied, Operation::RdsDescribeDBInstances, "no"),
        }],
        ledger: Vec::new(),
    }
}

fn some() -> Posture {
    let mut findings = vec![
        finding("a-low", Severity::Low, Status::Fail, None),
        finding("b-critical", Severity::Critical, Status::Fail, Some("development")),
        finding("c-critical", Severity::Critical, Status::Fail, Some("production")),
        finding("d-unknown", Severity::High, Status::Unknown, None),
        finding("e-pass", Severity::High, Status::Pass, None),
    ];
    findings.extend((0..20).map(|n| finding(&format!("f-{n:02}"), Severity::Medium, Status::Fail, None)));
    posture(findings)
}

#[test]
fn a_first_night_tells_what_fails_worst() {
    let notice = Notice::of(&some(), None);
    assert_eq!(
        (notice.failing.clone(), notice.unknown, notice.more),
        (vec![(Severity::Critical, 2), (Severity::Medium, 20), (Severity::Low, 1)], 1, 13)
    );
    let order: Vec<&str> = notice.worst.iter().take(3).map(|line| line.check.as_str()).collect();
    assert_eq!(order, ["c-critical", "b-critical", "f-00"]);
    let text = text(&notice);
    assert!(
        text.contains("this one is the measure for the next") && text.contains("unknown is never a pass"),
        "{text}"
    );
}

#[test]
fn nobody_obeys_a_name() {
    let notice = Notice::of(&some(), None);
    let text = text(&notice);
    assert!(!text.contains(['\u{1b}', '\u{202e}']) && !text.contains("\nall is well"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() < 500));
    let subject = subject(&notice);
    assert!(subject.is_ascii() && subject.len() < 100 && !subject.contains('\n'), "{subject}");

    let body = slack(&notice);
    let blocks = body["blocks"].as_array().unwrap();
    for block in blocks {
        let texts = block["elements"].as_array().cloned().unwrap_or_else(|| vec![block["text"].clone()]);
        for text in texts {
            // In plain text Slack reads neither mentions nor links nor emphasis.
            assert_eq!(text["type"], "plain_text", "{block}");
            assert!(text["text"].as_str().unwrap().chars().count() <= 3_000, "{block}");
        }
    }
    assert!(blocks[0]["text"]["text"].as_str().unwrap().chars().count() <= 150);
    assert!(!body["text"].as_str().unwrap().contains('<'));
}

#[test]
fn a_night_is_told_by_what_became_worse_and_one_without_change_is_told_too() {
    use crate::diff::compare;
    use crate::model::diff::Compared;
    use crate::model::history::ScanScope;
    let side = |posture: &Posture, name: &str| Compared {
        name: name.to_owned(),
        taken_at: posture.taken_at,
        tool: posture.tool.clone(),
        scope: ScanScope::of(posture, &[], &[], &[]),
        complete: Some(true),
        score: posture.score,
        layers: posture.layers.clone(),
        accounts: posture.accounts.clone(),
        checks: Vec::new(),
        statuses: Status::ALL.to_vec(),
        findings: std::borrow::Cow::Owned(posture.findings.clone()),
    };
    let before = some();
    let same = Notice::of(&before, Some(&compare(&side(&before, "20260313-050000-aaaaaa"), &side(&before, "now"))));
    assert!(!same.is_worse() && same.worst.is_empty());
    assert!(text(&same).contains("nothing is worse than before"), "{}", text(&same));

    let mut findings = before.findings.clone();
    findings[4].status = Status::Fail;
    findings[0].status = Status::Unknown;
    findings[1].status = Status::Pass;
    let after = posture(findings);
    let notice = Notice::of(&after, Some(&compare(&side(&before, "20260313-050000-aaaaaa"), &side(&after, "now"))));
    assert_eq!((notice.new, notice.now_unknown, notice.fixed), (1, 1, 1));
    let order: Vec<(&str, Status)> = notice.worst.iter().map(|line| (line.check.as_str(), line.status)).collect();
    assert_eq!(order, [("e-pass", Status::Fail), ("a-low", Status::Unknown)]);
    let json = serde_json::to_value(&notice).unwrap();
    assert_eq!(json["schema"], "palisade.notice/1");
    assert!(subject(&notice).starts_with("palisade: 1 new failure, 1 not seen any more"), "{}", subject(&notice));
}

#[cfg(feature = "aws")]
mod delivery {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::super::{DeliveryError, post};

    /// Answers each request with the next of `answers`, and gives back what was sent.
    fn serve(answers: Vec<&'static str>) -> (String, std::thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/services/SECRET", listener.local_addr().unwrap());
        let served = std::thread::spawn(move || {
            let mut requests = Vec::new();
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = Vec::new();
                let mut buffer = [0; 4096];
                loop {
                    let read = stream.read(&mut buffer).unwrap();
                    request.extend_from_slice(&buffer[..read]);
                    let text = String::from_utf8_lossy(&request);
                    let length = text
                        .lines()
                        .find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse::<usize>().ok());
                    let body = text.split_once("\r\n\r\n").map(|(_, body)| body.len());
                    if read == 0 || body.is_some_and(|body| body >= length.unwrap_or(0)) {
                        break;
                    }
                }
                requests.push(String::from_utf8(request).unwrap());
                write!(stream, "HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
            }
            requests
        });
        (url, served)
    }

    #[test]
    fn a_message_is_posted_and_a_busy_side_is_asked_again() {
        let (url, served) = serve(vec!["503 Busy", "200 OK"]);
        post(&url, &serde_json::json!({ "text": "x" })).unwrap();
        let requests = served.join().unwrap();
        assert_eq!(requests.len(), 2);
        assert!(requests[1].starts_with("POST /services/SECRET HTTP/1.1") && requests[1].ends_with(r#"{"text":"x"}"#));
    }

    #[test]
    fn a_refusal_is_told_at_once_without_the_url_and_no_redirect_is_followed() {
        for (answer, status) in
            [("404 Gone", 404), ("403 Forbidden", 403), ("302 Found\r\nlocation: http://127.0.0.1:1/x", 302)]
        {
            let (url, served) = serve(vec![answer]);
            let error = post(&url, &serde_json::json!({})).unwrap_err();
            assert_eq!(error, DeliveryError::Status { status });
            assert!(!error.to_string().contains("SECRET"));
            assert_eq!(served.join().unwrap().len(), 1);
        }
        let error = post("http://127.0.0.1:1/SECRET", &serde_json::json!({})).unwrap_err();
        assert_eq!(error, DeliveryError::Unreachable);
        assert!(!error.to_string().contains("SECRET"), "{error}");
        assert!(!post("nonsense SECRET", &serde_json::json!({})).unwrap_err().to_string().contains("SECRET"));
    }
}
