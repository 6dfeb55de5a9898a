package palisade.backup.vault_policy_guards_test

import data.palisade.backup.vault_policy_guards as check

vault(changes) := {"subject": object.union(
	{
		"kind": "backup_vault",
		"scanned": true,
		"lock": "none",
		"copied_on_to": [],
		"access_policy": true,
		"open_to": {"count": 0, "shown": [], "platform": []},
	},
	changes,
)}

open := {"count": 1, "shown": [{"told": "nothing stops role/admin of account 222222222222 from calling backup:DeleteRecoveryPoint on p"}]}

test_closed_passes if {
	v := check.verdict with input as vault({})
	v.status == "pass"
}

test_open_fails if {
	v := check.verdict with input as vault({"open_to": open})
	v.status == "fail"
	contains(v.message, "lets points be deleted or re-timed: nothing stops role/admin of account 222222222222")
}

test_without_a_policy_fails if {
	v := check.verdict with input as vault({"access_policy": false, "open_to": open})
	v.status == "fail"
	contains(v.message, "has no access policy")
}

test_immutable_is_not_judged if {
	every lock in ["compliance", "air_gapped"] {
		v := check.verdict with input as vault({"lock": lock, "open_to": open})
		v.status == "not_applicable"
	}
}

test_intermediate_is_not_judged if {
	v := check.verdict with input as vault({"copied_on_to": ["arn:aws:backup:eu-west-1:222222222222:backup-vault:last"], "open_to": open})
	v.status == "not_applicable"
}

test_not_scanned_is_unknown if {
	v := check.verdict with input as vault({"scanned": false})
	v.status == "unknown"
}

test_unread_gives_no_verdict if {
	not check.verdict with input as vault({"open_to": null})
}
