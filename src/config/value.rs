//! A value of the file with its place: each kind of value is asked for by what it has to be.

use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};
use std::str::FromStr;

use globset::GlobBuilder;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::Collector;

/// A value, the name that it goes by, and where its faults go.
pub(super) struct Value<'a, 'f, 't> {
    pub(super) name: &'a str,
    pub(super) value: &'a Spanned<DeValue<'a>>,
    pub(super) faults: &'f mut Collector<'t>,
}

impl<'a> Value<'a, '_, '_> {
    fn fault(&mut self, span: &Range<usize>, message: impl Into<String>) {
        self.faults.add(span, message);
    }

    fn wrong(&mut self, want: &str) {
        let found = article(self.value.get_ref().type_str());
        self.fault(&self.value.span(), format!("{} takes {want}, but here stands {found}", self.name));
    }

    pub(super) fn boolean(&mut self) -> Option<bool> {
        let value = self.value.get_ref().as_bool();
        if value.is_none() {
            self.wrong("true or false");
        }
        value
    }

    pub(super) fn whole(&mut self, range: RangeInclusive<u32>) -> Option<u32> {
        let want = format!("a whole number from {} to {}", range.start(), range.end());
        let Some(integer) = self.value.get_ref().as_integer() else {
            self.wrong(&want);
            return None;
        };
        let number = u32::from_str_radix(integer.as_str(), integer.radix()).ok().filter(|n| range.contains(n));
        if number.is_none() {
            self.fault(&self.value.span(), format!("{} takes {want}, not {}", self.name, integer.as_str()));
        }
        number
    }

    pub(super) fn text(&mut self) -> Option<String> {
        match self.value.get_ref().as_str() {
            Some("") => {
                self.fault(&self.value.span(), format!("{} is empty: leave it out, or say what is meant", self.name));
                None
            }
            Some(text) => Some(text.to_owned()),
            None => {
                self.wrong("a text in quotes");
                None
            }
        }
    }

    /// A text that parses as `T`.
    pub(super) fn parsed<T: FromStr<Err: ToString>>(&mut self) -> Option<T> {
        let text = self.text()?;
        self.parse(&text, &self.value.span())
    }

    /// A text that `check` lets through.
    pub(super) fn checked(&mut self, check: fn(&str) -> Result<String, String>) -> Option<String> {
        match check(&self.text()?) {
            Ok(text) => Some(text),
            Err(message) => {
                self.fault(&self.value.span(), format!("{}: {message}", self.name));
                None
            }
        }
    }

    fn parse<T: FromStr<Err: ToString>>(&mut self, text: &str, span: &Range<usize>) -> Option<T> {
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                let error: T::Err = error;
                self.fault(span, format!("{}: {}", self.name, error.to_string()));
                None
            }
        }
    }

    /// A list of texts, with their places.
    fn texts(&mut self) -> Vec<(String, Range<usize>)> {
        let Some(items) = self.value.get_ref().as_array() else {
            self.wrong("a list of texts in brackets");
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in items.iter() {
            match item.get_ref().as_str() {
                Some("") => self.fault(&item.span(), format!("{} holds an empty text", self.name)),
                Some(text) => texts.push((text.to_owned(), item.span())),
                None => {
                    let found = article(item.get_ref().type_str());
                    self.fault(&item.span(), format!("{} takes texts in quotes, but here stands {found}", self.name));
                }
            }
        }
        texts
    }

    /// A list of texts that parse as `T`.
    pub(super) fn list<T: FromStr<Err: ToString>>(&mut self) -> Vec<T> {
        let texts = self.texts();
        texts.iter().filter_map(|(text, span)| self.parse(text, span)).collect()
    }

    /// A list of globs.
    pub(super) fn globs(&mut self) -> Vec<String> {
        let texts = self.texts();
        for (text, span) in &texts {
            self.glob(text, span);
        }
        texts.into_iter().map(|(text, _)| text).collect()
    }

    /// One glob.
    pub(super) fn one_glob(&mut self) -> Option<String> {
        let text = self.text()?;
        self.glob(&text, &self.value.span());
        Some(text)
    }

    /// The value as it is written: a text, or a date without quotes.
    pub(super) fn shown(&mut self) -> String {
        match self.value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(date) => date.to_string(),
            _ => {
                self.wrong("a date such as 2026-12-31");
                String::new()
            }
        }
    }

    fn glob(&mut self, text: &str, span: &Range<usize>) {
        // The same reading as the analysis gives it: `*` goes over every character of an ARN.
        if let Err(error) = GlobBuilder::new(text).literal_separator(false).build() {
            self.fault(span, format!("{}: {text:?} is no glob: {}", self.name, error.kind()));
        }
    }

    /// A list of ARNs of roles and users, with the wildcards of a policy.
    pub(super) fn principals(&mut self) -> Vec<String> {
        let texts = self.texts();
        for (text, span) in &texts {
            let parts: Vec<&str> = text.splitn(6, ':').collect();
            let right = matches!(parts.as_slice(), ["arn", _, "iam", "", account, entity]
                if !account.is_empty() && ["role/", "user/", "*"].iter().any(|kind| entity.starts_with(kind)));
            if !right {
                let name = self.name;
                let message = format!(
                    "{name}: {text:?} names no role or user: arn:aws:iam::111122223333:role/Name is wanted, where * and ? \
                     are wildcards"
                );
                self.fault(span, message);
            }
        }
        texts.into_iter().map(|(text, _)| text).collect()
    }

    fn table(&mut self, want: &str) -> Option<&'a DeTable<'a>> {
        let table = self.value.get_ref().as_table();
        if table.is_none() {
            self.wrong(want);
        }
        table
    }

    /// Keys that parse as `K`, each with a text.
    pub(super) fn words_by<K: FromStr<Err: ToString> + Ord>(&mut self) -> BTreeMap<K, String> {
        let mut map = BTreeMap::new();
        for (key, value) in self.table("a table of texts").into_iter().flatten() {
            let text = self.inner(key.get_ref(), value, |inner| inner.text());
            if let (Some(key), Some(text)) = (self.parse(key.get_ref(), &key.span()), text) {
                map.insert(key, text);
            }
        }
        map
    }

    /// Globs, each with a text.
    pub(super) fn words_by_glob(&mut self) -> BTreeMap<String, String> {
        for (key, _) in self.value.get_ref().as_table().into_iter().flatten() {
            self.glob(key.get_ref(), &key.span());
        }
        self.words_by()
    }

    /// Words, each with a list of words.
    pub(super) fn lists_by_word(&mut self) -> BTreeMap<String, Vec<String>> {
        let mut map = BTreeMap::new();
        for (key, value) in self.table("a table of lists").into_iter().flatten() {
            let words = self.inner(key.get_ref(), value, |inner| inner.list::<String>());
            map.insert(key.get_ref().to_string(), words);
        }
        map
    }

    fn inner<T>(
        &mut self,
        key: &str,
        value: &'a Spanned<DeValue<'a>>,
        read: impl FnOnce(&mut Value<'_, '_, '_>) -> T,
    ) -> T {
        let name = format!("{}.{key}", self.name);
        read(&mut Value { name: &name, value, faults: &mut *self.faults })
    }
}

fn article(kind: &str) -> String {
    match kind {
        "integer" | "array" => format!("an {kind}"),
        "string" => "a text".to_owned(),
        kind => format!("a {kind}"),
    }
}
