package palisade.separation.human_gate_test

import data.palisade.separation.human_gate as check

role(changes) := {"subject": object.union(
	{
		"kind": "iam_role",
		"destructive": "sure",
		"action": "rds:DeleteDBInstance",
		"resource": "arn:aws:rds:eu-west-1:111122223333:db:orders",
		"platform": null,
		"outsiders": [],
		"providers": [],
		"identity_center": false,
		"ungated": [],
		"ungated_count": 0,
		"assumers": 1,
	},
	changes,
)}

test_declared_passes if {
	v := check.verdict with input as role({})
	v.status == "pass"
}

test_ungated_fails if {
	v := check.verdict with input as role({"ungated": ["arn:aws:iam::111122223333:user/anna"], "ungated_count": 1})
	v.status == "fail"
	contains(v.message, "1 principal may assume it without MFA")
	contains(v.message, "user/anna")
}

test_identity_center_is_unknown_until_attested if {
	v := check.verdict with input as role({"identity_center": true})
	v.status == "unknown"
}

test_identity_center_passes_once_attested if {
	v := check.verdict with input as role({"identity_center": true}) with data.config.identity_center as {
		"mfa_enforced": true,
		"attested_by": "the owner",
		"attested_on": "2026-11-01",
	}
	v.status == "pass"
}

test_nobody_at_all_passes if {
	v := check.verdict with input as role({"assumers": 0})
	v.status == "pass"
	contains(v.message, "Nobody may assume the role")
}

test_platform_roles_are_not_judged if {
	v := check.verdict with input as role({"platform": "stacksets-exec-*"})
	v.status == "not_applicable"
}

test_untold_is_unknown if {
	v := check.verdict with input as role({"destructive": null})
	v.status == "unknown"
}
