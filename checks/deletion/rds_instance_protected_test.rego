package palisade.deletion.rds_instance_protected_test

import data.palisade.deletion.rds_instance_protected as check

instance(changes) := {"subject": object.union(
	{
		"kind": "db_instance",
		"class": "data",
		"class_by": {"by": "type", "what": "db_instance"},
		"cluster": null,
		"replica_of": null,
		"protection": {"deletion_protection": false},
	},
	changes,
)}

test_unprotected_fails if {
	v := check.verdict with input as instance({})
	v.status == "fail"
	not v.severity
}

test_protected_passes if {
	v := check.verdict with input as instance({"protection": {"deletion_protection": true}})
	v.status == "pass"
}

# Aurora, DocumentDB and Neptune members inherit the cluster's flag.
test_cluster_member_is_judged_by_its_cluster if {
	v := check.verdict with input as instance({"cluster": "orders"})
	v.status == "not_applicable"
	contains(v.message, "orders")
}

test_replica_fails_mildly if {
	v := check.verdict with input as instance({"replica_of": "orders", "class": "derived"})
	v.status == "fail"
	v.severity == "medium"
}

test_protected_replica_passes if {
	v := check.verdict with input as instance({
		"replica_of": "orders",
		"class": "derived",
		"protection": {"deletion_protection": true},
	})
	v.status == "pass"
}

test_derived_is_not_judged if {
	v := check.verdict with input as instance({"class": "derived"})
	v.status == "not_applicable"
	contains(v.message, "derived (told by type: db_instance)")
}

test_operational_replica_is_not_judged if {
	v := check.verdict with input as instance({"class": "operational", "replica_of": "orders"})
	v.status == "not_applicable"
}

test_unread_gives_no_verdict if {
	not check.verdict with input as instance({"protection": {"deletion_protection": null}})
	not check.verdict with input as instance({"protection": {"deletion_protection": null}, "replica_of": "orders"})
}
