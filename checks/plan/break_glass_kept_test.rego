package palisade.plan.break_glass_kept_test

import data.palisade.plan.break_glass_kept as check

change(changes) := {"subject": object.union(
	{
		"address": "aws_iam_role.main",
		"resource_type": "aws_iam_role",
		"action": "update",
		"actions": ["update"],
		"before": {},
		"after": {},
		"unknown": [],
		"touches": [],
		"target_is_new": false,
	},
	changes,
)}

test_a_break_glass_role_fails if {
	v := check.verdict with input as change({"touches": [{"kind": "break_glass", "which": "BreakGlass", "said": null}]})
	v.status == "fail"
	contains(v.message, "changes a principal that passes the guards, or its rights: BreakGlass.")
}

test_another_role_passes if {
	v := check.verdict with input as change({}) with data.config.break_glass.principals as ["arn:aws:iam::*:role/BreakGlass"]
	v.status == "pass"
	v.message == "It is none of the declared break-glass principals."
}

test_without_any_declared_it_says_so if {
	v := check.verdict with input as change({}) with data.config.break_glass.principals as []
	v.status == "pass"
	contains(v.message, "No break-glass principal is declared")
}

test_other_changes_are_not_judged if {
	v := check.verdict with input as change({"resource_type": "aws_vpc"})
	v.status == "not_applicable"
}
