package palisade.scp.attached_above_account_test

import data.palisade.scp.attached_above_account as check

account(changes, guards) := {"subject": object.union(
	{
		"kind": "account",
		"state": "ACTIVE",
		"management": false,
		"production": true,
		"environment": "production",
		"environment_by": {"by": "account", "what": "shop"},
		"unread": [],
		"guards": object.union(
			{
				"bound": "member",
				"closed": 10,
				"undecided": 0,
				"closed_at_account": 0,
				"closed_at_account_actions": [],
				"at_account": [],
				"exemptions": [],
				"removal": actions({}),
				"root": actions({}),
				"outsiders": actions({}),
			},
			guards,
		),
	},
	changes,
)}

actions(changes) := object.union(
	{
		"asked": 2,
		"closed": 2,
		"open_count": 0,
		"open": [],
		"undecided": [],
		"closing": [{"said": "SCP protect (p-1), statement Data, at the root"}],
		"bypasses": [],
	},
	changes,
)

test_above_passes if {
	v := check.verdict with input as account({}, {})
	v.status == "pass"
	contains(v.message, "10 actions")
}

test_at_the_account_fails_with_the_statement if {
	v := check.verdict with input as account({}, {
		"closed_at_account": 1,
		"closed_at_account_actions": ["rds:DeleteDBInstance"],
		"at_account": [{"said": "SCP own (p-2), statement X, at the account itself"}],
	})
	v.status == "fail"
	contains(v.message, "1 action is closed only by what is attached to the account itself")
	contains(v.message, "SCP own (p-2)")
}

test_nothing_closed_is_not_judged if {
	v := check.verdict with input as account({}, {"closed": 0})
	v.status == "not_applicable"
}

test_closed_accounts_and_the_management_account_are_not_judged if {
	closed := check.verdict with input as account({"state": "SUSPENDED"}, {})
	closed.status == "not_applicable"
	contains(closed.message, "suspended")
	management := check.verdict with input as account({}, {"bound": "management"})
	management.status == "not_applicable"
}

test_unread_gives_no_verdict if {
	not check.verdict with input as account({}, {"closed": null})
}

test_what_is_undecided_is_unknown if {
	none := check.verdict with input as account({}, {"closed": 0, "undecided": 3})
	none.status == "unknown"
	contains(none.message, "3 further actions")
	some_closed := check.verdict with input as account({}, {"undecided": 1})
	some_closed.status == "unknown"
}
