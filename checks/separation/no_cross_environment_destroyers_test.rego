package palisade.separation.no_cross_environment_destroyers_test

import data.palisade.separation.no_cross_environment_destroyers as check

account(changes) := {"subject": object.union(
	{
		"kind": "account",
		"state": "ACTIVE",
		"scanned": true,
		"management": false,
		"production": true,
		"environment": "production",
		"environment_by": {"by": "account", "what": "shop-prod"},
		"unread": [],
		"data_resources": 1,
		"backup_account": false,
		"reach": {
			"rights": 2,
			"destroyers": {"count": 1, "shown": [admin], "platform": []},
			"crossing": {"count": 0, "shown": [], "platform": []},
			"copy_rights": 0,
			"to_copies": {"count": 0, "shown": [], "platform": []},
			"copies_of": [],
		},
	},
	changes,
)}

admin := {
	"who": "arn:aws:iam::111122223333:role/admin",
	"strength": "sure",
	"told": "role/admin of account 111122223333 may call rds:DeleteDBInstance on orders",
}

test_nobody_passes if {
	v := check.verdict with input as account({})
	v.status == "pass"
	contains(v.message, "2 rights")
}

test_somebody_fails if {
	v := check.verdict with input as account({"reach": {"rights": 2, "crossing": {"count": 1, "shown": [admin]}}})
	v.status == "fail"
	contains(v.message, "1 principal of another environment can destroy data here: role/admin of account 111122223333 may call")
}

test_not_scanned_is_unknown if {
	v := check.verdict with input as account({"scanned": false})
	v.status == "unknown"
}

test_closed_accounts_are_not_judged if {
	v := check.verdict with input as account({"state": "SUSPENDED"})
	v.status == "not_applicable"
	contains(v.message, "suspended")
}

test_other_environments_are_not_judged if {
	v := check.verdict with input as account({"production": false, "environment": "development"})
	v.status == "not_applicable"
}

test_without_data_is_not_judged if {
	v := check.verdict with input as account({"data_resources": 0})
	v.status == "not_applicable"
}

test_unlisted_data_is_unknown if {
	v := check.verdict with input as account({"data_resources": 0, "unread": [{"collection": "s3.buckets"}]})
	v.status == "unknown"
}

test_unread_gives_no_verdict if {
	not check.verdict with input as account({"reach": null})
}
