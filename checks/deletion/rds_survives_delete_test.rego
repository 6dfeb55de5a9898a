package palisade.deletion.rds_survives_delete_test

import data.palisade.deletion.rds_survives_delete as check

database(copies) := {"subject": {
	"kind": "db_instance",
	"class": "data",
	"class_by": {"by": "type", "what": "db_instance"},
	"cluster": null,
	"copies": copies,
}}

copy(changes) := object.union(
	{
		"kind": "recovery_point",
		"arn": "arn:aws:rds:eu-west-1:111122223333:snapshot:awsbackup:job-1",
		"usable": true,
		"age_hours": 12,
		"expires_in_hours": 700,
		"outlives_delete": true,
		"continuous": false,
	},
	changes,
)

automated := copy({"kind": "automated_snapshot", "outlives_delete": false})

test_recovery_point_survives if {
	v := check.verdict with input as database([automated, copy({})])
	v.status == "pass"
	contains(v.message, "12 hours old")
}

test_continuous_recovery_point_survives if {
	v := check.verdict with input as database([copy({"continuous": true, "age_hours": 0.1})])
	v.status == "pass"
}

test_manual_snapshot_survives if {
	v := check.verdict with input as database([copy({"kind": "manual_snapshot", "expires_in_hours": null})])
	v.status == "pass"
}

test_automated_backups_alone_go_with_it if {
	v := check.verdict with input as database([automated, copy({"kind": "automated_backup", "outlives_delete": false})])
	v.status == "fail"
	contains(v.message, "2 backups would go with it")
}

test_old_copies_fail if {
	v := check.verdict with input as database([copy({"age_hours": 100})])
	v.status == "fail"
	contains(v.message, "4 days old")
}

test_unusable_copies_do_not_count if {
	v := check.verdict with input as database([copy({"usable": false}), copy({"age_hours": null}), copy({"expires_in_hours": 0})])
	v.status == "fail"
}

test_nothing_at_all_fails if {
	v := check.verdict with input as database([])
	v.status == "fail"
	contains(v.message, "no backup of any kind")
}

test_members_and_other_classes_are_not_judged if {
	member := check.verdict with input as {"subject": {"cluster": "orders", "copies": []}}
	member.status == "not_applicable"
	derived := check.verdict with input as {"subject": {
		"class": "derived",
		"class_by": {"by": "replication", "what": "read replica"},
		"cluster": null,
		"copies": [],
	}}
	derived.status == "not_applicable"
}

test_unread_never_passes if {
	not check.verdict with input as database(null)
}

test_each_reason_not_to_count_is_enough if {
	every reason in [
		{"kind": "automated_backup"},
		{"kind": "replicated_automated_backup"},
		{"outlives_delete": false},
		{"outlives_delete": null},
		{"usable": null},
		{"expires_in_hours": -5},
	] {
		v := check.verdict with input as database([copy(reason)])
		v.status == "fail"
	}
}
