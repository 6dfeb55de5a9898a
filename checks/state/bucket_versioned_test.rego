package palisade.state.bucket_versioned_test

import data.palisade.state.bucket_versioned

verdict(versioning) := answer if {
	answer := bucket_versioned.verdict with input as {"subject": {"kind": "state_bucket", "versioning": versioning, "states": 3}}
}

test_enabled_passes if verdict("Enabled").status == "pass"

test_suspended_fails if verdict("Suspended").status == "fail"

test_off_fails if verdict("Off").status == "fail"

test_an_absent_setting_gets_no_verdict if not verdict(null)
