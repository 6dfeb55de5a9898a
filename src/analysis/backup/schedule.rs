//! A backup rule's schedule, as the longest time between two of its runs.
//!
//! Follows <https://docs.aws.amazon.com/aws-backup/latest/devguide/creating-a-backup-plan.html>: six cron fields (minutes, hours,
//! day of month, month, day of week, year), daily at 05:00 UTC where none is given. The longest gap is what counts: a rule
//! that rests over the weekend leaves Friday's point three days old on Monday. A schedule that cannot be understood has no
//! period, and no point is ever young enough for it.

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};

/// The longest time between two runs of a schedule, in hours; `None` where it cannot be understood or never runs twice.
pub(super) fn period_hours(schedule: Option<&str>) -> Option<f64> {
    let Some(text) = schedule else { return Some(24.0) };
    let text = text.trim();
    let minutes = match inner(text, "rate(") {
        Some(rate) => rate_minutes(rate),
        None => Cron::parse(inner(text, "cron(")?)?.longest_gap_minutes(),
    }?;
    #[expect(clippy::cast_precision_loss, reason = "minutes of a few years fit a double exactly")]
    let hours = minutes as f64 / 60.0;
    Some(hours)
}

fn inner<'a>(text: &'a str, head: &str) -> Option<&'a str> {
    text.strip_prefix(head)?.strip_suffix(')')
}

fn rate_minutes(rate: &str) -> Option<i64> {
    let mut words = rate.split_whitespace();
    let (count, unit) = (words.next()?.parse::<i64>().ok()?, words.next()?);
    if count < 1 || words.next().is_some() {
        return None;
    }
    let minutes = match unit {
        "minute" | "minutes" => 1,
        "hour" | "hours" => 60,
        "day" | "days" => 24 * 60,
        _ => return None,
    };
    count.checked_mul(minutes)
}

/// A cron expression as AWS writes it. Years are not followed: a schedule bound to years has no lasting period.
struct Cron {
    /// Minutes after midnight at which it runs, in order, on a day that it runs.
    times: BTreeSet<i64>,
    months: BTreeSet<i64>,
    days: Days,
}

/// On which days of its months it runs: by the day of the month or by the day of the week, never both.
enum Days {
    OfMonth(Vec<DayOfMonth>),
    OfWeek(Vec<DayOfWeek>),
}

enum DayOfMonth {
    On(BTreeSet<i64>),
    Last,
    LastWeekday,
    NearestWeekday(i64),
}

enum DayOfWeek {
    /// 1 is Sunday, as AWS counts.
    On(BTreeSet<i64>),
    LastOf(i64),
    NthOf(i64, i64),
}

const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

impl Cron {
    fn parse(text: &str) -> Option<Self> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minutes, hours, day, month, weekday, year] = fields.as_slice() else { return None };
        if *year != "*" {
            return None;
        }
        let minutes = set(minutes, 0, 59, &[])?;
        let hours = set(hours, 0, 23, &[])?;
        let times = hours.iter().flat_map(|hour| minutes.iter().map(move |minute| hour * 60 + minute)).collect();
        let days = match (*day, *weekday) {
            (day, "?") | (day, "*") => Days::OfMonth(day.split(',').map(day_of_month).collect::<Option<_>>()?),
            ("?" | "*", weekday) => Days::OfWeek(weekday.split(',').map(day_of_week).collect::<Option<_>>()?),
            _ => return None,
        };
        Some(Self { times, months: set(month, 1, 12, &MONTHS)?, days })
    }

    /// Walks ten years of days, leap years among them, all in UTC.
    fn longest_gap_minutes(&self) -> Option<i64> {
        let (first, last) = (*self.times.first()?, *self.times.last()?);
        let within = self.times.iter().zip(self.times.iter().skip(1)).map(|(a, b)| b - a).max().unwrap_or(0);
        let mut day = Date::new(2020, 1, 1).ok()?;
        let end = Date::new(2030, 1, 1).ok()?;
        let (mut since, mut longest) = (None::<i64>, None::<i64>);
        while day < end {
            since = since.map(|days| days + 1);
            if self.runs_on(day) {
                if let Some(days) = since {
                    let gap = days * 24 * 60 + first - last;
                    longest = Some(longest.map_or(gap, |longest| longest.max(gap)));
                }
                since = Some(0);
            }
            day = day.tomorrow().ok()?;
        }
        longest.map(|longest| longest.max(within))
    }

    fn runs_on(&self, date: Date) -> bool {
        self.months.contains(&i64::from(date.month()))
            && match &self.days {
                Days::OfMonth(days) => days.iter().any(|day| day.is(date)),
                Days::OfWeek(days) => days.iter().any(|day| day.is(date)),
            }
    }
}

