package palisade.plan.states_kept_test

import data.palisade.plan.states_kept as check

change(changes) := {"subject": object.union(
	{
		"address": "aws_s3_bucket_versioning.main",
		"resource_type": "aws_s3_bucket_versioning",
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

test_a_bucket_of_states_fails if {
	v := check.verdict with input as change({"touches": [{"kind": "state_bucket", "which": "states", "said": "it holds 3 states of Terraform"}]})
	v.status == "fail"
	contains(v.message, "a bucket that holds states or sets something on it: states (it holds 3 states of Terraform).")
}

test_a_lock_table_fails if {
	v := check.verdict with input as change({
		"resource_type": "aws_dynamodb_table",
		"action": "delete",
		"touches": [{"kind": "lock_table", "which": "locks", "said": null}],
	})
	v.status == "fail"
	contains(v.message, "deletes a table that locks states")
}

test_another_bucket_passes if {
	v := check.verdict with input as change({"before": {"bucket": "orders"}})
	v.status == "pass"
	made := check.verdict with input as change({"action": "create", "after": {"bucket": "orders"}})
	made.status == "pass"
	table := check.verdict with input as change({"resource_type": "aws_dynamodb_table"})
	table.status == "pass"
	bucket := check.verdict with input as change({"resource_type": "aws_s3_bucket", "action": "create"})
	bucket.status == "pass"
}

test_a_setting_on_a_bucket_without_a_name_is_unknown if {
	v := check.verdict with input as change({"action": "create", "unknown": ["bucket"]})
	v.status == "unknown"
}

test_a_setting_on_a_bucket_of_the_same_plan_passes if {
	v := check.verdict with input as change({"action": "create", "unknown": ["bucket"], "target_is_new": true})
	v.status == "pass"
}

test_other_changes_are_not_judged if {
	v := check.verdict with input as change({"resource_type": "aws_vpc"})
	v.status == "not_applicable"
}
