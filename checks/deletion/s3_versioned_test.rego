package palisade.deletion.s3_versioned_test

import data.palisade.deletion.s3_versioned as check

bucket(changes) := {"subject": object.union(
	{
		"kind": "s3_bucket",
		"class": "data",
		"class_by": {"by": "tag", "what": "class=data"},
		"protection": {"versioning": "Enabled", "noncurrent_expirations": []},
	},
	changes,
)}

expiring(days) := bucket({"protection": {"noncurrent_expirations": [{"rule": "tidy", "days": days, "newer_versions_kept": null}]}})

test_versioned_passes if {
	v := check.verdict with input as bucket({})
	v.status == "pass"
}

test_never_versioned_fails if {
	v := check.verdict with input as bucket({"protection": {"versioning": "Off"}})
	v.status == "fail"
}

test_suspended_fails if {
	v := check.verdict with input as bucket({"protection": {"versioning": "Suspended"}})
	v.status == "fail"
	contains(v.message, "suspended")
}

test_hasty_lifecycle_fails if {
	v := check.verdict with input as expiring(1)
	v.status == "fail"
	contains(v.message, "tidy after 1 day")
}

test_patient_lifecycle_passes if {
	v := check.verdict with input as expiring(7)
	v.status == "pass"
	contains(v.message, "at least 7 days")
}

test_unclassified_is_judged if {
	v := check.verdict with input as bucket({"class": "unclassified", "protection": {"versioning": "Off"}})
	v.status == "fail"
}

test_logs_are_not_judged if {
	v := check.verdict with input as bucket({"class": "operational", "class_by": {"by": "pattern", "what": "aws-controltower-*"}})
	v.status == "not_applicable"
	contains(v.message, "aws-controltower-*")
}

test_unread_gives_no_verdict if {
	not check.verdict with input as bucket({"protection": {"versioning": null}})
	not check.verdict with input as bucket({"protection": {"noncurrent_expirations": null}})
	not check.verdict with input as expiring(null)
}

test_unread_versioning_never_passes_by_its_lifecycle if {
	patient := [{"rule": "tidy", "days": 90, "newer_versions_kept": null}]
	every versioning in [null, "enabled", ""] {
		not check.verdict with input as bucket({"protection": {"versioning": versioning, "noncurrent_expirations": patient}})
	}
}

test_one_hasty_rule_among_patient_ones_fails if {
	v := check.verdict with input as bucket({"protection": {"noncurrent_expirations": [
		{"rule": "tidy", "days": 90, "newer_versions_kept": null},
		{"rule": "rash", "days": 6, "newer_versions_kept": 3},
	]}})
	v.status == "fail"
	contains(v.message, "rash after 6 days")
	not contains(v.message, "tidy")
}

test_one_rule_without_days_never_passes if {
	not check.verdict with input as bucket({"protection": {"noncurrent_expirations": [
		{"rule": "tidy", "days": 90, "newer_versions_kept": null},
		{"rule": "odd", "days": null, "newer_versions_kept": null},
	]}})
}
