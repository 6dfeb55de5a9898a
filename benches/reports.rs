//! How long each format takes and how large it is: the demo's verdicts, repeated to 50,000, each of a subject of its own.
//!
//! Run it with `cargo bench --no-default-features --bench reports`; wanted are less than 5 seconds for each.
#![expect(clippy::unwrap_used, clippy::print_stdout, clippy::panic, reason = "a benchmark")]

use std::io::{self, Write};
use std::time::Instant;

use palisade::audit;
use palisade::checks::{Library, Selection};
use palisade::model::posture::Posture;
use palisade::reports::{csv, json, junit, markdown, ocsf, oscal, sarif, table};

const FINDINGS: usize = 50_000;

fn posture() -> Posture {
    let settings = palisade::config::parse(palisade::demo::CONFIG).unwrap().settings;
    let library = Library::load(&[]).unwrap();
    let mut posture = audit::assess(&palisade::demo::incident(), &settings, &library, &Selection::default());
    let few = posture.findings.clone();
    posture.findings = (0..FINDINGS)
        .zip(few.iter().cycle())
        .map(|(number, finding)| {
            let mut finding = finding.clone();
            finding.subject.arn = format!("{}-{number}", finding.subject.arn);
            finding.subject.name = format!("{}-{number}", finding.subject.name);
            finding
        })
        .collect();
    posture.findings.sort_by(|a, b| a.check.cmp(&b.check));
    posture
}

/// Counts what is written to it.
struct Counting(usize);

impl Write for Counting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

type Format = (&'static str, fn(&Posture, &mut dyn Write) -> io::Result<()>);

fn main() {
    let posture = posture();
    let formats: [Format; 8] = [
        ("table", |posture, out| table::write(posture, &table::Options::default(), out)),
        ("json", |posture, out| json::write(posture, &[], out)),
        ("markdown", |posture, out| markdown::write(posture, out)),
        ("csv", |posture, out| csv::write(posture, &[], out)),
        ("sarif", |posture, out| sarif::write(posture, &[], out)),
        ("junit", |posture, out| junit::write(posture, &[], out)),
        ("ocsf", |posture, out| ocsf::write(posture, &[], ocsf::Layout::Lines, out)),
        ("oscal", |posture, out| oscal::write(posture, out)),
    ];
    println!("{FINDINGS} verdicts");
    for (name, write) in formats {
        let mut out = io::BufWriter::new(Counting(0));
        let begun = Instant::now();
        write(&posture, &mut out).unwrap();
        let taken = begun.elapsed();
        let bytes = out.into_inner().unwrap_or_else(|e| panic!("{e}")).0;
        println!("{name:9} {:>9} KiB {:>8.2} s", bytes / 1024, taken.as_secs_f64());
    }
}
