//! Where a report goes: standard output, a file, a folder, an object in S3, or a prefix there.

use std::path::{Path, PathBuf};

use super::files::is_pipe;
use crate::model::sink::S3Place;

/// A place as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A file, or `-` for standard output.
    File(PathBuf),
    /// A folder: each report in it gets a name of its own.
    Folder(PathBuf),
    /// An object, or a prefix below which each report gets a name of its own.
    S3(S3Place),
}

/// Where one report goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// A file, or `-` for standard output.
    File(PathBuf),
    /// An object.
    Object(S3Place),
}

impl Place {
    /// `s3://bucket/prefix/`, `s3://bucket/key`, a folder (its name ends in a slash, or it is there), a file or `-`.
    ///
    /// # Errors
    /// What begins with `s3://` and is no place in S3.
    pub(super) fn new(given: &Path) -> Result<Self, String> {
        match given.to_str() {
            Some(url) if url.starts_with("s3://") => url.parse().map(Self::S3),
            Some(path) if path.ends_with(std::path::MAIN_SEPARATOR) => Ok(Self::Folder(given.to_owned())),
            _ if !is_pipe(given) && given.is_dir() => Ok(Self::Folder(given.to_owned())),
            _ => Ok(Self::File(given.to_owned())),
        }
    }

    /// Whether it has room for several reports.
    pub(super) fn holds_many(&self) -> bool {
        match self {
            Self::File(_) => false,
            Self::Folder(_) => true,
            Self::S3(place) => place.is_prefix(),
        }
    }

    /// The place of a report that would be called `name` where it has no name.
    pub(super) fn target(&self, name: &str) -> Target {
        match self {
            Self::File(path) => Target::File(path.clone()),
            Self::Folder(path) => Target::File(path.join(name)),
            Self::S3(place) if place.is_prefix() => Target::Object(place.below(name)),
            Self::S3(place) => Target::Object(place.clone()),
        }
    }

    /// What the place is called, for a person.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::File(path) if is_pipe(path) => "standard output".to_owned(),
            Self::File(path) | Self::Folder(path) => path.display().to_string(),
            Self::S3(place) => place.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_what_its_name_says() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Place::new(Path::new("-")), Ok(Place::File("-".into())));
        assert_eq!(Place::new(Path::new("a.json")), Ok(Place::File("a.json".into())));
        assert_eq!(Place::new(Path::new("new/")), Ok(Place::Folder("new/".into())));
        assert!(Place::new(folder.path()).unwrap().holds_many());
        let prefix = Place::new(Path::new("s3://acme-reports/nightly/")).unwrap();
        assert!(prefix.holds_many());
        let object = "s3://acme-reports/nightly/palisade-1.json".parse().unwrap();
        assert_eq!(prefix.target("palisade-1.json"), Target::Object(object));
        assert!(!Place::new(Path::new("s3://acme-reports/a.json")).unwrap().holds_many());
        assert!(Place::new(Path::new("s3://")).unwrap_err().contains("no place in S3"));
    }
}
