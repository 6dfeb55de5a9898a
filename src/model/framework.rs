//! The compliance frameworks whose controls checks speak to, and which of their controls bear on the destruction of
//! production data.

use std::sync::LazyLock;

use serde::Deserialize;

/// The frameworks that checks map to: the key in METADATA and the title.
pub const FRAMEWORKS: &[(&str, &str)] = &[
    ("nist_800_53_r5", "NIST SP 800-53 Rev. 5"),
    ("nist_csf_2_0", "NIST Cybersecurity Framework 2.0"),
    ("cis_aws_foundations_7_0", "CIS AWS Foundations Benchmark 7.0"),
    ("cis_controls_8_1", "CIS Critical Security Controls 8.1"),
    ("iso_27001_2022", "ISO/IEC 27001:2022 Annex A"),
    ("soc2_tsc_2017", "SOC 2 (Trust Services Criteria 2017)"),
    ("pci_dss_4_0_1", "PCI DSS 4.0.1"),
    ("hipaa_security_rule", "HIPAA Security Rule (45 CFR 164)"),
    ("dora", "DORA (Regulation (EU) 2022/2554)"),
    ("nis2", "NIS2 (Directive (EU) 2022/2555)"),
    ("asd_essential_eight", "ASD Essential Eight"),
    ("aws_fsbp", "AWS Foundational Security Best Practices"),
];

/// The title of a framework; a key of one's own (`x_…`) is its own title.
#[must_use]
pub fn framework_title(key: &str) -> &str {
    FRAMEWORKS.iter().find(|(known, _)| *known == key).map_or(key, |(_, title)| title)
}

/// A control that bears on whether production data can be destroyed, whether or not a check speaks to it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RelevantControl {
    /// The framework's key.
    pub framework: String,
    /// The control's id in it.
    pub control: String,
    /// What it is about: `backup`, `recovery`, `deletion`, `privilege`, `separation`, `change` or `audit`.
    pub theme: String,
    /// What it asks for, in palisade's words where the framework's own are not free.
    pub title: String,
    /// Where it stands.
    pub source: String,
    /// When that was looked up.
    pub as_of: String,
}

/// Chosen by hand: backups and recovery, deletion protection, least privilege, separation, change, audit and evidence.
static CONTROLS: LazyLock<Vec<RelevantControl>> = LazyLock::new(|| {
    let mut reader = csv::Reader::from_reader(include_bytes!("framework-controls.csv").as_slice());
    // A row that does not fit is caught by the test below.
    reader.deserialize().filter_map(Result::ok).collect()
});

/// The relevant controls of a framework, in the order of the table; of one's own (`x_…`) nobody knows any.
#[must_use]
pub fn relevant_controls(framework: &str) -> Vec<&'static RelevantControl> {
    CONTROLS.iter().filter(|control| control.framework == framework).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_row_reads_and_stands_once() {
        let text = include_str!("framework-controls.csv");
        let rows: Vec<RelevantControl> =
            csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<_, _>>().unwrap();
        assert_eq!((rows.len(), text.lines().count()), (CONTROLS.len(), CONTROLS.len() + 1));
        let names: BTreeSet<(&str, &str)> =
            rows.iter().map(|row| (row.framework.as_str(), row.control.as_str())).collect();
        assert_eq!(names.len(), rows.len(), "a control stands twice");
        let themes = ["backup", "recovery", "deletion", "privilege", "separation", "change", "audit"];
        for row in &rows {
            assert!(FRAMEWORKS.iter().any(|(id, _)| *id == row.framework), "{}", row.framework);
            assert!(themes.contains(&row.theme.as_str()), "{} {}", row.control, row.theme);
            assert!(!row.title.is_empty() && row.source.starts_with("https://"), "{}", row.control);
            row.as_of.parse::<jiff::civil::Date>().unwrap();
        }
    }

    #[test]
    fn every_framework_has_relevant_controls_and_one_of_ones_own_has_none() {
        for (id, _) in FRAMEWORKS {
            assert!(relevant_controls(id).len() >= 9, "{id}");
        }
        assert!(relevant_controls("x_own").is_empty());
    }
}
