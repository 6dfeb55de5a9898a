package palisade.state.single_environment_test

import data.palisade.state.single_environment

base := {"kind": "state_object", "content_read": true, "copy": null, "environments": {}, "environment_examples": {}, "environment_unknown": 0}

verdict(change) := answer if {
	answer := single_environment.verdict with input as {"subject": object.union(base, change)}
}

test_one_environment_passes if verdict({"environments": {"production": 4}}).status == "pass"

test_two_environments_fail_with_a_witness_each if {
	answer := verdict({"environments": {"production": 4, "staging": 1}, "environment_examples": {"production": "aws_db_instance.a", "staging": "aws_db_instance.b"}})
	answer.status == "fail"
	contains(answer.message, "aws_db_instance.a")
	contains(answer.message, "aws_db_instance.b")
}

test_two_environments_fail_even_beside_unknown_ones if verdict({"environments": {"production": 4, "staging": 1}, "environment_unknown": 3}).status == "fail"

test_known_beside_unknown_is_unknown if verdict({"environments": {"production": 4}, "environment_unknown": 1}).status == "unknown"

test_several_unknown_are_unknown if verdict({"environment_unknown": 2}).status == "unknown"

test_one_resource_cannot_mix if verdict({"environment_unknown": 1}).status == "pass"

test_nothing_with_an_environment_does_not_apply if verdict({}).status == "not_applicable"

test_unread_content_never_passes if verdict({"content_read": false}).status == "unknown"

test_a_copy_does_not_apply if verdict({"copy": "replica", "environments": {"production": 1, "staging": 1}}).status == "not_applicable"
