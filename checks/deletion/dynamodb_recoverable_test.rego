package palisade.deletion.dynamodb_recoverable_test

import data.palisade.deletion.dynamodb_recoverable as check

table(changes) := {"subject": object.union(
	{
		"kind": "dynamodb_table",
		"class": "data",
		"class_by": {"by": "type", "what": "dynamodb_table"},
		"protection": {"deletion_protection": true, "point_in_time_recovery": true},
	},
	changes,
)}

test_recoverable_passes if {
	v := check.verdict with input as table({})
	v.status == "pass"
}

test_not_recoverable_fails if {
	v := check.verdict with input as table({"protection": {"point_in_time_recovery": false}})
	v.status == "fail"
}

test_operational_is_not_judged if {
	v := check.verdict with input as table({"class": "operational"})
	v.status == "not_applicable"
}

test_unread_gives_no_verdict if {
	not check.verdict with input as table({"protection": {"point_in_time_recovery": null}})
}
