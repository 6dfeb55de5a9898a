package palisade.state.locked_test

import data.palisade.state.locked

verdict(copy, lock) := answer if {
	answer := locked.verdict with input as {"subject": {"kind": "state_object", "copy": copy, "lock": lock}}
}

test_a_matching_digest_passes if verdict(null, {"kind": "table_digest", "table": "arn:aws:dynamodb:eu-west-1:111122223333:table/locks"}).status == "pass"

test_a_lock_file_around_the_write_passes if verdict(null, {"kind": "lock_file", "key": "prod.tfstate.tflock"}).status == "pass"

test_an_uncovered_write_fails if {
	answer := verdict(null, {"kind": "uncovered", "why": "the digest is of an older write"})
	answer.status == "fail"
	contains(answer.message, "older write")
}

test_no_trace_is_unknown if verdict(null, {"kind": "unknown", "why": "the bucket is not versioned"}).status == "unknown"

test_a_copy_does_not_apply if verdict("replica", {"kind": "uncovered", "why": "x"}).status == "not_applicable"
