//! Palisade's own check files, inside the binary. Written by a test (`PALISADE_BLESS=1`), which fails on any difference.

/// (path below `checks/`, text), in order of path.
#[rustfmt::skip]
pub(super) const FILES: &[(&str, &str)] = &[
    ("deletion/rds_instance_protected.rego", include_str!("../../checks/deletion/rds_instance_protected.rego")),
    ("deletion/rds_instance_protected_test.rego", include_str!("../../checks/deletion/rds_instance_protected_test.rego")),
    ("lib/words.rego", include_str!("../../checks/lib/words.rego")),
    ("lib/words_test.rego", include_str!("../../checks/lib/words_test.rego")),
    ("state/backups_elsewhere.rego", include_str!("../../checks/state/backups_elsewhere.rego")),
    ("state/backups_elsewhere_test.rego", include_str!("../../checks/state/backups_elsewhere_test.rego")),
    ("state/bucket_deletion_guarded.rego", include_str!("../../checks/state/bucket_deletion_guarded.rego")),
    ("state/bucket_deletion_guarded_test.rego", include_str!("../../checks/state/bucket_deletion_guarded_test.rego")),
    ("state/bucket_private.rego", include_str!("../../checks/state/bucket_private.rego")),
    ("state/bucket_private_test.rego", include_str!("../../checks/state/bucket_private_test.rego")),
    ("state/bucket_versioned.rego", include_str!("../../checks/state/bucket_versioned.rego")),
    ("state/bucket_versioned_test.rego", include_str!("../../checks/state/bucket_versioned_test.rego")),
    ("state/claims_every_database.rego", include_str!("../../checks/state/claims_every_database.rego")),
    ("state/claims_every_database_test.rego", include_str!("../../checks/state/claims_every_database_test.rego")),
    ("state/lifecycle_safe.rego", include_str!("../../checks/state/lifecycle_safe.rego")),
    ("state/lifecycle_safe_test.rego", include_str!("../../checks/state/lifecycle_safe_test.rego")),
    ("state/lock_table_protected.rego", include_str!("../../checks/state/lock_table_protected.rego")),
    ("state/lock_table_protected_test.rego", include_str!("../../checks/state/lock_table_protected_test.rego")),
    ("state/locked.rego", include_str!("../../checks/state/locked.rego")),
    ("state/locked_test.rego", include_str!("../../checks/state/locked_test.rego")),
    ("state/matches_reality.rego", include_str!("../../checks/state/matches_reality.rego")),
    ("state/matches_reality_test.rego", include_str!("../../checks/state/matches_reality_test.rego")),
    ("state/no_stale_lock.rego", include_str!("../../checks/state/no_stale_lock.rego")),
    ("state/no_stale_lock_test.rego", include_str!("../../checks/state/no_stale_lock_test.rego")),
    ("state/single_environment.rego", include_str!("../../checks/state/single_environment.rego")),
    ("state/single_environment_test.rego", include_str!("../../checks/state/single_environment_test.rego")),
    ("state/single_owner.rego", include_str!("../../checks/state/single_owner.rego")),
    ("state/single_owner_test.rego", include_str!("../../checks/state/single_owner_test.rego")),
];
