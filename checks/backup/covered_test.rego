package palisade.backup.covered_test

import data.palisade.backup.covered

base := {
	"kind": "db_instance", "class": "data", "class_by": {"by": "type", "what": "db_instance"}, "production": true,
	"environment": "production", "environment_by": {"by": "tag", "what": "env=production"}, "cluster": null, "age_hours": 5000,
	"backup": {"supported": true, "opted_in": true, "plans": [], "period_hours": null, "newest_point_hours": null},
}

plan := {"plan": "daily", "arn": null, "selection": "data", "period_hours": 24}

selected(newest) := {"backup": {"plans": [plan], "period_hours": 24, "newest_point_hours": newest}}

verdict(change) := answer if {
	answer := covered.verdict with input as {"subject": object.union(base, change)}
}

test_selected_and_backed_up_passes if verdict(selected(20)).status == "pass"

test_the_start_window_is_allowed_for if verdict(selected(32)).status == "pass"

test_a_late_point_fails_and_says_how_late if {
	answer := verdict(selected(200))
	answer.status == "fail"
	contains(answer.message, "8 days")
}

test_no_plan_fails if verdict({}).status == "fail"

test_a_plan_that_never_ran_fails if verdict(selected(null)).status == "fail"

test_a_young_resource_passes if verdict(object.union(selected(null), {"age_hours": 3})).status == "pass"

test_a_resource_of_unknown_age_does_not_pass if verdict(object.union(selected(null), {"age_hours": null})).status == "fail"

test_an_unreadable_schedule_is_unknown if verdict({"backup": {"plans": [plan], "period_hours": null, "newest_point_hours": 1}}).status == "unknown"

test_an_unsupported_type_fails if verdict({"backup": {"supported": false}}).status == "fail"

test_members_do_not_apply if verdict({"cluster": "orders"}).status == "not_applicable"

test_other_classes_do_not_apply if verdict({"class": "operational"}).status == "not_applicable"

test_other_environments_do_not_apply if verdict({"production": false, "environment": "development"}).status == "not_applicable"
