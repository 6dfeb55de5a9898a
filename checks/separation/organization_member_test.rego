package palisade.separation.organization_member_test

import data.palisade.separation.organization_member as check

account(member) := {"subject": {"kind": "account", "organization_member": member}}

test_member_passes if {
	v := check.verdict with input as account(true)
	v.status == "pass"
}

test_lone_account_fails if {
	v := check.verdict with input as account(false)
	v.status == "fail"
}

test_unread_gives_no_verdict if {
	not check.verdict with input as account(null)
}
