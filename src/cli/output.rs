//! Which format goes where, and writing it there.

use std::path::{Path, PathBuf};

use super::arguments::{Format, OutputArgs};
use super::error::CliError;
use super::files::{self, Privacy, is_pipe};
use super::terminal::Terminal;
use crate::model::finding::Status;
use crate::model::posture::Posture;
use crate::reports::{json, oscal, table};

/// Each format with its place, resolved before anything is read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Output {
    places: Vec<(Format, PathBuf)>,
    statuses: Vec<Status>,
}

impl Output {
    /// The nth `--output` belongs to the nth `--format`; formats without one go to stdout, where there is room for one.
    /// Without `--format` the name of the one `--output` tells the format; a table where it tells none.
    pub(super) fn new(arguments: &OutputArgs) -> Result<Self, CliError> {
        let OutputArgs { format, output, status } = arguments;
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
        let rest = std::iter::repeat_n(PathBuf::from("-"), formats.len() - output.len());
        let places: Vec<_> = formats.into_iter().zip(output.iter().cloned().chain(rest)).collect();
        for (index, (_, place)) in places.iter().enumerate() {
            if places.iter().skip(index + 1).any(|(_, other)| other == place) {
                let place = if is_pipe(place) { "standard output".to_owned() } else { place.display().to_string() };
                return usage(format!("two formats would go to {place}: give each its own --output FILE"));
            }
        }
        if !status.is_empty() && !places.iter().any(|(format, _)| *format == Format::Json) {
            return usage("--status selects the findings of JSON: add --format json".to_owned());
        }
        Ok(Self { places, statuses: status.clone() })
    }

    /// Whether a format goes there.
    pub(super) fn writes_to(&self, path: &Path) -> bool {
        self.places.iter().any(|(_, place)| place == path)
    }

    /// Whether every file can be made.
    #[cfg(feature = "aws")]
    pub(super) fn writable(&self) -> Result<(), CliError> {
        self.places.iter().try_for_each(|(_, place)| files::writable(place))
    }

    /// Writes the posture in each format. A reader who closes stdout early has seen enough: the files are still written.
    pub(super) fn write(&self, posture: &Posture, terminal: Terminal) -> Result<(), CliError> {
        for (format, place) in &self.places {
            let written = files::write(place, Privacy::Usual, |out| match format {
                Format::Table => table::write(posture, &page(place, terminal), out),
                Format::Json => json::write(posture, &self.statuses, out),
                Format::Oscal => oscal::write(posture, out),
            });
            match written {
                Err(CliError::PipeClosed) => {}
                Err(error) => return Err(error),
                Ok(()) if is_pipe(place) => {}
                Ok(()) => terminal.note(&format!("wrote {}", place.display())),
            }
        }
        Ok(())
    }
}

/// What ends the name of a file in each format; the longer ending stands before the one that it ends in.
const ENDINGS: &[(&str, Format)] = &[(".oscal.json", Format::Oscal), (".json", Format::Json)];

/// The format that a file's name tells.
fn by_name(file: &Path) -> Option<Format> {
    let name = file.file_name()?.to_str()?.to_ascii_lowercase();
    ENDINGS.iter().find(|(ending, _)| name.ends_with(ending)).map(|(_, format)| *format)
}

fn page(place: &Path, terminal: Terminal) -> table::Options {
    let colour = if is_pipe(place) { terminal.colour } else { terminal.colour_files };
    table::Options { width: terminal.width, colour, ..table::Options::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(format: &[Format], output: &[&str], status: &[Status]) -> Result<Vec<(Format, String)>, String> {
        let arguments = OutputArgs {
            format: format.to_vec(),
            output: output.iter().map(PathBuf::from).collect(),
            status: status.to_vec(),
        };
        match Output::new(&arguments) {
            Ok(output) => Ok(output.places.into_iter().map(|(f, p)| (f, p.display().to_string())).collect()),
            Err(error) => Err(error.to_string().lines().next().unwrap().to_owned()),
        }
    }

    #[test]
    fn each_format_has_its_place() {
        use Format::{Json, Table};
        let on = |format, place: &str| (format, place.to_owned());
        assert_eq!(output(&[], &[], &[]), Ok(vec![on(Table, "-")]));
        assert_eq!(output(&[], &["p.json"], &[]), Ok(vec![on(Json, "p.json")]));
        assert_eq!(output(&[], &["p.txt"], &[]), Ok(vec![on(Table, "p.txt")]));
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
        assert!(output(&[Table], &[], &[Status::Fail]).unwrap_err().starts_with("--status"));
    }
}
