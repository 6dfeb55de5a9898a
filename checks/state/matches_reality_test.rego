package palisade.state.matches_reality_test

import data.palisade.state.matches_reality as check

database(found, differences) := {"subject": {
	"kind": "state_database",
	"state": "s3://states/prod.tfstate",
	"address": "aws_db_instance.main",
	"found": found,
	"recorded": {"deletion_protection": true, "deletion_protection_enabled": null},
	"differences": differences,
}}

test_the_same_passes if {
	v := check.verdict with input as database(true, [])
	v.status == "pass"
}

test_a_difference_fails_and_is_told if {
	v := check.verdict with input as database(true, [{"setting": "deletion_protection", "recorded": "true", "live": "false"}])
	v.status == "fail"
	contains(v.message, "deletion_protection is true in the state and false in AWS")
}

test_a_resource_that_is_gone_fails if {
	v := check.verdict with input as database(false, [])
	v.status == "fail"
}

test_an_unread_account_is_unknown if {
	v := check.verdict with input as database(null, [])
	v.status == "unknown"
}

test_unread_gives_no_verdict if {
	not check.verdict with input as database(true, null)
}

test_what_records_nothing_is_unknown if {
	v := check.verdict with input as object.union(
		database(true, []),
		{"subject": {"recorded": {"deletion_protection": null, "deletion_protection_enabled": null}}},
	)
	v.status == "unknown"
	table := check.verdict with input as object.union(
		database(true, []),
		{"subject": {"recorded": {"deletion_protection": null, "deletion_protection_enabled": false}}},
	)
	table.status == "pass"
}
