package palisade.plan.backups_kept_test

import data.palisade.plan.backups_kept as check

change(changes) := {"subject": object.union(
	{
		"resource_type": "aws_db_snapshot",
		"action": "delete",
		"changed": ["rule"],
		"production": true,
		"environment": "production",
		"class": null,
	},
	changes,
)}

test_a_snapshot_that_goes_fails if {
	v := check.verdict with input as change({})
	v.status == "fail"
	contains(v.message, "deletes a backup, or what makes backups (aws_db_snapshot)")
}

test_a_changed_plan_is_unknown if {
	v := check.verdict with input as change({"resource_type": "aws_backup_plan", "action": "update"})
	v.status == "unknown"
	contains(v.message, "It changes rule.")
}

test_a_new_one_passes if {
	v := check.verdict with input as change({"action": "create"})
	v.status == "pass"
}

test_other_environments_are_not_judged if {
	v := check.verdict with input as change({"production": false, "environment": "staging"})
	v.status == "not_applicable"
	contains(v.message, "staging")
}

test_other_changes_are_not_judged if {
	v := check.verdict with input as change({"resource_type": "aws_vpc"})
	v.status == "not_applicable"
}
