package palisade.backup.cross_region_copy_test

import data.palisade.backup.cross_region_copy

base := {
	"kind": "dynamodb_table", "class": "data", "class_by": {"by": "type", "what": "dynamodb_table"}, "production": true,
	"environment": "production", "environment_by": {"by": "tag", "what": "env=production"}, "cluster": null, "copies": [],
}

copy := {"kind": "recovery_point", "region": "eu-west-1", "status": "COMPLETED", "usable": true, "age_hours": 12, "other_region": true}

verdict(change, cross_region) := answer if {
	answer := cross_region_copy.verdict with input as {"subject": object.union(base, change)}
		with data.config as {"rpo_hours": 36, "backup": {"cross_region": cross_region}}
}

with_copy(change) := {"copies": [object.union(copy, change)]}

test_a_fresh_copy_passes if verdict(with_copy({}), true).status == "pass"

test_a_replicated_automated_backup_counts if verdict(with_copy({"kind": "replicated_automated_backup"}), true).status == "pass"

test_an_old_copy_fails if verdict(with_copy({"age_hours": 40}), true).status == "fail"

test_a_copy_of_unknown_age_never_passes if verdict(with_copy({"age_hours": null}), true).status == "fail"

test_a_copy_in_the_same_region_fails if verdict(with_copy({"other_region": false}), true).status == "fail"

test_an_unusable_copy_fails if verdict(with_copy({"usable": false}), true).status == "fail"

test_residency_turns_it_off if verdict({}, false).status == "not_applicable"

test_members_do_not_apply if verdict({"cluster": "orders"}, true).status == "not_applicable"

test_other_classes_do_not_apply if verdict({"class": "derived"}, true).status == "not_applicable"
