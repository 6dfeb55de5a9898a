package palisade.state.single_owner_test

import data.palisade.state.single_owner

base := {"kind": "state_object", "content_read": true, "copy": null, "lineage": "3f1c", "lineage_twins": [], "contested": [], "managed": 4}

rival := {"resource": "arn:aws:rds:eu-west-1:111122223333:db:orders", "address": "aws_db_instance.main", "other_state": "s3://states/b.tfstate", "other_address": "aws_db_instance.db"}

verdict(change) := answer if {
	answer := single_owner.verdict with input as {"subject": object.union(base, change)}
}

test_the_only_owner_passes if verdict({}).status == "pass"

test_a_contested_resource_fails_and_names_the_other_state if {
	answer := verdict({"contested": [rival]})
	answer.status == "fail"
	contains(answer.message, "s3://states/b.tfstate")
}

test_more_contested_resources_are_counted if contains(verdict({"contested": [rival, rival, rival]}).message, "and 2 more")

test_a_twin_of_the_lineage_fails if verdict({"lineage_twins": ["s3://states/old.tfstate"]}).status == "fail"

test_a_copy_does_not_apply if verdict({"copy": "replica", "lineage_twins": ["s3://states/a.tfstate"]}).status == "not_applicable"

test_unread_content_never_passes if verdict({"content_read": false, "managed": 0, "lineage": null}).status == "unknown"
