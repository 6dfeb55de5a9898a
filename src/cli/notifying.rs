//! The message after a scan. That it could not be delivered is said, and changes nothing else.

use clap::Args;

use super::error::CliError;
use super::terminal::{Terminal, variable};
use crate::aws::{self, CollectOptions};
use crate::config::{Channel, Config, NotifyConfig, WebhookUrl};
use crate::model::diff::Diff;
use crate::model::posture::Posture;
use crate::model::sink::Topic;
use crate::notify::{self, Notice};

/// Who is told.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Notification")]
pub(super) struct NotifyArgs {
    /// Tell what changed, in one message, to slack, webhook or sns; where to is in PALISADE_SLACK_URL, PALISADE_WEBHOOK_URL,
    /// PALISADE_SNS_TOPIC, or in [notify]
    #[arg(long, value_name = "TO", value_delimiter = ',')]
    notify: Vec<Channel>,
}

/// A channel with its address.
enum Recipient {
    Slack(WebhookUrl),
    Webhook(WebhookUrl),
    Sns(Topic),
}

impl Recipient {
    const fn channel(&self) -> Channel {
        match self {
            Self::Slack(_) => Channel::Slack,
            Self::Webhook(_) => Channel::Webhook,
            Self::Sns(_) => Channel::Sns,
        }
    }
}

/// Who is told, resolved before anything is read.
#[derive(Default)]
pub(super) struct Recipients(Vec<Recipient>);

impl NotifyArgs {
    /// # Errors
    /// Where nothing says where a channel is, or what says so is no such place.
    pub(super) fn recipients(&self, config: &Config) -> Result<Recipients, CliError> {
        let NotifyConfig { to, slack_url, webhook_url, sns_topic } = &config.notify;
        let mut channels = if self.notify.is_empty() { to.clone() } else { self.notify.clone() };
        channels.sort();
        channels.dedup();
        let each = channels.into_iter().map(|channel| {
            Ok(match channel {
                Channel::Slack => Recipient::Slack(address(channel, slack_url.as_ref())?),
                Channel::Webhook => Recipient::Webhook(address(channel, webhook_url.as_ref())?),
                Channel::Sns => Recipient::Sns(address(channel, sns_topic.as_ref())?),
            })
        });
        each.collect::<Result<_, _>>().map(Recipients)
    }
}

/// The address of a channel: the environment's, or else the file's.
fn address<T>(channel: Channel, file: Option<&T>) -> Result<T, CliError>
where
    T: Clone + std::str::FromStr<Err = String>,
{
    let name = channel.variable();
    match (variable(name), file) {
        (Some(text), _) => text.parse().map_err(|why| CliError::Usage(format!("the variable {name}: {why}"))),
        (None, Some(address)) => Ok(address.clone()),
        (None, None) => {
            let key = match channel {
                Channel::Slack => "slack_url",
                Channel::Webhook => "webhook_url",
                Channel::Sns => "sns_topic",
            };
            Err(CliError::Usage(format!(
                "--notify {}: set {name}, or {key} in [notify] of palisade.toml",
                channel.as_str()
            )))
        }
    }
}

impl Recipients {
    /// Tells everybody.
    pub(super) fn tell(&self, posture: &Posture, diff: Option<&Diff>, access: &CollectOptions, terminal: Terminal) {
        if self.0.is_empty() {
            return;
        }
        let notice = Notice::of(posture, diff);
        for recipient in &self.0 {
            let sent = match recipient {
                Recipient::Slack(url) => notify::post(url.expose(), &notify::slack(&notice)).map_err(|e| e.to_string()),
                Recipient::Webhook(url) => notify::post(url.expose(), &notice).map_err(|e| e.to_string()),
                Recipient::Sns(topic) => {
                    let (subject, text) = (notify::subject(&notice), notify::text(&notice));
                    aws::publish_blocking(access, topic, &subject, &text).map_err(|e| e.to_string())
                }
            };
            let channel = recipient.channel().as_str();
            match sent {
                Ok(()) => terminal.note(&format!("told {channel}")),
                Err(why) => {
                    terminal.warning(&format!("{channel} was not told: {why}. The report and the exit code stand"));
                }
            }
        }
    }
}
