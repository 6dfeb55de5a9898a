package palisade.state.no_stale_lock_test

import data.palisade.state.no_stale_lock

verdict(age) := answer if {
	answer := no_stale_lock.verdict with input as {"subject": {"kind": "held_lock", "state": "s3://states/prod.tfstate", "lock": "x", "age_hours": age}}
		with data.config as {"stale_lock_hours": 24}
}

test_a_fresh_lock_passes if verdict(0.5).status == "pass"

test_exactly_the_limit_passes if verdict(24).status == "pass"

test_a_stale_lock_fails if verdict(24.1).status == "fail"

test_a_lock_without_a_time_is_unknown if verdict(null).status == "unknown"
