package palisade.state.claims_every_database_test

import data.palisade.state.claims_every_database

base := {
	"kind": "db_instance", "class": "data", "class_by": {"by": "type", "what": "db_instance"}, "production": true,
	"environment": "production", "environment_by": {"by": "tag", "what": "env=production"}, "cluster": null, "managed_by": null, "claims": [],
}

one := {"state": "s3://states/prod.tfstate", "address": "aws_db_instance.main"}

two := {"state": "s3://states/old.tfstate", "address": "aws_db_instance.main"}

stack := {"kind": "cloud_formation", "stack": "arn:aws:cloudformation:eu-west-1:111122223333:stack/db/1"}

verdict(change) := answer if {
	answer := claims_every_database.verdict with input as {"subject": object.union(base, change)}
}

test_one_claim_passes if verdict({"claims": [one]}).status == "pass"

test_no_claim_fails if verdict({}).status == "fail"

test_two_claims_fail_and_name_both if {
	answer := verdict({"claims": [one, two]})
	answer.status == "fail"
	contains(answer.message, "prod.tfstate")
	contains(answer.message, "old.tfstate")
}

test_a_stack_claims if verdict({"managed_by": stack}).status == "pass"

test_a_stack_and_a_state_clash if verdict({"managed_by": stack, "claims": [one]}).status == "fail"

test_managed_elsewhere_is_unknown if verdict({"managed_by": {"kind": "external", "what": "HCP Terraform"}}).status == "unknown"

test_managed_elsewhere_but_claimed_twice_fails if verdict({"managed_by": {"kind": "external", "what": "HCP Terraform"}, "claims": [one, two]}).status == "fail"

test_other_classes_do_not_apply if verdict({"class": "operational"}).status == "not_applicable"

test_other_environments_do_not_apply if verdict({"production": false, "environment": "development"}).status == "not_applicable"

test_cluster_members_do_not_apply if verdict({"cluster": "orders"}).status == "not_applicable"
