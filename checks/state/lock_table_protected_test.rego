package palisade.state.lock_table_protected_test

import data.palisade.state.lock_table_protected

verdict(on) := answer if {
	answer := lock_table_protected.verdict with input as {"subject": {"kind": "lock_table", "deletion_protection": on, "states": 1}}
}

test_on_passes if verdict(true).status == "pass"

test_off_fails if verdict(false).status == "fail"

test_absent_gets_no_verdict if not verdict(null)
