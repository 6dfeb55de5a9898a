package palisade.backup.jobs_healthy_test

import data.palisade.backup.jobs_healthy

job := {
	"id": "1", "kind": "copy", "state": "FAILED", "resource": "arn:aws:rds:eu-west-1:111122223333:db:orders",
	"message": "Access denied to the key", "age_hours": 10, "later_success": false,
}

verdict(plans, jobs) := answer if {
	answer := jobs_healthy.verdict with input as {"subject": {"kind": "account_region", "plans": plans, "failed_jobs": jobs}}
		with data.config as {"job_window_hours": 48}
}

test_no_failures_pass if verdict(1, []).status == "pass"

test_a_failure_fails_and_gives_the_reason if {
	answer := verdict(1, [job])
	answer.status == "fail"
	contains(answer.message, "Access denied to the key")
}

test_a_later_success_heals if verdict(1, [object.union(job, {"later_success": true})]).status == "pass"

test_an_old_failure_does_not_count if verdict(1, [object.union(job, {"age_hours": 49})]).status == "pass"

test_a_failure_without_details_is_told if contains(verdict(1, [object.union(job, {"resource": null, "message": null})]).message, "an unnamed resource")

test_a_failure_counts_without_plans if verdict(0, [job]).status == "fail"

test_nothing_here_does_not_apply if verdict(0, []).status == "not_applicable"
