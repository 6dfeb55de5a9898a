package palisade.deletion.buckets_classified_test

import data.palisade.deletion.buckets_classified as check

account(changes) := {"subject": object.union(
	{
		"kind": "account",
		"state": "ACTIVE",
		"scanned": true,
		"management": false,
		"production": true,
		"environment": "production",
		"environment_by": {"by": "account", "what": "shop-prod"},
		"unread": [],
		"buckets": 3,
		"unclassified_buckets": [],
	},
	changes,
)}

test_all_classified_passes if {
	v := check.verdict with input as account({})
	v.status == "pass"
}

test_one_left_fails if {
	v := check.verdict with input as account({"unclassified_buckets": ["arn:aws:s3:::shop-stuff"]})
	v.status == "fail"
	v.message == "1 bucket is not classified: shop-stuff. Nobody has said whether it holds data that must survive."
}

test_no_bucket_passes_nothing if {
	v := check.verdict with input as account({"buckets": 0})
	v.status == "not_applicable"
}

test_many_left_fail if {
	v := check.verdict with input as account({"unclassified_buckets": ["arn:aws:s3:::a", "arn:aws:s3:::b"]})
	v.status == "fail"
	contains(v.message, "2 buckets are not classified: a, b.")
}

test_unknown_environment_is_production if {
	v := check.verdict with input as account({"environment": null, "unclassified_buckets": ["arn:aws:s3:::a"]})
	v.status == "fail"
}

test_other_accounts_are_not_judged if {
	dev := check.verdict with input as account({"production": false, "environment": "development"})
	dev.status == "not_applicable"
	closed := check.verdict with input as account({"state": "SUSPENDED", "scanned": false})
	closed.status == "not_applicable"
}

test_not_scanned_is_unknown if {
	v := check.verdict with input as account({"scanned": false})
	v.status == "unknown"
}

test_unread_gives_no_verdict if {
	not check.verdict with input as account({"unclassified_buckets": null})
}
