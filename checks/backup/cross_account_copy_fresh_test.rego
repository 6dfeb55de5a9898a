package palisade.backup.cross_account_copy_fresh_test

import data.palisade.backup.cross_account_copy_fresh

base := {
	"kind": "db_instance", "class": "data", "class_by": {"by": "type", "what": "db_instance"}, "production": true,
	"environment": "production", "environment_by": {"by": "tag", "what": "env=production"}, "cluster": null, "copies": [],
	"encryption": {"key_manager": "CUSTOMER"},
}

copy := {
	"kind": "recovery_point", "account": "444455556666", "status": "COMPLETED", "usable": true, "age_hours": 12,
	"other_account": true, "other_region": false,
}

verdict(change) := answer if {
	answer := cross_account_copy_fresh.verdict with input as {"subject": object.union(base, change)}
		with data.config as {"rpo_hours": 36}
}

with_copy(change) := {"copies": [object.union(copy, change)]}

test_a_fresh_copy_passes if {
	answer := verdict(with_copy({}))
	answer.status == "pass"
	contains(answer.message, "444455556666")
}

test_a_copied_snapshot_counts if verdict(with_copy({"kind": "manual_snapshot"})).status == "pass"

test_exactly_the_rpo_passes if verdict(with_copy({"age_hours": 36})).status == "pass"

test_an_old_copy_fails if verdict(with_copy({"age_hours": 36.1})).status == "fail"

test_a_copy_of_unknown_age_never_passes if verdict(with_copy({"age_hours": null})).status == "fail"

test_an_unusable_copy_fails if {
	answer := verdict(with_copy({"usable": false, "status": "PARTIAL"}))
	answer.status == "fail"
	contains(answer.message, "PARTIAL")
}

test_a_copy_at_home_fails if verdict(with_copy({"other_account": false})).status == "fail"

test_automated_backups_are_no_copies if verdict(with_copy({"kind": "replicated_automated_backup"})).status == "fail"

test_none_fails if verdict({}).status == "fail"

test_the_aws_managed_key_is_named if contains(verdict({"encryption": {"key_manager": "AWS"}}).message, "re-encrypt")

test_members_do_not_apply if verdict({"cluster": "orders"}).status == "not_applicable"

test_other_classes_do_not_apply if verdict({"class": "derived"}).status == "not_applicable"
