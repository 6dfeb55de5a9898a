//! `# PALISADE-OVERRIDE: reason` on the resource blocks of a configuration. The one file that names hcl-edit.
//!
//! Of a configuration nothing else is read: which blocks there are, which modules lie in which local directories, and these comments.
//! A comment counts directly above its block, or within it beside its arguments. Modules are followed where their source is a local
//! directory (`./…`, `../…`), as deep as [`DEPTH`]; what comes from a registry has no comments here.
//! <https://developer.hashicorp.com/terraform/language/modules/sources#local-paths>

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use hcl_edit::structure::{Block, Body, Structure};
use hcl_edit::{Decorate, Span};

use crate::model::ready::Override;

/// What the comment begins with.
pub const OVERRIDE_MARK: &str = "PALISADE-OVERRIDE";

/// The deepest that modules are followed.
const DEPTH: usize = 16;

/// The longest file that is read, in bytes.
const LONGEST: u64 = 4 << 20;

/// The most files that are read.
const FILES: usize = 10_000;

/// The comments of a configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Commented {
    /// The overrides, in order of place.
    pub overrides: Vec<Override>,
    /// What could not be read, in words: comments there override nothing.
    pub notes: Vec<String>,
}

/// Why a configuration has no comments to read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The directory cannot be read.
    #[error("{0}; --source takes the directory in which the root module's .tf files lie")]
    Unreadable(std::io::Error),
    /// It holds no configuration.
    #[error("it holds no .tf file: --source takes the directory in which the root module's .tf files lie")]
    NoFiles,
}

/// Reads the comments of the configuration in a directory.
///
/// # Errors
/// [`SourceError`] where the directory is none of a configuration. What of it cannot be read is a note.
pub fn read_comments(directory: &Path) -> Result<Commented, SourceError> {
    let files = files(directory).map_err(SourceError::Unreadable)?;
    if files.is_empty() {
        return Err(SourceError::NoFiles);
    }
    let mut reader = Reader { told: Commented::default(), left: FILES };
    reader.module(directory, files, "", 0);
    let mut told = reader.told;
    told.overrides.sort_by(|a, b| (&a.place, &a.resource).cmp(&(&b.place, &b.resource)));
    told.notes.sort();
    told.notes.dedup();
    Ok(told)
}

/// The files of a module, in order of name.
fn files(directory: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = BTreeSet::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let hcl = path.extension().is_some_and(|extension| extension == "tf" || extension == "tofu");
        if hcl && path.is_file() {
            files.insert(path);
        }
    }
    Ok(files.into_iter().collect())
}

struct Reader {
    told: Commented,
    left: usize,
}

impl Reader {
    fn module(&mut self, directory: &Path, files: Vec<PathBuf>, prefix: &str, depth: usize) {
        for file in files {
            if self.left == 0 {
                self.told.notes.push(format!("more than {FILES} files: comments in the others override nothing"));
                return;
            }
            self.left -= 1;
            match read(&file) {
                Ok((text, body)) => self.body(directory, &file, &text, &body, prefix, depth),
                Err(why) => {
                    self.told
                        .notes
                        .push(format!("{} was not read ({why}): comments in it override nothing", file.display()));
                }
            }
        }
    }

    fn body(&mut self, directory: &Path, file: &Path, text: &str, body: &Body, prefix: &str, depth: usize) {
        for block in body.iter().filter_map(Structure::as_block) {
            let labels: Vec<&str> = block.labels.iter().map(|label| label.as_str()).collect();
            match (block.ident.as_str(), labels.as_slice()) {
                ("resource", [kind, name]) => {
                    let place = format!("{}:{}", file.display(), line(text, block));
                    self.told.overrides.extend(reasons(block).into_iter().map(|reason| Override {
                        resource: format!("{prefix}{kind}.{name}"),
                        action: None,
                        reason,
                        owner: None,
                        expires: None,
                        place: place.clone(),
                    }));
                }
                ("module", [name]) => self.call(directory, file, block, &format!("{prefix}module.{name}."), depth),
                _ => {}
            }
        }
    }

