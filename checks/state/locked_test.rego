package palisade.state.locked_test

import data.palisade.state.locked as check

state(changes) := {"subject": object.union(
	{
		"kind": "state_object",
		"content_read": true,
		"copy": null,
		"lock": {"kind": "table_digest", "table": "arn:aws:dynamodb:eu-west-1:111122223333:table/locks"},
	},
	changes,
)}

test_a_copy_is_not_judged if {
	v := check.verdict with input as state({"copy": "replication_target"})
	v.status == "not_applicable"
	contains(v.message, "replication target")
}

test_a_matching_digest_passes if {
	v := check.verdict with input as state({})
	v.status == "pass"
}

test_a_lock_file_around_the_write_passes if {
	v := check.verdict with input as state({"lock": {"kind": "lock_file", "key": "prod.tfstate.tflock"}})
	v.status == "pass"
}

test_an_uncovered_write_fails if {
	v := check.verdict with input as state({"lock": {"kind": "uncovered", "why": "the digest is of an older write"}})
	v.status == "fail"
	contains(v.message, "older write.")
}

test_no_trace_is_unknown if {
	v := check.verdict with input as state({"lock": {"kind": "unknown", "why": "the bucket is not versioned"}})
	v.status == "unknown"
}

test_unread_gives_no_verdict if {
	not check.verdict with input as {"subject": {"copy": null, "lock": null}}
}
