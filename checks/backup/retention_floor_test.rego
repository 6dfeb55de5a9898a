package palisade.backup.retention_floor_test

import data.palisade.backup.retention_floor as check

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

test_long_enough_passes if {
	v := check.verdict with input as vault({})
	v.status == "pass"
	contains(v.message, "7 days")
}

test_kept_for_ever_passes if {
	v := check.verdict with input as vault({"shortest_retention_days": null, "shortest_retention_of": null})
	v.status == "pass"
}

test_no_floor_fails if {
	v := check.verdict with input as vault({"min_retention_days": null})
	v.status == "fail"
}

test_low_floor_fails if {
	v := check.verdict with input as vault({"min_retention_days": 1})
	v.status == "fail"
	contains(v.message, "is 1 day; 7 days are wanted")
}

test_short_copies_fail if {
	v := check.verdict with input as vault({"shortest_retention_days": 3})
	v.status == "fail"
	contains(v.message, "daily expires after 3 days")
}

test_intermediate_vaults_are_not_judged if {
	v := check.verdict with input as vault({
		"min_retention_days": null,
		"copied_on_to": ["arn:aws:backup:eu-west-1:777788889999:backup-vault:last"],
	})
	v.status == "not_applicable"
}

test_not_scanned_is_unknown if {
	v := check.verdict with input as vault({"scanned": false, "min_retention_days": null})
	v.status == "unknown"
}
