//! From files to compiled checks. Every fault of every file is found before the first is reported.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::error::{CheckError, CheckErrors, Problem};
use super::metadata::{self, Metadata};
use super::rego::{self, Module, Program};
use super::{embedded, names, sandbox};
use crate::model::facts::SubjectKind;
use crate::model::finding::Layer;

/// A check, ready to judge.
#[derive(Debug, Clone)]
pub struct Check {
    /// What it says of itself.
    pub metadata: Metadata,
    /// Its file: a path in palisade's own `checks/`, or as found under `--checks`.
    pub file: String,
    /// Whether it is one of palisade's own.
    pub built_in: bool,
    /// Its whole text, for whoever wants to read the rule.
    pub text: String,
    pub(super) program: Program,
}

/// Where a file lies below its root.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// `lib/<name>.rego`
    Shared(String),
    /// `<layer>/<name>.rego`, or `plan/<name>.rego` for a check of plans
    Check(Folder, String),
    /// `<folder>/<name>_test.rego`, or a test of shared rules (without a folder).
    Test(Option<Folder>, String),
}

/// A folder that checks lie in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Folder {
    /// Those of a layer.
    Layer(Layer),
    /// Those of plans, which `palisade ready --plan` alone runs.
    Plan,
}

impl Folder {
    fn of(name: &str) -> Option<Self> {
        if name == "plan" { Some(Self::Plan) } else { name.parse().ok().map(Self::Layer) }
    }
}

impl std::fmt::Display for Folder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Layer(layer) => layer.fmt(f),
            Self::Plan => f.write_str("plan"),
        }
    }
}

impl Place {
    /// From a path below the root.
    fn of(relative: &str) -> Option<Self> {
        let (folder, file) = relative.split_once('/')?;
        let stem = file.strip_suffix(".rego")?;
        let snake = |name: &str| {
            name.starts_with(|c: char| c.is_ascii_lowercase())
                && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        };
        if !snake(stem) {
            return None;
        }
        let place = Folder::of(folder);
        match (place, stem.strip_suffix("_test")) {
            (None, _) if folder != "lib" => None,
            (place, Some(tested)) => Some(Self::Test(place, tested.to_owned())),
            (Some(place), None) => Some(Self::Check(place, stem.to_owned())),
            (None, None) => Some(Self::Shared(stem.to_owned())),
        }
    }

    /// The package that the place asks for.
    fn package(&self) -> String {
        match self {
            Self::Shared(name) => format!("palisade.lib.{name}"),
            Self::Check(folder, name) => format!("palisade.{folder}.{name}"),
            Self::Test(Some(folder), name) => format!("palisade.{folder}.{name}_test"),
            Self::Test(None, name) => format!("palisade.lib.{name}_test"),
        }
    }
}

/// A file that was found.
pub(super) struct Source {
    place: Place,
    built_in: bool,
    pub(super) module: Module,
    /// The package that its path asks for.
    pub(super) package: String,
}

impl Source {
    /// Whether this is the test of `checked`.
    pub(super) fn tests(&self, checked: &Source) -> bool {
        self.built_in == checked.built_in
            && match (&self.place, &checked.place) {
                (Place::Test(Some(a), test), Place::Check(b, name)) => a == b && test == name,
                (Place::Test(None, test), Place::Shared(name)) => test == name,
                _ => false,
            }
    }
}

/// Every file, sorted by what it is.
pub(super) struct Sources {
    /// Shared rules.
    pub(super) shared: Vec<Source>,
    /// Checks.
    pub(super) checks: Vec<Source>,
    /// Tests.
    pub(super) tests: Vec<Source>,
}

/// The text of a file that judging needs, apart from where it came from: what is kept of a judgement, so that it can be made
/// again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CheckSource {
    /// Whether it is one of palisade's own.
    pub built_in: bool,
    /// Its path below its root: `<layer>/<name>.rego` or `lib/<name>.rego`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// The checks and shared rules of palisade itself and of the given directories, in order; their tests judge nothing and are
/// left out.
pub(super) fn sources(directories: &[PathBuf]) -> Result<Vec<CheckSource>, CheckErrors> {
    let mut errors = Vec::new();
    let own = embedded::FILES.iter().map(|(path, text)| (true, (*path).to_owned(), (*text).to_owned()));
    let mut found: Vec<_> = own.collect();
    for file in directories.iter().flat_map(|directory| files_under(directory)) {
        match file {
            Ok((path, module)) => found.push((false, path, module.text)),
            Err(error) => errors.push(error),
        }
    }
    if !errors.is_empty() {
        return Err(CheckErrors(errors));
    }
    let judging = |path: &str| !matches!(Place::of(path), Some(Place::Test(..)));
    let kept = found.into_iter().filter(|(_, path, _)| judging(path));
    let mut sources: Vec<CheckSource> =
        kept.map(|(built_in, path, text)| CheckSource { built_in, path, text }).collect();
    sources.sort();
    Ok(sources)
}

