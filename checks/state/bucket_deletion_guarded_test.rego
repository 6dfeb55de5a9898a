package palisade.state.bucket_deletion_guarded_test

import data.palisade.state.bucket_deletion_guarded as check

bucket(changes) := {"subject": object.union(
	{"kind": "state_bucket", "states": 2, "copies_only": false, "object_lock": false, "mfa_delete": false, "replicated_to_other_account": false, "versions_closed": false, "versions_open_to": "an administrator"},
	changes,
)}

test_nothing_fails if {
	v := check.verdict with input as bucket({})
	v.status == "fail"
}

test_object_lock_passes if {
	v := check.verdict with input as bucket({"object_lock": true})
	v.status == "pass"
}

test_mfa_delete_passes if {
	v := check.verdict with input as bucket({"mfa_delete": true})
	v.status == "pass"
}

test_replication_to_another_account_passes if {
	v := check.verdict with input as bucket({"replicated_to_other_account": true})
	v.status == "pass"
}

test_replication_to_who_knows_where_is_unknown if {
	v := check.verdict with input as bucket({"replicated_to_other_account": null})
	v.status == "unknown"
}

test_copies_alone_are_not_judged if {
	v := check.verdict with input as bucket({"copies_only": true})
	v.status == "not_applicable"
}

test_unread_never_passes if {
	all := check.verdict with input as bucket({"object_lock": null, "mfa_delete": null, "replicated_to_other_account": null})
	all.status == "unknown"
	not check.verdict with input as bucket({"object_lock": null})
	not check.verdict with input as bucket({"mfa_delete": null})
}

test_a_closed_guard_passes if {
	v := check.verdict with input as bucket({"versions_closed": true})
	v.status == "pass"
}

test_an_open_guard_is_named if {
	v := check.verdict with input as bucket({})
	contains(v.message, "open to: an administrator")
}

test_a_guard_that_nobody_could_read_is_unknown if {
	v := check.verdict with input as bucket({"versions_closed": null})
	v.status == "unknown"
}
