package palisade.separation.environments_apart_test

import data.palisade.separation.environments_apart as check

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
		"data_resources": 3,
		"data_environments": {"production": 3},
		"data_environment_unknown": 0,
		"data_examples": {"production": "arn:aws:rds:eu-west-1:111122223333:db:shop"},
	},
	changes,
)}

test_one_environment_passes if {
	v := check.verdict with input as account({})
	v.status == "pass"
	contains(v.message, "All 3 data resources of the account are of one environment, production.")
}

test_two_environments_fail if {
	v := check.verdict with input as account({
		"data_environments": {"staging": 1},
		"data_examples": {"staging": "arn:aws:s3:::shop-staging"},
	})
	v.status == "fail"
	contains(v.message, "production (3, such as arn:aws:rds:eu-west-1:111122223333:db:shop)")
	contains(v.message, "staging (1, such as arn:aws:s3:::shop-staging)")
}

test_two_environments_fail_even_where_something_is_unread if {
	v := check.verdict with input as account({
		"scanned": false,
		"data_environments": {"staging": 1},
		"unread": [{"collection": "s3.buckets"}],
	})
	v.status == "fail"
}

test_known_beside_unknown_is_unknown if {
	v := check.verdict with input as account({"data_environment_unknown": 1, "data_resources": 4})
	v.status == "unknown"
	contains(v.message, "1 data resource is not known beside production")
}

test_several_unknown_are_unknown if {
	v := check.verdict with input as {"subject": {
		"scanned": true,
		"data_resources": 2,
		"data_environments": {},
		"data_environment_unknown": 2,
		"data_examples": {},
		"unread": [],
	}}
	v.status == "unknown"
}

test_one_resource_cannot_be_mixed if {
	v := check.verdict with input as {"subject": {
		"scanned": true,
		"data_resources": 1,
		"data_environments": {},
		"data_environment_unknown": 1,
		"data_examples": {},
		"unread": [],
	}}
	v.status == "pass"
}

empty := {"subject": {
	"state": "ACTIVE",
	"scanned": true,
	"data_resources": 0,
	"data_environments": {},
	"data_environment_unknown": 0,
	"data_examples": {},
	"unread": [],
}}

test_no_data_is_not_judged if {
	v := check.verdict with input as empty
	v.status == "not_applicable"
}

# A denied list is no empty list.
test_no_data_seen_is_unknown if {
	v := check.verdict with input as object.union(empty, {"subject": {"unread": [{"collection": "rds.db_instances"}]}})
	v.status == "unknown"
}

test_not_scanned_is_unknown if {
	v := check.verdict with input as object.union(empty, {"subject": {"scanned": false}})
	v.status == "unknown"
}

test_closed_accounts_are_not_judged if {
	v := check.verdict with input as object.union(empty, {"subject": {"scanned": false, "state": "CLOSED"}})
	v.status == "not_applicable"
}
