package palisade.deletion.rds_backups_retained_test

import data.palisade.deletion.rds_backups_retained as check

database(changes) := {"subject": object.union(
	{
		"kind": "db_instance",
		"class": "data",
		"class_by": {"by": "type", "what": "db_instance"},
		"cluster": null,
		"replica_of": null,
		"protection": {"backup_retention_days": 7},
	},
	changes,
)}

test_long_enough_passes if {
	v := check.verdict with input as database({})
	v.status == "pass"
	contains(v.message, "7 days")
}

test_too_short_fails if {
	v := check.verdict with input as database({"protection": {"backup_retention_days": 6}})
	v.status == "fail"
	contains(v.message, "only 6 days")
}

test_own_threshold_counts if {
	v := check.verdict with input as database({"protection": {"backup_retention_days": 14}})
		with data.config.backup_retention_days as 30
	v.status == "fail"
}

test_off_fails if {
	v := check.verdict with input as database({"protection": {"backup_retention_days": 0}})
	v.status == "fail"
	contains(v.message, "are off")
}

test_replicas_and_members_are_judged_elsewhere if {
	replica := check.verdict with input as database({"replica_of": "orders", "protection": {"backup_retention_days": 0}})
	replica.status == "not_applicable"
	member := check.verdict with input as database({"cluster": "orders"})
	member.status == "not_applicable"
}

test_operational_is_not_judged if {
	v := check.verdict with input as database({"class": "operational"})
	v.status == "not_applicable"
}

test_unread_gives_no_verdict if {
	not check.verdict with input as database({"protection": {"backup_retention_days": null}})
}
