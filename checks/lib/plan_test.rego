package palisade.lib.plan_test

import data.palisade.lib.plan

with_changes(changes) := {"subject": object.union(
	{"action": "update", "touches": [], "production": true, "environment": "production", "class": null},
	changes,
)}

test_what_is_done_in_words if {
	plan.done == "changes" with input as with_changes({})
	plan.done == "does something unknown to" with input as with_changes({"action": "unknown"})
}

test_what_goes if {
	plan.removes with input as with_changes({"action": "replace"})
	plan.removes with input as with_changes({"action": "delete"})
	not plan.removes with input as with_changes({"action": "forget"})
	plan.unclear with input as with_changes({"action": "unknown"})
	not plan.unclear with input as with_changes({})
}

test_the_guard_that_is_touched if {
	touched := {"kind": "vault", "which": "copies", "said": null}
	plan.guard("vault") == touched with input as with_changes({"touches": [touched]})
	not plan.guard("vault") with input as with_changes({})
	plan.which(touched) == "copies"
	plan.which(object.union(touched, {"said": "it holds 3"})) == "copies (it holds 3)"
	plan.which({"kind": "vault", "which": null, "said": null}) == "one that the plan does not name yet"
}

test_what_does_not_concern_production if {
	not plan.elsewhere with input as with_changes({})
	not plan.elsewhere with input as with_changes({"environment": null})
	plan.elsewhere == "its environment is staging" with input as with_changes({"production": false, "environment": "staging"})
	contains(plan.elsewhere, "no data of its own") with input as with_changes({"class": "operational"})
	not plan.elsewhere with input as with_changes({"class": "unclassified"})
}
