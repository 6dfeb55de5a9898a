package palisade.lib.guards_test

import data.palisade.lib.guards

statement := {"said": "SCP protect (p-1), statement Data, at the root"}

actions(changes) := object.union(
	{"asked": 2, "closed": 2, "open_count": 0, "open": [], "undecided": [], "closing": [statement], "bypasses": []},
	changes,
)

test_closed_passes_and_names_the_statement if {
	v := guards.judged(actions({"bypasses": ["rds:ModifyDBInstance"]}), "that destroy")
	v.status == "pass"
	contains(v.message, "2 of 2 actions that destroy are closed to every administrator, by SCP protect (p-1), statement Data")
	contains(v.message, "1 other action, which no blanket deny can close: rds:ModifyDBInstance.")
}

test_open_fails_with_the_worst if {
	v := guards.judged(actions({"closed": 0, "open_count": 5, "open": [{"said": "a (nothing denies it)"}]}), "x")
	v.status == "fail"
	contains(v.message, "a (nothing denies it); and 4 more.")
}

test_undecided_is_unknown if {
	v := guards.judged(actions({"closed": 1, "undecided": ["rds:DeleteDBInstance"]}), "x")
	v.status == "unknown"
}

test_nothing_adds_up_to_no_verdict if {
	not guards.judged(actions({"closed": 1}), "x")
}

fact(changes) := {"subject": object.union({"service": "rds", "bound": "member", "account_data_resources": 1}, changes)}

test_one_action_is_told_in_the_singular if {
	v := guards.judged(actions({"closed": 1, "open_count": 1, "open": [{"said": "a"}]}), "that destroy")
	startswith(v.message, "1 of 2 actions that destroy is not closed")
}

test_what_closes_may_be_unnamed if {
	v := guards.judged(actions({"closing": []}), "that destroy")
	endswith(v.message, "by the policies of the organization.")
}

test_no_action_is_not_judged if {
	v := guards.service(actions({"asked": 0, "closed": 0}), "destroy data") with input as fact({})
	v.status == "not_applicable"
}

test_an_empty_management_account_is_not_judged if {
	v := guards.service(actions({}), "destroy data") with input as fact({"bound": "management", "account_data_resources": 0})
	v.status == "not_applicable"
}

test_a_service_is_named if {
	v := guards.service(actions({}), "destroy data") with input as fact({})
	contains(v.message, "2 of 2 actions of rds that destroy data")
}

test_whom_no_guard_binds if {
	management := guards.unguarded with input as {"subject": {"guards": {"bound": "management"}}}
	contains(management, "management account")
	outside := guards.unguarded with input as {"subject": {"guards": {"bound": "outside"}}}
	contains(outside, "no organization")
	not guards.unguarded with input as {"subject": {"guards": {"bound": "member"}}}
}
