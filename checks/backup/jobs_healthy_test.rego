package palisade.backup.jobs_healthy_test

import data.palisade.backup.jobs_healthy as check

region(jobs) := {"subject": {"kind": "account_region", "plans": 1, "failed_jobs": jobs}}

job(changes) := object.union(
	{
		"id": "1",
		"kind": "backup",
		"state": "FAILED",
		"resource": "arn:aws:rds:eu-west-1:111122223333:db:orders",
		"message": "no",
		"age_hours": 10,
		"later_success": false,
	},
	changes,
)

test_quiet_passes if {
	v := check.verdict with input as region([])
	v.status == "pass"
}

test_failed_fails if {
	v := check.verdict with input as region([job({})])
	v.status == "fail"
	contains(v.message, "the backup job of arn:aws:rds:eu-west-1:111122223333:db:orders (FAILED, 10 hours ago)")
}

test_every_bad_end_fails if {
	every state in ["EXPIRED", "ABORTED", "PARTIAL"] {
		v := check.verdict with input as region([job({"state": state, "kind": "copy", "resource": null}), job({"id": "2"})])
		v.status == "fail"
		contains(v.message, "2 jobs")
	}
}

test_later_success_passes if {
	v := check.verdict with input as region([job({"later_success": true})])
	v.status == "pass"
}

test_unseen_later_success_fails if {
	v := check.verdict with input as region([job({"later_success": null})])
	v.status == "fail"
}

test_long_ago_passes if {
	v := check.verdict with input as region([job({"age_hours": 49})])
	v.status == "pass"
}

test_without_an_age_is_unknown if {
	v := check.verdict with input as region([job({"age_hours": null})])
	v.status == "unknown"
}

test_where_nothing_runs_nothing_is_judged if {
	v := check.verdict with input as {"subject": {"plans": 0, "failed_jobs": []}}
	v.status == "not_applicable"
}

test_failures_of_plans_that_are_gone_still_count if {
	old := check.verdict with input as {"subject": {"plans": 0, "failed_jobs": [job({"later_success": true})]}}
	old.status == "pass"
	open := check.verdict with input as {"subject": {"plans": 0, "failed_jobs": [job({})]}}
	open.status == "fail"
}

test_unread_never_passes if {
	unread := check.verdict with input as region(null)
	unread.status == "unknown"
	not check.verdict with input as {"subject": {"plans": null, "failed_jobs": []}}
}