impl Sources {
    /// Texts that are at hand. What each was called is forgotten: a bundle's checks are named by the bundle.
    fn at_hand(texts: &[CheckSource]) -> (Self, Vec<CheckError>) {
        let (mut all, mut errors) = (Vec::new(), Vec::new());
        for CheckSource { built_in, path, text } in texts {
            let root = if *built_in { "checks" } else { "checks/custom" };
            let module = Module { file: format!("{root}/{path}"), text: text.clone() };
            add(&mut all, &mut errors, path, module, *built_in);
        }
        (Self::sorted(all), errors)
    }

    /// Reads palisade's own files and those under the given directories.
    pub(super) fn read(directories: &[PathBuf]) -> (Self, Vec<CheckError>) {
        let mut errors = Vec::new();
        let mut all = Vec::new();
        for (relative, text) in embedded::FILES {
            let module = Module { file: format!("checks/{relative}"), text: (*text).to_owned() };
            add(&mut all, &mut errors, relative, module, true);
        }
        for directory in directories {
            for file in files_under(directory) {
                match file {
                    Ok((relative, module)) => add(&mut all, &mut errors, &relative, module, false),
                    Err(error) => errors.push(error),
                }
            }
        }
        (Self::sorted(all), errors)
    }

    fn sorted(all: Vec<Source>) -> Self {
        let mut sources = Self { shared: Vec::new(), checks: Vec::new(), tests: Vec::new() };
        for source in all {
            match source.place {
                Place::Shared(_) => sources.shared.push(source),
                Place::Check(..) => sources.checks.push(source),
                Place::Test(..) => sources.tests.push(source),
            }
        }
        sources
    }

    /// The shared modules.
    pub(super) fn shared_modules(&self) -> Vec<Module> {
        self.shared.iter().map(|source| source.module.clone()).collect()
    }
}

fn add(all: &mut Vec<Source>, errors: &mut Vec<CheckError>, relative: &str, module: Module, built_in: bool) {
    match Place::of(relative) {
        Some(place) => all.push(Source { package: place.package(), place, built_in, module }),
        None => errors.push(CheckError { file: module.file, line: None, problem: Problem::Misplaced }),
    }
}

/// The `.rego` files of a directory and of the directories in it, in order of name: (path below it, text), or what is
/// wrong with one of them.
fn files_under(directory: &Path) -> Vec<Result<(String, Module), CheckError>> {
    let fault = |path: &Path, problem: Problem| CheckError { file: path.display().to_string(), line: None, problem };
    let unreadable = |path: &Path, error: &std::io::Error| fault(path, Problem::Unreadable(error.to_string()));
    let list = |path: &Path| -> Result<Vec<PathBuf>, CheckError> {
        let entries = std::fs::read_dir(path).map_err(|error| unreadable(path, &error))?;
        let paths: Result<Vec<PathBuf>, _> = entries.map(|entry| entry.map(|entry| entry.path())).collect();
        let mut paths = paths.map_err(|error| unreadable(path, &error))?;
        paths.sort();
        Ok(paths)
    };
    let top = match list(directory) {
        Ok(top) => top,
        Err(error) => return vec![Err(error)],
    };
    let mut found = Vec::new();
    for path in top {
        // Hidden directories are version control and editors', not checks.
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if path.is_dir() && !hidden {
            match list(&path) {
                Ok(paths) => found.extend(paths.into_iter().map(Ok)),
                Err(error) => found.push(Err(error)),
            }
        } else {
            found.push(Ok(path));
        }
    }
    let rego = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "rego");
    found.retain(|path| path.as_ref().map_or(true, rego));
    // Who names a directory means that its checks judge; one that holds none would end in a green that nobody meant.
    if found.is_empty() {
        return vec![Err(fault(directory, Problem::NoChecks))];
    }
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
        let below = path.strip_prefix(directory).unwrap_or(&path).components();
        let relative: Vec<String> = below.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
        Ok((relative.join("/"), Module { file: path.display().to_string(), text }))
    };
    found.into_iter().map(|path| path.and_then(read)).collect()
}

/// Reads, validates and compiles every check.
pub(super) fn load(directories: &[PathBuf]) -> Result<Vec<Check>, CheckErrors> {
    let (sources, errors) = Sources::read(directories);
    compile(&sources, errors)
}

