package palisade.backup.cross_account_copy_fresh_test

import data.palisade.backup.cross_account_copy_fresh as check

resource(changes) := {"subject": object.union(
	{
		"kind": "db_instance",
		"engine": "postgres",
		"class": "data",
		"class_by": {"by": "type", "what": "db_instance"},
		"environment": "production",
		"environment_by": {"by": "tag", "what": "env=prod"},
		"production": true,
		"cluster": null,
		"age_hours": 5000,
		"encryption": {"encrypted": true, "key_manager": "CUSTOMER"},
		"copies": [],
		"backup": {
			"of_predecessors": [],
			"supported": true,
			"opted_in": true,
			"plans": [{"plan": "daily", "selection": "databases", "period_hours": 24}],
			"period_hours": 24,
			"newest_point_hours": 12,
		},
		"restore": null,
		"unread": [],
	},
	changes,
)}

test_what_is_no_production_data_is_not_judged if {
	staging := check.verdict with input as resource({"production": false, "environment": "staging"})
	staging.status == "not_applicable"
	contains(staging.message, "staging (told by tag: env=prod)")
	derived := check.verdict with input as resource({"class": "derived"})
	derived.status == "not_applicable"
	member := check.verdict with input as resource({"cluster": "orders"})
	member.status == "not_applicable"
}

copy(changes) := object.union(
	{
		"kind": "recovery_point",
		"arn": "arn:aws:backup:eu-central-1:444455556666:recovery-point:1",
		"account": "444455556666",
		"region": "eu-central-1",
		"vault": "arn:aws:backup:eu-central-1:444455556666:backup-vault:copies",
		"status": "COMPLETED",
		"usable": true,
		"age_hours": 12,
		"expires_in_hours": 700,
		"other_account": true,
		"other_region": true,
	},
	changes,
)

test_fresh_copy_passes if {
	v := check.verdict with input as resource({"copies": [copy({})]})
	v.status == "pass"
	contains(v.message, "account 444455556666 holds data 12 hours old; less than 36 hours are wanted")
}

test_snapshot_copied_without_aws_backup_passes if {
	v := check.verdict with input as resource({"copies": [copy({"kind": "manual_snapshot", "vault": null, "expires_in_hours": null})]})
	v.status == "pass"
	contains(v.message, "A manual snapshot")
}

test_copy_in_the_same_account_fails if {
	v := check.verdict with input as resource({"copies": [copy({"other_account": false, "account": "111122223333"})]})
	v.status == "fail"
}

test_old_copy_fails if {
	v := check.verdict with input as resource({"copies": [copy({"age_hours": 36}), copy({"age_hours": 90})]})
	v.status == "fail"
	contains(v.message, "36 hours old")
}

test_own_rpo_counts if {
	v := check.verdict with input as resource({"copies": [copy({"age_hours": 36})]})
		with data.config.rpo_hours as 48
	v.status == "pass"
}

test_copies_that_prove_nothing_fail if {
	v := check.verdict with input as resource({"copies": [
		copy({"usable": false}),
		copy({"age_hours": null}),
		copy({"expires_in_hours": 0}),
		copy({"other_account": null}),
	]})
	v.status == "fail"
	not contains(v.message, "re-encrypt")
}

test_points_of_a_predecessor_do_not_count if {
	v := check.verdict with input as resource({"backup": {"of_predecessors": ["arn:aws:backup:eu-west-1:444455556666:recovery-point:old"]}})
	v.status == "fail"
	contains(v.message, "recovery-point:old")
}

# RDS encrypted with the AWS-managed key cannot be copied across accounts.
test_managed_key_is_said_to_stand_in_the_way if {
	v := check.verdict with input as resource({"encryption": {"key_manager": "AWS"}})
	v.status == "fail"
	contains(v.message, "re-encrypt")
}

test_unread_never_passes if {
	not check.verdict with input as resource({"copies": null})
}
