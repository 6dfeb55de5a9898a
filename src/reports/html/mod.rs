//! The posture as one file for a browser: no network, no framework, readable without its script. Knows `model` alone.
//!
//! What a head of platform asks stands in markup: the score and what moves it, the layers, the accounts, what would be left. What
//! an engineer asks, every verdict with its evidence, is data that the script shows on demand. Names from AWS are hostile: markup
//! is escaped, the script writes text alone (and its policy forbids it anything else), and what is invisible is made visible.
//!
//! The template, the style and the script are files of their own in `reports/html/`.

mod data;
mod drills;
mod head;
mod history;
mod markup;
mod paths;
mod picture;
mod plain;
mod resources;
mod rest;

use std::io::{self, Write};

use sha2::{Digest, Sha256};

use crate::model::drill::Drill;
use crate::model::history::ScorePoint;
use crate::model::posture::Posture;
use markup::{Accounts, esc};

const PAGE: &str = include_str!("../../../reports/html/page.html");
const STYLE: &str = include_str!("../../../reports/html/report.css");
const SCRIPT: &str = include_str!("../../../reports/html/report.js");
/// Sets the theme before anything is painted.
const THEME: &str = include_str!("../../../reports/html/theme.js");

/// A rehearsed destroy with what it shows.
#[derive(Debug, Clone, Copy)]
pub struct Rehearsed<'a> {
    /// What it shows, in a sentence.
    pub title: &'a str,
    /// The drill.
    pub drill: &'a Drill,
}

/// What is told beside the posture, where somebody has it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Extras<'a> {
    /// Rehearsed destroys.
    pub drills: &'a [Rehearsed<'a>],
    /// The scores of earlier scans and of this one, oldest first.
    pub history: &'a [ScorePoint],
}

/// Writes the page.
///
/// # Errors
/// What the writer says.
pub fn write(posture: &Posture, extras: &Extras<'_>, out: &mut dyn Write) -> io::Result<()> {
    let title = head::whose(posture);
    let read = posture.taken_at.strftime("%Y-%m-%d %H:%M UTC").to_string();
    let mut rest = PAGE;
    while let Some((before, after)) = rest.split_once("{{") {
        out.write_all(before.as_bytes())?;
        let (name, after) = after.split_once("}}").unwrap_or(("", after));
        match name {
            "policy" => out.write_all(policy().as_bytes())?,
            "title" => out.write_all(esc(&title).as_bytes())?,
            "read" => out.write_all(esc(&read).as_bytes())?,
            "tool" => out.write_all(esc(&posture.tool).as_bytes())?,
            "style" => out.write_all(STYLE.as_bytes())?,
            "theme" => out.write_all(THEME.as_bytes())?,
            "script" => out.write_all(SCRIPT.as_bytes())?,
            "nav" => out.write_all(nav(posture, extras).as_bytes())?,
            "body" => out.write_all(sections(posture, extras).as_bytes())?,
            "plain" => out.write_all(plain::findings(posture).as_bytes())?,
            "left-out" => out.write_all(left_out(posture).as_bytes())?,
            "waivers" => out.write_all(rest::waivers(posture).as_bytes())?,
            "gaps" => out.write_all(rest::gaps(posture).as_bytes())?,
            "source" => out.write_all(rest::source(posture).as_bytes())?,
            "data" => data::write(posture, out)?,
            _ => {}
        }
        rest = after;
    }
    out.write_all(rest.as_bytes())
}

/// The page may run these two scripts and use this style, and may reach nothing: not even a name that got through as markup could.
fn policy() -> String {
    format!(
        "default-src 'none'; script-src 'sha256-{}' 'sha256-{}'; style-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
        digest(THEME),
        digest(SCRIPT),
        digest(STYLE)
    )
}

fn digest(text: &str) -> String {
    base64(&Sha256::digest(text.as_bytes()))
}

/// Base64 with padding (RFC 4648, 4).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, at| bits << 8 | chunk.get(at).map_or(0, |byte| u32::from(*byte)));
        for at in 0..4 {
            let digit = usize::try_from(bits >> (18 - 6 * at) & 63).ok().and_then(|place| DIGITS.get(place));
            out.push(digit.filter(|_| at <= chunk.len()).map_or('=', |digit| char::from(*digit)));
        }
    }
    out
}

fn sections(posture: &Posture, extras: &Extras<'_>) -> String {
    [
        head::headline(posture),
        head::layers(posture),
        history::section(extras.history),
        head::map(posture),
        resources::section(posture),
        drills::section(extras.drills, &Accounts::of(posture)),
    ]
    .concat()
}

/// The sections that there are.
fn nav(posture: &Posture, extras: &Extras<'_>) -> String {
    let all = [
        ("layers", "Layers", true),
        ("map", "Accounts", !posture.findings.is_empty()),
        ("resources", "Production data", !posture.resources.is_empty()),
        ("drill", "Drill", !extras.drills.is_empty()),
        ("findings", "Findings", true),
        ("waivers", "Waivers", !posture.waivers.is_empty()),
        ("unread", "Unread", true),
        ("source", "Source", true),
    ];
    all.iter()
        .filter(|(_, _, there)| *there)
        .map(|(id, word, _)| format!("<li><a href=\"#{id}\">{word}</a></li>"))
        .collect()
}

/// What the page does not hold one by one.
fn left_out(posture: &Posture) -> String {
    let left = posture.findings.len().saturating_sub(data::ordered(posture).len());
    if left == 0 {
        return String::new();
    }
    format!(
        "<p class=\"banner warn\">{} are counted above and not listed here, because a page with all of them would not open: first those that pass or do not apply, then the least severe. <code>--format json</code> has every one.</p>",
        markup::count(left, "verdict")
    )
}

#[cfg(test)]
mod tests;
