//! One call: who asks for what, where, and how lists and times are given to whoever asks.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use md5::{Digest, Md5};

use super::Fleet;
use super::refusal::Refusal;
use super::route::Input;
use super::signature::{Signature, unknown_key_code};
use crate::model::gap::{Answer as Told, Collected, GapKind};
use crate::model::ids::Region;
use crate::model::inventory::{AccountInventory, AccountParts, RegionParts};
use crate::model::operation::Operation;

/// The words between palisade's own and AWS's in the one gap that stands for a closed region.
const AWS_SAID: &str = "AWS said: ";

/// A call to one account and region.
#[derive(Debug)]
pub(super) struct Call<'a> {
    /// What is served.
    pub(super) fleet: &'a Fleet,
    /// Who asks.
    pub(super) signature: &'a Signature,
    /// The account that asks.
    pub(super) account: &'a AccountInventory,
    /// The region asked.
    pub(super) region: &'a Region,
    /// The operation's name.
    pub(super) name: &'static str,
    /// Its input.
    pub(super) input: Input,
    /// Whether every page is to name the same next one: an ordered fault.
    pub(super) same_token: bool,
}

/// A page of a list.
#[derive(Debug)]
pub(super) struct Page<'a, T> {
    pub(super) items: &'a [T],
    /// The token of the next page.
    pub(super) next: Option<String>,
}

impl<'a> Call<'a> {
    /// What was read in the account.
    ///
    /// # Errors
    /// Where it could not be entered: who was refused then is refused now.
    pub(super) fn parts(&self) -> Result<&'a AccountParts, Refusal> {
        told(&self.account.parts)
    }

    /// What was read in the region that is asked.
    ///
    /// # Errors
    /// Where the region is off, closed by a policy, or was not looked into.
    pub(super) fn region_parts(&self) -> Result<&'a RegionParts, Refusal> {
        let parts = self.parts()?;
        let Some(region) = parts.regional.iter().find(|region| region.region == *self.region) else {
            return Err(match &parts.regions {
                Collected::Read(read) if !read.value.contains(self.region) => self.region_off(),
                _ => Refusal::unseen(&format!("{} in {}", self.region, self.account.id)),
            });
        };
        let gap = match &region.parts {
            Told::Value(parts) => return Ok(parts),
            Told::Gap(gap) => gap,
        };
        if gap.kind != GapKind::RegionDenied {
            return Err(Refusal::of(gap));
        }
        // The gap says which two services a policy closed; a third that was asked between them was refused otherwise.
        let service = self.signature.service.as_str();
        if service == "rds" && gap.message.contains("denies dynamodb and backup") {
            return Err(self.denied("rds"));
        }
        let words = gap.message.split_once(AWS_SAID).map_or(gap.message.as_str(), |(_, words)| words);
        let mut refusal = Refusal::of(gap);
        refusal.message = words.to_owned();
        if service == "rds" && refusal.code.is_some() {
            // The same refusal under the query protocol's name.
            refusal.code = Some("AccessDenied".to_owned());
        }
        Err(refusal)
    }

    /// As services answer in a region that the account has not switched on: they do not know its keys there.
    pub(super) fn region_off(&self) -> Refusal {
        let message = "The security token included in the request is invalid.";
        Refusal::new(403, unknown_key_code(&self.signature.service), message)
    }

    /// As a service refuses what no policy allows.
    ///
    /// The words are those of <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>.
    pub(super) fn denied(&self, service: &str) -> Refusal {
        let who = self.signature.arn(&self.fleet.inventory().caller.partition);
        let action = format!("{service}:{}", self.name);
        let message = format!(
            "User: {who} is not authorized to perform: {action} because no identity-based policy allows the {action} action"
        );
        Refusal::new(403, denied_code(service), message)
    }

    /// As a service refuses what a service control policy denies.
    pub(super) fn denied_by_scp(&self, service: &str) -> Refusal {
        let who = self.signature.arn(&self.fleet.inventory().caller.partition);
        let message = format!(
            "User: {who} is not authorized to perform: {service}:{} with an explicit deny in a service control policy",
            self.name
        );
        Refusal::new(403, denied_code(service), message)
    }

    /// A page of a list: as many items as were asked for, as the service gives at the most, and as the endpoint was told to.
    /// The token is opaque, and of this list alone.
    ///
    /// # Errors
    /// `wrong`, where the token is not one that this list gave.
    pub(super) fn page<'i, T>(
        &self,
        items: &'i [T],
        asked: Option<usize>,
        most: usize,
        token: Option<&str>,
        wrong: impl FnOnce() -> Refusal,
    ) -> Result<Page<'i, T>, Refusal> {
        let size = asked.unwrap_or(most).min(most).min(self.fleet.options().page_size.unwrap_or(most)).max(1);
        if self.same_token {
            return Ok(Page {
                items: items.get(..size.min(items.len())).unwrap_or_default(),
                next: Some(self.token(0)),
            });
        }
        let start = match token {
            None => 0,
            Some(token) => self.offset(token).filter(|start| *start <= items.len()).ok_or_else(wrong)?,
        };
        let end = start.saturating_add(size).min(items.len());
        let next = (end < items.len()).then(|| self.token(end));
        Ok(Page { items: items.get(start..end).unwrap_or_default(), next })
    }

    /// The token of what stands at an offset.
    pub(super) fn token(&self, offset: usize) -> String {
        let offset = u64::try_from(offset).unwrap_or(u64::MAX).to_be_bytes();
        let mut bytes = offset.to_vec();
        bytes.extend_from_slice(&self.seal(&offset));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The offset that a token of this list names.
    pub(super) fn offset(&self, token: &str) -> Option<usize> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (offset, seal) = bytes.split_first_chunk::<8>()?;
        (seal == self.seal(offset)).then(|| usize::try_from(u64::from_be_bytes(*offset)).ok()).flatten()
    }

    /// Ties a token to its list.
    fn seal(&self, offset: &[u8]) -> [u8; 8] {
        let mut hash = Md5::new();
        for part in [self.account.id.as_str(), self.region.as_str(), self.name] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        for (name, value) in self.input.listing() {
            hash.update(name.as_bytes());
            hash.update([1]);
            hash.update(value.as_bytes());
            hash.update([0]);
        }
        hash.update(offset);
        let mut seal = [0; 8];
        seal.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
        seal
    }

    /// A time as the endpoint tells it: moved by as much as it was told to.
    pub(super) fn time(&self, time: Timestamp) -> Timestamp {
        time.checked_add(self.fleet.options().shift).unwrap_or(time)
    }

    /// `2026-03-02T07:00:00.123Z`, as XML has it.
    pub(super) fn iso(&self, time: Timestamp) -> String {
        format!("{:.3}", self.time(time))
    }

    /// The same, where there is a time.
    pub(super) fn some_iso(&self, time: Option<Timestamp>) -> Option<String> {
        time.map(|time| self.iso(time))
    }

    /// Seconds since 1970 with milliseconds, as JSON has it.
    pub(super) fn epoch(&self, time: Timestamp) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            reason = "milliseconds of any year that a timestamp has are exact in 53 bits"
        )]
        let milliseconds = self.time(time).as_millisecond() as f64;
        milliseconds / 1_000.0
    }

    /// The same, where there is a time.
    pub(super) fn some_epoch(&self, time: Option<Timestamp>) -> Option<f64> {
        time.map(|time| self.epoch(time))
    }

    /// `Mon, 02 Mar 2026 07:00:00 GMT`, as headers have it.
    pub(super) fn http_date(&self, time: Timestamp) -> String {
        self.time(time).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }
}

