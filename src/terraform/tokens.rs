//! The JSON reader as states need it: only known keys are handed out, the rest is skipped unread, every kept text is
//! bounded, and no error carries content.

use std::io::Read;
use std::rc::Rc;

use struson::reader::{
    JsonReader, JsonStreamReader, JsonSyntaxError, ReaderError, ReaderSettings, SyntaxErrorKind, ValueType,
};

use super::meter::{Meter, Metered, Stopped};
use super::{Limits, StateError};

/// How far the JSON reader may read ahead of the token at hand, in bytes: twice its buffer.
const READ_AHEAD: u64 = 2_048;

/// The keys of one kind of object that are looked at, and which of them this object has shown.
pub(super) struct Keys {
    known: &'static [&'static str],
    seen: u64,
    any_case: bool,
}

impl Keys {
    /// Keys of the format itself. Terraform's JSON decoder takes them in any case, so another case is an error here.
    pub(super) fn of_format(known: &'static [&'static str]) -> Self {
        Self { known, seen: 0, any_case: true }
    }

    /// Keys of a resource's attributes, which providers tell apart by case.
    pub(super) fn of_attributes(known: &'static [&'static str]) -> Self {
        Self { known, seen: 0, any_case: false }
    }
}

/// A name that [`Tokens::next_key`] met.
enum Met {
    Known(usize),
    Miscased(usize),
    Other,
}

/// An attribute's value, where it is a scalar.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scalar {
    Bool(bool),
    Int(i64),
    Text(String),
    /// Null, a list, an object, a fraction: nothing that the allow-list knows. It was skipped.
    Other,
}

/// The stream of tokens of one document.
pub(super) struct Tokens<'l, R: Read> {
    json: JsonStreamReader<Metered<R>>,
    meter: Rc<Meter>,
    limits: &'l Limits,
    kept: u64,
}

impl<'l, R: Read> Tokens<'l, R> {
    pub(super) fn new(reader: R, limits: &'l Limits) -> Self {
        let (metered, meter) = Metered::new(reader, limits.max_bytes);
        let settings = ReaderSettings {
            allow_comments: false,
            allow_trailing_comma: false,
            allow_multiple_top_level: false,
            // A path would hold names of the document, and errors would show them.
            track_path: false,
            max_nesting_depth: Some(limits.max_depth),
            // Skipped numbers are never copied; kept ones are bounded by the meter.
            restrict_number_values: false,
        };
        Self { json: JsonStreamReader::new_custom(metered, settings), meter, limits, kept: 0 }
    }

