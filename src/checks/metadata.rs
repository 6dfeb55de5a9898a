//! The METADATA of a check: OPA's comment block, under a closed schema. regorus skips comments, so it is read here.
//!
//! <https://www.openpolicyagent.org/docs/policy-language#metadata>

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::Deserialize;

use super::error::Problem;
use crate::model::facts::SubjectKind;
use crate::model::finding::{Layer, Severity};
use crate::model::framework::FRAMEWORKS;
use crate::model::operation::Collection;

/// How gaps count (design.md §7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EvidenceKind {
    /// Every fact counts: a gap makes the verdict unknown before the Rego is run.
    Each,
    /// A pass needs one witness: a fail with a gap is unknown.
    Exists,
    /// A pass needs all: a pass with a gap is unknown.
    Forall,
}

impl EvidenceKind {
    /// The word in METADATA.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Each => "each",
            Self::Exists => "exists",
            Self::Forall => "forall",
        }
    }
}

/// How to mend a failure without the console.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remediation {
    /// What to know before; absent where the commands say it all.
    pub note: Option<String>,
    /// In Terraform.
    pub terraform: String,
    /// With the AWS CLI.
    pub cli: String,
}

impl Metadata {
    /// How bad a failure is for a subject, where the verdict does not say otherwise.
    #[must_use]
    pub fn severity_for(&self, production: bool) -> Severity {
        match self.severity_outside_production {
            Some(outside) if !production => outside,
            _ => self.severity,
        }
    }
}

