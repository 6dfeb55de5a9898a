package palisade.scp.guard_removal_denied_test

import data.palisade.scp.guard_removal_denied as check

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

test_closed_passes if {
	v := check.verdict with input as account({}, {})
	v.status == "pass"
	contains(v.message, "SCP protect (p-1)")
}

test_open_fails_with_the_counter_example if {
	open := actions({"closed": 1, "open_count": 1, "open": [{"said": "a:B (nothing denies it)"}]})
	v := check.verdict with input as account({}, {"removal": open})
	v.status == "fail"
	contains(v.message, "a:B (nothing denies it)")
}

test_undecided_is_unknown if {
	v := check.verdict with input as account({}, {"removal": actions({"closed": 1, "undecided": ["a:B"]})})
	v.status == "unknown"
}

test_closed_accounts_and_the_management_account_are_not_judged if {
	closed := check.verdict with input as account({"state": "SUSPENDED"}, {})
	closed.status == "not_applicable"
	contains(closed.message, "suspended")
	management := check.verdict with input as account({}, {"bound": "management"})
	management.status == "not_applicable"
}

test_unread_gives_no_verdict if {
	not check.verdict with input as account({}, {"removal": null})
}
