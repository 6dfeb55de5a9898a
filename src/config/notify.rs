//! `[notify]`: where the message after a scan goes.

use std::fmt;
use std::str::FromStr;

use crate::model::sink::Topic;

/// A way to notify.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    /// A Slack incoming webhook.
    Slack,
    /// Any other webhook: JSON, `palisade.notice/1`.
    Webhook,
    /// An SNS topic.
    Sns,
}

impl Channel {
    /// Every one.
    pub const ALL: &'static [Self] = &[Self::Slack, Self::Webhook, Self::Sns];

    /// The word used on the command line and in the file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::Webhook => "webhook",
            Self::Sns => "sns",
        }
    }

    /// The variable of the environment that says where to.
    #[must_use]
    pub const fn variable(self) -> &'static str {
        match self {
            Self::Slack => "PALISADE_SLACK_URL",
            Self::Webhook => "PALISADE_WEBHOOK_URL",
            Self::Sns => "PALISADE_SNS_TOPIC",
        }
    }
}

impl FromStr for Channel {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|channel| channel.as_str() == text).copied();
        found.ok_or_else(|| {
            let words = Self::ALL.iter().map(|channel| channel.as_str());
            format!("{text:?} is none of slack, webhook, sns{}", super::hint(text, words))
        })
    }
}

/// The URL of a webhook. Whoever has it can write into the channel: it is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookUrl(String);

impl WebhookUrl {
    /// The URL, to send to.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookUrl(…)")
    }
}

impl FromStr for WebhookUrl {
    type Err = String;

    /// A report tells where to strike: it goes over TLS, or stays on this machine.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || Err("an https:// URL is wanted (http:// only to this machine)".to_owned());
        let host = |rest: &str| rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned();
        let plain = !text.contains(|c: char| c.is_whitespace() || c.is_control());
        match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) if plain && !host(rest).is_empty() => Ok(Self(text.to_owned())),
            (_, Some(rest)) if plain => {
                let host = host(rest);
                // `user@host` is not the host that it begins with.
                let name = host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name);
                if ["localhost", "127.0.0.1", "[::1]"].contains(&name) { Ok(Self(text.to_owned())) } else { wrong() }
            }
            _ => wrong(),
        }
    }
}

/// What the file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NotifyConfig {
    /// `--notify`
    pub to: Vec<Channel>,
    /// The Slack webhook.
    pub slack_url: Option<WebhookUrl>,
    /// The other webhook.
    pub webhook_url: Option<WebhookUrl>,
    /// The topic.
    pub sns_topic: Option<Topic>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_is_reached_over_tls_or_on_this_machine_and_never_shown() {
        for right in [
            "https://hooks.slack.com/services/T/B/x",
            "http://localhost:8080/a",
            "http://127.0.0.1/",
            "http://[::1]:80/",
        ] {
            let url: WebhookUrl = right.parse().unwrap();
            assert_eq!(url.expose(), right);
            assert!(!format!("{url:?}").contains("//"), "{url:?}");
        }
        for wrong in [
            "",
            "hooks.slack.com",
            "http://hooks.slack.com/SECRET",
            "http://localhost@evil.example/",
            "https://",
            "https:// a",
            "ftp://a",
            "http://127.0.0.1.evil.example/",
        ] {
            let error = wrong.parse::<WebhookUrl>().unwrap_err();
            assert!(!error.contains("SECRET") && error.contains("https://"), "{wrong}");
        }
    }
}
