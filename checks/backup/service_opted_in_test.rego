package palisade.backup.service_opted_in_test

import data.palisade.backup.service_opted_in as check

region(selected, out) := {"subject": {"kind": "account_region", "plans": 1, "selected_types": selected, "opted_out": out}}

test_opted_in_passes if {
	v := check.verdict with input as region(["RDS", "S3"], [])
	v.status == "pass"
}

test_opted_out_fails if {
	v := check.verdict with input as region(["RDS", "S3"], ["S3"])
	v.status == "fail"
	contains(v.message, "Plans select S3 here")
}

test_nothing_selected_is_not_judged if {
	v := check.verdict with input as region([], [])
	v.status == "not_applicable"
}

test_unread_gives_no_verdict if {
	not check.verdict with input as region(["RDS"], null)
	not check.verdict with input as region(null, [])
}
