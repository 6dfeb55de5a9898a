package palisade.backup.restore_tested_test

import data.palisade.backup.restore_tested

base := {
	"kind": "db_instance", "class": "data", "class_by": {"by": "type", "what": "db_instance"}, "production": true,
	"environment": "production", "environment_by": {"by": "tag", "what": "env=production"}, "cluster": null, "restore": null,
}

verdict(change) := answer if {
	answer := restore_tested.verdict with input as {"subject": object.union(base, change)}
		with data.config as {"restore_test_days": 35}
}

restored(age, validation) := {"restore": {"age_hours": age, "seen_in": "job", "validation": validation, "testing_plan": null}}

test_a_validated_restore_passes if verdict(restored(100, "SUCCESSFUL")).message == "a restore completed 4 days ago and was validated"

test_an_unvalidated_restore_passes_and_says_so if {
	answer := verdict(restored(100, null))
	answer.status == "pass"
	contains(answer.message, "not validated")
}

test_a_timed_out_validation_passes_and_says_so if contains(verdict(restored(100, "TIMED_OUT")).message, "not validated")

test_a_failed_validation_fails if verdict(restored(100, "FAILED")).status == "fail"

test_an_old_restore_fails if verdict(restored(841, "SUCCESSFUL")).status == "fail"

test_exactly_the_limit_passes if verdict(restored(840, "SUCCESSFUL")).status == "pass"

test_none_fails if verdict({}).status == "fail"

test_members_do_not_apply if verdict({"cluster": "orders"}).status == "not_applicable"

test_other_classes_do_not_apply if verdict({"class": "derived"}).status == "not_applicable"
