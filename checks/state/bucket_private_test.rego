package palisade.state.bucket_private_test

import data.palisade.state.bucket_private

verdict(blocked, tls) := answer if {
	answer := bucket_private.verdict with input as {"subject": {"kind": "state_bucket", "public_access_blocked": blocked, "tls_required": tls}}
}

test_private_passes if verdict(true, true).status == "pass"

test_open_to_the_public_fails if verdict(false, true).status == "fail"

test_no_tls_fails if verdict(true, false).status == "fail"

test_neither_fails if verdict(false, false).message == "neither is public access blocked nor TLS required"

test_absent_settings_get_no_verdict if not verdict(null, null)

test_one_absent_setting_never_passes if not verdict(true, null)