/// What a check says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// Its id: the layer and the name.
    pub id: String,
    /// What passes, in a few words.
    pub title: String,
    /// Why it matters and what is judged.
    pub description: String,
    /// The AWS pages that it follows.
    pub related_resources: Vec<String>,
    /// Its layer.
    pub layer: Layer,
    /// How bad a failure is, where the verdict does not say otherwise.
    pub severity: Severity,
    /// How bad a failure is where the subject's environment is known and is not production.
    pub severity_outside_production: Option<Severity>,
    /// The kinds of thing that get a verdict.
    pub subjects: Vec<SubjectKind>,
    /// The collections that the verdict rests on. Gaps elsewhere do not count.
    pub needs: Vec<Collection>,
    /// How gaps count.
    pub evidence: EvidenceKind,
    /// Paths of the subject that are shown as evidence.
    pub facts: Vec<String>,
    /// How to mend a failure.
    pub remediation: Remediation,
    /// Framework → control ids.
    pub frameworks: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    title: String,
    description: String,
    scope: Option<String>,
    #[serde(default)]
    related_resources: Vec<RawResource>,
    custom: RawCustom,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawResource {
    Link(String),
    Described(Described),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    r#ref: String,
    #[serde(rename = "description")]
    _description: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCustom {
    id: String,
    layer: String,
    severity: String,
    severity_outside_production: Option<String>,
    subject: OneOrMore,
    needs: Vec<String>,
    evidence: String,
    facts: Vec<String>,
    remediation: Remediation,
    frameworks: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

/// The comment block: its YAML, and the line of the file that the YAML's first line is on.
struct Block {
    yaml: String,
    first_line: u32,
}

impl Block {
    /// The line of the file that a key stands on, or else of the block's head.
    fn line_of(&self, key: &str) -> u32 {
        let at = self
            .yaml
            .lines()
            .position(|line| line.trim_start().strip_prefix(key).is_some_and(|rest| rest.starts_with(':')));
        at.and_then(|at| u32::try_from(at).ok()).map_or(self.first_line, |at| self.first_line + at)
    }
}

/// Reads the METADATA of a check's text.
pub(super) fn read(text: &str) -> Result<Metadata, Vec<(Option<u32>, Problem)>> {
    let block = block(text).map_err(|fault| vec![fault])?;
    let raw: Raw = serde_saphyr::from_str(&block.yaml).map_err(|error| {
        let line = error
            .location()
            .and_then(|at| u32::try_from(at.line()).ok())
            .map(|line| block.first_line + line.saturating_sub(1));
        let message = error.without_snippet().to_string();
        vec![(line.or(Some(block.first_line)), Problem::Metadata(message.lines().collect::<Vec<_>>().join(" ")))]
    })?;
    let mut reader = Reader { block: &block, faults: Vec::new() };
    let metadata = reader.metadata(raw);
    match metadata {
        Some(metadata) if reader.faults.is_empty() => Ok(metadata),
        _ => Err(reader.faults),
    }
}

/// Finds the block. It stands before the package; a rule of a check has none.
fn block(text: &str) -> Result<Block, (Option<u32>, Problem)> {
    let is_head = |line: &str| line.trim_end() == "# METADATA";
    let heads: Vec<usize> = text.lines().enumerate().filter(|(_, line)| is_head(line)).map(|(at, _)| at).collect();
    let package = text.lines().position(|line| line.starts_with("package ")).unwrap_or(usize::MAX);
    let line = |at: usize| u32::try_from(at + 1).unwrap_or(u32::MAX);
    let head = match heads.as_slice() {
        [head] if *head < package => *head,
        [] | [_] => return Err((None, Problem::NoMetadata)),
        [_, second, ..] => return Err((Some(line(*second)), Problem::SecondMetadata)),
    };
    let yaml: Vec<&str> = text
        .lines()
        .skip(head + 1)
        .map_while(|line| line.strip_prefix('#'))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    Ok(Block { yaml: yaml.join("\n"), first_line: line(head + 1) })
}

struct Reader<'a> {
    block: &'a Block,
    faults: Vec<(Option<u32>, Problem)>,
}

impl Reader<'_> {
    fn fault(&mut self, key: &'static str, message: impl Into<String>) {
        self.faults.push((Some(self.block.line_of(key)), Problem::Key { key, message: message.into() }));
    }

    fn word<T: FromStr>(&mut self, key: &'static str, text: &str, known: &[&str]) -> Option<T> {
        let word = text.parse().ok();
        if word.is_none() {
            self.fault(key, format!("is {text:?}, which is none of {}{}", known.join(", "), nearest(text, known)));
        }
        word
    }

    fn metadata(&mut self, raw: Raw) -> Option<Metadata> {
        for (key, text) in [("title", &raw.title), ("description", &raw.description)] {
            if text.trim().is_empty() {
                self.fault(key, "is empty");
            }
        }
        if raw.scope.as_deref().is_some_and(|scope| scope != "package") {
            self.fault("scope", "must be `package` where it is given");
        }
        let custom = raw.custom;
        let layers: Vec<&str> = Layer::ALL.iter().map(|layer| layer.as_str()).collect();
        let severities: Vec<&str> = Severity::ALL.iter().map(|severity| severity.as_str()).collect();
        let layer = self.word("layer", &custom.layer, &layers);
        let severity = self.word("severity", &custom.severity, &severities);
        let outside = custom
            .severity_outside_production
            .as_deref()
            .map(|text| self.word::<Severity>("severity_outside_production", text, &severities));
        if let (Some(severity), Some(Some(outside))) = (severity, outside)
            && outside <= severity
        {
            self.fault("severity_outside_production", format!("is {outside}, which is no milder than {severity}"));
        }
        let evidence = self.evidence(&custom.evidence);
        let subjects = self.subjects(&custom.subject);
        let needs = self.needs(&custom.needs);
        self.facts(&custom.facts);
        self.remediation(&custom.remediation);
        self.frameworks(&custom.frameworks);
        Some(Metadata {
            id: custom.id,
            title: raw.title.trim().to_owned(),
            description: raw.description.trim().to_owned(),
            related_resources: raw.related_resources.into_iter().map(RawResource::link).collect(),
            layer: layer?,
            severity: severity?,
            severity_outside_production: outside.flatten(),
            subjects,
            needs,
            evidence: evidence?,
            facts: custom.facts,
            remediation: custom.remediation,
            frameworks: custom.frameworks,
        })
    }

    fn evidence(&mut self, text: &str) -> Option<EvidenceKind> {
        let kinds = [EvidenceKind::Each, EvidenceKind::Exists, EvidenceKind::Forall];
        let kind = kinds.into_iter().find(|kind| kind.as_str() == text);
        if kind.is_none() {
            self.fault("evidence", format!("is {text:?}, which is none of each, exists, forall"));
        }
        kind
    }

    fn subjects(&mut self, words: &OneOrMore) -> Vec<SubjectKind> {
        let words = match words {
            OneOrMore::One(word) => std::slice::from_ref(word),
            OneOrMore::More(words) => words.as_slice(),
        };
        let known: Vec<&str> = SubjectKind::ALL.iter().map(|kind| kind.as_str()).collect();
        let mut kinds = Vec::new();
        for word in words {
            match SubjectKind::ALL.iter().find(|kind| kind.as_str() == word) {
                Some(kind) => kinds.push(*kind),
                None => self.fault(
                    "subject",
                    format!("is {word:?}, which is none of {}{}", known.join(", "), nearest(word, &known)),
                ),
            }
        }
        if words.is_empty() {
            self.fault("subject", "names nothing; a check judges one kind of thing or more");
        }
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    fn needs(&mut self, names: &[String]) -> Vec<Collection> {
        let known: Vec<&str> = Collection::ALL.iter().map(|collection| collection.as_str()).collect();
        let mut needs = Vec::new();
        for name in names {
            match name.parse() {
                Ok(collection) => needs.push(collection),
                Err(_) => {
                    self.fault("needs", format!("names {name:?}, which is no collection{}", nearest(name, &known)))
                }
            }
        }
        if names.is_empty() {
            self.fault("needs", "is empty; a verdict rests on something that was read, and a gap there must count");
        }
        needs.sort_unstable();
        needs.dedup();
        needs
    }

    fn facts(&mut self, paths: &[String]) {
        if paths.is_empty() {
            self.fault("facts", "is empty; a verdict shows the facts that it rests on");
        }
        for path in paths {
            let part = |part: &str| {
                !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
            };
            if !path.split('.').all(part) {
                self.fault(
                    "facts",
                    format!("has {path:?}; a path is names joined by dots, such as protection.versioning"),
                );
            }
        }
    }

    fn remediation(&mut self, remediation: &Remediation) {
        for (key, text) in [("terraform", &remediation.terraform), ("cli", &remediation.cli)] {
            if text.trim().is_empty() {
                self.fault(key, "is empty");
            }
        }
    }

    /// A key of one's own starts with `x_`.
    fn frameworks(&mut self, frameworks: &BTreeMap<String, Vec<String>>) {
        let known: Vec<&str> = FRAMEWORKS.iter().map(|(key, _)| *key).collect();
        for (key, controls) in frameworks {
            if !known.contains(&key.as_str()) && !key.starts_with("x_") {
                self.fault(
                    "frameworks",
                    format!(
                        "has {key:?}, which is none of {}, nor starts with x_{}",
                        known.join(", "),
                        nearest(key, &known)
                    ),
                );
            }
            if controls.is_empty() || controls.iter().any(|control| control.trim().is_empty()) {
                self.fault("frameworks", format!("has no control id under {key:?}"));
            }
        }
    }
}

impl RawResource {
    fn link(self) -> String {
        match self {
            Self::Link(link) => link,
            Self::Described(described) => described.r#ref,
        }
    }
}

/// "; did you mean …?", where something is near.
fn nearest(word: &str, known: &[&str]) -> String {
    super::nearest(word, known.iter().copied()).map_or_else(String::new, |near| format!("; did you mean {near}?"))
}
