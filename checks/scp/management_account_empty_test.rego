package palisade.scp.management_account_empty_test

import data.palisade.scp.management_account_empty as check

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
		"data_resources": 0,
		"data": [],
	},
	changes,
)}

test_empty_passes if {
	v := check.verdict with input as account({"management": true})
	v.status == "pass"
}

test_data_fails if {
	v := check.verdict with input as account({
		"management": true,
		"data_resources": 1,
		"data": ["arn:aws:rds:eu-west-1:111122223333:db:billing"],
	})
	v.status == "fail"
	contains(v.message, "1 data resource that no service control policy protects: arn:aws:rds:eu-west-1:111122223333:db:billing.")
}

test_members_are_not_judged if {
	v := check.verdict with input as account({"data_resources": 3})
	v.status == "not_applicable"
}

test_not_scanned_is_unknown if {
	v := check.verdict with input as account({"management": true, "scanned": false})
	v.status == "unknown"
}

test_unread_gives_no_verdict if {
	not check.verdict with input as account({"management": null})
}

test_lone_accounts_are_not_judged if {
	v := check.verdict with input as account({"organization_member": false})
	v.status == "not_applicable"
	contains(v.message, "no organization")
}

# Where nobody can say who manages the organization, every account may be the one.
test_any_account_may_be_the_one_that_manages if {
	v := check.verdict with input as account({"unread": [{"collection": "organization.description"}]})
	v.status == "unknown"
}
