package palisade.backup.service_opted_in_test

import data.palisade.backup.service_opted_in

verdict(selected, out) := answer if {
	answer := service_opted_in.verdict with input as {"subject": {"kind": "account_region", "selected_types": selected, "opted_out": out}}
}

test_opted_in_passes if verdict(["RDS", "S3"], []).status == "pass"

test_opted_out_fails_and_is_named if {
	answer := verdict(["RDS", "S3"], ["S3"])
	answer.status == "fail"
	contains(answer.message, "S3")
}

test_nothing_selected_does_not_apply if verdict([], []).status == "not_applicable"
