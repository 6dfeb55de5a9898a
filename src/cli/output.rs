//! Which format goes where, and writing it there.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::arguments::{Format, OutputArgs};
use super::error::CliError;
use super::files::{self, Privacy, is_pipe};
use super::place::{Place, Target};
use super::terminal::Terminal;
use crate::model::finding::Status;
use crate::model::ids::AccountId;
use crate::model::posture::Posture;
use crate::model::sink::S3Place;
use crate::reports::html::Extras;
use crate::reports::{csv, html, json, junit, markdown, ocsf, oscal, sarif, table};

/// Each format with its place, resolved before anything is read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Output {
    places: Vec<(Format, Place)>,
    statuses: Vec<Status>,
    bucket_owner: Option<AccountId>,
}

impl Output {
    /// The nth `--output` belongs to the nth `--format`; formats without one go to stdout, where there is room for one. One
    /// `--output` that has room for many (a folder, a prefix in S3) takes them all. Without `--format` the name of the one
    /// `--output` tells the format; a table where it tells none.
    pub(super) fn new(arguments: &OutputArgs) -> Result<Self, CliError> {
        let OutputArgs { format, output, status, bucket_owner } = arguments;
        let usage = |text: String| Err(CliError::Usage(text));
        let formats = match (format.as_slice(), output.as_slice()) {
            ([], [file]) => vec![by_name(file).unwrap_or(Format::Table)],
            ([], _) => vec![Format::Table],
            (formats, _) => formats.to_vec(),
        };
        if output.len() > formats.len() {
            let (outputs, formats) = (output.len(), formats.len());
            return usage(format!(
                "there are {outputs} --output for {formats} --format: the first --output belongs to the first --format, and so on"
            ));
        }
        let given: Vec<Place> =
            output.iter().map(|path| Place::new(path)).collect::<Result<_, _>>().map_err(CliError::Usage)?;
        let rest = match given.as_slice() {
            [one] if one.holds_many() => one.clone(),
            _ => Place::File(PathBuf::from("-")),
        };
        let rest = std::iter::repeat_n(rest, formats.len() - given.len());
        let places: Vec<_> = formats.into_iter().zip(given.into_iter().chain(rest)).collect();
        for (index, (format, place)) in places.iter().enumerate() {
            // Reports below one place are told apart by their endings.
            let clashes =
                |(other, there): &&(Format, Place)| there == place && (!place.holds_many() || other == format);
            if places.iter().skip(index + 1).any(|other| clashes(&other)) {
                let place = place.shown();
                return usage(format!("two formats would go to {place}: give each its own --output FILE"));
            }
        }
        if !status.is_empty() && !places.iter().any(|(format, _)| format.selects()) {
            return usage(
                "--status selects the findings of json, csv, sarif, junit and ocsf: add --format with one of them"
                    .to_owned(),
            );
        }
        if cfg!(not(feature = "aws")) && places.iter().any(|(_, place)| matches!(place, Place::S3(_))) {
            return usage("this palisade was built without `aws`: it writes to files alone".to_owned());
        }
        Ok(Self { places, statuses: status.clone(), bucket_owner: bucket_owner.clone() })
    }

    /// The account that owns the buckets, where it is not the one that palisade runs in.
    pub(super) fn bucket_owner(&self) -> Option<&AccountId> {
        self.bucket_owner.as_ref()
    }

    /// Whether a page for a browser is among them: it tells more than the posture, where somebody has it.
    pub(super) fn has_html(&self) -> bool {
        self.places.iter().any(|(format, _)| *format == Format::Html)
    }

    /// Whether a format goes there.
    pub(super) fn writes_to(&self, path: &Path) -> bool {
        self.places.iter().any(|(_, place)| matches!(place, Place::File(file) if file == path))
    }

    /// Whether every file can be made. Whether an object can is known once it is put.
    #[cfg(feature = "aws")]
    pub(super) fn writable(&self) -> Result<(), CliError> {
        self.places.iter().try_for_each(|(_, place)| match place {
            Place::File(path) => files::writable(path),
            Place::Folder(path) if path.is_dir() => files::writable(&path.join("palisade")),
            Place::Folder(_) | Place::S3(_) => Ok(()),
        })
    }

    /// Writes the posture in each format, and each although another could not be written. A reader who closes stdout early
    /// has seen enough.
    ///
    /// # Errors
    /// The first that could not be written.
    pub(super) fn write(
        &self,
        posture: &Posture,
        extras: &Extras<'_>,
        sink: &Sink<'_>,
        terminal: Terminal,
    ) -> Result<(), CliError> {
        let mut failed = None;
        for (format, place) in &self.places {
            let target = place.target(&format!("palisade-{}{}", stamp(posture), format.ending()));
            let written = match &target {
                Target::File(path) => self.write_file(posture, extras, *format, (place, path), terminal),
                Target::Object(object) => self.put(posture, extras, *format, object, sink, terminal),
            };
            match written {
                Ok(()) | Err(CliError::PipeClosed) => {}
                Err(error) if failed.is_none() => failed = Some(error),
                Err(error) => terminal.warning(&error.to_string()),
            }
        }
        failed.map_or(Ok(()), Err)
    }

