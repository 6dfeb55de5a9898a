package palisade.separation.agents_read_only_test

import data.palisade.separation.agents_read_only as check

agent(changes) := {"subject": object.union(
	{
		"kind": "agent",
		"declared": true,
		"pattern": "arn:aws:iam::*:role/agent-*",
		"found": true,
		"accounts": 0,
		"reaches": [],
	},
	changes,
)}

test_harmless_passes if {
	v := check.verdict with input as agent({})
	v.status == "pass"
}

test_destroyer_fails if {
	v := check.verdict with input as agent({"accounts": 1, "reaches": [{"told": "role/agent-x may call rds:DeleteDBInstance on orders"}]})
	v.status == "fail"
	contains(v.message, "can destroy data in 1 account: role/agent-x may call")
}

test_undeclared_is_not_judged if {
	v := check.verdict with input as agent({"declared": false, "found": false})
	v.status == "not_applicable"
	contains(v.message, "[agents]")
}

test_unmatched_is_unknown if {
	v := check.verdict with input as agent({"found": false})
	v.status == "unknown"
}

test_unread_gives_no_verdict if {
	not check.verdict with input as agent({"accounts": null})
}
