package palisade.separation.ci_trust_pinned_test

import data.palisade.separation.ci_trust_pinned as check

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

provider(aud, sub) := {"providers": [{
	"provider": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
	"audience_pinned": aud,
	"subject_pinned": sub,
}]}

test_pinned_passes if {
	v := check.verdict with input as role(provider(true, true))
	v.status == "pass"
}

test_any_subject_fails if {
	v := check.verdict with input as role(provider(true, false))
	v.status == "fail"
	contains(v.message, "lets tokens of anybody's subject in")
}

test_anything_at_all_fails if {
	v := check.verdict with input as role(provider(false, false))
	v.status == "fail"
	contains(v.message, "tokens of anybody's subject and for any audience")
}

test_any_audience_fails if {
	v := check.verdict with input as role(provider(false, true))
	v.status == "fail"
	contains(v.message, "for any audience")
}

test_no_provider_is_not_judged if {
	v := check.verdict with input as role({})
	v.status == "not_applicable"
}

test_untold_is_unknown if {
	v := check.verdict with input as role({"destructive": null})
	v.status == "unknown"
}
