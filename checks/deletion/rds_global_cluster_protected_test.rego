package palisade.deletion.rds_global_cluster_protected_test

import data.palisade.deletion.rds_global_cluster_protected as check

cluster(protection) := {"subject": {
	"kind": "global_cluster",
	"deletion_protection": protection,
	"members": ["arn:aws:rds:eu-west-1:111122223333:cluster:a"],
}}

test_unprotected_fails if {
	v := check.verdict with input as cluster(false)
	v.status == "fail"
	contains(v.message, "1 cluster ")
}

test_protected_passes if {
	v := check.verdict with input as cluster(true)
	v.status == "pass"
}

test_unread_gives_no_verdict if {
	not check.verdict with input as cluster(null)
}
