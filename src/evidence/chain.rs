//! The chain: each bundle names the digest of the one before it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::manifest::Digest;

/// A bundle as a link of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its file's name.
    pub name: String,
    /// Its file's digest.
    pub digest: Digest,
    /// The digest that it names as its predecessor's.
    pub previous: Option<Digest>,
    /// When its scan began.
    pub taken_at: Timestamp,
}

/// What is wrong with the chain that these bundles form, as sentences; and how many bundles lead up to `last`, itself
/// included. All of them have to be links of one chain, in the order of their scans.
#[must_use]
pub fn chain_faults(links: &[Link], last: &Digest) -> (usize, Vec<String>) {
    let mut faults = Vec::new();
    let by_digest: BTreeMap<&Digest, &Link> = links.iter().map(|link| (&link.digest, link)).collect();
    let mut successors: BTreeMap<&Digest, Vec<&Link>> = BTreeMap::new();
    for link in by_digest.values() {
        let Some(previous) = &link.previous else { continue };
        successors.entry(previous).or_default().push(link);
        match by_digest.get(previous) {
            None => faults.push(format!(
                "a link is missing: {} follows the bundle with SHA-256 {previous}, and no file here has that digest; it was taken away or altered",
                link.name
            )),
            Some(before) if before.taken_at > link.taken_at => faults.push(format!(
                "the order is wrong: {} of {} follows {} of {}",
                link.name, link.taken_at, before.name, before.taken_at
            )),
            Some(_) => {}
        }
    }
    for rivals in successors.values().filter(|rivals| rivals.len() > 1) {
        let names: Vec<&str> = rivals.iter().map(|link| link.name.as_str()).collect();
        faults.push(format!("the chain forks: {} follow the same bundle", names.join(" and ")));
    }
    let heads: Vec<&str> =
        by_digest.values().filter(|link| link.previous.is_none()).map(|link| link.name.as_str()).collect();
    if heads.len() > 1 {
        faults.push(format!("there is more than one chain: {} each begin one", heads.join(" and ")));
    }
    let mut length = 0;
    let mut at = by_digest.get(last);
    // A digest cannot be part of what it is taken over, so this ends; the bound is for whoever breaks SHA-256.
    while let Some(link) = at.filter(|_| length < by_digest.len()) {
        length += 1;
        at = link.previous.as_ref().and_then(|previous| by_digest.get(previous));
    }
    faults.sort();
    (length, faults)
}
