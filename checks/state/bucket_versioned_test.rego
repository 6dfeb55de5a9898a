package palisade.state.bucket_versioned_test

import data.palisade.state.bucket_versioned as check

bucket(changes) := {"subject": object.union(
	{"kind": "state_bucket", "states": 2, "versioning": "Enabled"},
	changes,
)}

test_enabled_passes if {
	v := check.verdict with input as bucket({})
	v.status == "pass"
}

test_suspended_fails if {
	v := check.verdict with input as bucket({"versioning": "Suspended"})
	v.status == "fail"
}

test_off_fails if {
	v := check.verdict with input as bucket({"versioning": "Off"})
	v.status == "fail"
	contains(v.message, "2 states")
}

test_unread_gives_no_verdict if {
	not check.verdict with input as bucket({"versioning": null})
}
