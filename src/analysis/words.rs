//! Which environment a text names. Words are sought as whole parts of a name, never inside one: `shop-production` and
//! `prod-eu` name production, `product-catalog` names nothing.
//!
//! The words are a dated data file, `data/environments.toml`; `[environments.aliases]` adds to it. A text that names two
//! environments names none.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

const DATA: &str = include_str!("data/environments.toml");

/// Without the file every environment is unknown, which counts as production; a test holds that it parses.
static FILE: LazyLock<File> = LazyLock::new(|| toml::from_str(DATA).unwrap_or_default());

/// The word of the environment that is production.
pub(crate) const PRODUCTION: &str = "production";

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "date")]
    _date: Option<toml::value::Datetime>,
    neutral: Vec<String>,
    environment: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    words: Vec<String>,
    values: Vec<String>,
}

/// What a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Heard {
    /// No environment.
    Nothing,
    /// One, by its canonical word.
    One(String),
    /// Several, by their canonical words.
    Several(BTreeSet<String>),
}

/// Every word with what it means; `None` is a word that means no environment.
pub(crate) struct Words {
    phrases: BTreeMap<Vec<String>, Option<String>>,
    values: BTreeMap<Vec<String>, String>,
    longest: usize,
}

impl Words {
    /// The file's words and the configuration's. Where both give a word a meaning, the configuration's holds.
    pub(crate) fn new(aliases: &BTreeMap<String, Vec<String>>) -> Self {
        let mut words = Self { phrases: BTreeMap::new(), values: BTreeMap::new(), longest: 0 };
        for text in &FILE.neutral {
            words.add(text, None);
        }
        for entry in &FILE.environment {
            for text in &entry.words {
                words.add(text, Some(&entry.name));
            }
            for text in &entry.values {
                words.values.insert(parts(text), entry.name.clone());
            }
        }
        let configured: Vec<(String, &Vec<String>)> =
            aliases.iter().map(|(name, texts)| (words.canonical(name), texts)).collect();
        for (name, texts) in configured {
            words.add(&name, Some(&name));
            for text in texts {
                words.add(text, Some(&name));
            }
        }
        words
    }

    fn add(&mut self, text: &str, means: Option<&str>) {
        let parts = parts(text);
        if !parts.is_empty() {
            self.longest = self.longest.max(parts.len());
            self.values.remove(&parts);
            self.phrases.insert(parts, means.map(str::to_owned));
        }
    }

    /// The word that stands for an environment which the owner names: an alias's meaning, else the word itself.
    pub(crate) fn canonical(&self, text: &str) -> String {
        match self.in_value(text) {
            Heard::One(environment) => environment,
            Heard::Nothing | Heard::Several(_) => text.trim().to_lowercase(),
        }
    }

    /// What the value of a tag names.
    pub(crate) fn in_value(&self, text: &str) -> Heard {
        let parts = parts(text);
        match self.values.get(&parts).or_else(|| self.values.get(&bare(&parts))) {
            Some(environment) => Heard::One(environment.clone()),
            None => self.hear(&parts),
        }
    }

    /// What a name says.
    pub(crate) fn in_name(&self, text: &str) -> Heard {
        self.hear(&parts(text))
    }

    fn hear(&self, parts: &[String]) -> Heard {
        let mut found = BTreeSet::new();
        let mut rest = parts;
        while !rest.is_empty() {
            let (taken, meaning) = self.at_the_start(rest);
            found.extend(meaning.map(str::to_owned));
            rest = rest.get(taken..).unwrap_or(&[]);
        }
        match (found.pop_first(), found.is_empty()) {
            (None, _) => Heard::Nothing,
            (Some(one), true) => Heard::One(one),
            (Some(one), false) => {
                found.insert(one);
                Heard::Several(found)
            }
        }
    }

    /// How many parts the longest phrase at the start takes, and what it means.
    fn at_the_start(&self, rest: &[String]) -> (usize, Option<&str>) {
        for length in (1..=self.longest.min(rest.len())).rev() {
            let Some(phrase) = rest.get(..length) else { continue };
            if let Some(meaning) = self.phrases.get(phrase).or_else(|| self.phrases.get(&bare(phrase))) {
                return (length, meaning.as_deref());
            }
        }
        (1, None)
    }
}

/// The parts of a name, in lower case: `ShopProduction`, `shop-production` and `SHOP_PRODUCTION` alike.
fn parts(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut after_lower = false;
    for c in text.chars() {
        if !c.is_alphanumeric() || (after_lower && c.is_uppercase()) {
            parts.push(std::mem::take(&mut part));
        }
        if c.is_alphanumeric() {
            part.extend(c.to_lowercase());
        }
        after_lower = c.is_lowercase() || c.is_numeric();
    }
    parts.push(part);
    parts.retain(|part| !part.is_empty());
    parts
}

