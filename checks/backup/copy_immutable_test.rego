package palisade.backup.copy_immutable_test

import data.palisade.backup.copy_immutable as check

vault(changes) := {"subject": object.union(
	{
		"kind": "backup_vault",
		"scanned": true,
		"lock": "compliance",
		"locks_in_hours": null,
		"min_retention_days": 7,
		"max_retention_days": null,
		"shortest_retention_days": 35,
		"shortest_retention_of": "daily",
		"copies_of": ["111122223333"],
		"copied_on_to": [],
		"points": 12,
	},
	changes,
)}

test_compliance_passes if {
	v := check.verdict with input as vault({})
	v.status == "pass"
}

test_air_gapped_passes if {
	v := check.verdict with input as vault({"lock": "air_gapped"})
	v.status == "pass"
}

# `Locked: true` alone is governance mode.
test_governance_fails if {
	v := check.verdict with input as vault({"lock": "governance"})
	v.status == "fail"
	contains(v.message, "governance")
}

# A lock date in the future is grace time.
test_grace_fails if {
	v := check.verdict with input as vault({"lock": "grace", "locks_in_hours": 48})
	v.status == "fail"
	contains(v.message, "for 48 hours more")
	undated := check.verdict with input as vault({"lock": "grace"})
	undated.status == "fail"
}

test_no_lock_fails if {
	v := check.verdict with input as vault({"lock": "none"})
	v.status == "fail"
	contains(v.message, "has no lock")
}

test_intermediate_vaults_are_not_judged if {
	v := check.verdict with input as vault({
		"lock": "none",
		"copied_on_to": ["arn:aws:backup:eu-west-1:777788889999:backup-vault:last"],
	})
	v.status == "not_applicable"
	contains(v.message, "777788889999")
}

test_not_scanned_is_unknown if {
	v := check.verdict with input as vault({"scanned": false, "lock": null})
	v.status == "unknown"
}

test_unread_gives_no_verdict if {
	not check.verdict with input as vault({"lock": null})
}

test_a_vault_that_could_not_be_created_fails if {
	v := check.verdict with input as vault({"lock": "air_gapped", "vault_state": "FAILED"})
	v.status == "fail"
	contains(v.message, "FAILED")
}
