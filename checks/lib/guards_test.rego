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
	contains(v.message, "2 actions that destroy are closed to every administrator, by SCP protect (p-1), statement Data")
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
