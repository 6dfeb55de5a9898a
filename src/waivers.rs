//! Which findings an owner accepts for a time, and what became of each waiver. Knows `model` alone.
//!
//! Dates are judged by the day on which the collection began, so that the same inventory gives the same report. The first
//! waiver of the configuration that may cover a finding does.

use std::collections::{BTreeMap, BTreeSet};

use globset::{GlobBuilder, GlobMatcher};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::model::finding::{Finding, Severity, Status};
use crate::model::ids::AccountId;
use crate::model::organization::OrganizationInventory;
use crate::model::waiver::{Expiry, LONG_DAYS, SOON_DAYS, Waived, Waiver, WaiverStanding, WaiverUse};

/// Marks the findings that `waivers` cover, and says what became of each waiver.
pub fn apply(
    findings: &mut [Finding],
    waivers: &[Waiver],
    organization: Option<&OrganizationInventory>,
    taken_at: Timestamp,
) -> Vec<WaiverUse> {
    let today = taken_at.to_zoned(TimeZone::UTC).date();
    let units = units(organization);
    let mut rules: Vec<Rule<'_>> = waivers.iter().map(|waiver| Rule::new(waiver, &units, today)).collect();
    for finding in findings.iter_mut() {
        if matches!(finding.status, Status::Fail | Status::Unknown) {
            finding.waived = rules.iter_mut().find_map(|rule| rule.cover(finding));
        }
    }
    rules.into_iter().map(Rule::told).collect()
}

/// The units and the root above each account, by id. An account whose place was not read is in none: nothing of it is waived
/// by a unit.
fn units(organization: Option<&OrganizationInventory>) -> BTreeMap<&AccountId, BTreeSet<&str>> {
    let Some(organization) = organization else { return BTreeMap::new() };
    let parents: BTreeMap<&str, &str> =
        organization.units.items().iter().map(|unit| (unit.id.as_str(), unit.parent.as_str())).collect();
    let above = |parent: &'_ str| {
        let mut seen = BTreeSet::new();
        let mut at = organization.units.items().iter().map(|unit| unit.id.as_str()).find(|id| *id == parent);
        if at.is_none() {
            // Directly below the root.
            at = organization.roots.items().iter().map(|root| root.id.as_str()).find(|id| *id == parent);
        }
        while let Some(id) = at {
            // A tree that bites its own tail ends here.
            if !seen.insert(id) {
                break;
            }
            at = parents.get(id).copied();
        }
        seen
    };
    let accounts = organization.accounts.items().iter();
    accounts.filter_map(|account| Some((&account.id, above(account.parent.value()?)))).collect()
}

/// Whether a waiver counts, before any finding is looked at.
enum Day {
    Counts { last: Date, left: i32, length: i32 },
    Over(Date),
    Malformed,
}

/// A waiver made ready, with what it covered.
struct Rule<'a> {
    waiver: &'a Waiver,
    units: &'a BTreeMap<&'a AccountId, BTreeSet<&'a str>>,
    check: Option<GlobMatcher>,
    arn: Option<Option<GlobMatcher>>,
    day: Day,
    covered: usize,
    refused: usize,
    would: usize,
}

impl<'a> Rule<'a> {
    fn new(waiver: &'a Waiver, units: &'a BTreeMap<&'a AccountId, BTreeSet<&'a str>>, today: Date) -> Self {
        let days = |from: Date, to: Date| (to - from).get_days();
        let day = match &waiver.expires {
            Expiry::Malformed(_) => Day::Malformed,
            Expiry::On(last) if *last < today => Day::Over(*last),
            Expiry::On(last) => Day::Counts {
                last: *last,
                left: days(today, *last),
                // An approval that lies ahead makes nothing shorter.
                length: days(waiver.approved_on.map_or(today, |day| day.min(today)), *last),
            },
        };
        let (check, arn) = (glob(&waiver.check), waiver.arn.as_deref().map(glob));
        Self { waiver, units, check, arn, day, covered: 0, refused: 0, would: 0 }
    }

    fn is_about(&self, finding: &Finding) -> bool {
        let waiver = self.waiver;
        let account = finding.account.as_ref();
        let takes = |glob: &Option<GlobMatcher>, text: &str| glob.as_ref().is_some_and(|glob| glob.is_match(text));
        takes(&self.check, &finding.check)
            && waiver.account.as_ref().is_none_or(|wanted| account == Some(wanted))
            && waiver
                .organizational_unit
                .as_deref()
                .is_none_or(|unit| account.and_then(|id| self.units.get(id)).is_some_and(|above| above.contains(unit)))
            && self.arn.as_ref().is_none_or(|glob| takes(glob, &finding.subject.arn))
    }

    fn cover(&mut self, finding: &Finding) -> Option<Waived> {
        if !self.is_about(finding) {
            return None;
        }
        let Day::Counts { last, length, .. } = self.day else {
            self.would += 1;
            return None;
        };
        if finding.severity == Severity::Critical && length > LONG_DAYS && !self.waiver.long_lived {
            self.refused += 1;
            return None;
        }
        self.covered += 1;
        let Waiver { reason, owner, ticket, approved_by, .. } = self.waiver;
        Some(Waived {
            reason: reason.clone(),
            owner: owner.clone(),
            ticket: ticket.clone(),
            expires: last,
            approved_by: approved_by.clone(),
        })
    }

    fn told(self) -> WaiverUse {
        let verdicts = |number: usize| if number == 1 { "1 verdict".to_owned() } else { format!("{number} verdicts") };
        let (standing, findings, why) = match &self.day {
            Day::Malformed => (
                WaiverStanding::Malformed,
                self.would,
                format!("expires is no date (YYYY-MM-DD is wanted): it waives nothing; {} stand", verdicts(self.would)),
            ),
            Day::Over(last) => (
                WaiverStanding::Expired,
                self.would,
                format!("it ended on {last}: it waives nothing; {} stand", verdicts(self.would)),
            ),
            Day::Counts { length, .. } if self.refused > 0 => (
                WaiverStanding::Refused,
                self.covered,
                format!(
                    "{} of critical guardrails would be waived for {length} days, and more than {LONG_DAYS} take \
                     long_lived = true: they stand",
                    verdicts(self.refused)
                ),
            ),
            Day::Counts { .. } if self.covered == 0 => {
                (WaiverStanding::Unused, 0, "nothing that it is about fails or is unknown: take it out".to_owned())
            }
            Day::Counts { last, left, .. } if *left <= SOON_DAYS => {
                let days = match left {
                    0 => "today is its last day".to_owned(),
                    1 => "1 day is left".to_owned(),
                    left => format!("{left} days are left"),
                };
                let why = format!("it covers {} to the end of {last}: {days}", verdicts(self.covered));
                (WaiverStanding::ExpiresSoon, self.covered, why)
            }
            Day::Counts { last, .. } => {
                let why = format!("it covers {} to the end of {last}", verdicts(self.covered));
                (WaiverStanding::Applied, self.covered, why)
            }
        };
        WaiverUse { waiver: self.waiver.clone(), standing, findings, why }
    }
}

/// A glob as the configuration checks it; one that is none takes nothing.
fn glob(text: &str) -> Option<GlobMatcher> {
    GlobBuilder::new(text).literal_separator(false).build().ok().map(|glob| glob.compile_matcher())
}

#[cfg(test)]
mod tests;
