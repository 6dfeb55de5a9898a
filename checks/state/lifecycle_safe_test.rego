package palisade.state.lifecycle_safe_test

import data.palisade.state.lifecycle_safe as check

database(type, changes) := {"subject": {
	"kind": "state_database",
	"state": "s3://states/prod.tfstate",
	"address": "x.main",
	"resource_type": type,
	"recorded": object.union(
		{
			"deletion_protection": true,
			"skip_final_snapshot": false,
			"delete_automated_backups": false,
			"deletion_protection_enabled": null,
		},
		changes,
	),
}}

test_safe_passes if {
	every type in ["aws_db_instance", "aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster", "aws_rds_global_cluster"] {
		v := check.verdict with input as database(type, {})
		v.status == "pass"
	}
}

test_no_protection_fails if {
	v := check.verdict with input as database("aws_db_instance", {"deletion_protection": false})
	v.status == "fail"
	contains(v.message, "deletion_protection is false")
}

test_no_final_snapshot_fails if {
	v := check.verdict with input as database("aws_rds_cluster", {"skip_final_snapshot": true})
	v.status == "fail"
}

test_automated_backups_that_go_along_fail if {
	v := check.verdict with input as database("aws_db_instance", {"delete_automated_backups": true})
	v.status == "fail"
}

test_documentdb_has_no_such_setting if {
	v := check.verdict with input as database("aws_docdb_cluster", {"delete_automated_backups": null})
	v.status == "pass"
}

test_what_is_not_recorded_fails if {
	v := check.verdict with input as database("aws_db_instance", {"deletion_protection": null})
	v.status == "fail"
	contains(v.message, "deletion_protection is not recorded")
}

test_tables if {
	on := check.verdict with input as database("aws_dynamodb_table", {"deletion_protection_enabled": true})
	on.status == "pass"
	off := check.verdict with input as database("aws_dynamodb_table", {"deletion_protection_enabled": false})
	off.status == "fail"
}

test_an_unknown_type_is_unknown if {
	v := check.verdict with input as database("aws_redshift_cluster", {})
	v.status == "unknown"
}

test_every_fault_is_named if {
	v := check.verdict with input as database("aws_db_instance", {
		"deletion_protection": false,
		"skip_final_snapshot": true,
		"delete_automated_backups": true,
	})
	contains(v.message, "delete_automated_backups is true, deletion_protection is false, skip_final_snapshot is true")
}
