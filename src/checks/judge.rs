//! Facts in, findings out: routes subjects to checks, and keeps what authors cannot be asked to keep – totality, and what
//! a gap does to a verdict.

use serde::Serialize;
use serde_json::{Value, json};

use super::Selection;
use super::gaps;
use super::load::Check;
use super::metadata::EvidenceKind;
use super::rego::{Document, Runner};
use super::verdict::Verdict;
use crate::model::facts::{Fact, Facts, Source, Subject, SubjectKind, Unlisted, Unread};
use crate::model::finding::{Evidence, Finding, Status, SubjectSummary};
use crate::model::operation::Collection;
use crate::model::settings::Settings;

/// The most elements of a list that evidence shows; its length stands beside it.
const SHOWN: usize = 20;

/// The collections that tell of tags.
const TAGS: [Collection; 3] = [Collection::S3BucketTags, Collection::DynamoDbTags, Collection::OrganizationAccountTags];

/// A fact, whatever its kind.
struct View<'a> {
    header: &'a Subject,
    rests_on: &'a [Source],
    unread: &'a [Unread],
    json: Value,
}

/// A check with what runs it, or why it cannot be run.
struct Bench<'a> {
    check: &'a Check,
    runner: Result<Runner, String>,
}

/// Judges every subject by every selected check of its kind. Sorted by check, account, region, ARN.
pub(super) fn judge(checks: &[Check], facts: &Facts, settings: &Settings, selection: &Selection) -> Vec<Finding> {
    let data = config(settings);
    let mut benches: Vec<Bench<'_>> = checks
        .iter()
        .filter(|check| selection.takes(check))
        .map(|check| Bench {
            check,
            runner: match &data {
                Some(data) => Runner::new(&check.program, data),
                None => Err("the settings cannot be put before it".to_owned()),
            },
        })
        .collect();
    let mut findings = Vec::new();
    let wanted = |kind: SubjectKind| checks.iter().any(|c| selection.takes(c) && c.metadata.subjects.contains(&kind));
    each_subject(facts, &wanted, &mut |view| {
        let input = Document::new(json!({ "subject": view.json }));
        for bench in &mut benches {
            if bench.check.metadata.subjects.contains(&view.header.kind) {
                findings.push(finding(bench, &view, input.as_ref()));
            }
        }
    });
    for bench in &benches {
        findings.extend(unlisted(bench.check, facts));
    }
    findings.sort_by(|a, b| {
        let place =
            (&a.check, &a.account, &a.region, &a.subject.arn).cmp(&(&b.check, &b.account, &b.region, &b.subject.arn));
        place.then_with(|| (&a.subject, &a.message).cmp(&(&b.subject, &b.message)))
    });
    findings
}

/// `data` as checks see it.
pub(super) fn config(settings: &Settings) -> Option<Document> {
    let mut config = serde_json::to_value(settings).ok()?;
    // A verdict is what it is, whoever accepts it.
    config.as_object_mut()?.remove("waivers");
    Document::new(json!({ "config": config }))
}

/// Visits the facts of the wanted kinds, each made JSON once for all its checks.
fn each_subject<'a>(facts: &'a Facts, wanted: &dyn Fn(SubjectKind) -> bool, visit: &mut dyn FnMut(View<'a>)) {
    fn list<'a, T: Serialize>(
        list: &'a [Fact<T>],
        wanted: &dyn Fn(SubjectKind) -> bool,
        visit: &mut dyn FnMut(View<'a>),
    ) {
        for fact in list.iter().filter(|fact| wanted(fact.subject.kind)) {
            // A fact that cannot be JSON leaves an empty subject, on which no rule applies: unknown.
            let json = serde_json::to_value(fact).unwrap_or(Value::Null);
            visit(View { header: &fact.subject, rests_on: &fact.rests_on, unread: &fact.unread, json });
        }
    }
    list(&facts.organizations, wanted, visit);
    list(&facts.accounts, wanted, visit);
    list(&facts.account_regions, wanted, visit);
    list(&facts.account_services, wanted, visit);
    list(&facts.resources, wanted, visit);
    list(&facts.global_clusters, wanted, visit);
    list(&facts.snapshots, wanted, visit);
    list(&facts.keys, wanted, visit);
    list(&facts.vaults, wanted, visit);
    list(&facts.state_buckets, wanted, visit);
    list(&facts.state_objects, wanted, visit);
    list(&facts.lock_tables, wanted, visit);
    list(&facts.state_databases, wanted, visit);
    list(&facts.held_locks, wanted, visit);
    list(&facts.iam_roles, wanted, visit);
    list(&facts.iam_users, wanted, visit);
    list(&facts.agents, wanted, visit);
    list(&facts.planned_changes, wanted, visit);
}

/// One check on one subject.
fn finding(bench: &mut Bench<'_>, view: &View<'_>, input: Option<&Document>) -> Finding {
    let metadata = &bench.check.metadata;
    let gaps: Vec<&Unread> = view.unread.iter().filter(|gap| metadata.needs.contains(&gap.collection)).collect();
    let verdict = if metadata.evidence == EvidenceKind::Each && !gaps.is_empty() {
        // Not even run: an absent field must fall neither way.
        Verdict::unknown(format!("Not judged: {}.", gaps::sentence(&gaps)))
    } else {
        let verdict = match (&mut bench.runner, input) {
            (Ok(runner), Some(input)) => Verdict::of(runner.run(input)),
            (Ok(_), None) => Verdict::unknown("Not judged: the facts cannot be put before the check.".to_owned()),
            (Err(error), _) => Verdict::unknown(format!("Not judged: the check could not be started: {error}.")),
        };
        with_gaps(verdict, metadata.evidence, &gaps)
    };
    Finding {
        check: metadata.id.clone(),
        layer: metadata.layer,
        severity: verdict.severity.unwrap_or_else(|| metadata.severity_for(view.header.production)),
        status: verdict.status,
        account: view.header.account.clone(),
        region: view.header.region.clone(),
        subject: SubjectSummary::from(view.header),
        message: verdict.message,
        evidence: evidence(bench.check, view, &gaps),
        waived: None,
    }
}

