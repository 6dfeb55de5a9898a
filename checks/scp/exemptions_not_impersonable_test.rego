package palisade.scp.exemptions_not_impersonable_test

import data.palisade.scp.exemptions_not_impersonable as check

account := {
	"kind": "account",
	"state": "ACTIVE",
	"scanned": true,
	"production": true,
	"environment": "production",
	"unread": [],
	"guards": {
		"bound": "member",
		"closed": 30,
		"undecided": 0,
		"exemption_count": 1,
		"exemptions": [{"said": "protect-data exempts role/BreakGlass", "undeclared": []}],
	},
	"reach": {"impersonation": {"exempt": 1, "count": 0, "shown": [], "unclear": []}},
}

by(impersonation) := object.union(account, {"reach": {"impersonation": impersonation}})

test_nobody_can_become_exempt if {
	verdict := check.verdict with input.subject as account
	verdict.status == "pass"
	contains(verdict.message, "one of the 1 principal that they exempt")
}

test_somebody_who_makes_roles_becomes_exempt if {
	verdict := check.verdict with input.subject as by({
		"exempt": 0,
		"count": 1,
		"shown": [{"told": "role/ci of account 111122223333 creates role/BreakGlass-x of account 111122223333"}],
		"unclear": [],
	})
	verdict.status == "fail"
	contains(verdict.message, "role/ci of account 111122223333 creates role/BreakGlass-x")
}

test_a_key_that_nobody_can_judge_is_unknown if {
	verdict := check.verdict with input.subject as by({"exempt": 0, "count": 0, "shown": [], "unclear": ["aws:userid"]})
	verdict.status == "unknown"
	contains(verdict.message, "aws:userid")
}

test_denies_without_exemptions_pass if {
	verdict := check.verdict with input.subject as object.union(account, {"guards": {"exemptions": [], "exemption_count": 0}})
	verdict.status == "pass"
	contains(verdict.message, "exempt nobody")
}

test_without_guards_there_is_nothing_to_be_exempt_from if {
	verdict := check.verdict with input.subject as object.union(account, {"guards": {"exemptions": [], "exemption_count": 0, "closed": 0}})
	verdict.status == "not_applicable"
}

test_the_management_account_is_not_judged if {
	verdict := check.verdict with input.subject as object.union(account, {"guards": {"bound": "management"}})
	verdict.status == "not_applicable"
}

test_a_closed_account_is_not_judged if {
	verdict := check.verdict with input.subject as object.union(account, {"state": "SUSPENDED"})
	verdict.status == "not_applicable"
}

test_unread_policies_leave_it_unknown if {
	verdict := check.verdict with input.subject as object.union(account, {"guards": {"exemptions": [], "exemption_count": 0, "closed": 0, "undecided": 30}})
	verdict.status == "unknown"
	contains(verdict.message, "30 further actions")
}
