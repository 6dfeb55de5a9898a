package palisade.state.claims_every_database_test

import data.palisade.state.claims_every_database as check

one := {"state": "s3://states/prod.tfstate", "address": "aws_db_instance.main"}

two := {"state": "s3://states/old.tfstate", "address": "aws_db_instance.main"}

stack := {"kind": "cloud_formation", "stack": "arn:aws:cloudformation:eu-west-1:111122223333:stack/db/1"}

elsewhere := {"kind": "external", "what": "HCP Terraform"}

resource(claims, managed_by) := {"subject": {
	"kind": "db_instance",
	"class": "data",
	"class_by": {"by": "type", "what": "db_instance"},
	"production": true,
	"environment": "production",
	"environment_by": {"by": "tag", "what": "env=prod"},
	"cluster": null,
	"managed_by": managed_by,
	"claims": claims,
}}

test_one_claim_passes if {
	v := check.verdict with input as resource([one], null)
	v.status == "pass"
	contains(v.message, "aws_db_instance.main in s3://states/prod.tfstate")
}

# State on a laptop.
test_no_claim_fails if {
	v := check.verdict with input as resource([], null)
	v.status == "fail"
}

test_two_claims_fail_and_name_both if {
	v := check.verdict with input as resource([one, two], null)
	v.status == "fail"
	contains(v.message, "prod.tfstate")
	contains(v.message, "old.tfstate")
}

test_a_stack_claims if {
	v := check.verdict with input as resource([], stack)
	v.status == "pass"
}

test_a_stack_and_a_state_clash if {
	v := check.verdict with input as resource([one], stack)
	v.status == "fail"
}

test_managed_elsewhere_is_unknown if {
	v := check.verdict with input as resource([], elsewhere)
	v.status == "unknown"
	contains(v.message, "HCP Terraform")
}

test_managed_elsewhere_but_claimed_twice_fails if {
	v := check.verdict with input as resource([one, two], elsewhere)
	v.status == "fail"
}

test_what_is_no_production_data_is_not_judged if {
	class := check.verdict with input as object.union(resource([], null), {"subject": {"class": "operational"}})
	class.status == "not_applicable"
	environment := check.verdict with input as object.union(
		resource([], null),
		{"subject": {"production": false, "environment": "development"}},
	)
	environment.status == "not_applicable"
	member := check.verdict with input as object.union(resource([], null), {"subject": {"cluster": "orders"}})
	member.status == "not_applicable"
}

test_unread_gives_no_verdict if {
	not check.verdict with input as resource(null, null)
	not check.verdict with input as resource(null, stack)
}

test_a_state_that_was_not_read_may_hold_a_second_claim if {
	gap := [{"collection": "state.content"}]
	claimed := object.union(resource([one], null).subject, {"unread": gap})
	v := check.verdict with input as {"subject": claimed}
	v.status == "unknown"
	by_stack := object.union(resource([], stack).subject, {"unread": gap})
	w := check.verdict with input as {"subject": by_stack}
	w.status == "unknown"
}
