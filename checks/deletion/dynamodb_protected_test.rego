package palisade.deletion.dynamodb_protected_test

import data.palisade.deletion.dynamodb_protected as check

table(changes) := {"subject": object.union(
	{
		"kind": "dynamodb_table",
		"class": "data",
		"class_by": {"by": "type", "what": "dynamodb_table"},
		"protection": {"deletion_protection": true, "point_in_time_recovery": true},
	},
	changes,
)}

test_protected_passes if {
	v := check.verdict with input as table({})
	v.status == "pass"
}

test_unprotected_fails if {
	v := check.verdict with input as table({"protection": {"deletion_protection": false}})
	v.status == "fail"
}

test_lock_tables_are_not_judged if {
	v := check.verdict with input as table({"class": "operational", "class_by": {"by": "type", "what": "lock table"}})
	v.status == "not_applicable"
	contains(v.message, "lock table")
}

test_unread_gives_no_verdict if {
	not check.verdict with input as table({"protection": {"deletion_protection": null}})
}
