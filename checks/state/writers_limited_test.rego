package palisade.state.writers_limited_test

import data.palisade.state.writers_limited as check

bucket(changes) := {"subject": object.union(
	{
		"kind": "state_bucket",
		"states": 2,
		"copies_only": false,
		"writers": {"count": 1, "shown": [{"who": "arn:aws:iam::111122223333:role/deploy"}], "platform": []},
	},
	changes,
)}

test_few_pass if {
	v := check.verdict with input as bucket({})
	v.status == "pass"
	contains(v.message, "1 principal can write or delete its 2 states, no more than 5: arn:aws:iam::111122223333:role/deploy.")
}

test_many_fail if {
	v := check.verdict with input as bucket({"writers": {"count": 9}})
	v.status == "fail"
	contains(v.message, "9 principals")
}

test_copies_alone_are_not_judged if {
	v := check.verdict with input as bucket({"copies_only": true})
	v.status == "not_applicable"
}

test_unscanned_is_unknown if {
	v := check.verdict with input as bucket({"writers": null})
	v.status == "unknown"
}
