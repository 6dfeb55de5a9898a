//! What a scan is pointed at, as flags and `palisade.toml` alike may say it.

/// The URL of an endpoint, as the SDK takes it: it panics at an empty one, and needs a scheme.
///
/// # Errors
/// A sentence that says what is wanted.
pub fn endpoint_url(text: &str) -> Result<String, String> {
    let rest = ["http://", "https://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let plain = !text.contains(|c: char| c.is_whitespace() || c.is_control());
    match host {
        Some(host) if plain && !host.is_empty() && !host.starts_with(':') => Ok(text.to_owned()),
        _ => Err(format!("{text:?} is no URL of an endpoint: http:// or https:// and a host are wanted")),
    }
}

/// A role's name, its path before it: IAM's own rule,
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html>
///
/// # Errors
/// A sentence that says what is wanted.
pub fn role_name(role: &str) -> Result<String, String> {
    let (path, name) = role.rsplit_once('/').unwrap_or(("", role));
    let usual = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    if (1..=64).contains(&name.len()) && name.chars().all(usual) && path.split('/').all(|part| part.chars().all(usual))
    {
        Ok(role.to_owned())
    } else {
        Err(format!("{role:?} is no name of an IAM role: letters, digits and _+=,.@- are"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_has_a_scheme_and_a_host() {
        for right in ["http://localhost:5000", "https://vpce-1.sts.eu-central-1.vpce.amazonaws.com/", "http://[::1]:80"]
        {
            assert_eq!(endpoint_url(right).as_deref(), Ok(right));
        }
        for wrong in [
            "",
            "foo",
            "localhost:5000",
            "http://",
            "http:///x",
            "ftp://host",
            "http://:80",
            "http://a b",
            "http://a\n",
        ] {
            assert!(endpoint_url(wrong).unwrap_err().contains("is no URL of an endpoint"), "{wrong:?}");
        }
    }

    #[test]
    fn a_role_has_a_name_and_may_have_a_path() {
        for right in ["PalisadeAudit", "audit/PalisadeAudit", "/audit/Reader", "a+b=c,d.e@f-g"] {
            assert_eq!(role_name(right).as_deref(), Ok(right));
        }
        let long = "x".repeat(65);
        for wrong in ["", "a b", "audit/", "arn:aws:iam::111122223333:role/x", long.as_str()] {
            assert!(role_name(wrong).unwrap_err().contains("is no name of an IAM role"), "{wrong:?}");
        }
    }
}