impl DayOfMonth {
    fn is(&self, date: Date) -> bool {
        let day = i64::from(date.day());
        let last = date.last_of_month();
        match self {
            Self::On(days) => days.contains(&day),
            Self::Last => date == last,
            Self::LastWeekday => Some(date) == nearest_weekday(last),
            Self::NearestWeekday(day) => i8::try_from(*day)
                .ok()
                .and_then(|day| Date::new(date.year(), date.month(), day).ok())
                .and_then(nearest_weekday)
                .is_some_and(|nearest| nearest == date),
        }
    }
}

impl DayOfWeek {
    fn is(&self, date: Date) -> bool {
        let weekday = i64::from(date.weekday().to_sunday_one_offset());
        let day = i64::from(date.day());
        match self {
            Self::On(days) => days.contains(&weekday),
            Self::LastOf(wanted) => weekday == *wanted && day + 7 > i64::from(date.days_in_month()),
            Self::NthOf(wanted, nth) => weekday == *wanted && (day - 1) / 7 + 1 == *nth,
        }
    }
}

/// The weekday nearest to a date, without leaving its month.
fn nearest_weekday(date: Date) -> Option<Date> {
    let moved = match date.weekday() {
        Weekday::Saturday if date.day() > 1 => date.yesterday().ok()?,
        Weekday::Saturday => date.tomorrow().ok()?.tomorrow().ok()?,
        Weekday::Sunday if date.day() < date.days_in_month() => date.tomorrow().ok()?,
        Weekday::Sunday => date.yesterday().ok()?.yesterday().ok()?,
        _ => date,
    };
    Some(moved)
}

fn day_of_month(text: &str) -> Option<DayOfMonth> {
    Some(match text {
        "L" => DayOfMonth::Last,
        "LW" | "WL" => DayOfMonth::LastWeekday,
        _ => match text.strip_suffix('W') {
            Some(day) => DayOfMonth::NearestWeekday(number(day, 1, 31, &[])?),
            None => DayOfMonth::On(set(text, 1, 31, &[])?),
        },
    })
}

fn day_of_week(text: &str) -> Option<DayOfWeek> {
    if text == "L" {
        return Some(DayOfWeek::On([7].into()));
    }
    if let Some((day, nth)) = text.split_once('#') {
        return Some(DayOfWeek::NthOf(number(day, 1, 7, &WEEKDAYS)?, number(nth, 1, 5, &[])?));
    }
    match text.strip_suffix('L') {
        Some(day) => Some(DayOfWeek::LastOf(number(day, 1, 7, &WEEKDAYS)?)),
        None => Some(DayOfWeek::On(set(text, 1, 7, &WEEKDAYS)?)),
    }
}

