package palisade.separation.state_apart_test

import data.palisade.separation.state_apart as check

bucket(here) := {"subject": {"kind": "state_bucket", "states": 2, "manages_data_here": here}}

test_apart_passes if {
	v := check.verdict with input as bucket([])
	v.status == "pass"
	contains(v.message, "2 states")
}

test_beside_fails if {
	v := check.verdict with input as bucket(["arn:aws:rds:eu-west-1:111122223333:db:orders"])
	v.status == "fail"
	contains(v.message, "db:orders")
}

test_unread_gives_no_verdict if {
	not check.verdict with input as bucket(null)
}
