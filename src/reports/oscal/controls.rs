//! The ids of controls in OSCAL's form.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::posture::{CheckSummary, Posture};

/// The framework whose catalogue NIST publishes in OSCAL.
pub(super) const NIST: &str = "nist_800_53_r5";

/// A control's id as a token. NIST's are those of its OSCAL catalogue: `CP-9(8)` is `cp-9.8`. Others have no catalogue in
/// OSCAL: their id follows the framework's, with what a token may not hold replaced.
pub(super) fn id(framework: &str, control: &str) -> String {
    if framework == NIST {
        return token(&control.trim().to_ascii_lowercase().replace('(', ".").replace([')', ' '], ""));
    }
    let mut own = String::new();
    for character in control.trim().chars() {
        if character.is_alphanumeric() || character == '.' {
            own.push(character);
        } else if !own.ends_with('-') {
            own.push('-');
        }
    }
    token(&format!("{framework}_{}", own.trim_matches(['-', '.'])))
}

/// The text as a token of OSCAL: a letter or `_`, then letters, digits, `.`, `-` and `_`.
pub(super) fn token(text: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let text: String = text.chars().map(|c| if fits(c) { c } else { '_' }).collect();
    if text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') { text } else { format!("_{text}") }
}

/// Every control that a check of this posture speaks to: framework → controls as it writes them.
pub(super) fn all(posture: &Posture) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut all: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (framework, controls) in posture.checks.iter().flat_map(|check| &check.frameworks) {
        all.entry(framework).or_default().extend(controls.iter().map(String::as_str));
    }
    all.retain(|_, controls| !controls.is_empty());
    all
}

/// The control that a check's objective is put under: the first of NIST's, or else of any framework.
pub(super) fn first(check: &CheckSummary) -> Option<String> {
    let of = |framework: &str, controls: &[String]| controls.first().map(|control| id(framework, control));
    let nist = check.frameworks.get(NIST).and_then(|controls| of(NIST, controls));
    nist.or_else(|| check.frameworks.iter().find_map(|(framework, controls)| of(framework, controls)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_of_nists_catalogue_or_tokens() {
        let cases = [
            (NIST, "CP-9", "cp-9"),
            (NIST, "CP-9(8)", "cp-9.8"),
            (NIST, "AC-6 (10)", "ac-6.10"),
            ("iso_27001_2022", "A.5.33", "iso_27001_2022_A.5.33"),
            ("hipaa_security_rule", "164.312(c)(1)", "hipaa_security_rule_164.312-c-1"),
            ("dora", "Art. 9(2)", "dora_Art.-9-2"),
            ("9_own", "é x", "_9_own__-x"),
        ];
        for (framework, control, wanted) in cases {
            assert_eq!(id(framework, control), wanted);
        }
    }
}
