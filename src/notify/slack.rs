//! The message for a Slack incoming webhook.
//!
//! <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks/>,
//! <https://docs.slack.dev/reference/block-kit/blocks/>: a header has at most 150 characters, a section 3,000, a message 50 blocks.

use serde_json::{Value, json};

use super::text::{compared, heading, one, plain, score, standing, verdict};
use super::{Line, Notice};

/// The most characters of a header.
const HEADER: usize = 150;

/// The most characters of a reason: ten verdicts stay within one section.
const REASON: usize = 140;

/// The most characters of a verdict's first line.
const VERDICT: usize = 150;

/// The body of the request. What names may stand in is `plain_text`, in which Slack obeys nothing.
#[must_use]
pub fn slack(notice: &Notice) -> Value {
    let title = plain(&format!("palisade: {}", verdict(notice)), HEADER);
    let head = [plain(&notice.scope, 120), score(notice), standing(notice), compared(notice)].join("\n");
    let mut blocks = vec![
        json!({ "type": "header", "text": { "type": "plain_text", "text": title, "emoji": false } }),
        section(&head),
    ];
    if !notice.worst.is_empty() {
        let mut lines = vec![heading(notice).to_owned()];
        lines.extend(notice.worst.iter().map(item));
        if notice.more > 0 {
            lines.push(format!("and {} more", notice.more));
        }
        blocks.push(section(&lines.join("\n")));
    }
    if !notice.notes.is_empty() {
        let element = json!({ "type": "plain_text", "text": notice.notes.join("\n"), "emoji": false });
        blocks.push(json!({ "type": "context", "elements": [element] }));
    }
    // What a notification on a telephone shows; this one is marked-up text.
    json!({ "text": escaped(&title), "blocks": blocks, "unfurl_links": false, "unfurl_media": false })
}

fn section(text: &str) -> Value {
    json!({ "type": "section", "text": { "type": "plain_text", "text": text, "emoji": false } })
}

fn item(line: &Line) -> String {
    format!("• {}\n   {}", plain(&one(line), VERDICT), plain(&line.message, REASON))
}

/// <https://docs.slack.dev/messaging/formatting-message-text/#escaping>
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