/// The code by which a service refuses.
fn denied_code(service: &str) -> &'static str {
    match service {
        "iam" | "sts" | "rds" | "s3" | "s3control" => "AccessDenied",
        _ => "AccessDeniedException",
    }
}

/// What a list was read as; what it could not be read as is refused in the same way. `operation`: the one that is served. A
/// gap that another operation of the collection left lets this one pass, with nothing in its list.
///
/// # Errors
/// The gap's failure, or that the service does not offer the operation here.
pub(super) fn collected<T>(collected: &Collected<T>, operation: Operation) -> Result<Option<&T>, Refusal> {
    match collected {
        Collected::Read(read) => Ok(Some(&read.value)),
        Collected::NotOffered { .. } => Err(not_offered(operation)),
        Collected::Gap(gap) if gap.operation == operation => Err(Refusal::of(gap)),
        Collected::Gap(_) => Ok(None),
    }
}

/// A list that was read, as [`collected`].
///
/// # Errors
/// As [`collected`].
pub(super) fn listed<T>(list: &Collected<Vec<T>>, operation: Operation) -> Result<&[T], Refusal> {
    collected(list, operation).map(|list| list.map(Vec::as_slice).unwrap_or_default())
}

/// What one answer was read as.
///
/// # Errors
/// The gap's failure.
pub(super) fn told<T>(answer: &Told<T>) -> Result<&T, Refusal> {
    match answer {
        Told::Value(value) => Ok(value),
        Told::Gap(gap) => Err(Refusal::of(gap)),
    }
}

/// As a service says that it has no such operation in this region.
fn not_offered(operation: Operation) -> Refusal {
    match operation.service() {
        "iam" | "sts" | "rds" => Refusal::new(400, "InvalidAction", "Could not find operation in this region"),
        // The REST services know no such path, the others no such target.
        "backup" | "account" => Refusal::new(404, "UnknownOperationException", ""),
        _ => Refusal::new(400, "UnknownOperationException", ""),
    }
}

/// A document percent-encoded as IAM encodes it (RFC 3986).
pub(super) fn percent_encoded(text: &str) -> Cow<'_, str> {
    const KEPT: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    percent_encoding::utf8_percent_encode(text, KEPT).into()
}
