package palisade.state.no_stale_lock_test

import data.palisade.state.no_stale_lock as check

lock(age) := {"subject": {"kind": "held_lock", "state": "s3://states/prod.tfstate", "lock": "x", "age_hours": age}}

test_a_fresh_lock_passes if {
	v := check.verdict with input as lock(0.5)
	v.status == "pass"
}

test_exactly_the_limit_passes if {
	v := check.verdict with input as lock(24)
	v.status == "pass"
}

test_a_stale_lock_fails if {
	v := check.verdict with input as lock(24.1)
	v.status == "fail"
	contains(v.message, "24.1 hours")
}

test_own_limit_counts if {
	v := check.verdict with input as lock(5)
		with data.config.stale_lock_hours as 2
	v.status == "fail"
}

test_a_lock_without_a_time_is_unknown if {
	v := check.verdict with input as lock(null)
	v.status == "unknown"
}
