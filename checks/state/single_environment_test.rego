package palisade.state.single_environment_test

import data.palisade.state.single_environment as check

state(changes) := {"subject": object.union(
	{
		"kind": "state_object",
		"content_read": true,
		"copy": null,
		"environments": {},
		"environment_examples": {},
		"environment_unknown": 0,
		"key_environment": null,
	},
	changes,
)}

test_a_copy_is_not_judged if {
	v := check.verdict with input as state({"copy": "replication_target"})
	v.status == "not_applicable"
	contains(v.message, "replication target")
}

test_one_environment_passes if {
	v := check.verdict with input as state({"environments": {"production": 4}})
	v.status == "pass"
	contains(v.message, "4 resources) belongs to production")
}

test_two_environments_fail_with_a_witness_each if {
	v := check.verdict with input as state({
		"environments": {"production": 4, "staging": 1},
		"environment_examples": {"production": "aws_db_instance.a", "staging": "aws_db_instance.b"},
	})
	v.status == "fail"
	contains(v.message, "aws_db_instance.a")
	contains(v.message, "aws_db_instance.b")
}

test_a_state_that_is_named_after_another_environment_fails if {
	v := check.verdict with input as state({
		"environments": {"production": 1},
		"environment_examples": {"production": "aws_db_instance.a"},
		"key_environment": "staging",
	})
	v.status == "fail"
	contains(v.message, "names staging")
	same := check.verdict with input as state({"environments": {"production": 1}, "key_environment": "production"})
	same.status == "pass"
}

test_two_environments_fail_even_beside_unknown_ones if {
	v := check.verdict with input as state({"environments": {"production": 4, "staging": 1}, "environment_unknown": 3})
	v.status == "fail"
}

test_known_beside_unknown_is_unknown if {
	v := check.verdict with input as state({"environments": {"production": 4}, "environment_unknown": 1})
	v.status == "unknown"
}

test_several_unknown_are_unknown if {
	v := check.verdict with input as state({"environment_unknown": 2})
	v.status == "unknown"
}

test_one_resource_cannot_be_mixed if {
	v := check.verdict with input as state({"environment_unknown": 1})
	v.status == "pass"
}

test_nothing_with_an_environment_is_not_judged if {
	v := check.verdict with input as state({})
	v.status == "not_applicable"
}

test_unread_never_passes if {
	v := check.verdict with input as state({"content_read": false})
	v.status == "unknown"
	not check.verdict with input as state({"environments": {"production": 1}, "environment_unknown": null})
}
