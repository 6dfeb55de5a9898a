package palisade.state.bucket_private_test

import data.palisade.state.bucket_private as check

bucket(changes) := {"subject": object.union(
	{"kind": "state_bucket", "states": 2, "public_access_blocked": true, "tls_required": true},
	changes,
)}

test_private_passes if {
	v := check.verdict with input as bucket({})
	v.status == "pass"
}

test_open_to_the_public_fails if {
	v := check.verdict with input as bucket({"public_access_blocked": false})
	v.status == "fail"
}

test_no_tls_fails if {
	v := check.verdict with input as bucket({"tls_required": false})
	v.status == "fail"
	contains(v.message, "TLS")
}

test_neither_fails_and_names_both if {
	v := check.verdict with input as bucket({"public_access_blocked": false, "tls_required": false})
	v.status == "fail"
	contains(v.message, "at the account, and requests without TLS")
}

test_unread_gives_no_verdict if {
	not check.verdict with input as bucket({"public_access_blocked": null})
	not check.verdict with input as bucket({"tls_required": null})
}