    /// A module whose source is a local directory.
    fn call(&mut self, directory: &Path, file: &Path, block: &Block, prefix: &str, depth: usize) {
        let source = block.body.get_attribute("source").and_then(|one| one.value.as_str());
        let Some(source) = source.filter(|source| source.starts_with("./") || source.starts_with("../")) else {
            return;
        };
        let inner = directory.join(source);
        if depth >= DEPTH {
            self.told.notes.push(format!(
                "modules below {} are nested too deep: comments in them override nothing",
                inner.display()
            ));
            return;
        }
        match files(&inner) {
            Ok(files) => self.module(&inner, files, prefix, depth + 1),
            Err(error) => self.told.notes.push(format!(
                "the module {} of {} was not read ({error}): comments in it override nothing",
                inner.display(),
                file.display()
            )),
        }
    }
}

fn read(file: &Path) -> Result<(String, Body), String> {
    let mut text = String::new();
    let opened = fs::File::open(file).map_err(|error| error.to_string())?;
    opened.take(LONGEST + 1).read_to_string(&mut text).map_err(|error| error.to_string())?;
    if u64::try_from(text.len()).unwrap_or(u64::MAX) > LONGEST {
        return Err(format!("it has more than {LONGEST} bytes"));
    }
    let body =
        hcl_edit::parser::parse_body(&text).map_err(|error| format!("line {} is no HCL", error.location().line()))?;
    Ok((text, body))
}

/// The line that a block begins on.
fn line(text: &str, block: &Block) -> usize {
    let at = block.span().map_or(0, |span| span.start);
    text.get(..at).unwrap_or_default().matches('\n').count() + 1
}

/// The reasons that the comments of a block give.
fn reasons(block: &Block) -> Vec<String> {
    let text = |raw: Option<&hcl_edit::RawString>| raw.map(|raw| raw.to_string()).unwrap_or_default();
    // What a blank line parts from the block is about something else.
    let above = text(block.decor().prefix());
    let mut found: Vec<String> = Vec::new();
    let near: Vec<&str> =
        above.trim_end_matches([' ', '\t']).lines().rev().take_while(|line| !line.trim().is_empty()).collect();
    found.extend(near.into_iter().rev().filter_map(reason));
    let mut inside = vec![text(block.body.decor().prefix())];
    for structure in block.body.iter() {
        inside.push(text(structure.decor().prefix()));
        inside.push(text(structure.decor().suffix()));
    }
    inside.push(text(block.body.decor().suffix()));
    inside.push(text(block.decor().suffix()));
    found.extend(inside.iter().flat_map(|text| text.lines()).filter_map(reason));
    found
}

