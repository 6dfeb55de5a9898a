package palisade.scp.exemptions_declared_test

import data.palisade.scp.exemptions_declared as check

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
				"exemption_count": 0,
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

exemption(undeclared) := {
	"said": "SCP protect (p-1) exempts whoever calls where aws:PrincipalArn is arn:aws:iam::1:role/X",
	"undeclared": undeclared,
	"break_glass": 1,
	"platform": 2,
}

test_declared_passes if {
	v := check.verdict with input as account({}, {"exemptions": [exemption([])], "exemption_count": 1})
	v.status == "pass"
	contains(v.message, "1 declared principal and 2 platform roles")
}

test_nobody_exempt_passes if {
	v := check.verdict with input as account({}, {})
	v.status == "pass"
}

test_undeclared_fails_with_the_statement if {
	v := check.verdict with input as account({}, {
		"exemptions": [exemption([]), exemption(["aws:PrincipalArn is arn:aws:iam::1:role/X"])],
		"exemption_count": 2,
	})
	v.status == "fail"
	contains(v.message, "1 exemption lets pass somebody whom nobody declared: SCP protect (p-1)")
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
	not check.verdict with input as account({}, {"exemptions": null, "exemption_count": 1})
}

test_what_is_undecided_is_unknown if {
	none := check.verdict with input as account({}, {"closed": 0, "undecided": 3})
	none.status == "unknown"
	contains(none.message, "3 further actions")
	some_closed := check.verdict with input as account({}, {"undecided": 1})
	some_closed.status == "unknown"
}