    pub(super) fn limits(&self) -> &'l Limits {
        self.limits
    }

    /// The position in the document, in bytes.
    pub(super) fn at(&self) -> u64 {
        self.json.current_position(false).data_pos.unwrap_or_default()
    }

    pub(super) fn malformed(&self, what: &'static str) -> StateError {
        StateError::Malformed { what, at: self.at() }
    }

    pub(super) fn peek(&mut self) -> Result<ValueType, StateError> {
        self.json.peek().map_err(|error| self.fail(&error))
    }

    pub(super) fn begin_object(&mut self) -> Result<(), StateError> {
        self.json.begin_object().map_err(|error| self.fail(&error))
    }

    pub(super) fn end_object(&mut self) -> Result<(), StateError> {
        self.json.end_object().map_err(|error| self.fail(&error))
    }

    pub(super) fn begin_array(&mut self) -> Result<(), StateError> {
        self.json.begin_array().map_err(|error| self.fail(&error))
    }

    pub(super) fn end_array(&mut self) -> Result<(), StateError> {
        self.json.end_array().map_err(|error| self.fail(&error))
    }

    pub(super) fn has_next(&mut self) -> Result<bool, StateError> {
        self.json.has_next().map_err(|error| self.fail(&error))
    }

    /// Passes over the next value without copying it.
    pub(super) fn skip(&mut self) -> Result<(), StateError> {
        self.json.skip_value().map_err(|error| self.fail(&error))
    }

    /// The next of `keys` in the object at hand; every other key is passed over with its value. `None` at the object's
    /// end.
    pub(super) fn next_key(&mut self, keys: &mut Keys) -> Result<Option<&'static str>, StateError> {
        while self.has_next()? {
            let (known, any_case) = (keys.known, keys.any_case);
            let met = self.name(|name| {
                if let Some(index) = known.iter().position(|key| *key == name) {
                    Met::Known(index)
                } else if let Some(index) = known.iter().position(|key| any_case && same_when_folded(key, name)) {
                    Met::Miscased(index)
                } else {
                    Met::Other
                }
            })?;
            let (index, miscased) = match met {
                Met::Known(index) => (index, false),
                Met::Miscased(index) => (index, true),
                Met::Other => {
                    self.skip()?;
                    continue;
                }
            };
            let key = known.get(index).copied().unwrap_or_default();
            if miscased {
                return Err(StateError::MiscasedKey { key, at: self.at() });
            }
            if keys.seen & (1 << index) != 0 {
                return Err(StateError::DuplicateKey { key, at: self.at() });
            }
            keys.seen |= 1 << index;
            return Ok(Some(key));
        }
        Ok(None)
    }

    /// Hands the next name to `read`.
    pub(super) fn name<T>(&mut self, read: impl FnOnce(&str) -> T) -> Result<T, StateError> {
        self.meter.allow_token(Some(self.limits.max_token.saturating_add(READ_AHEAD)));
        let value = self.json.next_name().map(read);
        self.meter.allow_token(None);
        value.map_err(|error| self.fail(&error))
    }

    /// The next value as text; `None` for null, and for anything that is no text after passing over it.
    pub(super) fn text_or_skip(&mut self) -> Result<Option<String>, StateError> {
        if self.peek()? == ValueType::String {
            return self.text().map(Some);
        }
        self.skip()?;
        Ok(None)
    }

    /// The next value, which has to be text; `None` for null.
    pub(super) fn text_or_null(&mut self, what: &'static str) -> Result<Option<String>, StateError> {
        match self.peek()? {
            ValueType::String => self.text().map(Some),
            ValueType::Null => self.skip().map(|()| None),
            _ => Err(self.malformed(what)),
        }
    }

    /// The next value, which has to be a whole number of at least 0.
    pub(super) fn unsigned(&mut self, what: &'static str) -> Result<u64, StateError> {
        if self.peek()? != ValueType::Number {
            return Err(self.malformed(what));
        }
        self.number()?
            .ok_or_else(|| self.malformed(what))
            .and_then(|value| u64::try_from(value).map_err(|_| self.malformed(what)))
    }

    /// The next value as a scalar.
    pub(super) fn scalar(&mut self) -> Result<Scalar, StateError> {
        Ok(match self.peek()? {
            ValueType::Boolean => Scalar::Bool(self.json.next_bool().map_err(|error| self.fail(&error))?),
            ValueType::Number => {
                self.number()?.and_then(|value| i64::try_from(value).ok()).map_or(Scalar::Other, Scalar::Int)
            }
            ValueType::String => Scalar::Text(self.text()?),
            ValueType::Null | ValueType::Array | ValueType::Object => {
                self.skip()?;
                Scalar::Other
            }
        })
    }

    /// Counts bytes that are kept.
    pub(super) fn keep(&mut self, bytes: u64) -> Result<(), StateError> {
        self.kept = self.kept.saturating_add(bytes);
        if self.kept > self.limits.max_kept {
            return Err(StateError::OverLimit { what: "bytes kept of one state", limit: self.limits.max_kept });
        }
        Ok(())
    }

    /// Ends the document: only white space may follow.
    pub(super) fn finish(self) -> Result<(), StateError> {
        let Self { json, meter, limits, .. } = self;
        json.consume_trailing_whitespace().map_err(|error| classify(&error, &meter, limits))
    }

    /// The next number, where it is whole.
    fn number(&mut self) -> Result<Option<i128>, StateError> {
        self.meter.allow_token(Some(self.limits.max_token.saturating_add(READ_AHEAD)));
        let value = self.json.next_number_as_str().map(|digits| digits.parse().ok());
        self.meter.allow_token(None);
        value.map_err(|error| self.fail(&error))
    }

    /// The next text, no longer than a token may be, counted as kept.
    fn text(&mut self) -> Result<String, StateError> {
        let limit = self.limits.max_token;
        let mut bytes = Vec::new();
        let read =
            self.json.next_string_reader().map(|text| text.take(limit.saturating_add(1)).read_to_end(&mut bytes));
        if let Err(error) = read.map_err(|error| self.fail(&error))? {
            let kind =
                error.get_ref().and_then(|inner| inner.downcast_ref::<JsonSyntaxError>()).map(|syntax| syntax.kind);
            return Err(broken(kind, &self.meter, self.limits, self.at()));
        }
        let length = bytes.len() as u64;
        if length > limit {
            return Err(StateError::OverLimit { what: "bytes of one text", limit });
        }
        self.keep(length)?;
        String::from_utf8(bytes).map_err(|_| StateError::NotJson { why: "a text is no UTF-8", at: self.at() })
    }

    fn fail(&self, error: &ReaderError) -> StateError {
        classify(error, &self.meter, self.limits)
    }
}

