package palisade.deletion.s3_locked_test

import data.palisade.deletion.s3_locked as check

bucket(critical, lock) := {"subject": {"kind": "s3_bucket", "protection": {"critical": critical, "object_lock": lock}}}

locked(changes) := bucket(true, object.union({"enabled": true, "default_mode": "COMPLIANCE", "default_days": 30}, changes))

test_compliance_passes if {
	v := check.verdict with input as locked({})
	v.status == "pass"
	contains(v.message, "30 days")
}

# "Configured" is not enough.
test_governance_fails if {
	v := check.verdict with input as locked({"default_mode": "GOVERNANCE"})
	v.status == "fail"
	contains(v.message, "governance")
}

test_no_default_retention_fails if {
	v := check.verdict with input as locked({"default_mode": null, "default_days": null})
	v.status == "fail"
	contains(v.message, "without a default retention")
}

test_off_fails if {
	v := check.verdict with input as locked({"enabled": false, "default_mode": null, "default_days": null})
	v.status == "fail"
}

test_other_buckets_are_not_judged if {
	v := check.verdict with input as bucket(false, null)
	v.status == "not_applicable"
}

test_unread_gives_no_verdict if {
	not check.verdict with input as bucket(true, null)
	not check.verdict with input as locked({"default_days": null})
	not check.verdict with input as locked({"enabled": null})
}

test_what_is_not_known_to_be_critical_never_passes if {
	not check.verdict with input as bucket(null, {"enabled": true, "default_mode": "COMPLIANCE", "default_days": 30})
}

test_a_retention_of_nothing_never_passes if {
	not check.verdict with input as locked({"default_days": 0})
}
