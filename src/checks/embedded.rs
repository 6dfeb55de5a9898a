//! Palisade's own check files, inside the binary. Written by a test (`PALISADE_BLESS=1`), which fails on any difference.

/// (path below `checks/`, text), in order of path.
#[rustfmt::skip]
pub(super) const FILES: &[(&str, &str)] = &[
    ("deletion/rds_instance_protected.rego", include_str!("../../checks/deletion/rds_instance_protected.rego")),
    ("deletion/rds_instance_protected_test.rego", include_str!("../../checks/deletion/rds_instance_protected_test.rego")),
    ("lib/words.rego", include_str!("../../checks/lib/words.rego")),
    ("lib/words_test.rego", include_str!("../../checks/lib/words_test.rego")),
];
