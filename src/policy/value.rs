//! The values that conditions compare: numbers, instants, networks, bytes. Imports nothing of ours.
//!
//! Everything is read as AWS documents it and nothing more: what is no value of the type is `None`, and equals nothing.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use std::net::IpAddr;

/// Reads an integer or decimal number.
pub(super) fn number(text: &str) -> Option<f64> {
    // Rust would take `inf` and `nan` too.
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    plain.then(|| text.parse().ok()).flatten().filter(|number: &f64| number.is_finite())
}

/// Reads an instant, in nanoseconds of the Unix epoch: a form of ISO 8601 that W3C profiles
/// (<https://www.w3.org/TR/NOTE-datetime>), or the seconds of the epoch.
pub(super) fn instant(text: &str) -> Option<i128> {
    const NANOS: f64 = 1e9;
    if let Some(seconds) = number(text) {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a float becomes the nearest integer; the range is the type's"
        )]
        return Some(match text.parse::<i64>() {
            Ok(whole) => i128::from(whole) * 1_000_000_000,
            Err(_) => (seconds * NANOS) as i128,
        });
    }
    if let Ok(stamp) = text.parse::<jiff::Timestamp>() {
        return Some(stamp.as_nanosecond());
    }
    let midnight = match text.len() {
        7 => format!("{text}-01T00:00:00Z"),
        10 => format!("{text}T00:00:00Z"),
        // Hours and minutes without seconds: 1997-07-16T19:20+01:00.
        _ => {
            let (head, zone) = text.split_at_checked(16)?;
            format!("{head}:00{zone}")
        }
    };
    midnight.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_nanosecond)
}

/// Reads `true` or `false`.
pub(super) fn boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// Reads base64, with or without its padding.
pub(super) fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    if text.len() - digits.len() > 2 || digits.len() % 4 == 1 {
        return None;
    }
    let mut out = Vec::with_capacity(digits.len() * 3 / 4);
    let (mut buffer, mut bits) = (0_u32, 0_u32);
    for digit in digits.bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        buffer = (buffer << 6) | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from((buffer >> bits) & 0xff).ok()?);
        }
    }
    Some(out)
}

/// A network: all addresses that share its first bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Network {
    v6: bool,
    first: u128,
    last: u128,
}

/// Family and number of an address.
fn address(text: &str) -> Option<(bool, u128)> {
    match text.parse().ok()? {
        IpAddr::V4(address) => Some((false, u128::from(address.to_bits()))),
        IpAddr::V6(address) => Some((true, address.to_bits())),
    }
}

impl Network {
    /// Reads a network in CIDR notation; a bare address is a network of one.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (base, length) = match text.split_once('/') {
            Some((base, length)) if length.bytes().all(|b| b.is_ascii_digit()) => (base, Some(length.parse().ok()?)),
            Some(_) => return None,
            None => (text, None),
        };
        let (v6, number) = address(base)?;
        let width: u32 = if v6 { 128 } else { 32 };
        let free = width.checked_sub(length.unwrap_or(width))?;
        let mask = 1_u128.checked_shl(free).map_or(u128::MAX, |above| above - 1);
        Some(Self { v6, first: number & !mask, last: number | mask })
    }

    /// Whether a network, or an address, lies wholly inside; one of the other family never does.
    pub(super) fn contains(&self, other: &Self) -> bool {
        self.v6 == other.v6 && self.first <= other.first && other.last <= self.last
    }

    /// An address at which belonging to this network begins, and the one after it ends: all that there is to try.
    pub(super) fn edges(&self) -> Vec<String> {
        let max = if self.v6 { u128::MAX } else { u128::from(u32::MAX) };
        let after = self.last.checked_add(1).filter(|after| *after <= max);
        [Some(self.first), after].into_iter().flatten().filter_map(|number| written(self.v6, number)).collect()
    }
}

fn written(v6: bool, number: u128) -> Option<String> {
    if v6 {
        Some(std::net::Ipv6Addr::from_bits(number).to_string())
    } else {
        u32::try_from(number).ok().map(|bits| std::net::Ipv4Addr::from_bits(bits).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert!(number("10").unwrap() > number("9").unwrap());
        assert_eq!(number("0.10"), number("0.1"));
        for text in ["", "inf", "nan", "0x10", "1,5", "ten", "1 "] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn instants_in_every_form_compare() {
        let want = instant("2020-04-01T00:00:00Z").unwrap();
        for text in ["2020-04-01", "2020-04", "1585699200", "2020-04-01T02:00:00+02:00", "2020-04-01T00:00Z"] {
            assert_eq!(instant(text), Some(want), "{text}");
        }
        assert!(instant("2020-04-01T00:00:00.5Z").unwrap() > want);
        for text in ["", "today", "2020-13-01", "2020-04-01T00:00:00", "aé".repeat(9).as_str()] {
            assert_eq!(instant(text), None, "{text}");
        }
    }

    #[test]
    fn networks() {
        let inside = |network: &str, address: &str| {
            Network::read(network).is_some_and(|n| Network::read(address).is_some_and(|a| n.contains(&a)))
        };
        for (network, address, want) in [
            ("10.0.0.0/8", "10.255.255.255", true),
            ("10.1.2.3/8", "10.0.0.0", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("10.0.0.1", "10.0.0.1", true),
            ("0.0.0.0/0", "255.255.255.255", true),
            ("0.0.0.0/0", "::1", false),
            ("::/0", "2001:db8::1", true),
            ("::/0", "1.2.3.4", false),
            ("2001:DB8::/32", "2001:db8:1::", true),
            ("10.0.0.0/33", "10.0.0.0", false),
            ("10.0.0.0/+8", "10.0.0.0", false),
        ] {
            assert_eq!(inside(network, address), want, "{network} {address}");
        }
    }

    #[test]
    fn base64() {
        assert_eq!(bytes("QmluYXJ5").unwrap(), b"Binary");
        assert_eq!(
            (bytes("QQ=="), bytes("QQ"), bytes("Q"), bytes("Q*==")),
            (Some(vec![65]), Some(vec![65]), None, None)
        );
    }
}
