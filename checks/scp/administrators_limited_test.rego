package palisade.scp.administrators_limited_test

import data.palisade.scp.administrators_limited as check

organization(n, delegates) := {"subject": {
	"kind": "organization",
	"policy_administrators": {"count": n, "shown": [{"who": "arn:aws:iam::999999999999:role/admin"}], "platform": []},
	"policy_delegates": delegates,
}}

test_few_pass if {
	v := check.verdict with input as organization(2, [])
	v.status == "pass"
	contains(v.message, "2 principals can detach")
}

test_many_fail if {
	v := check.verdict with input as organization(6, ["111122223333"])
	v.status == "fail"
	contains(v.message, "more than 5: arn:aws:iam::999999999999:role/admin (policies are delegated to 111122223333)")
}

test_unread_gives_no_verdict if {
	not check.verdict with input as {"subject": {"kind": "organization", "policy_administrators": null}}
}
