//! The evidence of an assessment: everything that somebody who was not there needs to make it again, and making it again.
//!
//! What is in a bundle follows from four things alone: the inventory, the settings, the texts of the checks, and what was
//! asked for (frameworks, period, the bundle before). So verifying is making the bundle anew and comparing bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use serde::Serialize;
use serde_json::Value;

use super::judge;
use crate::analysis::analyse;
use crate::checks::{CheckErrors, CheckSource, Library, Selection};
use crate::evidence::{Bundle, Digest, Entry, MANIFEST_SCHEMA, Manifest, Period};
use crate::model::facts::{Fact, Facts, SubjectKind};
use crate::model::finding::Finding;
use crate::model::inventory::Inventory;
use crate::model::ledger::LedgerEntry;
use crate::model::posture::Posture;
use crate::model::settings::Settings;
use crate::reports::bundle::Head;
use crate::reports::matrix::{self, Matrix};
use crate::reports::{self, json};

/// What a bundle was asked to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// The frameworks that get a matrix; empty is all.
    pub frameworks: Vec<String>,
    /// The days that it speaks for.
    pub period: Option<Period>,
    /// The digest of the bundle before it.
    pub previous: Option<Digest>,
    /// The build of this palisade.
    pub build: Option<String>,
}

/// Why evidence could not be made, or made again.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// The inventory is from outside of the period.
    #[error(
        "the inventory was taken at {taken_at}, which is not within {period}: evidence for a period needs a scan made in it"
    )]
    OutsidePeriod {
        /// When it was taken.
        taken_at: jiff::Timestamp,
        /// The period.
        period: Period,
    },
    /// No such framework.
    #[error("there is no framework {id:?}; there are {}", known.join(", "))]
    UnknownFramework {
        /// As asked for.
        id: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// A check is broken.
    #[error(transparent)]
    Checks(#[from] CheckErrors),
    /// A file of the bundle is not what its name says.
    #[error("{path} in it cannot be read: {why}")]
    File {
        /// Its path.
        path: &'static str,
        /// Why.
        why: String,
    },
    /// It could not be written as text.
    #[error("the evidence could not be written: {0}")]
    Write(#[from] io::Error),
}

const INVENTORY: &str = "inventory.json";
const SETTINGS: &str = "config/settings.json";
const POSTURE: &str = "posture.json";
/// Where palisade's own checks lie.
const OWN_CHECKS: &str = "checks/palisade/";
/// Where the user's own lie.
const CUSTOM_CHECKS: &str = "checks/custom/";

/// The palisade that judges here.
const TOOL: &str = concat!("palisade ", env!("CARGO_PKG_VERSION"));

/// Makes the bundle, unsigned: judges the inventory by all of these checks and keeps what that rests on.
///
/// # Errors
/// [`EvidenceError`].
pub fn bundle(
    inventory: &Inventory,
    settings: &Settings,
    sources: &[CheckSource],
    asked: &Asked,
) -> Result<Bundle, EvidenceError> {
    if let Some(period) = asked.period.filter(|period| !period.holds(inventory.taken_at)) {
        return Err(EvidenceError::OutsidePeriod { taken_at: inventory.taken_at, period });
    }
    let library = Library::from_sources(sources)?;
    let facts = analyse(inventory, settings);
    let posture = judge(inventory, &facts, settings, &library, &Selection::default());
    let frameworks = chosen(&posture, &asked.frameworks)?;
    let matrices: Vec<Matrix> =
        frameworks.iter().map(|id| Matrix::new(id, &posture.checks, Some(&posture.findings))).collect();
    let mut files = data(inventory, settings, &facts, &posture)?;
    for matrix in &matrices {
        let name = matrix::file_name(&matrix.id);
        files.push(made(&format!("frameworks/{name}.json"), |out| matrix::write_json(matrix, out))?);
        files.push(text(&format!("frameworks/{name}.md"), matrix::markdown(matrix)));
    }
    files.push(made("oscal/assessment-results.json", |out| reports::oscal::write(&posture, out))?);
    for source in sources {
        let folder = if source.built_in { OWN_CHECKS } else { CUSTOM_CHECKS };
        files.push(text(&format!("{folder}{}", source.path), source.text.clone()));
    }
    let head = Head {
        build: asked.build.clone(),
        period: asked.period.map(|period| period.to_string()),
        previous: asked.previous.as_ref().map(ToString::to_string),
        files: files.iter().map(|file| file.path.clone()).collect(),
    };
    // What a reader opens first stands first.
    let mut all = vec![
        text("index.md", reports::bundle::markdown(&posture, &matrices, &head)),
        text("index.html", reports::bundle::html(&posture, &matrices, &head)),
    ];
    all.extend(files);
    let manifest = Manifest {
        schema: MANIFEST_SCHEMA.to_owned(),
        tool: TOOL.to_owned(),
        build: asked.build.clone(),
        taken_at: inventory.taken_at,
        organization: posture.organization.as_ref().map(|organization| organization.id.clone()),
        period: asked.period,
        frameworks,
        previous: asked.previous.clone(),
        files: Vec::new(),
    };
    Ok(Bundle::new(manifest, all))
}

/// The frameworks asked for, each once, in the order of the list; all where none is.
fn chosen(posture: &Posture, asked: &[String]) -> Result<Vec<String>, EvidenceError> {
    let known = matrix::frameworks(&posture.checks);
    if let Some(id) = asked.iter().find(|id| !known.contains(id)) {
        return Err(EvidenceError::UnknownFramework { id: id.chars().take(80).collect(), known });
    }
    Ok(known.into_iter().filter(|id| asked.is_empty() || asked.contains(id)).collect())
}

/// What was read, what follows, and what was judged of it.
fn data(
    inventory: &Inventory,
    settings: &Settings,
    facts: &Facts,
    posture: &Posture,
) -> Result<Vec<Entry>, EvidenceError> {
    let places = places(facts);
    let place = |finding: &Finding| {
        places
            .get(&(finding.subject.kind.as_str(), finding.subject.arn.as_str()))
            .map(|(list, at)| format!("/{list}/{at}"))
    };
    let ledger = Ledger { schema: "palisade.ledger/1", calls: &posture.ledger };
    Ok(vec![
        made(POSTURE, |out| json::write(posture, &[], out))?,
        made("explanations.ndjson", |out| json::explanations::write(posture, &place, out))?,
        made("facts.json", |out| json::write_lines(facts, out))?,
        made(INVENTORY, |out| pretty(inventory, out))?,
        made("ledger.json", |out| json::write_lines(&ledger, out))?,
        made("waivers.json", |out| pretty(&posture.waivers, out))?,
        made(SETTINGS, |out| pretty(settings, out))?,
    ])
}

#[derive(Serialize)]
struct Ledger<'a> {
    schema: &'static str,
    calls: &'a [LedgerEntry],
}

fn pretty(value: &impl Serialize, out: &mut Vec<u8>) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value).map_err(io::Error::from)?;
    out.push(b'\n');
    Ok(())
}

