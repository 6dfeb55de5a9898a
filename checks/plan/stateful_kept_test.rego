package palisade.plan.stateful_kept_test

import data.palisade.plan.stateful_kept as check

live := {
	"arn": "arn:aws:rds:eu-west-1:111122223333:db:orders",
	"name": "orders",
	"database": true,
	"holds": null,
	"tier": "none",
	"tier_at_best": "none",
	"survivor": null,
	"survivor_age_hours": null,
	"outliving": 0,
	"claims": [],
}

change(changes) := {"subject": object.union(
	{
		"address": "aws_db_instance.main",
		"resource_type": "aws_db_instance",
		"action": "delete",
		"actions": ["delete"],
		"replace_paths": [],
		"production": true,
		"environment": "production",
		"class": "data",
		"live": live,
	},
	changes,
)}

with_live(changes) := change({"live": object.union(live, changes)})

test_a_deletion_without_a_survivor_fails if {
	v := check.verdict with input as change({})
	v.status == "fail"
	contains(v.message, "deletes orders (arn:aws:rds:eu-west-1:111122223333:db:orders): this would leave no survivor.")
}

test_a_replacement_fails_with_what_makes_it_necessary if {
	v := check.verdict with input as change({"action": "replace", "replace_paths": ["engine", "kms_key_id"]})
	v.status == "fail"
	contains(v.message, "deletes and makes anew orders")
	contains(v.message, "because engine, kms_key_id changes")
}

test_what_would_be_left_is_told if {
	shared := check.verdict with input as with_live({"tier": "shared_fate", "tier_at_best": "shared_fate"})
	contains(shared.message, "every copy shares its fate")
	open := check.verdict with input as with_live({"tier": "none", "tier_at_best": "immutable"})
	contains(open.message, "none for certain, immutable at best")
	kept := check.verdict with input as with_live({
		"tier": "immutable",
		"tier_at_best": "immutable",
		"survivor": "arn:copy",
		"survivor_age_hours": 4,
	})
	kept.status == "fail"
	contains(kept.message, "arn:copy would be left, immutable, its data 4 hours old")
	unjudged := check.verdict with input as with_live({"tier": null, "tier_at_best": null})
	contains(unjudged.message, "could not be told")
}

test_what_the_inventory_does_not_hold_fails_as_well if {
	v := check.verdict with input as {"subject": object.union(change({}).subject, {"live": null, "class": null})}
	v.status == "fail"
	contains(v.message, "deletes it: the inventory does not hold it")
}

test_what_stays_passes if {
	v := check.verdict with input as change({"action": "update"})
	v.status == "pass"
	forgotten := check.verdict with input as change({"action": "forget"})
	forgotten.status == "pass"
}

test_what_holds_no_data_is_not_judged if {
	v := check.verdict with input as change({"resource_type": "aws_vpc"})
	v.status == "not_applicable"
	contains(v.message, "aws_vpc")
}

test_other_environments_are_not_judged if {
	v := check.verdict with input as change({"production": false, "environment": "staging"})
	v.status == "not_applicable"
}

test_an_empty_bucket_may_go if {
	v := check.verdict with input as {"subject": object.union(change({}).subject, {
		"resource_type": "aws_s3_bucket",
		"live": object.union(live, {"holds": false}),
	})}
	v.status == "pass"
}

test_an_unknown_action_is_unknown if {
	v := check.verdict with input as change({"action": "unknown", "actions": ["explode"]})
	v.status == "unknown"
	contains(v.message, "explode")
}
