package palisade.backup.covered_test

import data.palisade.backup.covered as check

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

test_selected_with_a_point_passes if {
	v := check.verdict with input as resource({})
	v.status == "pass"
	contains(v.message, "daily")
	contains(v.message, "12 hours old")
}

test_unknown_environment_is_judged if {
	v := check.verdict with input as resource({"environment": null, "backup": {"plans": []}})
	v.status == "fail"
}

test_no_plan_fails if {
	v := check.verdict with input as resource({"backup": {"plans": [], "period_hours": null}})
	v.status == "fail"
	contains(v.message, "No backup plan")
}

test_a_plan_without_points_fails if {
	v := check.verdict with input as resource({"backup": {"newest_point_hours": null}})
	v.status == "fail"
	contains(v.message, "no usable recovery point")
}

test_a_job_may_take_its_start_window if {
	v := check.verdict with input as resource({"backup": {"newest_point_hours": 32}})
	v.status == "pass"
}

test_an_old_point_fails if {
	v := check.verdict with input as resource({"backup": {"newest_point_hours": 33}})
	v.status == "fail"
	contains(v.message, "33 hours old")
}

test_a_new_resource_has_time if {
	v := check.verdict with input as resource({"age_hours": 3, "backup": {"newest_point_hours": null}})
	v.status == "pass"
	contains(v.message, "only 3 hours old")
}

test_a_new_resource_of_a_type_not_opted_in_has_none if {
	out := check.verdict with input as resource({"age_hours": 3, "backup": {"newest_point_hours": null, "opted_in": false}})
	out.status == "fail"
	unseen := check.verdict with input as resource({"age_hours": 3, "backup": {"newest_point_hours": null, "opted_in": null}})
	unseen.status != "pass"
}

test_age_unread_never_passes if {
	v := check.verdict with input as resource({"age_hours": null, "backup": {"newest_point_hours": null}})
	v.status == "fail"
}

test_schedule_not_understood_is_unknown if {
	v := check.verdict with input as resource({"backup": {"period_hours": null}})
	v.status == "unknown"
}

test_unsupported_types_fail if {
	v := check.verdict with input as resource({"backup": {"supported": false}})
	v.status == "fail"
}
