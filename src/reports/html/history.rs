//! The score over time: its interval as a band, drawn to the scale of time.

use super::markup::{esc, interval};
use crate::model::history::ScorePoint;
use crate::model::posture::Score;

/// The size of the drawing, and what stands around it for its labels, in its own units.
const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 240.0;
const LEFT: f64 = 36.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 28.0;

/// From this many points on they carry no dots of their own.
const DOTS: usize = 80;

struct Point<'a> {
    x: f64,
    low: f64,
    high: f64,
    score: Score,
    of: &'a ScorePoint,
}

pub(super) fn section(history: &[ScorePoint]) -> String {
    let scored: Vec<(&ScorePoint, Score)> = history.iter().filter_map(|point| Some((point, point.score?))).collect();
    let (Some((first, _)), Some((last, now))) = (scored.first(), scored.last()) else { return String::new() };
    if scored.len() < 2 {
        return String::new();
    }
    let (begin, end) = (first.taken_at.as_second(), last.taken_at.as_second());
    let points: Vec<Point<'_>> = scored
        .iter()
        .map(|(of, score)| {
            let share = if end > begin { real(of.taken_at.as_second() - begin) / real(end - begin) } else { 0.0 };
            let x = LEFT + share * (WIDTH - LEFT - RIGHT);
            Point { x, low: y(score.low), high: y(score.high), score: *score, of }
        })
        .collect();
    let was = scored.first().map_or(*now, |(_, score)| *score);
    let told = format!(
        "{} scans from {} to {}: from {} to {}.",
        points.len(),
        day(first),
        day(last),
        interval(was).replace('\u{2013}', " to "),
        interval(*now).replace('\u{2013}', " to ")
    );
    let mut out = format!(
        "<section id=\"history\" aria-labelledby=\"history-title\"><h2 id=\"history-title\">The score over time</h2><div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-labelledby=\"history-title\"><svg class=\"history\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"history-t history-d\"><title id=\"history-t\">The score over time</title><desc id=\"history-d\">{}</desc>",
        esc(&told)
    );
    for mark in [0.0, 25.0, 50.0, 75.0, 100.0] {
        let at = y(mark);
        out.push_str(&format!(
            "<path class=\"grid\" d=\"M{LEFT} {at:.1}H{:.1}\"/><text class=\"axis\" text-anchor=\"end\" x=\"{:.1}\" y=\"{:.1}\">{mark}</text>",
            WIDTH - RIGHT,
            LEFT - 8.0,
            at + 4.0
        ));
    }
    let place = |x: f64, y: f64| format!("{x:.1} {y:.1}");
    let highs: Vec<String> = points.iter().map(|point| place(point.x, point.high)).collect();
    let lows: Vec<String> = points.iter().map(|point| place(point.x, point.low)).collect();
    let back: Vec<String> = lows.iter().rev().cloned().collect();
    out.push_str(&format!("<path class=\"band\" d=\"M{}L{}z\"/>", highs.join("L"), back.join("L")));
    out.push_str(&format!(
        "<path class=\"high\" d=\"M{}\"/><path class=\"low\" d=\"M{}\"/>",
        highs.join("L"),
        lows.join("L")
    ));
    if points.len() <= DOTS {
        for point in &points {
            let complete = if point.of.complete { "" } else { ", not complete" };
            out.push_str(&format!(
                "<circle class=\"dot{}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\"><title>{}: {}{complete}</title></circle>",
                if point.of.complete { "" } else { " open" },
                point.x,
                point.low,
                day(point.of),
                interval(point.score)
            ));
        }
    }
    let bottom = HEIGHT - 8.0;
    out.push_str(&format!(
        "<text class=\"axis\" x=\"{LEFT}\" y=\"{bottom}\">{}</text><text class=\"axis\" text-anchor=\"end\" x=\"{:.1}\" y=\"{bottom}\">{}</text></svg></div><p class=\"quiet\">{} The band is what is not known; a hollow dot is a scan that is not complete.</p></section>",
        day(first),
        WIDTH - RIGHT,
        day(last),
        esc(&told)
    ));
    out
}

fn day(point: &ScorePoint) -> String {
    point.taken_at.strftime("%Y-%m-%d").to_string()
}

fn y(score: f64) -> f64 {
    TOP + (100.0 - score) / 100.0 * (HEIGHT - TOP - BOTTOM)
}

#[expect(clippy::cast_precision_loss, reason = "seconds between two scans stay far below 2^53")]
fn real(seconds: i64) -> f64 {
    seconds as f64
}