    fn write_file(
        &self,
        posture: &Posture,
        extras: &Extras<'_>,
        format: Format,
        (place, path): (&Place, &Path),
        terminal: Terminal,
    ) -> Result<(), CliError> {
        if let Place::Folder(folder) = place {
            std::fs::create_dir_all(folder).map_err(|source| CliError::Write { path: folder.clone(), source })?;
        }
        let colour = if is_pipe(path) { terminal.colour } else { terminal.colour_files };
        files::write(path, Privacy::Usual, |out| {
            self.render(posture, extras, format, (path, colour, terminal.width), out)
        })?;
        if !is_pipe(path) {
            terminal.note(&format!("wrote {}", path.display()));
        }
        Ok(())
    }

    /// Puts a report into a bucket; where that fails it is kept here, or the scan was for nothing.
    fn put(
        &self,
        posture: &Posture,
        extras: &Extras<'_>,
        format: Format,
        object: &S3Place,
        sink: &Sink<'_>,
        terminal: Terminal,
    ) -> Result<(), CliError> {
        let mut body = Vec::new();
        let path = PathBuf::from(object.key());
        self.render(posture, extras, format, (&path, false, terminal.width), &mut body).map_err(CliError::Stdout)?;
        let owner = self.bucket_owner.as_ref().unwrap_or(&posture.caller.account);
        let Err(why) = sink(object, owner, format.content_type(), &body) else {
            terminal.note(&format!("wrote {object}"));
            return Ok(());
        };
        let name = path.file_name().map_or_else(|| PathBuf::from("palisade-report"), PathBuf::from);
        let kept = files::write(&name, Privacy::Owner, |out| out.write_all(&body));
        let kept = match kept {
            Ok(()) => format!("The report is kept here, in {}", name.display()),
            Err(error) => format!("It could not be kept here either: {error}"),
        };
        Err(CliError::Put { why, kept })
    }

    fn render(
        &self,
        posture: &Posture,
        extras: &Extras<'_>,
        format: Format,
        (path, colour, width): (&Path, bool, usize),
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let page = table::Options { width, colour, ..table::Options::default() };
        match format {
            Format::Table => table::write(posture, &page, out),
            Format::Json => json::write(posture, &self.statuses, out),
            Format::Html => html::write(posture, extras, out),
            Format::Markdown => markdown::write(posture, out),
            Format::Csv => csv::write(posture, &self.statuses, out),
            Format::Sarif => sarif::write(posture, &self.statuses, out),
            Format::Junit => junit::write(posture, &self.statuses, out),
            Format::Ocsf => ocsf::write(posture, &self.statuses, layout(path), out),
            Format::Oscal => oscal::write(posture, out),
        }
    }
}

/// What puts a report into a bucket that this account owns: the object, the owner, the type of the content, the content.
pub(super) type Sink<'a> = dyn Fn(&S3Place, &AccountId, &str, &[u8]) -> Result<(), String> + 'a;

/// When the collection began, as a name may hold it.
fn stamp(posture: &Posture) -> String {
    posture.taken_at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

impl Format {
    /// What the name of a file in this format ends in, where palisade gives the name.
    const fn ending(self) -> &'static str {
        match self {
            Self::Table => ".txt",
            Self::Json => ".json",
            Self::Html => ".html",
            Self::Markdown => ".md",
            Self::Csv => ".csv",
            Self::Sarif => ".sarif",
            Self::Junit => ".junit.xml",
            Self::Ocsf => ".ocsf.json",
            Self::Oscal => ".oscal.json",
        }
    }

    /// The media type, as a bucket serves it.
    const fn content_type(self) -> &'static str {
        match self {
            Self::Table => "text/plain; charset=utf-8",
            Self::Json | Self::Ocsf | Self::Oscal => "application/json",
            Self::Html => "text/html; charset=utf-8",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Sarif => "application/sarif+json",
            Self::Junit => "application/xml",
        }
    }
}

/// What ends the name of a file in each format; the longer ending stands before the one that it ends in.
const ENDINGS: &[(&str, Format)] = &[
    (".oscal.json", Format::Oscal),
    (".ocsf.json", Format::Ocsf),
    (".ocsf.ndjson", Format::Ocsf),
    (".sarif", Format::Sarif),
    (".sarif.json", Format::Sarif),
    (".json", Format::Json),
    (".html", Format::Html),
    (".htm", Format::Html),
    (".md", Format::Markdown),
    (".csv", Format::Csv),
    (".xml", Format::Junit),
];

/// The format that a file's name tells.
fn by_name(file: &Path) -> Option<Format> {
    let name = file.file_name()?.to_str()?.to_ascii_lowercase();
    ENDINGS.iter().find(|(ending, _)| name.ends_with(ending)).map(|(_, format)| *format)
}