fn made(path: &str, write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> io::Result<Entry> {
    let mut content = Vec::new();
    write(&mut content)?;
    Ok(Entry { path: path.to_owned(), content })
}

fn text(path: &str, text: String) -> Entry {
    Entry { path: path.to_owned(), content: text.into_bytes() }
}

/// Where the facts of each subject stand in facts.json: its list, and its place there.
fn places(facts: &Facts) -> BTreeMap<(&str, &str), (&'static str, usize)> {
    fn add<'a, T>(
        places: &mut BTreeMap<(&'a str, &'a str), (&'static str, usize)>,
        list: &'static str,
        facts: &'a [Fact<T>],
    ) {
        for (at, fact) in facts.iter().enumerate() {
            places.entry((SubjectKind::as_str(fact.subject.kind), &fact.subject.arn)).or_insert((list, at));
        }
    }
    let mut places = BTreeMap::new();
    add(&mut places, "organizations", &facts.organizations);
    add(&mut places, "accounts", &facts.accounts);
    add(&mut places, "account_regions", &facts.account_regions);
    add(&mut places, "account_services", &facts.account_services);
    add(&mut places, "resources", &facts.resources);
    add(&mut places, "global_clusters", &facts.global_clusters);
    add(&mut places, "snapshots", &facts.snapshots);
    add(&mut places, "keys", &facts.keys);
    add(&mut places, "vaults", &facts.vaults);
    add(&mut places, "state_buckets", &facts.state_buckets);
    add(&mut places, "state_objects", &facts.state_objects);
    add(&mut places, "lock_tables", &facts.lock_tables);
    add(&mut places, "state_databases", &facts.state_databases);
    add(&mut places, "held_locks", &facts.held_locks);
    add(&mut places, "iam_roles", &facts.iam_roles);
    add(&mut places, "iam_users", &facts.iam_users);
    add(&mut places, "agents", &facts.agents);
    places
}

/// What came of judging a bundle's inventory anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reassessed {
    /// The palisade that judged now, with its build.
    pub tool: String,
    /// Whether it is the one that made the bundle.
    pub same_tool: bool,
    /// The files that came out otherwise, by path.
    pub differing: Vec<String>,
    /// Where verdicts came out otherwise: what each was and is.
    pub verdicts: Vec<String>,
    /// Palisade's own checks that are not those of the palisade that judged now, by path.
    pub other_checks: Vec<String>,
    /// How many verdicts came out.
    pub judged: usize,
}

/// The name of a palisade with its build.
#[must_use]
pub fn named(tool: &str, build: Option<&str>) -> String {
    build.map_or_else(|| tool.to_owned(), |build| format!("{tool} ({build})"))
}

