package palisade.separation.external_trust_guarded_test

import data.palisade.separation.external_trust_guarded as check

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

test_no_outsider_passes if {
	v := check.verdict with input as role({})
	v.status == "pass"
}

test_guarded_passes if {
	v := check.verdict with input as role({"outsiders": [{"party": "444455556666", "guarded": true}]})
	v.status == "pass"
	contains(v.message, "444455556666 requires an ExternalId")
}

test_open_fails if {
	v := check.verdict with input as role({"outsiders": [{"party": "444455556666", "guarded": false}]})
	v.status == "fail"
	contains(v.message, "lets 444455556666 in without")
}

test_untold_is_unknown if {
	v := check.verdict with input as role({"destructive": null})
	v.status == "unknown"
}
