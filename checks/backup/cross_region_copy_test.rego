package palisade.backup.cross_region_copy_test

import data.palisade.backup.cross_region_copy as check

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
		"region": "eu-west-1",
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
	v := check.verdict with input as resource({"copies": [copy({"other_account": false})]})
	v.status == "pass"
	contains(v.message, "in eu-central-1")
}

test_replicated_automated_backup_passes if {
	v := check.verdict with input as resource({"copies": [copy({"kind": "replicated_automated_backup", "age_hours": 0.2})]})
	v.status == "pass"
}

test_copy_in_the_same_region_fails if {
	v := check.verdict with input as resource({"copies": [copy({"other_region": false})]})
	v.status == "fail"
	contains(v.message, "outside eu-west-1")
}

test_old_copy_fails if {
	v := check.verdict with input as resource({"copies": [copy({"age_hours": 80})]})
	v.status == "fail"
	contains(v.message, "3 days old")
}

test_copies_that_prove_nothing_fail if {
	v := check.verdict with input as resource({"copies": [
		copy({"usable": false}),
		copy({"age_hours": null}),
		copy({"other_region": null}),
		copy({"expires_in_hours": -1}),
	]})
	v.status == "fail"
}

test_residency_turns_it_off if {
	v := check.verdict with input as resource({})
		with data.config.backup.cross_region as false
	v.status == "not_applicable"
}

test_unread_never_passes if {
	not check.verdict with input as resource({"copies": null})
}