/// The parts without the numbers that end them: `prod2` is `prod`.
fn bare(parts: &[String]) -> Vec<String> {
    parts.iter().map(|part| part.trim_end_matches(char::is_numeric).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::{DATA, File, Heard, Words, parts};

    fn one(word: &str) -> Heard {
        Heard::One(word.to_owned())
    }

    #[test]
    fn the_file_parses_and_no_word_means_two_things() {
        let file: File = toml::from_str(DATA).unwrap();
        assert!(file._date.is_some());
        let mut seen = BTreeSet::new();
        for text in &file.neutral {
            assert!(seen.insert(parts(text)), "{text} stands twice");
        }
        for entry in &file.environment {
            let words = entry.words.iter().chain(&entry.values);
            for text in words {
                assert!(!parts(text).is_empty(), "{text:?} has no parts");
                assert!(seen.insert(parts(text)), "{text} stands twice");
            }
            assert_eq!(Words::new(&BTreeMap::new()).in_value(&entry.name), one(&entry.name));
        }
        assert!(file.environment.iter().any(|entry| entry.name == super::PRODUCTION));
    }

    #[test]
    fn names_are_heard_by_whole_words() {
        let words = Words::new(&BTreeMap::new());
        for (name, want) in [
            ("shop-production", "production"),
            ("prod-eu", "production"),
            ("prd", "production"),
            ("live", "production"),
            ("PROD", "production"),
            ("ShopProduction", "production"),
            ("shopProd2", "production"),
            ("Production (EU)", "production"),
            ("eu.prod.shop", "production"),
            ("prod1", "production"),
            ("Workloads_Prod", "production"),
            ("produção", "production"),
            ("non-prod", "nonproduction"),
            ("NonProd", "nonproduction"),
            ("nonprod-eu", "nonproduction"),
            ("Non Production", "nonproduction"),
            ("shop-preprod", "preproduction"),
            ("PreProd", "preproduction"),
            ("pre-production", "preproduction"),
            ("shop-dev", "development"),
            ("Development", "development"),
            ("dev01", "development"),
            ("staging", "staging"),
            ("Stage", "staging"),
            ("qa", "testing"),
            ("shop-test", "testing"),
            ("uat", "acceptance"),
            ("User Acceptance Testing", "acceptance"),
            ("team-sandbox", "sandbox"),
        ] {
            assert_eq!(words.in_name(name), one(want), "{name}");
        }
        for name in [
            "",
            "-",
            "product-catalog",
            "productivity",
            "reproduction",
            "DevOps",
            "dev-ops",
            "devops",
            "DevSecOps",
            "Backstage",
            "delivery",
            "device-fleet",
            "developer-portal",
            "post-production",
            "contest",
            "latest",
            "olive",
            "prodigy",
            "Log Archive",
            "Audit",
            "shared-services",
            "p",
            "int",
            "demo",
            "dr-who",
            "prоd", // Cyrillic
        ] {
            assert_eq!(words.in_name(name), Heard::Nothing, "{name}");
        }
        for name in ["dev-and-prod", "prod-test", "uat-prod", "Production Staging"] {
            assert!(matches!(words.in_name(name), Heard::Several(_)), "{name}");
        }
    }

    #[test]
    fn short_words_count_as_a_whole_value_alone() {
        let words = Words::new(&BTreeMap::new());
        for (value, want) in [
            ("p", "production"),
            ("Pro", "production"),
            ("DR", "production"),
            ("prod-eu", "production"),
            ("int", "testing"),
            ("demo", "demo"),
            ("d", "development"),
            ("lab2", "sandbox"),
        ] {
            assert_eq!(words.in_value(value), one(want), "{value}");
        }
        for value in ["blue", "v1", "$default", "pro shop", "a"] {
            assert_eq!(words.in_value(value), Heard::Nothing, "{value}");
        }
    }

    #[test]
    fn the_owner_adds_words_and_gives_them_other_meanings() {
        let aliases = BTreeMap::from([
            ("prod".to_owned(), vec!["blue".to_owned(), "env1".to_owned()]),
            ("development".to_owned(), vec!["env2".to_owned(), "live".to_owned()]),
            ("Showroom".to_owned(), vec!["demo".to_owned()]),
        ]);
        let words = Words::new(&aliases);
        for (text, want) in [
            ("shop-blue", "production"),
            ("env1", "production"),
            ("env2", "development"),
            ("live", "development"),
            ("demo", "showroom"),
            ("showroom", "showroom"),
        ] {
            assert_eq!(words.in_value(text), one(want), "{text}");
            assert_eq!(words.in_name(text), one(want), "{text}");
        }
        assert_eq!(words.canonical("PRD"), "production");
        assert_eq!(words.canonical(" Green "), "green");
    }

    proptest! {
        #[test]
        fn any_text_is_heard(text in any::<String>()) {
            let words = Words::new(&BTreeMap::new());
            let heard = words.in_name(&text);
            prop_assert_eq!(heard, words.in_name(&format!(" {text} ")));
        }

        #[test]
        fn what_surrounds_a_word_does_not_drown_it(before in "[xyz]{0,5}", after in "[xyz]{0,5}") {
            let words = Words::new(&BTreeMap::new());
            let text = format!("{before}-prd-{after}");
            prop_assert_eq!(words.in_name(&text), one("production"));
        }
    }
}