/// Turns the JSON reader's error into ours, leaving its words (which may quote content) behind.
fn classify(error: &ReaderError, meter: &Meter, limits: &Limits) -> StateError {
    match error {
        ReaderError::SyntaxError(syntax) => {
            broken(Some(syntax.kind), meter, limits, syntax.location.data_pos.unwrap_or_default())
        }
        ReaderError::MaxNestingDepthExceeded { max_nesting_depth, location } => {
            StateError::TooDeep { limit: *max_nesting_depth, at: location.data_pos.unwrap_or_default() }
        }
        ReaderError::UnexpectedValueType { location, .. } | ReaderError::UnexpectedStructure { location, .. } => {
            StateError::Malformed {
                what: "a value is not of the kind that the format has there",
                at: location.data_pos.unwrap_or_default(),
            }
        }
        ReaderError::UnsupportedNumberValue { location, .. } | ReaderError::IoError { location, .. } => {
            broken(None, meter, limits, location.data_pos.unwrap_or_default())
        }
        _ => broken(None, meter, limits, meter.total()),
    }
}

/// Says why a document broke off: the meter's reason first, then its end, then its syntax.
fn broken(kind: Option<SyntaxErrorKind>, meter: &Meter, limits: &Limits, at: u64) -> StateError {
    match meter.stopped() {
        Some(Stopped::Document) => {
            return StateError::OverLimit { what: "bytes of the document", limit: limits.max_bytes };
        }
        Some(Stopped::Token) => {
            return StateError::OverLimit { what: "bytes of one key or number", limit: limits.max_token };
        }
        Some(Stopped::Read(kind)) => return StateError::Read { kind },
        None => {}
    }
    if meter.ended() && meter.total() == 0 {
        return StateError::Empty;
    }
    if kind == Some(SyntaxErrorKind::TrailingData) {
        return StateError::NotJson { why: "something follows the document", at };
    }
    if meter.ended() || kind == Some(SyntaxErrorKind::IncompleteDocument) {
        return StateError::Truncated { at: meter.total() };
    }
    let why = match kind {
        None => "bytes that are no UTF-8",
        Some(SyntaxErrorKind::NotEscapedControlCharacter) => "a control character in a text",
        Some(
            SyntaxErrorKind::UnknownEscapeSequence
            | SyntaxErrorKind::MalformedEscapeSequence
            | SyntaxErrorKind::UnpairedSurrogatePairEscapeSequence,
        ) => "an escape sequence in a text",
        Some(SyntaxErrorKind::MalformedNumber | SyntaxErrorKind::TrailingDataAfterNumber) => "a number",
        Some(_) => "its syntax",
    };
    StateError::NotJson { why, at }
}

/// Whether Terraform's JSON decoder takes `name` for `key`: ASCII case, and the two letters that fold into ASCII.
fn same_when_folded(key: &str, name: &str) -> bool {
    let fold = |letter: char| match letter {
        'ſ' => 's',
        '\u{212a}' => 'k',
        other => other.to_ascii_lowercase(),
    };
    key.chars().eq(name.chars().map(fold))
}
