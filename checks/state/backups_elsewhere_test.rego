package palisade.state.backups_elsewhere_test

import data.palisade.state.backups_elsewhere as check

state(changes) := {"subject": object.union(
	{
		"kind": "state_object",
		"content_read": true,
		"copy": null,
		"databases": ["aws_db_instance.main"],
		"own_backups": [],
		"databases_without_outside_copy": ["aws_db_instance.main"],
	},
	changes,
)}

test_a_copy_is_not_judged if {
	v := check.verdict with input as state({"copy": "replication_target"})
	v.status == "not_applicable"
	contains(v.message, "replication target")
}

test_backups_elsewhere_pass if {
	v := check.verdict with input as state({})
	v.status == "pass"
}

test_own_backups_and_nothing_outside_fail if {
	v := check.verdict with input as state({"own_backups": ["aws_backup_vault.main"]})
	v.status == "fail"
	contains(v.message, "takes aws_db_instance.main takes aws_backup_vault.main too")
}

test_own_backups_with_a_copy_outside_pass if {
	v := check.verdict with input as state({"own_backups": ["aws_backup_vault.main"], "databases_without_outside_copy": []})
	v.status == "pass"
}

test_no_database_is_not_judged if {
	v := check.verdict with input as state({"databases": [], "databases_without_outside_copy": []})
	v.status == "not_applicable"
}

test_unread_never_passes if {
	content := check.verdict with input as state({"content_read": false, "databases": []})
	content.status == "unknown"
	not check.verdict with input as state({"databases": null})
	not check.verdict with input as state({"own_backups": null})
	not check.verdict with input as state({"own_backups": ["x"], "databases_without_outside_copy": null})
}
