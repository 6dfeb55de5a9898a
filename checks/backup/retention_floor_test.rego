package palisade.backup.retention_floor_test

import data.palisade.backup.retention_floor

base := {
	"kind": "backup_vault", "scanned": true, "min_retention_days": 14, "shortest_retention_days": 35,
	"shortest_retention_of": "arn:aws:backup:eu-west-1:444455556666:recovery-point:1", "copied_on_to": [],
}

verdict(change) := answer if {
	answer := retention_floor.verdict with input as {"subject": object.union(base, change)}
		with data.config as {"min_retention_days": 7}
}

test_long_enough_passes if verdict({}).status == "pass"

test_exactly_the_floor_passes if verdict({"min_retention_days": 7, "shortest_retention_days": 7}).status == "pass"

test_points_kept_for_ever_pass if verdict({"shortest_retention_days": null, "shortest_retention_of": null}).status == "pass"

test_a_low_floor_fails if verdict({"min_retention_days": 1}).status == "fail"

test_no_floor_fails if verdict({"min_retention_days": null}).status == "fail"

test_a_short_copy_fails_and_is_named if {
	answer := verdict({"shortest_retention_days": 2})
	answer.status == "fail"
	contains(answer.message, "recovery-point:1")
}

test_an_unscanned_vault_never_passes if verdict({"scanned": false, "min_retention_days": null}).status == "unknown"

test_an_intermediate_vault_does_not_apply if verdict({"copied_on_to": ["x"]}).status == "not_applicable"