/// Judges a bundle's inventory anew, by its own checks and settings.
///
/// # Errors
/// Where the bundle lacks what that takes, or holds something else under its name.
pub fn reassess(found: &Bundle, build: Option<&str>) -> Result<Reassessed, EvidenceError> {
    let inventory: Inventory = parsed(found, INVENTORY)?;
    let settings: Settings = parsed(found, SETTINGS)?;
    let sources = sources(found)?;
    let manifest = &found.manifest;
    let asked = Asked {
        frameworks: manifest.frameworks.clone(),
        period: manifest.period,
        previous: manifest.previous.clone(),
        build: manifest.build.clone(),
    };
    let again = bundle(&inventory, &settings, &sources, &asked)?;
    let same_tool = manifest.tool == TOOL && manifest.build.as_deref() == build;
    let files = |bundle: &'_ Bundle| -> BTreeMap<String, Digest> {
        bundle.files.iter().map(|file| (file.path.clone(), Digest::of(&file.content))).collect()
    };
    let (was, is) = (files(found), files(&again));
    let mut differing: BTreeSet<String> =
        was.keys().chain(is.keys()).filter(|path| was.get(*path) != is.get(*path)).cloned().collect();
    // The list of files is made with the others; what else the manifest says follows from the inventory too.
    let head = |manifest: &Manifest| Manifest { files: Vec::new(), ..manifest.clone() };
    if same_tool && head(manifest) != head(&again.manifest) {
        differing.insert(crate::evidence::MANIFEST.to_owned());
    }
    let (before, now) = (verdicts(found)?, verdicts(&again)?);
    Ok(Reassessed {
        tool: named(TOOL, build),
        same_tool,
        differing: differing.into_iter().collect(),
        verdicts: changed(&before, &now),
        other_checks: other_checks(&sources)?,
        judged: now.len(),
    })
}

fn parsed<T: serde::de::DeserializeOwned>(bundle: &Bundle, path: &'static str) -> Result<T, EvidenceError> {
    let wrong = |why: String| EvidenceError::File { path, why };
    let bytes = bundle.file(path).ok_or_else(|| wrong("it is missing".to_owned()))?;
    serde_json::from_slice(bytes).map_err(|error| wrong(error.to_string()))
}

/// The checks that a bundle holds.
fn sources(bundle: &Bundle) -> Result<Vec<CheckSource>, EvidenceError> {
    let mut sources = Vec::new();
    for file in &bundle.files {
        let below = [(true, OWN_CHECKS), (false, CUSTOM_CHECKS)];
        let found = below.iter().find_map(|(own, folder)| Some((*own, file.path.strip_prefix(folder)?)));
        let Some((built_in, path)) = found else { continue };
        let text = String::from_utf8(file.content.clone())
            .map_err(|_| EvidenceError::File { path: "checks/", why: format!("{} is no text", file.path) })?;
        sources.push(CheckSource { built_in, path: path.to_owned(), text });
    }
    sources.sort();
    Ok(sources)
}

/// Those of palisade's own that are not as this palisade has them, or that one of the two lacks.
fn other_checks(sources: &[CheckSource]) -> Result<Vec<String>, EvidenceError> {
    let theirs: BTreeSet<&CheckSource> = sources.iter().filter(|source| source.built_in).collect();
    let own = Library::sources(&[])?;
    let ours: BTreeSet<&CheckSource> = own.iter().collect();
    let paths: BTreeSet<&str> = theirs.symmetric_difference(&ours).map(|source| source.path.as_str()).collect();
    Ok(paths.into_iter().map(|path| format!("{OWN_CHECKS}{path}")).collect())
}

/// A verdict's check, account, region and subject.
type Place = (String, String, String, String);

/// The verdicts of a bundle's posture.
fn verdicts(bundle: &Bundle) -> Result<BTreeMap<Place, String>, EvidenceError> {
    let posture: Value = parsed(bundle, POSTURE)?;
    let findings = posture.get("findings").and_then(Value::as_array);
    let findings =
        findings.ok_or_else(|| EvidenceError::File { path: POSTURE, why: "it has no findings".to_owned() })?;
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let verdict = |finding: &Value| {
        let arn = finding.get("subject").and_then(|subject| subject.get("arn"));
        let place = (text(finding.get("check")), text(finding.get("account")), text(finding.get("region")), text(arn));
        let waived = if finding.get("waived").is_some_and(|waived| !waived.is_null()) { ", waived" } else { "" };
        (place, format!("{} {}{waived}", text(finding.get("severity")), text(finding.get("status"))))
    };
    Ok(findings.iter().map(verdict).collect())
}

fn changed(before: &BTreeMap<Place, String>, now: &BTreeMap<Place, String>) -> Vec<String> {
    let places: BTreeSet<&Place> = before.keys().chain(now.keys()).collect();
    let absent = "absent".to_owned();
    places
        .into_iter()
        .filter_map(|place| {
            let (was, is) = (before.get(place).unwrap_or(&absent), now.get(place).unwrap_or(&absent));
            (was != is).then(|| format!("{} on {}: {was} in the bundle, {is} now", place.0, place.3))
        })
        .collect()
}

#[cfg(test)]
mod tests;
