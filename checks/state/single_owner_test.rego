package palisade.state.single_owner_test

import data.palisade.state.single_owner as check

state(changes) := {"subject": object.union(
	{
		"kind": "state_object",
		"content_read": true,
		"copy": null,
		"lineage": "3f1c",
		"lineage_twins": [],
		"contested": [],
		"managed": 4,
	},
	changes,
)}

test_a_copy_is_not_judged if {
	v := check.verdict with input as state({"copy": "replication_target"})
	v.status == "not_applicable"
	contains(v.message, "replication target")
}

rival := {
	"resource": "arn:aws:rds:eu-west-1:111122223333:db:orders",
	"address": "aws_db_instance.main",
	"other_state": "s3://states/b.tfstate",
	"other_address": "aws_db_instance.db",
}

test_the_only_owner_passes if {
	v := check.verdict with input as state({})
	v.status == "pass"
	contains(v.message, "4 managed instances")
}

test_a_contested_resource_fails_and_names_the_other_state if {
	v := check.verdict with input as state({"contested": [rival]})
	v.status == "fail"
	contains(v.message, "s3://states/b.tfstate as aws_db_instance.db.")
}

test_more_contested_resources_are_counted if {
	v := check.verdict with input as state({"contested": [rival, rival, rival]})
	contains(v.message, "and 2 resources more")
}

test_a_twin_of_the_lineage_fails if {
	v := check.verdict with input as state({"lineage_twins": ["s3://states/old.tfstate"]})
	v.status == "fail"
	contains(v.message, "old.tfstate")
}

test_unread_never_passes if {
	content := check.verdict with input as state({"content_read": false, "managed": 0, "lineage": null})
	content.status == "unknown"
	not check.verdict with input as state({"contested": null})
	not check.verdict with input as state({"lineage_twins": null})
	not check.verdict with input as state({"lineage": null})
}
