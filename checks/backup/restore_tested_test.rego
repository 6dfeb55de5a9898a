package palisade.backup.restore_tested_test

import data.palisade.backup.restore_tested as check

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

restored(changes) := resource({"restore": object.union(
	{"age_hours": 100, "seen_in": "job", "validation": null, "testing_plan": null},
	changes,
)})

test_validated_passes if {
	v := check.verdict with input as restored({"validation": "SUCCESSFUL"})
	v.status == "pass"
	contains(v.message, "validated 4 days ago")
}

test_not_validated_passes_and_says_so if {
	none := check.verdict with input as restored({})
	none.status == "pass"
	contains(none.message, "was not validated")
	late := check.verdict with input as restored({"validation": "TIMED_OUT"})
	late.status == "pass"
	contains(late.message, "was not validated")
}

test_failed_validation_fails if {
	v := check.verdict with input as restored({"validation": "FAILED"})
	v.status == "fail"
}

test_long_ago_fails if {
	v := check.verdict with input as restored({"age_hours": 841, "validation": "SUCCESSFUL"})
	v.status == "fail"
	contains(v.message, "35 days ago; one in the last 35 days")
}

test_never_fails if {
	v := check.verdict with input as resource({})
	v.status == "fail"
}

test_without_an_age_never_passes if {
	not check.verdict with input as restored({"age_hours": null})
}