/// What gaps do to a verdict that the Rego reached on what was read.
fn with_gaps(verdict: Verdict, kind: EvidenceKind, gaps: &[&Unread]) -> Verdict {
    if gaps.is_empty() {
        return verdict;
    }
    let so_far = match (kind, verdict.status) {
        // A witness may lie where nobody could look.
        (EvidenceKind::Exists, Status::Fail) => "No proof in what was read",
        // A counter-example may.
        (EvidenceKind::Forall, Status::Pass) => "Nothing against it in what was read",
        // Tags tell class and environment: unread, they may hide that the check does concern the subject.
        (_, Status::NotApplicable) if gaps.iter().any(|gap| TAGS.contains(&gap.collection)) => "Perhaps not applicable",
        (_, Status::Unknown) => "Not judged",
        _ => return verdict,
    };
    let message = format!("{so_far} ({}); but {}.", verdict.message.trim_end_matches('.'), gaps::sentence(gaps));
    Verdict { status: Status::Unknown, message, severity: verdict.severity }
}

/// The facts with their values, what was read, and what was not.
fn evidence(check: &Check, view: &View<'_>, gaps: &[&Unread]) -> Vec<Evidence> {
    let mut evidence: Vec<Evidence> = Vec::new();
    for path in &check.metadata.facts {
        let value = path.split('.').try_fold(&view.json, |value, key| value.get(key)).unwrap_or(&Value::Null);
        match value {
            Value::Array(items) if items.len() > SHOWN => {
                let shown = items.iter().take(SHOWN).cloned().collect();
                evidence.push(Evidence::Fact { path: path.clone(), value: Value::Array(shown) });
                evidence.push(Evidence::Fact { path: format!("count({path})"), value: items.len().into() });
            }
            value => evidence.push(Evidence::Fact { path: path.clone(), value: value.clone() }),
        }
    }
    let unread = |source: &Source| {
        gaps.iter().any(|gap| {
            let here = match &source.region {
                Some(region) => gap.regions.contains(region),
                None => gap.regions.is_empty(),
            };
            gap.collection == source.collection && gap.account == source.account && here
        })
    };
    let reads = view.rests_on.iter().filter(|s| check.metadata.needs.contains(&s.collection) && !unread(s));
    evidence.extend(reads.map(|source| Evidence::Read {
        account: source.account.clone(),
        region: source.region.clone(),
        collection: source.collection,
        operations: source.collection.operations().to_vec(),
        // The facts do not say; the whole way knows the ledger and fills it in.
        read_at: None,
    }));
    evidence.extend(gaps.iter().map(|gap| gap_evidence(gap)));
    evidence
}

fn gap_evidence(unread: &Unread) -> Evidence {
    Evidence::Gap {
        account: unread.account.clone(),
        regions: unread.regions.clone(),
        collection: unread.collection,
        gap: unread.gap.clone(),
    }
}

/// One `unknown` per account whose subjects could not all be listed.
///
/// Every gap that stood in the way of listing counts here, whether the check's `needs` name it or not: it hides subjects,
/// and a subject that nobody saw is no pass.
fn unlisted(check: &Check, facts: &Facts) -> Vec<Finding> {
    let metadata = &check.metadata;
    let mut concerned: Vec<&Unlisted> = facts
        .unlisted
        .iter()
        .filter(|unlisted| metadata.subjects.contains(&unlisted.kind) && !unlisted.gaps.is_empty())
        .collect();
    concerned.sort_by(|a, b| a.account.cmp(&b.account).then_with(|| a.cmp(b)));
    concerned
        .chunk_by(|a, b| a.account == b.account)
        .filter_map(|group| {
            let first = group.first()?;
            let account = facts.accounts.iter().find(|fact| fact.subject.account == first.account);
            let mut kinds: Vec<&str> = group.iter().map(|unlisted| gaps::plural(unlisted.kind)).collect();
            kinds.dedup();
            let mut gaps: Vec<&Unread> = group.iter().flat_map(|unlisted| &unlisted.gaps).collect();
            gaps.sort();
            gaps.dedup();
            let id = first.account.as_ref().map_or_else(|| "organization".to_owned(), ToString::to_string);
            Some(Finding {
                check: metadata.id.clone(),
                layer: metadata.layer,
                severity: metadata.severity_for(first.production),
                status: Status::Unknown,
                account: first.account.clone(),
                region: None,
                subject: SubjectSummary {
                    kind: SubjectKind::Account.as_str().to_owned(),
                    arn: account.map_or_else(|| id.clone(), |fact| fact.subject.arn.clone()),
                    name: account.map_or_else(|| id.clone(), |fact| fact.subject.name.clone()),
                    environment: first.environment.clone(),
                    class: None,
                },
                message: format!(
                    "Not judged: there may be {} that palisade has not seen: {}.",
                    kinds.join(", "),
                    gaps::sentence(&gaps)
                ),
                evidence: gaps.iter().map(|gap| gap_evidence(gap)).collect(),
                waived: None,
            })
        })
        .collect()
}
