package palisade.backup.copy_key_survives_test

import data.palisade.backup.copy_key_survives as check

key(changes) := {"subject": object.union(
	{
		"kind": "kms_key",
		"manager": "CUSTOMER",
		"state": "Enabled",
		"copies_of": ["111122223333"],
		"taken_by": {"count": 0, "shown": [], "platform": []},
		"unread": [],
	},
	changes,
)}

test_a_key_that_nobody_takes_passes if {
	v := check.verdict with input as key({})
	v.status == "pass"
	contains(v.message, "111122223333")
}

test_a_key_within_reach_fails if {
	v := check.verdict with input as key({"taken_by": {
		"count": 1,
		"shown": [{"told": "arn:aws:iam::111122223333:root calls kms:ScheduleKeyDeletion"}],
		"platform": [],
	}})
	v.status == "fail"
	contains(v.message, "kms:ScheduleKeyDeletion")
}

test_a_dying_key_fails if {
	v := check.verdict with input as key({"state": "PendingDeletion"})
	v.status == "fail"
}

test_keys_of_aws_pass_and_keys_of_no_copy_are_not_judged if {
	managed := check.verdict with input as key({"manager": "AWS", "taken_by": null})
	managed.status == "pass"
	none := check.verdict with input as key({"copies_of": []})
	none.status == "not_applicable"
}

test_a_key_whose_copies_may_be_hidden_is_unknown if {
	v := check.verdict with input as key({"copies_of": [], "unread": [{"collection": "backup.recovery_points"}]})
	v.status == "unknown"
	other := check.verdict with input as key({"copies_of": [], "unread": [{"collection": "kms.key_policies"}]})
	other.status == "not_applicable"
}

test_what_is_absent_never_passes if {
	not check.verdict with input as key({"taken_by": null})
	not check.verdict with input as key({"state": null})
}
