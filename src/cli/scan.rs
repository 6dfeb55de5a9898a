//! `palisade scan`

use std::io::{self, Write};

use clap::Args;

use super::arguments::{Everywhere, FailArgs, OutputArgs, SelectArgs};
use super::error::CliError;
use super::exit::{self, Exit};
use super::files;
use super::judging::Judging;
use super::keeping::{KeepArgs, Keeping};
use super::notifying::NotifyArgs;
use super::progress::Progress;
use super::scope::ScopeArgs;
use super::terminal::Terminal;
use crate::aws::{self, Estimate};
use crate::model::diff::Diff;
use crate::model::posture::Posture;

/// Read an organization, or one account, and judge it
///
/// Palisade only reads: it makes Get, List and Describe calls, and none that changes anything. `palisade collect` and then
/// `palisade assess` give the same report in two steps.
#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
pub(super) struct Scan {
    /// Print what the scan would cost in calls, time and money, and do not make it
    #[arg(long)]
    estimate: bool,
    #[command(flatten)]
    scope: ScopeArgs,
    #[command(flatten)]
    select: SelectArgs,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    fail: FailArgs,
    #[command(flatten)]
    keep: KeepArgs,
    #[command(flatten)]
    notify: NotifyArgs,
}

impl Scan {
    pub(super) fn run(&self, everywhere: &Everywhere, terminal: Terminal) -> Result<Exit, CliError> {
        // Everything that can be wrong here is found before the first call.
        let judging = Judging::prepare(everywhere, &self.select, &self.output, Some(&self.fail))?;
        let options = self.scope.options(&judging.config)?;
        if self.estimate {
            let estimate = aws::estimate_blocking(&options)?;
            files::stdout(|out| print(&estimate, options.concurrency, out))?;
            return Ok(Exit::Holds);
        }
        let judging = judging.through(&options);
        judging.writable()?;
        let recipients = self.notify.recipients(&judging.config)?;
        let progress = Progress::start(terminal);
        let collected = aws::collect_blocking(&options, progress.clone());
        progress.finish();
        let tell = |posture: &Posture, diff: Option<&Diff>| recipients.tell(posture, diff, &options, terminal);
        judging.report_and(&collected?, &Keeping::from(&self.keep), &[], terminal, &tell)
    }
}

fn print(estimate: &Estimate, concurrency: usize, out: &mut dyn Write) -> io::Result<()> {
    let Estimate { accounts, regions_per_account, calls, seconds, usd, item_rates, as_of } = estimate;
    writeln!(out, "accounts    {accounts}")?;
    writeln!(out, "regions     {regions_per_account} per account")?;
    writeln!(out, "calls       {calls}, and more for what is found:")?;
    for rate in *item_rates {
        let cost = match rate.usd_per_thousand_items {
            0.0 => "free".to_owned(),
            usd => format!("{usd} USD per 1,000"),
        };
        let calls = if rate.calls == 1 { "call" } else { "calls" };
        writeln!(out, "              {:>2} {calls:<5} per {}, {cost}", rate.calls, rate.item)?;
    }
    let (minutes, rest) = (seconds / 60, seconds % 60);
    writeln!(out, "duration    {minutes} min {rest:02} s at least, with {concurrency} calls in flight")?;
    writeln!(
        out,
        "cost        {usd:.4} USD, and what the items above add (S3 and KMS requests; all other calls are free)"
    )?;
    writeln!(out, "as of       {as_of}")
}
