package palisade.state.matches_reality_test

import data.palisade.state.matches_reality

verdict(found, differences) := answer if {
	answer := matches_reality.verdict with input as {"subject": {
		"kind": "state_database", "state": "s3://states/prod.tfstate", "address": "aws_db_instance.main", "found": found, "differences": differences,
	}}
}

test_the_same_passes if verdict(true, []).status == "pass"

test_a_difference_fails_and_is_told if {
	answer := verdict(true, [{"setting": "deletion_protection", "recorded": "true", "live": "false"}])
	answer.status == "fail"
	contains(answer.message, "deletion_protection is true in the state and false in AWS")
}

test_a_resource_that_is_gone_fails if verdict(false, []).status == "fail"

test_an_unread_account_is_unknown if verdict(null, []).status == "unknown"
