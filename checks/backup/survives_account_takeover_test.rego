package palisade.backup.survives_account_takeover_test

import data.palisade.backup.survives_account_takeover as check

resource(changes) := {"subject": object.union(
	{
		"kind": "db_instance",
		"class": "data",
		"class_by": {"by": "type", "what": "db_instance"},
		"environment": "production",
		"environment_by": {"by": "tag", "what": "env=prod"},
		"production": true,
		"cluster": null,
		"survival": {"account": outcome("immutable", "immutable")},
		"unread": [],
	},
	changes,
)}

fate(tier) := {
	"arn": "arn:aws:backup:eu-central-1:444455556666:recovery-point:1",
	"tier": tier,
	"why": ["it lies in the vault copies of account 444455556666", "its vault has no lock"],
}

outcome(tier, at_best) := {
	"tier": tier,
	"tier_at_best": at_best,
	"copies": [fate(tier)],
	"raise": {"kind": "lock_vault", "what": "lock vault copies in compliance mode", "to": "immutable"},
}

surviving(outcome) := resource({"survival": {"account": outcome}})

test_what_is_no_production_data_is_not_judged if {
	staging := check.verdict with input as resource({"production": false, "environment": "staging"})
	staging.status == "not_applicable"
	member := check.verdict with input as resource({"cluster": "orders"})
	member.status == "not_applicable"
}

test_an_immutable_copy_passes if {
	v := check.verdict with input as resource({})
	v.status == "pass"
	contains(v.message, "recovery-point:1 survives")
}

test_an_isolated_copy_fails_milder_and_says_what_would_help if {
	v := check.verdict with input as surviving(outcome("isolated", "isolated"))
	v.status == "fail"
	v.severity == "high"
	contains(v.message, "its vault has no lock")
	contains(v.message, "lock vault copies in compliance mode")
}

test_shared_fate_fails if {
	v := check.verdict with input as surviving(outcome("shared_fate", "isolated"))
	v.status == "fail"
	not v.severity
}

test_no_copy_fails if {
	v := check.verdict with input as surviving({"tier": "none", "tier_at_best": "none", "copies": [], "raise": null})
	v.status == "fail"
	contains(v.message, "no copy at all")
}

test_an_interval_that_reaches_immutable_is_unknown if {
	v := check.verdict with input as surviving(outcome("shared_fate", "immutable"))
	v.status == "unknown"
	hidden := check.verdict with input as surviving({"tier": "none", "tier_at_best": "immutable", "copies": [], "raise": null})
	hidden.status == "unknown"
}

test_what_is_absent_never_passes if {
	not check.verdict with input as resource({"survival": null})
	not check.verdict with input as surviving({"tier": "immutable", "tier_at_best": "immutable", "copies": null, "raise": null})
	not check.verdict with input as surviving({"tier": "immutable", "tier_at_best": "immutable", "copies": [], "raise": null})
}