/// Log pipelines take one event per line; a file of theirs says so.
fn layout(place: &Path) -> ocsf::Layout {
    let lines = place.extension().is_some_and(|e| e.eq_ignore_ascii_case("ndjson") || e.eq_ignore_ascii_case("jsonl"));
    if lines { ocsf::Layout::Lines } else { ocsf::Layout::Array }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(format: &[Format], output: &[&str], status: &[Status]) -> Result<Vec<(Format, String)>, String> {
        let arguments = OutputArgs {
            format: format.to_vec(),
            output: output.iter().map(PathBuf::from).collect(),
            status: status.to_vec(),
            bucket_owner: None,
        };
        match Output::new(&arguments) {
            Ok(output) => Ok(output.places.into_iter().map(|(f, p)| (f, place(&p))).collect()),
            Err(error) => Err(error.to_string().lines().next().unwrap().to_owned()),
        }
    }

    fn place(place: &Place) -> String {
        if *place == Place::File(PathBuf::from("-")) { "-".to_owned() } else { place.shown() }
    }

    #[test]
    fn one_place_with_room_takes_every_format() {
        use Format::{Html, Json};
        let to = |places: &[&str]| output(&[Html, Json], places, &[]).map(|list| list.len());
        assert_eq!(to(&["reports/"]), Ok(2));
        let all = output(&[Html, Json], &["reports/"], &[]).unwrap();
        assert!(all.iter().all(|(_, place)| place == "reports/"));
        assert!(output(&[Json, Json], &["reports/"], &[]).unwrap_err().starts_with("two formats would go to reports/"));
        if cfg!(feature = "aws") {
            assert_eq!(to(&["s3://acme-reports/a/"]), Ok(2));
            assert_eq!(to(&["s3://acme-reports/a.html"]), Ok(2));
            assert!(to(&["s3://"]).unwrap_err().contains("no place in S3"));
        } else {
            assert!(to(&["s3://acme-reports/a/"]).unwrap_err().contains("built without"));
        }
    }

    #[test]
    fn every_format_has_an_ending_of_its_own() {
        let ending: std::collections::BTreeSet<&str> = [
            Format::Table,
            Format::Json,
            Format::Html,
            Format::Markdown,
            Format::Csv,
            Format::Sarif,
            Format::Junit,
            Format::Ocsf,
            Format::Oscal,
        ]
        .iter()
        .map(|format| format.ending())
        .collect();
        assert_eq!(ending.len(), 9, "reports below one place are told apart by their endings");
    }

    #[test]
    fn each_format_has_its_place() {
        use Format::{Html, Json, Table};
        let on = |format, place: &str| (format, place.to_owned());
        assert_eq!(output(&[], &[], &[]), Ok(vec![on(Table, "-")]));
        assert_eq!(output(&[], &["p.json"], &[]), Ok(vec![on(Json, "p.json")]));
        assert_eq!(output(&[], &["p.HTML"], &[]), Ok(vec![on(Html, "p.HTML")]));
        assert_eq!(output(&[], &["p.htm"], &[]), Ok(vec![on(Html, "p.htm")]));
        assert_eq!(output(&[], &["p.txt"], &[]), Ok(vec![on(Table, "p.txt")]));
        for (name, format) in [
            ("P.OSCAL.JSON", Format::Oscal),
            ("p.ocsf.ndjson", Format::Ocsf),
            ("p.sarif.json", Format::Sarif),
            ("p.junit.xml", Format::Junit),
            ("p.csv", Format::Csv),
            ("p.md", Format::Markdown),
        ] {
            assert_eq!(output(&[], &[name], &[]), Ok(vec![on(format, name)]));
        }
        assert_eq!(output(&[Format::Csv], &[], &[Status::Fail]).map(|l| l.len()), Ok(1));
        assert_eq!(output(&[Table], &["p.json"], &[]), Ok(vec![on(Table, "p.json")]));
        assert_eq!(output(&[Json, Table], &["p.json"], &[]), Ok(vec![on(Json, "p.json"), on(Table, "-")]));
        assert_eq!(output(&[Table, Json], &["-", "p.json"], &[Status::Fail]).map(|l| l.len()), Ok(2));
    }

    #[test]
    fn what_does_not_go_together_is_a_usage_error() {
        use Format::{Json, Table};
        assert!(output(&[Json], &["a", "b"], &[]).unwrap_err().starts_with("there are 2 --output for 1 --format"));
        assert!(output(&[Json, Table], &[], &[]).unwrap_err().starts_with("two formats would go to standard output"));
        assert!(output(&[Json, Table], &["a", "a"], &[]).unwrap_err().starts_with("two formats would go to a"));
        assert!(output(&[Table, Format::Oscal], &["p"], &[Status::Fail]).unwrap_err().starts_with("--status"));
    }
}