/// The values that a field of lists, ranges and steps takes.
fn set(field: &str, low: i64, high: i64, names: &[&str]) -> Option<BTreeSet<i64>> {
    let mut values = BTreeSet::new();
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step.parse::<i64>().ok().filter(|step| *step >= 1)?)),
            None => (part, None),
        };
        let (from, to) = match range.split_once('-') {
            Some((from, to)) => (number(from, low, high, names)?, number(to, low, high, names)?),
            None if range == "*" || range == "?" => (low, high),
            None => {
                let from = number(range, low, high, names)?;
                (from, if step.is_some() { high } else { from })
            }
        };
        // `FRI-MON` runs over the end of the week.
        let round = high - low + 1;
        let to = if to < from { to + round } else { to };
        let step = usize::try_from(step.unwrap_or(1)).ok()?;
        values.extend((from..=to).step_by(step).map(|value| (value - low) % round + low));
    }
    (!values.is_empty()).then_some(values)
}

fn number(text: &str, low: i64, high: i64, names: &[&str]) -> Option<i64> {
    let named = names.iter().position(|name| name.eq_ignore_ascii_case(text));
    let value = match named {
        Some(index) => i64::try_from(index).ok()? + low,
        None if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) => text.parse().ok()?,
        None => return None,
    };
    (low..=high).contains(&value).then_some(value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_schedule_is_its_longest_gap() {
        for (schedule, want) in [
            ("cron(0 5 ? * * *)", Some(24.0)),
            ("cron(0 5 * * ? *)", Some(24.0)),
            ("cron(0 0/1 ? * * *)", Some(1.0)),
            ("cron(0 */6 * * ? *)", Some(6.0)),
            ("cron(0 0/5 ? * * *)", Some(5.0)),
            ("cron(0,30 8-17 ? * * *)", Some(14.5)),
            ("cron(0 5 ? * MON-FRI *)", Some(72.0)),
            ("cron(0 5 ? * 2-6 *)", Some(72.0)),
            ("cron(0 5 ? * FRI-MON *)", Some(96.0)),
            ("cron(0 5 ? * SUN *)", Some(168.0)),
            ("cron(0 5 ? * 1,4 *)", Some(96.0)),
            ("cron(0 5 1 * ? *)", Some(31.0 * 24.0)),
            ("cron(0 5 L * ? *)", Some(31.0 * 24.0)),
            ("cron(0 5 1,15 * ? *)", Some(17.0 * 24.0)),
            ("cron(0 5 1 1 ? *)", Some(366.0 * 24.0)),
            ("cron(0 5 ? JAN,JUL 2#1 *)", Some(189.0 * 24.0)),
            ("cron(0 5 ? * 6L *)", Some(35.0 * 24.0)),
            ("cron(0 5 LW * ? *)", Some(33.0 * 24.0)),
            ("cron(0 5 15W * ? *)", Some(32.0 * 24.0)),
            ("rate(12 hours)", Some(12.0)),
            ("rate(1 day)", Some(24.0)),
            (" rate(30 minutes) ", Some(0.5)),
        ] {
            assert_eq!(period_hours(Some(schedule)), want, "{schedule}");
        }
        assert_eq!(period_hours(None), Some(24.0), "AWS runs a rule without a schedule daily");
    }

    #[test]
    fn what_cannot_be_understood_has_no_period() {
        for schedule in [
            "",
            "cron()",
            "cron(0 5 * * ?)",
            "cron(0 5 ? * * 2020)",
            "cron(60 5 ? * * *)",
            "cron(0 24 ? * * *)",
            "cron(0 5 ? * 8 *)",
            "cron(0 5 31 2 ? *)",
            "cron(0 5 1 * MON *)",
            "cron(0/0 5 ? * * *)",
            "cron(0 5 ? * * *",
            "rate(0 hours)",
            "rate(-1 hours)",
            "rate(1 fortnight)",
            "rate(1 day 2)",
            "rate(9223372036854775807 days)",
            "daily",
        ] {
            assert_eq!(period_hours(Some(schedule)), None, "{schedule}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "(cron|rate)?\\(?[0-9LW#?*/, A-Z-]{0,30}\\)?") {
            if let Some(hours) = period_hours(Some(&text)) {
                prop_assert!(hours > 0.0);
            }
        }
    }
}
