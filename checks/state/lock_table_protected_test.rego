package palisade.state.lock_table_protected_test

import data.palisade.state.lock_table_protected as check

table(protection) := {"subject": {"kind": "lock_table", "deletion_protection": protection, "states": 1}}

test_on_passes if {
	v := check.verdict with input as table(true)
	v.status == "pass"
}

test_off_fails if {
	v := check.verdict with input as table(false)
	v.status == "fail"
	contains(v.message, "1 state.")
}

test_unread_gives_no_verdict if {
	not check.verdict with input as table(null)
}