/// The reason of one line of comment.
fn reason(line: &str) -> Option<String> {
    let line = line.trim();
    let comment = line.strip_prefix('#').or_else(|| line.strip_prefix("//")).or_else(|| line.strip_prefix("/*"))?;
    let rest = comment.trim_end_matches("*/").trim().strip_prefix(OVERRIDE_MARK)?;
    // Without a colon there is no reason, which is told as such.
    match rest.strip_prefix(':') {
        Some(reason) => Some(reason.trim().to_owned()),
        None if rest.trim().is_empty() => Some(String::new()),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(files: &[(&str, &str)]) -> (Vec<(String, String)>, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let told = read_comments(folder.path()).unwrap();
        let here = folder.path().display().to_string();
        let notes = told.notes.into_iter().map(|note| note.replace(&here, "F")).collect();
        (told.overrides.into_iter().map(|one| (one.resource, one.reason)).collect(), notes)
    }

    #[test]
    fn a_comment_on_a_block_is_its_override() {
        let text = "# PALISADE-OVERRIDE: of nothing\n\n# a note\n# PALISADE-OVERRIDE: engine upgrade\nresource \"aws_db_instance\" \"main\" {\n  \
                    engine = \"postgres\"\n}\n\nresource \"aws_s3_bucket\" \"b\" { # PALISADE-OVERRIDE: at the head\n  bucket = \"b\"\n}\n\
                    resource \"aws_s3_bucket\" \"c\" {\n  // PALISADE-OVERRIDE: inside\n  bucket = \"c\" # PALISADE-OVERRIDE: beside\n  \
                    # PALISADE-OVERRIDE\n}\nresource \"aws_s3_bucket\" \"d\" {\n  bucket = \"PALISADE-OVERRIDE: a value\"\n}\n\
                    data \"aws_s3_bucket\" \"e\" {\n  # PALISADE-OVERRIDE: of data\n  bucket = \"e\"\n}\n# PALISADE-OVERRIDES: another word\n\
                    resource \"aws_s3_bucket\" \"f\" {}\n";
        let (overrides, notes) = told(&[("main.tf", text)]);
        let want = [
            ("aws_db_instance.main", "engine upgrade"),
            ("aws_s3_bucket.b", "at the head"),
            ("aws_s3_bucket.c", "inside"),
            ("aws_s3_bucket.c", "beside"),
            ("aws_s3_bucket.c", ""),
        ];
        let mut found = overrides;
        found.sort();
        let mut want: Vec<(String, String)> = want.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        want.sort();
        assert_eq!(found, want);
        assert!(notes.is_empty(), "{notes:?}");
    }

    #[test]
    fn modules_in_local_directories_are_followed() {
        let root = "module \"db\" {\n  source = \"./modules/db\"\n}\nmodule \"net\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n}\n\
                    module \"gone\" {\n  source = \"./gone\"\n}\n";
        let inner = "module \"deep\" {\n  source = \"../deep\"\n}\n# PALISADE-OVERRIDE: a\nresource \"aws_db_instance\" \"x\" {}\n";
        let deep = "# PALISADE-OVERRIDE: b\nresource \"aws_s3_bucket\" \"y\" {}\nmodule \"again\" {\n  source = \"../deep\"\n}\n";
        let (overrides, notes) =
            told(&[("main.tf", root), ("modules/db/main.tf", inner), ("modules/deep/main.tofu", deep)]);
        assert!(overrides.contains(&("module.db.aws_db_instance.x".to_owned(), "a".to_owned())), "{overrides:?}");
        assert!(
            overrides.contains(&("module.db.module.deep.aws_s3_bucket.y".to_owned(), "b".to_owned())),
            "{overrides:?}"
        );
        // A module that calls itself ends somewhere.
        assert!(notes.iter().any(|note| note.contains("nested too deep")), "{notes:?}");
        assert!(
            notes.iter().any(|note| note.starts_with("the module F/./gone of F/main.tf was not read")),
            "{notes:?}"
        );
    }

    #[test]
    fn what_is_no_hcl_is_told_with_its_line() {
        let (overrides, notes) = told(&[
            ("a.tf", "# PALISADE-OVERRIDE: x\nresource \"a\" \"b\" {}\n"),
            ("b.tf", "resource \"a\" {\n  = 3\n}\n"),
        ]);
        assert_eq!(overrides.len(), 1);
        assert_eq!(notes, ["F/b.tf was not read (line 2 is no HCL): comments in it override nothing"]);
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(read_comments(folder.path()), Err(SourceError::NoFiles)));
        assert!(matches!(read_comments(&folder.path().join("none")), Err(SourceError::Unreadable(_))));
        let deep = format!("a = {}1{}", "[".repeat(5_000), "]".repeat(5_000));
        let (_, notes) = told(&[("deep.tf", &deep)]);
        assert_eq!(notes.len(), 1, "{notes:?}");
    }

    proptest! {
        #[test]
        fn whatever_stands_there_is_read_or_told(text in "\\PC{0,120}|[a-z \"{}=#\n]{0,120}") {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join("main.tf"), text).unwrap();
            let told = read_comments(folder.path()).unwrap();
            prop_assert!(told.notes.len() <= 1);
        }
    }
}