/// As [`load`], from texts at hand alone.
pub(super) fn load_texts(texts: &[CheckSource]) -> Result<Vec<Check>, CheckErrors> {
    let (sources, errors) = Sources::at_hand(texts);
    compile(&sources, errors)
}

fn compile(sources: &Sources, mut errors: Vec<CheckError>) -> Result<Vec<Check>, CheckErrors> {
    for source in sources.shared.iter().chain(&sources.tests) {
        errors.extend(package_fault(source));
    }
    for source in &sources.shared {
        errors.extend(forbidden_calls(source));
    }
    let shared = sources.shared_modules();
    let mut taken: BTreeMap<String, String> = BTreeMap::new();
    for source in sources.shared.iter().chain(&sources.checks) {
        if let Some(other) = taken.insert(source.package.clone(), source.module.file.clone()) {
            let problem = Problem::Duplicate { id: source.package.clone(), other };
            errors.push(CheckError { file: source.module.file.clone(), line: None, problem });
        }
    }
    let mut checks = Vec::new();
    for source in &sources.checks {
        match check(source, &shared) {
            Ok(check) => checks.push(check),
            Err(faults) => errors.extend(faults),
        }
    }
    if errors.is_empty() {
        checks.sort_by(|a, b| a.metadata.id.cmp(&b.metadata.id));
        Ok(checks)
    } else {
        errors.sort();
        errors.dedup();
        Err(CheckErrors(errors))
    }
}

fn error(source: &Source, line: Option<u32>, problem: Problem) -> CheckError {
    CheckError { file: source.module.file.clone(), line, problem }
}

fn forbidden_calls(source: &Source) -> Vec<CheckError> {
    sandbox::calls(&source.module.text).into_iter().map(|(line, problem)| error(source, Some(line), problem)).collect()
}

fn package_fault(source: &Source) -> Option<CheckError> {
    match rego::package(&source.module) {
        Ok(found) if found == source.package => None,
        Ok(found) => {
            let line =
                source.module.text.lines().zip(1..).find(|(line, _)| line.starts_with("package ")).map(|(_, at)| at);
            Some(error(source, line, Problem::Package { found, wanted: source.package.clone() }))
        }
        Err((line, problem)) => Some(error(source, line, problem)),
    }
}

/// One check, or everything that is wrong with it.
fn check(source: &Source, shared: &[Module]) -> Result<Check, Vec<CheckError>> {
    let mut errors = forbidden_calls(source);
    errors.extend(package_fault(source));
    let metadata = match metadata::read(&source.module.text) {
        Ok(metadata) => {
            errors.extend(identity_faults(source, &metadata));
            Some(metadata)
        }
        Err(faults) => {
            errors.extend(faults.into_iter().map(|(line, problem)| error(source, line, problem)));
            None
        }
    };
    if let (Some(metadata), true) = (metadata, errors.is_empty()) {
        return match rego::compile(shared, &source.module, &source.package) {
            Ok((program, rules)) => {
                let astray = names::astray(&source.module.text, &rules);
                if !astray.is_empty() {
                    return Err(astray.into_iter().map(|(line, problem)| error(source, Some(line), problem)).collect());
                }
                Ok(Check {
                    metadata,
                    file: source.module.file.clone(),
                    built_in: source.built_in,
                    text: source.module.text.clone(),
                    program,
                })
            }
            Err((line, problem)) => Err(vec![error(source, line, problem)]),
        };
    }
    Err(errors)
}

/// One name for a check everywhere: id = path = package.
fn identity_faults(source: &Source, metadata: &Metadata) -> Vec<CheckError> {
    let Place::Check(folder, name) = &source.place else { return Vec::new() };
    let mut faults = Vec::new();
    let id = format!("{folder}-{}", name.replace('_', "-"));
    if metadata.id != id {
        let message = format!("is {:?}, but the path makes it {id:?}", metadata.id);
        faults.push(error(source, None, Problem::Key { key: "id", message }));
    }
    let of_plans = metadata.subjects.contains(&SubjectKind::PlannedChange);
    match folder {
        Folder::Layer(layer) if metadata.layer != *layer => {
            let message = format!("is {}, but the file lies in {layer}/", metadata.layer);
            faults.push(error(source, None, Problem::Key { key: "layer", message }));
        }
        Folder::Plan if !of_plans || metadata.subjects.len() > 1 => {
            let message = "must be planned_change alone: what lies in plan/ judges plans".to_owned();
            faults.push(error(source, None, Problem::Key { key: "subject", message }));
        }
        Folder::Layer(_) if of_plans => {
            let message = "names planned_change, which checks in plan/ alone judge".to_owned();
            faults.push(error(source, None, Problem::Key { key: "subject", message }));
        }
        _ => {}
    }
    faults
}
