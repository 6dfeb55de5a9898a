package palisade.deletion.rds_snapshots_private_test

import data.palisade.deletion.rds_snapshots_private as check

snapshot(public, shared, outside) := {"subject": {
	"kind": "rds_snapshot",
	"snapshot_type": "manual",
	"source_identifier": "orders",
	"public": public,
	"shared_with": shared,
	"shared_outside": outside,
}}

test_private_passes if {
	v := check.verdict with input as snapshot(false, [], [])
	v.status == "pass"
}

test_private_passes_without_an_organization if {
	v := check.verdict with input as snapshot(false, [], null)
	v.status == "pass"
}

test_public_fails if {
	v := check.verdict with input as snapshot(true, [], [])
	v.status == "fail"
}

test_shared_inside_passes if {
	v := check.verdict with input as snapshot(false, ["444455556666"], [])
	v.status == "pass"
	contains(v.message, "444455556666")
}

test_shared_outside_fails if {
	v := check.verdict with input as snapshot(false, ["444455556666", "999900001111"], ["999900001111"])
	v.status == "fail"
	contains(v.message, "999900001111")
	not contains(v.message, "444455556666")
}

test_shared_with_who_knows_whom_is_unknown if {
	v := check.verdict with input as snapshot(false, ["444455556666"], null)
	v.status == "unknown"
}

test_unread_gives_no_verdict if {
	not check.verdict with input as snapshot(null, null, null)
	not check.verdict with input as snapshot(false, null, null)
	not check.verdict with input as snapshot(null, [], [])
}

test_unread_publicity_never_passes_by_sharing if {
	not check.verdict with input as snapshot(null, ["444455556666"], [])
}
