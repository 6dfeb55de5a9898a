package palisade.state.lifecycle_safe_test

import data.palisade.state.lifecycle_safe

safe := {"deletion_protection": true, "skip_final_snapshot": false, "delete_automated_backups": false, "deletion_protection_enabled": null}

verdict(type, change) := answer if {
	answer := lifecycle_safe.verdict with input as {"subject": {
		"kind": "state_database", "state": "s3://states/prod.tfstate", "address": "x.main", "resource_type": type,
		"recorded": object.union(safe, change),
	}}
}

test_safe_passes if verdict("aws_db_instance", {}).status == "pass"

test_no_protection_fails if contains(verdict("aws_db_instance", {"deletion_protection": false}).message, "deletion_protection is false")

test_no_final_snapshot_fails if verdict("aws_rds_cluster", {"skip_final_snapshot": true}).status == "fail"

test_automated_backups_that_go_along_fail if verdict("aws_db_instance", {"delete_automated_backups": true}).status == "fail"

test_documentdb_has_no_such_setting if verdict("aws_docdb_cluster", {"delete_automated_backups": null}).status == "pass"

test_what_is_not_recorded_fails if contains(verdict("aws_db_instance", {"deletion_protection": null}).message, "not recorded")

test_a_protected_table_passes if verdict("aws_dynamodb_table", {"deletion_protection_enabled": true}).status == "pass"

test_an_unprotected_table_fails if verdict("aws_dynamodb_table", {"deletion_protection_enabled": false}).status == "fail"

test_an_unknown_type_is_unknown if verdict("aws_redshift_cluster", {}).status == "unknown"

test_every_fault_is_named if {
	answer := verdict("aws_db_instance", {"deletion_protection": false, "skip_final_snapshot": true, "delete_automated_backups": true})
	contains(answer.message, "deletion_protection is false")
	contains(answer.message, "skip_final_snapshot is true")
	contains(answer.message, "delete_automated_backups is true")
}
