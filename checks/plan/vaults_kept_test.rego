package palisade.plan.vaults_kept_test

import data.palisade.plan.vaults_kept as check

change(changes) := {"subject": object.union(
	{
		"address": "aws_backup_vault.main",
		"resource_type": "aws_backup_vault",
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

touched(changes) := change(object.union({"touches": [{"kind": "vault", "which": "copies", "said": "arn:vault receives copies"}]}, changes))

test_a_changed_vault_fails_with_what_it_holds if {
	v := check.verdict with input as touched({})
	v.status == "fail"
	contains(v.message, "changes a vault, its lock or its policy: copies (arn:vault receives copies).")
}

test_a_lock_that_goes_fails if {
	v := check.verdict with input as touched({"resource_type": "aws_backup_vault_lock_configuration", "action": "delete"})
	v.status == "fail"
}

test_a_new_vault_or_lock_passes if {
	v := check.verdict with input as touched({"action": "create"})
	v.status == "pass"
	contains(v.message, "is new")
}

test_a_policy_of_a_vault_that_is_there_fails if {
	v := check.verdict with input as touched({"action": "create", "resource_type": "aws_backup_vault_policy"})
	v.status == "fail"
}

test_a_policy_of_a_new_vault_passes if {
	v := check.verdict with input as touched({"action": "create", "resource_type": "aws_backup_vault_policy", "target_is_new": true})
	v.status == "pass"
	contains(v.message, "the same plan makes")
}

test_other_changes_are_not_judged if {
	v := check.verdict with input as change({"resource_type": "aws_vpc"})
	v.status == "not_applicable"
}
