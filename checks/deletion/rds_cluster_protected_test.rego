package palisade.deletion.rds_cluster_protected_test

import data.palisade.deletion.rds_cluster_protected as check

cluster(changes) := {"subject": object.union(
	{
		"kind": "db_cluster",
		"class": "data",
		"class_by": {"by": "type", "what": "db_cluster"},
		"protection": {"deletion_protection": false},
	},
	changes,
)}

test_unprotected_fails if {
	v := check.verdict with input as cluster({})
	v.status == "fail"
}

test_protected_passes if {
	v := check.verdict with input as cluster({"protection": {"deletion_protection": true}})
	v.status == "pass"
}

test_operational_is_not_judged if {
	v := check.verdict with input as cluster({"class": "operational"})
	v.status == "not_applicable"
}

test_unread_gives_no_verdict if {
	not check.verdict with input as cluster({"protection": {"deletion_protection": null}})
}
