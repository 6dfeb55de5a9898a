package palisade.plan.guards_kept_test

import data.palisade.plan.guards_kept as check

change(changes) := {"subject": object.union(
	{
		"address": "aws_organizations_policy.main",
		"resource_type": "aws_organizations_policy",
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

touched := {"touches": [{"kind": "organization_policy", "which": "p-1", "said": null}]}

test_a_changed_policy_fails if {
	v := check.verdict with input as change(touched)
	v.status == "fail"
	contains(v.message, "changes a policy of the organization")
	contains(v.message, "p-1")
}

test_a_detached_policy_fails if {
	v := check.verdict with input as change(object.union(touched, {"action": "delete", "resource_type": "aws_organizations_policy_attachment"}))
	v.status == "fail"
}

test_a_policy_that_becomes_another_kind_fails if {
	v := check.verdict with input as change(object.union(touched, {"before": {"type": "TAG_POLICY"}, "after": {"type": "SERVICE_CONTROL_POLICY"}}))
	v.status == "fail"
}

test_new_policies_pass if {
	v := check.verdict with input as change(object.union(touched, {"action": "create"}))
	v.status == "pass"
	contains(v.message, "new")
	other := check.verdict with input as change(object.union(touched, {"action": "create", "resource_type": "awscc_organizations_policy"}))
	other.status == "pass"
	delegated := check.verdict with input as change(object.union(touched, {
		"action": "create",
		"resource_type": "aws_organizations_delegated_administrator",
	}))
	delegated.status == "fail"
}

test_tag_policies_pass if {
	v := check.verdict with input as change(object.union(touched, {"before": {"type": "TAG_POLICY"}}))
	v.status == "pass"
	contains(v.message, "TAG_POLICY")
}

test_other_changes_are_not_judged if {
	v := check.verdict with input as change({"resource_type": "aws_vpc"})
	v.status == "not_applicable"
}
