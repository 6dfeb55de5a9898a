package palisade.backup.copy_immutable_test

import data.palisade.backup.copy_immutable

base := {"kind": "backup_vault", "lock": "none", "locks_in_hours": null, "copied_on_to": []}

verdict(change) := answer if {
	answer := copy_immutable.verdict with input as {"subject": object.union(base, change)}
}

test_a_compliance_lock_passes if verdict({"lock": "compliance"}).status == "pass"

test_an_air_gapped_vault_passes if verdict({"lock": "air_gapped"}).status == "pass"

# Locked: true alone is governance mode.
test_governance_fails if contains(verdict({"lock": "governance"}).message, "governance")

test_grace_time_fails_and_says_how_long if {
	answer := verdict({"lock": "grace", "locks_in_hours": 30})
	answer.status == "fail"
	contains(answer.message, "30 hours")
}

test_no_lock_fails if verdict({}).status == "fail"

test_an_unread_lock_gets_no_verdict if not verdict({"lock": null})

test_an_intermediate_vault_does_not_apply if {
	verdict({"copied_on_to": ["arn:aws:backup:eu-west-1:444455556666:backup-vault:locked"]}).status == "not_applicable"
}
